//! A socket that keeps to the time limits of the call it works for.

use crate::context::interrupt;
use crate::net::at_once;
use crate::net::call::Call;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

/// What bytes go through.
pub(super) enum Pipe {
    /// TCP.
    Tcp(TcpStream),
    /// A Unix domain socket.
    #[cfg(unix)]
    Unix(UnixStream),
}

/// Calls a method that both kinds of sockets have.
macro_rules! either {
    ($pipe:expr, $stream:pat => $call:expr) => {
        match $pipe {
            Pipe::Tcp($stream) => $call,
            #[cfg(unix)]
            Pipe::Unix($stream) => $call,
        }
    };
}

/// A connected socket at work for a call.
pub(super) struct Socket {
    pipe: Pipe,
    call: Arc<Call>,
    remote: Option<SocketAddr>,
    /// Whether reading and writing wait, for as long as the limits allow.
    blocking: bool,
    /// A shorter limit for the next reads, whose end is no failure.
    patience: Option<Duration>,
    /// The limits that the system was given last: asking it again costs a
    /// system call.
    read_limit: Option<Duration>,
    write_limit: Option<Duration>,
}

impl Socket {
    /// Takes a connected socket over.
    pub(super) fn new(pipe: Pipe, call: Arc<Call>) -> Self {
        let remote = match &pipe {
            Pipe::Tcp(stream) => stream.peer_addr().ok(),
            #[cfg(unix)]
            Pipe::Unix(_) => None,
        };
        Self {
            pipe,
            call,
            remote,
            blocking: true,
            patience: None,
            read_limit: None,
            write_limit: None,
        }
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

    /// The address at the other end, where it has one.
    pub(super) fn remote(&self) -> Option<SocketAddr> {
        self.remote
    }

    /// Whether reading and writing wait; without, they fail with
    /// [`ErrorKind::WouldBlock`] where they would.
    pub(super) fn set_blocking(&mut self, blocking: bool) {
        self.blocking = blocking;
    }

    /// What has come and not been read, which stays to be read.
    ///
    /// # Errors
    /// Those of the socket; [`ErrorKind::WouldBlock`] when nothing has come.
    pub(super) fn peek(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        either!(&mut self.pipe, stream => at_once::peek(stream, buffer))
    }
}

/// Whether a limit that the system was given stands for the one wanted: each
/// moment has its own, which differ by little while answers come quickly.
fn stands_for(set: Option<Duration>, wanted: Duration) -> bool {
    set.is_some_and(|set| set >= wanted && set - wanted <= wanted / 100)
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.blocking {
            return either!(&mut self.pipe, stream => at_once::read(stream, buffer));
        }
        loop {
            let bound = self.call.bound().map_err(io::Error::other)?;
            let patience = self.patience.filter(|patience| *patience < bound.left);
            let limit = patience.unwrap_or(bound.left);
            let moment = interrupt::patience().filter(|moment| *moment < limit);
            let limit = moment.unwrap_or(limit);
            // Where the limit cannot be set the read itself says why.
            if !stands_for(self.read_limit, limit)
                && either!(&self.pipe, stream => stream.set_read_timeout(Some(limit))).is_ok()
            {
                self.read_limit = Some(limit);
            }
            match either!(&mut self.pipe, stream => stream.read(buffer)) {
                // A stopped process that goes on is interrupted here, since
                // the socket has a limit.
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // Over is but the moment in which nobody attends to signals.
                Err(error) if is_timeout(&error) && moment.is_some() => {}
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
        if !self.blocking {
            return either!(&mut self.pipe, stream => at_once::write(stream, bytes));
        }
        loop {
            let bound = self.call.bound().map_err(io::Error::other)?;
            let moment = interrupt::patience().filter(|moment| *moment < bound.left);
            let limit = moment.unwrap_or(bound.left);
            if !stands_for(self.write_limit, limit)
                && either!(&self.pipe, stream => stream.set_write_timeout(Some(limit))).is_ok()
            {
                self.write_limit = Some(limit);
            }
            match either!(&mut self.pipe, stream => stream.write(bytes)) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // Over is but the moment in which nobody attends to signals.
                Err(error) if is_timeout(&error) && moment.is_some() => {}
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
