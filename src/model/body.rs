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
