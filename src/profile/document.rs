//! A TOML document in which every key and value knows its line and column.

use crate::error::{Error, Result};
use crate::model::secret::Secret;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A place in a file, for messages: `config.toml:3:7`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: Rc<Path>,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
}

impl Place {
    /// A config error at this place.
    pub(super) fn error(&self, message: impl fmt::Display) -> Error {
        Error::config(format!("{self}: {message}"))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}", self.path.display(), self.line, self.column)
    }
}

/// A value. Texts are kept as secrets, for any of them may be one.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(Secret),
    Boolean(bool),
    Array(Vec<Located>),
    Table(Table),
    /// A kind that no field takes, by its name: integer, float, date.
    Other(&'static str),
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Located {
    pub(super) value: Value,
    pub(super) place: Place,
}

impl Located {
    /// What it is, with its article, for "not …".
    pub(super) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Text(_) => "a string",
            Value::Boolean(_) => "a boolean",
            Value::Array(_) => "an array",
            Value::Table(_) => "a table",
            Value::Other(kind) => kind,
        }
    }

    /// The text, when it is one.
    pub(super) fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text.expose()),
            _ => None,
        }
    }

    /// The error that `key` has a value of a kind it cannot have.
    pub(super) fn expected(&self, key: &str, expected: &str) -> Error {
        self.place.error(format!("{key} must be {expected}, not {}", self.kind()))
    }

    /// The text.
    ///
    /// # Errors
    /// A config error when it is something else.
    pub(super) fn text(&self, key: &str) -> Result<&str> {
        self.as_text().ok_or_else(|| self.expected(key, "a string").into())
    }

    /// The boolean.
    ///
    /// # Errors
    /// A config error when it is something else.
    pub(super) fn boolean(&self, key: &str) -> Result<bool> {
        match self.value {
            Value::Boolean(value) => Ok(value),
            _ => Err(self.expected(key, "true or false").into()),
        }
    }

    /// The table.
    ///
    /// # Errors
    /// A config error when it is something else.
    pub(super) fn table(&self, key: &str) -> Result<&Table> {
        match &self.value {
            Value::Table(table) => Ok(table),
            _ => Err(self.expected(key, "a table").into()),
        }
    }

    /// The texts of an array of strings.
    ///
    /// # Errors
    /// A config error when it is something else.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<String>> {
        let expected = || self.expected(key, "an array of strings");
        let Value::Array(values) = &self.value else { return Err(expected().into()) };
        values
            .iter()
            .map(|value| value.as_text().map(str::to_owned).ok_or_else(|| expected().into()))
            .collect()
    }

    /// The tables of an array of tables.
    ///
    /// # Errors
    /// A config error when it is something else.
    pub(super) fn tables(&self, key: &str) -> Result<Vec<&Table>> {
        let Value::Array(values) = &self.value else {
            return Err(self.expected(key, "an array of tables").into());
        };
        values.iter().map(|value| value.table(key)).collect()
    }
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    /// Where the key stands.
    pub(super) place: Place,
    pub(super) value: Located,
}

/// Keys and values in the order in which they are written.
#[derive(Clone, Debug, Default)]
pub(super) struct Table(Vec<Entry>);

impl Table {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Located> {
        self.0.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// All entries.
    pub(super) fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.0.iter()
    }
}

/// Reads a document. `path` stands in messages only.
///
/// # Errors
/// A config error with file, line and column; it never quotes the document,
/// whose lines may hold secrets.
pub(super) fn parse(path: &Path, text: &str) -> Result<Table> {
    let line_starts = text.match_indices('\n').map(|(at, _)| at + 1);
    let line_starts = std::iter::once(0).chain(line_starts).collect();
    let reader = Reader { path: Rc::from(path), text, line_starts };
    match DeTable::parse(text) {
        Ok(table) => Ok(reader.table(table.get_ref())),
        Err(error) => {
            let place = reader.place(error.span().unwrap_or_default());
            let message = error.message().replace('\n', ", ");
            Err(place.error(message).into())
        }
    }
}

struct Reader<'text> {
    path: Rc<Path>,
    text: &'text str,
    /// Where each line begins: counting lines anew for each place takes
    /// seconds for a thousand profiles.
    line_starts: Vec<usize>,
}

impl Reader<'_> {
    fn place(&self, span: Range<usize>) -> Place {
        let line = self.line_starts.partition_point(|start| *start <= span.start);
        let line_start = self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let before = self.text.get(line_start..span.start).unwrap_or_default();
        Place { path: Rc::clone(&self.path), line, column: before.chars().count() + 1 }
    }

    fn table(&self, table: &DeTable<'_>) -> Table {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| Entry {
            key: AsRef::<str>::as_ref(key.get_ref()).to_owned(),
            place: self.place(key.span()),
            value: self.value(value),
        };
        Table(entries.into_iter().map(|(key, value)| entry((key, value))).collect())
    }

    fn value(&self, value: &Spanned<DeValue<'_>>) -> Located {
        let place = self.place(value.span());
        let value = match value.get_ref() {
            DeValue::String(text) => Value::Text(Secret::new(text.as_ref())),
            DeValue::Boolean(value) => Value::Boolean(*value),
            DeValue::Array(values) => {
                Value::Array(values.iter().map(|value| self.value(value)).collect())
            }
            DeValue::Table(table) => Value::Table(self.table(table)),
            DeValue::Integer(_) => Value::Other("an integer"),
            DeValue::Float(_) => Value::Other("a float"),
            DeValue::Datetime(_) => Value::Other("a date or time"),
        };
        Located { value, place }
    }
}

/// The path that stands in messages about data built into the program.
pub(super) fn built_in(name: &str) -> PathBuf {
    PathBuf::from(format!("built-in {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Kind, kind_of};

    #[test]
    fn keys_and_values_know_their_places() {
        let text = "# é\n[a]\n'é' = 'é'\n  y = ['é', 1]\n";
        let table = parse(Path::new("c"), text).unwrap();
        let a = table.get("a").unwrap().table("a").unwrap();
        let shown: Vec<_> = a
            .iter()
            .map(|entry| format!("{} {} {}", entry.key, entry.place, entry.value.place))
            .collect();
        // Columns are characters, not bytes.
        assert_eq!(shown, ["é c:3:1 c:3:7", "y c:4:3 c:4:7"]);
        let Value::Array(values) = &a.get("y").unwrap().value else { panic!("an array") };
        assert_eq!(values[1].place.to_string(), "c:4:13");
    }

    #[test]
    fn a_syntax_error_is_placed_and_quotes_nothing() {
        let error = parse(Path::new("c"), "[a]\nkey = geheim\n").unwrap_err();
        assert_eq!(kind_of(&error), Kind::Config);
        let text = error.to_string();
        assert!(text.starts_with("c:2:7: "), "{text}");
        assert!(!text.contains("geheim"), "{text}");
    }

    #[test]
    fn wrong_kinds_say_what_was_expected() {
        let table = parse(Path::new("c"), "x = 1\ny = ['a', 2]\n").unwrap();
        let x = table.get("x").unwrap();
        assert_eq!(
            x.text("x").unwrap_err().to_string(),
            "c:1:5: x must be a string, not an integer"
        );
        assert!(x.boolean("x").unwrap_err().to_string().contains("must be true or false"));
        let y = table.get("y").unwrap();
        assert!(y.texts("y").unwrap_err().to_string().contains("an array of strings"));
    }
}
