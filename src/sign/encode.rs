//! Percent-encoding and form parsing as signatures need them: on bytes, since
//! what is signed need not be UTF-8.

use crate::model::url::RESERVED;
use percent_encoding::{AsciiSet, percent_decode, percent_encode};

pub use crate::model::url::encode_strict;

/// What is encoded in a canonical path: a slash stays.
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// Appends `bytes` as [`encode_strict`] makes them.
pub fn push_strict(out: &mut String, bytes: &[u8]) {
    out.extend(percent_encode(bytes, RESERVED));
}

/// Appends a path, all but unreserved characters and slashes encoded.
pub fn push_path(out: &mut String, path: &[u8]) {
    out.extend(percent_encode(path, RESERVED_IN_PATH));
}

/// Appends a path, decoded and then encoded as [`push_path`] does.
pub fn push_decoded_path(out: &mut String, path: &[u8]) {
    push_again(out, path, b"%", RESERVED_IN_PATH);
}

/// Decodes and encodes without a copy in between: `special` are the bytes that
/// mean another one, `%` and perhaps `+`.
fn push_again(out: &mut String, text: &[u8], special: &[u8], set: &'static AsciiSet) {
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| special.contains(byte)) {
        out.extend(percent_encode(&rest[..at], set));
        let (byte, length) = match (rest[at], rest.get(at + 1..at + 3)) {
            (b'+', _) => (b' ', 1),
            (percent, pair) => match pair.and_then(hex_byte) {
                Some(byte) => (byte, 3),
                None => (percent, 1),
            },
        };
        out.extend(percent_encode(&[byte], set));
        rest = &rest[at + length..];
    }
    out.extend(percent_encode(rest, set));
}

fn hex_byte(pair: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let value = digit(*pair.first()?)? * 16 + digit(*pair.get(1)?)?;
    u8::try_from(value).ok()
}

/// Names and values, each percent-encoded, as signatures sort and join them.
#[derive(Clone, Debug, Default)]
pub struct EncodedPairs {
    text: String,
    pairs: Vec<Place>,
}

/// Where a pair is in the text: a name up to `middle`, then its value.
#[derive(Clone, Copy, Debug)]
struct Place {
    start: usize,
    middle: usize,
    end: usize,
}

impl EncodedPairs {
    /// None yet, with room for `count` of `length` bytes in all.
    pub fn with_capacity(count: usize, length: usize) -> Self {
        Self { text: String::with_capacity(length), pairs: Vec::with_capacity(count) }
    }

    /// Adds a pair.
    pub fn push(&mut self, name: &[u8], value: &[u8]) {
        self.push_with(name, value, push_strict);
    }

    /// Adds the pairs of a form as [`parse_form`] reads it.
    pub fn push_form(&mut self, form: &[u8]) {
        for (name, value) in raw_pairs(form) {
            self.push_with(name, value, |out, text| push_again(out, text, b"%+", RESERVED));
        }
    }

    fn push_with(&mut self, name: &[u8], value: &[u8], push: impl Fn(&mut String, &[u8])) {
        let start = self.text.len();
        push(&mut self.text, name);
        let middle = self.text.len();
        push(&mut self.text, value);
        self.pairs.push(Place { start, middle, end: self.text.len() });
    }

    /// Drops the pairs of a name that needs no encoding.
    pub fn remove(&mut self, name: &str) {
        let text = &self.text;
        self.pairs.retain(|place| &text[place.start..place.middle] != name);
    }

    /// `name=value&…`, sorted by name and then by value, duplicates kept.
    pub fn sorted(mut self) -> String {
        let part = |place: &Place| {
            (&self.text[place.start..place.middle], &self.text[place.middle..place.end])
        };
        self.pairs.sort_unstable_by(|one, other| part(one).cmp(&part(other)));
        let mut joined = String::with_capacity(self.text.len() + 2 * self.pairs.len());
        for (name, value) in self.pairs.iter().map(part) {
            if !joined.is_empty() {
                joined.push('&');
            }
            joined.push_str(name);
            joined.push('=');
            joined.push_str(value);
        }
        joined
    }
}

/// Decodes every `%XX`; anything else, a lone `%` included, stays.
pub fn decode(text: &[u8]) -> Vec<u8> {
    percent_decode(text).collect()
}

/// Reads `application/x-www-form-urlencoded` text: split at `&`, empty pairs
/// dropped, each at its first `=`, `+` is a space, then `%XX`. Order and
/// duplicates are kept; a name without `=` has an empty value.
pub fn parse_form(text: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    raw_pairs(text).map(|(name, value)| (decode_form(name), decode_form(value))).collect()
}

/// The pairs of a form, still encoded.
fn raw_pairs(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        match pair.iter().position(|byte| *byte == b'=') {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            None => (pair, &b""[..]),
        }
    })
}

fn decode_form(text: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> =
        text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    decode(&spaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_as_rfc5849_section_3_4_1_3_1_shows() {
        let read = parse_form(b"b5=%3D%253D&a3=a&c%40=&a2=r%20b&c2&a3=2+q&&=v&x=1=2");
        let expected: Vec<(Vec<u8>, Vec<u8>)> = [
            ("b5", "=%3D"),
            ("a3", "a"),
            ("c@", ""),
            ("a2", "r b"),
            ("c2", ""),
            ("a3", "2 q"),
            ("", "v"),
            ("x", "1=2"),
        ]
        .map(|(name, value)| (name.into(), value.into()))
        .into();
        assert_eq!(read, expected);
    }

    #[test]
    fn lone_percent_signs_and_other_bytes_stay() {
        assert_eq!(decode(b"100%&%f8%zz%4"), b"100%&\xf8%zz%4");
    }

    /// What is decoded and encoded in one go is what both make one by one.
    #[test]
    fn encoding_again_is_decoding_and_encoding() {
        let texts: [&[u8]; 7] = [
            b"",
            b"a%2fb%2",
            b"%",
            b"%%41%zz%+1",
            b"100%+&%f8",
            b"/%2F/a b/%7e~",
            b"%e2%82%AC\xff",
        ];
        for text in texts {
            let mut path = String::new();
            push_decoded_path(&mut path, text);
            assert_eq!(path, encode_strict(&decode(text)).replace("%2F", "/"));
            let mut pairs = EncodedPairs::default();
            pairs.push_form(text);
            let mut expected: Vec<_> = parse_form(text)
                .iter()
                .map(|(name, value)| (encode_strict(name), encode_strict(value)))
                .collect();
            expected.sort();
            let expected: Vec<_> =
                expected.iter().map(|(name, value)| format!("{name}={value}")).collect();
            assert_eq!(pairs.sorted(), expected.join("&"));
        }
    }

    /// RFC 5849 section 3.4.1.3.2: by name, then by value; `=` takes no part.
    #[test]
    fn pairs_sort_by_name_before_value() {
        let mut pairs = EncodedPairs::default();
        pairs.push_form(b"a-b=1&a=z&a=b&oauth_signature=x&a%3D=0");
        pairs.remove("oauth_signature");
        assert_eq!(pairs.sorted(), "a=b&a=z&a%3D=0&a-b=1");
    }
}
