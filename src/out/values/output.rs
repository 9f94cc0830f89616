//! Writes values to standard output in the form that was asked for.

use super::csv::Csv;
use super::json::{Documents, Lines, Printing};
use super::list::{self, From};
use super::table::Table;
use super::yaml::Yaml;
use crate::error::Result;
use crate::model::listing::{Column, Listing};
use crate::out::style::Style;
use crate::out::written::{STANDARD_OUTPUT, Written, written};
use jaq_json::Val;
use std::io::Write;

/// How much is held before it is written.
const BUFFER_SIZE: usize = 32 * 1024;

/// What values become.
#[derive(Clone, Debug)]
pub enum Form {
    /// Each of them JSON, or a raw string.
    Json(Printing),
    /// Items of lists, each as JSON on a line: NDJSON.
    Lines {
        /// Whether to colour.
        style: Style,
        /// Whether a person reads it.
        is_terminal: bool,
    },
    /// A YAML document each.
    Yaml,
    /// Items of lists as comma-separated values (RFC 4180).
    Csv {
        /// What of each item; all of it when none are named.
        columns: Vec<Column>,
        /// Whether a person reads it, whose terminal no text may steer.
        is_terminal: bool,
    },
    /// Items of lists as a table for people.
    Table {
        /// What of each item; what is known to matter when none are named.
        columns: Vec<Column>,
        /// How wide it may get; `None` cuts nothing.
        width: Option<usize>,
        /// How its head looks.
        style: Style,
    },
}

impl Form {
    /// Whether it is of the items of lists.
    pub fn takes_items(&self) -> bool {
        match self {
            Self::Lines { .. } | Self::Csv { .. } | Self::Table { .. } => true,
            Self::Json(_) | Self::Yaml => false,
        }
    }
}

/// One way to write values.
pub(super) trait Writer {
    /// Appends one more.
    fn value(&mut self, value: &Val, held: &mut Vec<u8>) -> Result<()>;

    /// Whether an expression's values are looked into as an answer is.
    fn makes_rows(&self) -> bool {
        false
    }

    /// Appends what comes behind all, and says what users should know of it.
    fn end(&mut self, _held: &mut Vec<u8>) -> Vec<String> {
        Vec::new()
    }
}

/// Values on their way to standard output.
pub struct Output<'a> {
    writer: Box<dyn Writer + 'a>,
    listing: &'a Listing,
    out: &'a mut dyn Write,
    tell: &'a dyn Fn(&str),
    takes_items: bool,
    held: Vec<u8>,
    written: Written,
}

impl<'a> Output<'a> {
    /// Writes to `out`; `listing` is that of the system that answers. `tell`
    /// gets what users should know besides.
    pub fn new(
        form: &Form,
        listing: &'a Listing,
        out: &'a mut dyn Write,
        tell: &'a dyn Fn(&str),
    ) -> Self {
        let writer: Box<dyn Writer + 'a> = match form {
            Form::Json(printing) => Box::new(Documents::new(*printing)),
            Form::Lines { style, is_terminal } => Box::new(Lines::new(*style, *is_terminal)),
            Form::Yaml => Box::new(Yaml::default()),
            Form::Csv { columns, is_terminal } => Box::new(Csv::new(columns.clone(), *is_terminal)),
            Form::Table { columns, width, style } => {
                Box::new(Table::new(columns.clone(), &listing.views, *width, *style))
            }
        };
        Self {
            writer,
            listing,
            out,
            tell,
            takes_items: form.takes_items(),
            held: Vec::new(),
            written: Written::Whole,
        }
    }

    /// Writes a value that an expression gave.
    pub(in crate::out) fn value(&mut self, value: &Val) -> Result<Written> {
        if !self.takes_items || !self.writer.makes_rows() {
            return self.item(value);
        }
        for item in list::items(value, From::Expression, self.listing).iter() {
            if self.item(item)? == Written::Closed {
                break;
            }
        }
        Ok(self.written)
    }

    /// Writes an item of a list.
    pub(super) fn item(&mut self, item: &Val) -> Result<Written> {
        self.writer.value(item, &mut self.held)?;
        if self.held.len() >= BUFFER_SIZE {
            self.flush()?;
        }
        Ok(self.written)
    }

    /// Whether it takes the items of lists alone.
    pub(super) fn takes_items(&self) -> bool {
        self.takes_items
    }

    /// Tells the user something.
    pub(in crate::out) fn teller(&self) -> &'a dyn Fn(&str) {
        self.tell
    }

    /// How the system that answers lays out what it lists.
    pub(in crate::out) fn listing(&self) -> &'a Listing {
        self.listing
    }

    /// Writes what is held so far. Says whether more is wanted.
    pub(in crate::out) fn flush(&mut self) -> Result<bool> {
        if self.written == Written::Whole && !self.held.is_empty() {
            let result = self.out.write_all(&self.held).and_then(|()| self.out.flush());
            self.written = written(result, STANDARD_OUTPUT)?;
        }
        self.held.clear();
        Ok(self.written == Written::Whole)
    }

    /// Writes what is left. Nothing more is written after that.
    ///
    /// # Errors
    /// [`crate::error::Kind::Write`].
    pub(in crate::out) fn finish(&mut self) -> Result<Written> {
        if self.written == Written::Closed {
            return Ok(Written::Closed);
        }
        for text in self.writer.end(&mut self.held) {
            (self.tell)(&text);
        }
        self.flush()?;
        Ok(std::mem::replace(&mut self.written, Written::Closed))
    }
}
