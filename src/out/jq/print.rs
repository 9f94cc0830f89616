//! Writes the values that an expression gives.

use crate::error::Result;
use crate::out::json::{Formatter, Layout};
use crate::out::style::Style;
use crate::out::visible::{Notation, Visible};
use crate::out::written::{STANDARD_OUTPUT, Written, written};
use jaq_json::{Num, Val};
use std::io::Write;

/// How much is held before it is written.
const BUFFER_SIZE: usize = 32 * 1024;

/// How values are written.
#[derive(Clone, Copy, Debug)]
pub struct Printing {
    /// Whether strings are written without quotes and escapes.
    pub raw_strings: bool,
    /// Whether nothing separates one value from the next.
    pub joined: bool,
    /// How JSON is laid out.
    pub layout: Layout,
    /// Whether to colour JSON.
    pub style: Style,
    /// Whether a person reads it, whose terminal no string may steer.
    pub is_terminal: bool,
}

/// Writes values to standard output.
pub(super) struct Printer<'a> {
    printing: Printing,
    out: &'a mut dyn Write,
    held: Vec<u8>,
    /// One value as JSON.
    json: Vec<u8>,
    written: Written,
}

impl<'a> Printer<'a> {
    pub(super) fn new(printing: Printing, out: &'a mut dyn Write) -> Self {
        Self { printing, out, held: Vec::new(), json: Vec::new(), written: Written::Whole }
    }

    /// Writes a value; says whether more is wanted.
    pub(super) fn print(&mut self, value: &Val) -> Result<Written> {
        match value {
            Val::TStr(text) | Val::BStr(text) if self.printing.raw_strings => self.text(text),
            _ => self.json(value)?,
        }
        if self.held.len() >= BUFFER_SIZE {
            self.flush()?;
        }
        Ok(self.written)
    }

    fn text(&mut self, text: &[u8]) {
        if self.printing.is_terminal {
            let mut visible = Visible::new(Notation::Text);
            visible.push(text, &mut self.held);
            visible.finish(&mut self.held);
        } else {
            self.held.extend_from_slice(text);
        }
        if !self.printing.joined {
            self.held.push(b'\n');
        }
    }

    fn json(&mut self, value: &Val) -> Result<()> {
        let Printing { style, layout, is_terminal, joined, .. } = self.printing;
        self.json.clear();
        append(value, &mut self.json);
        if layout == Layout::Compact && !style.is_colored() && !is_terminal {
            self.held.append(&mut self.json);
            self.held.push(b'\n');
        } else {
            let mut formatter = Formatter::new(style, layout);
            formatter.push(&self.json, &mut self.held)?;
            formatter.finish(&mut self.held)?;
        }
        if joined && self.held.last() == Some(&b'\n') {
            self.held.pop();
        }
        Ok(())
    }

    /// Whether nothing more is wanted.
    pub(super) fn has_ended(&self) -> bool {
        self.written == Written::Closed
    }

    /// Nothing more is wanted, by the expression's own word.
    pub(super) fn end(&mut self) -> Result<()> {
        self.written = Written::Closed;
        Ok(())
    }

    /// Writes what was held.
    pub(super) fn flush(&mut self) -> Result<()> {
        if self.written == Written::Whole {
            let result = self.out.write_all(&self.held).and_then(|()| self.out.flush());
            self.written = written(result, STANDARD_OUTPUT)?;
        }
        self.held.clear();
        Ok(())
    }

    /// Writes what is left.
    pub(super) fn finish(mut self) -> Result<Written> {
        self.flush()?;
        Ok(self.written)
    }
}

/// Appends a value as JSON (RFC 8259) without white space: what jq's values
/// have beyond JSON becomes what jq writes for it.
fn append(value: &Val, json: &mut Vec<u8>) {
    match value {
        Val::Null => json.extend_from_slice(b"null"),
        Val::Bool(true) => json.extend_from_slice(b"true"),
        Val::Bool(false) => json.extend_from_slice(b"false"),
        Val::Num(number) => json.extend_from_slice(number_text(number).as_bytes()),
        Val::TStr(text) | Val::BStr(text) => append_string(text, json),
        Val::Arr(elements) => {
            json.push(b'[');
            for (at, element) in elements.iter().enumerate() {
                if at > 0 {
                    json.push(b',');
                }
                append(element, json);
            }
            json.push(b']');
        }
        Val::Obj(members) => {
            json.push(b'{');
            for (at, (name, member)) in members.iter().enumerate() {
                if at > 0 {
                    json.push(b',');
                }
                match name {
                    Val::TStr(text) | Val::BStr(text) => append_string(text, json),
                    other => append_string(other.to_string().as_bytes(), json),
                }
                json.push(b':');
                append(member, json);
            }
            json.push(b'}');
        }
    }
}

fn append_string(text: &[u8], json: &mut Vec<u8>) {
    // A string written into memory: neither fails.
    let _ = serde_json::to_writer(json, &String::from_utf8_lossy(text));
}

/// Numbers that the expression left alone stand as the server wrote them;
/// computed ones without a needless `.0`, as jq writes them.
fn number_text(number: &Num) -> String {
    match number {
        Num::Float(value) if value.is_nan() => "null".to_owned(),
        Num::Float(value) if value.is_infinite() => format!("{:e}", f64::MAX.copysign(*value)),
        Num::Float(value) if value.fract() == 0.0 && value.abs() < 1e17 => format!("{value:.0}"),
        other => other.to_string(),
    }
}
