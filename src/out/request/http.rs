//! `sign --format http`: the request's bytes, as HTTP/1.1 sends them.

use crate::error::Result;
use crate::out::body::{self, Audience};
use crate::out::request::open_body;
use crate::out::written::{STANDARD_OUTPUT, Written, written};
use crate::sign::Wire;
use std::io::Write;

/// Writes the request whole (RFC 9112 section 3), nothing masked.
///
/// # Errors
/// [`crate::error::Kind::Write`] when the output cannot be written; the body's
/// own when it cannot be read.
pub fn write(out: &mut dyn Write, wire: &Wire) -> Result<Written> {
    let mut head = format!("{} {} HTTP/1.1\r\n", wire.method(), wire.url().target()).into_bytes();
    for header in wire.headers() {
        head.extend_from_slice(header.name.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(&header.value);
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    match written(out.write_all(&head), STANDARD_OUTPUT)? {
        Written::Closed => Ok(Written::Closed),
        Written::Whole => body::to_stdout(&mut open_body(wire)?, Audience::Program, out)
            .map(|shown| shown.written),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::out::request::sample;

    #[test]
    fn the_bytes_are_those_on_the_wire() {
        let mut out = Vec::new();
        write(&mut out, &sample::post()).unwrap();
        let expected = "POST /a?x=1&token=geheim HTTP/1.1\r\nHost: api.example\r\n\
            Content-Type: application/json\r\nAuthorization: Scheme id=7, proof=geheim\r\n\
            Content-Length: 9\r\n\r\n{\"a\":\"'\"}";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
