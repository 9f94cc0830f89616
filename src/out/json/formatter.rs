//! Lays out JSON.

use super::grammar::{Expected, Number, Text, literal_after};
use super::pen::Pen;
use crate::out::fault::Fault;
use crate::out::style::{Role, Style};
use crate::out::text::TextWriter;
use crate::out::visible::{Notation, Visible};
use std::io::{Result, Write};

/// How deep objects and arrays may nest: deeper ones only fill the screen with
/// indentation, which grows with the square of the input.
pub(super) const DEPTH_LIMIT: usize = 512;

/// How much formatted text is held before it is written.
pub(super) const BUFFER_SIZE: usize = 32 * 1024;

/// What faults call the language.
const JSON: &str = "JSON";

/// How a document is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A member or element a line, indented by two spaces.
    Indented,
    /// A document a line, without white space.
    Compact,
}

/// Formats JSON that comes in pieces cut anywhere.
#[derive(Debug)]
pub struct Formatter {
    pub(super) style: Style,
    pub(super) layout: Layout,
    pub(super) lexeme: Lexeme,
    pub(super) expected: Expected,
    /// The objects and arrays one is in.
    pub(super) open: Vec<Container>,
    /// Whether white space lies between the last lexeme and here.
    pub(super) spaced: bool,
    /// Whether the last lexeme was a number or literal, which another one may
    /// not follow without white space.
    ended_bare: bool,
    offset: u64,
    fault: Option<Fault>,
    /// Makes what is inside strings safe to show.
    pub(super) visible: Visible,
    /// What is inside strings, made safe.
    pub(super) shown: Vec<u8>,
    /// Shows the rest after a fault.
    rest: Option<TextWriter>,
    pub(super) pen: Pen,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    Object,
    Array,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lexeme {
    None,
    String { is_name: bool, state: Text },
    Number(Number),
    Literal { rest: &'static [u8] },
}

impl Formatter {
    /// A formatter at the beginning of a text.
    pub fn new(style: Style, layout: Layout) -> Self {
        Self {
            style,
            layout,
            lexeme: Lexeme::None,
            expected: Expected::Document,
            open: Vec::new(),
            spaced: false,
            ended_bare: false,
            offset: 0,
            fault: None,
            visible: Visible::new(Notation::Json),
            shown: Vec::new(),
            rest: None,
            pen: Pen::default(),
        }
    }

    /// What is wrong with the text so far: what ended the formatting, else the
    /// first fault that did not.
    pub fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// Writes the next piece, formatted as far as it is complete.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn push(&mut self, piece: &[u8], out: &mut dyn Write) -> Result<()> {
        let mut left = piece;
        while !left.is_empty() {
            if self.rest.is_some() {
                return self.push_rest(left, out);
            }
            let swiftly = if self.lexeme == Lexeme::None { self.swift(left) } else { 0 };
            // What the swift way stops at goes the slow one.
            let taken = match &left[swiftly..] {
                [] => swiftly,
                _ if self.pen.len() >= BUFFER_SIZE => swiftly,
                unusual => {
                    self.offset += swiftly as u64;
                    left = unusual;
                    self.take(unusual)
                }
            };
            self.offset += taken as u64;
            left = &left[taken..];
            if self.pen.len() >= BUFFER_SIZE {
                self.write(out)?;
            }
        }
        self.write(out)
    }

    /// Ends the text: writes what was held back and a line break. Returns what
    /// was wrong with it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn finish(mut self, out: &mut dyn Write) -> Result<Option<Fault>> {
        if self.rest.is_none() {
            if matches!(self.lexeme, Lexeme::Number(state) if state.is_complete()) {
                self.end_bare();
            }
            if self.lexeme != Lexeme::None || self.expected != Expected::Document {
                self.fail(0, "it ends before the document does");
                self.pen.push(b'\n');
            }
        }
        self.write(out)?;
        if let Some(rest) = &mut self.rest {
            rest.finish(out)?;
        }
        Ok(self.fault)
    }

    fn write(&mut self, out: &mut dyn Write) -> Result<()> {
        self.pen.write(out)
    }

    /// Shows what follows a fault as it is.
    fn push_rest(&mut self, left: &[u8], out: &mut dyn Write) -> Result<()> {
        if std::mem::take(&mut self.spaced) {
            self.pen.push(b' ');
        }
        self.write(out)?;
        match &mut self.rest {
            Some(rest) => rest.push(left, out),
            None => Ok(()),
        }
    }

    /// Reads from the beginning of `left`, which is not empty, and says how
    /// much of it is done; nothing when a lexeme ended or a fault stands there.
    fn take(&mut self, left: &[u8]) -> usize {
        match self.lexeme {
            Lexeme::None => self.between(left),
            Lexeme::String { is_name, state } => self.string(is_name, state, left),
            Lexeme::Number(state) => self.number(state, left),
            Lexeme::Literal { rest } => self.literal(rest, left[0]),
        }
    }

