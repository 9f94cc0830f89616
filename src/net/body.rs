//! Bodies on their way: the request's, read from its source, and the answer's.

use crate::error::{Error, Kind};
use crate::model::body::Body;
use crate::net::call::Call;
use crate::net::failure;
use std::io::{self, ErrorKind, Read};
use std::sync::Arc;
use ureq::BodyReader;

/// A request's body as ureq reads it: exactly as many bytes as announced.
pub(super) struct Outgoing {
    source: Box<dyn Read + Send>,
    length: u64,
    left: u64,
    call: Arc<Call>,
}

impl Outgoing {
    /// Opens `body` to be sent in `call`.
    ///
    /// # Errors
    /// When its source cannot be read.
    pub(super) fn open(body: &Body, call: Arc<Call>) -> Result<Self, Error> {
        let source = body.open().map_err(failure::unreadable)?;
        Ok(Self { source, length: body.length(), left: body.length(), call })
    }
}

impl Read for Outgoing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if room == 0 {
            return Ok(0);
        }
        // Once the server takes no more, ureq has to believe that all was
        // sent before it looks for the answer. These bytes go nowhere.
        if self.call.broken().is_some() {
            self.left -= room as u64;
            return Ok(room);
        }
        loop {
            match self.source.read(&mut buffer[..room]) {
                // ureq would wait for the rest for ever.
                Ok(0) => {
                    let sent = self.length - self.left;
                    return Err(io::Error::other(Error::new(
                        Kind::Read,
                        format!(
                            "the request's body ended after {sent} of {} bytes: did it change?",
                            self.length
                        ),
                    )));
                }
                Ok(amount) => {
                    self.left -= amount as u64;
                    return Ok(amount);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(io::Error::other(failure::unreadable(error))),
            }
        }
    }
}

/// An answer's body with its errors typed.
pub(super) struct Incoming {
    reader: BodyReader<'static>,
    call: Arc<Call>,
    expected: Option<u64>,
    received: u64,
    /// What it failed with, and will again.
    failed: Option<(Kind, String)>,
}

impl Incoming {
    /// The body of the answer to `call`; `expected` is its announced length.
    pub(super) fn new(reader: BodyReader<'static>, call: Arc<Call>, expected: Option<u64>) -> Self {
        Self { reader, call, expected, received: 0, failed: None }
    }

    fn fail(&mut self, error: Error) -> io::Error {
        self.failed = Some((error.kind(), error.to_string()));
        io::Error::other(error)
    }
}

impl Read for Incoming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some((kind, message)) = &self.failed {
            return Err(io::Error::other(Error::new(*kind, message.clone())));
        }
        match self.reader.read(buffer) {
            Ok(0) if !buffer.is_empty() => match self.call.cut_reason() {
                Some(why) => {
                    let error =
                        failure::ended_early(&self.call, self.received, self.expected, &why);
                    Err(self.fail(error))
                }
                None => Ok(0),
            },
            Ok(amount) => {
                self.received += amount as u64;
                self.call.gave_content();
                Ok(amount)
            }
            Err(error) => {
                let error = failure::of_body(error, &self.call, self.received, self.expected);
                Err(self.fail(error))
            }
        }
    }
}
