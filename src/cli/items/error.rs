//! What is wrong with a word, and where.

use super::word::{Character, Separator, Split, Word};
use crate::error::{Error, Result};
use crate::flow::body::json::Invalid;
use crate::model::place::{mark, quoted};
use std::ops::Range;

fn wrong(word: &Word<'_>, why: &str, place: Range<usize>, note: &str) -> Error {
    let marked = mark(word.typed, place, note);
    Error::usage(format!("item {}: {why}\n{marked}", quoted(word.typed)))
}

pub(super) fn no_separator(word: &Word<'_>) -> anyhow::Error {
    let expected = "expected Name:value, k==v, k=v, k:=json, k@file or @file";
    wrong(word, "no separator", 0..word.length(), expected).hint("signreq --help").into()
}

/// The place of the separator and of what follows it.
fn from_separator(split: &Split<'_>) -> Range<usize> {
    split.place..split.word.length()
}

pub(super) fn no_path(split: &Split<'_>) -> anyhow::Error {
    let error =
        wrong(split.word, "no file is named", from_separator(split), "expected a path after '@'");
    match split.separator {
        Separator::File => error.into(),
        _ => error.hint("write \\@ for a value that begins with '@'").into(),
    }
}

pub(super) fn no_json(split: &Split<'_>, invalid: &Invalid) -> anyhow::Error {
    let at = split.value.get(invalid.offset).map_or(split.word.length(), |found| found.place);
    wrong(split.word, "the value is not JSON", at..at + 1, &invalid.reason)
        .hint(format!("write {}=… to send it as text", split.name()))
        .into()
}

pub(super) fn no_media_type(split: &Split<'_>, parameter: &[Character]) -> anyhow::Error {
    let start = parameter.first().map_or(split.place, |first| first.place);
    let end = parameter.last().map_or(start, |last| last.place + 1);
    wrong(split.word, "this is no media type", start..end, "expected ;type=text/plain or the like")
        .hint("write \\; where the semicolon belongs to the file's name")
        .into()
}

pub(super) fn body_is_no_part(split: &Split<'_>) -> anyhow::Error {
    let why = "the whole body has no part to describe";
    wrong(split.word, why, 0..1, "expected a field's name before ';type=' or ';filename='")
        .hint("write Content-Type:image/png as an item of its own")
        .into()
}

/// A header's name is a token (RFC 9110 section 5.6.2).
pub(super) fn check_header_name(split: &Split<'_>) -> Result<()> {
    if split.name.is_empty() {
        let place = split.place..split.place + 1;
        return Err(wrong(split.word, "the header has no name", place, "name missing").into());
    }
    let is_token = |character: char| {
        character.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(character)
    };
    match split.name.iter().find(|found| !is_token(found.character)) {
        None => Ok(()),
        Some(found) => {
            let place = found.place..found.place + 1;
            let note = "cannot stand in a header's name";
            let error = wrong(split.word, "this is no header", place, note);
            Err(error.hint("write \\: where the colon belongs to the name of a field").into())
        }
    }
}

/// A header's value has no controls but the tab (RFC 9110 section 5.5).
pub(super) fn check_header_value(split: &Split<'_>) -> Result<()> {
    let is_control = |found: &&Character| found.character.is_control() && found.character != '\t';
    match split.value.iter().find(is_control) {
        None => Ok(()),
        Some(found) => {
            let place = found.place..found.place + 1;
            let note = "a control character cannot stand in a header";
            Err(wrong(split.word, "this is no header", place, note).into())
        }
    }
}
