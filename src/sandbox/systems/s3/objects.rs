//! Objects: put, get, head and delete.

use super::{error, not_allowed};
use crate::model::time::Time;
use crate::sandbox::answer::{Answer, http_date};
use crate::sandbox::call::Call;
use crate::sandbox::systems::xml::element;
use crate::sign::digest::sha256_hex;
use std::collections::BTreeMap;
use std::ops::Range;

/// An object.
pub(super) struct Object {
    pub(super) content: Vec<u8>,
    pub(super) modified: Time,
    /// In quotes. Opaque: half a SHA-256, where S3 has an MD5.
    pub(super) etag: String,
    content_type: String,
    /// Headers that come back as they were given: `x-amz-meta-*` and such.
    kept: Vec<(String, String)>,
}

/// The headers beside `x-amz-meta-*` that an object keeps.
const KEPT: &[&str] =
    &["cache-control", "content-disposition", "content-encoding", "content-language", "expires"];

impl Object {
    pub(super) fn new(content: Vec<u8>, content_type: &str, modified: Time) -> Self {
        let etag = format!("\"{}\"", sha256_hex(&content).get(..32).unwrap_or_default());
        Self { content, modified, etag, content_type: content_type.to_owned(), kept: Vec::new() }
    }

    fn from_request(call: &Call<'_>) -> Self {
        let content_type =
            call.header("content-type").unwrap_or_else(|| "binary/octet-stream".into());
        let mut object = Self::new(call.received.body.clone(), &content_type, call.now);
        let kept = call.received.headers.iter().filter(|header| {
            let name = header.name.to_ascii_lowercase();
            name.starts_with("x-amz-meta-") || KEPT.contains(&name.as_str())
        });
        object.kept = kept.map(|header| (header.name.clone(), header.text())).collect();
        object
    }

    fn described(&self, mut answer: Answer) -> Answer {
        answer.headers.extend(self.kept.iter().cloned());
        answer
            .header("ETag", self.etag.clone())
            .header("Last-Modified", http_date(self.modified))
            .header("Accept-Ranges", "bytes")
    }

    fn read(&self, call: &Call<'_>) -> Answer {
        let matches = |header: &str| {
            call.header(header)
                .map(|tags| tags.split(',').any(|tag| tag.trim() == self.etag || tag.trim() == "*"))
        };
        if matches("if-match") == Some(false) {
            let message = "At least one of the pre-conditions you specified did not hold";
            return error(call, 412, "PreconditionFailed", message, "");
        }
        if matches("if-none-match") == Some(true) {
            return self.described(Answer::empty(304));
        }
        let length = self.content.len();
        // RFC 9110 section 13.1.5: another version than the one begun is sent
        // whole.
        let is_same = matches("if-range").unwrap_or(true);
        match call.header("range").filter(|_| is_same).map(|range| parse_range(&range, length)) {
            None | Some(Asked::Whole) => {
                self.described(Answer::bytes(200, &self.content_type, self.content.clone()))
            }
            Some(Asked::Part(part)) => {
                let range = format!("bytes {}-{}/{length}", part.start, part.end - 1);
                let content = self.content.get(part).unwrap_or_default();
                self.described(Answer::bytes(206, &self.content_type, content))
                    .header("Content-Range", range)
            }
            Some(Asked::Nothing) => {
                let message = "The requested range is not satisfiable";
                let more = element("ActualObjectSize", &length.to_string());
                error(call, 416, "InvalidRange", message, &more)
                    .header("Content-Range", format!("bytes */{length}"))
            }
        }
    }
}

/// Answers for one object of a bucket.
pub(super) fn answer(call: &Call<'_>, objects: &mut BTreeMap<String, Object>, key: &str) -> Answer {
    match call.method() {
        "PUT" => {
            let object = Object::from_request(call);
            let answer = Answer::empty(200).header("ETag", object.etag.clone());
            objects.insert(key.to_owned(), object);
            answer
        }
        "GET" | "HEAD" => match objects.get(key) {
            Some(object) => object.read(call),
            None => {
                let message = "The specified key does not exist.";
                error(call, 404, "NoSuchKey", message, &element("Key", key))
            }
        },
        "DELETE" => {
            // S3 answers the same when there was nothing to delete.
            objects.remove(key);
            Answer::empty(204)
        }
        _ => not_allowed(call),
    }
}

/// What a Range header asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// Everything: there is no range that is understood.
    Whole,
    Part(Range<usize>),
    /// What lies after the end.
    Nothing,
}

/// Reads `bytes=first-last`, `bytes=first-` and `bytes=-count` (RFC 9110
/// section 14.1.2).
fn parse_range(range: &str, length: usize) -> Asked {
    let parts = range.strip_prefix("bytes=").and_then(|parts| parts.split_once('-'));
    let Some((first, last)) = parts else { return Asked::Whole };
    match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) if first > last => Asked::Whole,
        (Ok(first), _) if first >= length => Asked::Nothing,
        (Ok(first), Ok(last)) => Asked::Part(first..last.saturating_add(1).min(length)),
        (Ok(first), Err(_)) if last.is_empty() => Asked::Part(first..length),
        (Err(_), Ok(0)) if first.is_empty() => Asked::Nothing,
        (Err(_), Ok(count)) if first.is_empty() && length > 0 => {
            Asked::Part(length.saturating_sub(count)..length)
        }
        _ => Asked::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_rfc9110_section_14_1_2_shows() {
        for (range, expected) in [
            ("bytes=0-499", Asked::Part(0..500)),
            ("bytes=500-999", Asked::Part(500..1000)),
            ("bytes=-500", Asked::Part(9500..10_000)),
            ("bytes=9500-", Asked::Part(9500..10_000)),
            ("bytes=9500-99999999999999999999", Asked::Whole),
            ("bytes=0-18446744073709551615", Asked::Part(0..10_000)),
            ("bytes=10000-", Asked::Nothing),
            ("bytes=-0", Asked::Nothing),
            ("bytes=5-4", Asked::Whole),
            ("bytes=0-0,-1", Asked::Whole),
            ("lines=1-2", Asked::Whole),
        ] {
            assert_eq!(parse_range(range, 10_000), expected, "{range}");
        }
        assert_eq!(parse_range("bytes=-5", 0), Asked::Whole);
    }
}
