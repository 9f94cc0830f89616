//! Comma-separated values (RFC 4180).

use super::cells::{Rows, cell, text};
use super::output::Writer;
use crate::error::Result;
use crate::model::listing::Column;
use crate::out::visible::{Notation, Visible};
use jaq_json::Val;

/// Writes items as records, all of them at the end: before that, nobody knows
/// which fields there are.
pub(super) struct Csv {
    rows: Rows,
    is_terminal: bool,
}

impl Csv {
    pub(super) fn new(columns: Vec<Column>, is_terminal: bool) -> Self {
        Self { rows: Rows::new(columns), is_terminal }
    }

    /// A record; it ends in CR LF (RFC 4180 section 2, rule 1).
    fn record(&self, fields: impl Iterator<Item = Vec<u8>>, held: &mut Vec<u8>) {
        let begins = held.len();
        for (at, mut field) in fields.enumerate() {
            if at > 0 {
                held.push(b',');
            }
            if self.is_terminal {
                let mut visible = Visible::new(Notation::Text);
                let mut shown = Vec::new();
                visible.push(&field, &mut shown);
                visible.finish(&mut shown);
                field = shown;
            }
            append_field(&field, held);
        }
        // A record of one empty field is told from no record.
        if held.len() == begins {
            held.extend_from_slice(b"\"\"");
        }
        held.extend_from_slice(b"\r\n");
    }
}

impl Writer for Csv {
    fn value(&mut self, value: &Val, _held: &mut Vec<u8>) -> Result<()> {
        self.rows.add(value);
        Ok(())
    }

    fn makes_rows(&self) -> bool {
        true
    }

    fn end(&mut self, held: &mut Vec<u8>) -> Vec<String> {
        let shown = self.rows.columns(&[], true);
        if shown.columns.is_empty() {
            return Vec::new();
        }
        if shown.have_titles {
            let titles = shown.columns.iter().map(|column| column.title.clone().into_bytes());
            self.record(titles, held);
        }
        for item in self.rows.items() {
            let fields = shown
                .columns
                .iter()
                .map(|column| cell(item, column).map(|value| text(&value)).unwrap_or_default());
            self.record(fields, held);
        }
        self.rows.complaints()
    }
}

/// A field, in quotes where it holds what separates (rules 5 to 7), or blanks
/// at an end that some readers take off.
fn append_field(field: &[u8], held: &mut Vec<u8>) {
    let is_special = |byte: &u8| matches!(byte, b',' | b'"' | b'\r' | b'\n');
    let is_blank = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_whitespace);
    if !field.iter().any(is_special) && !is_blank(field.first()) && !is_blank(field.last()) {
        held.extend_from_slice(field);
        return;
    }
    held.push(b'"');
    for byte in field {
        if *byte == b'"' {
            held.push(b'"');
        }
        held.push(*byte);
    }
    held.push(b'"');
}
