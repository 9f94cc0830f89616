//! `signreq login` and `logout`: credentials are got, stored, used and ended.

use crate::capture::Capture;
use crate::environment::{Pattern, TestEnvironment};
use signreq::sign::encode::decode;

/// A shell in which the sandbox serves and `ovh` has no consumer key, and
/// whose browser allows whatever page it is shown.
fn in_sandbox(script: &str) -> (TestEnvironment, String) {
    let mut environment = TestEnvironment::new();
    let browser = "#!/bin/sh\norigin=${1%%/auth/*}\nenv | grep SIGNREQ_OVH > ../leaked\n\
        SIGNREQ_V_SCHEME=none SIGNREQ_V_URL=$origin exec signreq v get \"$1\"\n";
    let path = environment.file("xdg-open", browser);
    environment.program("chmod", &["755", path.to_str().unwrap()]).gives(0, "", "");
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_signreq")).parent().unwrap();
    let path = format!("{}:{}:/usr/bin:/bin", environment.work().display(), program.display());
    environment.set("PATH", path);
    let script = format!("unset SIGNREQ_CONFIG SIGNREQ_OVH_CONSUMER_KEY\n{script}");
    (environment, script)
}

fn sandbox(
    script: &str,
    code: i32,
    stdout: impl Into<Pattern>,
    stderr: &[&str],
) -> TestEnvironment {
    let (environment, script) = in_sandbox(script);
    let run = environment.signreq(&["sandbox", "--", "sh", "-c", &script]);
    run.gives(code, stdout, Pattern::holds(stderr));
    environment
}

#[test]
fn a_consumer_key_is_allowed_stored_used_and_ended() {
    let script = "signreq login ovh --open --allow 'GET /me' || exit\n\
        signreq ovh get /me >me || exit\n\
        signreq ovh get /domain >domain; test $? = 77 || exit\n\
        cat $XDG_CONFIG_HOME/signreq/config.toml\n\
        key=$(sed -n 's/^consumer_key = //p' $XDG_CONFIG_HOME/signreq/config.toml | tr -d '\"')\n\
        signreq logout ovh || exit\n\
        cat $XDG_CONFIG_HOME/signreq/config.toml\n\
        SIGNREQ_OVH_CONSUMER_KEY=$key signreq ovh get /me >ended; test $? = 77";
    let environment = sandbox(
        script,
        0,
        "[profile.ovh]\nconsumer_key = \"SandboxConsumerKeyRequested00001\"\n[profile.ovh]\n",
        &["allow it on this page: http://127.0.0.1:", "stored in profile ovh", "taken out of"],
    );
    // The browser was given no secret.
    assert_eq!(std::fs::read_to_string(environment.work().join("../leaked")).unwrap(), "");
}

#[test]
fn a_consumer_key_that_is_printed_is_not_stored() {
    let environment = sandbox(
        "signreq login ovh --open --print",
        0,
        "SandboxConsumerKeyRequested00001\n",
        &["allow it on this page"],
    );
    assert!(!environment.config_path().exists());
}

#[test]
fn a_key_that_nobody_allows_is_given_up() {
    let told = &["not allowed within 0 seconds", "--wait 30m"];
    let environment = sandbox("signreq login ovh --wait 0", 28, "", told);
    assert!(!environment.config_path().exists());
}

#[test]
fn an_application_that_is_not_known_is_77() {
    let script = "SIGNREQ_OVH_APPLICATION_KEY=7kbG7Bk7S9Nt7ZSV signreq login ovh";
    sandbox(script, 77, "", &["for a consumer key", "This application key is invalid"]);
}

#[test]
fn a_source_of_the_users_own_is_not_replaced() {
    let config = "[profile.ovh]\nconsumer_key = { command = 'false' } # mine\n";
    let script = format!(
        "mkdir -p $XDG_CONFIG_HOME/signreq; echo \"{config}\" > $XDG_CONFIG_HOME/signreq/config.toml\n\
         signreq login ovh --open"
    );
    let environment = sandbox(&script, 78, "", &["has a source of its own", "--print"]);
    assert!(std::fs::read_to_string(environment.config_path()).unwrap().contains("# mine"));
}

#[test]
fn a_profile_without_a_login_says_so() {
    for profile in ["maas", "dci"] {
        let script = format!("signreq login {profile}; a=$?; signreq logout {profile}; exit $a");
        sandbox(&script, 2, "", &["which has no login"]);
    }
    sandbox("signreq login ovh --allow 'FETCH /me'", 2, "", &["is no rule", "GET /me*"]);
}

#[test]
fn login_has_no_sandbox_of_its_own_and_says_what_has() {
    let login = "hint: signreq sandbox -- signreq login ovh --print\n";
    let logout = "signreq sandbox -- signreq logout ovh";
    for (command, hint) in [("login", login), ("logout", &format!("hint: {logout}\n"))] {
        let environment = TestEnvironment::new();
        let ran = environment.signreq(&[command, "--sandbox", "ovh"]);
        ran.gives(2, "", Pattern::holds(&["there is no option --sandbox", hint]));
    }
    // The one that asks nobody is run.
    TestEnvironment::new().shell(logout).gives(0, "", Pattern::Something);
}

