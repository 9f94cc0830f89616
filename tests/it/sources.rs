//! Where secrets come from, through the program: how often each source is
//! asked, what its processes see, and what is told where it fails.

use crate::environment::{Pattern, TestEnvironment};

fn token_from(environment: &TestEnvironment, source: &str) {
    environment.config(&format!(
        "[profile.p]\nscheme = \"bearer\"\nurl = \"http://127.0.0.1:9\"\ntoken = {source}\n"
    ));
}

/// How often a command that counts its runs has been run.
fn count(environment: &TestEnvironment) -> usize {
    std::fs::read(environment.work().join("count")).map_or(0, |bytes| bytes.len())
}

#[test]
fn a_source_is_asked_once_a_run_and_only_when_it_is_needed() {
    let environment = TestEnvironment::new();
    let counting =
        |value: &str| format!("{{ command = \"printf . >> count; echo {value}\", shell = true }}");
    environment.config(&format!(
        "[profile.ovh]\npreset = \"ovh\"\nendpoint = {}\napplication_key = \"k\"\n\
         application_secret = \"s\"\nconsumer_key = \"c\"\n\
         [profile.candlepin]\npreset = \"candlepin\"\nurl = \"http://127.0.0.1:9\"\n\
         consumer_key = \"k\"\nconsumer_secret = \"s\"\nuser = \"u\"\nconsumer = {}\n\
         [profile.incomplete]\npreset = \"candlepin\"\nconsumer_key = \"k\"\nconsumer_secret = {}\n",
        counting("ovh-eu"),
        counting("c"),
        counting("s")
    ));
    // The endpoint gives the URL and tells where tokens are given out.
    environment.signreq(&["--dry-run", "ovh", "/me"]).gives(
        0,
        Pattern::holds(&["eu.api.ovh.com"]),
        "",
    );
    assert_eq!(count(&environment), 1);
    // A user is given: whom to act as otherwise is not looked up.
    environment.signreq(&["--dry-run", "candlepin", "/x"]).gives(
        0,
        Pattern::holds(&["cp-user: u"]),
        "",
    );
    assert_eq!(count(&environment), 1);
    // Nothing is asked for where something else is missing.
    environment.signreq(&["--dry-run", "incomplete", "/x"]).gives(
        78,
        "",
        Pattern::holds(&["url is not set"]),
    );
    environment.signreq(&["--help"]).gives(0, Pattern::Something, "");
    environment.signreq(&["__complete", ""]).gives(0, Pattern::Something, "");
    assert_eq!(count(&environment), 1);
}

#[test]
fn a_command_sees_the_environment_but_none_of_our_secrets() {
    let mut environment = TestEnvironment::new();
    environment.set("SIGNREQ_OVH_APPLICATION_SECRET", "geheim");
    environment.set("OTHER", "passed-on");
    token_from(
        &environment,
        "{ command = \"env | cut -c1-16 | grep -v ' ' | tr '\\\\n' ,\", shell = true }",
    );
    let signed = environment.signreq(&["sign", "p", "/x"]).gives(
        0,
        Pattern::holds(&["OTHER=passed-on,", "PATH="]),
        "",
    );
    assert!(!signed.stdout.contains("SIGNREQ"), "{}", signed.stdout);
}

#[test]
fn what_a_command_prints_wrongly_is_told_without_repeating_it() {
    let environment = TestEnvironment::new();
    for (command, why) in [
        ("true", "command 'true' gives an empty value"),
        ("printf '\\\\n'", "command 'printf' gives an empty value"),
        ("printf 'geheim\\\\377'", "command 'printf' holds bytes that are not UTF-8"),
        ("no-such-program x", "command 'no-such-program' cannot be run: No such file"),
        ("sh -c 'echo geheim; echo locked >&2; exit 9'", "ended with exit code 9: locked"),
        ("sh -c 'kill -9 $$'", "command 'sh' was killed by a signal"),
    ] {
        token_from(&environment, &format!("{{ command = \"{command}\" }}"));
        let told = environment.signreq(&["sign", "p", "/x"]).gives(78, "", Pattern::holds(&[why]));
        assert!(!told.stderr.contains("geheim"), "{}", told.stderr);
    }
}

