//! The head of an answer as it came (RFC 9112 sections 4 and 5): ureq's has
//! names in lower case, those that occur twice side by side, and no reason
//! phrase.

use crate::model::headers::{Header, Headers};
use crate::model::response::ResponseHead;
use std::borrow::Cow;
use ureq::http::Version;
use ureq::http::response::Parts;

/// As many fields as ureq takes.
pub(super) const MOST_FIELDS: usize = 128;

/// The head whose bytes are `came`; what ureq made of it where they are none.
pub(super) fn read(parts: &Parts, came: &[u8]) -> ResponseHead {
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    let is_whole = matches!(response.parse(came), Ok(httparse::Status::Complete(_)));
    let usual = parts.status.canonical_reason().unwrap_or_default();
    let own = reason(came).filter(|_| is_whole);
    ResponseHead {
        version: if parts.version == Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" },
        status: parts.status.as_u16(),
        reason: match own {
            Some(own) if !own.is_empty() && own != usual => own.into_owned().into(),
            _ => usual.into(),
        },
        headers: match is_whole {
            true => response.headers.iter().map(|it| Header::new(it.name, it.value)).collect(),
            false => headers(parts),
        },
    }
}

/// The reason phrase of a head that is HTTP: UTF-8, else Latin-1. httparse gives
/// none where there is obs-text in it, which RFC 9112 section 4 allows.
pub(super) fn reason(head: &[u8]) -> Option<Cow<'_, str>> {
    // As httparse does, pass over the line breaks that some put before it.
    let start = head.iter().position(|byte| !matches!(byte, b'\r' | b'\n'))?;
    let line = head[start..].split(|byte| *byte == b'\n').next()?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let phrase = line.splitn(3, |byte| *byte == b' ').nth(2)?;
    Some(match std::str::from_utf8(phrase) {
        Ok(text) => text.into(),
        Err(_) => phrase.iter().map(|byte| char::from(*byte)).collect::<String>().into(),
    })
}

fn headers(parts: &Parts) -> Headers {
    let fields = parts.headers.iter();
    fields.map(|(name, value)| Header::new(name.as_str(), value.as_bytes())).collect()
}
