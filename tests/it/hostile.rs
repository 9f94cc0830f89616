//! Servers that mean harm and users who slip: no panic, no hang, no secret,
//! no credential where another one was meant.

use crate::capture::{Capture, EMPTY_OK};
use crate::environment::{Pattern, TestEnvironment};
use std::fmt::Write as _;

/// A secret that no output may hold.
const SECRET: &str = "q7Geheimnis/nobody";

fn maas(capture: &Capture) -> TestEnvironment {
    let mut environment = TestEnvironment::new();
    environment.set("SIGNREQ_MAAS_URL", format!("{}/MAAS", capture.url()));
    environment.set("SIGNREQ_MAAS_KEY", format!("consumer:token:{SECRET}"));
    environment
}

fn ovh(capture: &Capture) -> TestEnvironment {
    let mut environment = TestEnvironment::new();
    environment.set("SIGNREQ_OVH_ENDPOINT", capture.url());
    for field in ["APPLICATION_KEY", "APPLICATION_SECRET", "CONSUMER_KEY"] {
        environment.set(&format!("SIGNREQ_OVH_{field}"), SECRET);
    }
    environment
}

#[test]
fn a_servers_time_that_no_clock_shows_is_refused() {
    for time in ["-9223372036854775808", "-1", "253402300800", "9223372036854775807"] {
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{time}", time.len());
        let capture = Capture::answering(&[answer.as_bytes(), EMPTY_OK]);
        ovh(&capture).signreq(&["ovh", "get", "/me"]).gives(
            65,
            "",
            Pattern::holds(&["/auth/time answered 200 and no number of seconds"]),
        );
        assert!(capture.request().starts_with("GET /auth/time "), "nothing is signed: {time}");
    }
}

#[test]
fn a_time_that_signatures_cannot_hold_is_wrong_usage() {
    let capture = Capture::answering(&[EMPTY_OK]);
    let environment = maas(&capture);
    for time in ["-1", "253402300800"] {
        environment.signreq(&["maas", "get", "/x/", "--timestamp", time]).gives(
            2,
            "",
            Pattern::holds(&["--timestamp", time, "253402300799"]),
        );
    }
    environment.signreq(&["maas", "get", "/x/", "--timestamp", "253402300799"]).gives(0, "", "");
    assert!(capture.request().contains("oauth_timestamp=\"253402300799\""));
}

#[test]
fn a_time_limit_of_nothing_is_none_as_in_curl() {
    let capture = Capture::answering(&[EMPTY_OK]);
    let words = ["maas", "get", "/x/", "--max-time", "0", "--connect-timeout", "0ms"];
    maas(&capture).signreq(&words).gives(0, "", "");
}

#[test]
fn where_a_redirect_leads_is_masked_and_short() {
    let long = "a".repeat(5000);
    let head = format!(
        "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\
         Location: http://me:geheim@h/{long}?code=geheim\r\n\r\n"
    );
    let capture = Capture::answering(&[head.as_bytes()]);
    let output = maas(&capture).signreq(&["maas", "get", "/x/"]).gives(
        3,
        "",
        Pattern::holds(&["leading to http://***@h/aaa"]),
    );
    assert!(!output.stderr.contains("geheim") && output.stderr.len() < 1000, "{}", output.stderr);
}

#[test]
fn a_credential_that_the_server_repeats_is_in_no_message() {
    for body in [SECRET.to_owned(), format!("'{}' is wrong", SECRET.replace('/', "%2F"))] {
        let answer = format!(
            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let capture = Capture::answering(&[answer.as_bytes()]);
        let output = maas(&capture).signreq(&["maas", "get", "/x/"]).gives(
            4,
            // The body is the answer itself and stays what it is.
            body.as_str(),
            Pattern::holds(&["400 Bad Request: ", "***"]),
        );
        assert!(!output.stderr.contains("Geheimnis"), "{}", output.stderr);
    }
}

#[test]
fn a_full_disk_is_told_of_once_and_not_at_all_when_silent() {
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    let capture = Capture::answering(&[b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"]);
    let environment = maas(&capture);
    let told = environment.shell("signreq maas get /x/ > /dev/full");
    let told = told.gives(23, "", Pattern::Something).stderr;
    assert_eq!(told.lines().count(), 1, "{told}");
    environment.shell("signreq -s maas get /x/ > /dev/full").gives(23, "", "");
}

#[test]
fn a_config_of_many_profiles_is_read_at_once() {
    let environment = TestEnvironment::new();
    let mut config = String::new();
    for number in 0..10_000 {
        write!(config, "[profile.p{number}]\nscheme = 'none'\nurl = 'http://h/{number}'\n")
            .unwrap();
    }
    environment.config(&config);
    environment.signreq(&["p9999", "get", "/x", "--dry-run"]).gives(
        0,
        Pattern::holds(&["GET /9999/x HTTP/1.1"]),
        "",
    );
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_does_not_yield_to_the_config() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;
    let capture = Capture::answering(&[EMPTY_OK]);
    let mut environment = TestEnvironment::new();
    environment.config(&format!("[profile.p]\nscheme = 'none'\nurl = '{}'\n", capture.url()));
    environment.set("SIGNREQ_P_URL", OsString::from_vec(b"http://other/\xff".to_vec()));
    environment.signreq(&["p", "get", "/x"]).gives(
        78,
        "",
        Pattern::holds(&["SIGNREQ_P_URL is not UTF-8", "hint: unset SIGNREQ_P_URL"]),
    );
    assert!(capture.requests().is_empty());
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_remembered_times_is_not_waited_for() {
    let time = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1700000000";
    let capture = Capture::answering(&[time, EMPTY_OK]);
    let environment = ovh(&capture);
    environment
        .shell(
            "mkdir -p $XDG_CACHE_HOME/signreq; mkfifo $XDG_CACHE_HOME/signreq/clock-offsets.json",
        )
        .gives(0, "", "");
    environment.signreq(&["ovh", "get", "/me"]).gives(0, "", "");
    assert_eq!(capture.requests().len(), 2);
}
