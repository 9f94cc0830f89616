//! `sign --format headers`: lines for `curl -H @FILE`.

use crate::error::{Error, Result};
use crate::model::headers::Header;
use crate::out::written::{STANDARD_OUTPUT, Written, written};
use crate::sign::Wire;
use std::io::Write;

/// Writes each header field whose name, in any case, is among `names`, but for
/// Host, which every client sets itself: `Name: value`, unmasked.
///
/// # Errors
/// Wrong usage when a value holds a line break;
/// [`crate::error::Kind::Write`] when the output cannot be written.
pub fn write(out: &mut dyn Write, wire: &Wire, names: &[&str]) -> Result<Written> {
    let mut lines = Vec::new();
    let is_named = |header: &&Header| names.iter().any(|name| header.is(name));
    for header in wire.headers().iter().filter(is_named).filter(|header| !header.is("host")) {
        line(header, &mut lines)?;
    }
    written(out.write_all(&lines), STANDARD_OUTPUT)
}

/// Appends the line that makes curl send `header`.
pub(super) fn line(header: &Header, lines: &mut Vec<u8>) -> Result<()> {
    if header.value.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
        let message = format!("header {}: its value holds a line break or NUL", header.name);
        return Err(Error::usage(message).into());
    }
    lines.extend_from_slice(header.name.as_bytes());
    // To curl, a name with a colon and nothing else takes that header away.
    if header.value.is_empty() {
        lines.push(b';');
    } else {
        lines.extend_from_slice(b": ");
        lines.extend_from_slice(&header.value);
    }
    lines.push(b'\n');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::out::request::sample;

    #[test]
    fn named_headers_are_written_unmasked_but_for_host() {
        let mut out = Vec::new();
        let names = ["authorization", "content-type", "host", "absent"];
        write(&mut out, &sample::post(), &names).unwrap();
        let expected = "Content-Type: application/json\nAuthorization: Scheme id=7, proof=geheim\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn empty_values_and_line_breaks() {
        let mut lines = Vec::new();
        line(&Header::new("X-Empty", ""), &mut lines).unwrap();
        assert_eq!(lines, b"X-Empty;\n");
        let error = line(&Header::new("X-Bad", "a\r\nX-More: b"), &mut lines).unwrap_err();
        assert!(error.to_string().contains("X-Bad"), "{error}");
    }
}
