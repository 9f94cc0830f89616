//! The swift way through what most JSON consists of: whole lexemes inside one
//! piece, plain ASCII strings and integers. Whatever is unusual (a string cut
//! by the piece's end, an escape, another script, a fault) is left to the
//! state machine of [`Formatter`], which both share their state with.

use super::formatter::{BUFFER_SIZE, Container, DEPTH_LIMIT, Formatter, Layout};
use super::grammar::Expected;
use crate::out::style::Role;

/// A byte repeated in each of the eight of a word.
const fn repeated(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

const HIGH_BITS: u64 = repeated(0x80);

/// Marks with its high bit the lowest byte of `word` that is zero. Bytes above
/// it may be marked wrongly by the borrow, those below it are never.
const fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(repeated(1)) & !word & HIGH_BITS
}

/// How many bytes from the beginning of `bytes` are printable ASCII that
/// stands for itself in a string: neither `"`, `\`, control nor beyond ASCII.
fn plain_length(bytes: &[u8]) -> usize {
    let mut words = bytes.chunks_exact(8);
    let mut length = 0;
    for chunk in &mut words {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        let word = u64::from_le_bytes(word);
        let unusual = zero_bytes(word ^ repeated(b'"'))
            | zero_bytes(word ^ repeated(b'\\'))
            | zero_bytes(word ^ repeated(0x7f))
            | (word.wrapping_sub(repeated(0x20)) & !word & HIGH_BITS)
            | (word & HIGH_BITS);
        if unusual != 0 {
            return length + unusual.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    let is_plain = |byte: &&u8| matches!(byte, 0x20..=0x7e) && !matches!(byte, b'"' | b'\\');
    length + words.remainder().iter().take_while(is_plain).count()
}

/// How long the integer (RFC 8259 section 6) at the beginning of `bytes` is,
/// when it ends inside them and nothing that makes it another number follows.
fn integer_length(bytes: &[u8]) -> Option<usize> {
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let digits = bytes[sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let has_leading_zero = digits > 1 && bytes[sign] == b'0';
    let end = sign + digits;
    let ends = !matches!(bytes.get(end), None | Some(b'.' | b'e' | b'E'));
    (digits > 0 && !has_leading_zero && ends).then_some(end)
}

/// The literal at the beginning of `bytes`.
fn literal_length(bytes: &[u8]) -> Option<usize> {
    let literals: [&[u8]; 3] = [b"true", b"false", b"null"];
    literals.iter().find(|literal| bytes.starts_with(literal)).map(|literal| literal.len())
}

/// How many bytes are copied at once, whether needed or not: a copy of fixed
/// length costs no call.
const STRIDE: usize = 32;

/// Appends the first `length` bytes of `text`.
fn put(buffer: &mut Vec<u8>, text: &[u8], length: usize) {
    match text.first_chunk::<STRIDE>() {
        Some(stride) if length <= STRIDE => {
            let end = buffer.len() + length;
            buffer.extend_from_slice(stride);
            buffer.truncate(end);
        }
        _ => buffer.extend_from_slice(&text[..length]),
    }
}

impl Formatter {
    /// Reads lexemes from the beginning of `left`, inside an object or array,
    /// as long as they are usual, and says how many bytes are done.
    pub(super) fn swift(&mut self, left: &[u8]) -> usize {
        let mut at = 0;
        while !self.open.is_empty() && self.buffer.len() < BUFFER_SIZE {
            let rest = &left[at..];
            let Some(byte) = rest.first() else { return at };
            let taken = match byte {
                b' ' | b'\t' | b'\n' | b'\r' => {
                    self.spaced = true;
                    at += 1;
                    continue;
                }
                b'"' => self.swift_string(rest),
                b'-' | b'0'..=b'9' => integer_length(rest)
                    .and_then(|length| self.swift_value(Role::Number, rest, length)),
                b't' | b'f' | b'n' => literal_length(rest)
                    .and_then(|length| self.swift_value(Role::Literal, rest, length)),
                b',' if self.expected == Expected::CommaOrEnd => {
                    self.comma();
                    Some(1)
                }
                b'{' | b'[' => self.swift_open(*byte),
                b'}' | b']' => self.swift_close(*byte),
                _ => None,
            };
            match taken {
                Some(taken) => at += taken,
                None => return at,
            }
        }
        at
    }

    fn swift_string(&mut self, rest: &[u8]) -> Option<usize> {
        let length = plain_length(&rest[1..]) + 2;
        if rest.get(length - 1) != Some(&b'"') {
            return None;
        }
        if !matches!(self.expected, Expected::Name | Expected::NameOrEnd) {
            return self.swift_value(Role::String, rest, length);
        }
        // A name goes with its colon.
        if rest.get(length) != Some(&b':') {
            return None;
        }
        self.new_line();
        self.paint(Role::Key, rest, length);
        self.colon();
        Some(length + 1)
    }

    /// Writes a value that is the first `length` bytes of `rest`, with the
    /// comma behind it.
    fn swift_value(&mut self, role: Role, rest: &[u8], length: usize) -> Option<usize> {
        if !self.may_begin_value() {
            return None;
        }
        self.paint(role, rest, length);
        if rest.get(length) == Some(&b',') {
            self.comma();
            return Some(length + 1);
        }
        self.expect(Expected::CommaOrEnd);
        Some(length)
    }

    fn swift_open(&mut self, byte: u8) -> Option<usize> {
        if self.open.len() == DEPTH_LIMIT || !self.may_begin_value() {
            return None;
        }
        self.open(byte);
        Some(1)
    }

    fn swift_close(&mut self, byte: u8) -> Option<usize> {
        let (container, or_end) = match byte {
            b'}' => (Container::Object, Expected::NameOrEnd),
            _ => (Container::Array, Expected::ValueOrEnd),
        };
        let may_end = self.expected == Expected::CommaOrEnd || self.expected == or_end;
        (may_end && self.open.last() == Some(&container)).then(|| self.close(container))
    }

    /// Whether a value may stand here; if so, a new line has been begun for
    /// one of an array.
    fn may_begin_value(&mut self) -> bool {
        let may = matches!(self.expected, Expected::Value | Expected::ValueOrEnd);
        if may && self.open.last() == Some(&Container::Array) {
            self.new_line();
        }
        may
    }

    fn paint(&mut self, role: Role, rest: &[u8], length: usize) {
        if self.style.is_colored() {
            self.buffer.extend_from_slice(self.style.start(role).as_bytes());
            put(&mut self.buffer, rest, length);
            self.buffer.extend_from_slice(self.style.end().as_bytes());
        } else {
            put(&mut self.buffer, rest, length);
        }
    }

    /// Begins a line, indented by as many containers as one is in; nothing in
    /// the compact layout.
    pub(super) fn new_line(&mut self) {
        if self.layout == Layout::Compact {
            return;
        }
        const INDENTED: [u8; STRIDE] = *b"\n                               ";
        let length = 1 + 2 * self.open.len();
        if length <= STRIDE {
            put(&mut self.buffer, &INDENTED, length);
        } else {
            self.buffer.push(b'\n');
            self.buffer.resize(self.buffer.len() + length - 1, b' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_text_ends_at_the_first_byte_that_is_not() {
        for unusual in (0_u8..=0x1f).chain([b'"', b'\\', 0x7f, 0x80, 0xc3, 0xff]) {
            for length in 0..20 {
                let mut bytes = vec![b'~'; length];
                bytes.push(unusual);
                bytes.extend_from_slice(b"ab\x00\xffcdefghijk");
                assert_eq!(plain_length(&bytes), length, "{unusual:#x}");
            }
        }
        let all: Vec<u8> = (0x20..=0x7e).filter(|byte| !matches!(byte, b'"' | b'\\')).collect();
        assert_eq!(plain_length(&all), all.len());
    }

    #[test]
    fn an_integer_is_complete_and_no_other_number() {
        for (text, length) in
            [("0,", Some(1)), ("-12]", Some(3)), ("10 ", Some(2)), ("7x", Some(1))]
        {
            assert_eq!(integer_length(text.as_bytes()), length, "{text}");
        }
        for text in ["1", "1.5,", "1e3,", "1E3,", "01,", "-,", "-01,", "x"] {
            assert_eq!(integer_length(text.as_bytes()), None, "{text}");
        }
    }
}
