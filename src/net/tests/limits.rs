//! Limits: each time limit ends in the phase that took too long, and no head
//! and no number of heads is taken without end.

use super::*;
use crate::error::hints_of;
use std::time::Instant;

const SHORT: Duration = Duration::from_millis(80);

#[test]
fn limits_that_nobody_sets() {
    let Options { connect_timeout, max_time, head_timeout, idle_timeout, .. } = Options::default();
    assert_eq!(connect_timeout, Duration::from_secs(10));
    // Creating a host in Foreman takes minutes.
    assert_eq!(head_timeout, Duration::from_secs(600));
    assert_eq!(idle_timeout, Duration::from_secs(60));
    assert_eq!(max_time, None);
}

/// Says `start` after the request, and then nothing for a while.
fn stalling(start: &'static str) -> Served<()> {
    serve(move |mut stream| {
        read_head(&mut stream);
        stream.write_all(start.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(600));
    })
}

fn timed_out(options: Options, url: &str) -> (String, Vec<String>) {
    let began = Instant::now();
    let result = Ureq::new(options).send(&wire("GET", url, &[], Body::none())).and_then(read);
    assert!(began.elapsed() < Duration::from_millis(500), "{:?}", began.elapsed());
    let error = result.err().unwrap();
    assert_eq!(kind_of(&error), Kind::TimedOut, "{}", one_line(&error));
    (one_line(&error), hints_of(&error).to_vec())
}

#[test]
fn the_head_of_the_answer() {
    let server = stalling("HTTP/1.1 200 OK\r\n");
    let options = Options { head_timeout: SHORT, ..Options::default() };
    let (message, _) = timed_out(options, &server.url("/"));
    assert!(message.ends_with("no complete answer head came for 80ms"), "{message}");
}

#[test]
fn a_slow_head_may_idle_longer_than_a_body() {
    let server = serve(|mut stream| {
        read_head(&mut stream);
        std::thread::sleep(3 * SHORT);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
    });
    let options = Options { idle_timeout: SHORT, ..Options::default() };
    let answer = Ureq::new(options).send(&wire("GET", &server.url("/"), &[], Body::none()));
    assert_eq!(answer.unwrap().head.status, 200);
}

#[test]
fn an_idle_body() {
    let server = stalling("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    let options = Options { idle_timeout: SHORT, ..Options::default() };
    let (message, _) = timed_out(options, &server.url("/"));
    assert!(message.ends_with("no more of the answer's body came for 80ms"), "{message}");
}

#[test]
fn all_together() {
    for start in ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"] {
        let server = stalling(start);
        let options = Options { max_time: Some(SHORT), ..Options::default() };
        let (message, hints) = timed_out(options, &server.url("/"));
        assert!(message.ends_with("before --max-time 80ms was up"), "{message}");
        assert_eq!(hints, ["--max-time 240ms"]);
    }
}

#[test]
fn a_server_that_takes_no_more() {
    let server = serve(|mut stream| {
        read_head(&mut stream);
        std::thread::sleep(Duration::from_millis(600));
    });
    let options = Options { idle_timeout: SHORT, ..Options::default() };
    let request = wire("PUT", &server.url("/"), &[], Body::bytes(vec![0; 50_000_000]));
    let (kind, message) = failure(Ureq::new(options).send(&request));
    assert_eq!(kind, Kind::TimedOut);
    assert!(message.ends_with("the server took no more of the request for 80ms"), "{message}");
}

#[test]
fn the_tls_handshake() {
    let server = serve(|_stream| std::thread::sleep(Duration::from_millis(600)));
    let options = Options { connect_timeout: SHORT, ..insecure_options() };
    let (message, hints) = timed_out(options, &format!("https://127.0.0.1:{}/", server.port));
    assert!(message.ends_with("the TLS handshake was not finished within 80ms"), "{message}");
    assert_eq!(hints, ["--connect-timeout 240ms"]);
}

const INTERIM: &str = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";

#[test]
fn interim_answers_are_passed_over() {
    for count in [1, 1000] {
        let answer = INTERIM.repeat(count) + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        let server = answer_with(answer);
        let answer = get(&server.url("/")).unwrap();
        assert_eq!((answer.head.status, read(answer).unwrap()), (200, b"ok".to_vec()));
    }
}

#[test]
fn interim_answers_without_end() {
    let server = serve(|mut stream| {
        read_head(&mut stream);
        // Until the client has had enough.
        while stream.write_all(INTERIM.as_bytes()).is_ok() {}
    });
    let (kind, message) = failure(get(&server.url("/")));
    assert_eq!(kind, Kind::Receive);
    assert!(message.ends_with("KiB of interim answers (1xx) came, and no final one"), "{message}");
    server.seen();
}

#[test]
fn framing_without_end() {
    for (start, flood, why) in [
        ("5\r\nhello\r\n", "0", "a line between its chunks is longer than 128 KiB"),
        ("5\r\nhello\r\n3;", "a", "a line between its chunks is longer than 128 KiB"),
        ("5\r\nhello\r\n0\r\n", "A: b\r\n", "its trailers are longer than 300 KiB"),
    ] {
        let server = serve(move |mut stream| {
            read_head(&mut stream);
            let start = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{start}");
            stream.write_all(start.as_bytes()).unwrap();
            // Until the client has had enough.
            while stream.write_all(flood.repeat(1000).as_bytes()).is_ok() {}
        });
        let mut body = Vec::new();
        let mut answer = get(&server.url("/")).unwrap();
        let (kind, message) = failure(answer.body.read_to_end(&mut body).map_err(typed));
        drop(answer);
        assert_eq!((kind, body.as_slice()), (Kind::Receive, b"hello".as_slice()), "{message}");
        assert!(message.ends_with(&format!("the body is malformed: {why}")), "{message}");
        server.seen();
    }
}

#[test]
fn trailers_are_passed_over() {
    let trailers = "A: b\r\n".repeat(1000);
    let answer = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n{trailers}\r\n"
    );
    assert_eq!(read(get(&answer_with(answer).url("/")).unwrap()).unwrap(), b"ok");
}

#[test]
fn as_many_header_fields_as_servers_send() {
    let head = |count| format!("HTTP/1.1 204 No Content\r\n{}\r\n", "A: b\r\n".repeat(count));
    let server = answer_with(head(128));
    assert_eq!(get(&server.url("/")).unwrap().head.headers.iter().count(), 128);
    let server = answer_with(head(129));
    let (kind, message) = failure(get(&server.url("/")));
    assert_eq!(kind, Kind::Receive);
    assert!(message.contains("too many headers"), "{message}");
}
