//! One exchange as the parts of the transport see it: its time limits, how far
//! it has come, and the bytes of its head.
//!
//! ureq calls the resolver, the connector and the transport on the thread that
//! sends, and has no place for data of one request; so the call at work is kept
//! in a thread-local for as long as ureq runs.

use crate::error::Error;
use crate::net::failure::{self, Expired};
use crate::net::route::Way;
use crate::net::{Options, Timings};
use std::cell::RefCell;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many bytes of an answer are kept to say what came instead of HTTP.
const OPENING: usize = 24;

thread_local! {
    static CURRENT: RefCell<Option<Arc<Call>>> = const { RefCell::new(None) };
}

/// How far a call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Looking the host up.
    Resolving,
    /// Making the TCP connection.
    Connecting,
    /// In the TLS handshake.
    Handshaking,
    /// Sending head or body.
    Sending,
    /// Waiting for the head of the answer to be complete.
    Waiting,
    /// Reading the answer's body.
    Body,
}

/// One exchange.
pub(super) struct Call {
    /// `host:port` for messages.
    pub(super) peer: String,
    way: Way,
    body_length: u64,
    holds_head: bool,
    connect_timeout: Duration,
    head_timeout: Duration,
    idle_timeout: Duration,
    /// The moment at which `--max-time` ends, and that time.
    total: Option<(Instant, Duration)>,
    started: Instant,
    progress: Mutex<Progress>,
}

/// What changes during a call.
struct Progress {
    phase: Phase,
    /// The proxy that is being reached, for messages.
    hop: Option<String>,
    head: Option<Vec<u8>>,
    sent_at: Instant,
    uploaded: u64,
    timings: Timings,
    remote: Option<SocketAddr>,
    received: u64,
    /// How much of that came since the head or the last content of the body.
    framing: u64,
    opening: Vec<u8>,
    answer_head: Vec<u8>,
    broken: Option<String>,
    cut: Option<String>,
}

/// The next time limit: how long is left, and what it means when it ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    pub(super) left: Duration,
    pub(super) expired: Expired,
}

impl Call {
    /// A call to `peer` by `way` that starts now and will send `head`, and a
    /// body of `body_length` bytes, the first of them together with the head
    /// when `holds_head`.
    pub(super) fn new(
        peer: String,
        way: Way,
        head: Vec<u8>,
        body_length: u64,
        holds_head: bool,
        options: &Options,
        deadline: Option<Instant>,
    ) -> Self {
        let started = Instant::now();
        Self {
            peer,
            way,
            body_length,
            holds_head,
            connect_timeout: options.connect_timeout,
            head_timeout: options.head_timeout,
            idle_timeout: options.idle_timeout,
            total: deadline.zip(options.max_time),
            started,
            progress: Mutex::new(Progress {
                phase: Phase::Resolving,
                hop: None,
                head: Some(head),
                sent_at: started,
                uploaded: 0,
                timings: Timings::default(),
                remote: None,
                received: 0,
                framing: 0,
                opening: Vec::new(),
                answer_head: Vec::new(),
                broken: None,
                cut: None,
            }),
        }
    }

    /// Makes this the call that ureq works on in this thread until the guard
    /// goes.
    pub(super) fn enter(self: &Arc<Self>) -> Entered {
        Entered { outer: CURRENT.replace(Some(Arc::clone(self))) }
    }

