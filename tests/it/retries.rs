//! `--retry`: what is sent again, and what never is. Servers ask for a pause
//! of no time, so that no test has to wait for the usual one; the pauses
//! themselves are tested where they are decided.

use crate::capture::{Capture, EMPTY_OK};
use crate::environment::{Pattern, TestEnvironment};
use crate::world::World;
use std::time::Duration;

const BUSY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 4\r\n\r\nbusy";

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn shop(server: &Capture) -> TestEnvironment {
    let environment = TestEnvironment::new();
    environment.config(&format!(
        "[profile.shop]\nscheme = 'oauth1'\nurl = '{}'\nconsumer_key = 'k'\nconsumer_secret = 's'\n",
        server.url()
    ));
    environment
}

/// A header of each request.
fn each(server: &Capture, name: &str) -> Vec<String> {
    let read = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        text.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned()
    };
    server.requests().into_iter().map(read).collect()
}

#[test]
fn trouble_that_passes_is_told_of_and_each_attempt_signed_afresh() {
    // Closed, so that the silence comes on a new connection.
    let closed = [&BUSY[..BUSY.len() - 8], b"\r\nConnection: close\r\n\r\nbusy"].concat();
    let server = Capture::answering(&[&closed, b"", BUSY, OK]);
    let words = ["--retry", "5", "shop", "get", "/x"];
    let mut world = World::new(&words);
    world.profile(&format!(
        "[profile.shop]\nscheme = 'oauth1'\nurl = '{}'\nconsumer_key = 'k'\nconsumer_secret = 's'\n",
        server.url()
    ));
    let ran = world.run();
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "ok"), "{}", ran.stderr);
    let url = format!("{}/x", server.url());
    let again = |told: &str, pause: &str, number| {
        format!("signreq: warning: {told}; trying again in {pause}s ({number} of 5)\n")
    };
    let busy = format!("GET {url} answered 503 Service Unavailable");
    let silent = format!("{}: the connection was closed without an answer", server.authority());
    let expected = [again(&busy, "0.0", 1), again(&silent, "2.0", 2), again(&busy, "0.0", 3)];
    assert_eq!(ran.stderr, expected.concat());
    assert_eq!(ran.slept, [0, 2, 0].map(Duration::from_secs));
    let mut signatures = each(&server, "Authorization: ");
    assert_eq!(signatures.len(), 4);
    signatures.sort();
    signatures.dedup();
    assert_eq!(signatures.len(), 4, "a nonce was sent twice");
}

