//! The document while it is put together.

use super::name::{Segment, Step};
use super::raw;
use crate::error::{Error, Result};
use crate::model::place::{mark, quoted};

/// A value. Objects keep the order in which their members came.
#[derive(Debug)]
pub(super) enum Node {
    /// Nothing yet, or a gap in an array.
    Null,
    /// Text.
    Text(String),
    /// A checked JSON text without white space around it, sent as it is. It
    /// is taken apart when something is put into it.
    Raw(String),
    /// An array.
    Array(Vec<Node>),
    /// An object.
    Object(Vec<(String, Node)>),
}

impl Node {
    /// Puts `value` where `steps`, read from the name `typed`, lead.
    ///
    /// # Errors
    /// Wrong usage that shows the step at which there is something else.
    pub(super) fn insert(&mut self, typed: &str, steps: &[Step], value: Self) -> Result<()> {
        let mut cursor = self;
        for step in steps {
            cursor.take_apart();
            cursor = cursor.enter(step).map_err(|found| conflict(typed, step, found))?;
        }
        *cursor = value;
        Ok(())
    }

    /// The place a step leads to, made where there is none; what this is when
    /// it is nothing that the step leads into.
    fn enter(&mut self, step: &Step) -> Result<&mut Self, &'static str> {
        if let Self::Null = self {
            *self = match step.segment {
                Segment::Key(_) => Self::Object(Vec::new()),
                Segment::Index(_) | Segment::Append => Self::Array(Vec::new()),
            };
        }
        let found = self.kind();
        let place = match (&step.segment, self) {
            (Segment::Key(key), Self::Object(members)) => {
                // Of a name typed twice inside `:=` the last one counts.
                let known = members.iter().rposition(|(name, _)| name == key);
                let at = known.unwrap_or_else(|| {
                    members.push((key.clone(), Self::Null));
                    members.len() - 1
                });
                members.get_mut(at).map(|(_, value)| value)
            }
            (Segment::Index(index), Self::Array(elements)) => {
                while elements.len() <= *index {
                    elements.push(Self::Null);
                }
                elements.get_mut(*index)
            }
            (Segment::Append, Self::Array(elements)) => {
                elements.push(Self::Null);
                elements.last_mut()
            }
            _ => None,
        };
        place.ok_or(found)
    }

    /// Makes a raw array or object one that can be changed, raw null nothing.
    fn take_apart(&mut self) {
        let Self::Raw(text) = self else { return };
        let whole = match text.as_bytes().first() {
            Some(b'n') => Some(Self::Null),
            Some(b'[') => {
                let element = |piece: &str| Self::Raw(piece.to_owned());
                Some(Self::Array(raw::pieces(text).into_iter().map(element).collect()))
            }
            Some(b'{') => {
                let member = |(name, value): (String, &str)| (name, Self::Raw(value.to_owned()));
                let members =
                    raw::pieces(text).into_iter().map(|piece| raw::member(piece).map(member));
                members.collect::<Option<_>>().map(Self::Object)
            }
            _ => None,
        };
        if let Some(whole) = whole {
            *self = whole;
        }
    }

    /// What messages call it.
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Text(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
            Self::Raw(text) => match text.as_bytes().first() {
                Some(b'"') => "a string",
                Some(b't' | b'f') => "true or false",
                Some(b'{') => "an object whose names are not all Unicode",
                _ => "a number",
            },
        }
    }

    /// The compact JSON text, non-ASCII characters as they are.
    pub(super) fn to_text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Text(text) => write_string(text, out),
            Self::Raw(text) => out.push_str(text),
            Self::Array(elements) => {
                out.push('[');
                for (at, element) in elements.iter().enumerate() {
                    out.push_str(if at > 0 { "," } else { "" });
                    element.write(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (at, (name, value)) in members.iter().enumerate() {
                    out.push_str(if at > 0 { "," } else { "" });
                    write_string(name, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

fn write_string(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

fn conflict(typed: &str, step: &Step, found: &str) -> anyhow::Error {
    let before: String = typed.chars().take(step.place.start).collect();
    let what = if before.is_empty() { "the document" } else { &before };
    let needed = match step.segment {
        Segment::Key(_) => "an object",
        Segment::Index(_) | Segment::Append => "an array",
    };
    let marked = mark(typed, step.place.clone(), &format!("needs {needed}"));
    let name = quoted(typed);
    Error::usage(format!("field {name}: {what} is {found}, not {needed}\n{marked}")).into()
}
