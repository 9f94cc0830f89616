//! A listener on this machine for the one request with which a browser comes
//! back from a page of consent (RFC 8252 section 7.3).

use crate::error::{Error, Kind, Result};
use crate::net::failure;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// The path that the browser is sent to.
const PATH: &str = "/callback";

/// The longest request line that is read, in bytes.
const LONGEST: usize = 8 * 1024;

/// How long a browser may take for its request.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often the end of the waiting is looked at.
const INTERVAL: Duration = Duration::from_millis(20);

/// The listener.
#[derive(Debug)]
pub struct Callback {
    listener: TcpListener,
    address: SocketAddr,
}

impl Callback {
    /// Listens on a free port of 127.0.0.1, which nobody else can reach.
    ///
    /// # Errors
    /// [`Kind::Connect`] when it cannot be listened on.
    pub fn listen() -> Result<Self> {
        let cannot = |error: std::io::Error| {
            let why = failure::reason(&error);
            Error::new(Kind::Connect, format!("127.0.0.1 cannot be listened on: {why}"))
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(cannot)?;
        listener.set_nonblocking(true).map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        Ok(Self { listener, address })
    }

    /// The URL that the browser is to be sent to.
    pub fn url(&self) -> String {
        format!("http://{}{PATH}", self.address)
    }

    /// Waits for the request that `accept` takes something out of the query
    /// of. Others, such as one for an icon, are answered 404.
    ///
    /// # Errors
    /// [`Kind::TimedOut`] when none came within `limit`.
    pub fn wait<T>(self, limit: Duration, accept: impl Fn(&str) -> Option<T>) -> Result<T> {
        let end = Instant::now() + limit;
        loop {
            match self.listener.accept() {
                Ok((stream, _)) => {
                    // A browser that went away may come again.
                    if let Ok(Some(found)) = serve(stream, &accept) {
                        return Ok(found);
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let left = end.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        let waited = limit.as_secs();
                        let why = format!("the browser did not come back within {waited} seconds");
                        return Err(Error::new(Kind::TimedOut, why)
                            .hint("run it again; --wait 30m waits longer")
                            .into());
                    }
                    std::thread::sleep(left.min(INTERVAL));
                }
                Err(_) => std::thread::sleep(INTERVAL),
            }
        }
    }
}

fn serve<T>(
    mut stream: TcpStream,
    accept: &impl Fn(&str) -> Option<T>,
) -> std::io::Result<Option<T>> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut head = zeroize::Zeroizing::new(Vec::new());
    let mut buffer = zeroize::Zeroizing::new([0_u8; 1024]);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < LONGEST {
        match stream.read(&mut buffer[..])? {
            0 => break,
            count => head.extend_from_slice(&buffer[..count]),
        }
    }
    let text = String::from_utf8_lossy(&head);
    let target = text.strip_prefix("GET ").and_then(|rest| rest.split_whitespace().next());
    let query = target.and_then(|target| target.strip_prefix(PATH)?.strip_prefix('?'));
    let found = query.and_then(accept);
    let (status, said) = match found {
        Some(_) => ("200 OK", "All is done. This page can be closed."),
        None => ("404 Not Found", "There is nothing here."),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\
         Referrer-Policy: no-referrer\r\nConnection: close\r\n\r\n{said}",
        said.len()
    )?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::kind_of;

    fn get(url: &str, target: &str) -> String {
        let address = url.strip_prefix("http://").unwrap().strip_suffix(PATH).unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {target} HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn only_the_request_that_is_waited_for_ends_the_waiting() {
        let callback = Callback::listen().unwrap();
        let url = callback.url();
        let waiting = std::thread::spawn(move || {
            callback
                .wait(Duration::from_secs(60), |query| query.strip_prefix("v=").map(str::to_owned))
        });
        assert!(get(&url, "/favicon.ico").starts_with("HTTP/1.1 404 "));
        assert!(get(&url, "/callback?w=1").starts_with("HTTP/1.1 404 "));
        assert!(get(&url, "/callback?v=1").starts_with("HTTP/1.1 200 "));
        assert_eq!(waiting.join().unwrap().unwrap(), "1");
    }

    #[test]
    fn the_waiting_has_an_end() {
        let outcome = Callback::listen().unwrap().wait(Duration::ZERO, |_| Some(()));
        assert_eq!(kind_of(&outcome.unwrap_err()), Kind::TimedOut);
    }
}
