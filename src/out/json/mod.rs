//! Formats JSON as it streams by, in constant memory: indented by two spaces,
//! keys in their order, numbers and strings as they were written.
//!
//! [`grammar`] says what may come next (RFC 8259), [`Formatter`] lays it out:
//! [`swift`]ly where it can, else [`lexemes`] byte by byte, both with the [`pen`].
//! Several documents one after the other, as in NDJSON, are each formatted.

mod formatter;
mod grammar;
mod lexemes;
mod pen;
mod swift;
#[cfg(test)]
mod tests;
mod words;

pub use formatter::{Formatter, Layout};
pub(super) use words::quoted_length;

use crate::out::style::Style;
use std::io::{Result, Write};

/// Whether a text that nobody called JSON begins like it: an object or array,
/// faultless as far as it is here.
pub fn is_likely(beginning: &[u8]) -> bool {
    let mut formatter = Formatter::new(Style::PLAIN, Layout::Indented);
    let first = beginning.iter().find(|byte| !byte.is_ascii_whitespace());
    matches!(first, Some(b'{' | b'['))
        && formatter.push(beginning, &mut std::io::sink()).is_ok()
        && formatter.fault().is_none()
}

/// Whether a media type is JSON: `application/json`, any `+json` (RFC 6839
/// section 3.1) and the line by line forms.
pub fn is_media_type(media_type: &str) -> bool {
    matches!(media_type, "application/json" | "text/json" | "application/x-json")
        || media_type.ends_with("+json")
        || media_type.ends_with("ndjson")
        || media_type.ends_with("jsonlines")
        || media_type.ends_with("jsonl")
}

/// Writes one JSON text of our own making, formatted.
///
/// # Errors
/// Those of `out`.
pub fn write_document(out: &mut dyn Write, text: &str, style: Style) -> Result<()> {
    let mut formatter = Formatter::new(style, Layout::Indented);
    formatter.push(text.as_bytes(), out)?;
    formatter.finish(out).map(drop)
}

/// `text` as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
