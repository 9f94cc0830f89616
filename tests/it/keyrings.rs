//! Secrets in keyrings, as far as that needs none that runs: what is refused
//! before anybody types a secret, and what is said of entries that stay. A
//! keyring that runs is in `tests/interop`.

use crate::capture::Capture;
use crate::environment::{Pattern, TestEnvironment};

const SHARED: &str = "\
[profile.p]
scheme = \"bearer\"
url = \"http://127.0.0.1:9\"
token = { keyring = \"p.token\" }

[profile.q]
scheme = \"bearer\"
url = \"http://127.0.0.1:9\"
token = { keyring = \"p.token\" }

[profile.r]
scheme = \"oauth1\"
url = \"http://127.0.0.1:9\"
consumer_key = \"k\"
consumer_secret = { keyring = \"r.consumer_secret\", kernel = true }
";

fn world() -> TestEnvironment {
    let environment = TestEnvironment::new();
    environment.config(SHARED);
    environment
}

fn text(environment: &TestEnvironment) -> String {
    std::fs::read_to_string(environment.config_path()).unwrap()
}

#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn a_keyring_that_cannot_be_used_is_told_before_a_secret_is_read() {
    let environment = world();
    for words in [
        &["profile", "set", "p", "token", "--keyring"][..],
        &["profile", "add", "n", "--scheme", "bearer", "url=http://h", "token=-", "--keyring"],
    ] {
        // Nothing is on standard input: whoever read it would say so.
        let told = ["there is no D-Bus session", "{ command = \"…\" }"];
        environment.signreq(words).gives(78, "", Pattern::holds(&told));
    }
    assert_eq!(text(&environment), SHARED);
    let words = ["profile", "set", "p", "token", "--kernel"];
    environment.signreq(&words).gives(2, "", Pattern::holds(&["--keyring"]));
}

#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn a_login_whose_credential_belongs_into_a_keyring_asks_that_first() {
    let server = Capture::answering(&[crate::capture::EMPTY_OK]);
    let environment = TestEnvironment::new();
    environment.config(&format!(
        "[profile.ovh]\nendpoint = '{}/1.0'\napplication_key = 'a'\napplication_secret = 's'\n\
         consumer_key = {{ keyring = 'ovh.consumer_key' }}\n",
        server.url()
    ));
    let told = ["keyring entry 'ovh.consumer_key': there is no D-Bus session"];
    environment.signreq(&["login", "ovh"]).gives(78, "", Pattern::holds(&told));
    assert!(server.requests().is_empty());
}

#[test]
fn an_entry_that_nothing_names_any_more_is_told_with_what_removes_it() {
    let environment = world();
    // The other profile still has it.
    environment.signreq(&["profile", "set", "p", "token.env=T"]).gives(0, "", "");
    let stays = "signreq: warning: keyring entry 'p.token' stays, and no profile uses it: ";
    environment.signreq(&["profile", "set", "q", "token.env=T"]).gives(
        0,
        "",
        Pattern::holds(&[stays]),
    );
    let words = ["profile", "remove", "r", "--yes"];
    let stays = ["kernel keyring entry 'r.consumer_secret' stays", "keyctl purge user signreq:r."];
    environment.signreq(&words).gives(0, "", Pattern::holds(&stays));
    assert!(!text(&environment).contains("keyring"));
}

#[test]
fn a_renamed_profile_keeps_its_entry() {
    let environment = world();
    environment.signreq(&["profile", "rename", "r", "s"]).gives(
        0,
        "",
        "signreq: consumer_secret stays in the kernel keyring entry 'r.consumer_secret'\n",
    );
    assert!(text(&environment).contains("[profile.s]\n"));
    assert!(text(&environment).contains("{ keyring = \"r.consumer_secret\", kernel = true }"));
}
