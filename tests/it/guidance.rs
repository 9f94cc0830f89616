//! What someone new to the program types first, knowing curl and HTTPie: each
//! refusal says what to type instead.

use crate::capture::{Capture, EMPTY_OK};
use crate::environment::{Pattern, TestEnvironment};

/// Runs the words without any config; the status and what standard error holds.
#[track_caller]
fn refused(words: &[&str], status: i32, holds: &[&str]) {
    TestEnvironment::new().signreq(words).gives(status, "", Pattern::holds(holds));
}

#[test]
fn a_url_or_method_in_the_profiles_place_is_told_apart_from_a_missing_profile() {
    let url = "https://api.example/x";
    refused(&[url], 2, &["where the PROFILE does", "signreq PROFILE get https://api.example/x"]);
    refused(&[url, "a==1"], 2, &["where the PROFILE does"]);
    refused(&["get", url], 78, &["no profile 'get'", "the PROFILE comes first"]);
    refused(&["--sandbox", "GET", "maas", "/x"], 2, &["the PROFILE comes first"]);
    refused(&["--sandbox", "foremann", "/x"], 2, &["signreq --sandbox foreman get /"]);
}

#[test]
fn an_empty_path_is_not_the_base_url() {
    refused(&["--sandbox", "maas", "delete", ""], 2, &["the PATH is empty", "write /"]);
}

#[test]
fn options_of_other_programs_say_what_stands_for_them() {
    refused(&["maas", "/x", "-G", "-d", "a=b"], 2, &["no option -G", "name==value"]);
    refused(&["maas", "/x", "--offline"], 2, &["no option --offline", "hint: --dry-run\n"]);
    refused(&["sign", "maas", "/x", "-fsSL"], 2, &["signreq sign --help"]);
    refused(&["sandbox", "ls"], 2, &["signreq sandbox -- ls"]);
    refused(&["sandbox", "--", "echo hi"], 127, &["signreq sandbox -- sh -c 'echo hi'"]);
}

#[test]
fn of_an_option_given_twice_the_last_counts_and_lists_grow() {
    let capture = Capture::answering(&[EMPTY_OK]);
    let environment = TestEnvironment::new();
    environment.config(&format!("[profile.p]\nscheme = \"none\"\nurl = \"{}\"\n", capture.url()));
    let words = ["-ss", "-s", "-A", "a", "-A", "b", "-XPUT", "-X", "PATCH", "p", "/x"];
    let lists = ["-H", "One: 1", "-H", "Two: 2", "q==1", "q==2"];
    environment.signreq(&[&words[..], &lists].concat()).gives(0, "", "");
    let sent = String::from_utf8(capture.requests().remove(0)).unwrap();
    assert!(sent.starts_with("PATCH /x?q=1&q=2 HTTP/1.1\r\n"), "{sent}");
    for line in ["User-Agent: b\r\n", "One: 1\r\n", "Two: 2\r\n"] {
        assert!(sent.contains(line), "{sent}");
    }
}

#[test]
fn small_slips_are_named() {
    refused(&["--sandbox", "maas", "/x", "-m", "soon"], 2, &["--max-time: 'soon'", "30s"]);
    refused(&["--sandbox", "maas", "/x", "-H", "Foo : x"], 2, &["no space before the colon"]);
    refused(&["--sandbox", "maas", "get", "/x", "-I"], 2, &["the METHOD is GET"]);
}

/// A dry run has no answer that could be printed otherwise or waited for.
#[test]
fn what_is_made_of_an_answer_does_not_go_with_a_dry_run() {
    for option in [
        &["--jq", "."][..],
        &["-t"],
        &["--columns", "name"],
        &["--format", "json"],
        &["--until", ".a"],
    ] {
        let words = [&["--sandbox", "--dry-run", "maas", "/machines/"], option].concat();
        let name = if option[0] == "-t" { "'--table'" } else { option[0] };
        refused(&words, 2, &[name, "cannot be used with", "'--dry-run"]);
    }
    // What changes the request, or only its way, does.
    let words = ["--dry-run", "-o", "x", "--paginate", "--retry", "2", "-i"];
    let words = [&["--sandbox", "maas", "/machines/"], &words[..]].concat();
    TestEnvironment::new().signreq(&words).gives(0, Pattern::holds(&["GET /MAAS"]), "");
}

#[test]
fn maas_without_its_slash_says_so() {
    TestEnvironment::new().signreq(&["--sandbox", "maas", "machines"]).gives(
        4,
        Pattern::Something,
        Pattern::holds(&["404 Not Found: Unknown API endpoint", "paths end in a slash"]),
    );
}

