//! Standard output, unhindered.

use super::interrupt;
use std::fs::File;
use std::io::{Result, Stdout, Write};
use std::os::fd::AsFd as _;

/// From which length on bytes are written as they are.
const LARGE: usize = 4096;

/// What is short is written line by line, as [`Stdout`] does it. That looks for
/// the last line break of all it is given: of what is large, which is a body,
/// nobody wants to know it, and the search takes as long as the copying.
pub(super) struct Unhindered {
    lines: Stdout,
    direct: File,
    /// How many bytes are known to have been taken at once: nearly every pipe
    /// takes as many, and whoever reads it may take its time with more.
    taken: usize,
}

impl Unhindered {
    /// The standard output of this process.
    pub(super) fn of_process() -> Box<dyn Write + Send> {
        let lines = std::io::stdout();
        match lines.as_fd().try_clone_to_owned() {
            Ok(descriptor) => Box::new(Self { lines, direct: descriptor.into(), taken: 0 }),
            Err(_) => Box::new(lines),
        }
    }
}

impl Write for Unhindered {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.taken = self.taken.saturating_add(bytes.len());
        if self.taken > LARGE {
            interrupt::attend();
        }
        if bytes.len() < LARGE {
            return self.lines.write(bytes);
        }
        self.lines.flush()?;
        self.direct.write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        self.lines.flush()
    }
}
