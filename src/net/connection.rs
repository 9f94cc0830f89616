//! What ureq reads from and writes to: one connection, which puts the head of
//! the [`Wire`](crate::sign::Wire) in the place of ureq's own.

use crate::error::{Error, Kind};
use crate::net::buffers::GrowingBuffers;
use crate::net::call::{Call, Phase};
use crate::net::failure;
use crate::net::stream::Stream;
use std::fmt;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::sync::Arc;
use std::time::Instant;
use ureq::config::Config;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};

/// How many bytes may come before the final answer's head is complete: as many
/// as curl takes. More than a head and a full buffer.
const INTERIM_LIMIT: u64 = 300 * 1024;

/// How many bytes of a body may come without one of its content: sizes of
/// chunks, their extensions and trailers (RFC 9112 section 7.1).
const FRAMING_LIMIT: u64 = 300 * 1024;

/// How much is read at once while heads come: ureq takes what is in its buffer
/// behind an interim answer for a part of the next head, whose size it limits.
const HEAD_READ: usize = 16 * 1024;

/// How many bytes of a body are sent before it is looked whether the server
/// has refused the request meanwhile.
const LISTENED_AFTER: usize = 1024 * 1024;

/// How much longer the stand-in's head may be than the one it stands for: a
/// request line, a `Host`, and what ureq says of itself.
const STAND_IN_LIMIT: u64 = 1024;

/// A connection that can be used again when an answer has been read whole.
pub(super) struct Connection {
    stream: Stream,
    buffers: GrowingBuffers,
    /// A head that waits for the first bytes of its body, to leave with them.
    held: Vec<u8>,
    /// Not to be used again.
    spent: bool,
    /// Whether ureq keeps it for the next request.
    kept: bool,
    /// Whether something came during the wait for 100 (Continue): where it was
    /// the final answer, ureq leaves it and waits for more.
    came_early: bool,
    /// How many bytes of a body were sent since it was looked whether an answer
    /// came.
    unasked: usize,
}

impl Connection {
    /// A connection that nothing has been sent over yet.
    pub(super) fn new(stream: Stream, config: &Config) -> Self {
        let buffers = GrowingBuffers::new(config.input_buffer_size(), config.output_buffer_size());
        Self {
            stream,
            buffers,
            held: Vec::new(),
            spent: false,
            kept: false,
            came_early: false,
            unasked: 0,
        }
    }

    /// Sends `amount` bytes of the output buffer, after the head where that
    /// is still held.
    fn send(&mut self, amount: usize) -> io::Result<()> {
        if self.held.is_empty() {
            let Self { stream, buffers, .. } = self;
            return stream.write_all(&buffers.output()[..amount]);
        }
        let mut bytes = std::mem::take(&mut self.held);
        bytes.extend_from_slice(&self.buffers.output()[..amount]);
        self.stream.write_all(&bytes)
    }

    /// Sends a piece of the body, unless the server has refused the request
    /// already: the rest would be for nothing.
    fn send_body(&mut self, amount: usize) -> Result<(), ureq::Error> {
        let call = Arc::clone(self.stream.socket().call());
        self.unasked += amount;
        if self.unasked >= LISTENED_AFTER {
            self.unasked = 0;
            if self.stream.is_refused() {
                self.spent = true;
                call.broke("the server answered before it had the whole request".into());
                return Ok(());
            }
        }
        let sent = self.send(amount);
        self.unless_broken(sent, amount)
    }

    /// A failed write is not the end: the server may have answered before it
    /// closed, a refusal of a large body say. What follows is not sent, and
    /// reading will show.
    fn unless_broken(&mut self, sent: io::Result<()>, body: usize) -> Result<(), ureq::Error> {
        let call = Arc::clone(self.stream.socket().call());
        match sent {
            Ok(()) => call.sent(body),
            Err(error) => match failure::unwrap(error) {
                // A server that reads no further may have said why.
                Ok(ours) if ours.kind() == Kind::TimedOut && self.stream.is_refused() => {
                    call.broke(ours.to_string());
                    self.spent = true;
                }
                Ok(ours) => return Err(failure::through_ureq(ours)),
                Err(theirs) => {
                    call.broke(failure::reason(&theirs));
                    self.spent = true;
                }
            },
        }
        Ok(())
    }

