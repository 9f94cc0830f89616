//! Names and values as signatures sort and join them.

use crate::sign::encode::{Decoded, Encoding};

/// A name and a value, each percent-encoded, by the same encoding as those it
/// is sorted among. Encoded once or twice, they sort alike: `%` is less than
/// all that encoding keeps, and `%25` begins with it.
#[derive(Clone, Copy, Debug)]
pub struct EncodedPair<'a> {
    /// The first bytes of the name as a number, which orders most pairs. No
    /// encoded text holds the zero that stands behind a shorter one.
    start_of_name: u64,
    name: &'a [u8],
    value: &'a [u8],
}

impl<'a> EncodedPair<'a> {
    /// A pair of what is encoded already.
    pub fn new(name: &'a [u8], value: &'a [u8]) -> Self {
        let mut start = [0; 8];
        for (place, byte) in start.iter_mut().zip(name) {
            *place = *byte;
        }
        Self { start_of_name: u64::from_be_bytes(start), name, value }
    }

    /// Whether this is its name, which needs no encoding.
    pub fn is(&self, name: &str) -> bool {
        self.name == name.as_bytes()
    }
}

/// The pairs of queries and forms, encoded in one text.
pub struct EncodedForms<const ESCAPE: usize> {
    encoding: &'static Encoding<ESCAPE>,
    text: Vec<u8>,
    places: Vec<Place>,
}

/// Where a pair is in the text: a name up to `middle`, then its value.
#[derive(Clone, Copy, Debug)]
struct Place {
    start: usize,
    middle: usize,
    end: usize,
}

impl<const ESCAPE: usize> EncodedForms<ESCAPE> {
    /// None yet, with room for a query of `length` bytes.
    pub fn for_query(encoding: &'static Encoding<ESCAPE>, length: usize) -> Self {
        Self { encoding, text: Vec::with_capacity(2 * length), places: Vec::with_capacity(8) }
    }

    /// Adds a pair.
    pub fn push(&mut self, name: &[u8], value: &[u8]) {
        let start = self.text.len();
        self.encoding.push(&mut self.text, name);
        let middle = self.text.len();
        self.encoding.push(&mut self.text, value);
        self.places.push(Place { start, middle, end: self.text.len() });
    }

    /// Adds the pairs of a form as [`crate::sign::encode::parse_form`] reads it.
    pub fn push_form(&mut self, form: &[u8]) {
        let mut form = Decoded::form(form);
        while !form.is_empty() {
            let start = self.text.len();
            let end = self.encoding.push_again(&mut self.text, &mut form, b"=&");
            let middle = self.text.len();
            if end == Some(b'=') {
                self.encoding.push_again(&mut self.text, &mut form, b"&");
            } else if middle == start {
                continue;
            }
            self.places.push(Place { start, middle, end: self.text.len() });
        }
    }

    /// The pairs.
    pub fn pairs(&self) -> impl Iterator<Item = EncodedPair<'_>> {
        self.places.iter().map(|&Place { start, middle, end }| {
            EncodedPair::new(&self.text[start..middle], &self.text[middle..end])
        })
    }
}

/// Sorts by name and then by value, duplicates kept.
pub fn sort(pairs: &mut [EncodedPair<'_>]) {
    pairs.sort_unstable_by(|one, other| {
        one.start_of_name
            .cmp(&other.start_of_name)
            .then_with(|| (one.name, one.value).cmp(&(other.name, other.value)))
    });
}

/// Appends the pairs, with `assign` in each and `separator` between them:
/// `=` and `&`, or what they are encoded.
pub fn push_joined<const LENGTH: usize>(
    out: &mut Vec<u8>,
    pairs: &[EncodedPair<'_>],
    [assign, separator]: [&[u8; LENGTH]; 2],
) {
    for (index, pair) in pairs.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(separator);
        }
        out.extend_from_slice(pair.name);
        out.extend_from_slice(assign);
        out.extend_from_slice(pair.value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::encode::{STRICT, TWICE, encode_strict, into_text};

    fn joined<const ESCAPE: usize, const LENGTH: usize>(
        encoding: &'static Encoding<ESCAPE>,
        form: &[u8],
        signs: [&[u8; LENGTH]; 2],
    ) -> String {
        let mut forms = EncodedForms::for_query(encoding, 0);
        forms.push_form(form);
        let mut pairs: Vec<_> = forms.pairs().filter(|pair| !pair.is("gone")).collect();
        sort(&mut pairs);
        let mut out = Vec::new();
        push_joined(&mut out, &pairs, signs);
        into_text(out)
    }

    /// RFC 5849 section 3.4.1.3.2: by name, then by value; `=` takes no part.
    #[test]
    fn pairs_sort_by_name_before_value() {
        for (form, expected) in [
            ("a-b=1&a=z&a=b&gone=x&a%3D=0", "a=b&a=z&a%3D=0&a-b=1"),
            ("12345678b=1&12345678=2&12345678a=3", "12345678=2&12345678a=3&12345678b=1"),
            ("+=1&~=2&=3&A=4", "=3&%20=1&A=4&~=2"),
        ] {
            assert_eq!(joined(&STRICT, form.as_bytes(), [b"=", b"&"]), expected);
        }
    }

    #[test]
    fn pairs_encoded_twice_are_encoded_as_a_whole() {
        for form in [
            &b"a-b=1&a=z&a=b&gone=x&a%3D=0"[..],
            b"",
            b"=&=",
            b"%25=1&%=2&%2525=3&a%=4&a%25%20=5&a%7e=6&a~=7&a%7e%20=8",
            b"%e2%82%AC=\xff&%E2=1&+=2&%20%20=3&/=4&0=5",
            b"a=%&a=%%&a=%25-&a=-&a=0&a=%2&1234567%=1&1234567-=2&1234567=3&12345678=4",
        ] {
            let once = joined(&STRICT, form, [b"=", b"&"]);
            let twice = joined(&TWICE, form, [b"%3D", b"%26"]);
            assert_eq!(twice, encode_strict(once.as_bytes()));
        }
    }
}
