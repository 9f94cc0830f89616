//! Items, the words after PATH: HTTPie's grammar.
//!
//! | word | is |
//! |---|---|
//! | `Name:value` | a header |
//! | `Name:` | removes a default header |
//! | `Name;` | a header without a value |
//! | `k==v` | a query parameter |
//! | `k=v` | a text field |
//! | `k:=json` | a JSON field |
//! | `k@path` | a file part |
//! | `@path` | the whole body |
//!
//! `:`, `==`, `=` and `:=` take an `@` after them to read the value from a
//! file. The leftmost separator wins, at the same place the longest. A
//! backslash takes the meaning from a separator's character, in values too; it
//! is itself before any other character, and so is that character, another
//! backslash included. Nothing is read here.

mod error;
mod file;
mod form;
mod word;

pub use form::parse_form_option;

use crate::error::Result;
use crate::flow::body::json;
use crate::model::fields::{Content, Field, Input, Value};
use word::{Separator, Word};

/// What one word asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Sends a header.
    Header {
        /// The name as typed.
        name: String,
        /// The value, without white space around it when it is text.
        value: Value,
    },
    /// Drops the headers of this name that are sent by default.
    RemoveHeader {
        /// The name as typed.
        name: String,
    },
    /// Sends a header without a value.
    EmptyHeader {
        /// The name as typed.
        name: String,
    },
    /// Adds a query parameter.
    Query {
        /// The name, not encoded.
        name: String,
        /// The value, not encoded.
        value: Value,
    },
    /// Adds a field to the body.
    Field(Field),
    /// Is the whole body.
    Body(Input),
}

/// Reads a word.
///
/// # Errors
/// Wrong usage that shows the word and marks the place.
pub fn parse(word: &str) -> Result<Item> {
    let word = Word::read(word);
    let Some(split) = word.split() else {
        return Err(error::no_separator(&word));
    };
    let name = split.name();
    Ok(match split.separator {
        Separator::Header => {
            error::check_header_name(&split)?;
            let value = split.value_text();
            match value.trim_matches([' ', '\t']) {
                "" => Item::RemoveHeader { name },
                trimmed => {
                    error::check_header_value(&split)?;
                    Item::Header { name, value: Value::Text(trimmed.to_owned()) }
                }
            }
        }
        Separator::HeaderFile => {
            error::check_header_name(&split)?;
            Item::Header { name, value: split.value_file()? }
        }
        Separator::EmptyHeader => {
            error::check_header_name(&split)?;
            Item::EmptyHeader { name }
        }
        Separator::Query => Item::Query { name, value: Value::Text(split.value_text()) },
        Separator::QueryFile => Item::Query { name, value: split.value_file()? },
        Separator::Text => {
            let value = Value::Text(split.value_text());
            split.field(Content::Text { value, content_type: None })
        }
        Separator::TextFile => {
            let value = split.value_file()?;
            split.field(Content::Text { value, content_type: None })
        }
        Separator::Json => {
            let text = split.value_text();
            let json = json::check(&text).map_err(|invalid| error::no_json(&split, &invalid))?;
            split.field(Content::Json(Value::Text(json.to_owned())))
        }
        Separator::JsonFile => split.field(Content::Json(split.value_file()?)),
        Separator::File => {
            let part = file::read(&split)?;
            match (name.is_empty(), part.content_type.is_none() && part.file_name.is_none()) {
                (true, true) => Item::Body(part.input),
                (true, false) => return Err(error::body_is_no_part(&split)),
                (false, _) => split.field(Content::File {
                    input: part.input,
                    content_type: part.content_type,
                    file_name: part.file_name,
                }),
            }
        }
    })
}

#[cfg(test)]
mod tests;
