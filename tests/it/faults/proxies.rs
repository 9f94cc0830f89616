//! What goes wrong at a proxy: it is always said of the proxy, and never taken
//! for the server.

use super::server::Step::{self, Asked, Bytes, Drip, Flood, Read, Reset, Say, Stall};
use super::{Place, Row, check, row};
use std::time::Duration;

const SHORT: &str = "connect_timeout = '500ms'\nhead_timeout = '500ms'\n";

/// At a proxy, before there is a connection to the server.
fn at(kind: &'static str, name: &'static str, steps: &'static [Step], says: &'static str) -> Row {
    let scheme = if kind == "http" { "https" } else { "http" };
    Row {
        place: Place::Proxy(kind, scheme),
        is_sent: false,
        for_good: true,
        ..row(name, steps, &[7], says)
    }
}

#[test]
fn proxies_that_are_not_there() {
    for kind in ["http", "socks5h"] {
        check(&[Row {
            place: Place::NoProxy(kind),
            is_sent: false,
            for_good: true,
            ..row("refused", &[], &[7], "could not connect to proxy ")
        }]);
    }
}

#[test]
fn proxies_that_make_no_tunnel() {
    let at = |name, steps, says| at("http", name, steps, says);
    check(&[
        at("closes", &[Asked], "it closed the connection without an answer"),
        at("resets", &[Asked, Reset], "connection reset"),
        Row {
            is_sent_again: false,
            ..at(
                "407",
                &[Asked, Say("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\n\r\n")],
                "it asks for a user",
            )
        },
        at("502", &[Asked, Say("HTTP/1.1 502 Bad Gateway\r\n\r\n")], "502 Bad Gateway"),
        at("cut", &[Asked, Say("HTTP/1.1 200 Conn")], "proxy http://127.0.0.1:"),
        at("garbage", &[Asked, Say("SSH-2.0-OpenSSH_9.2p1\r\n"), Stall], "begins with 'SSH-2.0-"),
        at("without end", &[Asked, Flood("HTTP/1.1 200 OK, ")], "proxy http://127.0.0.1:"),
        Row { lines: SHORT, codes: &[28], ..at("silent", &[Asked, Stall], "within 500ms") },
        Row {
            lines: SHORT,
            codes: &[28],
            ..at(
                "slow",
                &[Asked, Drip("HTTP/1.1 200 Connection established", BRIEFLY)],
                "within 500ms",
            )
        },
        Row {
            codes: &[35],
            is_sent_again: false,
            ..at(
                "gone behind the tunnel",
                &[Asked, Say("HTTP/1.1 200 OK\r\n\r\n")],
                "handshake failed",
            )
        },
    ]);
}

const BRIEFLY: Duration = Duration::from_millis(30);

#[test]
fn proxies_that_forward_badly() {
    let at = |name, steps, codes, says| Row {
        place: Place::Proxy("http", "http"),
        ..row(name, steps, codes, says)
    };
    check(&[
        at("closes", &[Asked], &[52], "host.example:80 through proxy http://127.0.0.1:"),
        at("resets", &[Asked, Reset], &[56], "through proxy http://127.0.0.1:"),
        at("garbage", &[Asked, Say("SSH-2.0-x\r\n"), Stall], &[56], "through proxy"),
        Row { lines: SHORT, ..at("silent", &[Asked, Stall], &[28], "through proxy") },
        at(
            "502",
            &[Asked, Say("HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n")],
            &[5],
            "answered 502",
        ),
        Row {
            arrives: Some(3),
            ..at(
                "cuts",
                &[Asked, Say("{ok}Content-Length: {length}\r\n\r\n{three}")],
                &[18],
                "through proxy",
            )
        },
    ]);
}

#[test]
fn socks_proxies_that_fail() {
    let at = |name, steps, says| at("socks5h", name, steps, says);
    check(&[
        at("closes", &[Read(3)], "closed the connection without an answer"),
        at("resets", &[Read(3), Reset], "connection reset"),
        Row {
            is_sent_again: false,
            ..at("no method", &[Read(3), Bytes(&[5, 0xff])], "it asks for a user")
        },
        at(
            "garbage",
            &[Read(3), Say("HTTP/1.1 400 Bad Request\r\n\r\n")],
            "does not speak SOCKS 5",
        ),
        at("cut", &[Read(3), Bytes(&[5])], "closed the connection without an answer"),
        at(
            "refuses",
            &[Read(3), Bytes(&[5, 0]), Read(19), Bytes(&[5, 5, 0, 1])],
            "connection refused",
        ),
        at(
            "forbids",
            &[Read(3), Bytes(&[5, 0]), Read(19), Bytes(&[5, 2, 0, 1])],
            "its rules forbid it",
        ),
        at(
            "half an answer",
            &[Read(3), Bytes(&[5, 0]), Read(19), Bytes(&[5, 0, 0, 1])],
            "closed the connection",
        ),
        at(
            "no address",
            &[Read(3), Bytes(&[5, 0]), Read(19), Bytes(&[5, 0, 0, 9])],
            "does not speak SOCKS 5",
        ),
        Row { lines: SHORT, codes: &[28], ..at("silent", &[Read(3), Stall], "within 500ms") },
        Row {
            lines: SHORT,
            codes: &[28],
            ..at("silent then", &[Read(3), Bytes(&[5, 0]), Read(19), Stall], "within 500ms")
        },
    ]);
}
