//! Names that nest: `a[b][0][]`.
//!
//! A name begins with a text, with `[]` or with `[number]`; then brackets
//! follow, holding a text, a number or nothing. A backslash takes the meaning
//! from a bracket, a backslash and the separators of items, and from a number
//! in brackets (`a[\0]` is the member `0`); before anything else it is itself.

use crate::error::{Error, Result};
use crate::model::place::{mark, quoted};
use std::ops::Range;

/// The largest index. All elements before it are made, so that one digit too
/// many must not use up the memory.
const LARGEST_INDEX: usize = 65_535;

/// How deep names nest at most: what most readers of JSON accept.
const DEEPEST: usize = 128;

/// One step into a document, and the characters of the name that say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) segment: Segment,
    pub(super) place: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// Into the member of an object.
    Key(String),
    /// Into an element of an array.
    Index(usize),
    /// Into a new element at the end of an array.
    Append,
}

/// Reads a name as it was typed.
///
/// # Errors
/// Wrong usage that shows the place.
pub(super) fn parse(typed: &str) -> Result<Vec<Step>> {
    let mut reader = Reader { typed, characters: typed.chars().collect(), at: 0 };
    let mut steps = Vec::new();
    // The text before the first bracket is a name, whatever it looks like:
    // `007` and `7` stay text.
    if reader.peek() != Some('[') {
        let (text, escaped) = reader.text();
        let number = escaped_number(&text).filter(|_| !escaped);
        let key = number.unwrap_or(&text).to_owned();
        steps.push(Step { segment: Segment::Key(key), place: 0..reader.at });
    }
    while let Some(character) = reader.peek() {
        if character != '[' {
            return Err(reader.fail(reader.at..reader.at + 1, "expected '[' or the name's end"));
        }
        let step = reader.bracket()?;
        if steps.is_empty() && matches!(step.segment, Segment::Key(_)) {
            let inside = step.place.start + 1..step.place.end - 1;
            return Err(reader.fail(inside, "expected a number or ']': a name needs no brackets"));
        }
        steps.push(step);
        if steps.len() > DEEPEST {
            let message = format!("field {}: more than {DEEPEST} levels", quoted(typed));
            return Err(Error::usage(message).into());
        }
    }
    Ok(steps)
}

