//! How an answer's body comes out: `--format` through the binary.

use crate::capture::Capture;
use crate::environment::{Pattern, TestEnvironment};

const CONFIG: &str = "[profile.x]\nscheme = \"none\"\nurl = \"URL\"\n";

/// A server that gives `body` as JSON with this status, and a profile for it.
fn answering(status: &str, body: &str) -> (TestEnvironment, Capture) {
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let server = Capture::answering(&[answer.as_bytes()]);
    let environment = TestEnvironment::new();
    environment.config(&CONFIG.replace("URL", &server.url()));
    (environment, server)
}

#[test]
fn the_format_is_the_users_choice_whatever_reads_it() {
    let body = r#"{"b": [1.10, {}], "a": "é\u00e9"}"#;
    let (environment, _server) = answering("200 OK", body);
    for (format, expected) in [
        ("auto", body),
        ("raw", body),
        ("compact", "{\"b\":[1.10,{}],\"a\":\"é\\u00e9\"}\n"),
        ("json", "{\n  \"b\": [\n    1.10,\n    {}\n  ],\n  \"a\": \"é\\u00e9\"\n}\n"),
    ] {
        environment.signreq(&["x", "get", "/", "--format", format]).gives(0, expected, "");
    }
}

#[test]
fn a_body_that_is_no_json_is_not_passed_off_as_some() {
    let (environment, _server) = answering("200 OK", "{\"a\": oops}");
    environment.signreq(&["x", "get", "/", "--format", "compact"]).gives(
        65,
        "{\"a\": oops}\n",
        "signreq: the body is not valid JSON at byte 6: a value is expected; \
         the rest is shown as it is\nhint: --format raw prints the body as it came\n",
    );
    // What the server refused is told of as a refusal, in whatever shape.
    let (environment, _server) = answering("404 Not Found", "gone");
    environment.signreq(&["x", "get", "/", "--format", "json"]).gives(
        4,
        "gone\n",
        Pattern::holds(&["answered 404 Not Found", "not valid JSON"]),
    );
}
