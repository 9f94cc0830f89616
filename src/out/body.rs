//! Bodies on their way from the network to the user.

use crate::error::Result;
use crate::model::buffer::Buffer;
use crate::out::fault::Fault;
use crate::out::file::OutputFile;
use crate::out::json::Layout;
use crate::out::presenter::Presenter;
use crate::out::style::Style;
use crate::out::written::{STANDARD_OUTPUT, Written, written};
use std::io::{ErrorKind, Read, Write};

/// How much is read at once; what arrives is passed on without waiting for
/// more.
pub(super) const CHUNK: usize = 64 * 1024;
/// How much of a body that is only copied is read at first: few are longer.
const FIRST_COPIED: usize = 8 * 1024;
/// How much of one that is longer: as much as may have come.
const COPIED: usize = 128 * 1024;

/// Who reads standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience<'a> {
    /// A program: it gets the bytes, unchanged.
    Program,
    /// A person at a terminal: JSON and XML are formatted, text made safe to
    /// show, binary refused.
    Person {
        /// The answer's Content-Type.
        content_type: Option<&'a str>,
        /// Whether to colour.
        style: Style,
    },
    /// Somebody who asked for XML, indented, whatever reads it.
    Xml {
        /// Whether to colour.
        style: Style,
    },
    /// Somebody who asked for JSON in this layout, whatever reads it.
    Json {
        /// The layout.
        layout: Layout,
        /// Whether to colour.
        style: Style,
    },
}

/// What became of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// How many bytes of it were read.
    pub length: u64,
    /// Whether all was wanted.
    pub written: Written,
    /// What is wrong with a body that was formatted: worth a note.
    pub fault: Option<Fault>,
}

/// Passes a body on to standard output, each piece as it arrives.
///
/// # Errors
/// [`Kind::Write`] when the output cannot be written or a person would get
/// binary. An [`io::Error`] of the body is passed through as it is.
pub fn to_stdout(body: &mut dyn Read, audience: Audience, out: &mut dyn Write) -> Result<Shown> {
    match audience {
        Audience::Program => copy(body, out, STANDARD_OUTPUT),
        Audience::Person { content_type, style } => {
            let choose = |beginning: &[u8]| Presenter::choose(content_type, style, beginning);
            present(body, choose, out)
        }
        Audience::Xml { style } => present(body, |_| Ok(Presenter::xml(style)), out),
        Audience::Json { layout, style } => {
            let choose = |_: &[u8]| Ok(Presenter::json(style, layout));
            present(body, choose, out)
        }
    }
}

/// Writes a body to a file: one that appears when it is whole, or one that
/// grows.
///
/// # Errors
/// [`Kind::Write`] when the file cannot be written. An [`io::Error`] of the
/// body is passed through as it is.
pub fn to_file(body: &mut dyn Read, mut file: OutputFile) -> Result<Shown> {
    let name = file.name().to_owned();
    let copied = copy(body, &mut file, &name)?;
    match copied.written {
        Written::Whole => Ok(Shown { written: file.finish()?, ..copied }),
        Written::Closed => Ok(copied),
    }
}

fn copy(body: &mut dyn Read, out: &mut dyn Write, target: &str) -> Result<Shown> {
    let mut chunk = Buffer::new(FIRST_COPIED);
    let mut shown = Shown { length: 0, written: Written::Whole, fault: None };
    while shown.written == Written::Whole {
        let length = read(body, &mut chunk)?;
        if length == 0 {
            break;
        }
        shown.length += length as u64;
        let result = out.write_all(&chunk[..length]).and_then(|()| out.flush());
        shown.written = written(result, target)?;
        if length == chunk.len() && length < COPIED {
            chunk = Buffer::new(COPIED);
        }
    }
    Ok(shown)
}

