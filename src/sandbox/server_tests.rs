//! The server under good and hostile input, over bare sockets.

use super::Sandbox;
use super::testing::{NOW, parse, sandbox, send_raw};
use crate::error::{Kind, kind_of};
use crate::model::time::Time;
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

#[test]
fn the_target_is_kept_byte_for_byte() {
    let sandbox = sandbox();
    for target in ["/echo/%2f%7e;a//b/../c?b=2&a=1&&c=%41+~", "/echo?", "/echo?\"[]|"] {
        let request = format!("GET {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        let seen = send_raw(&sandbox, request.as_bytes());
        assert_eq!(seen.json()["target"], target);
    }
}

#[test]
fn bodies_come_with_a_length_or_in_chunks() {
    let sandbox = sandbox();
    for (framing, body) in [
        ("Content-Length: 11", "hello world"),
        ("Transfer-Encoding: chunked", "5;x=y\r\nhello\r\n06\r\n world\r\n0\r\nT: 1\r\n\r\n"),
    ] {
        let head = format!("PUT /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{framing}\r\n");
        let seen = send_raw(&sandbox, format!("{head}\r\n{body}").as_bytes());
        assert_eq!(seen.json()["body"], "hello world", "{framing}");
    }
}

#[test]
fn connections_are_kept_and_requests_may_be_pipelined() {
    let sandbox = sandbox();
    let one = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n";
    let last = "GET /echo/last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let seen = send_raw(&sandbox, format!("{one}x{one}y{last}").as_bytes());
    assert_eq!(seen.body.matches("HTTP/1.1 200 OK").count(), 2);
    assert!(seen.body.contains("\"body\":\"y\"") && seen.body.contains("/echo/last"));
}

#[test]
fn whoever_expects_it_is_told_to_continue() {
    let sandbox = sandbox();
    let mut stream = TcpStream::connect(sandbox.address()).unwrap();
    let head = "PUT /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\
                Connection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut interim = [0_u8; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"ok").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert_eq!(parse(&answer).json()["body"], "ok");
}

#[test]
fn hostile_requests_are_refused() {
    let sandbox = sandbox();
    let long = "a".repeat(70_000);
    let many = "A: b\r\n".repeat(200);
    for (request, status) in [
        ("\u{16}\u{3}\u{1} not http\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/2.0\r\n\r\n".into(), 505),
        ("GET /echo HTTP/1.1\r\n\r\n".into(), 400),
        ("GET /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".into(), 400),
        ("GET /echo HTTP/1.1\r\nHost: a/b\r\n\r\n".into(), 400),
        ("GET /echo HTTP/1.1\r\nHost: \r\n\r\n".into(), 400),
        ("GET * HTTP/1.1\r\nHost: h\r\n\r\n".into(), 400),
        ("get /echo HTTP/1.1\r\nHost: h\r\n\r\n".into(), 501),
        (format!("GET /{long} HTTP/1.1\r\nHost: h\r\n\r\n"), 431),
        (format!("GET / HTTP/1.1\r\n{many}\r\n"), 431),
        ("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n".into(), 413),
        ("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\n".into(), 400),
        ("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n".into(), 400),
        (
            "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
                .into(),
            400,
        ),
        ("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n".into(), 501),
        ("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n".into(), 400),
        ("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n".into(), 413),
        ("PUT / HTTP/1.1\r\nHost: h\r\nExpect: more\r\nContent-Length: 1\r\n\r\n".into(), 417),
    ] {
        let seen = send_raw(&sandbox, request.as_bytes());
        assert_eq!(seen.status, status, "{:.80}", request.escape_debug().to_string());
    }
    // After all of it, it still answers.
    assert_eq!(send_raw(&sandbox, b"GET /echo HTTP/1.0\r\n\r\n").status, 200);
}

#[test]
fn absolute_targets_and_head_are_understood() {
    let sandbox = sandbox();
    let request = "HEAD http://other:81/echo?x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let seen = send_raw(&sandbox, request.as_bytes());
    assert_eq!((seen.status, seen.body.as_str()), (200, ""));
    assert_ne!(seen.headers.text("content-length").unwrap(), "0");
}

#[test]
fn unknown_paths_say_what_there_is() {
    let seen = send_raw(&sandbox(), b"GET / HTTP/1.0\r\n\r\n");
    assert_eq!(seen.status, 404);
    assert!(seen.body.contains("/MAAS/api/2.0/"), "{}", seen.body);
}

#[test]
fn only_loopback_addresses_are_listened_on() {
    let clock = || Arc::new(|| Time::from_epoch(NOW));
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let error = Sandbox::start(Some(address.parse().unwrap()), clock()).err().unwrap();
        assert_eq!(kind_of(&error), Kind::Usage, "{address}");
    }
    let first = sandbox();
    let error = Sandbox::start(Some(first.address()), clock()).err().unwrap();
    assert_eq!(kind_of(&error), Kind::Connect);
}

#[test]
fn a_dropped_sandbox_listens_no_more() {
    let sandbox = sandbox();
    let address = sandbox.address();
    assert_eq!(sandbox.profiles().len(), 7);
    drop(sandbox);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn echo_shows_bytes_that_are_no_text() {
    let request = b"PUT /echo HTTP/1.0\r\nX-A: b\r\nContent-Length: 1\r\n\r\n\xff";
    let echo = send_raw(&sandbox(), request).json();
    assert_eq!(echo["body_base64"], "/w==");
    assert_eq!(echo["headers"][0], json!(["X-A", "b"]));
}