    /// Reads once into the input, and takes care that what comes has an end: a
    /// read that failed, else how much came or why that was too much.
    fn read_some(&mut self, is_body: bool) -> io::Result<Result<usize, ureq::Error>> {
        let Self { stream, buffers, .. } = self;
        let room = buffers.input_append_buf();
        if is_body && room.is_empty() {
            let why = "a line between its chunks is longer than 128 KiB";
            let endless = failure::endless_framing(stream.socket().call(), why);
            return Ok(Err(failure::through_ureq(endless)));
        }
        let most = if is_body { room.len() } else { room.len().min(HEAD_READ) };
        let amount = stream.read(&mut room[..most])?;
        let call = stream.socket().call();
        call.received(&room[..amount]);
        buffers.input_appended(amount);
        // Each head has its limit, but not how many interim ones (RFC 9110
        // section 15.2) come before the final one.
        let endless = if !is_body && call.received_bytes() > INTERIM_LIMIT {
            failure::no_final_answer(call)
        } else if is_body && call.framing() > FRAMING_LIMIT {
            failure::endless_framing(call, "its trailers are longer than 300 KiB")
        } else {
            return Ok(Ok(amount));
        };
        Ok(Err(failure::through_ureq(endless)))
    }

    /// A read that failed, in terms of how far the answer has come.
    fn interrupted(&mut self, error: io::Error) -> Result<bool, ureq::Error> {
        let call = self.stream.socket().call();
        self.spent = true;
        let error = match failure::unwrap(error) {
            Ok(ours) => return Err(failure::through_ureq(ours)),
            Err(theirs) => theirs,
        };
        if let Some(tls) = failure::of_late_alert(&error, call) {
            return Err(failure::through_ureq(tls));
        }
        let is_end = matches!(
            error.kind(),
            ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted
        );
        if call.phase() == Phase::Body && is_end {
            // A body that ends with the connection would pass for complete.
            call.cut(match error.kind() {
                ErrorKind::UnexpectedEof => "TLS was not closed before the connection was".into(),
                _ => failure::reason(&error),
            });
            return Ok(false);
        }
        Err(ureq::Error::Io(error))
    }
}

impl Transport for Connection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        // The stand-in repeats fields of the head, and has to fit whole.
        if let Some(head) = Call::current().and_then(|call| call.head_length()) {
            self.buffers.expect_output(head + STAND_IN_LIMIT);
        }
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), ureq::Error> {
        let Some(call) = Call::current() else {
            let fault = Error::new(Kind::Internal, "bytes to send, but no request");
            return Err(failure::through_ureq(fault));
        };
        if call.broken().is_some() {
            return Ok(());
        }
        if call.head_length().is_none() {
            return self.send_body(amount);
        }
        // The first that ureq sends is the stand-in's head, always whole.
        if !self.buffers.output()[..amount].ends_with(b"\r\n\r\n") {
            let fault = Error::new(Kind::Internal, "the stand-in's head came in pieces");
            return Err(failure::through_ureq(fault));
        }
        let head = call.take_head(self.stream.socket().remote());
        self.stream.socket().serve(Arc::clone(&call));
        self.unasked = 0;
        self.kept = false;
        self.buffers.expect_output(call.body_length());
        if call.holds_head() {
            self.held = head;
            return Ok(());
        }
        let sent = self.stream.write_all(&head);
        self.unless_broken(sent, 0)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        // Only the wait for 100 (Continue) has a limit of ureq's own.
        let own_limit = (!timeout.after.is_not_happening()).then(|| *timeout.after);
        let given_up = own_limit.and_then(|limit| Instant::now().checked_add(limit));
        self.stream.socket().set_patience(own_limit);
        if own_limit.is_none() {
            self.stream.socket().call().waiting();
            if std::mem::take(&mut self.came_early) && !self.buffers.input().is_empty() {
                return Ok(true);
            }
        }
        let is_body = self.stream.socket().call().phase() == Phase::Body;
        loop {
            let amount = match self.read_some(is_body) {
                Ok(amount) => amount?,
                Err(error) if own_limit.is_some() && error.kind() == ErrorKind::TimedOut => {
                    return Err(ureq::Error::Timeout(timeout.reason));
                }
                Err(error) => return self.interrupted(error),
            };
            self.came_early = own_limit.is_some();
            if is_body || amount == 0 {
                return Ok(amount > 0);
            }
            let is_incomplete = self.buffers.drop_interim(own_limit.is_some());
            if !is_incomplete && !self.buffers.input().is_empty() {
                return Ok(true);
            }
            // The final answer is still to come, or 100, if it is waited for.
            if let Some(given_up) = given_up {
                let left = given_up.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Err(ureq::Error::Timeout(timeout.reason));
                }
                self.stream.socket().set_patience(Some(left));
            }
        }
    }

    /// ureq asks before it keeps a connection and before it takes it again. Only
    /// the second counts: what happens in between has to be seen too.
    fn is_open(&mut self) -> bool {
        let was_kept = std::mem::replace(&mut self.kept, true);
        !self.spent && (!was_kept || self.stream.is_quiet())
    }

    fn is_tls(&self) -> bool {
        self.stream.is_secured()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.stream.say_goodbye();
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Connection").field("tls", &self.is_tls()).finish_non_exhaustive()
    }
}
