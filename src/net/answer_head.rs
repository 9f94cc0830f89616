//! The head of an answer as it came (RFC 9112 sections 4 and 5): ureq's has
//! names in lower case, those that occur twice side by side, and no reason
//! phrase.

use crate::model::headers::{Header, Headers};
use crate::model::response::ResponseHead;
use ureq::http::Version;
use ureq::http::response::Parts;

/// As many fields as ureq takes.
const MOST_FIELDS: usize = 128;

/// The head whose bytes are `came`; what ureq made of it where they are none.
pub(super) fn read(parts: &Parts, came: &[u8]) -> ResponseHead {
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    let is_whole = matches!(response.parse(came), Ok(httparse::Status::Complete(_)));
    let usual = parts.status.canonical_reason().unwrap_or_default();
    ResponseHead {
        version: if parts.version == Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" },
        status: parts.status.as_u16(),
        reason: match response.reason.filter(|_| is_whole) {
            Some(reason) if !reason.is_empty() && reason != usual => reason.to_owned().into(),
            _ => usual.into(),
        },
        headers: match is_whole {
            true => response.headers.iter().map(|it| Header::new(it.name, it.value)).collect(),
            false => headers(parts),
        },
    }
}

fn headers(parts: &Parts) -> Headers {
    let fields = parts.headers.iter();
    fields.map(|(name, value)| Header::new(name.as_str(), value.as_bytes())).collect()
}
