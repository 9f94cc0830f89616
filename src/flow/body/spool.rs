//! Keeping what can be read only once: in memory, or in a file without a name
//! when it is large.

use super::failure::carry;
use crate::error::reason;
use crate::model::body::{Body, BodySource};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};

/// How many bytes stay in memory.
const IN_MEMORY: u64 = 1024 * 1024;

/// Reads `reader` to its end and keeps it.
pub(super) fn spool(reader: &mut dyn Read) -> io::Result<Body> {
    let mut start = Vec::new();
    (&mut *reader).take(IN_MEMORY + 1).read_to_end(&mut start)?;
    if start.len() as u64 <= IN_MEMORY {
        return Ok(Body::bytes(start));
    }
    let (file, length) = keep(&start, reader).map_err(|error| {
        carry(format!("a temporary file cannot be written: {}", reason(&error)))
    })?;
    Ok(Body::source(Kept { file: Arc::new(Mutex::new(file)), length }))
}

fn keep(start: &[u8], rest: &mut dyn Read) -> io::Result<(File, u64)> {
    let mut file = tempfile::tempfile()?;
    file.write_all(start)?;
    let length = start.len() as u64 + io::copy(rest, &mut file)?;
    Ok((file, length))
}

/// A file that only this process can open, and only by this handle: all
/// openings share it, each with a position of its own.
struct Kept {
    file: Arc<Mutex<File>>,
    length: u64,
}

impl BodySource for Kept {
    fn length(&self) -> u64 {
        self.length
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        self.open_at(0)
    }

    fn open_at(&self, start: u64) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(KeptReader { file: Arc::clone(&self.file), position: start }))
    }
}

struct KeptReader {
    file: Arc<Mutex<File>>,
    position: u64,
}

impl Read for KeptReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A reader that panicked leaves the file itself whole: every read
        // seeks first.
        let mut file = self.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.position))?;
        let count = file.read(buffer)?;
        self.position += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_large_inputs_can_be_read_again() {
        for length in [0, 1, IN_MEMORY, IN_MEMORY + 1, 3 * IN_MEMORY + 7] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let body = spool(&mut &bytes[..]).unwrap();
            assert_eq!(body.length(), length);
            assert!(body.read_all().unwrap() == bytes && body.read_all().unwrap() == bytes);
            let (start, half) = (length / 3, length / 2);
            let part = &bytes[start as usize..(start + half) as usize];
            assert!(body.part(start, half).read_all().unwrap() == part);
        }
    }

    #[test]
    fn two_openings_of_a_large_input_do_not_disturb_each_other() {
        let bytes: Vec<u8> = (0..2 * IN_MEMORY).map(|at| (at % 251) as u8).collect();
        let body = spool(&mut &bytes[..]).unwrap();
        let (mut one, mut other) = (body.open().unwrap(), body.open().unwrap());
        let (mut first, mut second) = ([0_u8; 1000], [0_u8; 1000]);
        for at in (0..100_000).step_by(1000) {
            one.read_exact(&mut first).unwrap();
            other.read_exact(&mut second).unwrap();
            assert!(first == bytes[at..at + 1000] && second == first);
        }
    }
}
