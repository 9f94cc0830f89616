//! What is on the wire is the wire.

use super::*;
use crate::model::body::BodySource;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

#[test]
fn head_is_sent_byte_for_byte() {
    let server = answer_with(OK);
    let target = "/a/../b//c/./%2f%2F?b=2&a=1&&c&'()*!;=~@:$,";
    let headers = [
        ("X-Zebra", "1"),
        ("x-aPPle", "a,  b ; \"c\""),
        ("Accept", "*/*"),
        ("X-ZEBRA", "2"),
        ("Empty", ""),
        ("User-Agent", "ours/1"),
    ];
    let mut expected = format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n", server.port);
    for (name, value) in headers {
        expected.push_str(&format!("{name}: {value}\r\n"));
    }
    expected.push_str("\r\n");
    client().send(&wire("GET", &server.url(target), &headers, Body::none())).unwrap();
    assert_eq!(String::from_utf8(server.seen()).unwrap(), expected);
}

#[test]
fn a_header_value_may_hold_any_byte_but_controls() {
    let server = answer_with(OK);
    let draft = Draft {
        method: Method::get(),
        url: WireUrl::parse(&server.url("/")).unwrap(),
        headers: [Header::new("X-Latin", b"caf\xe9\t\xff".as_slice())].into_iter().collect(),
        body: Body::none(),
    };
    let signed = Signed { patch: Patch::default(), trace: Trace::default() };
    client().send(&apply(&draft, &signed)).unwrap();
    let seen = server.seen();
    assert!(seen.ends_with(b"X-Latin: caf\xe9\t\xff\r\n\r\n"), "{}", seen.escape_ascii());
}

#[test]
fn long_targets_and_headers_are_sent() {
    let server = answer_with(OK);
    let target = format!("/{}", "x".repeat(100_000));
    let long = "y".repeat(200_000);
    // Two that ureq has to know of, too.
    let options = "z".repeat(60_000);
    let headers = [("Connection", &*options), ("Expect", &options), ("X-Long", &long)];
    let request = wire("GET", &server.url(&target), &headers, Body::none());
    client().send(&request).unwrap();
    let seen = String::from_utf8(server.seen()).unwrap();
    assert!(seen.starts_with(&format!("GET {target} HTTP/1.1\r\n")));
    assert!(seen.ends_with(&format!("X-Long: {long}\r\n\r\n")));
    assert!(seen.contains(&format!("\r\nConnection: {options}\r\nExpect: {options}\r\n")));
}

#[test]
fn bodies_go_with_every_method_under_their_own_length() {
    for method in ["GET", "DELETE", "POST", "PROPFIND", "HEAD"] {
        let server = answer_with("HTTP/1.1 204 No Content\r\n\r\n");
        let request = wire(method, &server.url("/"), &[], Body::bytes("hello"));
        client().send(&request).unwrap();
        let expected = format!(
            "{method} / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: 5\r\n\r\nhello",
            request.url().origin().port
        );
        assert_eq!(String::from_utf8(server.seen()).unwrap(), expected);
    }
}

#[test]
fn no_body_is_not_an_empty_body() {
    for (method, body, expected) in [
        ("GET", Body::none(), ""),
        ("REPORT", Body::none(), ""),
        ("POST", Body::none(), "Content-Length: 0\r\n"),
        ("DELETE", Body::bytes(""), "Content-Length: 0\r\n"),
    ] {
        let server = answer_with(OK);
        let request = wire(method, &server.url("/"), &[], body);
        client().send(&request).unwrap();
        let expected = format!(
            "{method} / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{expected}\r\n",
            request.url().origin().port
        );
        assert_eq!(String::from_utf8(server.seen()).unwrap(), expected);
    }
}

#[test]
fn a_large_body_is_streamed_whole() {
    let body: Vec<u8> = (0..1_000_000_u32).map(|at| (at % 251) as u8).collect();
    let server = answer_with(OK);
    let request = wire("PUT", &server.url("/"), &[], Body::bytes(body.clone()));
    client().send(&request).unwrap();
    assert!(server.seen().ends_with(&body));
}

/// Counts how often it is read from.
struct Counted(Arc<AtomicU64>);

impl BodySource for Counted {
    fn length(&self) -> u64 {
        1 << 20
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(Self(Arc::clone(&self.0))))
    }
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(buffer.len())
    }
}

#[test]
fn a_large_body_goes_in_large_pieces() {
    let server = answer_with(OK);
    let reads: Arc<AtomicU64> = Arc::default();
    let body = Body::source(Counted(Arc::clone(&reads)));
    client().send(&wire("PUT", &server.url("/"), &[], body)).unwrap();
    assert!(reads.load(Ordering::Relaxed) <= 8, "{reads:?}");
}

#[test]
fn heads_that_could_be_misread_are_refused() {
    for (name, value, why) in [
        ("X-A", "b\r\nEvil: 1", "line break"),
        ("X-A", "b\nc", "line break"),
        ("X-A", "b\0c", "control character"),
        ("X A", "b", "not a header name"),
        ("X:A", "b", "not a header name"),
        ("", "b", "not a header name"),
        ("Transfer-Encoding", "chunked", "Content-Length"),
        ("Content-Length", "4", "the body has 5 bytes"),
    ] {
        let request = wire("POST", "http://127.0.0.1:1/", &[(name, value)], Body::bytes("hello"));
        let (kind, message) = failure(client().send(&request));
        assert_eq!(kind, Kind::Usage, "{message}");
        assert!(message.contains(why), "{message}");
    }
}

