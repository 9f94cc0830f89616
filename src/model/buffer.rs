//! Memory that is read into.

use std::ops::{Deref, DerefMut};

/// A cache line, in bytes.
const LINE: usize = 64;

/// Zeroed bytes that begin where a cache line does.
///
/// Kernels fill a reader's buffer by `rep movsb`, which AMD's Zen 3 and later
/// do three to four times slower into a place that is, within its page, a few
/// bytes behind the place it comes from. A file's bytes come from the start of
/// a page, and what an allocator maps for a large request begins 16 bytes
/// behind the start of one.
#[derive(Debug, Default)]
pub struct Buffer {
    memory: Vec<u8>,
    start: usize,
}

impl Buffer {
    /// A buffer of `length` bytes. Memory that comes zeroed from the system
    /// is not touched before it is used.
    pub fn new(length: usize) -> Self {
        let memory = vec![0; length + LINE];
        let start = memory.as_ptr().align_offset(LINE).min(LINE);
        let mut buffer = Self { memory, start };
        buffer.memory.truncate(start + length);
        buffer
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.memory[self.start..]
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.memory[self.start..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_has_its_length_and_begins_a_cache_line() {
        for length in [0, 1, 63, 64, 4096, 200 * 1024] {
            let mut buffer = Buffer::new(length);
            assert_eq!(buffer.len(), length);
            assert!(buffer.iter().all(|byte| *byte == 0));
            assert_eq!(buffer.as_ptr().addr() % LINE, 0);
            buffer.fill(1);
        }
        assert!(Buffer::default().is_empty());
    }
}
