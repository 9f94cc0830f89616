//! Reads strings, numbers and literals byte by byte, in pieces cut anywhere.

use super::formatter::{Formatter, Lexeme};
use super::grammar::{Expected, Number, Text};
use crate::out::style::Role;

impl Formatter {
    pub(super) fn begin_string(&mut self, is_name: bool) {
        let role = if is_name { Role::Key } else { Role::String };
        self.begin(role, Lexeme::String { is_name, state: Text::Plain });
        self.pen.push(b'"');
    }

    /// Reads a string's characters up to its end or the end of the piece.
    pub(super) fn string(&mut self, is_name: bool, begun: Text, left: &[u8]) -> usize {
        let mut state = begun;
        for (at, byte) in left.iter().enumerate() {
            if state == Text::Plain && *byte == b'"' {
                self.characters(&left[..at]);
                self.end_characters();
                self.pen.push(b'"');
                self.end_lexeme();
                if is_name {
                    self.expect(Expected::Colon);
                } else {
                    self.end_value();
                }
                return at + 1;
            }
            if state == Text::Plain && *byte < 0x20 {
                self.note(at, "a control character in a string is not escaped");
            }
            match state.next(*byte) {
                Some(next) => state = next,
                None => {
                    self.characters(&left[..at]);
                    return self.fail(at, "no such escape");
                }
            }
        }
        self.characters(left);
        self.lexeme = Lexeme::String { is_name, state };
        left.len()
    }

    fn characters(&mut self, bytes: &[u8]) {
        let is_utf8 = self.visible.push(bytes, &mut self.shown);
        self.put_shown(is_utf8);
    }

    pub(super) fn end_characters(&mut self) {
        let is_utf8 = self.visible.finish(&mut self.shown);
        self.put_shown(is_utf8);
    }

    fn put_shown(&mut self, is_utf8: bool) {
        self.pen.extend(&self.shown);
        self.shown.clear();
        if !is_utf8 {
            self.note(0, "a string is not UTF-8");
        }
    }

    pub(super) fn number(&mut self, begun: Number, left: &[u8]) -> usize {
        let mut state = begun;
        for (at, byte) in left.iter().enumerate() {
            match state.next(*byte) {
                Some(next) => state = next,
                None => {
                    self.pen.extend(&left[..at]);
                    if !state.is_complete() {
                        return self.fail(at, "a number needs a digit here");
                    }
                    self.end_bare();
                    return at;
                }
            }
        }
        self.pen.extend(left);
        self.lexeme = Lexeme::Number(state);
        left.len()
    }

    pub(super) fn literal(&mut self, rest: &'static [u8], byte: u8) -> usize {
        match rest {
            [next, after @ ..] if *next == byte => {
                self.pen.push(byte);
                self.lexeme = Lexeme::Literal { rest: after };
                if after.is_empty() {
                    self.end_bare();
                }
                1
            }
            _ => self.fail(0, "only true, false and null are written without quotes"),
        }
    }
}
