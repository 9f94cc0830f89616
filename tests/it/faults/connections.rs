//! What goes wrong with the connection: before, in and after the head of an
//! answer, and in its body.

use super::server::Step::{Asked, Drip, Flood, Reset, Say, Stall, Times};
use super::{Place, Post, Row, check, row};
use std::time::Duration;

const HEAD: &str = "{ok}Content-Length: {length}\r\n\r\n";
const PART: &str = "{ok}Content-Length: {length}\r\n\r\n{three}";
const CHUNKED: &str = "{ok}Transfer-Encoding: chunked\r\n\r\n";

const SHORT: &str = "head_timeout = '500ms'\nidle_timeout = '500ms'\n";

#[test]
fn a_connection_that_is_not_made() {
    check(&[
        Row {
            place: Place::Nobody,
            is_sent: false,
            for_good: true,
            ..row("refused", &[], &[7], "connection refused")
        },
        Row {
            place: Place::Nowhere,
            is_sent: false,
            for_good: true,
            ..row("no address", &[], &[6], "host no.such.host.invalid could not be resolved")
        },
        #[cfg(target_os = "linux")]
        Row {
            place: Place::Full,
            lines: "connect_timeout = '300ms'\n",
            is_sent: false,
            for_good: true,
            ..row("not taken", &[], &[28], "no connection was made within 300ms")
        },
    ]);
}

#[test]
fn a_connection_that_ends() {
    check(&[
        row("closed at once", &[], &[52], "the connection was closed without an answer"),
        // Which of the two is first decides what fails.
        Row { for_good: true, ..row("reset at once", &[Reset], &[7, 55, 56], "") },
        row("closed before the head", &[Asked], &[52], "closed without an answer"),
        row("reset before the head", &[Asked, Reset], &[56], "connection reset"),
        row(
            "closed in the head",
            &[Asked, Say("HTTP/1.1 200 OK\r\nContent-Le")],
            &[56],
            "the head of the answer is incomplete: the connection was closed",
        ),
        row(
            "reset in the head",
            &[Asked, Say("HTTP/1.1 200 OK\r\nContent-Le"), Reset],
            &[56],
            "the head of the answer is incomplete: connection reset",
        ),
        row("closed after the head", &[Asked, Say(HEAD)], &[18], "the body ended after 0 of "),
        row("reset after the head", &[Asked, Say(HEAD), Reset], &[18], "connection reset"),
        Row {
            arrives: Some(3),
            ..row("closed in the body", &[Asked, Say(PART)], &[18], "ended after 3 of ")
        },
        Row {
            arrives: Some(3),
            ..row("reset in the body", &[Asked, Say(PART), Reset], &[18], "connection reset")
        },
        row("closed before chunks", &[Asked, Say(CHUNKED)], &[18], "ended early, after 0 bytes"),
        Row {
            arrives: Some(3),
            ..row(
                "closed in a chunk",
                &[Asked, Say(CHUNKED), Say("5\r\n{three}")],
                &[18],
                "ended early, after 3 bytes",
            )
        },
        Row {
            arrives: Some(3),
            ..row(
                "closed between chunks",
                &[Asked, Say(CHUNKED), Say("3\r\n{three}\r\n")],
                &[18],
                "ended early, after 3 bytes",
            )
        },
        // The last chunk has come: no content is missing.
        Row {
            is_sent_again: false,
            ..row(
                "closed before the trailers' end",
                &[Asked, Say(CHUNKED), Say("{size}\r\n{rest}\r\n0\r\n")],
                &[0],
                "",
            )
        },
        Row {
            arrives: Some(3),
            ..row("reset without a length", &[Asked, Say("{ok}\r\n{three}"), Reset], &[18], "reset")
        },
    ]);
}

#[test]
fn a_connection_that_stands_still() {
    check(&[
        Row {
            lines: SHORT,
            posts: 30_000_000,
            except: &[(Post, 28, "the server took no more of the request for 500ms")],
            ..row("nothing is read", &[Stall], &[28], "no complete answer head came for 500ms")
        },
        Row {
            lines: SHORT,
            ..row("no answer", &[Asked, Stall], &[28], "no complete answer head came for 500ms")
        },
        Row {
            lines: SHORT,
            ..row(
                "half a head",
                &[Asked, Say("HTTP/1.1 200 OK\r\nContent-"), Stall],
                &[28],
                "no complete answer head came for 500ms",
            )
        },
        Row {
            lines: SHORT,
            ..row("no body", &[Asked, Say(HEAD), Stall], &[28], "no more of the answer's body came")
        },
        Row {
            lines: SHORT,
            arrives: Some(3),
            ..row(
                "half a body",
                &[Asked, Say(PART), Stall],
                &[28],
                "no more of the answer's body came for 500ms",
            )
        },
        Row {
            lines: SHORT,
            ..row(
                "a head byte by byte",
                &[Asked, Drip("HTTP/1.1 200 OK\r\nX: 01234567890123456789", BRIEFLY), Stall],
                &[28],
                "no complete answer head came for 500ms",
            )
        },
        Row {
            lines: "timeout = '700ms'\n",
            arrives: None,
            is_sent_again: false,
            ..row(
                "a body byte by byte",
                &[Asked, Say(HEAD), Drip("{rest}", FIFTH)],
                &[28],
                "before --max-time 700ms was up",
            )
        },
        Row {
            lines: "timeout = '500ms'\n",
            is_sent_again: false,
            ..row(
                "interim answers, slowly",
                &[Asked, Times(3, "HTTP/1.1 100 Continue\r\n\r\n"), Stall],
                &[28],
                "--max-time 500ms",
            )
        },
        Row {
            is_sent_again: false,
            ..row("slow and whole", &[Asked, Say(HEAD), Drip("{rest}", BRIEFLY)], &[0], "")
        },
        row(
            "interim answers without end",
            &[Asked, Flood("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")],
            &[56],
            "interim answers (1xx) came, and no final one",
        ),
    ]);
}

const FIFTH: Duration = Duration::from_millis(200);
const BRIEFLY: Duration = Duration::from_millis(30);
