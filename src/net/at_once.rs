//! Reading and writing what a socket can do at once, without waiting.

#[cfg(not(unix))]
pub(super) use elsewhere::{peek, read, write};
#[cfg(unix)]
pub(super) use unix::{peek, read, write};

/// One system call each: the socket itself goes on waiting.
#[cfg(unix)]
mod unix {
    use rustix::net::{RecvFlags, SendFlags, recv, send};
    use std::io::Result;
    use std::os::fd::AsFd;

    /// Reads what has come.
    ///
    /// # Errors
    /// Those of the socket; [`WouldBlock`](std::io::ErrorKind::WouldBlock) when nothing has come.
    pub(in crate::net) fn read(socket: &mut impl AsFd, buffer: &mut [u8]) -> Result<usize> {
        Ok(recv(socket, buffer, RecvFlags::DONTWAIT)?.1)
    }

    /// The same, which stays to be read.
    ///
    /// # Errors
    /// Those of [`read`].
    pub(in crate::net) fn peek(socket: &mut impl AsFd, buffer: &mut [u8]) -> Result<usize> {
        Ok(recv(socket, buffer, RecvFlags::DONTWAIT | RecvFlags::PEEK)?.1)
    }

    /// Writes as much as there is room for. A peer that is gone is an error, no signal.
    ///
    /// # Errors
    /// Those of the socket; [`WouldBlock`](std::io::ErrorKind::WouldBlock) when there is no room.
    pub(in crate::net) fn write(socket: &mut impl AsFd, bytes: &[u8]) -> Result<usize> {
        Ok(send(socket, bytes, SendFlags::DONTWAIT | SendFlags::NOSIGNAL)?)
    }
}

/// Where no call can be told not to wait, the socket is, for one call.
#[cfg(not(unix))]
mod elsewhere {
    use std::io::{Read as _, Result, Write as _};
    use std::net::TcpStream;

    pub(in crate::net) fn read(socket: &mut TcpStream, buffer: &mut [u8]) -> Result<usize> {
        without_waiting(socket, |socket| socket.read(buffer))
    }

    pub(in crate::net) fn peek(socket: &mut TcpStream, buffer: &mut [u8]) -> Result<usize> {
        without_waiting(socket, |socket| socket.peek(buffer))
    }

    pub(in crate::net) fn write(socket: &mut TcpStream, bytes: &[u8]) -> Result<usize> {
        without_waiting(socket, |socket| socket.write(bytes))
    }

    fn without_waiting(
        socket: &mut TcpStream,
        work: impl FnOnce(&mut TcpStream) -> Result<usize>,
    ) -> Result<usize> {
        socket.set_nonblocking(true)?;
        let done = work(socket);
        socket.set_nonblocking(false)?;
        done
    }
}
