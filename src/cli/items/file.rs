//! Files and what is said about them: `path;type=image/png;filename=x.png`.

use super::error;
use super::word::{Character, Split, begins, text};
use crate::error::Result;
use crate::model::fields::Input;

/// A file, and how the server is told of it.
pub(super) struct Part {
    pub(super) input: Input,
    pub(super) content_type: Option<String>,
    pub(super) file_name: Option<String>,
}

const PARAMETERS: &[&str] = &[";type=", ";filename="];

/// Reads the value of a file item. A semicolon that begins no parameter
/// belongs to what it stands in, so `;type=text/plain;charset=utf-8` is one.
pub(super) fn read(split: &Split<'_>) -> Result<Part> {
    let (path, mut rest) = split.value.split_at(next_parameter(split.value));
    if path.is_empty() {
        return Err(error::no_path(split));
    }
    let mut part = Part { input: Input::new(&text(path)), content_type: None, file_name: None };
    while let Some(name) = PARAMETERS.iter().find(|name| begins(rest, name)) {
        let after = &rest[name.len()..];
        let (value, following) = after.split_at(next_parameter(after));
        match *name {
            ";type=" => {
                let content_type = text(value);
                if !is_media_type(&content_type) {
                    return Err(error::no_media_type(split, &rest[..name.len() + value.len()]));
                }
                part.content_type = Some(content_type);
            }
            _ => part.file_name = Some(text(value)),
        }
        rest = following;
    }
    Ok(part)
}

/// Where the next parameter begins, or the end.
fn next_parameter(characters: &[Character]) -> usize {
    let begins_one = |at: &usize| PARAMETERS.iter().any(|name| begins(&characters[*at..], name));
    (0..characters.len()).find(begins_one).unwrap_or(characters.len())
}

/// Whether a text can be a Content-Type: `type/subtype` and what follows, of
/// printable ASCII (RFC 9110 section 8.3.1).
pub(super) fn is_media_type(text: &str) -> bool {
    let essence = text.split(';').next().unwrap_or_default().trim();
    let is_token = |part: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+*".contains(&byte);
        !part.is_empty() && part.bytes().all(allowed)
    };
    essence.split_once('/').is_some_and(|(main, sub)| is_token(main) && is_token(sub))
        && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}
