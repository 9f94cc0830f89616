//! Lays out XML.

use super::layout::Layout;
use super::scanner::{Lexeme, Markup, Scanner};
use super::tag::{Kind, Tag, show};
use crate::out::fault::Fault;
use crate::out::style::{Role, Style};
use crate::out::text::TextWriter;
use crate::out::visible::{Notation, Visible};
use std::io::{Result, Write};

/// How much formatted text is held before it is written.
const BUFFER_SIZE: usize = 32 * 1024;

/// Formats XML that comes in pieces cut anywhere.
#[derive(Debug)]
pub struct Formatter {
    scanner: Scanner,
    writer: Writer,
    offset: u64,
    fault: Option<Fault>,
    /// Shows the rest after a fault.
    rest: Option<TextWriter>,
}

impl Formatter {
    /// A formatter at the beginning of a document.
    pub fn new(style: Style) -> Self {
        let writer = Writer {
            style,
            layout: Layout::default(),
            visible: Visible::new(Notation::Text),
            is_in_text: false,
            is_painting: false,
        };
        Self { scanner: Scanner::new(), writer, offset: 0, fault: None, rest: None }
    }

    /// Writes the next piece, formatted as far as it is clear how.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn push(&mut self, piece: &[u8], out: &mut dyn Write) -> Result<()> {
        let mut left = piece;
        while !left.is_empty() {
            if let Some(rest) = &mut self.rest {
                return rest.push(left, out);
            }
            match self.scanner.next(left) {
                Ok((taken, lexeme)) => {
                    self.offset += taken as u64;
                    left = &left[taken..];
                    if let Some(lexeme) = lexeme
                        && let Err((from_here, reason)) = self.writer.take(&lexeme)
                    {
                        let mut rest = TextWriter::new();
                        self.writer.abandon(out)?;
                        rest.push(from_here, out)?;
                        self.rest = Some(rest);
                        self.fault = Some(fault(self.offset - from_here.len() as u64, reason));
                    }
                }
                Err(reason) => self.fail(reason, out)?,
            }
            self.writer.layout.bound();
            if self.writer.layout.ready().len() >= BUFFER_SIZE {
                self.writer.write(out)?;
            }
        }
        self.writer.write(out)
    }

    /// Ends the document: writes what was held back and a line break. Returns
    /// what was wrong with it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn finish(mut self, out: &mut dyn Write) -> Result<Option<Fault>> {
        if self.rest.is_none() {
            let layout = &self.writer.layout;
            let (has_begun, is_open) = (layout.has_begun(), layout.depth() > 0);
            let reason = match () {
                () if !self.scanner.is_between() => Some("it ends inside of markup"),
                () if is_open => Some("it ends before its root element does"),
                () if has_begun && !layout.has_root() => Some("it has no root element"),
                () => None,
            };
            match reason {
                Some(reason) => self.fail(reason, out)?,
                None => self.writer.abandon(out)?,
            }
            if has_begun && self.scanner.held().is_empty() {
                out.write_all(b"\n")?;
            }
        }
        if let Some(rest) = &mut self.rest {
            rest.finish(out)?;
        }
        Ok(self.fault)
    }

    /// Ends the formatting with what the scanner holds.
    fn fail(&mut self, reason: &'static str, out: &mut dyn Write) -> Result<()> {
        self.writer.abandon(out)?;
        let held = self.scanner.held();
        let mut rest = TextWriter::new();
        rest.push(held, out)?;
        self.rest = Some(rest);
        self.fault = Some(fault(self.offset - held.len() as u64, reason));
        Ok(())
    }
}

fn fault(offset: u64, reason: &'static str) -> Fault {
    Fault { language: super::NAME, offset, reason, ends_formatting: true }
}

/// Writes what the scanner finds.
#[derive(Debug)]
struct Writer {
    style: Style,
    layout: Layout,
    /// Makes texts and what comes in pieces safe to show.
    visible: Visible,
    is_in_text: bool,
    /// Whether a colour has begun and not ended.
    is_painting: bool,
}

impl Writer {
    /// Takes one more. The error tells where the fault begins and what it is.
    fn take<'a>(
        &mut self,
        lexeme: &Lexeme<'a>,
    ) -> std::result::Result<(), (&'a [u8], &'static str)> {
        match *lexeme {
            Lexeme::Text(piece) => {
                let is_text = |byte: &u8| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
                let mut text = piece;
                if !self.is_in_text {
                    let length = piece.iter().position(is_text).unwrap_or(piece.len());
                    let white = &piece[..length];
                    if white.is_empty() || !self.layout.white(white) {
                        text = &piece[length..];
                    }
                }
                if !text.is_empty() {
                    self.text(text).map_err(|reason| (text, reason))?;
                }
                Ok(())
            }
            Lexeme::Tag(tag) => self.tag(tag).map_err(|reason| (tag, reason)),
            Lexeme::DocumentType(whole) => {
                self.end_text();
                if self.layout.has_root() {
                    return Err((whole, "a document type stands behind its place"));
                }
                self.layout.boundary();
                self.begin(Role::Mark);
                show(whole, self.layout.target());
                self.end();
                Ok(())
            }
            Lexeme::Piece { of, piece, begins, ends } => {
                if begins {
                    self.end_text();
                    match of {
                        Markup::CharacterData => {
                            self.layout.text().map_err(|reason| (piece, reason))?;
                            self.begin(Role::String);
                        }
                        Markup::Comment | Markup::Instruction => {
                            self.layout.boundary();
                            self.begin(Role::Mark);
                        }
                    }
                }
                self.visible.push(piece, self.layout.target());
                if ends {
                    self.end();
                }
                Ok(())
            }
        }
    }

    fn text(&mut self, text: &[u8]) -> std::result::Result<(), &'static str> {
        if !self.is_in_text {
            self.layout.text()?;
            self.begin(Role::String);
            self.is_in_text = true;
        }
        self.visible.push(text, self.layout.target());
        Ok(())
    }

    fn end_text(&mut self) {
        if std::mem::take(&mut self.is_in_text) {
            self.end();
        }
    }

    fn tag(&mut self, text: &[u8]) -> std::result::Result<(), &'static str> {
        self.end_text();
        let tag = Tag::read(text)?;
        if tag.kind == Kind::End {
            self.layout.end(tag.name)?;
        } else {
            self.layout.boundary();
            self.layout.start(tag.name, tag.preserves_space, tag.kind == Kind::Empty)?;
        }
        tag.paint(self.style, self.layout.target());
        Ok(())
    }

    fn begin(&mut self, role: Role) {
        self.is_painting = true;
        let start = self.style.start(role);
        self.layout.target().extend_from_slice(start.as_bytes());
    }

    fn end(&mut self) {
        self.is_painting = false;
        self.visible.finish(self.layout.target());
        let end = self.style.end();
        self.layout.target().extend_from_slice(end.as_bytes());
    }

    /// Writes all that is kept back: nothing that would tell more comes.
    fn abandon(&mut self, out: &mut dyn Write) -> Result<()> {
        if self.is_painting {
            self.end();
        }
        self.is_in_text = false;
        self.layout.decide_all();
        self.layout.put_white();
        self.write(out)
    }

    fn write(&mut self, out: &mut dyn Write) -> Result<()> {
        let ready = self.layout.ready();
        out.write_all(ready)?;
        ready.clear();
        Ok(())
    }
}