fn present(
    body: &mut dyn Read,
    choose: impl FnOnce(&[u8]) -> Result<Presenter>,
    out: &mut dyn Write,
) -> Result<Shown> {
    let mut chunk = Buffer::new(CHUNK);
    let mut length = beginning(body, &mut chunk)?;
    let mut presenter = choose(&chunk[..length])?;
    let mut shown = Shown { length: 0, written: Written::Whole, fault: None };
    // RFC 8259 section 8.1: a byte order mark may be ignored. In XML it is no
    // part of the document (XML 1.0 section 4.3.3).
    let mut skip = if chunk[..length].starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    while length > 0 && shown.written == Written::Whole {
        shown.length += length as u64;
        let result = presenter.push(&chunk[std::mem::take(&mut skip)..length], out);
        shown.written = written(result.and_then(|()| out.flush()), STANDARD_OUTPUT)?;
        length = match read(body, &mut chunk) {
            Ok(length) => length,
            Err(error) => {
                // Ends the line and its colour. Should that fail too, the
                // body's own failure still says more.
                let _ = presenter.finish(out);
                return Err(error);
            }
        };
    }
    if shown.written == Written::Whole {
        let (result, fault) = match presenter.finish(out) {
            Ok(fault) => (out.flush(), fault),
            Err(error) => (Err(error), None),
        };
        shown.written = written(result, STANDARD_OUTPUT)?;
        shown.fault = fault;
    }
    Ok(shown)
}

/// Reads the first piece, and more as long as it is white space, which says
/// nothing about what the body is.
fn beginning(body: &mut dyn Read, chunk: &mut [u8]) -> Result<usize> {
    let mut length = 0;
    while length < chunk.len() && chunk[..length].iter().all(u8::is_ascii_whitespace) {
        match read(body, &mut chunk[length..])? {
            0 => break,
            more => length += more,
        }
    }
    Ok(length)
}

