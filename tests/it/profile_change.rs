//! `signreq profile add | set | edit | rename | remove`: what is asked, what is
//! refused, and that the config file is never half of anything.

#![cfg(unix)]

mod file;

use crate::environment::{Pattern, TestEnvironment};
use std::os::unix::fs::PermissionsExt as _;

const PATH: &str = "[HOME]/.config/signreq/config.toml";

const CONFIG: &str = "\
# kept by hand
[profile.p]
scheme = \"bearer\"
url = \"http://127.0.0.1:9\"  # ours
token = { env = \"TOKEN\" }
";

fn world() -> TestEnvironment {
    let environment = TestEnvironment::new();
    environment.config(CONFIG);
    environment
}

fn text(environment: &TestEnvironment) -> String {
    std::fs::read_to_string(environment.config_path()).unwrap()
}

#[track_caller]
fn refused(environment: &TestEnvironment, words: &[&str], status: i32, holds: &[&str]) {
    let before = std::fs::read(environment.config_path()).ok();
    let words = [&["profile"], words].concat();
    let told = environment.signreq(&words).gives(status, "", Pattern::holds(holds));
    assert!(!told.stderr.contains("geheim"), "{}", told.stderr);
    assert_eq!(std::fs::read(environment.config_path()).ok(), before);
}

/// A POSIX shell's lines that type at a terminal: each piece once the terminal
/// shows the text before it. What it shows is in the file `seen`.
fn typing(line: &str, pieces: &[(&str, &str)]) -> String {
    // A shell starts what it runs beside itself with Ctrl-C ignored.
    let mut script = format!(
        "rm -f keys; mkfifo keys; : > seen; script -qefc 'env --default-signal=INT {line}' seen < keys \
         > /dev/null & exec 3> keys\n"
    );
    for (shown, keys) in pieces {
        script.push_str(&format!(
            "until grep -aqF '{shown}' seen || ! kill -0 $! 2>/dev/null; do sleep 0.01; done; \
             printf '{keys}' >&3\n"
        ));
    }
    script.push_str("wait $!; echo \"ended with $?\"\n");
    script
}

/// What a user sees who types so, and how it ended.
fn typed(environment: &TestEnvironment, line: &str, pieces: &[(&str, &str)]) -> String {
    let ran = environment.shell(&typing(line, pieces));
    let ended = ran.gives(0, Pattern::holds(&["ended with "]), "").stdout;
    let seen = std::fs::read(environment.work().join("seen")).unwrap();
    format!("{}{ended}", String::from_utf8_lossy(&seen))
}

#[test]
fn from_nothing_to_a_signed_answer_takes_one_command_and_one_paste() {
    let environment = TestEnvironment::new();
    let key = "SandboxConsumerKey:SandboxTokenKey001:SandboxTokenSecretOfNoValue00001";
    let typing = typing(
        "signreq profile add maas url=$SIGNREQ_MAAS_URL",
        &[("not shown): ", &format!("{key}\\n")), ("Try it now? [y/N] ", "y\\n")],
    );
    // Nothing is left of the profile that the sandbox makes ready.
    let line = format!(
        "unset SIGNREQ_CONFIG SIGNREQ_MAAS_KEY\n{typing}unset SIGNREQ_MAAS_URL; signreq maas get /version/\n"
    );
    let words = ["sandbox", "--", "sh", "-c", &line];
    environment.signreq(&words).gives(0, Pattern::holds(&["ended with 0\n{\"version\":"]), "");
    let seen = std::fs::read_to_string(environment.work().join("seen")).unwrap();
    assert!(seen.contains("profile maas works: GET /users/?op=whoami was answered"), "{seen}");
    assert!(!seen.contains("SandboxToken"), "the key is shown: {seen}");
    assert!(text(&environment).contains(&format!("key = \"{key}\"\n")));
    let mode = std::fs::metadata(environment.config_path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn only_what_is_open_is_asked_and_enter_takes_the_default() {
    let environment = TestEnvironment::new();
    let seen = typed(
        &environment,
        "signreq profile add dci",
        &[
            ("[https://api.distributed-ci.io]: ", "\\n"),
            ("access_key (", "remoteci/1\\n"),
            ("not shown): ", "geheim\\n"),
            ("Try it now?", "\\n"),
        ],
    );
    assert!(seen.contains("access_key: usually it is remoteci/UUID"), "{seen}");
    assert!(seen.contains("ended with 0") && !seen.contains("geheim"), "{seen}");
    for unasked in ["region", "service", "algorithm"] {
        assert!(!seen.contains(unasked), "{seen}");
    }
    let expected = "[profile.dci]\npreset = \"dci\"\naccess_key = \"remoteci/1\"\n\
                    secret_key = \"geheim\"\n";
    assert_eq!(text(&environment), expected);
}

#[test]
fn a_slip_in_the_url_is_asked_for_again() {
    let environment = TestEnvironment::new();
    let seen = typed(
        &environment,
        "signreq profile add foreman consumer_key=k consumer_secret.env=S user=u",
        &[
            ("url (", "foreman.example\\n"),
            ("no scheme", "https://foreman.example\\n"),
            ("Try it", "n\\n"),
        ],
    );
    assert!(seen.contains("ended with 0"), "{seen}");
    assert!(text(&environment).contains("url = \"https://foreman.example\"\n"));
}

#[test]
fn an_interrupted_question_leaves_nothing() {
    for (shown, keys) in [("url (", "\\003"), ("url (", "\\004"), ("not shown): ", "\\003")] {
        let environment = TestEnvironment::new();
        let line = match shown {
            "url (" => "signreq profile add maas",
            _ => "signreq profile add maas url=https://h/MAAS",
        };
        let seen = typed(&environment, line, &[(shown, keys)]);
        assert!(seen.contains("ended with 130"), "{seen}");
        assert!(!environment.config_path().exists(), "{seen}");
    }
}

#[test]
fn without_a_terminal_the_missing_fields_make_a_command() {
    let environment = TestEnvironment::new();
    refused(
        &environment,
        &["add", "rack", "--preset", "maas"],
        2,
        &[
            "url, key are missing",
            "signreq profile add rack --preset maas url=https://… key.command='pass show …'",
        ],
    );
    refused(&environment, &["add", "shop"], 2, &["what kind of profile is 'shop'?", "--scheme is"]);
    refused(&environment, &["add", "x", "--preset", "mass"], 2, &["did you mean --preset maas?"]);
    refused(&environment, &["add", "login", "--preset", "maas"], 78, &["is a command's name"]);
    assert!(!environment.config_path().exists());
}

#[test]
fn a_secret_is_read_from_standard_input_but_never_from_the_words() {
    let environment = TestEnvironment::new();
    let words = ["profile", "add", "maas", "url=https://h/MAAS", "key=-"];
    let told = format!("signreq: profile maas is in {PATH}\n");
    let shaped = ["a".repeat(18), "b".repeat(18), "c".repeat(32)].join(":");
    environment.signreq_reading(&words, format!("{shaped}\n")).gives(0, "", told);
    assert!(text(&environment).contains(&format!("key = \"{shaped}\"\n")));
    // A line break inside, a wrong order, quotes: written, with a warning.
    for (key, holds) in [
        (format!("\"{shaped}\""), "the quotes"),
        (["c".repeat(32), "a".repeat(18), "b".repeat(18)].join(":"), "the secret stands first"),
        (format!(" {shaped}\n\n"), "a line break at its end"),
        ("a:b".to_owned(), "three parts"),
    ] {
        let words = ["profile", "set", "maas", "key"];
        let ran = environment.signreq_reading(&words, &key);
        let told = ran.gives(0, "", Pattern::holds(&["warning: key: ", holds]));
        assert!(!told.stderr.contains("aaa"), "{}", told.stderr);
    }
    for word in ["key=geheim", "key=geheim:a:b"] {
        refused(&environment, &["set", "maas", word], 2, &["key=-", "key.command='pass show …'"]);
        refused(&environment, &["add", "ma", "--preset", "maas", word], 2, &["key.env=VARIABLE"]);
    }
    let words = ["profile", "set", "maas", "key=-"];
    environment.signreq(&words).gives(26, "", Pattern::holds(&["standard input: key is empty"]));
    let hidden = ["set", "maas", "headers.X-Auth-Token=geheim"];
    refused(&environment, &hidden, 2, &["X-Auth-Token most likely holds a secret"]);
}

#[test]
fn sources_are_written_as_the_config_has_them() {
    let environment = world();
    environment
        .signreq(&["profile", "set", "p", "token.command=echo a | tr a b", "token.shell=true"])
        .gives(0, "", "");
    assert!(
        text(&environment).contains("token = { command = \"echo a | tr a b\", shell = true }\n")
    );
    environment.signreq(&["sign", "p", "/x"]).gives(0, "Authorization: Bearer b\n", "");
    environment.signreq(&["profile", "set", "p", "token.file=t", "timeout=5s"]).gives(0, "", "");
    environment.signreq(&["profile", "set", "p", "timeout=", "insecure=true"]).gives(0, "", "");
    let expected = CONFIG.replace("{ env = \"TOKEN\" }", "{ file = \"t\" }");
    assert_eq!(text(&environment), format!("{expected}insecure = true\n"));
    for (word, holds) in [
        ("tokn.env=A", "did you mean token?"),
        ("token.evn=A", "did you mean token.env?"),
        ("token.env=", "token.env is empty"),
        ("token.shell=maybe", "true or false"),
        ("timeout.env=A", "timeout takes no source"),
        ("insecure=yes", "true or false"),
        ("headers=x", "headers.Name=value"),
    ] {
        refused(&environment, &["set", "p", word], 2, &[holds]);
    }
    refused(&environment, &["set", "p", "timeout=soon"], 78, &["timeout: 'soon'"]);
    refused(&environment, &["set", "q", "timeout=1s"], 78, &["there is no profile 'q'", PATH]);
    refused(&environment, &["add", "p", "--scheme", "none"], 78, &["has a profile 'p' already"]);
}

#[test]
fn renaming_keeps_what_it_is_and_removing_asks() {
    let mut environment = TestEnvironment::new();
    environment.config("[profile.maas]\nurl = \"http://h/MAAS\"\nkey = { env = \"K\" }\n");
    environment.set("SIGNREQ_MAAS_TIMEOUT", "1s");
    environment.signreq(&["profile", "rename", "maas", "rack"]).gives(
        0,
        "",
        "signreq: warning: SIGNREQ_MAAS_TIMEOUT is still set, for the old name\n",
    );
    environment.signreq(&["profile", "show", "rack"]).gives(
        0,
        Pattern::holds(&["preset = \"maas\" "]),
        "",
    );
    refused(&environment, &["remove", "rack"], 2, &["signreq profile remove rack --yes"]);
    let seen = typed(&environment, "signreq profile remove rack", &[("[y/N] ", "\\n")]);
    assert!(seen.contains("ended with 0") && text(&environment).contains("rack"), "{seen}");
    environment.signreq(&["profile", "remove", "rack", "--yes"]).gives(0, "", "");
    assert_eq!(text(&environment), "");
    // A secret that is in a keyring is asked about too.
    environment.config("[profile.p]\nscheme = \"bearer\"\ntoken = { keyring = \"p.token\" }\n");
    let asked = "Remove keyring entry";
    let keys = [("? [y/N] ", "y\\n"), (asked, "\\n")];
    let seen = typed(&environment, "signreq profile remove p", &keys);
    assert!(
        seen.contains("keyring entry '\''p.token'\'' too? [y/N]") || seen.contains(asked),
        "{seen}"
    );
    assert!(
        seen.contains("stays, and no profile uses it") && seen.contains("ended with 0"),
        "{seen}"
    );
    assert_eq!(text(&environment), "");
}

#[test]
fn an_edit_is_taken_only_when_it_can_be_used() {
    let mut environment = world();
    let editor = |environment: &mut TestEnvironment, line: &str| {
        environment.file("editor", format!("#!/bin/sh\n{line}\n"));
        environment.shell("chmod 700 editor").gives(0, "", "");
        environment.set("EDITOR", environment.work().join("editor"));
    };
    editor(&mut environment, "ls -l \"$1\" | cut -c1-10 > mode; sed -i s/ours/theirs/ \"$1\"");
    environment.signreq(&["profile", "edit"]).gives(0, "", "");
    assert_eq!(text(&environment), CONFIG.replace("ours", "theirs"));
    let mode = std::fs::read_to_string(environment.work().join("mode")).unwrap();
    assert_eq!(mode, "-rw-------\n");
    editor(&mut environment, "true");
    let told = "signreq: nothing was changed\n";
    environment.signreq(&["profile", "edit", "p"]).gives(0, "", told);
    for (line, holds) in [
        ("echo '[' >> \"$1\"", ".toml:6:"),
        ("echo 'tokn = 1' >> \"$1\"", "did you mean 'token'?"),
        ("echo '[profile.p]' >> \"$1\"", "duplicate key"),
        ("exit 3", "exit code 3"),
    ] {
        editor(&mut environment, line);
        refused(
            &environment,
            &["edit"],
            if line == "exit 3" { 2 } else { 78 },
            &["nothing was changed", holds],
        );
    }
    environment.shell("unset EDITOR; signreq profile edit < /dev/null | cat").gives(
        0,
        "",
        "signreq: nobody is at a terminal to edit the config\nhint: signreq profile set NAME FIELD=VALUE\n",
    );
    // What was typed is not lost.
    let kept =
        "f=$(ls \"$TMPDIR\"/signreq-*.toml | tail -1); test -s \"$f\" && ls -l \"$f\" | cut -c1-10";
    environment.shell(kept).gives(0, "-rw-------\n", "");
    // Another change meanwhile is not overwritten.
    let meanwhile = "echo '# mine' >> \"$1\"; EDITOR= signreq profile set p timeout=3s";
    editor(&mut environment, meanwhile);
    let words = ["profile", "edit"];
    environment.signreq(&words).gives(78, "", Pattern::holds(&["it was changed meanwhile"]));
    assert!(text(&environment).contains("timeout = \"3s\""));
    environment.set("EDITOR", "/no/such/editor");
    refused(&environment, &["edit"], 2, &["cannot be run", "export EDITOR="]);
    refused(&environment, &["edit", "q"], 78, &["there is no profile 'q'"]);
    // A config that cannot be read is here to be mended.
    environment.config("[profile.p\n");
    editor(&mut environment, "echo '[profile.p]' > \"$1\"; echo 'scheme = \"none\"' >> \"$1\"");
    environment.signreq(&words).gives(0, "", "");
}
