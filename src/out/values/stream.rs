//! Cuts a text of JSON documents into values as it comes: a long list needs the
//! memory of one element, and the elements of a page can be had before the next
//! page is asked for.

use super::source::{checker, ending, refusal};
use crate::error::Result;
use crate::model::buffer::Buffer;
use crate::out::body;
use crate::out::fault::Fault;
use crate::out::json::Formatter;
use std::io::Read;
use std::ops::Range;

/// A body on its way, of JSON documents.
pub(super) struct Stream<'r> {
    body: &'r mut dyn Read,
    option: &'r str,
    /// Whether a document that is a list is cut into its elements.
    splits: bool,
    /// Looks whether it is JSON: the parser behind takes more than that, and
    /// how deep it gets is up to the server.
    check: Formatter,
    fault: Option<Fault>,
    /// What has come and was not given yet.
    held: Vec<u8>,
    /// How many bytes came before that.
    given: u64,
    /// Where the piece begins that is looked for, and up to where it was.
    begins: usize,
    at: usize,
    cut: Cut,
    chunk: Buffer,
    has_ended: bool,
    is_blank: bool,
}

/// Where between documents one is.
#[derive(Clone, Copy, Debug, Default)]
struct Cut {
    /// Whether a value has begun.
    is_open: bool,
    /// How many objects and arrays of it are open.
    depth: usize,
    is_string: bool,
    is_escaped: bool,
    /// Whether it is an element of a list that is cut.
    is_in_list: bool,
}

