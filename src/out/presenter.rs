//! How a body is shown, chosen by its media type, else by how it begins.

use crate::error::{Error, Kind, Result};
use crate::model::headers::media_type;
use crate::out::fault::Fault;
use crate::out::json::{self, Layout};
use crate::out::style::Style;
use crate::out::text::{self, TextWriter};
use crate::out::xml;
use std::io::{self, Write};

/// Writes a body that comes in pieces cut anywhere.
pub(super) enum Presenter {
    Json(Box<json::Formatter>),
    Xml(Box<xml::Formatter>),
    Text(TextWriter),
}

impl Presenter {
    /// For a person.
    ///
    /// # Errors
    /// [`Kind::Write`] when the body is binary.
    pub(super) fn choose(
        content_type: Option<&str>,
        style: Style,
        beginning: &[u8],
    ) -> Result<Self> {
        let media_type = media_type(content_type.unwrap_or_default());
        let is_json = json::is_media_type(&media_type);
        let is_xml = xml::is_media_type(&media_type);
        // What calls itself text may be in an older encoding than UTF-8.
        let is_binary = match is_json || is_xml || media_type.starts_with("text/") {
            true => text::has_nul(beginning),
            false => text::is_binary(beginning),
        };
        if is_binary {
            return Err(refusal(&media_type).into());
        }
        let is_unspecific =
            matches!(media_type.as_str(), "" | "text/plain" | "application/octet-stream");
        Ok(if is_json || (is_unspecific && json::is_likely(beginning)) {
            Self::json(style, Layout::Indented)
        } else if is_xml || (is_unspecific && xml::is_likely(beginning)) {
            Self::xml(style)
        } else {
            Self::Text(TextWriter::new())
        })
    }

    /// As JSON.
    pub(super) fn json(style: Style, layout: Layout) -> Self {
        Self::Json(Box::new(json::Formatter::new(style, layout)))
    }

    /// As XML.
    pub(super) fn xml(style: Style) -> Self {
        Self::Xml(Box::new(xml::Formatter::new(style)))
    }

    /// Writes the next piece.
    ///
    /// # Errors
    /// Those of `out`.
    pub(super) fn push(&mut self, piece: &[u8], out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Json(formatter) => formatter.push(piece, out),
            Self::Xml(formatter) => formatter.push(piece, out),
            Self::Text(writer) => writer.push(piece, out),
        }
    }

    /// Writes what was held back, and says what was wrong.
    ///
    /// # Errors
    /// Those of `out`.
    pub(super) fn finish(self, out: &mut dyn Write) -> io::Result<Option<Fault>> {
        match self {
            Self::Json(formatter) => formatter.finish(out),
            Self::Xml(formatter) => formatter.finish(out),
            Self::Text(mut writer) => writer.finish(out).map(|()| None),
        }
    }
}

fn refusal(media_type: &str) -> Error {
    let named = if media_type.is_empty() { String::new() } else { format!(" ({media_type})") };
    Error::new(Kind::Write, format!("the body is binary{named} and would garble the terminal"))
        .hint("add -o FILE to save it, or pipe it into a program that reads it")
}