    /// The call that ureq works on in this thread.
    pub(super) fn current() -> Option<Arc<Self>> {
        CURRENT.with_borrow(Clone::clone)
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far it has come.
    pub(super) fn phase(&self) -> Phase {
        self.progress().phase
    }

    /// The way it takes.
    pub(super) fn way(&self) -> &Way {
        &self.way
    }

    /// The proxy of this name is to be reached next.
    pub(super) fn reaches_proxy(&self, name: String) {
        self.progress().hop = Some(name);
    }

    /// The resolver is done.
    pub(super) fn resolved(&self) {
        let mut progress = self.progress();
        progress.timings.resolve = Some(self.started.elapsed());
        progress.phase = Phase::Connecting;
    }

    /// The connection to the host stands; `tls` says what comes next.
    pub(super) fn connected(&self, tls: bool) {
        let mut progress = self.progress();
        progress.hop = None;
        progress.timings.connect = Some(self.started.elapsed());
        progress.phase = if tls { Phase::Handshaking } else { Phase::Sending };
    }

    /// Whether a connection of an earlier request carries this one.
    pub(super) fn is_reused(&self) -> bool {
        self.progress().timings.connect.is_none()
    }

    /// The TLS handshake is done.
    pub(super) fn secured(&self) {
        let mut progress = self.progress();
        progress.timings.tls = Some(self.started.elapsed());
        progress.phase = Phase::Sending;
    }

    /// How many bytes the head has that is still to be sent, if it is.
    pub(super) fn head_length(&self) -> Option<u64> {
        self.progress().head.as_ref().map(|head| head.len() as u64)
    }

    /// A connection to `remote` begins to send: the head's bytes.
    pub(super) fn take_head(&self, remote: Option<SocketAddr>) -> Vec<u8> {
        let mut progress = self.progress();
        progress.phase = Phase::Sending;
        progress.remote = remote;
        progress.head.take().unwrap_or_default()
    }

    /// How many bytes the body has.
    pub(super) fn body_length(&self) -> u64 {
        self.body_length
    }

    /// Whether the head is to leave with the first bytes of the body, in one
    /// packet.
    pub(super) fn holds_head(&self) -> bool {
        self.holds_head
    }

    /// All that was to be sent so far is sent, `body` bytes of a body among it.
    pub(super) fn sent(&self, body: usize) {
        let mut progress = self.progress();
        progress.sent_at = Instant::now();
        progress.timings.sent = Some(self.started.elapsed());
        progress.uploaded += body as u64;
    }

    /// How many bytes of the body were sent.
    pub(super) fn uploaded(&self) -> u64 {
        self.progress().uploaded
    }

    /// The connection took no more of the request; the answer may have come
    /// already.
    pub(super) fn broke(&self, why: String) {
        self.progress().broken = Some(why);
    }

    /// Why no more of the request could be sent, if so.
    pub(super) fn broken(&self) -> Option<String> {
        self.progress().broken.clone()
    }

    /// Input is awaited now.
    pub(super) fn waiting(&self) {
        let mut progress = self.progress();
        if progress.phase == Phase::Sending {
            progress.phase = Phase::Waiting;
        }
    }

    /// These bytes of the answer came.
    pub(super) fn received(&self, bytes: &[u8]) {
        let mut progress = self.progress();
        if progress.received == 0 {
            progress.timings.first_byte = Some(self.started.elapsed());
        }
        progress.received += bytes.len() as u64;
        progress.framing += bytes.len() as u64;
        let room = OPENING.saturating_sub(progress.opening.len()).min(bytes.len());
        progress.opening.extend_from_slice(&bytes[..room]);
    }

    /// How many bytes came, framing and head included.
    pub(super) fn received_bytes(&self) -> u64 {
        self.progress().received
    }

    /// The first bytes that came.
    pub(super) fn opening(&self) -> Vec<u8> {
        self.progress().opening.clone()
    }

    /// ureq took these bytes for a head, an interim one perhaps: the final one
    /// is the last.
    pub(super) fn consumed(&self, head: &[u8]) {
        if !head.is_empty() {
            self.progress().answer_head = head.to_vec();
        }
    }

    /// The bytes of the answer's head, given away.
    pub(super) fn take_answer_head(&self) -> Vec<u8> {
        std::mem::take(&mut self.progress().answer_head)
    }

    /// The head of the answer is complete; its body comes next.
    pub(super) fn answered(&self) {
        let mut progress = self.progress();
        progress.phase = Phase::Body;
        progress.framing = 0;
    }

    /// Content of the body was handed on.
    pub(super) fn gave_content(&self) {
        self.progress().framing = 0;
    }

    /// How many bytes came since the last content of the body.
    pub(super) fn framing(&self) -> u64 {
        self.progress().framing
    }

    /// The connection ended in a way that does not end a body.
    pub(super) fn cut(&self, why: String) {
        self.progress().cut = Some(why);
    }

    /// How the connection was cut, if it was.
    pub(super) fn cut_reason(&self) -> Option<String> {
        self.progress().cut.clone()
    }

    /// When each step so far was done.
    pub(super) fn timings(&self) -> Timings {
        self.progress().timings
    }

    /// The server's address.
    pub(super) fn remote(&self) -> Option<SocketAddr> {
        self.progress().remote
    }

    /// How long the next blocking operation may last.
    ///
    /// # Errors
    /// That the time is up already.
    pub(super) fn bound(&self) -> Result<Bound, Error> {
        let now = Instant::now();
        let (phase, sent_at) = {
            let progress = self.progress();
            (progress.phase, progress.sent_at)
        };
        let until = |moment: Instant, limit: Duration| {
            limit.saturating_sub(now.saturating_duration_since(moment))
        };
        let (left, limit) = match phase {
            Phase::Resolving | Phase::Connecting | Phase::Handshaking => {
                (until(self.started, self.connect_timeout), self.connect_timeout)
            }
            Phase::Waiting => (until(sent_at, self.head_timeout), self.head_timeout),
            Phase::Sending | Phase::Body => (self.idle_timeout, self.idle_timeout),
        };
        let mut bound = Bound { left, expired: Expired::Phase(phase, limit) };
        if let Some((deadline, max_time)) = self.total {
            let total_left = deadline.saturating_duration_since(now);
            if total_left < left {
                bound = Bound { left: total_left, expired: Expired::Total(phase, max_time) };
            }
        }
        if bound.left.is_zero() {
            return Err(self.expire(bound));
        }
        Ok(bound)
    }

    /// The error of a bound that ran out.
    pub(super) fn expire(&self, bound: Bound) -> Error {
        let hop = self.progress().hop.clone();
        failure::timed_out(hop.as_ref().unwrap_or(&self.peer), bound.expired)
    }
}

/// Keeps a call current; gives the place back to the one before.
pub(super) struct Entered {
    outer: Option<Arc<Call>>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.outer.take());
    }
}
