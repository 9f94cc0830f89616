//! Answers as values, not as texts: what `--jq` gives, and what `--format`
//! makes lists and tables of.
//!
//! [`source`] reads them from JSON or XML, [`items`], [`stream`]
//! and [`elements`] spare big lists the memory of a whole document, [`list`] finds the items in an answer. [`Output`]
//! writes values in a [`Form`]: [`json`], [`yaml`], [`csv`], [`table`].

mod cells;
mod csv;
mod elements;
mod items;
mod json;
mod list;
mod members;
mod output;
mod source;
mod stream;
mod table;
mod xml;
mod yaml;

pub use json::Printing;
pub use output::{Form, Output};
pub use source::print;

pub(super) use elements::{Elements, after_each};
pub(super) use items::Values;
pub(super) use json::append;
pub(super) use members::keep;
pub(super) use source::{parsed, read_json, wrong_with};
