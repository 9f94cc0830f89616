//! Answers in every framing that HTTP/1 has (RFC 9112 section 6.3).

use super::*;

fn answered(method: &str, answer: &[u8]) -> (Answer, Vec<u8>) {
    let server = answer_with(answer);
    let mut answer = client().send(&wire(method, &server.url("/"), &[], Body::none())).unwrap();
    let mut body = Vec::new();
    answer.body.read_to_end(&mut body).unwrap();
    (answer, body)
}

#[test]
fn bodies_of_every_framing_are_read_whole() {
    for (framing, answer) in [
        ("length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
        (
            "chunks",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n",
        ),
        (
            "chunks and trailers",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n\
             5\r\nhello\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n",
        ),
        ("the end of the connection", "HTTP/1.1 200 OK\r\n\r\nhello"),
        ("the end of an HTTP/1.0 connection", "HTTP/1.0 200 OK\r\n\r\nhello"),
    ] {
        let (answer, body) = answered("GET", answer.as_bytes());
        assert_eq!(answer.head.status, 200, "{framing}");
        assert_eq!(body, b"hello", "{framing}");
        assert!(answer.timings.first_byte.is_some());
    }
}

#[test]
fn answers_without_a_body_end_with_their_head() {
    for (method, answer, status) in [
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n", 204),
        ("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304),
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200),
        ("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 200),
        ("POST", "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", 201),
    ] {
        let (answer, body) = answered(method, answer.as_bytes());
        assert_eq!((answer.head.status, body.as_slice()), (status, b"".as_slice()), "{method}");
    }
}

#[test]
fn interim_answers_are_passed_over() {
    let (answer, body) = answered(
        "GET",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n\
          HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    );
    assert_eq!((answer.head.status, body.as_slice()), (200, b"ok".as_slice()));
    assert!(!answer.head.headers.has("link"));
}

/// RFC 9110 section 15.2: a client has to be able to read one or more of them,
/// whatever fields they have.
#[test]
fn every_interim_answer_may_have_fields() {
    let dated = "HTTP/1.1 100 Continue\r\nDate: x\r\nX-I: 1\r\n\r\n";
    let hints = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    for interim in [dated.to_owned(), hints.to_owned(), [dated, dated, hints, dated].concat()] {
        let answer = "HTTP/1.1 200 Fine\r\nX-F: 1\r\nContent-Length: 2\r\n\r\nok";
        let (answer, body) = answered("GET", (interim + answer).as_bytes());
        assert_eq!((&*answer.head.reason, body.as_slice()), ("Fine", b"ok".as_slice()));
        assert!(answer.head.headers.has("x-f") && !answer.head.headers.has("x-i"));
        let named = answer.head.headers.iter().any(|field| field.is("date") || field.is("link"));
        assert!(!named);
    }
}

#[test]
fn no_status_is_judged_and_nothing_followed() {
    for status in [301, 307, 401, 404, 500, 503, 599] {
        let text = format!(
            "HTTP/1.1 {status} Whatever\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 4\r\n\r\nbody"
        );
        let (answer, body) = answered("POST", text.as_bytes());
        assert_eq!((answer.head.status, body.as_slice()), (status, b"body".as_slice()));
        assert_eq!(header(&answer.head.headers, "location"), ["http://127.0.0.1:1/"]);
    }
}

#[test]
fn the_head_is_told_as_it_came() {
    let (answer, _) = answered(
        "GET",
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n\
          HTTP/1.0 404 Nope\r\nSet-Cookie: a=1\r\nx-LATIN:  caf\xe9 \r\nset-cookie: b=2\r\n\r\nbody",
    );
    assert_eq!((answer.head.version, &*answer.head.reason), ("HTTP/1.0", "Nope"));
    let fields: Vec<_> =
        answer.head.headers.iter().map(|it| (it.name.as_str(), it.value.as_slice())).collect();
    let expected: [(&str, &[u8]); 3] =
        [("Set-Cookie", b"a=1"), ("x-LATIN", b"caf\xe9"), ("set-cookie", b"b=2")];
    assert_eq!(fields, expected);
    // RFC 9112 section 4: the phrase may be empty.
    let (answer, _) = answered("GET", b"HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n");
    assert_eq!(answer.head.reason, "Not Found");
    let (answer, _) = answered("GET", b"HTTP/1.1 599 \r\nContent-Length: 0\r\n\r\n");
    assert_eq!(answer.head.reason, "");
}

/// RFC 9112 section 4: obs-text may be in it.
#[test]
fn a_reason_phrase_may_be_in_other_letters_than_ascii() {
    let cases: [(&[u8], &str); 5] = [
        ("404 Nicht gefunden ä".as_bytes(), "Nicht gefunden ä"),
        (b"404 Nicht gef\xfcnden", "Nicht gefünden"),
        (b"404 a\tb  \xe9 c", "a\tb  é c"),
        ("200 好".as_bytes(), "好"),
        (b"200 \x9b31m", "\u{9b}31m"),
    ];
    for (line, reason) in cases {
        for start in [&b""[..], b"HTTP/1.1 103 E\xe9\r\nLink: x\r\n\r\n"] {
            for end in [&b"\r\nContent-Length: 0\r\n\r\n"[..], b"\nContent-Length: 0\n\n"] {
                let (answer, _) = answered("GET", &[start, b"HTTP/1.1 ", line, end].concat());
                assert_eq!(answer.head.reason, reason);
            }
        }
    }
}

#[test]
fn content_codings_are_left_to_others() {
    let (answer, body) = answered(
        "GET",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00",
    );
    assert_eq!(header(&answer.head.headers, "content-encoding"), ["gzip"]);
    assert_eq!(header(&answer.head.headers, "content-length"), ["4"]);
    assert_eq!(body, b"\x1f\x8b\x08\x00");
}

#[test]
fn a_head_may_come_in_pieces() {
    let server = serve(|mut stream| {
        read_request(&mut stream);
        for piece in ["HT", "TP/1.1 2", "00 OK\r\nContent-Le", "ngth: 2\r\n", "\r", "\no", "k"] {
            stream.write_all(piece.as_bytes()).unwrap();
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    assert_eq!(read(get(&server.url("/")).unwrap()).unwrap(), b"ok");
}
