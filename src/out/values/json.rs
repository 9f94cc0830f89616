//! Writes values as JSON, strings raw where that is wanted.

use super::output::Writer;
use crate::error::Result;
use crate::out::json::{Formatter, Layout};
use crate::out::style::Style;
use crate::out::visible::{Notation, Visible};
use jaq_json::{Num, Val};

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

/// Writes values as JSON documents.
pub(super) struct Documents {
    printing: Printing,
    /// One value as JSON.
    json: Vec<u8>,
}

impl Documents {
    pub(super) fn new(printing: Printing) -> Self {
        Self { printing, json: Vec::new() }
    }

    fn text(&self, text: &[u8], held: &mut Vec<u8>) {
        if self.printing.is_terminal {
            let mut visible = Visible::new(Notation::Text);
            visible.push(text, held);
            visible.finish(held);
        } else {
            held.extend_from_slice(text);
        }
        if !self.printing.joined {
            held.push(b'\n');
        }
    }

    fn json(&mut self, value: &Val, held: &mut Vec<u8>) -> Result<()> {
        let Printing { style, layout, is_terminal, joined, .. } = self.printing;
        if layout == Layout::Compact && !style.is_colored() && !is_terminal {
            append(value, held);
            held.push(b'\n');
        } else {
            self.json.clear();
            append(value, &mut self.json);
            let mut formatter = Formatter::new(style, layout);
            formatter.push(&self.json, held)?;
            formatter.finish(held)?;
        }
        if joined && held.last() == Some(&b'\n') {
            held.pop();
        }
        Ok(())
    }
}

impl Writer for Documents {
    fn value(&mut self, value: &Val, held: &mut Vec<u8>) -> Result<()> {
        match value {
            Val::TStr(text) | Val::BStr(text) if self.printing.raw_strings => {
                self.text(text, held);
                Ok(())
            }
            _ => self.json(value, held),
        }
    }
}

/// Writes items as JSON, each on a line.
pub(super) struct Lines(Documents);

impl Lines {
    pub(super) fn new(style: Style, is_terminal: bool) -> Self {
        let layout = Layout::Compact;
        let printing = Printing { raw_strings: false, joined: false, layout, style, is_terminal };
        Self(Documents::new(printing))
    }
}

impl Writer for Lines {
    fn value(&mut self, value: &Val, held: &mut Vec<u8>) -> Result<()> {
        self.0.value(value, held)
    }
}

/// Appends a value as JSON (RFC 8259) without white space: what jq's values
/// have beyond JSON becomes what jq writes for it.
pub(in crate::out) fn append(value: &Val, json: &mut Vec<u8>) {
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
