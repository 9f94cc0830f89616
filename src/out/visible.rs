//! Makes bytes from elsewhere safe to show: what would steer a terminal or
//! reorder a line becomes visible.

use std::str::from_utf8;

/// How characters that must not reach a terminal are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// In running text: `^[`, `<U+202E>`, `<FF>`; line breaks and tabs stay.
    Text,
    /// The same within one line: only tabs stay.
    Line,
    /// Within a JSON string: the escapes of RFC 8259 section 7.
    Json,
}

/// A filter that takes bytes in pieces cut anywhere.
#[derive(Debug)]
pub struct Visible {
    notation: Notation,
    /// The beginning of a UTF-8 sequence whose end has not come yet.
    held: [u8; 4],
    held_length: usize,
    /// A carriage return whose next character has not come yet.
    carriage_return: bool,
}

impl Visible {
    /// A filter that has seen nothing.
    pub fn new(notation: Notation) -> Self {
        Self { notation, held: [0; 4], held_length: 0, carriage_return: false }
    }

    /// Appends to `out` what `bytes` look like. Returns whether they were
    /// UTF-8 so far.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> bool {
        let mut rest = bytes;
        let mut is_utf8 = true;
        while self.held_length > 0 {
            let Some((next, after)) = rest.split_first() else { return is_utf8 };
            self.held[self.held_length] = *next;
            let held = self.held;
            match from_utf8(&held[..=self.held_length]) {
                Ok(text) => {
                    self.held_length = 0;
                    self.text(text, out);
                    rest = after;
                }
                Err(error) if error.error_len().is_none() => {
                    self.held_length += 1;
                    rest = after;
                }
                // `next` does not continue the sequence: it begins anew.
                Err(_) => is_utf8 &= self.release(out),
            }
        }
        let mut chunks = rest.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            self.text(chunk.valid(), out);
            let invalid = chunk.invalid();
            let is_cut = from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
            if is_cut && chunks.peek().is_none() {
                self.held[..invalid.len()].copy_from_slice(invalid);
                self.held_length = invalid.len();
            } else if !invalid.is_empty() {
                self.settle_carriage_return(false, out);
                invalid.iter().for_each(|byte| show_byte(*byte, out));
                is_utf8 = false;
            }
        }
        is_utf8
    }

    /// Appends what was held back, now that nothing follows. Returns whether
    /// that was UTF-8. The filter is then as new.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> bool {
        let is_utf8 = self.release(out);
        self.settle_carriage_return(false, out);
        is_utf8
    }

    fn release(&mut self, out: &mut Vec<u8>) -> bool {
        if self.held_length == 0 {
            return true;
        }
        self.settle_carriage_return(false, out);
        self.held[..self.held_length].iter().for_each(|byte| show_byte(*byte, out));
        self.held_length = 0;
        false
    }

    fn settle_carriage_return(&mut self, before_line_feed: bool, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.carriage_return) {
            // Alone it would let the rest overwrite the line.
            out.extend_from_slice(if before_line_feed { b"\r" } else { b"^M" });
        }
    }

    fn text(&mut self, text: &str, out: &mut Vec<u8>) {
        if let Some(first) = text.as_bytes().first() {
            self.settle_carriage_return(*first == b'\n', out);
        }
        let mut rest = text;
        while let Some(at) = rest.bytes().position(may_begin_unsafe) {
            let (before, from_here) = rest.split_at(at);
            out.extend_from_slice(before.as_bytes());
            let mut characters = from_here.chars();
            if let Some(character) = characters.next() {
                let next = characters.as_str().as_bytes().first();
                self.character(character, next.copied(), out);
            }
            rest = characters.as_str();
        }
        out.extend_from_slice(rest.as_bytes());
    }

    fn character(&mut self, character: char, next: Option<u8>, out: &mut Vec<u8>) {
        match (self.notation, character) {
            (Notation::Text, '\n') | (Notation::Text | Notation::Line, '\t') => {
                out.push(character as u8);
            }
            (Notation::Text, '\r') => {
                self.carriage_return = true;
                if let Some(next) = next {
                    self.settle_carriage_return(next == b'\n', out);
                }
            }
            (Notation::Json, '\n') => out.extend_from_slice(b"\\n"),
            (Notation::Json, '\r') => out.extend_from_slice(b"\\r"),
            (Notation::Json, '\t') => out.extend_from_slice(b"\\t"),
            (Notation::Json, _) if is_unsafe(character) => {
                out.extend_from_slice(format!("\\u{:04x}", u32::from(character)).as_bytes());
            }
            (_, '\0'..='\x1f' | '\x7f') => out.extend_from_slice(&[b'^', character as u8 ^ 0x40]),
            _ if is_unsafe(character) => {
                out.extend_from_slice(format!("<U+{:04X}>", u32::from(character)).as_bytes());
            }
            _ => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// `bytes` as one line of safe text.
pub fn line(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let mut visible = Visible::new(Notation::Line);
    visible.push(bytes, &mut out);
    visible.finish(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// Whether a character steers a terminal (C0, DEL, C1) or reorders what is
/// around it (Unicode's explicit bidirectional formatting, UAX 9 section 2).
fn is_unsafe(character: char) -> bool {
    character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a byte of valid UTF-8 may be the first of an unsafe character: C1
/// begins with C2, the bidirectional ones with E2.
fn may_begin_unsafe(byte: u8) -> bool {
    byte < 0x20 || matches!(byte, 0x7f | 0xc2 | 0xe2)
}

fn show_byte(byte: u8, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("<{byte:02X}>").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows `bytes` cut into pieces of each length up to their own.
    fn shown(notation: Notation, bytes: &[u8]) -> String {
        let mut results: Vec<Vec<u8>> = (1..=bytes.len().max(1))
            .map(|length| {
                let mut out = Vec::new();
                let mut visible = Visible::new(notation);
                for piece in bytes.chunks(length) {
                    visible.push(piece, &mut out);
                }
                visible.finish(&mut out);
                out
            })
            .collect();
        results.dedup();
        assert_eq!(results.len(), 1, "depends on where {bytes:?} is cut");
        String::from_utf8(results.remove(0)).unwrap()
    }

    #[test]
    fn control_characters_become_visible() {
        let hostile = "a\x1b]0;x\x07\x7f\u{9b}31m\u{202e}b\u{2066}é\u{2028}\0".as_bytes();
        assert_eq!(
            shown(Notation::Text, hostile),
            "a^[]0;x^G^?<U+009B>31m<U+202E>b<U+2066>é\u{2028}^@"
        );
        assert_eq!(
            shown(Notation::Json, hostile),
            "a\\u001b]0;x\\u0007\\u007f\\u009b31m\\u202eb\\u2066é\u{2028}\\u0000"
        );
    }

    #[test]
    fn line_breaks_stay_in_text_only() {
        let text = b"a\tb\r\nc\rd\n\r";
        assert_eq!(shown(Notation::Text, text), "a\tb\r\nc^Md\n^M");
        assert_eq!(shown(Notation::Line, text), "a\tb^M^Jc^Md^J^M");
        assert_eq!(shown(Notation::Json, text), "a\\tb\\r\\nc\\rd\\n\\r");
        assert_eq!(shown(Notation::Text, b"\r\xff"), "^M<FF>");
    }

    #[test]
    fn other_bytes_than_utf8_are_shown_in_hex() {
        // The ill-formed sequences of Unicode section 3.9: truncated, overlong,
        // surrogate, beyond U+10FFFF.
        let bytes = b"\xe2\x82A\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82\xac\xf0\x9f";
        assert_eq!(
            shown(Notation::Text, bytes),
            "<E2><82>A<C0><AF><ED><A0><80><F4><90><80><80>€<F0><9F>"
        );
    }

    #[test]
    fn it_tells_whether_all_was_utf8() {
        let mut visible = Visible::new(Notation::Text);
        let mut out = Vec::new();
        assert!(visible.push(b"\xe2\x82", &mut out));
        assert!(visible.push(b"\xac", &mut out));
        assert!(!visible.push(b"\xff", &mut out));
        assert!(visible.push(b"\xe2", &mut out));
        assert!(!visible.finish(&mut out));
    }
}
