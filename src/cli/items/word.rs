//! A word, taken apart into characters, then into name, separator and value.

use super::{Item, error};
use crate::error::Result;
use crate::model::fields::{Content, Field, Input, Value};

/// What stands between name and value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    Header,
    HeaderFile,
    EmptyHeader,
    Query,
    QueryFile,
    Text,
    TextFile,
    Json,
    JsonFile,
    File,
}

/// The separators, longer ones before those they begin with. A semicolon is
/// one only at the end of a word, so it is not among them.
const SEPARATORS: &[(&str, Separator)] = &[
    (":=@", Separator::JsonFile),
    ("==@", Separator::QueryFile),
    (":=", Separator::Json),
    ("==", Separator::Query),
    (":@", Separator::HeaderFile),
    ("=@", Separator::TextFile),
    (":", Separator::Header),
    ("=", Separator::Text),
    ("@", Separator::File),
];

/// One character of a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Character {
    pub(super) character: char,
    /// Whether a backslash before it took its meaning.
    pub(super) is_escaped: bool,
    /// How many characters of the word as typed stand before it.
    pub(super) place: usize,
}

/// A word without the backslashes that take a meaning.
pub(super) struct Word<'a> {
    pub(super) typed: &'a str,
    pub(super) characters: Vec<Character>,
}

impl<'a> Word<'a> {
    pub(super) fn read(typed: &'a str) -> Self {
        let mut characters = Vec::with_capacity(typed.len());
        let mut rest = typed.chars().enumerate();
        while let Some((place, character)) = rest.next() {
            let literal = Character { character, is_escaped: false, place };
            if character != '\\' {
                characters.push(literal);
                continue;
            }
            match rest.next() {
                Some((_, next @ (':' | '=' | '@' | ';'))) => {
                    characters.push(Character { character: next, is_escaped: true, place });
                }
                // The second of two backslashes is passed over too: it takes
                // no meaning from what follows.
                Some((next_place, next)) => {
                    let next = Character { character: next, is_escaped: false, place: next_place };
                    characters.extend([literal, next]);
                }
                None => characters.push(literal),
            }
        }
        Self { typed, characters }
    }

    /// How many characters were typed.
    pub(super) fn length(&self) -> usize {
        self.typed.chars().count()
    }

    /// The word at its leftmost separator.
    pub(super) fn split(&self) -> Option<Split<'_>> {
        let found = (0..self.characters.len()).find_map(|at| {
            let rest = &self.characters[at..];
            let separator = SEPARATORS.iter().find(|(text, _)| begins(rest, text));
            match separator {
                Some((text, separator)) => Some((at, text.len(), *separator)),
                None if rest.len() == 1 && begins(rest, ";") => {
                    Some((at, 1, Separator::EmptyHeader))
                }
                None => None,
            }
        });
        found.map(|(at, length, separator)| Split {
            word: self,
            separator,
            name: &self.characters[..at],
            place: self.characters[at].place,
            value: &self.characters[at + length..],
        })
    }
}

/// Whether these characters begin with `text`, none of it escaped.
pub(super) fn begins(characters: &[Character], text: &str) -> bool {
    let mut rest = characters.iter();
    text.chars().all(|wanted| {
        rest.next().is_some_and(|found| found.character == wanted && !found.is_escaped)
    })
}

/// These characters as text.
pub(super) fn text(characters: &[Character]) -> String {
    characters.iter().map(|character| character.character).collect()
}

/// A word in its three parts.
pub(super) struct Split<'a> {
    pub(super) word: &'a Word<'a>,
    pub(super) separator: Separator,
    pub(super) name: &'a [Character],
    /// How many typed characters stand before the separator.
    pub(super) place: usize,
    pub(super) value: &'a [Character],
}

impl Split<'_> {
    pub(super) fn name(&self) -> String {
        text(self.name)
    }

    pub(super) fn value_text(&self) -> String {
        text(self.value)
    }

    /// The value as the path of a file to read it from.
    pub(super) fn value_file(&self) -> Result<Value> {
        match self.value_text() {
            path if path.is_empty() => Err(error::no_path(self)),
            path => Ok(Value::From(Input::new(&path))),
        }
    }

    /// A field of this word's name.
    pub(super) fn field(&self, content: Content) -> Item {
        let typed_name = self.word.typed.chars().take(self.place).collect();
        Item::Field(Field { name: self.name(), typed_name, content })
    }
}
