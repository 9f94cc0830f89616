//! What is signed is what is sent: random requests go through the program to
//! a loopback server, and the bytes that arrive are those that `sign` printed.

use crate::capture::{Capture, EMPTY_OK};
use crate::environment::{Pattern, TestEnvironment};
use proptest::prelude::*;

const PROFILES: &[&str] = &["oauth1", "ovh", "s3", "aws", "dci", "none"];

fn world() -> (TestEnvironment, Capture) {
    let capture = Capture::answering(&[EMPTY_OK]);
    let environment = TestEnvironment::new();
    let url = capture.url();
    environment.config(&format!(
        r#"
[profile.oauth1]
scheme = "oauth1"
url = "{url}"
signature_method = "HMAC-SHA256"
consumer_key = "ck"
consumer_secret = "cs"

[profile.ovh]
preset = "ovh"
endpoint = "{url}"
application_key = "7kbG7Bk7S9Nt7ZSV"
application_secret = "EXEgWIz07P0HYwtQDs7cNIqCiQaWSuHF"
consumer_key = "MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1"

[profile.s3]
preset = "s3"
url = "{url}"
access_key = "AKIDEXAMPLE"
secret_key = "secret"

[profile.aws]
preset = "aws"
url = "{url}"
service = "service"
region = "us-east-1"
access_key = "AKIDEXAMPLE"
secret_key = "secret"

[profile.dci]
preset = "dci"
url = "{url}"
access_key = "remoteci/9dd94b70-1707-46c5-a2bb-661e8d5d4212"
secret_key = "secret"

[profile.none]
scheme = "none"
url = "{url}"
"#
    ));
    (environment, capture)
}

/// A path or query as a careless user may type it: all of ASCII's printable
/// characters but `#`, escapes good and bad, and some that are not ASCII.
fn typed(length: usize) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => "[ -\"$-~]",
        2 => Just("/".to_owned()),
        1 => Just("/..".to_owned()),
        2 => "%[0-9a-fA-F]{2}",
        1 => Just("é漢".to_owned()),
        1 => Just("&a=".to_owned()),
        1 => Just("?".to_owned()),
    ];
    proptest::collection::vec(piece, 0..length).prop_map(|pieces| pieces.concat())
}

fn request() -> impl Strategy<Value = Vec<String>> {
    let method = prop_oneof![Just("get"), Just("post"), Just("put"), Just("delete"), Just("purge")];
    let header = "X-[A-Za-z-]{1,8}:[a-z0-9]([ -~]{0,10}[!-~])?";
    let query = typed(6);
    (method, typed(12), query, proptest::option::of(header), proptest::option::of(typed(10)))
        .prop_map(|(method, path, query, header, body)| {
            let mut words = vec![method.to_owned(), format!("/{path}")];
            words.push(format!("q=={}", query.replace(['\\', '@'], "_")));
            words.extend(header.map(|header| header.replace(['\\', '@', ';'], "_")));
            if let Some(body) = body {
                words.extend(["--data-raw".to_owned(), body]);
            }
            words
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_bytes_sent_are_the_bytes_signed(words in request()) {
        let (environment, capture) = world();
        for (sent, profile) in PROFILES.iter().enumerate() {
            let pinned = ["--timestamp", "1440938160", "--nonce", "kllo9940pd9333jh", profile];
            let rest: Vec<&str> =
                pinned.into_iter().chain(words.iter().map(String::as_str)).collect();
            let http = [&["sign", "--format", "http"], rest.as_slice()].concat();
            let signed = environment.signreq(&http).gives(0, Pattern::Something, "").stdout;
            // To a file, since what is printed is asked for compressed.
            let send = [&["-o", "answer"], rest.as_slice()].concat();
            environment.signreq(&send).gives(0, "", "");
            let received = capture.requests();
            prop_assert_eq!(received.len(), sent + 1, "one request for {:?}", words);
            let received = String::from_utf8(received[sent].clone()).unwrap();
            prop_assert_eq!(signed, received, "profile {}", profile);
        }
    }
}

#[test]
fn every_attempt_has_a_nonce_of_its_own() {
    let (environment, capture) = world();
    for _ in 0..3 {
        environment.signreq(&["oauth1", "/x"]).gives(0, "", "");
    }
    let nonce = |request: &Vec<u8>| {
        let text = String::from_utf8_lossy(request).into_owned();
        text.split("oauth_nonce=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let mut nonces: Vec<String> = capture.requests().iter().map(nonce).collect();
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 3);
}

#[test]
fn no_cookie_is_ever_sent_back() {
    let answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: session=1; Path=/\r\nContent-Length: 0\r\n\r\n";
    let capture = Capture::answering(&[answer]);
    let environment = TestEnvironment::new();
    environment.config(&format!("[profile.p]\nscheme = \"none\"\nurl = \"{}\"\n", capture.url()));
    for _ in 0..2 {
        environment.signreq(&["p", "/x"]).gives(0, "", "");
    }
    for request in capture.requests() {
        let text = String::from_utf8_lossy(&request).to_ascii_lowercase();
        assert!(!text.contains("cookie"), "{text}");
    }
}
