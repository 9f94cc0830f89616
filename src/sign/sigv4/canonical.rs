//! The canonical request and its parts.

use crate::model::headers::{Header, Piece, Shown};
use crate::sign::encode::{Decoded, PATH, STRICT, decode, into_text, parse_form};
use crate::sign::pairs::{EncodedForms, push_joined, sort};
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use zeroize::Zeroize as _;

/// A header that is signed.
pub(super) struct SignedHeader<'a> {
    /// Its name as it is signed.
    pub(super) name: Cow<'a, str>,
    /// The values of all headers of this name, in their order.
    pub(super) values: Vec<Value<'a>>,
}

/// The value of a header before it is made canonical.
pub(super) struct Value<'a> {
    text: Cow<'a, str>,
    is_secret: bool,
}

impl<'a> Value<'a> {
    pub(super) fn of(header: &'a Header) -> Self {
        let text = String::from_utf8_lossy(&header.value);
        let is_secret = matches!(&header.shown, Shown::As(shown) if *shown != text);
        Self { text, is_secret }
    }

    pub(super) fn public(text: Cow<'a, str>) -> Self {
        Self { text, is_secret: false }
    }
}

/// The lines of the canonical request.
pub(super) struct CanonicalRequest {
    text: String,
    /// Where headers stand that may not be shown.
    secrets: Vec<Range<usize>>,
    signed_headers: Range<usize>,
}

impl CanonicalRequest {
    /// Method, URI and query, then a line for each header, their names and
    /// the payload's hash.
    pub(super) fn new(
        method: &str,
        uri: &str,
        query: &str,
        headers: &[SignedHeader<'_>],
        payload_hash: &str,
    ) -> Self {
        let (mut names, mut values) = (0, 0);
        for header in headers {
            names += header.name.len() + 1;
            values += header.values.iter().map(|value| value.text.len() + 1).sum::<usize>();
        }
        let length = method.len() + uri.len() + query.len() + 2 * names + values;
        let mut text = String::with_capacity(length + payload_hash.len() + 8);
        for line in [method, uri, query] {
            text.push_str(line);
            text.push('\n');
        }
        let mut secrets = Vec::new();
        for header in headers {
            text.push_str(&header.name);
            text.push(':');
            let start = text.len();
            push_values(&mut text, &header.values);
            if header.values.iter().any(|value| value.is_secret) {
                secrets.push(start..text.len());
            }
            text.push('\n');
        }
        text.push('\n');
        let start = text.len();
        for (index, header) in headers.iter().enumerate() {
            if index > 0 {
                text.push(';');
            }
            text.push_str(&header.name);
        }
        let signed_headers = start..text.len();
        text.push('\n');
        text.push_str(payload_hash);
        Self { text, secrets, signed_headers }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The names of the signed headers, joined by semicolons.
    pub(super) fn signed_headers(&self) -> &str {
        &self.text[self.signed_headers.clone()]
    }

    /// The text, secrets among the headers kept apart.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let (mut pieces, mut end) = (Vec::new(), 0);
        for secret in &self.secrets {
            pieces.push(Piece::text(&self.text[end..secret.start]));
            pieces.push(Piece::secret(&self.text[secret.clone()]));
            end = secret.end;
        }
        pieces.push(Piece::text(&self.text[end..]));
        pieces
    }
}

impl Drop for CanonicalRequest {
    fn drop(&mut self) {
        if !self.secrets.is_empty() {
            self.text.zeroize();
        }
    }
}

/// The canonical value of the headers of one name: each trimmed, inner white
/// space collapsed, joined by commas in their order.
fn push_values(out: &mut String, values: &[Value<'_>]) {
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        for (index, word) in value.text.split_ascii_whitespace().enumerate() {
            if index > 0 {
                out.push(' ');
            }
            out.push_str(word);
        }
    }
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
            Self::Double => {
                let mut uri = Vec::with_capacity(3 * path.len() + 8);
                PATH.push(&mut uri, normalized(path).as_bytes());
                into_text(uri)
            }
            Self::S3 => {
                let mut uri = Vec::with_capacity(3 * path.len() + 8);
                PATH.push_again(&mut uri, &mut Decoded::path(path.as_bytes()), b"");
                into_text(uri)
            }
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
        let mut forms = EncodedForms::for_query(&STRICT, query.len());
        match self {
            Self::All => forms.push_form(query.as_bytes()),
            Self::First => {
                // Python's frameworks read parameters as text and replace
                // what is not UTF-8.
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                let mut seen = HashSet::new();
                for (name, value) in parse_form(query.as_bytes()) {
                    let name = text(&name);
                    if !seen.contains(&name) {
                        forms.push(name.as_bytes(), text(&value).as_bytes());
                        seen.insert(name);
                    }
                }
            }
        }
        let mut pairs: Vec<_> = forms.pairs().collect();
        sort(&mut pairs);
        let mut canonical = Vec::with_capacity(3 * query.len() + pairs.len());
        push_joined(&mut canonical, &pairs, [b"=", b"&"]);
        into_text(canonical)
    }
}
