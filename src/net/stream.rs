//! Bytes to and from a server: a socket, TLS over it, or TLS over TLS, when an
//! https proxy stands between.

use crate::net::socket::Socket;
use rustls::{ClientConnection, StreamOwned};
use std::io::{self, ErrorKind, Read, Write};

/// A byte stream.
pub(super) enum Stream {
    /// As the socket has it.
    Plain(Socket),
    /// TLS over another stream.
    Secured(Box<StreamOwned<ClientConnection, Stream>>),
}

impl Stream {
    /// The socket below.
    pub(super) fn socket(&mut self) -> &mut Socket {
        match self {
            Self::Plain(socket) => socket,
            Self::Secured(tls) => tls.sock.socket(),
        }
    }

    /// Whether the outermost layer is TLS.
    pub(super) fn is_secured(&self) -> bool {
        matches!(self, Self::Secured(_))
    }

    /// Whether an idle stream is still open with nothing to be read. One that
    /// is not quiet has lost what was read and must not be used again.
    pub(super) fn is_quiet(&mut self) -> bool {
        self.without_blocking(|stream| match stream {
            Self::Plain(socket) => {
                matches!(socket.read(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock)
            }
            Self::Secured(tls) => {
                let StreamOwned { conn, sock } = &mut **tls;
                // TLS 1.3 sends session tickets whenever it likes.
                loop {
                    match conn.read_tls(sock) {
                        Ok(0) => break false,
                        Ok(_) => match conn.process_new_packets() {
                            Ok(state)
                                if state.plaintext_bytes_to_read() == 0
                                    && !state.peer_has_closed() => {}
                            _ => break false,
                        },
                        Err(error) => break error.kind() == ErrorKind::WouldBlock,
                    }
                }
            }
        })
    }

    /// RFC 8446 section 6.1: each side announces that it will send no more.
    /// Nobody waits for it: a full socket or a gone peer is no loss.
    pub(super) fn say_goodbye(&mut self) {
        if self.is_secured() {
            self.without_blocking(|stream| {
                stream.close_notify();
                true
            });
        }
    }

    fn close_notify(&mut self) {
        if let Self::Secured(tls) = self {
            let StreamOwned { conn, sock } = &mut **tls;
            conn.send_close_notify();
            if conn.write_tls(sock).is_ok() {
                sock.close_notify();
            }
        }
    }

    fn without_blocking(&mut self, work: impl FnOnce(&mut Self) -> bool) -> bool {
        self.socket().set_blocking(false).is_ok()
            && work(self)
            && self.socket().set_blocking(true).is_ok()
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(buffer),
            Self::Secured(tls) => read_secured(tls, buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            Self::Secured(tls) => tls.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.flush(),
            Self::Secured(tls) => tls.flush(),
        }
    }
}

/// Reads what TLS deciphered. rustls reports a record that is wrong before it
/// hands on what came ahead of it, and the next time looks for more first.
fn read_secured(
    tls: &mut StreamOwned<ClientConnection, Stream>,
    buffer: &mut [u8],
) -> io::Result<usize> {
    let failed = match tls.conn.process_new_packets() {
        Ok(_) => match tls.read(buffer) {
            Err(error) if error.kind() == ErrorKind::InvalidData => error,
            done => return done,
        },
        Err(error) => io::Error::new(ErrorKind::InvalidData, error),
    };
    match tls.conn.reader().read(buffer) {
        Ok(amount) if amount > 0 => Ok(amount),
        _ => Err(failed),
    }
}
