//! `--dry-run`: the request as it would go, to be read by people.

use crate::error::Result;
use crate::out::head;
use crate::out::mask::Secrets;
use crate::out::request::{GLANCE, shown_body, unreadable};
use crate::out::style::{Role, Style};
use crate::out::text::{TextWriter, is_binary};
use crate::out::written::{STANDARD_OUTPUT, Written, written};
use crate::sign::Wire;
use std::io::{Read as _, Write};

/// Writes the head, secrets masked, an empty line, and the body when it is
/// text, else how long it is.
///
/// # Errors
/// [`crate::error::Kind::Write`] when the output cannot be written,
/// [`crate::error::Kind::Read`] when the body cannot be read.
pub fn write(out: &mut dyn Write, wire: &Wire, secrets: Secrets, style: Style) -> Result<Written> {
    match written(head::request(out, "", wire, secrets, style), STANDARD_OUTPUT)? {
        Written::Closed => Ok(Written::Closed),
        Written::Whole => write_body(out, wire, secrets, style),
    }
}

fn write_body(out: &mut dyn Write, wire: &Wire, secrets: Secrets, style: Style) -> Result<Written> {
    let mut body = shown_body(wire, secrets)?;
    let mut chunk = Vec::new();
    let mut writer = TextWriter::new();
    let mut is_first = true;
    loop {
        chunk.clear();
        body.by_ref().take(GLANCE).read_to_end(&mut chunk).map_err(|error| unreadable(&error))?;
        let result = if std::mem::take(&mut is_first) && is_binary(&chunk) {
            let length = format!("{} bytes of binary", wire.body().length());
            return written(writeln!(out, "{}", style.paint(Role::Mark, &length)), STANDARD_OUTPUT);
        } else if chunk.is_empty() {
            return written(writer.finish(out), STANDARD_OUTPUT);
        } else {
            writer.push(&chunk, out)
        };
        if written(result, STANDARD_OUTPUT)? == Written::Closed {
            return Ok(Written::Closed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::body::Body;
    use crate::out::request::sample;

    fn shown(wire: &Wire) -> String {
        let mut out = Vec::new();
        write(&mut out, wire, Secrets::Masked, Style::PLAIN).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn text_bodies_are_shown_and_secrets_masked() {
        let text = shown(&sample::post());
        assert!(text.starts_with("POST /a?x=1&token=*** HTTP/1.1\nHost: api.example\n"), "{text}");
        assert!(text.ends_with("Content-Length: 9\n\n{\"a\":\"'\"}\n"), "{text}");
        assert!(!text.contains("geheim"), "{text}");
        assert!(shown(&sample::get()).ends_with("proof=***\n\n"));
    }

    #[test]
    fn the_fields_of_a_form_are_masked_by_their_names() {
        let form = Some("application/x-www-form-urlencoded; charset=utf-8");
        let body = Body::bytes(&b"a=1&oauth_signature=geheim%26&api_token=geheim"[..]);
        let text = shown(&sample::wire("POST", "https://h/", form, body));
        assert!(text.ends_with("\n\na=1&oauth_signature=***&api_token=***\n"), "{text}");
    }

    #[test]
    fn long_text_is_shown_whole() {
        let long = "é".repeat(70_000) + "end";
        let wire = sample::wire("PUT", "https://h/", None, Body::bytes(long.as_bytes()));
        assert!(shown(&wire).ends_with(&format!("\n\n{long}\n")));
    }

    #[test]
    fn binary_bodies_are_counted() {
        let wire = sample::wire("PUT", "https://h/", None, Body::bytes(b"\0\xff\x01".to_vec()));
        assert!(shown(&wire).ends_with("Content-Length: 3\n\n3 bytes of binary\n"));
    }
}
