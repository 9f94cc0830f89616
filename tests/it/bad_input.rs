//! What bad input gets: the exit code and message of the contract, a hint that
//! is a command, never a panic, never a secret.

use crate::capture::{Capture, EMPTY_OK};
use crate::environment::{Output, Pattern, TestEnvironment};
use std::io::Write as _;
use std::net::TcpListener;

/// A secret that no output may hold.
const SECRET: &str = "q7Geheimnis-nobody-may-see";

fn world(profile: &str) -> TestEnvironment {
    let environment = TestEnvironment::new();
    environment.config(profile);
    environment
}

/// An environment whose profile `p` does not sign, for the server at `url`.
fn unsigned(url: &str) -> TestEnvironment {
    world(&format!("[profile.p]\nscheme = \"none\"\nurl = \"{url}\"\n"))
}

/// The program under a pseudo-terminal: `script` of util-linux makes one.
pub(crate) fn on_a_terminal(
    environment: &TestEnvironment,
    line: &str,
    status: i32,
    holds: &[&str],
) -> Output {
    let quoted = line.replace('\'', "'\\''");
    environment.shell(&format!("script -qec '{quoted}' /dev/null < /dev/null")).gives(
        status,
        Pattern::holds(holds),
        "",
    )
}

#[track_caller]
fn no_secret(output: &Output) {
    for text in [&output.stdout, &output.stderr] {
        assert!(!text.contains(SECRET), "the secret is shown: {text}");
        assert!(!text.contains("panicked"), "{text}");
    }
}

#[test]
fn a_key_of_the_wrong_shape_says_how_many_parts_it_needs() {
    for (key, parts) in [(format!("a:{SECRET}"), "2 parts"), (format!("a:b:c:{SECRET}"), "4 parts")]
    {
        let environment = world(&format!(
            "[profile.maas]\npreset = \"maas\"\nurl = \"http://127.0.0.1:1/MAAS\"\nkey = \"{key}\"\n"
        ));
        let output = environment.signreq(&["maas", "get", "/machines/"]).gives(
            78,
            "",
            Pattern::holds(&["profile maas", parts, "MAAS keys have 3", "consumer:token:secret"]),
        );
        no_secret(&output);
    }
}

#[test]
fn a_missing_profile_names_the_nearest_one() {
    let environment = unsigned("http://127.0.0.1:1");
    environment.signreq(&["mass", "get", "/x"]).gives(
        78,
        "",
        Pattern::holds(&["mass", "maas", "hint"]),
    );
    TestEnvironment::new().signreq(&["nothing", "get", "/x"]).gives(
        78,
        "",
        Pattern::holds(&["nothing", "hint"]),
    );
}

#[test]
fn an_unknown_key_names_the_nearest_known_one_and_its_place() {
    let environment = world("[profile.p]\nscheme = \"none\"\nurll = \"http://h/\"\n");
    environment.signreq(&["p", "/x"]).gives(
        78,
        "",
        Pattern::holds(&["config.toml:3:1", "urll", "url"]),
    );
}

#[test]
fn a_config_that_is_no_toml_says_where() {
    let environment = world("[profile.p\nscheme = \"none\"\n");
    environment.signreq(&["p", "/x"]).gives(78, "", Pattern::holds(&["config.toml:1:"]));
}

#[test]
fn a_config_named_but_missing_is_an_error() {
    let environment = TestEnvironment::new();
    environment.signreq(&["--config", "no/such.toml", "p", "/x"]).gives(
        78,
        "",
        Pattern::holds(&["no/such.toml"]),
    );
}

#[cfg(unix)]
#[test]
fn a_secret_that_others_may_read_is_refused_with_the_command_that_mends_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let environment = world(&format!(
        "[profile.p]\nscheme = \"bearer\"\nurl = \"http://127.0.0.1:1\"\ntoken = \"{SECRET}\"\n"
    ));
    let mode = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(environment.config_path(), mode).unwrap();
    let output =
        environment.signreq(&["p", "/x"]).gives(78, "", Pattern::holds(&["chmod 600", "644"]));
    no_secret(&output);
}

#[test]
fn a_bad_item_is_marked() {
    let environment = unsigned("http://127.0.0.1:1");
    environment.signreq(&["p", "/x", "a[b=1"]).gives(2, "", Pattern::holds(&["a[b", "^", "hint"]));
    environment.signreq(&["p", "/x", "a:={"]).gives(2, "", Pattern::holds(&["^"]));
    environment.signreq(&["p", "/x", "a[b]=1", "a[0]=2"]).gives(
        2,
        "",
        Pattern::holds(&["a[0]", "^"]),
    );
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let environment = unsigned("http://127.0.0.1:1");
    for words in [
        vec!["p", "/x", "-d", "@no/such"],
        vec!["p", "/x", "-T", "no/such"],
        vec!["p", "/x", "a@no/such"],
        vec!["p", "/x", "a=@no/such"],
        vec!["p", "/x", "-H", "@no/such"],
        vec!["p", "/x", "-w", "@no/such"],
    ] {
        environment.signreq(&words).gives(26, "", Pattern::holds(&["no/such"]));
    }
}