#[test]
fn a_kept_connection_that_turns_out_to_be_closed_is_no_attempt() {
    // The second request comes over the first one's connection and is the last
    // of it; it is signed afresh and sent over another one.
    let server = Capture::answering(&[BUSY, b"", OK]);
    let told = Pattern::holds(&["answered 503", "(1 of 1)\n"]);
    shop(&server).signreq(&["--retry", "1", "shop", "get", "/x"]).gives(0, "ok", told);
    let mut signatures = each(&server, "Authorization: ");
    signatures.sort();
    signatures.dedup();
    assert_eq!(signatures.len(), 3, "a nonce was sent twice");
    // What may have been done is not done again unasked, nor without end.
    let moved = b"HTTP/1.1 307 Moved\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n";
    for method in ["post", "put"] {
        let server = Capture::answering(&[moved, b"", OK]);
        let silent = Pattern::holds(&["the connection was closed without an answer"]);
        shop(&server).signreq(&["-L", "shop", method, "/x", "a=1"]).gives(52, "", silent);
        assert_eq!(server.requests().len(), 2);
    }
    let server = Capture::answering(&[moved, b"", b""]);
    let silent = Pattern::holds(&["the connection was closed without an answer"]);
    shop(&server).signreq(&["-L", "shop", "get", "/x"]).gives(52, "", silent);
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn what_stays_is_answered_as_without_the_option() {
    let server = Capture::answering(&[BUSY]);
    let holds = ["(1 of 2)\n", "(2 of 2)\n", "signreq: GET http://127"];
    shop(&server).signreq(&["--retry", "2", "shop", "/x"]).gives(5, "busy", Pattern::holds(&holds));
    assert_eq!(server.requests().len(), 3);
    let server = Capture::answering(&[BUSY]);
    shop(&server).signreq(&["-s", "--retry", "1", "shop", "/x"]).gives(5, "busy", "");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_post_is_repeated_only_when_asked() {
    let server = Capture::answering(&[BUSY, EMPTY_OK]);
    shop(&server).signreq(&["--retry", "2", "shop", "post", "/x", "a=1"]).gives(
        5,
        "busy",
        Pattern::holds(&["a POST may have been carried out: --retry-unsafe"]),
    );
    assert_eq!(server.requests().len(), 1);
    let server = Capture::answering(&[BUSY, EMPTY_OK]);
    shop(&server).signreq(&["--retry", "2", "--retry-unsafe", "shop", "post", "/x", "a=1"]).gives(
        0,
        "",
        Pattern::holds(&["(1 of 2)"]),
    );
    let bodies: Vec<bool> =
        server.requests().iter().map(|bytes| bytes.ends_with(b"{\"a\":\"1\"}")).collect();
    assert_eq!(bodies, [true, true]);
}

#[test]
fn a_preset_knows_which_answers_are_trouble() {
    const DCI: &str = "preset = 'dci'\naccess_key = 'remoteci/1'\nsecret_key = 's'";
    const MAAS: &str = "preset = 'maas'\nkey = 'a:b:c'";
    const NONE: &str = "scheme = 'none'";
    for (lines, statuses, others) in [
        (NONE, &[408, 429, 500, 502, 503, 504][..], &[400, 404, 413, 501, 505][..]),
        (MAAS, &[502, 503, 504], &[408, 429, 500]),
        (DCI, &[413, 429, 500, 503], &[404, 501]),
    ] {
        for status in statuses.iter().chain(others) {
            let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n");
            let server = Capture::answering(&[answer.as_bytes(), EMPTY_OK]);
            let mut world = World::new(&["--retry", "1", "p", "get", "/x/"]);
            world.profile(&format!("[profile.p]\nurl = '{}'\n{lines}\n", server.url()));
            let ran = world.run();
            let is_trouble = statuses.contains(status);
            let code = if is_trouble { 0 } else { u8::try_from(status / 100).unwrap() };
            assert_eq!(ran.code, code, "{lines}, {status}: {}", ran.stderr);
            assert_eq!(ran.slept.len(), usize::from(is_trouble), "{lines}, {status}");
        }
    }
}

#[test]
fn foreman_is_never_shown_a_refused_signature_again() {
    let refusal = b"HTTP/1.1 401 Unauthorized\r\nRetry-After: 0\r\n\
        Date: Sun, 30 Aug 2015 12:36:00 GMT\r\nContent-Length: 2\r\n\r\n{}";
    let server = Capture::answering(&[refusal]);
    let environment = TestEnvironment::new();
    environment.config(&format!(
        "[profile.foreman]\npreset = 'foreman'\nurl = '{}'\nconsumer_key = 'k'\nconsumer_secret = 's'\n",
        server.url()
    ));
    let words = ["--retry", "5", "--retry-unsafe", "foreman", "/api/v2/hosts"];
    environment.signreq(&words).gives(77, "{}", Pattern::Something);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_given_nonce_allows_one_attempt() {
    let server = Capture::answering(&[BUSY, EMPTY_OK]);
    let words = ["--retry", "5", "--nonce", "n", "shop", "/x"];
    shop(&server).signreq(&words).gives(5, "busy", Pattern::Something);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_longer_pause_than_there_is_time_for_is_not_waited_for() {
    let hour = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n";
    for limit in [&[][..], &["--retry-max-time", "30m"], &["--max-time", "1m"]] {
        let server = Capture::answering(&[hour]);
        let words = [&["--retry", "5", "shop", "/x"], limit].concat();
        let told = "the server asks to wait 3600s, longer than there is time for";
        shop(&server).signreq(&words).gives(4, "", Pattern::holds(&[told]));
        assert_eq!(server.requests().len(), 1, "{limit:?}");
    }
}

#[test]
fn a_retry_goes_on_where_a_redirect_led() {
    let server = Capture::answering(&[
        b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n",
        BUSY,
        EMPTY_OK,
    ]);
    shop(&server).signreq(&["-L", "--retry", "1", "shop", "/a"]).gives(
        0,
        "",
        Pattern::holds(&["/b answered 503", "(1 of 1)"]),
    );
    assert_eq!(each(&server, "GET"), ["GET /a HTTP/1.1", "GET /b HTTP/1.1", "GET /b HTTP/1.1"]);
}

#[test]
fn nobody_who_listens_is_tried_again_for_every_method() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut world = World::new(&["--retry", "3", "shop", "post", "/x", "a=1"]);
    world.profile(&format!(
        "[profile.shop]\nscheme = 'oauth1'\nurl = 'http://{closed}'\nconsumer_key = 'k'\nconsumer_secret = 's'\n"
    ));
    let ran = world.run();
    assert_eq!(ran.code, 7, "{}", ran.stderr);
    assert_eq!(ran.slept, [1, 2, 4].map(Duration::from_secs));
}

#[test]
fn what_was_never_sent_is_tried_again_for_every_method() {
    // It takes connections and says nothing: the handshake does not begin.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    for url in [format!("https://{address}"), "https://shop.example".to_owned()] {
        let proxy = format!("http://{address}");
        let mut world = World::new(&["--retry", "2", "-x", &proxy, "shop", "post", "/x", "a=1"]);
        world.profile(&format!(
            "[profile.shop]\nscheme = 'none'\nurl = '{url}'\nnoproxy = '127.0.0.1'\n\
             connect_timeout = '50ms'\n"
        ));
        let ran = world.run();
        assert_eq!(ran.code, 28, "{}", ran.stderr);
        assert_eq!(ran.slept, [1, 2].map(Duration::from_secs), "{}", ran.stderr);
    }
}

#[test]
fn what_failed_while_the_time_was_asked_for_was_not_sent() {
    let time = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1700000000";
    let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\n17";
    let server = Capture::answering(&[cut, b"", time, EMPTY_OK]);
    let mut world = World::new(&["--retry", "2", "ovh", "post", "/me", "a=1"]);
    world.profile(&format!(
        "[profile.ovh]\nendpoint = '{}'\napplication_key = 'a'\napplication_secret = 'b'\n\
         consumer_key = 'c'\n",
        server.url()
    ));
    let ran = world.run();
    assert_eq!((ran.code, ran.slept.len()), (0, 2), "{}", ran.stderr);
    let methods: Vec<String> =
        server.requests().iter().map(|bytes| String::from_utf8_lossy(&bytes[..4]).into()).collect();
    assert_eq!(methods, ["GET ", "GET ", "GET ", "POST"]);
}

#[test]
fn who_is_refused_at_a_proxy_does_not_come_back() {
    let refusal = b"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n";
    for url in ["http://shop.example", "https://shop.example"] {
        let proxy = Capture::answering(&[refusal]);
        let mut world = World::new(&["--retry", "3", "-x", &proxy.url(), "shop", "get", "/x"]);
        world.profile(&format!(
            "[profile.shop]\nscheme = 'none'\nurl = '{url}'\nproxy_user = 'u'\n\
             proxy_password = 'p'\n"
        ));
        let ran = world.run();
        assert_eq!((ran.code, ran.slept.len()), (7, 0), "{}", ran.stderr);
        assert_eq!(proxy.requests().len(), 1);
    }
}

#[test]
fn the_options_have_to_make_sense() {
    for (words, why) in [
        (["--retry", "many", "shop", "/x"], "--retry"),
        (["--retry", "-1", "shop", "/x"], "--retry"),
        (["--retry-max-time", "soon", "shop", "/x"], "--retry-max-time"),
        (["--max-redirs", "-2", "shop", "/x"], "--max-redirs"),
    ] {
        TestEnvironment::new().signreq(&words).gives(2, "", Pattern::holds(&[why]));
    }
}
