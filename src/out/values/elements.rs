//! The elements of a list one by one: `.[] | f` on a long list needs the
//! memory of one element, not of all.

/// What an expression does with each element of a list, when it does nothing
/// else. `|` binds weaker than anything that may follow it, so the rest of
/// the text is what is done.
pub(in crate::out) fn after_each(expression: &str) -> Option<&str> {
    let rest = expression.trim_start().strip_prefix(".[]")?;
    let each = rest.trim_start().strip_prefix('|')?;
    // `|=` is an update. `input` would have to see the elements as one input.
    (!each.starts_with('=') && !each.contains("input")).then_some(each)
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

/// How long the element is that `text` begins with: up to the comma or bracket
/// behind it.
fn length(text: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => at += string_length(&text[at + 1..]),
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => depth -= 1,
            b',' | b']' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// How many bytes a string has behind its first quotation mark.
fn string_length(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}
