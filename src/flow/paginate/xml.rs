//! The elements directly below the root of an XML document.

use quick_xml::escape::unescape;
use quick_xml::events::Event;
use quick_xml::reader::Reader;

/// A document, taken apart at its root.
pub(super) struct Root<'a> {
    /// All up to the first thing in the root.
    pub(super) before: &'a str,
    /// What is in it.
    pub(super) children: Vec<Element<'a>>,
    /// All from the end of the root on.
    pub(super) after: &'a str,
}

/// An element.
pub(super) struct Element<'a> {
    pub(super) name: &'a str,
    /// With its tags.
    pub(super) text: &'a str,
}

impl<'a> Root<'a> {
    /// Reads a document; `None` when it is not well-formed, or its root empty.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let mut reader = Reader::from_str(text);
        let mut children = Vec::new();
        let (mut depth, mut inside, mut started) = (0_usize, 0, 0);
        loop {
            let at = usize::try_from(reader.buffer_position()).ok()?;
            let event = reader.read_event().ok()?;
            let end = usize::try_from(reader.buffer_position()).ok()?;
            match event {
                Event::Start(_) => {
                    match depth {
                        0 => inside = end,
                        1 => started = at,
                        _ => {}
                    }
                    depth += 1;
                }
                Event::Empty(_) if depth == 1 => children.push(Element::of(&text[at..end])),
                Event::End(_) => {
                    depth = depth.checked_sub(1)?;
                    match depth {
                        1 => children.push(Element::of(&text[started..end])),
                        0 => {
                            let (before, after) = (&text[..inside], &text[at..]);
                            return Some(Self { before, children, after });
                        }
                        _ => {}
                    }
                }
                Event::Eof => return None,
                _ => {}
            }
        }
    }
}

impl<'a> Element<'a> {
    fn of(text: &'a str) -> Self {
        let name = text.trim_start_matches('<');
        let end = name.find(|letter: char| letter.is_whitespace() || "/>".contains(letter));
        Self { name: &name[..end.unwrap_or(name.len())], text }
    }

    /// What stands between its tags, when that is text.
    pub(super) fn content(&self) -> Option<String> {
        let (_, rest) = self.text.split_once('>')?;
        let (inner, _) = rest.rsplit_once("</")?;
        (!inner.contains('<')).then(|| unescape(inner).ok().map(Into::into))?
    }
}
