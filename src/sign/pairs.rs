//! Names and values as signatures sort and join them.

use crate::sign::encode::{Decoded, STRICT, raw_pairs};

/// A name and a value, each percent-encoded.
#[derive(Clone, Copy, Debug)]
pub struct EncodedPair<'a> {
    /// The first bytes of the name as a number, which orders most pairs. No
    /// encoded text holds the zero that stands behind a shorter one.
    start_of_name: u64,
    name: &'a [u8],
    value: &'a [u8],
    /// Whether nothing in it had to be encoded, nor has to be once more.
    is_plain: bool,
}

impl<'a> EncodedPair<'a> {
    /// A pair whose name is encoded, and whose value became `encoded`.
    pub fn new(name: &'a str, value: &str, encoded: &'a [u8]) -> Self {
        let is_plain = value.len() == encoded.len() && !name.contains('%');
        Self::encoded(name.as_bytes(), encoded, is_plain)
    }

    fn encoded(name: &'a [u8], value: &'a [u8], is_plain: bool) -> Self {
        let mut start = [0; 8];
        for (place, byte) in start.iter_mut().zip(name) {
            *place = *byte;
        }
        Self { start_of_name: u64::from_be_bytes(start), name, value, is_plain }
    }

    /// Whether this is its name, which needs no encoding.
    pub fn is(&self, name: &str) -> bool {
        self.name == name.as_bytes()
    }
}

/// The pairs of queries and forms, encoded in one text.
#[derive(Debug, Default)]
pub struct EncodedForms {
    text: Vec<u8>,
    places: Vec<Place>,
}

/// Where a pair is in the text: a name up to `middle`, then its value.
#[derive(Clone, Copy, Debug)]
struct Place {
    start: usize,
    middle: usize,
    end: usize,
    is_plain: bool,
}

impl EncodedForms {
    /// None yet, with room for a query of `length` bytes.
    pub fn for_query(length: usize) -> Self {
        Self { text: Vec::with_capacity(3 * length + 2), places: Vec::with_capacity(8) }
    }

    /// Adds a pair.
    pub fn push(&mut self, name: &[u8], value: &[u8]) {
        let start = self.text.len();
        STRICT.push(&mut self.text, name);
        let middle = self.text.len();
        STRICT.push(&mut self.text, value);
        self.place(start, middle, name.len() + value.len());
    }

    /// Adds the pairs of a form as [`crate::sign::encode::parse_form`] reads it.
    pub fn push_form(&mut self, form: &[u8]) {
        for (name, value) in raw_pairs(form) {
            let start = self.text.len();
            STRICT.push_again(&mut self.text, Decoded::form(name));
            let middle = self.text.len();
            STRICT.push_again(&mut self.text, Decoded::form(value));
            // As long as it came: no escape in it, or none that was needed.
            let plain = match name.contains(&b'%') || value.contains(&b'%') {
                true => 0,
                false => name.len() + value.len(),
            };
            self.place(start, middle, plain);
        }
    }

    fn place(&mut self, start: usize, middle: usize, plain: usize) {
        let end = self.text.len();
        self.places.push(Place { start, middle, end, is_plain: end - start == plain });
    }

    /// The pairs.
    pub fn pairs(&self) -> impl Iterator<Item = EncodedPair<'_>> {
        self.places.iter().map(|&Place { start, middle, end, is_plain }| {
            EncodedPair::encoded(&self.text[start..middle], &self.text[middle..end], is_plain)
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

/// Appends `name=value&…`.
pub fn push_joined(out: &mut Vec<u8>, pairs: &[EncodedPair<'_>]) {
    for (index, pair) in pairs.iter().enumerate() {
        if index > 0 {
            out.push(b'&');
        }
        out.extend_from_slice(pair.name);
        out.push(b'=');
        out.extend_from_slice(pair.value);
    }
}

/// Appends what [`push_joined`] does, encoded once more as a whole.
pub fn push_joined_and_encoded(out: &mut Vec<u8>, pairs: &[EncodedPair<'_>]) {
    for (index, pair) in pairs.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(b"%26");
        }
        if pair.is_plain {
            out.extend_from_slice(pair.name);
            out.extend_from_slice(b"%3D");
            out.extend_from_slice(pair.value);
        } else {
            STRICT.push(out, pair.name);
            out.extend_from_slice(b"%3D");
            STRICT.push(out, pair.value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::encode::{encode_strict, into_text};

    fn joined(form: &[u8], join: fn(&mut Vec<u8>, &[EncodedPair<'_>])) -> String {
        let mut forms = EncodedForms::default();
        forms.push_form(form);
        let mut pairs: Vec<_> = forms.pairs().filter(|pair| !pair.is("gone")).collect();
        sort(&mut pairs);
        let mut out = Vec::new();
        join(&mut out, &pairs);
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
            assert_eq!(joined(form.as_bytes(), push_joined), expected);
        }
    }

    #[test]
    fn pairs_encoded_once_more_are_encoded_as_a_whole() {
        for form in [
            &b"a-b=1&a=z&a=b&gone=x&a%3D=0"[..],
            b"",
            b"=&=",
            b"%25=1&%=2&%2525=3&a%=4&a%25%20=5&a%7e=6&a~=7&a%7e%20=8",
            b"%e2%82%AC=\xff&%E2=1&+=2&%20%20=3&/=4&0=5",
        ] {
            let once = joined(form, push_joined);
            assert_eq!(joined(form, push_joined_and_encoded), encode_strict(once.as_bytes()));
        }
    }

    #[test]
    fn a_pair_of_a_protocol_is_as_one_of_a_form() {
        let encoded = encode_strict(b"a b%");
        let mut out = Vec::new();
        let pairs = ["n", "%6e"].map(|name| EncodedPair::new(name, "a b%", encoded.as_bytes()));
        let plain = EncodedPair::new("n%20", "ab", b"ab");
        push_joined_and_encoded(&mut out, &[pairs[0], pairs[1], plain]);
        assert_eq!(into_text(out), "n%3Da%2520b%2525%26%256e%3Da%2520b%2525%26n%2520%3Dab");
    }
}
