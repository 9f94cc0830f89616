//! Percent-encoding and form parsing as signatures need them: on bytes, since
//! what is signed need not be UTF-8.

use percent_encoding::percent_decode;

pub use crate::model::url::encode_strict;

/// Decodes every `%XX`; anything else, a lone `%` included, stays.
pub fn decode(text: &[u8]) -> Vec<u8> {
    percent_decode(text).collect()
}

/// Reads `application/x-www-form-urlencoded` text: split at `&`, empty pairs
/// dropped, each at its first `=`, `+` is a space, then `%XX`. Order and
/// duplicates are kept; a name without `=` has an empty value.
pub fn parse_form(text: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    text.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, &b""[..]),
            };
            (decode_form(name), decode_form(value))
        })
        .collect()
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
}
