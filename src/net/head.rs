//! The head of a request, byte for byte as it is sent (RFC 9112 sections 3 and 5).

use crate::error::{Error, Result};
use crate::model::headers::Header;
use crate::net::proxy::{Proxy, authorization};
use crate::sign::Wire;

/// Writes the request line and every header field in the order and spelling of
/// the wire, ended by an empty line. For a proxy that forwards it the URL
/// stands in full, its path and query the same bytes, and who we are there.
///
/// # Errors
/// Wrong usage when a field could be read as something else than one field, or
/// frames the body in another way than it will be sent.
pub(super) fn bytes(wire: &Wire, forwarder: Option<&Proxy>) -> Result<Vec<u8>> {
    let mut head = Vec::with_capacity(512);
    head.extend_from_slice(wire.method().as_str().as_bytes());
    head.push(b' ');
    if forwarder.is_some() {
        head.extend_from_slice(wire.url().origin().to_string().as_bytes());
    }
    head.extend_from_slice(wire.url().target().as_bytes());
    head.extend_from_slice(b" HTTP/1.1\r\n");
    for header in wire.headers() {
        check(header, wire)?;
        head.extend_from_slice(header.name.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(&header.value);
        head.extend_from_slice(b"\r\n");
    }
    if let Some(credentials) = forwarder.and_then(|proxy| proxy.credentials.as_ref()) {
        let value = authorization(credentials)?;
        head.extend_from_slice(b"Proxy-Authorization: ");
        head.extend_from_slice(value.expose().as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    Ok(head)
}

fn check(header: &Header, wire: &Wire) -> Result<()> {
    if header.name.is_empty() || !header.name.bytes().all(is_token) {
        let name = header.name.escape_default();
        return Err(Error::usage(format!("'{name}' is not a header name")).into());
    }
    // RFC 9110 section 5.5: a recipient may take a line break for the end of
    // the field, and what follows for another one.
    if header.value.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
        let why = "its value holds a line break or another control character";
        return Err(Error::usage(format!("header {}: {why}", header.name)).into());
    }
    // RFC 9112 section 6.1: both framings in one request are an attack.
    if header.is("transfer-encoding") {
        let why = "the body is always sent with its Content-Length";
        return Err(Error::usage(format!("header {}: {why}", header.name))
            .hint("leave the header out")
            .into());
    }
    if header.is("content-length") && header.text() != wire.body().length().to_string() {
        let actual = wire.body().length();
        return Err(Error::usage(format!(
            "header {}: {} was given, the body has {actual} bytes",
            header.name,
            header.text().escape_default()
        ))
        .hint("leave the header out, it is added")
        .into());
    }
    Ok(())
}

/// RFC 9110 section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
