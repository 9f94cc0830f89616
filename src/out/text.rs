//! Text on a terminal.

use crate::out::visible::{Notation, Visible};
use std::io::{Result, Write};

/// Writes text piece by piece, control characters visible, and ends it with a
/// line break so that the shell's prompt begins a line.
#[derive(Debug)]
pub struct TextWriter {
    visible: Visible,
    buffer: Vec<u8>,
    last: Option<u8>,
}

impl TextWriter {
    /// A writer that has written nothing.
    pub fn new() -> Self {
        Self { visible: Visible::new(Notation::Text), buffer: Vec::new(), last: None }
    }

    /// Writes the next piece, which may be cut anywhere.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn push(&mut self, piece: &[u8], out: &mut dyn Write) -> Result<()> {
        self.visible.push(piece, &mut self.buffer);
        self.write(out)
    }

    /// Writes what was held back and the last line break.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn finish(&mut self, out: &mut dyn Write) -> Result<()> {
        self.visible.finish(&mut self.buffer);
        let last = self.buffer.last().copied().or(self.last);
        if last.is_some_and(|last| last != b'\n') {
            self.buffer.push(b'\n');
        }
        self.write(out)
    }

    fn write(&mut self, out: &mut dyn Write) -> Result<()> {
        out.write_all(&self.buffer)?;
        self.last = self.buffer.last().copied().or(self.last);
        self.buffer.clear();
        Ok(())
    }
}

impl Default for TextWriter {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether a text's beginning holds a NUL, which no text does.
pub fn has_nul(beginning: &[u8]) -> bool {
    beginning.contains(&0)
}

/// Whether a body's beginning shows that it is no text: it holds a NUL or is
/// not UTF-8. A sequence cut at the end is no sign of that.
pub fn is_binary(beginning: &[u8]) -> bool {
    let is_ill_formed =
        std::str::from_utf8(beginning).is_err_and(|error| error.error_len().is_some());
    has_nul(beginning) || is_ill_formed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pieces: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut writer = TextWriter::new();
        for piece in pieces {
            writer.push(piece, &mut out).unwrap();
        }
        writer.finish(&mut out).unwrap();
        out
    }

    #[test]
    fn the_last_line_ends_once() {
        assert_eq!(written(&[b"a\nb"]), b"a\nb\n");
        assert_eq!(written(&[b"a\n", b""]), b"a\n");
        assert_eq!(written(&[b"a\r\n"]), b"a\r\n");
        assert_eq!(written(&[b"a", b"\x1b\xc3"]), b"a^[<C3>\n");
        assert_eq!(written(&[]), b"");
    }

    #[test]
    fn binary_is_what_holds_nul_or_is_not_utf8() {
        assert!(is_binary(b"PK\x03\x04\0"));
        assert!(is_binary(b"\x89PNG"));
        assert!(!is_binary("plain é\x1b[1m".as_bytes()));
        assert!(!is_binary(b"cut \xe2\x82"));
    }
}
