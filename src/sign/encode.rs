//! Percent-encoding and form parsing as signatures need them: on bytes, since
//! what is signed need not be UTF-8.

use percent_encoding::percent_decode;
use std::borrow::Cow;

pub use crate::model::url::encode_strict;

/// Which bytes stay as they are, and what the others become: `%XX`, in upper
/// case (RFC 3986 section 2.1).
pub struct Encoding<const ESCAPE: usize> {
    is_kept: [bool; 256],
    escapes: [[u8; ESCAPE]; 256],
}

/// All but unreserved characters (RFC 3986 section 2.3), as [`encode_strict`]
/// has it.
pub static STRICT: Encoding<3> = Encoding::new(b"-._~", *b"%00");

/// What [`STRICT`] makes, encoded once more: `%25XX`.
pub static TWICE: Encoding<5> = Encoding::new(b"-._~", *b"%2500");

/// All but unreserved characters and slashes: a canonical path.
pub static PATH: Encoding<3> = Encoding::new(b"-._~/", *b"%00");

impl<const ESCAPE: usize> Encoding<ESCAPE> {
    /// Keeps letters, digits and `marks`; all others become `escape` with the
    /// byte for its last two digits.
    const fn new(marks: &[u8], escape: [u8; ESCAPE]) -> Self {
        let digits = b"0123456789ABCDEF";
        let (mut is_kept, mut escapes) = ([false; 256], [escape; 256]);
        let mut byte = 0;
        while byte < 256 {
            is_kept[byte] = (byte as u8).is_ascii_alphanumeric() || contains(marks, byte as u8);
            escapes[byte][ESCAPE - 2] = digits[byte >> 4];
            escapes[byte][ESCAPE - 1] = digits[byte & 15];
            byte += 1;
        }
        Self { is_kept, escapes }
    }

    /// Whether nothing in `bytes` has to be encoded.
    pub fn keeps(&self, bytes: &[u8]) -> bool {
        bytes.iter().all(|byte| self.is_kept[usize::from(*byte)])
    }

    /// Appends `bytes`, encoded.
    pub fn push(&self, out: &mut Vec<u8>, mut bytes: &[u8]) {
        loop {
            bytes = self.push_kept(out, bytes);
            let Some((byte, rest)) = bytes.split_first() else { return };
            out.extend_from_slice(&self.escapes[usize::from(*byte)]);
            bytes = rest;
        }
    }

    /// Appends what `text` means, encoded: it is decoded first. Stops behind
    /// the first of `ends` and gives it; none of them is a byte that is kept.
    pub fn push_again(&self, out: &mut Vec<u8>, text: &mut Decoded<'_>, ends: &[u8]) -> Option<u8> {
        loop {
            // Neither `%` nor `+` is kept, so nothing here had to be decoded.
            text.rest = self.push_kept(out, text.rest);
            let (end, rest) = text.rest.split_first()?;
            if ends.contains(end) {
                text.rest = rest;
                return Some(*end);
            }
            let byte = text.next()?;
            match self.is_kept[usize::from(byte)] {
                true => out.push(byte),
                false => out.extend_from_slice(&self.escapes[usize::from(byte)]),
            }
        }
    }

    /// Appends the bytes before the first that has to be encoded, at once, and
    /// gives the others: encoding is most of the work of signing by OAuth1.
    #[inline]
    fn push_kept<'a>(&self, out: &mut Vec<u8>, bytes: &'a [u8]) -> &'a [u8] {
        let ends = |byte: &u8| !self.is_kept[usize::from(*byte)];
        let (kept, rest) = bytes.split_at(bytes.iter().position(ends).unwrap_or(bytes.len()));
        out.extend_from_slice(kept);
        rest
    }
}

const fn contains(bytes: &[u8], byte: u8) -> bool {
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == byte {
            return true;
        }
        at += 1;
    }
    false
}

/// The bytes that an encoded text means: every `%XX` decoded, a lone `%` as it
/// is.
#[derive(Clone, Debug)]
pub struct Decoded<'a> {
    rest: &'a [u8],
    plus: u8,
}

impl<'a> Decoded<'a> {
    /// Of a path, in which a `+` is one.
    pub fn path(text: &'a [u8]) -> Self {
        Self { rest: text, plus: b'+' }
    }

    /// Of a form's name or value, in which a `+` is a space.
    pub fn form(text: &'a [u8]) -> Self {
        Self { rest: text, plus: b' ' }
    }

    /// Whether all of it has been read.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

impl Iterator for Decoded<'_> {
    type Item = u8;

    #[inline]
    fn next(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        match byte {
            b'+' => Some(self.plus),
            b'%' => Some(match rest.split_at_checked(2).and_then(hex_byte) {
                Some((byte, rest)) => {
                    self.rest = rest;
                    byte
                }
                None => b'%',
            }),
            _ => Some(byte),
        }
    }
}

fn hex_byte<'a>((pair, rest): (&[u8], &'a [u8])) -> Option<(u8, &'a [u8])> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let value = digit(*pair.first()?)? * 16 + digit(*pair.get(1)?)?;
    Some((u8::try_from(value).ok()?, rest))
}

/// The text that these bytes are: what was encoded here, or was text before.
pub fn into_text(encoded: Vec<u8>) -> String {
    String::from_utf8(encoded).unwrap_or_default()
}

/// Decodes every `%XX`; anything else, a lone `%` included, stays.
pub fn decode(text: &[u8]) -> Vec<u8> {
    Cow::from(percent_decode(text)).into_owned()
}

/// Reads `application/x-www-form-urlencoded` text: split at `&`, empty pairs
/// dropped, each at its first `=`, `+` is a space, then `%XX`. Order and
/// duplicates are kept; a name without `=` has an empty value.
pub fn parse_form(text: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let decoded = |text| Decoded::form(text).collect();
    raw_pairs(text).map(|(name, value)| (decoded(name), decoded(value))).collect()
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

    const TEXTS: [&[u8]; 7] =
        [b"", b"a%2fb%2", b"%", b"%%41%zz%+1", b"100%+&%f8", b"/%2F/a b/%7e~", b"%e2%82%AC\xff"];

    fn encoded<const ESCAPE: usize>(encoding: &Encoding<ESCAPE>, bytes: &[u8]) -> String {
        let mut out = b"before".to_vec();
        encoding.push(&mut out, bytes);
        into_text(out).strip_prefix("before").unwrap().to_owned()
    }

    #[test]
    fn every_byte_is_encoded_as_the_library_does() {
        let all: Vec<u8> = (0..=255).collect();
        let once = encode_strict(&all);
        assert_eq!(encoded(&STRICT, &all), once);
        assert_eq!(encoded(&PATH, &all), once.replace("%2F", "/"));
        assert_eq!(encoded(&TWICE, &all), encode_strict(once.as_bytes()));
        for byte in all {
            assert_eq!(STRICT.keeps(&[b'a', byte]), encode_strict(&[byte]).len() == 1, "{byte}");
        }
    }

    /// What is decoded and encoded in one go is what both make one by one.
    #[test]
    fn encoding_again_is_decoding_and_encoding() {
        for text in TEXTS {
            let (mut path, mut form) = (Vec::new(), Vec::new());
            assert_eq!(PATH.push_again(&mut path, &mut Decoded::path(text), b""), None);
            assert_eq!(into_text(path), encode_strict(&decode(text)).replace("%2F", "/"));
            assert_eq!(STRICT.push_again(&mut form, &mut Decoded::form(text), b""), None);
            let spaced: Vec<u8> =
                text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
            assert_eq!(into_text(form), encode_strict(&decode(&spaced)));
        }
    }
}
