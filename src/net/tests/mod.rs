//! Exchanges over loopback with servers that say what a test gives them.

mod answers;
mod failures;
mod limits;
mod records;
mod sending;
mod tls;

use crate::error::{Kind, kind_of, one_line};
use crate::model::body::Body;
use crate::model::headers::{Header, Headers};
use crate::model::method::Method;
use crate::model::request::Draft;
use crate::model::url::WireUrl;
use crate::net::{Answer, Exchange as _, Options, TlsOptions, Ureq, typed};
use crate::sign::trace::Trace;
use crate::sign::{Patch, Signed, Wire, apply};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

/// A request to `url` with these headers, as a signer that adds nothing
/// leaves it.
fn wire(method: &str, url: &str, headers: &[(&str, &str)], body: Body) -> Wire {
    let draft = Draft {
        method: Method::parse(method).unwrap(),
        url: WireUrl::parse(url).unwrap(),
        headers: headers.iter().map(|(name, value)| Header::new(*name, *value)).collect(),
        body,
    };
    apply(&draft, &Signed { patch: Patch::default(), trace: Trace::default() })
}

/// A server for one connection: what it serves and where.
struct Served<T> {
    port: u16,
    thread: JoinHandle<T>,
}

impl<T> Served<T> {
    fn url(&self, target: &str) -> String {
        format!("http://127.0.0.1:{}{target}", self.port)
    }

    /// What the server's script returned.
    fn seen(self) -> T {
        self.thread.join().unwrap()
    }
}

/// Accepts one connection and runs `script` on it.
fn serve<T: Send + 'static>(script: impl FnOnce(TcpStream) -> T + Send + 'static) -> Served<T> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        script(stream)
    });
    Served { port, thread }
}

/// Reads one request, says `answer` and closes; returns the request's bytes.
fn answer_with(answer: impl Into<Vec<u8>>) -> Served<Vec<u8>> {
    let answer = answer.into();
    serve(move |mut stream| {
        let request = read_request(&mut stream);
        stream.write_all(&answer).unwrap();
        request
    })
}

/// The bytes of a request up to the end of its body.
fn read_request(stream: &mut impl Read) -> Vec<u8> {
    let mut request = read_head(stream);
    let head = String::from_utf8_lossy(&request).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length = length.map_or(0, |digits| digits.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    request.extend(body);
    request
}

/// The bytes of a request's head.
fn read_head(stream: &mut impl Read) -> Vec<u8> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    head
}

/// Options that trust any server.
fn insecure_options() -> Options {
    let tls = TlsOptions { insecure: true, ..TlsOptions::default() };
    Options { tls, ..Options::default() }
}

fn client() -> Ureq {
    Ureq::new(Options::default())
}

fn get(url: &str) -> crate::error::Result<Answer> {
    client().send(&wire("GET", url, &[], Body::none()))
}

/// The answer's body, or what failed while it was read.
fn read(mut answer: Answer) -> crate::error::Result<Vec<u8>> {
    let mut body = Vec::new();
    answer.body.read_to_end(&mut body).map_err(typed)?;
    Ok(body)
}

/// What an exchange failed with: its kind and its message.
fn failure<T>(result: crate::error::Result<T>) -> (Kind, String) {
    let error = result.err().expect("a failure");
    (kind_of(&error), one_line(&error))
}

fn header(headers: &Headers, name: &str) -> Vec<String> {
    headers.iter().filter(|header| header.is(name)).map(Header::text).collect()
}
