//! Bodies as sources that can be opened again: once for the digest, once for
//! the wire, once more for a second attempt.

use std::fmt;
use std::io::{Cursor, Read, Result};
use std::sync::Arc;

/// Where a body's bytes come from. Every opening gives the same bytes.
pub trait BodySource: Send + Sync {
    /// How many bytes an opening gives.
    fn length(&self) -> u64;

    /// Starts at the first byte.
    ///
    /// # Errors
    /// When the source cannot be read or has changed since it was made.
    fn open(&self) -> Result<Box<dyn Read + Send>>;

    /// Starts behind the first `start` bytes. What cannot go there at once is
    /// read up to there.
    ///
    /// # Errors
    /// Those of [`Self::open`].
    fn open_at(&self, start: u64) -> Result<Box<dyn Read + Send>> {
        let mut reader = self.open()?;
        std::io::copy(&mut (&mut reader).take(start), &mut std::io::sink())?;
        Ok(reader)
    }
}

/// A body, or none: `Content-Length: 0` and no body are different requests.
#[derive(Clone, Default)]
pub struct Body(Option<Arc<dyn BodySource>>);

impl Body {
    /// No body.
    pub fn none() -> Self {
        Self(None)
    }

    /// A body held in memory.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Some(Arc::new(Bytes(bytes.into().into()))))
    }

    /// A body read from `source`.
    pub fn source(source: impl BodySource + 'static) -> Self {
        Self(Some(Arc::new(source)))
    }

    /// The `length` bytes of it behind the first `start`.
    pub fn part(&self, start: u64, length: u64) -> Self {
        Self::source(Part { whole: self.clone(), start, length })
    }

    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Its length in bytes, 0 when there is none.
    pub fn length(&self) -> u64 {
        self.0.as_ref().map_or(0, |source| source.length())
    }

    /// Starts at the first byte; empty when there is none.
    ///
    /// # Errors
    /// Those of the source.
    pub fn open(&self) -> Result<Box<dyn Read + Send>> {
        match &self.0 {
            Some(source) => source.open(),
            None => Ok(Box::new(std::io::empty())),
        }
    }

    fn open_at(&self, start: u64) -> Result<Box<dyn Read + Send>> {
        match &self.0 {
            Some(source) => source.open_at(start),
            None => self.open(),
        }
    }

    /// Reads it whole.
    ///
    /// # Errors
    /// Those of the source.
    pub fn read_all(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open()?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(source) => write!(formatter, "Body({} bytes)", source.length()),
            None => formatter.write_str("Body(none)"),
        }
    }
}

struct Bytes(Arc<[u8]>);

impl BodySource for Bytes {
    fn length(&self) -> u64 {
        self.0.len() as u64
    }

    fn open(&self) -> Result<Box<dyn Read + Send>> {
        Ok(Box::new(Cursor::new(Arc::clone(&self.0))))
    }
}

struct Part {
    whole: Body,
    start: u64,
    length: u64,
}

impl BodySource for Part {
    fn length(&self) -> u64 {
        self.length
    }

    fn open(&self) -> Result<Box<dyn Read + Send>> {
        Ok(Box::new(self.whole.open_at(self.start)?.take(self.length)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_what_stands_there() {
        let body = Body::bytes("0123456789");
        for (start, length, expected) in [(0, 10, "0123456789"), (3, 4, "3456"), (9, 1, "9")] {
            let part = body.part(start, length);
            assert_eq!((part.length(), part.read_all().unwrap()), (length, expected.into()));
        }
        assert_eq!(body.part(2, 6).part(1, 2).read_all().unwrap(), b"34");
    }
}