pub(super) fn read(body: &mut dyn Read, chunk: &mut [u8]) -> Result<usize> {
    loop {
        match body.read(chunk) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            other => return Ok(other?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Error, Kind, kind_of};
    use std::io;

    /// A body that comes in these pieces and then fails, if it should.
    struct Pieces(Vec<&'static [u8]>, Option<Error>);

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return self.1.take().map_or(Ok(0), |error| Err(io::Error::other(error)));
            }
            let piece = self.0.remove(0);
            buffer[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }
    }

    /// An output that records what was written at each flush and closes after
    /// some.
    struct Pipe(Vec<Vec<u8>>, Vec<u8>, usize, ErrorKind);

    impl Pipe {
        fn open() -> Self {
            Self(Vec::new(), Vec::new(), usize::MAX, ErrorKind::Other)
        }
    }

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0.len() >= self.2 {
                return Err(self.3.into());
            }
            self.1.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            self.0.push(std::mem::take(&mut self.1));
            Ok(())
        }
    }

    fn person(content_type: &str, body: &'static [u8]) -> Result<(String, Shown)> {
        let mut out = Vec::new();
        let audience = Audience::Person { content_type: Some(content_type), style: Style::PLAIN };
        let shown = to_stdout(&mut Pieces(vec![body], None), audience, &mut out)?;
        Ok((String::from_utf8(out).unwrap(), shown))
    }

    #[test]
    fn a_program_gets_each_piece_as_it_arrives() {
        let mut pipe = Pipe::open();
        let mut body = Pieces(vec![b"{\"a\":", b"\x00\x1b\xff"], None);
        let shown = to_stdout(&mut body, Audience::Program, &mut pipe).unwrap();
        assert_eq!(pipe.0, [&b"{\"a\":"[..], b"\x00\x1b\xff"]);
        assert_eq!(shown, Shown { length: 8, written: Written::Whole, fault: None });
    }

    #[test]
    fn a_closed_pipe_ends_quietly_and_a_full_disk_does_not() {
        let person = Audience::Person { content_type: None, style: Style::PLAIN };
        for audience in [Audience::Program, person] {
            let mut closed = Pipe(Vec::new(), Vec::new(), 1, ErrorKind::BrokenPipe);
            let mut body = Pieces(vec![b"a", b"b", b"c"], None);
            let shown = to_stdout(&mut body, audience, &mut closed).unwrap();
            assert_eq!((shown.length, shown.written), (2, Written::Closed));
            let mut full = Pipe(Vec::new(), Vec::new(), 1, ErrorKind::StorageFull);
            let mut body = Pieces(vec![b"a", b"b"], None);
            let error = to_stdout(&mut body, audience, &mut full).unwrap_err();
            assert_eq!(kind_of(&error), Kind::Write);
        }
    }

    #[test]
    fn a_failing_body_keeps_its_own_error() {
        let person = Audience::Person { content_type: None, style: Style::COLORED };
        for audience in [Audience::Program, person] {
            let mut out = Vec::new();
            let failure = Error::new(Kind::EndedEarly, "the body ended early");
            let mut body = Pieces(vec![b"{\"a"], Some(failure));
            let error = to_stdout(&mut body, audience, &mut out).unwrap_err();
            let inner = error.downcast::<io::Error>().unwrap().into_inner().unwrap();
            assert_eq!(inner.downcast::<Error>().unwrap().kind(), Kind::EndedEarly);
            let ends_clean = out == b"{\"a" || out.ends_with(b"\x1b[0m\n");
            assert!(ends_clean, "{out:?}");
        }
    }

    #[test]
    fn a_person_gets_json_formatted_by_type_or_looks() {
        let formatted = "{\n  \"a\": 1\n}\n";
        for content_type in
            ["application/json; charset=utf-8", "APPLICATION/HAL+JSON", "text/plain", ""]
        {
            assert_eq!(person(content_type, b"{\"a\":1}").unwrap().0, formatted, "{content_type}");
        }
        assert_eq!(person("text/html", b"{\"a\":1}").unwrap().0, "{\"a\":1}\n");
        assert_eq!(person("application/json", b"\xef\xbb\xbf1").unwrap().0, "1\n");
        let (shown, outcome) = person("application/json", b"gone <b>").unwrap();
        assert_eq!(shown, "gone <b>\n");
        assert!(outcome.fault.is_some());
    }

    #[test]
    fn a_person_gets_safe_text_and_no_binary() {
        assert_eq!(person("text/plain", b"caf\xe9 \x1b[2J").unwrap().0, "caf<E9> ^[[2J\n");
        assert_eq!(person("", b"").unwrap().0, "");
        for (content_type, body) in [
            ("image/png", &b"\x89PNG"[..]),
            ("text/plain", b"a\0b"),
            ("application/json", b"\x1f\x8b\0"),
        ] {
            let error = person(content_type, body).unwrap_err();
            assert_eq!(kind_of(&error), Kind::Write);
            assert!(crate::error::hints_of(&error)[0].contains("-o FILE"));
        }
    }

    #[test]
    fn what_a_body_is_shows_after_leading_white_space() {
        let mut out = Vec::new();
        let audience = Audience::Person { content_type: None, style: Style::PLAIN };
        let mut body = Pieces(vec![b"\n", b" ", b"[1,", b"2]"], None);
        let shown = to_stdout(&mut body, audience, &mut out).unwrap();
        assert_eq!(out, b"[\n  1,\n  2\n]\n");
        assert_eq!(shown.length, 7);
    }

    #[test]
    fn a_file_is_whole_or_not_there() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("body");
        let failure = Error::new(Kind::EndedEarly, "the body ended early");
        to_file(&mut Pieces(vec![b"half"], Some(failure)), OutputFile::create(&path).unwrap())
            .unwrap_err();
        assert!(!path.exists());
        let shown =
            to_file(&mut Pieces(vec![b"wh", b"ole"], None), OutputFile::create(&path).unwrap())
                .unwrap();
        assert_eq!((shown.length, shown.written), (5, Written::Whole));
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}
