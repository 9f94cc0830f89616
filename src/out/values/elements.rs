//! The elements of a list one by one: `.[] | f` on a long list needs the
//! memory of one element, not of all.

use crate::out::json;

/// What an expression does with each element of a list, when it does nothing
/// else. `|` binds weaker than anything that may follow it, so the rest of
/// the text is what is done. So is a path of names: `.[].a.b | f`.
pub(in crate::out) fn after_each(expression: &str) -> Option<&str> {
    let rest = expression.trim_start().strip_prefix(".[]")?.trim_start();
    let (path, behind) = match rest.strip_prefix('|') {
        Some(behind) => ("", behind),
        None => rest.split_once('|').unwrap_or((rest, "")),
    };
    let each = if path.is_empty() { behind } else { rest };
    // `|=` is an update. `input` would have to see the elements as one input.
    let is_other = behind.starts_with('=') || each.contains("input");
    ((path.is_empty() || is_path(path)) && !is_other && !each.is_empty()).then_some(each)
}

/// Whether a text is `.a.b`.
fn is_path(text: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    text.trim_end().strip_prefix('.').is_some_and(|names| names.split('.').all(is_name))
}

/// The elements of the array that a text begins with, which is valid JSON.
pub(in crate::out) struct Elements<'a> {
    rest: &'a [u8],
}

impl<'a> Elements<'a> {
    /// Those of `text`, if it begins with an array.
    pub(in crate::out) fn of(text: &'a [u8]) -> Option<Self> {
        text.trim_ascii_start().strip_prefix(b"[").map(|rest| Self { rest })
    }

    /// What follows the array, when all elements have been taken.
    pub(in crate::out) fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let begins = self.rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
        let (element, after) = self.rest[begins..].split_at(length(&self.rest[begins..]));
        self.rest = match after {
            // The bracket stays: it says next time that no element is left.
            [b']', ..] if !element.is_empty() => after,
            [_, after @ ..] => after,
            [] => after,
        };
        (!element.is_empty()).then_some(element)
    }
}

/// How long the element or member is that `text` begins with: up to the comma
/// or bracket behind it.
pub(super) fn length(text: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => at += string_length(&text[at + 1..]),
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => depth -= 1,
            b',' | b'}' | b']' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// How many bytes a string has behind its first quotation mark.
pub(super) fn string_length(text: &[u8]) -> usize {
    let mut at = 0;
    loop {
        at += json::quoted_length(text.get(at..).unwrap_or_default());
        match text.get(at) {
            Some(b'"') => return at + 1,
            // An escape, whose second character ends nothing.
            Some(_) => at += 2,
            None => return text.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_sees_one_element_alone_is_run_on_each() {
        for (expression, each) in [
            (".[] | .a", Some(" .a")),
            (" .[]|.a, .b", Some(".a, .b")),
            (".[].a", Some(".a")),
            (".[] .a_1.b | length", Some(".a_1.b | length")),
            (".[]", None),
            (".[].a, .b", None),
            (".[].a[0]", None),
            (".[].a?", None),
            (".[].a + 1", None),
            (".[] | .a |= 1", Some(" .a |= 1")),
            (".[] |= 1", None),
            (".[].a |= 1", None),
            (".[] | input", None),
            (".[1]", None),
            (".[]. | 1", None),
        ] {
            assert_eq!(after_each(expression), each, "{expression}");
        }
    }
}