struct Reader<'a> {
    typed: &'a str,
    characters: Vec<char>,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    /// The text up to a bracket or the end, and whether a backslash took the
    /// meaning from anything in it.
    fn text(&mut self) -> (String, bool) {
        let mut text = String::new();
        let mut escaped = false;
        while let Some(character) = self.peek() {
            let next = self.characters.get(self.at + 1).copied();
            match (character, next) {
                ('[' | ']', _) => break,
                ('\\', Some(next @ ('[' | ']' | '\\'))) => {
                    text.push(next);
                    escaped = true;
                    self.at += 1;
                }
                ('\\', Some(next @ (':' | '=' | '@' | ';'))) => {
                    text.push(next);
                    self.at += 1;
                }
                _ => text.push(character),
            }
            self.at += 1;
        }
        (text, escaped)
    }

    /// One pair of brackets and what it holds.
    fn bracket(&mut self) -> Result<Step> {
        let start = self.at;
        self.at += 1;
        let inside = self.at;
        let (text, escaped) = self.text();
        let end = self.at;
        if self.peek() != Some(']') {
            return Err(self.fail(end..end + 1, "expected ']'"));
        }
        self.at += 1;
        let segment = match escaped_number(&text) {
            _ if end == inside => Segment::Append,
            _ if escaped => Segment::Key(text),
            Some(number) => Segment::Key(number.to_owned()),
            None if is_number(&text) => Segment::Index(self.index(&text, inside..end)?),
            None => Segment::Key(text),
        };
        Ok(Step { segment, place: start..self.at })
    }

    fn index(&self, digits: &str, place: Range<usize>) -> Result<usize> {
        if digits.starts_with('-') {
            return Err(
                self.fail(place, "an index cannot be negative; \\ before it makes it a name")
            );
        }
        match digits.parse() {
            Ok(index) if index <= LARGEST_INDEX => Ok(index),
            _ => Err(self.fail(place, &format!("the largest index is {LARGEST_INDEX}"))),
        }
    }

    fn fail(&self, place: Range<usize>, note: &str) -> anyhow::Error {
        let marked = mark(self.typed, place, note);
        Error::usage(format!("field {}: the name does not nest\n{marked}", quoted(self.typed)))
            .hint("write \\[ and \\] where brackets belong to a name")
            .into()
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The number behind a backslash, which makes it a name.
fn escaped_number(text: &str) -> Option<&str> {
    text.strip_prefix('\\').filter(|rest| is_number(rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Kind, hints_of, kind_of};

    fn segments(typed: &str) -> Vec<Segment> {
        parse(typed).unwrap().into_iter().map(|step| step.segment).collect()
    }

    fn key(text: &str) -> Segment {
        Segment::Key(text.into())
    }

    #[test]
    fn brackets_hold_names_numbers_or_nothing() {
        assert_eq!(
            segments("a[b][12][]"),
            [key("a"), key("b"), Segment::Index(12), Segment::Append]
        );
        assert_eq!(segments("[3][a]"), [Segment::Index(3), key("a")]);
        assert_eq!(segments("[]"), [Segment::Append]);
        assert_eq!(segments(""), [key("")]);
        assert_eq!(segments("a b[c d]"), [key("a b"), key("c d")]);
        assert_eq!(segments("007"), [key("007")]);
    }

    #[test]
    fn backslashes_escape_brackets_backslashes_separators_and_numbers() {
        assert_eq!(segments(r"a\[b\][c\]d]"), [key("a[b]"), key("c]d")]);
        assert_eq!(segments(r"a\\[\\5]"), [key(r"a\"), key(r"\5")]);
        assert_eq!(segments(r"a\:b[c\=d]"), [key("a:b"), key("c=d")]);
        assert_eq!(segments(r"\5[\7][\-1]"), [key("5"), key("7"), key("-1")]);
        assert_eq!(segments(r"a\b[c\d]"), [key(r"a\b"), key(r"c\d")]);
        assert_eq!(segments(r"a\"), [key(r"a\")]);
        assert_eq!(segments(r"\\5"), [key(r"\5")]);
    }

    #[test]
    fn each_step_knows_its_place() {
        let places: Vec<_> = parse(r"é\[[b][]").unwrap().into_iter().map(|s| s.place).collect();
        assert_eq!(places, [0..3, 3..6, 6..8]);
    }

    #[test]
    fn names_that_do_not_nest_show_the_place() {
        for (typed, lines) in [
            ("a[b", "a[b\n   ^ expected ']'"),
            ("a[b[c]]", "a[b[c]]\n   ^ expected ']'"),
            ("a[b]c", "a[b]c\n    ^ expected '[' or the name's end"),
            ("a]", "a]\n ^ expected '[' or the name's end"),
            ("[a]", "[a]\n ^ expected a number or ']': a name needs no brackets"),
            ("a[-1]", "a[-1]\n  ^^ an index cannot be negative; \\ before it makes it a name"),
            ("a[65536]", "a[65536]\n  ^^^^^ the largest index is 65535"),
            ("a[99999999999999999999]", "  ^^^^^^^^^^^^^^^^^^^^ the largest index is 65535"),
        ] {
            let error = parse(typed).unwrap_err();
            assert!(error.to_string().ends_with(lines), "{error}");
            assert_eq!(kind_of(&error), Kind::Usage);
            assert!(hints_of(&error)[0].contains("\\["));
        }
    }

    #[test]
    fn names_nest_only_so_deep() {
        assert!(parse(&format!("a{}", "[b]".repeat(DEEPEST - 1))).is_ok());
        let error = parse(&format!("a{}", "[b]".repeat(DEEPEST))).unwrap_err();
        assert!(error.to_string().contains("more than 128 levels"), "{error}");
    }
}
