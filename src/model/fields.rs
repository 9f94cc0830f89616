//! How the fields of a command line travel in a body.

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
}
