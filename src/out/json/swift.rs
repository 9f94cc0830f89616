//! The swift way through what most JSON consists of: whole lexemes inside one
//! piece, plain ASCII strings and numbers without exponent. Whatever is unusual (a string cut
//! by the piece's end, an escape, another script, a fault) is left to the
//! state machine of [`Formatter`], which both share their state with.

use super::formatter::{BUFFER_SIZE, Container, DEPTH_LIMIT, Formatter, Layout};
use super::grammar::Expected;
use super::pen::STRIDE;
use super::words::plain_length;
use crate::out::style::Role;

/// How many digits `bytes` has from `from` on.
#[inline(always)]
fn digits(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at - from
}

/// How long the number without exponent (RFC 8259 section 6) at the beginning
/// of `bytes` is, when it ends inside them.
#[inline(always)]
fn number_length(bytes: &[u8]) -> Option<usize> {
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let integer = digits(bytes, sign);
    let has_leading_zero = integer > 1 && bytes[sign] == b'0';
    if integer == 0 || has_leading_zero {
        return None;
    }
    let mut end = sign + integer;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(bytes, end + 1);
        if fraction == 0 {
            return None;
        }
        end += 1 + fraction;
    }
    (!matches!(bytes.get(end), None | Some(b'.' | b'e' | b'E'))).then_some(end)
}

/// The literal at the beginning of `bytes`.
#[inline(always)]
fn literal_length(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b't', b'r', b'u', b'e', ..] | [b'n', b'u', b'l', b'l', ..] => Some(4),
        [b'f', b'a', b'l', b's', b'e', ..] => Some(5),
        _ => None,
    }
}

impl Formatter {
    /// Reads lexemes from the beginning of `left`, inside an object or array,
    /// as long as they are usual, and says how many bytes are done.
    ///
    /// All that it calls is inlined, whatever the program is optimized for:
    /// it runs for every lexeme of an answer.
    pub(super) fn swift(&mut self, left: &[u8]) -> usize {
        let mut at = 0;
        while !self.open.is_empty() && self.pen.len() < BUFFER_SIZE {
            let rest = &left[at..];
            let Some(byte) = rest.first() else { return at };
            let taken = match byte {
                b' ' | b'\t' | b'\n' | b'\r' => {
                    self.spaced = true;
                    at += 1;
                    continue;
                }
                b'"' => self.swift_string(rest),
                b'-' | b'0'..=b'9' => match number_length(rest) {
                    Some(length) => self.swift_value(Role::Number, rest, length),
                    None => None,
                },
                b't' | b'f' | b'n' => match literal_length(rest) {
                    Some(length) => self.swift_value(Role::Literal, rest, length),
                    None => None,
                },
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

    #[inline(always)]
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
        if self.style.is_colored() {
            self.paint(Role::Key, rest, length);
            self.colon();
        } else {
            self.pen.put(rest, length + 1);
            if self.layout == Layout::Indented {
                self.pen.push(b' ');
            }
            self.expect(Expected::Value);
        }
        Some(length + 1)
    }

    /// Writes a value that is the first `length` bytes of `rest`, with the
    /// comma behind it.
    #[inline(always)]
    fn swift_value(&mut self, role: Role, rest: &[u8], length: usize) -> Option<usize> {
        if !self.may_begin_value() {
            return None;
        }
        let comma = usize::from(rest.get(length) == Some(&b','));
        if self.style.is_colored() {
            self.paint(role, rest, length);
            if comma == 1 {
                self.pen.push(b',');
            }
        } else {
            self.pen.put(rest, length + comma);
        }
        self.expect(match comma {
            0 => Expected::CommaOrEnd,
            _ => self.after_comma(),
        });
        Some(length + comma)
    }

    #[inline(always)]
    fn swift_open(&mut self, byte: u8) -> Option<usize> {
        if self.open.len() == DEPTH_LIMIT || !self.may_begin_value() {
            return None;
        }
        self.open(byte);
        Some(1)
    }

    #[inline(always)]
    fn swift_close(&mut self, byte: u8) -> Option<usize> {
        let (container, or_end) = match byte {
            b'}' => (Container::Object, Expected::NameOrEnd),
            _ => (Container::Array, Expected::ValueOrEnd),
        };
        let may_end = self.expected == Expected::CommaOrEnd || self.expected == or_end;
        if !may_end || self.open.last() != Some(&container) {
            return None;
        }
        self.end_container(container);
        Some(1)
    }

    /// Whether a value may stand here; if so, a new line has been begun for
    /// one of an array.
    #[inline(always)]
    fn may_begin_value(&mut self) -> bool {
        let may = matches!(self.expected, Expected::Value | Expected::ValueOrEnd);
        if may && self.open.last() == Some(&Container::Array) {
            self.new_line();
        }
        may
    }

    #[inline(always)]
    fn paint(&mut self, role: Role, rest: &[u8], length: usize) {
        self.pen.extend(self.style.start(role).as_bytes());
        self.pen.put(rest, length);
        self.pen.extend(self.style.end().as_bytes());
    }

    /// Begins a line, indented by as many containers as one is in; nothing in
    /// the compact layout.
    #[inline(always)]
    pub(super) fn new_line(&mut self) {
        if self.layout == Layout::Compact {
            return;
        }
        const INDENTED: [u8; STRIDE] = *b"\n                               ";
        let length = 1 + 2 * self.open.len();
        if length <= STRIDE {
            self.pen.put(&INDENTED, length);
        } else {
            self.deep_line(length);
        }
    }

    #[inline(never)]
    fn deep_line(&mut self, length: usize) {
        self.pen.push(b'\n');
        for _ in 1..length {
            self.pen.push(b' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_complete_and_has_no_exponent() {
        for (text, length) in [
            ("0,", Some(1)),
            ("-12]", Some(3)),
            ("10 ", Some(2)),
            ("7x", Some(1)),
            ("-0.50,", Some(5)),
        ] {
            assert_eq!(number_length(text.as_bytes()), length, "{text}");
        }
        for text in
            ["1", "1.5", "1.", "1.,", "1.5e1,", "1.5.", "1e3,", "1E3,", "01,", "-,", "-01,", "x"]
        {
            assert_eq!(number_length(text.as_bytes()), None, "{text}");
        }
    }
}
