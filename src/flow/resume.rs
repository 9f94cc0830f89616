//! Going on with a file of which a part is there (RFC 9110 section 14).
//!
//! Pure: which headers ask for the rest, and where an answer's body belongs.

use crate::error::{Error, Kind};
use crate::model::headers::{Header, Headers};
use crate::model::response::ResponseHead;

/// Where an answer's body belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is the whole file.
    Whole,
    /// It is what follows the part that is there.
    Behind,
    /// There is nothing more to come.
    Nowhere,
}

/// What tells that two answers are parts of one thing: a strong ETag, else the
/// time of its last change (RFC 9110 section 13.1.5).
pub fn validator(head: &ResponseHead) -> Option<Vec<u8>> {
    let strong = |tag: &&Header| tag.value.starts_with(b"\"");
    let tag = head.headers.get("etag").filter(strong);
    tag.or_else(|| head.headers.get("last-modified")).map(|header| header.value.clone())
}

/// Sets the headers that ask for what follows the first `length` bytes, if the
/// thing is still the one that `validator` names.
pub fn ask_for_rest(headers: &mut Headers, length: u64, validator: Option<&[u8]>) {
    headers.remove("range");
    headers.remove("if-range");
    if length > 0 {
        headers.push(Header::new("Range", format!("bytes={length}-")).by_default());
        if let Some(validator) = validator {
            headers.push(Header::new("If-Range", validator).by_default());
        }
    }
}

/// Where the body of an answer belongs when what follows the first `length`
/// bytes was asked for. `None` for an answer that is no part of the file.
///
/// # Errors
/// [`Kind::Receive`] when the server sent another part.
pub fn place(head: &ResponseHead, length: u64) -> Result<Option<Place>, Error> {
    let range = head.headers.text("content-range").unwrap_or_default();
    let range = range.trim().strip_prefix("bytes").unwrap_or_default().trim_start();
    let (part, whole) = range.split_once('/').unwrap_or_default();
    match head.status {
        206 if length > 0 => {
            let first = part.split_once('-').and_then(|(first, _)| first.trim().parse().ok());
            if first == Some(length) {
                return Ok(Some(Place::Behind));
            }
            let sent =
                first.map_or_else(|| "a part of it".to_owned(), |at: u64| format!("byte {at}"));
            Err(Error::new(
                Kind::Receive,
                format!("what follows byte {length} was asked for, but the server sent {sent}"),
            ))
        }
        // Asked for what follows the end, a server tells where that is.
        416 if length > 0 && whole.trim().parse() == Ok(length) => Ok(Some(Place::Nowhere)),
        200..=299 => Ok(Some(Place::Whole)),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)]) -> ResponseHead {
        let headers = headers.iter().map(|(name, value)| Header::new(*name, *value)).collect();
        ResponseHead { version: "HTTP/1.1", status, reason: "".into(), headers }
    }

    fn ranged(status: u16, range: &str, length: u64) -> Result<Option<Place>, Error> {
        place(&answer(status, &[("Content-Range", range)]), length)
    }

    #[test]
    fn a_part_belongs_behind_what_is_there_and_no_other_is_taken() {
        assert_eq!(ranged(206, "bytes 5-9/10", 5).unwrap(), Some(Place::Behind));
        assert_eq!(ranged(206, "bytes 5-9/*", 5).unwrap(), Some(Place::Behind));
        for range in ["bytes 4-9/10", "bytes 0-9/10", "bytes */10", "items 5-9/10", "", "5"] {
            let error = ranged(206, range, 5).unwrap_err();
            assert_eq!(error.kind(), Kind::Receive, "{range}");
        }
    }

    #[test]
    fn a_server_that_knows_no_ranges_sends_the_whole() {
        assert_eq!(place(&answer(200, &[]), 5).unwrap(), Some(Place::Whole));
        assert_eq!(place(&answer(200, &[]), 0).unwrap(), Some(Place::Whole));
        // A range that the user asked for.
        assert_eq!(ranged(206, "bytes 3-9/10", 0).unwrap(), Some(Place::Whole));
    }

    #[test]
    fn nothing_is_missing_only_when_the_server_says_so() {
        assert_eq!(ranged(416, "bytes */10", 10).unwrap(), Some(Place::Nowhere));
        for (range, length) in [("bytes */10", 12), ("bytes */10", 5), ("", 10), ("bytes */0", 0)] {
            assert_eq!(ranged(416, range, length).unwrap(), None, "{range}");
        }
        assert_eq!(ranged(404, "", 10).unwrap(), None);
    }

    #[test]
    fn the_rest_is_asked_for_under_the_condition_that_it_is_the_same_thing() {
        let mut headers = Headers::new();
        headers.push(Header::new("Accept", "*/*"));
        ask_for_rest(&mut headers, 5, Some(b"\"a\""));
        ask_for_rest(&mut headers, 7, Some(b"\"b\""));
        let text = |name: &str| headers.text(name).unwrap_or_default();
        assert_eq!((text("range"), text("if-range")), ("bytes=7-".into(), "\"b\"".into()));
        assert_eq!(headers.iter().count(), 3);
        ask_for_rest(&mut headers, 0, None);
        assert_eq!(headers.iter().count(), 1);
        let date = "Sun, 30 Aug 2015 12:36:00 GMT";
        for (headers, expected) in [
            (&[("ETag", "\"a\""), ("Last-Modified", date)][..], Some("\"a\"")),
            (&[("ETag", "W/\"a\""), ("Last-Modified", date)], Some(date)),
            (&[("ETag", "W/\"a\"")], None),
        ] {
            let found = validator(&answer(200, headers));
            assert_eq!(found.as_deref(), expected.map(str::as_bytes));
        }
    }
}
