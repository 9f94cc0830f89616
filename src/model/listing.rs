//! How a system lays out what it lists, and which of it a table shows.

use crate::error::{Error, Result};
use crate::model::place::mark;

/// Names that envelopes commonly give to the list inside them.
const USUAL_MEMBERS: [&str; 7] =
    ["items", "results", "data", "records", "entries", "values", "value"];

/// How a system lays out what it lists.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Where the list is in an answer that holds more than it; of several
    /// that are there, one follows the other.
    pub members: Vec<Column>,
    /// Members that only answers with a list have: beside them, the first
    /// array is the list.
    pub beside: Vec<String>,
    /// What of its items a table shows; the first that fits an item counts.
    pub views: Vec<View>,
}

/// What a table shows of items of one kind.
#[derive(Clone, Debug)]
pub struct View {
    /// The members by which such an item is known.
    pub has: Vec<String>,
    /// What is shown of it.
    pub columns: Vec<Column>,
}

impl Default for Listing {
    /// That of a system of which nothing is known.
    fn default() -> Self {
        let members = USUAL_MEMBERS.iter().map(|name| Column::member(name)).collect();
        Self { members, beside: Vec::new(), views: Vec::new() }
    }
}

/// A column: which part of an item it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What stands above it.
    pub title: String,
    /// The way to the part from the item; none is the item itself.
    pub path: Vec<Step>,
}

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To an object's member.
    Member(String),
    /// To an array's element, counted from 0.
    Element(usize),
    /// To each element of an array.
    Each,
}

impl Column {
    /// The column of a member.
    pub fn member(name: &str) -> Self {
        Self { title: name.to_owned(), path: vec![Step::Member(name.to_owned())] }
    }

    /// Reads columns with commas between them: `name`, `domain.name`,
    /// `tags[0]`, `interfaces[].mac`, `["a.b"]`.
    ///
    /// # Errors
    /// Wrong usage that shows the place.
    pub fn parse_list(text: &str) -> Result<Vec<Self>> {
        let mut rest = text;
        let mut columns = Vec::new();
        loop {
            let begins = rest;
            let column = Self::parse_one(&mut rest).map_err(|why| {
                let at = text[..text.len() - rest.len()].chars().count();
                let shown = mark(text, at..at + 1, why);
                Error::usage(format!("--columns: no such column:\n{shown}"))
                    .hint("columns are named as name, domain.name, tags[0], interfaces[].mac")
            })?;
            let title = begins[..begins.len() - rest.len()].trim().to_owned();
            columns.push(Self { title, path: column });
            match rest.strip_prefix(',') {
                Some(behind) => rest = behind,
                None => return Ok(columns),
            }
        }
    }

    /// Reads one, up to a comma or the end.
    fn parse_one(rest: &mut &str) -> Result<Vec<Step>, &'static str> {
        let mut path = Vec::new();
        *rest = rest.trim_start();
        // As jq begins a path.
        *rest = rest.strip_prefix('.').unwrap_or(rest);
        loop {
            if rest.starts_with('[') {
                path.push(bracketed(rest)?);
            } else {
                let end = rest.find(['.', '[', ',']).unwrap_or(rest.len());
                let name = rest[..end].trim();
                if name.is_empty() {
                    return Err("a name is expected here");
                }
                path.push(Step::Member(name.to_owned()));
                *rest = &rest[end..];
            }
            *rest = match rest.strip_prefix('.') {
                Some(behind) => behind,
                None if rest.starts_with('[') => continue,
                None if rest.is_empty() || rest.starts_with(',') => return Ok(path),
                None => return Err("a comma is expected here"),
            };
        }
    }
}

/// Reads `[0]`, `[]` or `["name"]`.
fn bracketed(rest: &mut &str) -> Result<Step, &'static str> {
    let inside = &rest[1..];
    if let Some(quoted) = inside.strip_prefix('"') {
        let Some((name, behind)) = quoted.split_once("\"]") else {
            return Err("this is not closed with \"]");
        };
        *rest = behind;
        return Ok(Step::Member(name.to_owned()));
    }
    let Some((index, behind)) = inside.split_once(']') else { return Err("this [ is not closed") };
    let step = match index.trim() {
        "" => Step::Each,
        index => Step::Element(index.parse().map_err(|_| "[ takes a number, or a name in \"\"")?),
    };
    *rest = behind;
    Ok(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str) -> Step {
        Step::Member(name.to_owned())
    }

    #[test]
    fn columns_are_ways_into_an_item() {
        for (text, expected) in [
            ("name", vec![("name", vec![member("name")])]),
            ("a, .b.c", vec![("a", vec![member("a")]), (".b.c", vec![member("b"), member("c")])]),
            ("ip[0]", vec![("ip[0]", vec![member("ip"), Step::Element(0)])]),
            ("if[].mac", vec![("if[].mac", vec![member("if"), Step::Each, member("mac")])]),
            (
                "[\"a.b,c\"],d",
                vec![("[\"a.b,c\"]", vec![member("a.b,c")]), ("d", vec![member("d")])],
            ),
            ("[1][2]", vec![("[1][2]", vec![Step::Element(1), Step::Element(2)])]),
        ] {
            let columns = Column::parse_list(text).unwrap();
            let shown: Vec<_> =
                columns.into_iter().map(|column| (column.title, column.path)).collect();
            let expected: Vec<_> =
                expected.into_iter().map(|(title, path)| (title.to_owned(), path)).collect();
            assert_eq!(shown, expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_column_is_shown_with_its_place() {
        for (text, expected) in [
            ("", "\n^ a name is expected here"),
            ("a,,b", "a,,b\n  ^ a name"),
            ("a,", "\n  ^ a name"),
            ("a..b", "\n  ^ a name"),
            ("é[0", "\n ^ this [ is not closed"),
            ("a[x]", "\n ^ [ takes a number"),
            ("a[\"x]", "\n ^ this is not closed with \"]"),
            ("a[0]b", "\n    ^ a comma"),
        ] {
            let error = Column::parse_list(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
