//! OVHcloud's clock: asked for once, remembered for a day, asked for anew when
//! a signature is refused.

use crate::capture::Capture;
use crate::environment::{Pattern, TestEnvironment};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// How far ahead of ours the server's clock is, in seconds.
const AHEAD: i64 = 1000;

const INVALID_SIGNATURE: &str = r#"{"errorCode":"INVALID_SIGNATURE","httpCode":"400 Bad Request","message":"Invalid signature"}"#;
const INVALID_CREDENTIAL: &str = r#"{"errorCode":"INVALID_CREDENTIAL","httpCode":"403 Forbidden","message":"This credential is not valid"}"#;

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

fn answer(status: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

/// The server's time, by a clock that is ahead by this much.
fn time(ahead: i64) -> String {
    answer("200 OK", &(now() + ahead).to_string())
}

struct World {
    environment: TestEnvironment,
    capture: Capture,
}

impl World {
    fn answering(answers: &[String]) -> Self {
        let answers: Vec<&[u8]> = answers.iter().map(String::as_bytes).collect();
        let capture = Capture::answering(&answers);
        let environment = TestEnvironment::new();
        environment.config(&format!(
            "[profile.ovh]\npreset = \"ovh\"\nendpoint = \"{}/1.0\"\napplication_key = \"ak\"\n\
             application_secret = \"as\"\nconsumer_key = \"ck\"\n",
            capture.url()
        ));
        Self { environment, capture }
    }

    /// Each request so far: its target, and how far ahead of ours its
    /// timestamp is, give or take the seconds that the test takes.
    fn asked(&self) -> Vec<(String, Option<i64>)> {
        let text = |bytes: &Vec<u8>| String::from_utf8(bytes.clone()).unwrap();
        let requests = self.capture.requests();
        let read = |request: &Vec<u8>| {
            let request = text(request);
            let target = request.split(' ').nth(1).unwrap().to_owned();
            let stamp = request.lines().find_map(|line| line.strip_prefix("X-Ovh-Timestamp: "));
            let ahead = stamp.map(|stamp| stamp.parse::<i64>().unwrap() - now());
            (target, ahead.map(|ahead| (ahead + 30).div_euclid(100) * 100))
        };
        requests.iter().map(read).collect()
    }

    fn cache(&self) -> PathBuf {
        self.environment.home().join(".cache/signreq/clock-offsets.json")
    }

    /// Lets the remembered offset have been measured this long ago.
    fn age(&self, seconds: i64) {
        let text = std::fs::read_to_string(self.cache()).unwrap();
        let (before, rest) = text.split_once("\"measured\":").unwrap();
        let after = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let aged = format!("{before}\"measured\":{}{after}", now() - seconds);
        std::fs::write(self.cache(), aged).unwrap();
    }
}

fn asked_time() -> (String, Option<i64>) {
    ("/1.0/auth/time".to_owned(), None)
}

fn signed(target: &str, ahead: i64) -> (String, Option<i64>) {
    (target.to_owned(), Some(ahead))
}

#[test]
fn the_time_is_asked_for_once_and_kept_for_a_day() {
    let world = World::answering(&[
        time(AHEAD),
        answer("200 OK", "{}"),
        answer("200 OK", "{}"),
        answer("200 OK", "{}"),
        time(AHEAD),
        answer("200 OK", "{}"),
    ]);
    let send = || world.environment.signreq(&["ovh", "get", "/me"]).gives(0, "{}", "");
    send();
    send();
    let own = signed("/1.0/me", AHEAD);
    assert_eq!(world.asked(), [asked_time(), own.clone(), own.clone()]);
    let request = String::from_utf8(world.capture.requests()[0].clone()).unwrap();
    assert!(request.contains("\r\nX-Ovh-Application: ak\r\n"), "{request}");
    assert!(!request.contains("X-Ovh-Signature") && !request.contains("ck"), "{request}");

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(world.cache()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{mode:o}");
    }
    world.age(24 * 60 * 60 - 60);
    send();
    assert_eq!(world.asked()[3], own);
    world.age(24 * 60 * 60);
    send();
    assert_eq!(world.asked()[4..], [asked_time(), own]);
}

#[test]
fn a_given_timestamp_asks_for_no_time_and_leaves_none_behind() {
    let world = World::answering(&[answer("200 OK", "{}")]);
    let words = ["--timestamp", "1700000000", "ovh", "get", "/me"];
    world.environment.signreq(&words).gives(0, "{}", "");
    let request = world.capture.request();
    assert!(request.contains("\r\nX-Ovh-Timestamp: 1700000000\r\n"), "{request}");
    assert!(!world.cache().exists());
}

#[test]
fn what_sends_nothing_uses_what_is_remembered() {
    let world = World::answering(&[time(AHEAD), answer("200 OK", "{}")]);
    let stamp = |words: &[&str]| -> i64 {
        let shown = world.environment.signreq(words).gives(0, Pattern::Something, "").stdout;
        let line = shown.lines().find_map(|line| line.strip_prefix("X-Ovh-Timestamp: ")).unwrap();
        line.trim().parse::<i64>().unwrap() - now()
    };
    let dry: [&[&str]; 2] =
        [&["--dry-run", "ovh", "get", "/me"], &["explain", "ovh", "get", "/me"]];
    for words in dry {
        assert!(stamp(words) < 30);
    }
    assert!(world.capture.requests().is_empty(), "something was sent");
    // sign may ask.
    assert!(stamp(&["sign", "ovh", "get", "/me"]) > AHEAD - 30);
    assert_eq!(world.asked(), [asked_time()]);
    for words in dry {
        assert!(stamp(words) > AHEAD - 30);
    }
}

#[test]
fn an_invalid_signature_asks_for_the_time_once_more() {
    let world = World::answering(&[
        time(AHEAD),
        answer("200 OK", "{}"),
        answer("400 Bad Request", INVALID_SIGNATURE),
        time(3 * AHEAD),
        answer("200 OK", "{}"),
        answer("200 OK", "{}"),
    ]);
    let environment = &world.environment;
    environment.signreq(&["ovh", "get", "/me"]).gives(0, "{}", "");
    environment.signreq(&["ovh", "post", "/domain", "a=1"]).gives(0, "{}", "");
    environment.signreq(&["ovh", "get", "/me"]).gives(0, "{}", "");
    assert_eq!(
        world.asked(),
        [
            asked_time(),
            signed("/1.0/me", AHEAD),
            signed("/1.0/domain", AHEAD),
            asked_time(),
            signed("/1.0/domain", 3 * AHEAD),
            signed("/1.0/me", 3 * AHEAD),
        ]
    );
}

#[test]
fn an_invalid_signature_by_a_time_just_asked_for_is_final() {
    let world = World::answering(&[time(AHEAD), answer("400 Bad Request", INVALID_SIGNATURE)]);
    world.environment.signreq(&["ovh", "get", "/me"]).gives(
        77,
        INVALID_SIGNATURE,
        Pattern::holds(&["answered 400 Bad Request: Invalid signature"]),
    );
    assert_eq!(world.asked(), [asked_time(), signed("/1.0/me", AHEAD)]);
}

#[test]
fn no_other_refusal_and_no_given_nonce_gets_a_second_attempt() {
    for (status, body, nonce) in [
        ("403 Forbidden", INVALID_CREDENTIAL, &[][..]),
        ("400 Bad Request", INVALID_SIGNATURE, &["--nonce", "n"]),
    ] {
        let world = World::answering(&[time(AHEAD), answer("200 OK", "{}"), answer(status, body)]);
        world.environment.signreq(&["ovh", "get", "/me"]).gives(0, "{}", "");
        let words = [nonce, &["ovh", "get", "/me"]].concat();
        world.environment.signreq(&words).gives(77, body, Pattern::holds(&[status]));
        assert_eq!(world.asked().len(), 3, "{:?}", world.asked());
    }
}