#[test]
fn a_refused_connection_is_7() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let output = unsigned(&format!("http://{free}")).signreq(&["p", "/x"]).gives(
        7,
        "",
        Pattern::holds(&["could not connect", &free.to_string()]),
    );
    no_secret(&output);
}

#[test]
fn a_time_limit_that_ran_out_is_28() {
    // Accepts and says nothing.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    unsigned(&url).signreq(&["-m", "300ms", "p", "/x"]).gives(
        28,
        "",
        Pattern::holds(&["--max-time"]),
    );
}

#[test]
fn a_bad_duration_is_wrong_usage() {
    unsigned("http://127.0.0.1:1").signreq(&["-m", "soon", "p", "/x"]).gives(
        2,
        "",
        Pattern::holds(&["soon", "--max-time"]),
    );
}

#[test]
fn a_body_that_ends_early_is_18_and_leaves_no_file() {
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nhalf";
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut request = [0; 4096];
            let _ = std::io::Read::read(&mut stream, &mut request);
            let _ = stream.write_all(answer);
        }
    });
    let environment = unsigned(&url);
    environment.signreq(&["p", "/x"]).gives(
        18,
        "half",
        Pattern::holds(&["the body ended after 4 of 100 bytes"]),
    );
    environment.signreq(&["p", "/x", "-o", "out"]).gives(
        18,
        "",
        Pattern::holds(&["the body ended after 4 of 100 bytes"]),
    );
    let left: Vec<_> = std::fs::read_dir(environment.work()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn what_is_not_http_is_56_and_nothing_at_all_is_52() {
    let garbage = Capture::answering(&[b"SSH-2.0-OpenSSH_9.2\r\n\r\n"]);
    unsigned(&garbage.url()).signreq(&["p", "/x"]).gives(56, "", Pattern::holds(&["HTTP"]));
    let silent = Capture::answering(&[b""]);
    unsigned(&silent.url()).signreq(&["p", "/x"]).gives(52, "", Pattern::holds(&["signreq:"]));
}

#[test]
fn statuses_have_their_codes_and_repeat_the_apis_words() {
    for (status, code) in
        [("301 Moved Permanently", 3), ("404 Not Found", 4), ("503 Service Unavailable", 5)]
    {
        let answer = format!("HTTP/1.1 {status}\r\nLocation: /y\r\nContent-Length: 4\r\n\r\nbody");
        let capture = Capture::answering(&[answer.as_bytes()]);
        let environment = unsigned(&capture.url());
        let line = format!("GET {}/x answered {status}", capture.url());
        environment.signreq(&["p", "/x"]).gives(code, "body", Pattern::holds(&[&line]));
        // With -o the file stays untouched, the body goes to standard output.
        let path = environment.file("out", "before");
        environment.signreq(&["p", "/x", "-o", "out"]).gives(
            code,
            "body",
            Pattern::holds(&[&line]),
        );
        assert_eq!(std::fs::read_to_string(path).unwrap(), "before");
        environment.signreq(&["-f", "p", "/x"]).gives(code, "", Pattern::holds(&[&line]));
        environment.signreq(&["-s", "p", "/x"]).gives(code, "body", "");
        environment.signreq(&["-fsS", "p", "/x"]).gives(code, "", Pattern::holds(&[&line]));
    }
}

#[test]
fn not_modified_is_a_success_only_when_asked() {
    let capture = Capture::answering(&[b"HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n"]);
    let environment = unsigned(&capture.url());
    environment.signreq(&["p", "/x", "If-None-Match:\"a\""]).gives(0, "", "");
    environment.signreq(&["p", "/x"]).gives(3, "", Pattern::holds(&["304"]));
}

#[test]
fn invalid_json_is_shown_as_it_is() {
    let answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{\"a\": nope";
    let capture = Capture::answering(&[answer]);
    let environment = unsigned(&capture.url());
    environment.signreq(&["p", "/x"]).gives(0, "{\"a\": nope", "");
    on_a_terminal(&environment, "signreq p /x", 0, &["ope", "not valid JSON", "--format raw"]);
}

#[test]
fn json_is_formatted_for_a_terminal_and_left_alone_in_a_pipe() {
    let body = r#"{"z":1.10,"a":[1e400,{}],"é":"x"}"#;
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let capture = Capture::answering(&[answer.as_bytes()]);
    let mut environment = unsigned(&capture.url());
    environment.signreq(&["p", "/x"]).gives(0, body, "");
    let colored = on_a_terminal(&environment, "TERM=xterm signreq p /x", 0, &["1.10", "1e400"]);
    assert!(colored.stdout.contains('\u{1b}'), "{}", colored.stdout);
    environment.set("NO_COLOR", "1");
    let plain = on_a_terminal(&environment, "TERM=xterm signreq p /x", 0, &[]).stdout;
    let plain = plain.replace('\r', "");
    assert!(plain.contains("\"z\": 1.10,\n"), "{plain}");
    let tight: String = plain.chars().filter(|letter| !letter.is_whitespace()).collect();
    assert_eq!(tight, body);
}

#[test]
fn binary_is_refused_at_a_terminal_and_passed_into_a_pipe() {
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\x00\x01\xff\x02";
    let capture = Capture::answering(&[answer]);
    let environment = unsigned(&capture.url());
    on_a_terminal(&environment, "signreq p /x", 23, &["binary", "add -o FILE"]);
    environment.shell("signreq p /x | od -An -tx1").gives(0, " 00 01 ff 02\n", "");
    environment.signreq(&["p", "/x", "-o", "out"]).gives(0, "", "");
    assert_eq!(std::fs::read(environment.work().join("out")).unwrap(), b"\x00\x01\xff\x02");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let body = "x".repeat(1_000_000);
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let capture = Capture::answering(&[answer.as_bytes()]);
    let environment = unsigned(&capture.url());
    environment
        .shell("{ signreq p /x; echo $? > status; } | head -c 1; cat status")
        .gives(0, "x0\n", "");
    environment
        .shell("{ signreq --help; echo $? > status; } | head -c 1 > /dev/null; cat status")
        .gives(0, "0\n", "");
}

#[test]
fn output_that_cannot_be_written_is_23() {
    let capture = Capture::answering(&[b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"]);
    let environment = unsigned(&capture.url());
    environment.signreq(&["p", "/x", "-o", "no/such/place"]).gives(
        23,
        "",
        Pattern::holds(&["no/such/place"]),
    );
    if std::path::Path::new("/dev/full").exists() {
        environment.shell("signreq p /x > /dev/full").gives(23, "", Pattern::holds(&["space"]));
    }
}

#[test]
fn a_given_authorization_is_refused_where_the_profile_signs() {
    let capture = Capture::answering(&[EMPTY_OK]);
    let environment = world(&format!(
        "[profile.p]\nscheme = \"bearer\"\nurl = \"{}\"\ntoken = \"{SECRET}\"\n",
        capture.url()
    ));
    let output = environment.signreq(&["p", "/x", "Authorization:mine"]).gives(
        2,
        "",
        Pattern::holds(&["Authorization"]),
    );
    no_secret(&output);
    assert!(capture.requests().is_empty());
}

#[test]
fn no_secret_is_shown_by_verbose_explain_or_dry_run() {
    let capture = Capture::answering(&[EMPTY_OK]);
    let url = capture.url();
    let environment = world(&format!(
        r#"
[profile.maas]
preset = "maas"
url = "{url}/MAAS"
key = "ck:tk:{SECRET}"
[profile.oauth]
scheme = "oauth1"
url = "{url}"
consumer_key = "ck"
consumer_secret = "{SECRET}"
token = "t"
token_secret = "{SECRET}"
[profile.ovh]
preset = "ovh"
endpoint = "{url}"
application_key = "ak"
application_secret = "{SECRET}"
consumer_key = "{SECRET}"
[profile.s3]
preset = "s3"
url = "{url}"
access_key = "ak"
secret_key = "{SECRET}"
session_token = "{SECRET}"
[profile.bearer]
scheme = "bearer"
url = "{url}"
token = "{SECRET}"
[profile.basic]
scheme = "basic"
url = "{url}"
user = "me"
password = "{SECRET}"
"#
    ));
    for profile in ["maas", "oauth", "ovh", "s3", "bearer", "basic"] {
        for words in [
            vec!["--timestamp", "1", "-v", profile, "get", "/x"],
            vec!["--dry-run", profile, "get", "/x"],
            vec!["explain", profile, "get", "/x"],
            vec!["explain", "--format", "json", profile, "get", "/x"],
        ] {
            let ran = environment.signreq(&words);
            let (stdout, stderr) = match words.contains(&"-v") {
                true => ("".into(), Pattern::holds(&["> GET ", "< HTTP/1.1 200"])),
                false => (Pattern::Something, "".into()),
            };
            no_secret(&ran.gives(0, stdout, stderr));
        }
        let shown = environment
            .signreq(&["--dry-run", "--show-secrets", profile, "get", "/x"])
            .gives(0, Pattern::Something, "");
        let has_it = match profile {
            "basic" => shown.stdout.contains("Authorization: Basic bWU6"),
            "oauth" => !shown.stdout.contains(SECRET),
            _ => shown.stdout.contains(SECRET),
        };
        assert!(has_it, "{profile}: {}", shown.stdout);
    }
}
