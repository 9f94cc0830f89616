//! A TCP stream that keeps to the time limits of the call it works for.

use crate::net::call::Call;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// A connected socket at work for a call.
pub(super) struct Socket {
    stream: TcpStream,
    call: Arc<Call>,
    /// A shorter limit for the next reads, whose end is no failure.
    patience: Option<Duration>,
    /// The limits that the system was given last: asking it again costs a
    /// system call.
    read_limit: Option<Duration>,
    write_limit: Option<Duration>,
}

impl Socket {
    /// Takes a connected stream over.
    pub(super) fn new(stream: TcpStream, call: Arc<Call>) -> Self {
        Self { stream, call, patience: None, read_limit: None, write_limit: None }
    }

    /// The call it works for.
    pub(super) fn call(&self) -> &Arc<Call> {
        &self.call
    }

    /// Works for `call` from now on.
    pub(super) fn serve(&mut self, call: Arc<Call>) {
        self.call = call;
        self.patience = None;
    }

    /// Reads give up with [`ErrorKind::TimedOut`] after this time already.
    pub(super) fn set_patience(&mut self, patience: Option<Duration>) {
        self.patience = patience;
    }

    /// The address at the other end.
    pub(super) fn remote(&self) -> Option<SocketAddr> {
        self.stream.peer_addr().ok()
    }

    /// Whether an idle connection is still open with nothing to be read.
    pub(super) fn is_quiet(&self) -> bool {
        self.without_blocking(|stream| {
            matches!(stream.peek(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock)
        })
    }

    /// Runs `work` with a stream that does not block.
    pub(super) fn without_blocking(&self, work: impl FnOnce(&TcpStream) -> bool) -> bool {
        self.stream.set_nonblocking(true).is_ok()
            && work(&self.stream)
            && self.stream.set_nonblocking(false).is_ok()
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let bound = self.call.bound().map_err(io::Error::other)?;
            let patience = self.patience.filter(|patience| *patience < bound.left);
            let limit = patience.unwrap_or(bound.left);
            // Where the limit cannot be set the read itself says why.
            if self.read_limit != Some(limit) && self.stream.set_read_timeout(Some(limit)).is_ok() {
                self.read_limit = Some(limit);
            }
            match self.stream.read(buffer) {
                // A stopped process that goes on is interrupted here, since
                // the socket has a limit.
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if is_timeout(&error) && patience.is_some() => {
                    return Err(ErrorKind::TimedOut.into());
                }
                Err(error) if is_timeout(&error) => {
                    return Err(io::Error::other(self.call.expire(bound)));
                }
                other => return other,
            }
        }
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            let bound = self.call.bound().map_err(io::Error::other)?;
            if self.write_limit != Some(bound.left)
                && self.stream.set_write_timeout(Some(bound.left)).is_ok()
            {
                self.write_limit = Some(bound.left);
            }
            match self.stream.write(bytes) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if is_timeout(&error) => {
                    return Err(io::Error::other(self.call.expire(bound)));
                }
                other => return other,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Systems differ in what they call a socket's time limit.
fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
