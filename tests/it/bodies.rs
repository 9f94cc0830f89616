//! How an answer's body comes out: `--format` through the binary.

use crate::bad_input::on_a_terminal;
use crate::capture::Capture;
use crate::environment::{Pattern, TestEnvironment};

const CONFIG: &str = "[profile.x]\nscheme = \"none\"\nurl = \"URL\"\n";

/// A server that gives `body` as JSON with this status, and a profile for it.
fn answering(status: &str, body: &str) -> (TestEnvironment, Capture) {
    answering_as("application/json", status, body)
}

fn answering_as(media_type: &str, status: &str, body: &str) -> (TestEnvironment, Capture) {
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\r\n{body}",
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

const XML: &str = "<?xml version=\"1.0\"?>\n<r xmlns=\"u\"><k>a &amp; &e;</k><p>x <b/></p><e/></r>";

/// The same with its elements on lines, but for the one that holds text too.
const INDENTED: &str = "<?xml version=\"1.0\"?>\n<r xmlns=\"u\">\n  <k>a &amp; &e;</k>\n  <p>x <b/></p>\n  <e/>\n</r>\n";

#[test]
fn xml_is_indented_for_people_and_on_demand() {
    for media_type in ["application/xml", "text/xml; charset=utf-8", "application/octet-stream"] {
        let (environment, _server) = answering_as(media_type, "200 OK", XML);
        for (format, expected) in [("auto", XML), ("raw", XML), ("xml", INDENTED)] {
            environment.signreq(&["x", "get", "/", "--format", format]).gives(0, expected, "");
        }
        let shown = on_a_terminal(&environment, "signreq x get / --color never", 0, &[]).stdout;
        assert_eq!(shown.replace("\r\n", "\n"), INDENTED);
        let coloured = on_a_terminal(&environment, "TERM=xterm signreq x get /", 0, &[]).stdout;
        let value = "\u{1b}[32ma &amp; &e;\u{1b}[0m";
        assert!(coloured.contains(value), "{coloured:?}");
        let raw = on_a_terminal(&environment, "signreq x get / --format raw", 0, &[]).stdout;
        assert_eq!(raw.replace("\r\n", "\n"), XML);
    }
    let (environment, _server) = answering_as("text/html", "200 OK", XML);
    let shown = on_a_terminal(&environment, "signreq x get /", 0, &[]).stdout;
    assert_eq!(shown.replace("\r\n", "\n"), format!("{XML}\n"));
}

#[test]
fn a_body_in_another_language_than_named_ends_with_65() {
    let (environment, _server) = answering_as("application/xml", "200 OK", XML);
    environment.signreq(&["x", "get", "/", "--format", "json"]).gives(
        65,
        format!("{XML}\n"),
        "signreq: the body is not valid JSON at byte 0: a value is expected; \
         the rest is shown as it is\n\
         hint: the body is XML: --format xml indents it, --jq . makes JSON of it\n",
    );
    environment.signreq(&["x", "get", "/", "--jq", ".", "--format", "xml"]).gives(
        2,
        "",
        Pattern::holds(&["--jq gives JSON", "leave one of them out"]),
    );
    let (environment, _server) = answering("200 OK", "[1]");
    environment.signreq(&["x", "get", "/", "--format", "xml"]).gives(
        65,
        "[1]\n",
        "signreq: the body is not valid XML at byte 0: text stands outside of the root element; \
         the rest is shown as it is\nhint: --format raw prints the body as it came\n",
    );
    let (environment, _server) = answering_as("application/xml", "200 OK", "<a><b></a>\u{1b}");
    let told = "warning: the body is not valid XML at byte 6: an end tag has another name";
    on_a_terminal(&environment, "signreq x get / --color never", 0, &["<a>", "<b></a>^[", told]);
}