/// A piece of a stream.
pub(super) enum Piece<'s> {
    /// An element of a list that is cut.
    Element(&'s [u8]),
    /// A document.
    Document(&'s [u8]),
}

impl<'r> Stream<'r> {
    /// The documents of `body`; where `splits`, of those that are lists the
    /// elements. `option` is what asked for them, for messages.
    pub(super) fn new(body: &'r mut dyn Read, option: &'r str, splits: bool) -> Self {
        Self {
            body,
            option,
            splits,
            check: checker(),
            fault: None,
            held: Vec::new(),
            given: 0,
            begins: 0,
            at: 0,
            cut: Cut::default(),
            chunk: Buffer::new(body::CHUNK),
            has_ended: false,
            is_blank: true,
        }
    }

    /// How many bytes came.
    pub(super) fn length(&self) -> u64 {
        self.given + self.held.len() as u64
    }

    /// The first byte that is no white space; `None` when there is none.
    pub(super) fn first(&mut self) -> Result<Option<u8>> {
        loop {
            let first = self.held.iter().find(|byte| !byte.is_ascii_whitespace());
            if first.is_some() || self.has_ended {
                return Ok(first.copied());
            }
            self.read()?;
        }
    }

    /// All of it that was not given yet.
    pub(super) fn rest(&mut self) -> Result<&[u8]> {
        while !self.has_ended {
            self.read()?;
        }
        Ok(&self.held[self.begins..])
    }

    /// The next piece; `None` at the end, and where `waiting`, which is called
    /// before more is waited for, says that no more is wanted.
    ///
    /// # Errors
    /// [`crate::error::Kind::Unexpected`] where it is no JSON. An I/O error of
    /// the body is passed through as it is.
    pub(super) fn next(
        &mut self,
        waiting: &mut dyn FnMut() -> Result<bool>,
    ) -> Result<Option<Piece<'_>>> {
        let place = loop {
            if let Some(place) = self.scan() {
                break place;
            }
            if let Some(Fault { offset, reason, .. }) = self.fault {
                let why = format!("the body is not valid JSON at byte {offset}: {reason}");
                return Err(refusal(self.option, &why).into());
            }
            if !self.has_ended {
                if !waiting()? {
                    return Ok(None);
                }
                self.read()?;
                continue;
            }
            if self.is_blank {
                return Err(refusal(self.option, "the body is empty, not JSON").into());
            }
            // Nothing ends a number but the end.
            match std::mem::take(&mut self.cut.is_open) {
                true => {
                    break std::mem::replace(&mut self.begins, self.held.len())..self.held.len();
                }
                false => return Ok(None),
            }
        };
        let piece = &self.held[place];
        Ok(Some(match self.cut.is_in_list {
            true => Piece::Element(piece),
            false => Piece::Document(piece),
        }))
    }

    /// Reads on.
    fn read(&mut self) -> Result<()> {
        self.held.drain(..self.begins);
        self.given += self.begins as u64;
        self.at -= self.begins;
        self.begins = 0;
        let length = body::read(self.body, &mut self.chunk)?;
        if length == 0 {
            self.has_ended = true;
            let check = std::mem::replace(&mut self.check, checker());
            self.fault = self.fault.or(ending(check));
            return Ok(());
        }
        let mut piece = &self.chunk[..length];
        // RFC 8259 section 8.1: a byte order mark may be ignored.
        if self.length() == 0 {
            piece = piece.strip_prefix(b"\xef\xbb\xbf").unwrap_or(piece);
        }
        self.check.push(piece, &mut std::io::sink())?;
        self.fault = self.check.fault().filter(|fault| fault.ends_formatting);
        self.is_blank &= piece.iter().all(u8::is_ascii_whitespace);
        self.held.extend_from_slice(piece);
        Ok(())
    }

    /// Looks for the end of the next piece in what has come and is JSON.
    fn scan(&mut self) -> Option<Range<usize>> {
        let sound = self.fault.map_or(u64::MAX, |fault| fault.offset.saturating_sub(self.given));
        let end = self.held.len().min(usize::try_from(sound).unwrap_or(usize::MAX));
        while self.at < end {
            let byte = self.held[self.at];
            let cut = &mut self.cut;
            if cut.is_string {
                self.at += 1;
                cut.is_string = cut.is_escaped || byte != b'"';
                cut.is_escaped = byte == b'\\' && !cut.is_escaped;
                if !cut.is_string && cut.depth == 0 {
                    return Some(self.give());
                }
                continue;
            }
            let is_bare = cut.is_open && cut.depth == 0;
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b',' | b']' | b'}' if is_bare => {
                    return Some(self.give());
                }
                b'"' => (cut.is_open, cut.is_string) = (true, true),
                b'[' if self.splits && !cut.is_open && !cut.is_in_list => {
                    cut.is_in_list = true;
                    self.begins = self.at + 1;
                }
                b'{' | b'[' => {
                    cut.is_open = true;
                    cut.depth += 1;
                }
                b'}' | b']' if cut.is_open => {
                    cut.depth -= 1;
                    if cut.depth == 0 {
                        self.at += 1;
                        return Some(self.give());
                    }
                }
                b' ' | b'\t' | b'\r' | b'\n' | b',' if !cut.is_open => self.begins = self.at + 1,
                b']' => {
                    cut.is_in_list = false;
                    self.begins = self.at + 1;
                }
                _ => cut.is_open = true,
            }
            self.at += 1;
        }
        None
    }

    /// The piece that ends here.
    fn give(&mut self) -> Range<usize> {
        self.cut.is_open = false;
        std::mem::replace(&mut self.begins, self.at)..self.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::one_line;

    /// A body that comes a byte at a time.
    struct Dripping<'t>(&'t [u8]);

    impl Read for Dripping<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            buffer[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    /// The pieces of a text, an element with a comma before it, and how it ended.
    fn cut(body: &mut dyn Read, splits: bool) -> (Vec<String>, String) {
        let mut stream = Stream::new(body, "--each", splits);
        let mut pieces = Vec::new();
        loop {
            match stream.next(&mut || Ok(true)) {
                Ok(Some(Piece::Element(text))) => {
                    pieces.push(format!(",{}", String::from_utf8_lossy(text)));
                }
                Ok(Some(Piece::Document(text))) => {
                    pieces.push(String::from_utf8_lossy(text).into_owned());
                }
                Ok(None) => return (pieces, String::new()),
                Err(error) => return (pieces, one_line(&error)),
            }
        }
    }

    #[test]
    fn lists_are_cut_and_documents_are_not() {
        for (text, pieces) in [
            ("[1, {\"a\":[2]} ,\"]\\\",\" ]", &[",1", ",{\"a\":[2]}", ",\"]\\\",\""][..]),
            ("[1] [2,3]\n[]\n4 \"x\"{}", &[",1", ",2", ",3", "4", "\"x\"", "{}"]),
            ("[[1,2],[]]", &[",[1,2]", ",[]"]),
            ("{\"a\":[1,2]}", &["{\"a\":[1,2]}"]),
            ("true", &["true"]),
        ] {
            assert_eq!(
                cut(&mut text.as_bytes(), true),
                (pieces.iter().map(ToString::to_string).collect(), String::new()),
                "{text}"
            );
            assert_eq!(cut(&mut Dripping(text.as_bytes()), true).0, pieces, "{text}");
        }
        assert_eq!(cut(&mut "\u{feff}12".as_bytes(), true).0, ["12"]);
        assert_eq!(cut(&mut &b"[1,2] [3]"[..], false).0, ["[1,2]", "[3]"]);
    }

    #[test]
    fn what_comes_before_a_fault_is_given() {
        for (text, pieces, fault) in [
            ("", &[][..], "--each: the body is empty, not JSON"),
            (" \n", &[], "--each: the body is empty, not JSON"),
            ("[1,2", &[",1"], "--each: the body is not valid JSON at byte 4: "),
            ("[1,{\"a\":NaN}]", &[",1"], "--each: the body is not valid JSON at byte 8: "),
            ("[1]]", &[",1"], "--each: the body is not valid JSON at byte 3: "),
            ("1 nul", &["1"], "--each: the body is not valid JSON at byte 5: "),
        ] {
            for body in [&mut text.as_bytes() as &mut dyn Read, &mut Dripping(text.as_bytes())] {
                let (given, told) = cut(body, true);
                assert_eq!(given, pieces, "{text}");
                assert!(told.starts_with(fault), "{text}: {told}");
            }
        }
        let deep = format!("[1,{}", "[".repeat(100_000));
        let (given, told) = cut(&mut deep.as_bytes(), true);
        assert_eq!(given, [",1"]);
        assert!(told.contains("nest more than 512 deep"), "{told}");
    }

    #[test]
    fn no_more_is_read_than_is_wanted() {
        let mut body = Dripping(b"[1,2,3]");
        let mut stream = Stream::new(&mut body, "--each", true);
        let mut left = 4;
        let mut waiting = || {
            left -= 1;
            Ok(left > 0)
        };
        assert!(matches!(stream.next(&mut waiting), Ok(Some(Piece::Element(b"1")))));
        assert!(matches!(stream.next(&mut waiting), Ok(None)));
        assert_eq!(body.0, b"2,3]");
    }
}
