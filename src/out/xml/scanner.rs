//! Cuts XML into texts and markup, in pieces as it arrives.

use quick_xml::parser::{CommentParser, ElementParser, Parser, PiParser};

/// How long a tag may be: one is held until it is complete.
pub(super) const TAG_LIMIT: usize = 32 * 1024;

const COMMENT: &[u8] = b"<!--";
const CHARACTER_DATA: &[u8] = b"<![CDATA[";
const DOCUMENT_TYPE: &[u8] = b"<!DOCTYPE";

/// A part of a document, or a piece of one.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Lexeme<'a> {
    /// A piece of what stands between markup.
    Text(&'a [u8]),
    /// A start tag, an end tag or one that is both, whole.
    Tag(&'a [u8]),
    /// A document type declaration, whole.
    DocumentType(&'a [u8]),
    /// A piece of markup that may be of any length.
    Piece {
        /// Of which.
        of: Markup,
        /// With the delimiters.
        piece: &'a [u8],
        /// Whether it is the first.
        begins: bool,
        /// Whether it is the last.
        ends: bool,
    },
}

/// Markup that is passed on in pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Markup {
    /// `<!-- … -->`
    Comment,
    /// `<? … ?>`, the declaration too.
    Instruction,
    /// `<![CDATA[ … ]]>`
    CharacterData,
}

/// Where in a document one is.
#[derive(Debug)]
pub(super) struct Scanner {
    state: State,
    /// What has come of markup that is not complete.
    held: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Text,
    /// Behind a `<`, before it is clear what it begins.
    Opening,
    Tag(ElementParser),
    DocumentType(ElementParser),
    Comment(CommentParser),
    Instruction(PiParser),
    /// In CDATA, behind so many of the `]` that end it.
    CharacterData(u8),
}

impl Scanner {
    /// At the beginning of a document.
    pub(super) fn new() -> Self {
        Self { state: State::Text, held: Vec::new() }
    }

    /// What has come of markup that was not handed out, for when it is a fault.
    pub(super) fn held(&self) -> &[u8] {
        match self.state {
            State::Opening | State::Tag(_) | State::DocumentType(_) => &self.held,
            _ => &[],
        }
    }

    /// Whether the document may end here.
    pub(super) fn is_between(&self) -> bool {
        matches!(self.state, State::Text)
    }

    /// Reads from the beginning of `left`, which is not empty. Says how much of
    /// it is done and what that has come to, if to anything.
    ///
    /// # Errors
    /// Why what is held, with `left` behind it, is no markup.
    pub(super) fn next<'a>(
        &'a mut self,
        left: &'a [u8],
    ) -> Result<(usize, Option<Lexeme<'a>>), &'static str> {
        match &mut self.state {
            State::Text if left[0] == b'<' => {
                self.held.clear();
                self.held.push(b'<');
                self.state = State::Opening;
                Ok((1, None))
            }
            State::Text => {
                let length = left.iter().position(|byte| *byte == b'<').unwrap_or(left.len());
                Ok((length, Some(Lexeme::Text(&left[..length]))))
            }
            State::Opening => self.opening(left[0]),
            State::Tag(parser) => {
                let end = parser.feed(left);
                let taken = self.hold(left, end, State::Tag(ElementParser::Outside))?;
                Ok((taken, end.map(|_| Lexeme::Tag(&self.held))))
            }
            State::DocumentType(parser) => {
                let end = parser.feed(left);
                let taken = self.hold(left, end, State::DocumentType(ElementParser::Outside))?;
                if end.is_some() && self.held.contains(&b'[') {
                    self.state = State::DocumentType(ElementParser::Outside);
                    self.held.truncate(self.held.len() - taken);
                    return Err("a document type with declarations of its own is not formatted");
                }
                Ok((taken, end.map(|_| Lexeme::DocumentType(&self.held))))
            }
            State::Comment(parser) => {
                let end = parser.feed(left);
                Ok(self.piece(Markup::Comment, left, end))
            }
            State::Instruction(parser) => {
                let end = parser.feed(left).map(|at| at + 1);
                Ok(self.piece(Markup::Instruction, left, end))
            }
            State::CharacterData(brackets) => {
                let end = end_of_character_data(brackets, left);
                Ok(self.piece(Markup::CharacterData, left, end))
            }
        }
    }

    fn opening(&mut self, byte: u8) -> Result<(usize, Option<Lexeme<'static>>), &'static str> {
        let is_name = byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':' | 0x80..);
        if self.held == b"<" && (is_name || byte == b'/') {
            self.state = State::Tag(ElementParser::Outside);
            return Ok((0, None));
        }
        let (state, of, piece) = match (&self.held[..], byte) {
            (b"<", b'?') => {
                (State::Instruction(PiParser::default()), Markup::Instruction, &b"<?"[..])
            }
            (b"<!-", b'-') => (State::Comment(CommentParser::Seen0), Markup::Comment, COMMENT),
            (b"<![CDATA", b'[') => (State::CharacterData(0), Markup::CharacterData, CHARACTER_DATA),
            (held, _) => {
                let begins =
                    |whole: &&[u8]| whole.get(held.len()) == Some(&byte) && whole.starts_with(held);
                if !["<!--".as_bytes(), CHARACTER_DATA, DOCUMENT_TYPE].iter().any(begins) {
                    return Err("'<' begins no tag here; as a character it is written &lt;");
                }
                self.held.push(byte);
                if self.held == DOCUMENT_TYPE {
                    self.state = State::DocumentType(ElementParser::Outside);
                }
                return Ok((1, None));
            }
        };
        self.state = state;
        Ok((1, Some(Lexeme::Piece { of, piece, begins: true, ends: false })))
    }

    /// Adds to what is held, up to the markup's `end`.
    fn hold(
        &mut self,
        left: &[u8],
        end: Option<usize>,
        state: State,
    ) -> Result<usize, &'static str> {
        let length = end.map_or(left.len(), |at| at + 1);
        if self.held.len() + length > TAG_LIMIT {
            // For it to stay held.
            self.state = state;
            return Err("a tag is longer than 32 KiB");
        }
        self.held.extend_from_slice(&left[..length]);
        if end.is_some() {
            self.state = State::Text;
        }
        Ok(length)
    }

    fn piece<'a>(
        &mut self,
        of: Markup,
        left: &'a [u8],
        end: Option<usize>,
    ) -> (usize, Option<Lexeme<'a>>) {
        let piece = &left[..end.unwrap_or(left.len())];
        if end.is_some() {
            self.state = State::Text;
        }
        (piece.len(), Some(Lexeme::Piece { of, piece, begins: false, ends: end.is_some() }))
    }
}

/// Where CDATA ends, behind its `]]>` (XML 1.0 section 2.7).
fn end_of_character_data(brackets: &mut u8, left: &[u8]) -> Option<usize> {
    for (at, byte) in left.iter().enumerate() {
        *brackets = match (byte, *brackets) {
            (b']', seen) => (seen + 1).min(2),
            (b'>', 2) => return Some(at + 1),
            _ => 0,
        };
    }
    None
}
