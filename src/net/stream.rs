//! Bytes to and from a server: a socket, TLS over it, or TLS over TLS, when an
//! https proxy stands between.

use crate::net::socket::Socket;
use rustls::{ClientConnection, StreamOwned};
use std::io::{self, BufRead as _, ErrorKind, Read, Write};

/// How much of an early answer is looked at, in bytes: a status line, and the
/// interim answers before it.
const PEEKED: usize = 1024;

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

    /// Whether what waits to be read, which stays there, begins with a final
    /// answer that refuses or redirects the request. One of success does not
    /// count: its server may still read.
    pub(super) fn is_refused(&mut self) -> bool {
        self.without_blocking(|stream| match stream {
            Self::Plain(socket) => {
                let mut start = [0; PEEKED];
                socket.peek(&mut start).is_ok_and(|length| refuses(&start[..length]))
            }
            Self::Secured(tls) => {
                let StreamOwned { conn, sock } = &mut **tls;
                // TLS 1.3 sends session tickets whenever it likes.
                while conn.read_tls(sock).is_ok_and(|length| length > 0)
                    && conn.process_new_packets().is_ok()
                {}
                conn.reader().fill_buf().is_ok_and(refuses)
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
        self.socket().set_blocking(false);
        let outcome = work(self);
        self.socket().set_blocking(true);
        outcome
    }
}

/// Whether the status line behind all interim answers (RFC 9110 section 15.2)
/// is one of 3xx, 4xx or 5xx.
fn refuses(mut answer: &[u8]) -> bool {
    const END: &[u8] = b"\r\n\r\n";
    loop {
        match answer.strip_prefix(b"HTTP/1.1 ").or_else(|| answer.strip_prefix(b"HTTP/1.0 ")) {
            Some([b'1', ..]) => {}
            Some([class, ..]) => return (b'3'..=b'5').contains(class),
            _ => return false,
        }
        let Some(end) = answer.windows(END.len()).position(|bytes| bytes == END) else {
            return false;
        };
        answer = &answer[end + END.len()..];
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_final_answer_of_no_success_refuses() {
        for refusal in [
            "HTTP/1.1 413 Too Large\r\n",
            "HTTP/1.0 500",
            "HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\nHTTP/1.1 401",
        ] {
            assert!(refuses(refusal.as_bytes()), "{refusal}");
        }
        for other in [
            "",
            "HTTP/1.1 ",
            "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 400",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n",
            "SSH-2.0-OpenSSH_9.2",
        ] {
            assert!(!refuses(other.as_bytes()), "{other}");
        }
    }
}
