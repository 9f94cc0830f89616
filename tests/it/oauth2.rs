//! OAuth 2.0 client credentials through the program: a token is fetched once,
//! kept, and fetched afresh when it is refused.

use crate::capture::Capture;
use crate::environment::{Pattern, TestEnvironment};

const SECRET: &str = "geheim-of-the-client";

fn token(name: &str) -> Vec<u8> {
    let body = format!(
        r#"{{"access_token":"{name}","token_type":"Bearer","expires_in":3600,"scope":"all"}}"#
    );
    answer("200 OK", &body)
}

fn answer(status: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn environment(tokens: &Capture, api: &Capture) -> TestEnvironment {
    let environment = TestEnvironment::new();
    environment.config(&format!(
        r#"
[profile.ovh]
preset = "ovh"
endpoint = "{}/1.0"
client_id = "EU.0123"
client_secret = "{SECRET}"
token_url = "{}/auth/oauth2/token"
"#,
        api.url(),
        tokens.url()
    ));
    environment
}

fn text(request: &[u8]) -> String {
    String::from_utf8_lossy(request).into_owned()
}

#[test]
fn a_token_is_fetched_once_and_kept() {
    let tokens = Capture::answering(&[&token("first-token")]);
    let api = Capture::answering(&[&answer("200 OK", "{}")]);
    let environment = environment(&tokens, &api);
    for _ in 0..2 {
        environment.signreq(&["ovh", "get", "/me"]).gives(0, "{}", "");
    }
    let asked = tokens.request();
    assert!(asked.starts_with("POST /auth/oauth2/token HTTP/1.1\r\n"), "{asked}");
    // base64 of EU.0123:geheim-of-the-client
    assert!(asked.contains("Authorization: Basic RVUuMDEyMzpnZWhlaW0tb2YtdGhlLWNsaWVudA==\r\n"));
    assert!(asked.ends_with("\r\n\r\ngrant_type=client_credentials&scope=all"), "{asked}");
    for request in api.requests() {
        let request = text(&request);
        assert!(request.starts_with("GET /1.0/me HTTP/1.1\r\n"), "{request}");
        assert!(request.contains("\r\nAuthorization: Bearer first-token\r\n"), "{request}");
        assert!(!request.contains("X-Ovh-"), "{request}");
    }
}

#[test]
fn a_kept_token_that_is_refused_is_fetched_afresh_once() {
    let tokens = Capture::answering(&[&token("old"), &token("new")]);
    let refusal = answer("401 Unauthorized", r#"{"class":"Client::Unauthorized","message":"no"}"#);
    let api =
        Capture::answering(&[&answer("200 OK", "1"), &refusal, &answer("200 OK", "2"), &refusal]);
    let environment = environment(&tokens, &api);
    environment.signreq(&["ovh", "get", "/me"]).gives(0, "1", "");
    environment.signreq(&["ovh", "get", "/me"]).gives(0, "2", "");
    assert!(text(&api.requests()[2]).contains("Bearer new\r\n"));
    // Refused with the new one too: that is the answer.
    environment.signreq(&["ovh", "get", "/me"]).gives(77, Pattern::Something, Pattern::Something);
}

#[test]
fn a_refused_client_is_77_and_shows_no_secret() {
    let body = r#"{"error":"invalid_client","error_description":"unknown client"}"#;
    let tokens = Capture::answering(&[&answer("401 Unauthorized", body)]);
    let api = Capture::answering(&[&answer("200 OK", "{}")]);
    let output = environment(&tokens, &api).signreq(&["-v", "ovh", "get", "/me"]).gives(
        77,
        "",
        Pattern::holds(&["access token", "invalid_client: unknown client", "client_secret"]),
    );
    assert!(!output.stderr.contains(SECRET), "{}", output.stderr);
    assert!(api.requests().is_empty());
}

#[test]
fn nothing_is_fetched_where_nothing_is_sent() {
    let tokens = Capture::answering(&[&token("t")]);
    let api = Capture::answering(&[&answer("200 OK", "{}")]);
    let environment = environment(&tokens, &api);
    environment.signreq(&["explain", "ovh", "get", "/me"]).gives(
        78,
        "",
        Pattern::holds(&["no access token is cached", "signreq sign"]),
    );
    assert!(tokens.requests().is_empty());
    environment.signreq(&["sign", "ovh", "get", "/me"]).gives(0, "Authorization: Bearer t\n", "");
    let explained = environment.signreq(&["explain", "ovh", "get", "/me"]);
    let explained = explained.gives(0, Pattern::holds(&["Authorization: Bearer ***"]), "");
    assert!(!explained.stdout.contains("Bearer t\n"));
}

#[test]
fn two_ways_to_sign_are_refused() {
    let environment = TestEnvironment::new();
    environment.config(
        "[profile.ovh]\npreset = \"ovh\"\nendpoint = \"ovh-eu\"\nclient_id = \"a\"\n\
         client_secret = \"b\"\naccess_token = \"c\"\n",
    );
    environment.signreq(&["--dry-run", "ovh", "get", "/me"]).gives(
        78,
        "",
        Pattern::holds(&["two ways to sign"]),
    );
    environment.config(
        "[profile.ovh]\npreset = \"ovh\"\nendpoint = \"kimsufi-eu\"\nclient_id = \"a\"\n\
         client_secret = \"b\"\n",
    );
    environment.signreq(&["--dry-run", "ovh", "get", "/me"]).gives(
        78,
        "",
        Pattern::holds(&["token_url is not set", "kimsufi-eu"]),
    );
}