#[test]
fn of_a_long_message_the_first_paragraph_is_repeated() {
    let body = "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>No match.\n\n\
        The Canonical String should have been</Message></Error></ErrorResponse>";
    let answer = format!("HTTP/1.1 403 Forbidden\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let capture = Capture::answering(&[answer.as_bytes()]);
    let environment = TestEnvironment::new();
    environment.config(&format!(
        "[profile.aws]\npreset = \"aws\"\nurl = \"{}\"\nregion = \"r\"\nservice = \"sts\"\n\
         access_key = \"a\"\nsecret_key = \"s\"\n",
        capture.url()
    ));
    let output = environment.signreq(&["aws", "get", "/"]).gives(
        77,
        body,
        Pattern::holds(&["403 Forbidden: No match.\nhint: "]),
    );
    assert!(!output.stderr.contains("Canonical String"), "{}", output.stderr);
}

#[cfg(unix)]
#[test]
fn the_sandboxs_own_advice_works() {
    let environment = TestEnvironment::new();
    let line = "(umask 077; exec signreq sandbox > sandbox.toml) & \
        until grep -q preset.*s3 sandbox.toml 2>/dev/null; do sleep 0.05; done; \
        grep -c 'umask 077; signreq sandbox > sandbox.toml' sandbox.toml; \
        signreq --config sandbox.toml maas get /users/ op==whoami; kill $!";
    environment.shell(line).gives(0, Pattern::holds(&["1\n", "\"username\":\"admin\""]), "");
}

/// The hints that a run with these words in this world gives.
fn hints(environment: &TestEnvironment, words: &[&str], status: i32) -> Vec<String> {
    let output = environment.signreq(words);
    let (ended, _, stderr) = output.streams();
    let stderr = String::from_utf8(stderr).unwrap();
    assert_eq!(ended, status, "{words:?}: {stderr}");
    let hints = stderr.lines().filter_map(|line| line.strip_prefix("hint: "));
    hints.map(str::to_owned).collect()
}

#[test]
fn where_the_way_or_the_profile_is_at_fault_the_doctor_is_named() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let plain = Capture::answering(&[EMPTY_OK]);
    let environment = TestEnvironment::new();
    let config = format!(
        "[profile.p]\nscheme = \"none\"\nurl = \"http://{closed}\"\n\
         [profile.odd]\nscheme = \"none\"\nurll = \"http://{closed}\"\n\
         [profile.lost]\nscheme = \"bearer\"\nurl = \"{}\"\ntoken = {{ file = \"none\" }}\n",
        plain.url()
    );
    environment.config(&config);
    environment.file("my config.toml", &config);
    let elsewhere = format!("url=http://{closed}/else");
    for (words, status, hint) in [
        (&["p", "/x"][..], 7, "signreq doctor p".to_owned()),
        (&["sign", "odd", "/x"], 78, "signreq doctor odd".to_owned()),
        (&["odd", "/x"], 78, "signreq doctor odd".to_owned()),
        (&["lost", "/x"], 78, "signreq doctor lost".to_owned()),
        (&["p", "/x", "--set", &elsewhere], 7, format!("signreq doctor --set '{elsewhere}' p")),
        (
            &["p", "/x", "--config", "my config.toml"],
            7,
            "signreq doctor --config 'my config.toml' p".to_owned(),
        ),
    ] {
        let given = hints(&environment, words, status);
        assert_eq!(given.last(), Some(&hint), "{words:?}: {given:?}");
        // It ends as sending did.
        let again = format!("{hint} > /dev/null 2>&1");
        environment.shell(&again).gives(status, "", "");
    }
}

#[test]
fn files_that_are_not_there_have_a_command_that_looks_or_mends() {
    let capture = Capture::answering(&[EMPTY_OK]);
    let environment = TestEnvironment::new();
    environment.config(&format!("[profile.p]\nscheme = \"none\"\nurl = \"{}\"\n", capture.url()));
    for (words, status, hint) in [
        (&["p", "/x", "-d", "@no/such file"][..], 26, "ls no"),
        (&["p", "/x", "-T", "such"], 26, "ls ."),
        (&["p", "/x", "-T", "."], 26, "ls ."),
        (&["p", "/x", "-o", "no such/file"], 23, "mkdir -p 'no such'"),
        (&["verify", "p", "no such/file"], 26, "ls 'no such'"),
        (&["p", "/x", "--config", "c"], 78, "signreq profile add --config c NAME --preset …"),
    ] {
        assert_eq!(hints(&environment, words, status), [hint], "{words:?}");
    }
    for words in [["-T", ""], ["-d", "@"], ["-H", "@"], ["-w", "@"], ["--json", "@"]] {
        let given = hints(&environment, &[&["p", "/x"], &words[..]].concat(), 2);
        assert_eq!(given, ["@FILE names one, @- is standard input"], "{words:?}");
    }
}

#[test]
fn a_body_that_is_cut_is_asked_for_again_where_that_is_safe() {
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nhalf";
    let capture = Capture::answering(&[answer]);
    let environment = TestEnvironment::new();
    environment.config(&format!("[profile.p]\nscheme = \"none\"\nurl = \"{}\"\n", capture.url()));
    for (words, expected) in [
        (&["p", "/x"][..], &["-o FILE --retry 3 asks again"][..]),
        (&["p", "/x", "-o", "f"], &["--retry 3 asks again"]),
        (&["p", "post", "/x"], &[]),
        (&["p", "/x", "--retry", "0"], &[]),
    ] {
        assert_eq!(hints(&environment, words, 18), expected, "{words:?}");
    }
}

/// Any word of letters before a path is sent as a METHOD; only a server knows
/// which it takes.
#[test]
fn a_slip_in_the_method_is_named_when_a_server_refuses_it() {
    let no = b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n";
    let denied = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    for (method, answer, status, is_named) in [
        ("gett", &no[..], 4, true),
        ("gett", EMPTY_OK, 0, false),
        ("gett", denied, 4, false),
        ("purge", no, 4, false),
        ("delete", no, 4, false),
    ] {
        let capture = Capture::answering(&[answer]);
        let environment = TestEnvironment::new();
        environment
            .config(&format!("[profile.p]\nscheme = \"none\"\nurl = \"{}\"\n", capture.url()));
        let ran = environment.signreq(&["p", method, "/x"]);
        let output = ran.gives(status, "", Pattern::holds(&[]));
        for told in ["GETT is no method of HTTP; GET may be meant", "hint: signreq p GET /x\n"] {
            assert_eq!(output.stderr.contains(told), is_named, "{method}: {}", output.stderr);
        }
        assert_eq!(output.stderr.contains("is no method"), is_named, "{}", output.stderr);
        let sent = String::from_utf8(capture.requests().remove(0)).unwrap();
        assert!(sent.starts_with(&format!("{} /x ", method.to_uppercase())), "{sent}");
    }
}