    fn between(&mut self, left: &[u8]) -> usize {
        let byte = left[0];
        // RFC 8259 section 2.
        let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        if is_space(&byte) {
            self.spaced = true;
            return left.iter().take_while(|byte| is_space(byte)).count();
        }
        match (self.expected, byte) {
            (Expected::Colon, b':') => self.colon(),
            (Expected::CommaOrEnd, b',') => self.comma(),
            (Expected::NameOrEnd | Expected::CommaOrEnd, b'}') => {
                return self.close(Container::Object);
            }
            (Expected::ValueOrEnd | Expected::CommaOrEnd, b']') => {
                return self.close(Container::Array);
            }
            (Expected::Name | Expected::NameOrEnd, b'"') => {
                self.new_line();
                self.begin_string(true);
            }
            (Expected::Document | Expected::Value | Expected::ValueOrEnd, _) => {
                return self.value(byte);
            }
            (expected, _) => return self.fail(0, expected.reason()),
        }
        1
    }

    /// Begins the value that `byte` begins.
    fn value(&mut self, byte: u8) -> usize {
        let number = Number::begin(byte);
        let literal = literal_after(byte);
        let is_bare = number.is_some() || literal.is_some();
        if !(is_bare || matches!(byte, b'"' | b'{' | b'[')) {
            return self.fail(0, self.expected.reason());
        }
        if is_bare && self.ended_bare && !self.spaced && self.expected == Expected::Document {
            return self.fail(0, "white space is expected between documents");
        }
        if matches!(byte, b'{' | b'[') && self.open.len() == DEPTH_LIMIT {
            return self.fail(0, "objects and arrays nest more than 512 deep");
        }
        if self.open.last() == Some(&Container::Array) {
            self.new_line();
        }
        match (number, literal) {
            (Some(state), _) => {
                self.begin(Role::Number, Lexeme::Number(state));
                self.pen.push(byte);
            }
            (_, Some(rest)) => {
                self.begin(Role::Literal, Lexeme::Literal { rest });
                self.pen.push(byte);
            }
            _ if byte == b'"' => self.begin_string(false),
            _ => self.open(byte),
        }
        1
    }

    #[inline(always)]
    pub(super) fn colon(&mut self) {
        self.pen.push(b':');
        if self.layout == Layout::Indented {
            self.pen.push(b' ');
        }
        self.expect(Expected::Value);
    }

    #[inline(always)]
    pub(super) fn comma(&mut self) {
        self.pen.push(b',');
        self.expect(self.after_comma());
    }

    #[inline(always)]
    pub(super) fn after_comma(&self) -> Expected {
        match self.open.last() {
            Some(Container::Object) => Expected::Name,
            _ => Expected::Value,
        }
    }

    #[inline(always)]
    pub(super) fn open(&mut self, byte: u8) {
        self.pen.push(byte);
        let (container, expected) = match byte {
            b'{' => (Container::Object, Expected::NameOrEnd),
            _ => (Container::Array, Expected::ValueOrEnd),
        };
        self.open.push(container);
        self.expect(expected);
    }

    fn close(&mut self, container: Container) -> usize {
        if self.open.last() != Some(&container) {
            return self.fail(0, self.expected.reason());
        }
        self.end_container(container);
        1
    }

    /// Ends the innermost object or array.
    #[inline(always)]
    pub(super) fn end_container(&mut self, container: Container) {
        self.open.pop();
        // An empty one stays on its line.
        if self.expected == Expected::CommaOrEnd {
            self.new_line();
        }
        self.pen.push(if container == Container::Object { b'}' } else { b']' });
        self.end_value();
    }

    pub(super) fn begin(&mut self, role: Role, lexeme: Lexeme) {
        self.pen.extend(self.style.start(role).as_bytes());
        self.lexeme = lexeme;
        self.spaced = false;
    }

    pub(super) fn end_lexeme(&mut self) {
        self.pen.extend(self.style.end().as_bytes());
        self.lexeme = Lexeme::None;
    }

    /// Ends a number or literal.
    pub(super) fn end_bare(&mut self) {
        self.end_lexeme();
        self.end_value();
        self.ended_bare = true;
    }

    #[inline(always)]
    pub(super) fn end_value(&mut self) {
        if self.open.is_empty() {
            self.pen.push(b'\n');
            self.expect(Expected::Document);
        } else {
            self.expect(Expected::CommaOrEnd);
        }
    }

    #[inline(always)]
    pub(super) fn expect(&mut self, expected: Expected) {
        self.expected = expected;
        self.spaced = false;
        self.ended_bare = false;
    }

    /// Ends the formatting `at` bytes from here, and says that so much is done.
    pub(super) fn fail(&mut self, at: usize, reason: &'static str) -> usize {
        if matches!(self.lexeme, Lexeme::String { .. }) {
            self.end_characters();
        }
        if self.lexeme != Lexeme::None {
            self.end_lexeme();
        }
        let offset = self.offset + at as u64;
        self.fault = Some(Fault { language: JSON, offset, reason, ends_formatting: true });
        self.rest = Some(TextWriter::new());
        at
    }

    /// Notes the first fault that does not end the formatting.
    pub(super) fn note(&mut self, at: usize, reason: &'static str) {
        let offset = self.offset + at as u64;
        let fault = Fault { language: JSON, offset, reason, ends_formatting: false };
        self.fault.get_or_insert(fault);
    }
}
