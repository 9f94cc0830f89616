//! What goes wrong with TLS: the certificate, the handshake, and its end.

use super::server::Step::{self, Asked, Below, Bytes, Goodbye, Read, Reset, Say, Stall};
use super::{Place, Row, check, row};
use crate::tls_server::Pair;
use rcgen::date_time_ymd;

const ANSWER: &[Step] =
    &[Asked, Say("{ok}Content-Length: {length}\r\nConnection: close\r\n\r\n{rest}"), Goodbye];

fn own() -> Pair {
    Pair::new("localhost", |_| {})
}

fn stranger() -> Pair {
    // Trusted is another certificate of that name.
    Pair { pem: own().pem, ..own() }
}

fn expired() -> Pair {
    Pair::new("localhost", |params| {
        params.not_before = date_time_ymd(2019, 1, 1);
        params.not_after = date_time_ymd(2020, 2, 3);
    })
}

fn to_come() -> Pair {
    Pair::new("localhost", |params| {
        params.not_before = date_time_ymd(2999, 1, 1);
        params.not_after = date_time_ymd(3000, 2, 3);
    })
}

fn namesake() -> Pair {
    Pair::new("other.example", |_| {})
}

#[test]
fn certificates_that_are_not_trusted() {
    let refused = |name, pair, says| Row {
        place: Place::Tls(pair),
        is_sent_again: false,
        ..row(name, ANSWER, &[60], says)
    };
    check(&[
        refused("self-signed", stranger, "self-signed"),
        refused("expired", expired, "expired"),
        refused("not valid yet", to_come, "not valid"),
        refused("for another name", namesake, "other.example"),
        Row { place: Place::Tls(own), is_sent_again: false, ..row("trusted", ANSWER, &[0], "") },
    ]);
}

#[test]
fn handshakes_that_fail() {
    let fails = |name, steps, says| Row {
        place: Place::BelowTls,
        is_sent_again: false,
        for_good: true,
        ..row(name, steps, &[35], says)
    };
    check(&[
        fails("closed", &[Read(9)], "the server closed the connection"),
        fails("reset", &[Read(9), Reset], "connection reset"),
        fails("plain", &[Read(9), Say("HTTP/1.1 400 Bad Request\r\n\r\n")], "is not TLS"),
        fails("garbage", &[Read(9), Bytes(&[0x80; 400])], "is not TLS"),
        fails(
            "refused",
            // An alert: handshake_failure.
            &[Read(9), Bytes(b"\x15\x03\x03\x00\x02\x02\x28")],
            "no TLS version and cipher in common",
        ),
        fails(
            "half a record",
            &[Read(9), Bytes(b"\x16\x03\x03\x00\x7a\x02\x00")],
            "the server closed the connection",
        ),
        Row {
            lines: "connect_timeout = '500ms'\n",
            codes: &[28],
            is_sent_again: true,
            is_sent: false,
            ..fails("silence", &[Read(9), Stall], "the TLS handshake was not finished within 500ms")
        },
    ]);
}

#[test]
fn tls_that_is_cut() {
    let cut = |name, steps, codes, says, arrives| Row {
        place: Place::Tls(own),
        arrives: Some(arrives),
        ..row(name, steps, codes, says)
    };
    /// A record that no key made.
    const FORGED: Step = Below(b"\x17\x03\x03\x00\x20 no key has made this, none at all ");
    check(&[
        cut("before the head", &[Asked], &[52, 56], "", 0),
        cut("reset before the head", &[Asked, Reset], &[56], "connection reset", 0),
        cut("in the head", &[Asked, Say("{ok}Conten")], &[56], "incomplete", 0),
        cut(
            "in the body",
            &[Asked, Say("{ok}Content-Length: {length}\r\n\r\n{three}")],
            &[18],
            "after 3 of ",
            3,
        ),
        cut(
            "in a body without length",
            &[Asked, Say("{ok}\r\n{three}")],
            &[18],
            "TLS was not closed before the connection was",
            3,
        ),
        cut(
            "in a body with its goodbye",
            &[Asked, Say("{ok}Content-Length: {length}\r\n\r\n{three}"), Goodbye],
            &[18],
            "after 3 of ",
            3,
        ),
        cut("a forged head", &[Asked, FORGED], &[56], "decrypt", 0),
        cut(
            "a forged body",
            &[Asked, Say("{ok}Content-Length: {length}\r\n\r\n{three}"), FORGED],
            &[56],
            "decrypt",
            3,
        ),
    ]);
}
