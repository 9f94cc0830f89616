//! Reads the values of a body.

use super::items::Values;
use super::json::append;
use super::output::Output;
use super::xml;
use crate::error::{Error, Kind, Result};
use crate::model::buffer::Buffer;
use crate::out::body::{self, Shown};
use crate::out::fault::Fault;
use crate::out::json::{Formatter, Layout};
use crate::out::style::Style;
use crate::out::written::Written;
use jaq_json::{Val, read};
use std::io::Read;

/// Where in a text the root element of a page begins at the latest.
const BEGINNING: usize = 1024;

/// Reads a body, of JSON or XML, and writes what it holds, as it comes where the
/// output takes items. `option` is what asked for that, for messages.
///
/// # Errors
/// [`Kind::Unexpected`] when the body is neither, [`Kind::Write`] when the
/// output cannot be written. An I/O error of the body is passed through as it is.
pub fn print(body: &mut dyn Read, output: &mut Output<'_>, option: &str) -> Result<Shown> {
    let listing = output.takes_items().then_some(output.listing());
    let mut values = Values::new(body, option, listing);
    loop {
        match values.next(&mut || output.flush()) {
            Ok(Some(value)) if output.item(&value)? == Written::Whole => {}
            Ok(_) => break,
            Err(error) => {
                // What came before is not lost.
                output.flush()?;
                return Err(error);
            }
        }
    }
    Ok(Shown { length: values.length(), written: output.finish()?, fault: None })
}

/// Reads a whole body as JSON, what is XML made into it.
///
/// # Errors
/// As [`print`].
pub(in crate::out) fn read_json(body: &mut dyn Read, option: &str) -> Result<Vec<u8>> {
    let body = gather(body)?;
    if !is_xml(&body.text) {
        return body.json(option);
    }
    let mut text = Vec::new();
    append(&parse_xml(&body.text, option)?, &mut text);
    Ok(text)
}

/// A value of the parser, or why there is none.
pub(in crate::out) fn parsed(value: Result<Val, read::Error>) -> Result<Val, String> {
    value.map_err(|why| why.to_string())
}

/// Why a text is not JSON or nests too deep for a parser that recurses.
pub(in crate::out) fn wrong_with(text: &[u8]) -> Option<Fault> {
    let mut check = checker();
    // Writing into a sink cannot fail.
    let _ = check.push(text, &mut std::io::sink());
    ending(check)
}

/// Whether a text is XML, and not a page for people, which stands where an API's
/// answer should when a proxy or a login came between.
pub(super) fn is_xml(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let beginning = &text[..text.len().min(BEGINNING)].to_ascii_lowercase();
    let holds = |tag: &[u8]| beginning.windows(tag.len()).any(|window| window == tag);
    text.starts_with(b"<") && !holds(b"<html") && !holds(b"<!doctype html")
}

/// The document that a text of XML is.
///
/// # Errors
/// [`Kind::Unexpected`] when it is not valid.
pub(super) fn parse_xml(text: &[u8], option: &str) -> Result<Val> {
    let text = std::str::from_utf8(text).map_err(|_| refusal(option, "the body is not UTF-8"))?;
    let parsed = xml::parse(text);
    Ok(parsed.map_err(|why| refusal(option, &format!("the body is not valid XML: {why}")))?)
}

/// A whole body.
struct Body {
    text: Vec<u8>,
    /// Why it is no JSON.
    fault: Option<Fault>,
}

impl Body {
    fn json(self, option: &str) -> Result<Vec<u8>> {
        if self.text.iter().all(u8::is_ascii_whitespace) {
            return Err(refusal(option, "the body is empty, not JSON").into());
        }
        let Some(Fault { offset, reason, .. }) = self.fault else { return Ok(self.text) };
        let why = format!("the body is not valid JSON at byte {offset}: {reason}");
        Err(refusal(option, &why).into())
    }
}

/// Reads a whole body and looks on the way whether it is JSON: the parser
/// behind takes more than that, and how deep it gets is up to the server.
fn gather(body: &mut dyn Read) -> Result<Body> {
    let mut check = checker();
    let mut text = Vec::new();
    let mut chunk = Buffer::new(body::CHUNK);
    loop {
        let length = body::read(body, &mut chunk)?;
        if length == 0 {
            return Ok(Body { text, fault: ending(check) });
        }
        let mut piece = &chunk[..length];
        // RFC 8259 section 8.1: a byte order mark may be ignored.
        if text.is_empty() {
            piece = piece.strip_prefix(b"\xef\xbb\xbf").unwrap_or(piece);
        }
        check.push(piece, &mut std::io::sink())?;
        text.extend_from_slice(piece);
    }
}

pub(super) fn checker() -> Formatter {
    Formatter::new(Style::PLAIN, Layout::Compact)
}

pub(super) fn ending(check: Formatter) -> Option<Fault> {
    let fault = check.finish(&mut std::io::sink()).ok().flatten();
    fault.filter(|fault| fault.ends_formatting)
}

pub(super) fn refusal(option: &str, why: &str) -> Error {
    Error::new(Kind::Unexpected, format!("{option}: {why}"))
        .hint(format!("without {option} the body is printed as it came"))
}
