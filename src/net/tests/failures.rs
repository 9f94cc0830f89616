//! Each failure has its kind and says what failed, on what and why.

use super::*;
use crate::error::hints_of;
use crate::net::failure::{reason, unresolved};

fn failed(answer: &[u8]) -> (Kind, String) {
    let server = answer_with(answer);
    let (kind, message) = failure(get(&server.url("/")).and_then(read));
    assert!(message.starts_with(&format!("127.0.0.1:{}: ", server.port)), "{message}");
    (kind, message)
}

#[test]
fn nobody_listens() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let (kind, message) = failure(get(&format!("http://127.0.0.1:{port}/")));
    assert_eq!(kind, Kind::Connect);
    assert_eq!(message, format!("could not connect to 127.0.0.1:{port}: connection refused"));
    let (_, message) = failure(get(&format!("http://localhost:{port}/")));
    assert!(message.starts_with(&format!("could not connect to localhost:{port} (")), "{message}");
    assert!(message.contains(&format!("127.0.0.1:{port}: connection refused")), "{message}");
}

#[test]
fn localhost_is_ipv4_too() {
    let server = answer_with("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let answer = get(&format!("http://localhost:{}/", server.port)).unwrap();
    assert_eq!(read(answer).unwrap(), b"ok");
}

#[test]
fn a_name_without_an_address() {
    let system =
        std::io::Error::other("failed to lookup address information: Name or service not known");
    let error: anyhow::Error = unresolved("x.example", &reason(&system)).into();
    assert_eq!(kind_of(&error), Kind::Resolve);
    assert_eq!(one_line(&error), "host x.example could not be resolved: name or service not known");
    assert_eq!(hints_of(&error), ["getent hosts x.example"]);
}

#[test]
fn reasons_are_without_numbers() {
    let refused = std::io::Error::from_raw_os_error(111);
    assert!(!reason(&refused).contains("os error"), "{}", reason(&refused));
    assert_eq!(
        reason(&std::io::Error::other("No route to host (os error 113)")),
        "no route to host"
    );
    assert_eq!(reason(&std::io::Error::other("TLS is odd")), "TLS is odd");
}

#[test]
fn closed_without_an_answer() {
    let (kind, message) = failed(b"");
    assert_eq!(kind, Kind::EmptyAnswer, "{message}");
}

#[test]
fn answers_that_are_not_http() {
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(1000));
    let large = format!("HTTP/1.1 200 OK\r\nA: {}\r\n\r\n", "b".repeat(70_000));
    for (answer, why) in [
        (b"SSH-2.0-OpenSSH_9.2p1\r\n\r\n".as_slice(), "begins with 'SSH-2.0-OpenSSH"),
        (b"<html>hello</html>\r\n\r\n".as_slice(), "not HTTP"),
        (b"\x15\x03\x01\x00\x02\x02\x46\r\n\r\n".as_slice(), "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Len".as_slice(), "incomplete"),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n".as_slice(), "only HTTP/1.1 is spoken here"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n".as_slice(), "content-length"),
        (many.as_bytes(), "too many headers"),
        (large.as_bytes(), "larger than 32 KiB"),
    ] {
        let (kind, message) = failed(answer);
        assert_eq!(kind, Kind::Receive, "{message}");
        assert!(message.contains(why), "{message}");
    }
}

#[test]
fn tls_on_a_plain_port_is_recognised() {
    let server = answer_with(b"\x15\x03\x01\x00\x02\x02\x46\r\n\r\n".as_slice());
    let error = get(&server.url("/")).err().unwrap();
    let expected = format!("the server speaks TLS: https://127.0.0.1:{}/", server.port);
    assert_eq!(hints_of(&error), [expected]);
}

#[test]
fn bodies_that_end_early() {
    for (answer, why) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", "ended after 5 of 10 bytes"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", "ended after 0 of 10 bytes"),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            "ended early, after 5 bytes",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\nhello",
            "ended early, after 5 bytes",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1",
            "ended early, after 5 bytes",
        ),
    ] {
        let (kind, message) = failed(answer.as_bytes());
        assert_eq!(kind, Kind::EndedEarly, "{message}");
        assert!(message.contains(why), "{message}");
    }
}

#[test]
fn a_broken_body_stays_broken() {
    let server = answer_with("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    let mut answer = get(&server.url("/")).unwrap();
    let mut body = Vec::new();
    let first = answer.body.read_to_end(&mut body).unwrap_err();
    let second = answer.body.read(&mut [0; 8]).unwrap_err();
    assert_eq!(body, b"hello");
    assert_eq!(failure::<()>(Err(typed(first))), failure::<()>(Err(typed(second))));
}

#[test]
fn a_body_that_ends_with_the_connection_must_not_end_with_a_reset() {
    let server = serve(|mut stream| {
        read_head(&mut stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nhello").unwrap();
        std::thread::sleep(Duration::from_millis(200));
        // Closing with a byte unread resets the connection.
    });
    let mut answer =
        client().send(&wire("POST", &server.url("/"), &[], Body::bytes("unread"))).unwrap();
    let mut body = Vec::new();
    let error = answer.body.read_to_end(&mut body).map_err(typed);
    assert_eq!(body, b"hello");
    let (kind, message) = failure(error);
    assert_eq!(kind, Kind::EndedEarly, "{message}");
    assert!(message.contains("reset"), "{message}");
}

#[test]
fn a_malformed_chunk_is_a_receive_failure() {
    let (kind, message) =
        failed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n");
    assert_eq!(kind, Kind::Receive, "{message}");
    assert!(message.contains("malformed after 0 bytes"), "{message}");
}

#[test]
fn other_io_errors_pass_through() {
    let error = typed(std::io::ErrorKind::StorageFull.into());
    assert_eq!(
        error.downcast_ref::<std::io::Error>().map(std::io::Error::kind),
        Some(std::io::ErrorKind::StorageFull)
    );
}
