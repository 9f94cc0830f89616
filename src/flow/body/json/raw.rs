//! JSON texts that are sent as they were typed.

use serde_json::error::Category;
use serde_json::value::RawValue;

/// Why and where a text is no JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// What is wrong.
    pub reason: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in bytes, from 1.
    pub column: usize,
    /// How many characters stand before the place, in the whole text.
    pub offset: usize,
}

/// The JSON value that a text holds, without white space around it.
///
/// # Errors
/// When it holds none, or more than one.
pub fn check(text: &str) -> Result<&str, Invalid> {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(_) => Ok(text.trim_matches([' ', '\t', '\r', '\n'])),
        Err(error) => Err(invalid(text, &error)),
    }
}

fn invalid(text: &str, error: &serde_json::Error) -> Invalid {
    let told = error.to_string();
    let reason = told.rfind(" at line ").map_or(told.as_str(), |at| &told[..at]).to_owned();
    let before: usize =
        text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let bytes = match error.classify() {
        Category::Eof => text.len(),
        _ => (before + error.column().saturating_sub(1)).min(text.len()),
    };
    let offset = text.char_indices().take_while(|(at, _)| *at < bytes).count();
    Invalid { reason, line: error.line(), column: error.column(), offset }
}

/// The elements of an array or the members of an object, as typed. `text` is
/// a checked JSON array or object without white space around it.
pub(super) fn pieces(text: &str) -> Vec<&str> {
    let inner = text.get(1..text.len() - 1).unwrap_or_default();
    let mut pieces = Vec::new();
    let (mut start, mut depth, mut at) = (0, 0_usize, 0);
    let bytes = inner.as_bytes();
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at += string_end(&inner[at..]) - 1,
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                pieces.push(inner[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    let last = inner[start..].trim();
    if !last.is_empty() {
        pieces.push(last);
    }
    pieces
}

/// A member of an object in its two parts; `None` when its name is not text in
/// Unicode: JSON allows half a surrogate pair.
pub(super) fn member(piece: &str) -> Option<(String, &str)> {
    let (name, rest) = piece.split_at(string_end(piece));
    let value = rest.trim_start().strip_prefix(':')?.trim_start();
    Some((serde_json::from_str(name).ok()?, value))
}

/// The length of the string that `text` begins with, quotation marks included.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_taken_as_it_is() {
        for same in ["1.10", "[1 , 2]", "{\"a\" :\t1}", "1e999", "\"\\ud800\"", "null"] {
            assert_eq!(check(same).unwrap(), same);
        }
        assert_eq!(check(" \r\n 1\t").unwrap(), "1");
    }

    #[test]
    fn what_is_no_json_is_told_with_its_place() {
        for (text, offset) in [
            ("foo", 1),
            ("", 0),
            ("[1,", 3),
            ("[1 2]", 3),
            ("1 2", 2),
            ("'a'", 0),
            ("{\"é\": x}", 6),
            ("[\n 01]", 4),
        ] {
            let invalid = check(text).unwrap_err();
            assert_eq!(invalid.offset, offset, "{text}: {invalid:?}");
            assert!(!invalid.reason.contains("column"), "{invalid:?}");
        }
        assert_eq!(check("[\n 1 2]").unwrap_err().line, 2);
    }

    #[test]
    fn documents_come_apart_at_their_own_commas() {
        assert_eq!(
            pieces("[ 1 , [2,3],{\"a\":[4,5]} ,\"x,]\\\",\"]"),
            ["1", "[2,3]", "{\"a\":[4,5]}", "\"x,]\\\",\""]
        );
        assert!(pieces("[ ]").is_empty() && pieces("{}").is_empty());
        assert_eq!(member("\"a\\u00e9:\" : {\"b\":1}"), Some(("aé:".into(), "{\"b\":1}")));
        assert_eq!(member("\"\\ud800\":1"), None);
    }
}
