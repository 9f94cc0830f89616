//! The fields of a body, where their values come from, and how they travel.

use crate::error::{Error, Result};
use std::fmt;

/// The encoding of body fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldsAs {
    /// One JSON document, `application/json` (RFC 8259).
    #[default]
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data` (RFC 7578).
    Multipart,
}

impl FieldsAs {
    /// The encoding of these fields: the one asked for, else multipart when
    /// there is a file among them, else `default`.
    pub fn choose(asked: Option<Self>, default: Self, fields: &[Field]) -> Self {
        let is_file = |field: &Field| matches!(field.content, Content::File { .. });
        asked.unwrap_or(if fields.iter().any(is_file) { Self::Multipart } else { default })
    }

    /// Every encoding, in the order help lists them.
    pub const ALL: &[Self] = &[Self::Json, Self::Form, Self::Multipart];

    /// Reads the word that names an encoding.
    ///
    /// # Errors
    /// Wrong usage when it names none. A config file's reader adds where the
    /// word stands and gives the error its own kind.
    pub fn parse(word: &str) -> Result<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word).ok_or_else(|| {
            Error::usage(format!(
                "'{word}' is no way for fields to travel: json, form or multipart"
            ))
            .into()
        })
    }

    /// The word that names it on the command line and in a config file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Form => "form",
            Self::Multipart => "multipart",
        }
    }
}

impl fmt::Display for FieldsAs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Something that is read: a file, or standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Standard input, written `-`.
    Stdin,
    /// The file of this path, as typed: a leading `~/` is not expanded yet.
    Path(String),
}

impl Input {
    /// Reads a path as typed, where `-` is standard input.
    pub fn new(path: &str) -> Self {
        match path {
            "-" => Self::Stdin,
            _ => Self::Path(path.to_owned()),
        }
    }
}

impl fmt::Display for Input {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Stdin => "standard input",
            Self::Path(path) => path,
        })
    }
}

/// A value given on the command line: the text itself, or where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// The text itself.
    Text(String),
    /// The content of this.
    From(Input),
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text (`k=v`).
    Text {
        /// The text; bytes of any kind where it is read from a file and does
        /// not travel in JSON.
        value: Value,
        /// The media type of its part in a multipart body.
        content_type: Option<String>,
    },
    /// A JSON text (`k:=v`), sent as it was typed. One that stands on the
    /// command line has been checked, one in a file has not.
    Json(Value),
    /// A file as a part of a multipart body (`k@path`).
    File {
        /// Where its content is.
        input: Input,
        /// Its media type; guessed from the name when there is none.
        content_type: Option<String>,
        /// The name the server is told; the path's last segment when there
        /// is none.
        file_name: Option<String>,
    },
}

/// One field of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name as forms send it.
    pub name: String,
    /// The name as it was typed, backslashes included: what JSON reads nested
    /// names (`a[b][]`) from.
    pub typed_name: String,
    /// What it holds.
    pub content: Content,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Kind, kind_of};

    #[test]
    fn the_three_words_of_the_contract_are_read() {
        assert_eq!(FieldsAs::parse("json").unwrap(), FieldsAs::Json);
        assert_eq!(FieldsAs::parse("form").unwrap(), FieldsAs::Form);
        assert_eq!(FieldsAs::parse("multipart").unwrap(), FieldsAs::Multipart);
    }

    #[test]
    fn other_words_are_wrong_usage() {
        for word in ["", "JSON", "xml"] {
            let error = FieldsAs::parse(word).unwrap_err();
            assert_eq!(kind_of(&error), Kind::Usage);
            assert!(error.to_string().contains("json, form or multipart"), "{error}");
        }
    }

    #[test]
    fn a_file_makes_the_body_multipart_unless_told_otherwise() {
        let field = |content| Field { name: "k".into(), typed_name: "k".into(), content };
        let text = field(Content::Text { value: Value::Text("v".into()), content_type: None });
        let file =
            field(Content::File { input: Input::new("-"), content_type: None, file_name: None });
        let choose = FieldsAs::choose;
        assert_eq!(choose(None, FieldsAs::Form, std::slice::from_ref(&text)), FieldsAs::Form);
        assert_eq!(choose(None, FieldsAs::Json, &[text, file.clone()]), FieldsAs::Multipart);
        assert_eq!(choose(Some(FieldsAs::Json), FieldsAs::Form, &[file]), FieldsAs::Json);
    }
}