#[test]
fn sources_that_are_written_wrongly_are_placed() {
    let environment = TestEnvironment::new();
    for (source, why) in [
        ("{ keyring = \"\" }", "config.toml:4:21: token: the keyring's entry has no name"),
        ("{ keyring = 1 }", "config.toml:4:21: keyring must be a string"),
        ("{ keyring = \"a\", shell = true }", "token: shell belongs to command"),
        ("{ env = \"A\", kernel = true }", "token: kernel belongs to keyring"),
        ("{ keyring = \"a\", kernel = 1 }", "kernel must be true or false"),
        ("{ prompt = \"a\" }", "prompt must be true or false"),
        ("{ prompt = false }", "token: prompt = false gives no value"),
        ("{ keyrin = \"a\" }", "unknown key 'keyrin'; did you mean 'keyring'?"),
        ("{ }", "token needs exactly one of env, file, command, keyring and prompt"),
    ] {
        token_from(&environment, source);
        environment.signreq(&["sign", "p", "/x"]).gives(78, "", Pattern::holds(&[why]));
    }
}

#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn without_a_session_bus_the_keyring_fails_at_once_and_names_the_alternatives() {
    let mut environment = TestEnvironment::new();
    token_from(&environment, "{ keyring = \"mine\" }");
    let alternatives = [
        "{ command = \"…\" }, { file = \"…\" } or { env = \"…\" }",
        #[cfg(target_os = "linux")]
        "{ keyring = \"…\", kernel = true }",
    ];
    let told = |environment: &TestEnvironment, why: &str| {
        let told = [&["profile p: token: keyring entry", why], &alternatives[..]].concat();
        environment.signreq(&["sign", "p", "/x"]).gives(78, "", Pattern::holds(&told));
    };
    told(&environment, "there is no D-Bus session");
    // What is there is no bus.
    environment.set("DBUS_SESSION_BUS_ADDRESS", "unix:path=/no/such/socket");
    told(&environment, "/no/such/socket");
    environment.set("DBUS_SESSION_BUS_ADDRESS", "nonsense");
    told(&environment, "colon");
}

#[cfg(target_os = "linux")]
#[test]
fn the_kernels_keyring_is_asked_only_where_the_config_says_so() {
    let environment = TestEnvironment::new();
    token_from(&environment, "{ keyring = \"no-such-entry\", kernel = true }");
    // Containers may have no keyring at all.
    environment.signreq(&["sign", "p", "/x"]).gives(
        78,
        "",
        Pattern::holds(&["profile p: token: kernel keyring ", "'no-such-entry'"]),
    );
    token_from(&environment, "{ keyring = \"no-such-entry\", kernel = false }");
    environment.signreq(&["sign", "p", "/x"]).gives(78, "", Pattern::holds(&["no D-Bus session"]));
}

#[cfg(target_os = "linux")]
#[test]
fn a_prompt_needs_a_terminal() {
    let environment = TestEnvironment::new();
    token_from(&environment, "{ prompt = true }");
    // In a session of its own a process has none.
    environment.program("setsid", &["-w", "signreq", "sign", "p", "/x"]).gives(
        78,
        "",
        Pattern::holds(&["token: there is no terminal to ask at", "{ command = \"…\" }"]),
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_prompt_asks_once_and_shows_nothing_of_what_is_typed() {
    let environment = TestEnvironment::new();
    token_from(&environment, "{ prompt = true }");
    let typed = |line: &str, words: &str| {
        let script = format!("(sleep 1; printf '{line}') | script -qec '{words}' /dev/null");
        environment.shell(&script)
    };
    // The streams go elsewhere: the terminal shows the question alone.
    let shown = typed("geheim\\n", "signreq sign p /x >out 2>err");
    shown.gives(0, "token: \r\n", "");
    let read = |name: &str| std::fs::read_to_string(environment.work().join(name)).unwrap();
    assert_eq!(read("out"), "Authorization: Bearer geheim\n");
    assert_eq!(read("err"), "");
    typed("\\n", "signreq sign p /x 2>err").gives(78, "token: \r\n", "");
    assert!(read("err").contains("profile p: token: nothing was typed"), "{}", read("err"));
}
