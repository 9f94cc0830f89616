//! One connection: reads requests (RFC 9112) within limits of size and time.
//!
//! The request target is kept byte for byte: it is what was signed.

use super::answer::Answer;
use crate::model::headers::{Header, Headers};
use crate::model::method::Method;
use crate::model::request::Received;
use crate::model::time::Time;
use crate::model::url::WireUrl;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The longest request line and headers, in bytes.
const HEAD_LIMIT: usize = 64 * 1024;
/// The most header fields.
const HEADER_COUNT: usize = 128;
/// The longest body, in bytes.
const BODY_LIMIT: usize = 64 * 1024 * 1024;
/// The longest line between chunks, and all trailers together, in bytes.
const CHUNK_LINE_LIMIT: usize = 8 * 1024;
/// How long a connection may stay open without a request.
const IDLE: Duration = Duration::from_secs(60);
/// How long a head may take once it has begun.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long the next bytes of a body may take.
const BODY_TIME: Duration = Duration::from_secs(30);
/// How often a waiting connection looks whether the server stops.
const POLL: Duration = Duration::from_millis(100);

/// Why no further request comes from a connection.
#[derive(Debug)]
pub(super) enum Ended {
    /// The client, the time limit or the server's stop closed it.
    Closed,
    /// What came is refused with this status and this reason.
    Refused(u16, String),
}

/// A request and whether the connection stays open after it.
#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) received: Received,
    pub(super) keep_alive: bool,
}

/// A connection with what was read from it and not used yet.
pub(super) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    stop: Arc<AtomicBool>,
}

