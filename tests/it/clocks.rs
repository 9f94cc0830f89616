//! A machine whose clock is wrong: what a server refuses for it is signed once
//! more with the server's time, which the next run knows.

use crate::capture::{Capture, EMPTY_OK};
use crate::world::{World, now};
use signreq::model::time::Time;
use signreq::sandbox::{self, Sandbox};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

/// How far the machine's clock is wrong, in seconds: more than any of the
/// systems allows.
const OFF: i64 = 3000;

fn sandbox() -> Sandbox {
    Sandbox::start(None, Arc::new(|| Time::from_epoch(now()))).unwrap()
}

fn world(sandbox: &Sandbox, words: &[&str], ahead: i64) -> World {
    let mut world = World::new(words);
    world.set(sandbox::environment(sandbox.address()));
    world.ahead = ahead;
    world
}

/// Each preset that checks a time and does not ask for it, with a path and
/// which wrong clocks it refuses.
const SYSTEMS: &[(&str, &str, &[i64])] = &[
    // MAAS takes times to come.
    ("maas", "/machines/", &[-OFF]),
    ("candlepin", "/owners", &[-OFF, OFF]),
    ("dci", "/api/v1/jobs", &[-OFF, OFF]),
    ("s3", "/", &[-OFF, OFF]),
];

#[test]
fn a_wrong_clock_costs_one_request_and_a_warning_once() {
    let sandbox = sandbox();
    for (preset, path, clocks) in SYSTEMS {
        for ahead in *clocks {
            let first = world(&sandbox, &[preset, "get", path], *ahead);
            let (next, offsets) = (first.again(&["-v", preset, "get", path]), first.offsets());
            let ran = first.run();
            assert_eq!(ran.code, 0, "{preset}: {}", ran.stderr);
            let direction =
                if *ahead < 0 { "s behind that of 127.0.0.1:" } else { "s ahead of that" };
            let told = ran.stderr.starts_with("signreq: warning: this machine's clock is ");
            assert!(told && ran.stderr.contains(direction), "{preset}: {}", ran.stderr);
            assert_eq!(ran.stderr.lines().count(), 1, "{preset}: {}", ran.stderr);
            assert!(offsets.exists(), "{preset}");
            let ran = next.run();
            assert_eq!(ran.code, 0, "{preset}: {}", ran.stderr);
            assert_eq!(ran.stderr.matches("> GET ").count(), 1, "{preset}: {}", ran.stderr);
        }
    }
}

#[test]
fn every_method_is_signed_again_since_nothing_was_done() {
    let sandbox = sandbox();
    let ran = world(&sandbox, &["maas", "post", "/tags/", "name=rack"], -OFF).run();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("\"name\":\"rack\""), "{}", ran.stdout);
}

#[test]
fn who_wants_no_correction_gets_none() {
    let sandbox = sandbox();
    let pinned = (now() - OFF).to_string();
    for option in [&["--no-clock-fix"][..], &["--nonce", "n"], &["--timestamp", &pinned]] {
        let words = [option, &["maas", "get", "/machines/"]].concat();
        let world = world(&sandbox, &words, -OFF);
        let offsets = world.offsets();
        let ran = world.run();
        assert_eq!(ran.code, 77, "{option:?}: {}", ran.stderr);
        assert!(!ran.stderr.contains("warning") && !offsets.exists(), "{}", ran.stderr);
    }
    // A correction of an earlier run is one, too.
    let first = world(&sandbox, &["maas", "get", "/machines/"], -OFF);
    let next = first.again(&["--no-clock-fix", "maas", "get", "/machines/"]);
    assert_eq!((first.run().code, next.run().code), (0, 77));
}

#[test]
fn what_is_remembered_is_forgotten_when_it_proves_wrong() {
    let sandbox = sandbox();
    let words = ["candlepin", "get", "/owners"];
    let first = world(&sandbox, &words, -OFF);
    let mut mended = first.again(&words);
    let offsets = first.offsets();
    assert_eq!(first.run().code, 0);
    assert!(std::fs::read_to_string(&offsets).unwrap().contains("\"offset_seconds\":"));
    mended.ahead = 0;
    let after = mended.again(&words);
    let ran = mended.run();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("no longer differs"), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(&offsets).unwrap(), "{}");
    let ran = after.run();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}

/// A server that says that it is an hour later, and refuses.
fn refusing(status: &str, then: &[u8]) -> Capture {
    let later = UNIX_EPOCH + Duration::from_secs(u64::try_from(now() + 3600).unwrap());
    let date = httpdate::fmt_http_date(later);
    let refusal = format!("HTTP/1.1 {status}\r\nDate: {date}\r\nContent-Length: 0\r\n\r\n");
    Capture::answering(&[refusal.as_bytes(), then])
}

fn with_config(server: &Capture, rest: &str) -> World {
    let mut world = World::new(&["p", "get", "/x"]);
    world.profile(&format!("[profile.p]\nurl = '{}'\n{rest}\n", server.url()));
    world
}

#[test]
fn without_a_preset_a_refusal_of_who_asks_may_be_the_clocks() {
    let oauth1 = "scheme = 'oauth1'\nconsumer_key = 'k'\nconsumer_secret = 's'";
    let bearer = "scheme = 'bearer'\ntoken = 't'\ncleartext = true";
    for (config, status, requests) in [
        (oauth1, "401 Unauthorized", 2),
        (oauth1, "403 Forbidden", 2),
        (oauth1, "404 Not Found", 1),
        (bearer, "401 Unauthorized", 1),
    ] {
        let server = refusing(status, EMPTY_OK);
        let ran = with_config(&server, config).run();
        assert_eq!(server.requests().len(), requests, "{config} {status}: {}", ran.stderr);
        assert_eq!(ran.code == 0, requests == 2, "{config} {status}");
    }
}

#[test]
fn an_offset_that_does_not_help_is_not_remembered() {
    let server = refusing("401 Unauthorized", b"HTTP/1.1 401 X\r\nContent-Length: 0\r\n\r\n");
    let oauth1 = "scheme = 'oauth1'\nconsumer_key = 'k'\nconsumer_secret = 's'";
    let world = with_config(&server, oauth1);
    let offsets = world.offsets();
    assert_eq!(world.run().code, 4);
    assert_eq!(server.requests().len(), 2, "signed once more and not again");
    assert!(!offsets.exists());
}
