//! HTTP proxies: CONNECT (RFC 9110 section 9.3.6), and who we are.

use super::choice::basic;
use super::failure;
use super::{Credentials, Proxy};
use crate::error::{Error, Kind};
use crate::model::secret::Secret;
use crate::net::answer_head;
use crate::net::stream::Stream;
use crate::sign::digest::base64;
use std::io::{self, Read as _, Write as _};

/// The largest head of an answer to CONNECT.
const HEAD_LIMIT: usize = 16 * 1024;
/// The most header fields of it.
const MOST_FIELDS: usize = 64;

/// Has the proxy connect to a host and hand every byte through.
pub(super) fn connect(
    proxy: &Proxy,
    stream: &mut Stream,
    host: &str,
    port: u16,
) -> Result<(), Error> {
    let mut head = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n");
    let secret = proxy.credentials.as_ref().map(authorization).transpose()?;
    if let Some(secret) = &secret {
        head.push_str(&format!("Proxy-Authorization: {}\r\n", secret.expose()));
    }
    head.push_str("\r\n");
    let head = Secret::new(head);
    let failed = |error: io::Error| failure::of_io(error, proxy);
    stream.write_all(head.expose().as_bytes()).and_then(|()| stream.flush()).map_err(failed)?;
    let answer = read_head(stream).map_err(failed)?;
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    let is_whole = matches!(response.parse(&answer), Ok(httparse::Status::Complete(_)));
    match response.code.filter(|_| is_whole) {
        Some(200..=299) => Ok(()),
        Some(407) => {
            let asked = response
                .headers
                .iter()
                .filter(|field| field.name.eq_ignore_ascii_case("proxy-authenticate"));
            let asked: Vec<_> =
                asked.map(|field| String::from_utf8_lossy(field.value).into_owned()).collect();
            Err(failure::credentials(proxy, &asked))
        }
        Some(status) => {
            let reason = answer_head::reason(&answer).unwrap_or_default();
            let why = format!("{status} {reason}");
            Err(failure::refused(proxy, &format!("{host}:{port}"), why.trim_end()))
        }
        None => {
            let begins = answer[..answer.len().min(24)].escape_ascii();
            let name = proxy.name();
            Err(Error::new(
                Kind::Connect,
                format!("{name}: its answer is not HTTP; it begins with '{begins}'"),
            )
            .hint(format!("{} names it: is it of another kind, socks5 say?", proxy.whence)))
        }
    }
}

/// The value of Proxy-Authorization by the scheme Basic (RFC 7617).
///
/// # Errors
/// When the password's source fails.
pub(in crate::net) fn authorization(credentials: &Credentials) -> Result<Secret, Error> {
    let password = Proxy::password(credentials)?;
    let pair = basic(&credentials.user, password);
    Ok(Secret::new(format!("Basic {}", base64(pair.expose().as_bytes()))))
}

/// Reads up to the empty line, or no further than it looks like HTTP: who
/// speaks something else waits for more than was sent. The host says nothing
/// before it is spoken to, so nothing comes behind.
fn read_head(stream: &mut Stream) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    let is_whole = |head: &[u8]| head.windows(4).any(|end| end == b"\r\n\r\n");
    let is_http = |head: &[u8]| head.iter().zip(b"HTTP/").all(|(is, expected)| is == expected);
    while is_http(&head) && !is_whole(&head) && head.len() < HEAD_LIMIT {
        match stream.read(&mut buffer)? {
            0 if head.is_empty() => return Err(io::ErrorKind::UnexpectedEof.into()),
            0 => break,
            amount => head.extend_from_slice(&buffer[..amount]),
        }
    }
    Ok(head)
}
