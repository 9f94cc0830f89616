//! Reads a tag, and colours it.

use crate::out::style::{Role, Style};
use crate::out::visible::{Notation, Visible};
use quick_xml::events::attributes::Attributes;

/// How long an element's name may be: those of all that are open are kept.
const NAME_LIMIT: usize = 1024;

/// Which tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Start,
    End,
    Empty,
}

/// A tag, taken apart.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    pub(super) kind: Kind,
    pub(super) name: &'a [u8],
    /// What stands behind the name, white space too.
    attributes: &'a [u8],
    /// Whether white space matters in the element (XML 1.0 section 2.10).
    pub(super) preserves_space: bool,
}

impl<'a> Tag<'a> {
    /// Reads `<…>`.
    ///
    /// # Errors
    /// Why it is no tag.
    pub(super) fn read(text: &'a [u8]) -> Result<Self, &'static str> {
        let inner = text.strip_prefix(b"<").and_then(|rest| rest.strip_suffix(b">"));
        let inner = inner.unwrap_or_default();
        let (kind, inner) = match (inner.strip_prefix(b"/"), inner.strip_suffix(b"/")) {
            (Some(rest), _) => (Kind::End, rest),
            (None, Some(rest)) => (Kind::Empty, rest),
            (None, None) => (Kind::Start, inner),
        };
        let ends_name = |byte: &u8| byte.is_ascii_whitespace() || b"/<=\"'".contains(byte);
        let length = inner.iter().position(ends_name).unwrap_or(inner.len());
        let (name, attributes) = inner.split_at(length);
        if name.is_empty() || attributes.first().is_some_and(|byte| !byte.is_ascii_whitespace()) {
            return Err("a tag has no name, or more than one");
        }
        if name.len() > NAME_LIMIT {
            return Err("a name is longer than 1024 bytes");
        }
        if kind == Kind::End && !attributes.trim_ascii().is_empty() {
            return Err("an end tag has attributes");
        }
        let mut tag = Self { kind, name, attributes, preserves_space: false };
        tag.check_attributes()?;
        Ok(tag)
    }

    fn check_attributes(&mut self) -> Result<(), &'static str> {
        if self.attributes.trim_ascii().is_empty() {
            return Ok(());
        }
        // Other encodings than UTF-8 are no fault: their bytes are shown.
        let text = String::from_utf8_lossy(self.attributes);
        // That a name is there twice is harmless to show, and costly to look for.
        for attribute in Attributes::new(&text, 0).with_checks(false) {
            let attribute =
                attribute.map_err(|_| "an attribute is not written as name=\"value\"")?;
            if attribute.value.contains('<') {
                return Err("'<' in an attribute is written &lt;");
            }
            if attribute.key.as_ref() == "xml:space" {
                self.preserves_space = attribute.value == "preserve";
            }
        }
        Ok(())
    }

    /// Appends the tag as it was written, coloured and safe to show.
    pub(super) fn paint(&self, style: Style, out: &mut Vec<u8>) {
        let mut painter = Painter { style, out };
        let (begin, end): (&[u8], &[u8]) = match self.kind {
            Kind::Start => (b"<", b">"),
            Kind::End => (b"</", b">"),
            Kind::Empty => (b"<", b"/>"),
        };
        painter.paint(Role::Mark, begin);
        painter.paint(Role::Key, self.name);
        let mut rest = self.attributes;
        while let Some(byte) = rest.first() {
            let (role, length) = match byte {
                b'"' | b'\'' => {
                    let closing = rest[1..].iter().position(|other| other == byte);
                    (Some(Role::String), closing.map_or(rest.len(), |at| at + 2))
                }
                b'=' => (Some(Role::Mark), 1),
                _ if byte.is_ascii_whitespace() => {
                    let ends = |byte: &u8| !byte.is_ascii_whitespace();
                    (None, rest.iter().position(ends).unwrap_or(rest.len()))
                }
                _ => {
                    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"=\"'".contains(byte);
                    let length = rest.iter().position(ends).unwrap_or(rest.len());
                    (Some(Role::FieldName), length)
                }
            };
            let (part, behind) = rest.split_at(length);
            match role {
                Some(role) => painter.paint(role, part),
                None => painter.show(part),
            }
            rest = behind;
        }
        painter.paint(Role::Mark, end);
    }
}

struct Painter<'a> {
    style: Style,
    out: &'a mut Vec<u8>,
}

impl Painter<'_> {
    fn paint(&mut self, role: Role, part: &[u8]) {
        self.out.extend_from_slice(self.style.start(role).as_bytes());
        self.show(part);
        self.out.extend_from_slice(self.style.end().as_bytes());
    }

    fn show(&mut self, part: &[u8]) {
        show(part, self.out);
    }
}

/// Appends what `whole`, which is no piece of something, looks like.
pub(super) fn show(whole: &[u8], out: &mut Vec<u8>) {
    let mut visible = Visible::new(Notation::Text);
    visible.push(whole, out);
    visible.finish(out);
}
