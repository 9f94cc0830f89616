//! Where formatted text is held until it is written.

use std::io::{Result, Write};

/// How many bytes are copied at once, whether needed or not: a copy of fixed
/// length costs no call.
pub(super) const STRIDE: usize = 32;

/// A buffer that is as long as it ever was, and how much of it is written on:
/// most writes into it check one bound and grow nothing.
#[derive(Debug, Default)]
pub(super) struct Pen {
    room: Vec<u8>,
    length: usize,
}

impl Pen {
    /// How much is held.
    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Adds a byte.
    #[inline(always)]
    pub(super) fn push(&mut self, byte: u8) {
        match self.room.get_mut(self.length) {
            Some(place) => {
                *place = byte;
                self.length += 1;
            }
            None => self.extend(&[byte]),
        }
    }

    /// Adds the first `length` bytes of `text`.
    #[inline(always)]
    pub(super) fn put(&mut self, text: &[u8], length: usize) {
        let place = self.room.get_mut(self.length..).and_then(<[u8]>::first_chunk_mut::<STRIDE>);
        match (text.first_chunk::<STRIDE>(), place) {
            (Some(stride), Some(place)) if length <= STRIDE => {
                *place = *stride;
                self.length += length;
            }
            _ => self.extend(&text[..length]),
        }
    }

    /// Adds a text of any length.
    #[inline(never)]
    pub(super) fn extend(&mut self, text: &[u8]) {
        let end = self.length + text.len();
        if end > self.room.len() {
            self.room.resize((2 * self.room.len()).max(end + STRIDE), 0);
        }
        self.room[self.length..end].copy_from_slice(text);
        self.length = end;
    }

    /// Writes what is held, and holds nothing then.
    ///
    /// # Errors
    /// Those of `out`.
    pub(super) fn write(&mut self, out: &mut dyn Write) -> Result<()> {
        let length = std::mem::take(&mut self.length);
        out.write_all(&self.room[..length])
    }
}
