//! The canonical request and its parts.

use crate::model::headers::{Header, Piece};
use crate::sign::encode::{decode, encode_strict, parse_form};
use std::collections::HashSet;

/// A header's canonical value; secret when the header may not be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HeaderValue(Piece);

/// The canonical request, before it is put together.
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    pub(super) uri: String,
    pub(super) query: String,
    pub(super) headers: &'a [(String, HeaderValue)],
    pub(super) signed_headers: &'a str,
    pub(super) payload_hash: &'a str,
}

impl Request<'_> {
    /// The lines in their order, secrets among the headers kept apart.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let mut pieces =
            vec![Piece::text(format!("{}\n{}\n{}\n", self.method, self.uri, self.query))];
        for (name, value) in self.headers {
            pieces.push(Piece::text(format!("{name}:")));
            pieces.push(value.0.clone());
            pieces.push(Piece::text("\n"));
        }
        pieces.push(Piece::text(format!("\n{}\n{}", self.signed_headers, self.payload_hash)));
        pieces
    }
}

/// The canonical value of the headers of one name: each trimmed, inner white
/// space collapsed, joined by commas in their order.
pub(super) fn header_value<'a>(headers: impl Iterator<Item = &'a Header>) -> HeaderValue {
    let mut masked = false;
    let values: Vec<String> = headers
        .map(|header| {
            masked |= header.shown.as_ref().is_some_and(|shown| *shown != header.text());
            header.text().split_ascii_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect();
    let joined = values.join(",");
    HeaderValue(if masked { Piece::secret(joined) } else { Piece::text(joined) })
}

/// How the path on the wire becomes the canonical URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathEncoding {
    /// Dot segments and double slashes removed, then encoded once more: every
    /// AWS service but S3.
    Double,
    /// encode(decode(path)), nothing removed: S3.
    S3,
    /// Decoded twice: DCI, whose framework decodes once and whose verifier
    /// decodes again.
    DecodedTwice,
}

impl PathEncoding {
    pub(super) fn canonical_uri(self, path: &str) -> String {
        match self {
            Self::Double => encode_segments(normalized(path).as_bytes()),
            Self::S3 => encode_segments(&decode(path.as_bytes())),
            Self::DecodedTwice => {
                // Python replaces what is not UTF-8 at each decoding.
                let once = String::from_utf8_lossy(&decode(path.as_bytes())).into_owned();
                // Werkzeug's Request.path begins with one slash, whatever came.
                let once = format!("/{}", once.trim_start_matches('/'));
                String::from_utf8_lossy(&decode(once.as_bytes())).into_owned()
            }
        }
    }
}

/// Encodes all but unreserved characters and slashes.
fn encode_segments(path: &[u8]) -> String {
    path.split(|byte| *byte == b'/').map(encode_strict).collect::<Vec<_>>().join("/")
}

/// Removes dot segments (RFC 3986 section 5.2.4) and empty ones; a trailing
/// slash stays.
fn normalized(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    let is_directory = path.ends_with('/') && !segments.is_empty();
    format!("/{}{}", segments.join("/"), if is_directory { "/" } else { "" })
}

/// Which query parameters are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QueryRule {
    /// All, duplicates included.
    All,
    /// The first of each name: DCI's framework keeps no more.
    First,
}

impl QueryRule {
    pub(super) fn canonical_query(self, query: &str) -> String {
        let mut pairs: Vec<(String, String)> = match self {
            Self::All => parse_form(query.as_bytes())
                .iter()
                .map(|(name, value)| (encode_strict(name), encode_strict(value)))
                .collect(),
            Self::First => {
                let mut seen = HashSet::new();
                parse_form(query.as_bytes())
                    .iter()
                    .map(|(name, value)| (encode_as_text(name), encode_as_text(value)))
                    .filter(|(name, _)| seen.insert(name.clone()))
                    .collect()
            }
        };
        pairs.sort();
        let joined: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        joined.join("&")
    }
}

/// Python's frameworks read parameters as text and replace what is not UTF-8.
fn encode_as_text(bytes: &[u8]) -> String {
    encode_strict(String::from_utf8_lossy(bytes).as_bytes())
}