impl Connection {
    /// Takes a connection over.
    ///
    /// # Errors
    /// When its time limits cannot be set.
    pub(super) fn new(stream: TcpStream, stop: Arc<AtomicBool>) -> std::io::Result<Self> {
        stream.set_read_timeout(Some(POLL))?;
        stream.set_write_timeout(Some(BODY_TIME))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::new(), stop })
    }

    /// The next request, its body whole.
    ///
    /// # Errors
    /// When there is none, or one that cannot be answered in its own terms.
    pub(super) fn next_request(&mut self) -> Result<Incoming, Ended> {
        let head = self.read_head()?;
        let framing = Framing::of(&head.headers)?;
        if let Some(expectation) = head.headers.text("expect") {
            if !expectation.eq_ignore_ascii_case("100-continue") {
                return refused(417, "the only expectation known is 100-continue");
            }
            if head.minor_version == 1 && self.buffer.is_empty() && framing != Framing::Length(0) {
                let go_on = b"HTTP/1.1 100 Continue\r\n\r\n";
                self.stream.write_all(go_on).map_err(|_| Ended::Closed)?;
            }
        }
        let body = match framing {
            Framing::Length(length) => self.take(length)?,
            Framing::Chunked => self.read_chunks()?,
        };
        let keep_alive = head.minor_version == 1 && !head.closes();
        Ok(Incoming { received: head.received(body)?, keep_alive })
    }

    /// Sends an answer.
    ///
    /// # Errors
    /// When the client is gone.
    pub(super) fn send(
        &mut self,
        answer: &Answer,
        now: Time,
        is_head: bool,
        keep_alive: bool,
    ) -> std::io::Result<()> {
        answer.write(&mut self.stream, now, is_head, keep_alive)
    }

    /// Ends the connection so that the last answer arrives: closing with
    /// unread bytes would reset it (RFC 9112 section 9.6).
    pub(super) fn close(mut self) {
        if self.stream.shutdown(Shutdown::Write).is_err() {
            return;
        }
        let deadline = Instant::now() + Duration::from_secs(1);
        while self.buffer.len() < BODY_LIMIT && self.fill(deadline).is_ok() {}
    }

    /// Reads some bytes into the buffer, at least one.
    fn fill(&mut self, deadline: Instant) -> Result<(), Ended> {
        let mut chunk = [0_u8; 16 * 1024];
        loop {
            // Looked at before each read: a client that drips is never quiet
            // long enough for a read to time out.
            if Instant::now() >= deadline {
                return refused(408, "the request did not arrive in time");
            }
            match self.stream.read(&mut chunk) {
                Ok(0) => return Err(Ended::Closed),
                Ok(count) => {
                    self.buffer.extend_from_slice(&chunk[..count]);
                    return Ok(());
                }
                Err(error) => match error.kind() {
                    ErrorKind::Interrupted => {}
                    ErrorKind::WouldBlock | ErrorKind::TimedOut => {
                        if self.stop.load(Ordering::Relaxed) {
                            return Err(Ended::Closed);
                        }
                    }
                    _ => return Err(Ended::Closed),
                },
            }
        }
    }

    fn read_head(&mut self) -> Result<Head, Ended> {
        if self.buffer.is_empty() {
            // Nobody waits for an answer to a request that was never begun.
            self.fill(Instant::now() + IDLE).map_err(|_| Ended::Closed)?;
        }
        let deadline = Instant::now() + HEAD_TIME;
        loop {
            let start = &self.buffer[..self.buffer.len().min(HEAD_LIMIT)];
            if let Some((head, length)) = Head::parse(start)? {
                self.buffer.drain(..length);
                return Ok(head);
            }
            if self.buffer.len() >= HEAD_LIMIT {
                return refused(431, "the request line and headers are longer than 64 KiB");
            }
            self.fill(deadline)?;
        }
    }

    /// The next `length` bytes.
    fn take(&mut self, length: usize) -> Result<Vec<u8>, Ended> {
        while self.buffer.len() < length {
            self.fill(Instant::now() + BODY_TIME)?;
        }
        let rest = self.buffer.split_off(length);
        Ok(std::mem::replace(&mut self.buffer, rest))
    }

    /// The next line without its end.
    fn take_line(&mut self) -> Result<Vec<u8>, Ended> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let mut line = self.take(end + 1)?;
                line.truncate(end);
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return Ok(line);
            }
            if self.buffer.len() > CHUNK_LINE_LIMIT {
                return refused(400, "a line between chunks is too long");
            }
            self.fill(Instant::now() + BODY_TIME)?;
        }
    }

    /// Reads a chunked body (RFC 9112 section 7.1) and drops its trailers.
    fn read_chunks(&mut self) -> Result<Vec<u8>, Ended> {
        let mut body = Vec::new();
        loop {
            let line = self.take_line()?;
            let digits = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
            let length = chunk_length(digits)?;
            if length == 0 {
                break;
            }
            if body.len() + length > BODY_LIMIT {
                return too_large();
            }
            body.append(&mut self.take(length)?);
            if !self.take_line()?.is_empty() {
                return refused(400, "a chunk is longer than it says");
            }
        }
        let mut trailers = 0;
        loop {
            let line = self.take_line()?;
            if line.is_empty() {
                return Ok(body);
            }
            trailers += line.len();
            if trailers > CHUNK_LINE_LIMIT {
                return refused(431, "the trailers are too long");
            }
        }
    }
}

/// How the end of a body is known (RFC 9112 section 6.3).
#[derive(Debug, PartialEq, Eq)]
enum Framing {
    Length(usize),
    Chunked,
}

impl Framing {
    fn of(headers: &Headers) -> Result<Self, Ended> {
        let all = |name: &str| -> Vec<String> {
            headers.iter().filter(|header| header.is(name)).map(Header::text).collect()
        };
        let (codings, lengths) = (all("transfer-encoding"), all("content-length"));
        match (codings.as_slice(), lengths.as_slice()) {
            ([], []) => Ok(Self::Length(0)),
            // Two framings in one request are a way to smuggle a second one.
            ([_, ..], [_, ..]) => {
                refused(400, "Content-Length and Transfer-Encoding exclude each other")
            }
            ([coding], []) if coding.eq_ignore_ascii_case("chunked") => Ok(Self::Chunked),
            ([..], []) => refused(501, "the only transfer coding known is chunked"),
            ([], [first, rest @ ..]) => {
                let is_number =
                    !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit());
                if !is_number || rest.iter().any(|other| other != first) {
                    return refused(400, "Content-Length is not one number");
                }
                match first.parse::<usize>() {
                    Ok(length) if length <= BODY_LIMIT => Ok(Self::Length(length)),
                    _ => too_large(),
                }
            }
        }
    }
}

