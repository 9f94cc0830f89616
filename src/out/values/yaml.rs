//! YAML 1.2: block style, one document a value.
//!
//! What is written plain is a string to every reader of YAML 1.1 and 1.2, or
//! was none in the answer; numbers stand as the server wrote them.

use super::cells::text;
use super::json::append;
use super::output::Writer;
use crate::error::Result;
use jaq_json::Val;

/// YAML 1.2 section 7.4: a key on one line has at most 1024 characters.
const LONGEST_KEY: usize = 1000;

/// Words that YAML 1.1 or 1.2 takes for something else than a string.
const WORDS: [&str; 11] =
    ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "inf", "nan"];

/// Writes documents.
#[derive(Default)]
pub(super) struct Yaml {
    has_begun: bool,
}

impl Writer for Yaml {
    fn value(&mut self, value: &Val, held: &mut Vec<u8>) -> Result<()> {
        if std::mem::replace(&mut self.has_begun, true) {
            held.extend_from_slice(b"---\n");
        }
        node(value, 0, held);
        Ok(())
    }
}

/// Appends a node whose first line is already indented.
fn node(value: &Val, indent: usize, out: &mut Vec<u8>) {
    match value {
        Val::Arr(elements) if !elements.is_empty() => {
            for (at, element) in elements.iter().enumerate() {
                new_line(at, indent, out);
                out.extend_from_slice(b"- ");
                node(element, indent + 2, out);
            }
        }
        Val::Obj(members) if !members.is_empty() => {
            for (at, (name, member)) in members.iter().enumerate() {
                new_line(at, indent, out);
                key(name, indent, out);
                if is_block(member) {
                    out.push(b'\n');
                    out.resize(out.len() + indent + 2, b' ');
                } else {
                    out.push(b' ');
                }
                node(member, indent + 2, out);
            }
        }
        Val::TStr(content) | Val::BStr(content) => {
            scalar(&String::from_utf8_lossy(content), out);
            out.push(b'\n');
        }
        // Empty ones are written as JSON, too.
        other => {
            append(other, out);
            out.push(b'\n');
        }
    }
}

fn new_line(at: usize, indent: usize, out: &mut Vec<u8>) {
    if at > 0 {
        out.resize(out.len() + indent, b' ');
    }
}

fn key(name: &Val, indent: usize, out: &mut Vec<u8>) {
    let name = text(name);
    let is_long = name.len() > LONGEST_KEY;
    if is_long {
        out.extend_from_slice(b"? ");
    }
    scalar(&String::from_utf8_lossy(&name), out);
    if is_long {
        out.push(b'\n');
        out.resize(out.len() + indent, b' ');
    }
    out.push(b':');
}

fn is_block(value: &Val) -> bool {
    match value {
        Val::Arr(elements) => !elements.is_empty(),
        Val::Obj(members) => !members.is_empty(),
        _ => false,
    }
}

/// A string: plain where nobody can take it for anything else, else in quotes
/// with JSON's escapes, which are YAML's (section 5.7).
fn scalar(text: &str, out: &mut Vec<u8>) {
    if is_plain(text) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for character in text.chars() {
        match character {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\r' => out.extend_from_slice(b"\\r"),
            '\t' => out.extend_from_slice(b"\\t"),
            other if needs_escape(other) => {
                out.extend_from_slice(format!("\\u{:04x}", u32::from(other)).as_bytes());
            }
            other => out.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.push(b'"');
}

/// What YAML does not print (section 5.1), takes for a line break or a mark,
/// and what reorders the text around it on a terminal.
fn needs_escape(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

/// Begins with a letter, so that it is no number, date or indicator, and has
/// no `: ` or ` #` in it.
fn is_plain(text: &str) -> bool {
    let begins = text.chars().next().is_some_and(|first| first.is_alphabetic() || first == '/');
    let is_usual = |character: char| {
        character.is_alphanumeric()
            || matches!(character, ' ' | '_' | '-' | '.' | '/' | '@' | '+' | '(' | ')')
    };
    let mut colons = text.match_indices(':');
    begins
        && text.chars().all(|character| is_usual(character) || character == ':')
        && colons.all(|(at, _)| text[at + 1..].chars().next().is_some_and(|next| next != ' '))
        && !text.ends_with(' ')
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}
