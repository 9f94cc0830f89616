//! Formats XML as it streams by, in bounded memory: an element, comment or
//! instruction a line, indented by two spaces. What is inside tags, texts,
//! comments and CDATA stays as it was written, and no entity is expanded.
//!
//! [`scanner`] finds where markup ends, [`tag`] reads a tag, [`layout`] decides
//! where lines break, [`Formatter`] puts them together.
//!
//! White space between elements may be changed only where they are all that an
//! element holds, which shows at its end: up to then, or so much as
//! [`layout::AHEAD`], what it holds is kept back.

mod formatter;
mod layout;
mod scanner;
mod tag;
#[cfg(test)]
mod tests;

pub use formatter::Formatter;

use crate::model::headers::media_type;

/// What faults call the language.
pub const NAME: &str = "XML";

/// Whether a text that nobody called XML begins like it: with the declaration
/// (XML 1.0 section 2.8), which every XML that S3 and its like answer has.
pub fn is_likely(beginning: &[u8]) -> bool {
    let begun = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning).trim_ascii_start();
    begun.starts_with(b"<?xml ")
}

/// Whether a media type is XML (RFC 7303 sections 4.1 and 9).
pub fn is_media_type(media_type: &str) -> bool {
    matches!(media_type, "application/xml" | "text/xml") || media_type.ends_with("+xml")
}

/// Whether a Content-Type is one of XML.
pub fn is_content_type(content_type: &str) -> bool {
    is_media_type(&media_type(content_type))
}
