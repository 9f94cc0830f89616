//! Large bodies: asked for first, given up when refused, counted.

use crate::capture::{Capture, EMPTY_OK};
use crate::environment::TestEnvironment;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

const CONFIG: &str = "[profile.x]\nscheme = \"none\"\nurl = \"URL\"\n";

/// Longer than what is sent unasked.
const LARGE: usize = 1024 * 1024 + 1;

fn environment(url: &str, size: usize) -> TestEnvironment {
    let environment = TestEnvironment::new();
    environment.config(&CONFIG.replace("URL", url));
    environment.file("disk.img", vec![7; size]);
    environment
}

/// A server for one request: reads its head and `first` bytes of the body,
/// answers 413 and gives how many bytes came in all.
fn refusing(first: usize) -> (String, JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serve = move || {
        let (mut stream, _) = listener.accept().unwrap();
        read_head(&mut stream);
        stream.read_exact(&mut vec![0; first]).unwrap();
        let answer = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\n\r\ntoo large";
        stream.write_all(answer.as_bytes()).unwrap();
        let mut rest = Vec::new();
        // However the client ends it.
        let _ = stream.read_to_end(&mut rest);
        first + rest.len()
    };
    (url, std::thread::spawn(serve))
}

fn read_head(stream: &mut TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
}

#[test]
fn a_refusal_comes_before_a_large_body() {
    let (url, server) = refusing(0);
    let environment = environment(&url, LARGE);
    environment.signreq(&["x", "put", "/a", "-d", "@disk.img", "-w", "|%{size_upload}"]).gives(
        4,
        "too large|0",
        format!("signreq: PUT {url}/a answered 413 Content Too Large\n").as_str(),
    );
    assert_eq!(server.join().unwrap(), 0);
}

#[test]
fn a_refusal_ends_a_body_on_its_way() {
    const SIZE: usize = 64 * 1024 * 1024;
    let (url, server) = refusing(1000);
    let environment = environment(&url, SIZE);
    environment.signreq(&["x", "put", "/a", "-d", "@disk.img", "Expect:", "--fail"]).gives(
        4,
        "",
        format!("signreq: PUT {url}/a answered 413 Content Too Large\n").as_str(),
    );
    assert!(server.join().unwrap() < SIZE);
}

#[test]
fn large_bodies_are_announced_and_small_ones_are_not() {
    for (size, item, is_asked) in
        [(LARGE - 1, "a==b", false), (LARGE, "a==b", true), (LARGE, "Expect:", false)]
    {
        let go_on = b"HTTP/1.1 100 Continue\r\n\r\n".as_slice();
        let server = Capture::answering(&[&[go_on, EMPTY_OK].concat()]);
        let environment = environment(&server.url(), size);
        environment.signreq(&["x", "/a", "-d", "@disk.img", item, "-w", "%{size_upload}"]).gives(
            0,
            size.to_string().as_str(),
            "",
        );
        let request = &server.requests()[0];
        let head = String::from_utf8_lossy(&request[..300]);
        assert_eq!(head.contains("\r\nExpect: 100-continue\r\n"), is_asked, "{head}");
        assert!(request.ends_with(&vec![7; size]));
    }
}

#[test]
fn a_server_that_does_not_know_the_question_gets_the_body_unasked() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        read_head(&mut stream);
        stream.write_all(b"HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n").unwrap();
        drop(stream);
        let (mut stream, _) = listener.accept().unwrap();
        read_head(&mut stream);
        stream.read_exact(&mut vec![0; LARGE]).unwrap();
        stream.write_all(EMPTY_OK).unwrap();
    });
    environment(&url, LARGE).signreq(&["x", "put", "/a", "-d", "@disk.img"]).gives(0, "", "");
    server.join().unwrap();
    // Who asked for it gets the answer to it.
    let server = Capture::answering(&[b"HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n", EMPTY_OK]);
    let environment = environment(&server.url(), 1);
    environment.signreq(&["x", "put", "/a", "-d", "@disk.img", "Expect:100-continue"]).gives(
        4,
        "",
        format!("signreq: PUT {}/a answered 417 No\n", server.url()).as_str(),
    );
    assert_eq!(server.requests().len(), 1);
}