/// Announces ten bytes and gives what it has, then fails or ends.
struct Source {
    opens: bool,
    ends: bool,
}

impl BodySource for Source {
    fn length(&self) -> u64 {
        10
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        if !self.opens {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let start = io::Cursor::new(b"abc");
        if self.ends { Ok(Box::new(start)) } else { Ok(Box::new(start.chain(Broken))) }
    }
}

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the disk is on fire"))
    }
}

#[test]
fn a_source_that_fails_is_an_unreadable_input() {
    for (opens, ends, why) in [
        (false, false, "permission denied"),
        (true, false, "the disk is on fire"),
        (true, true, "ended after 3 of 10 bytes"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let request = wire("PUT", &url, &[], Body::source(Source { opens, ends }));
        let (kind, message) = failure(client().send(&request));
        assert_eq!(kind, Kind::Read, "{message}");
        assert!(message.contains(why), "{message}");
        // What cannot be opened is found out before anybody is bothered.
        listener.set_nonblocking(true).unwrap();
        assert_eq!(listener.accept().is_ok(), opens);
    }
}

#[test]
fn a_connection_is_used_again() {
    let server = serve(|mut stream| {
        let mut seen = 0;
        for _ in 0..2 {
            read_request(&mut stream);
            seen += 1;
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").unwrap();
        }
        seen
    });
    let client = client();
    let url = server.url("/");
    let first = client.send(&wire("GET", &url, &[], Body::none())).unwrap();
    assert!(first.timings.connect.is_some());
    assert_eq!(read(first).unwrap(), b"ok");
    let second = client.send(&wire("POST", &url, &[], Body::bytes("x"))).unwrap();
    assert_eq!(second.timings.connect, None);
    assert_eq!(second.remote.unwrap().port(), server.port);
    assert_eq!(read(second).unwrap(), b"ok");
    assert_eq!(server.seen(), 2);
}

#[test]
fn a_connection_that_the_server_closed_is_not_used_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (closed, is_closed) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().unwrap();
            read_request(&mut stream);
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").unwrap();
            drop(stream);
            closed.send(()).unwrap();
        }
    });
    let client = client();
    for _ in 0..2 {
        let answer = client.send(&wire("GET", &url, &[], Body::none())).unwrap();
        assert!(answer.timings.connect.is_some());
        assert_eq!(read(answer).unwrap(), b"ok");
        is_closed.recv().unwrap();
    }
    thread.join().unwrap();
}

#[test]
fn a_body_waits_for_100_continue_when_asked_to() {
    let server = serve(|mut stream| {
        let head = read_head(&mut stream);
        stream.set_nonblocking(true).unwrap();
        std::thread::sleep(Duration::from_millis(50));
        let early = stream.peek(&mut [0]).is_ok();
        stream.set_nonblocking(false).unwrap();
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
        let mut body = [0; 5];
        stream.read_exact(&mut body).unwrap();
        stream.write_all(OK.as_bytes()).unwrap();
        (String::from_utf8(head).unwrap(), early, body)
    });
    let expect = [("Expect", "100-continue")];
    let request = wire("PUT", &server.url("/"), &expect, Body::bytes("hello"));
    assert_eq!(client().send(&request).unwrap().head.status, 200);
    let (head, early, body) = server.seen();
    assert!(head.contains("\r\nExpect: 100-continue\r\n"), "{head}");
    assert!(!early);
    assert_eq!(&body, b"hello");
}

/// What came before 100 is no refusal, and so are its own fields; they may come
/// in pieces.
#[test]
fn a_body_follows_100_continue_whatever_stands_around_it() {
    let dated = "HTTP/1.1 100 Continue\r\nDate: x\r\n\r\n";
    let hints = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    for interim in
        [dated.to_owned(), hints.to_owned() + dated, [hints, hints, dated, hints].concat()]
    {
        for size in [1, 7, interim.len()] {
            let bytes = interim.clone().into_bytes();
            let server = serve(move |mut stream| {
                read_head(&mut stream);
                stream.set_nodelay(true).unwrap();
                for piece in bytes.chunks(size) {
                    stream.write_all(piece).unwrap();
                }
                let mut body = [0; 5];
                stream.read_exact(&mut body).unwrap();
                stream.write_all(OK.as_bytes()).unwrap();
                body
            });
            let expect = [("Expect", "100-continue")];
            let request = wire("PUT", &server.url("/"), &expect, Body::bytes("hello"));
            assert_eq!(client().send(&request).unwrap().head.status, 200, "{interim} by {size}");
            assert_eq!(&server.seen(), b"hello");
        }
    }
}

#[test]
fn an_answer_before_the_end_of_the_body_is_not_lost() {
    let server = serve(|mut stream| {
        read_head(&mut stream);
        stream
            .write_all(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 7\r\n\r\ntoo big")
            .unwrap();
    });
    let request = wire("PUT", &server.url("/"), &[], Body::bytes(vec![b'x'; 50_000_000]));
    let answer = client().send(&request).unwrap();
    assert_eq!(answer.head.status, 413);
    assert_eq!(read(answer).unwrap(), b"too big");
}

#[test]
fn a_connection_closed_in_the_middle_of_the_body_is_a_send_failure() {
    let server = serve(|mut stream| {
        read_head(&mut stream);
    });
    let request = wire("PUT", &server.url("/"), &[], Body::bytes(vec![b'x'; 50_000_000]));
    let (kind, message) = failure(client().send(&request));
    assert_eq!(kind, Kind::Send, "{message}");
    assert!(message.contains("could not be sent"), "{message}");
}