fn chunk_length(digits: &[u8]) -> Result<usize, Ended> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return refused(400, "a chunk's length is not a hexadecimal number");
    }
    let text = std::str::from_utf8(digits).unwrap_or_default();
    match usize::from_str_radix(text, 16) {
        Ok(length) if length <= BODY_LIMIT => Ok(length),
        _ => too_large(),
    }
}

/// The request line and headers.
struct Head {
    method: String,
    target: String,
    minor_version: u8,
    headers: Headers,
}

impl Head {
    /// The head and its length; `None` when it is not complete yet.
    fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, Ended> {
        let mut fields = [httparse::EMPTY_HEADER; HEADER_COUNT];
        let mut request = httparse::Request::new(&mut fields);
        let length = match request.parse(bytes) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(httparse::Error::TooManyHeaders) => {
                return refused(431, "there are more than 128 headers");
            }
            Err(httparse::Error::Version) => {
                return refused(505, "only HTTP/1.0 and 1.1 are known");
            }
            Err(error) => return refused(400, &format!("the request cannot be read: {error}")),
        };
        let header =
            |field: &httparse::Header<'_>| Header::new(field.name, field.value.trim_ascii());
        let head = Self {
            method: request.method.unwrap_or_default().to_owned(),
            target: request.path.unwrap_or_default().to_owned(),
            minor_version: request.version.unwrap_or_default(),
            headers: request.headers.iter().map(header).collect(),
        };
        Ok(Some((head, length)))
    }

    fn closes(&self) -> bool {
        let options = self.headers.text("connection").unwrap_or_default();
        options.split(',').any(|option| option.trim().eq_ignore_ascii_case("close"))
    }

    /// The request with its body.
    fn received(self, body: Vec<u8>) -> Result<Received, Ended> {
        // RFC 9110 section 9.1: methods are case-sensitive.
        let is_upper = !self.method.bytes().any(|byte| byte.is_ascii_lowercase());
        let Some(method) = Method::parse(&self.method).ok().filter(|_| is_upper) else {
            return refused(501, "this method is not known");
        };
        let url = self.url()?;
        Ok(Received { method, url, headers: self.headers, body })
    }

    fn url(&self) -> Result<WireUrl, Ended> {
        let hosts: Vec<String> =
            self.headers.iter().filter(|header| header.is("host")).map(Header::text).collect();
        let host = match hosts.as_slice() {
            [host] => host.as_str(),
            [] if self.minor_version == 0 => "localhost",
            _ => return refused(400, "there must be one Host header (RFC 9112 section 3.2)"),
        };
        // RFC 9112 section 3.2.2: a server accepts the absolute form too.
        let (authority, target) = match self.target.strip_prefix("http://") {
            Some(rest) => rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len())),
            None => (host, self.target.as_str()),
        };
        let origin = (!authority.contains(['/', '?', '#', '@']))
            .then(|| WireUrl::parse(&format!("http://{authority}/")).ok())
            .flatten();
        let Some(origin) = origin else { return refused(400, "the Host header is no host") };
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (target, None),
        };
        let path = if path.is_empty() { "/" } else { path };
        if !path.starts_with('/') {
            return refused(400, "the request target does not begin with a slash");
        }
        Ok(origin.with_path(path).with_query(query))
    }
}

fn refused<T>(status: u16, why: &str) -> Result<T, Ended> {
    Err(Ended::Refused(status, format!("{why}\n")))
}

fn too_large<T>() -> Result<T, Ended> {
    refused(413, "the body is longer than 64 MiB")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn a_client_that_is_never_quiet_does_not_outlast_the_time_limit() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        client.write_all(b"GET / HTTP/1.1\r\n").unwrap();
        let (stream, _) = listener.accept().unwrap();
        let mut connection = Connection::new(stream, Arc::default()).unwrap();
        let ended = connection.fill(Instant::now()).unwrap_err();
        assert!(matches!(ended, Ended::Refused(408, _)), "{ended:?}");
    }
}