fn answer(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

#[test]
fn an_oauth2_token_is_fetched_anew_and_forgotten() {
    let token = |name: &str| {
        answer(&format!(r#"{{"access_token":"{name}","token_type":"Bearer","expires_in":3600}}"#))
    };
    let tokens = Capture::answering(&[&token("one"), &token("two"), &token("three")]);
    let api = Capture::answering(&[&answer("{}")]);
    let environment = TestEnvironment::new();
    environment.config(&format!(
        "[profile.shop]\nscheme = 'oauth2'\nurl = '{}'\ntoken_url = '{}/token'\n\
         client_id = 'i'\nclient_secret = 'geheim'\n",
        api.url(),
        tokens.url()
    ));
    environment.signreq(&["login", "shop"]).gives(0, "", Pattern::holds(&["holds until 20"]));
    environment.signreq(&["login", "shop", "--print"]).gives(0, "two\n", "");
    environment.signreq(&["shop", "get", "/x"]).gives(0, "{}", "");
    assert!(api.request().contains("\r\nAuthorization: Bearer two\r\n"));
    let run = environment.signreq(&["logout", "shop"]);
    run.gives(0, "", "signreq: the cached token is forgotten\n");
    let run = environment.signreq(&["logout", "shop"]);
    run.gives(0, "", "signreq: no token was cached\n");
    environment.signreq(&["shop", "get", "/x"]).gives(0, "{}", "");
    assert_eq!(tokens.requests().len(), 3);
}

/// The exchange of RFC 5849 section 1.2.
fn photos() -> (Capture, TestEnvironment) {
    let server = Capture::answering(&[
        &answer(
            "oauth_token=hh5s93j4hdidpola&oauth_token_secret=hdhd0244k9j7ao03&\
             oauth_callback_confirmed=true",
        ),
        &answer("oauth_token=nnch734d00sl2jdk&oauth_token_secret=pfkkdhi9sl3r4s00"),
        &answer("{}"),
    ]);
    let environment = TestEnvironment::new();
    let url = server.url();
    environment.config(&format!(
        "[profile.photos]\nscheme = 'oauth1'\nurl = '{url}'\nconsumer_key = 'dpf43f3p2l4k3l03'\n\
         consumer_secret = 'kd94hf93k423kf44'\nrequest_token_url = '{url}/initiate'\n\
         authorize_url = '{url}/authorize'\naccess_token_url = '{url}/token'\n"
    ));
    (server, environment)
}

#[track_caller]
fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
}

/// That the requests are those of the RFC, and what they got signs.
#[track_caller]
fn came_to_a_token(server: &Capture, environment: &TestEnvironment) {
    let config = std::fs::read_to_string(environment.config_path()).unwrap();
    holds(&config, &["token = \"nnch734d00sl2jdk\"", "token_secret = \"pfkkdhi9sl3r4s00\""]);
    let requests = server.requests();
    let text = |at: usize| String::from_utf8(requests[at].clone()).unwrap();
    holds(&text(0), &["POST /initiate HTTP/1.1\r\n", "oauth_consumer_key=\"dpf43f3p2l4k3l03\""]);
    assert!(!text(0).contains("oauth_token="));
    let traded = ["oauth_token=\"hh5s93j4hdidpola\"", "oauth_verifier=\"hfdp7dh39dks9884\""];
    holds(&text(1), &["POST /token HTTP/1.1\r\n", traded[0], traded[1]]);
    environment.signreq(&["photos", "get", "/photos"]).gives(0, "{}", "");
    let signed = String::from_utf8(server.requests()[2].clone()).unwrap();
    holds(&signed, &["oauth_token=\"nnch734d00sl2jdk\""]);
    assert!(!signed.contains("oauth_verifier") && !signed.contains("oauth_callback"));
}

#[test]
fn a_verifier_that_is_handed_over_gets_a_token() {
    let (server, environment) = photos();
    let run = environment.signreq_reading(&["login", "photos", "--verifier"], "hfdp7dh39dks9884\n");
    let page = format!("{}/authorize?oauth_token=hh5s93j4hdidpola", server.url());
    run.gives(0, "", Pattern::holds(&[&page, "token and token_secret stored in profile photos"]));
    holds(&String::from_utf8_lossy(&server.requests()[0]), &["oauth_callback=\"oob\""]);
    came_to_a_token(&server, &environment);
    let run = environment.signreq(&["logout", "photos"]);
    run.gives(0, "", "signreq: token and token_secret taken out of profile photos\n");
    assert!(!std::fs::read_to_string(environment.config_path()).unwrap().contains("pfkkdhi9"));
}

#[test]
fn a_browser_that_comes_back_brings_the_verifier() {
    let (server, environment) = photos();
    std::thread::scope(|scope| {
        let login = scope.spawn(|| environment.signreq(&["login", "photos", "--callback"]));
        let asked = loop {
            if let Some(first) = server.requests().first() {
                break String::from_utf8(first.clone()).unwrap();
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        };
        let callback = asked.split("oauth_callback=\"").nth(1).unwrap().split('"').next().unwrap();
        let callback = String::from_utf8(decode(callback.as_bytes())).unwrap();
        let visit = TestEnvironment::new();
        visit.config(&format!("[profile.v]\nscheme = 'none'\nurl = '{callback}'\n"));
        // Nobody else's token counts.
        let get = |query: &str| visit.signreq(&["v", "get", &format!("{callback}?{query}")]);
        get("oauth_token=x&oauth_verifier=y").gives(4, Pattern::Something, Pattern::Something);
        get("oauth_token=hh5s93j4hdidpola&oauth_verifier=hfdp7dh39dks9884").gives(
            0,
            Pattern::holds(&["can be closed"]),
            "",
        );
        login.join().unwrap().gives(0, "", Pattern::holds(&["stored in profile photos"]));
    });
    came_to_a_token(&server, &environment);
}

#[test]
fn a_verifier_cannot_be_asked_for_without_a_terminal() {
    let (_server, environment) = photos();
    let run = environment.signreq(&["login", "photos"]);
    run.gives(2, "", Pattern::holds(&["there is none", "--verifier", "--callback"]));
    environment.signreq(&["login", "photos", "--verifier"]).gives(
        26,
        "",
        Pattern::holds(&["no verifier"]),
    );
}
