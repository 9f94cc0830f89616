//! The transport: sends a [`Wire`] and gives back its [`Answer`].
//!
//! ureq keeps the connections and reads answers; resolving, connecting, TLS and
//! the head of a request are done here, in terms of ureq's `unversioned`
//! traits. ureq itself is given a stand-in request that only says how the body
//! and the answer are framed: the bytes sent are the [`Wire`]'s own, so ureq
//! can neither add, reorder nor respell a header.
//!
//! Nothing is followed, retried, decompressed or stored, no cookie is kept, and
//! no proxy is used but those of the [`RouteOptions`].

mod answer_head;
mod at_once;
mod body;
mod buffers;
mod call;
mod callback;
mod connection;
mod decode;
mod failure;
mod head;
mod interim;
mod probe;
mod proxy;
mod route;
mod socket;
mod stream;
mod tls;
mod ureq;

#[cfg(test)]
mod tests;

pub use self::callback::Callback;
pub use self::decode::{ACCEPTED, decoded};
pub use self::failure::typed;
pub use self::probe::{Reached, Secured, Shown, reach};
pub use self::proxy::{Bypass, Credentials, Named, Proxies, has_password};
pub use self::route::{ConnectTo, Family, Resolve, RouteOptions};
pub use self::tls::{Identity, PinnedKeys, TlsOptions, TlsVersion, system_bundle};
pub use self::ureq::Ureq;

use crate::error::Result;
use crate::model::response::ResponseHead;
use crate::model::secret::Secret;
use crate::sign::Wire;
use std::io::Read;
use std::net::SocketAddr;
use std::time::Duration;

/// Something that can send a signed request.
pub trait Exchange {
    /// Sends the request and waits for the head of the final answer. The
    /// status is not judged.
    ///
    /// # Errors
    /// One whose kind says what failed: resolving, connecting, TLS, sending,
    /// receiving, a time limit, or reading the request's body.
    fn send(&self, wire: &Wire) -> Result<Answer> {
        self.send_through(wire, &straight)
    }

    /// The same, the body's bytes read by way of `around`.
    ///
    /// # Errors
    /// Those of [`Self::send`].
    fn send_through(&self, wire: &Wire, around: &Around<'_>) -> Result<Answer>;

    /// What was shown on the way besides requests, and may not be told: who we
    /// are to a proxy.
    fn secrets(&self) -> Vec<Secret> {
        Vec::new()
    }

    /// How much of the time for everything is left; `None` without a limit.
    fn time_left(&self) -> Option<Duration> {
        None
    }
}

/// Stands around the sending of a body: is given a reader of it, its length in
/// bytes, and what sends all that a reader gives. It sends every byte, once and
/// in order; when, and who is told of it, is its own business.
pub type Around<'a> = dyn Fn(&mut dyn Read, u64, &mut dyn FnMut(&mut dyn Read)) + 'a;

/// An [`Around`] that sends a body as it is read and tells nobody.
pub fn straight(body: &mut dyn Read, _: u64, send: &mut dyn FnMut(&mut dyn Read)) {
    send(body);
}

/// The answer to a request: its head, and its body still to be read.
pub struct Answer {
    /// Status line and headers.
    pub head: ResponseHead,
    /// The body's bytes as the server sent them, chunked framing undone,
    /// content coding not. Its errors become ours again by [`typed`].
    pub body: Box<dyn Read + Send>,
    /// How many bytes of the request's body were sent; fewer than there are
    /// where the server answered without waiting for them.
    pub uploaded: u64,
    /// How long each step took.
    pub timings: Timings,
    /// The server's address.
    pub remote: Option<SocketAddr>,
}

/// When each step was done, counted from the start of the exchange, as curl's
/// `time_namelookup` and its like are. `None` where there was no such step: a
/// connection used again is not made again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// The host name was resolved.
    pub resolve: Option<Duration>,
    /// The TCP connection stood.
    pub connect: Option<Duration>,
    /// The TLS handshake was done.
    pub tls: Option<Duration>,
    /// The request had been sent, as far as it was before the answer came.
    pub sent: Option<Duration>,
    /// The first byte of the answer came.
    pub first_byte: Option<Duration>,
}

/// How to connect and how long to wait.
#[derive(Clone, Debug)]
pub struct Options {
    /// The longest time from the start to a usable connection, TLS included.
    pub connect_timeout: Duration,
    /// The longest time for everything done with one [`Ureq`], all requests
    /// and bodies together, counted from its making or [`Ureq::begin_anew`].
    pub max_time: Option<Duration>,
    /// The longest time from the end of the request to the end of the
    /// answer's head.
    pub head_timeout: Duration,
    /// The longest time in which not one byte of a body moves.
    pub idle_timeout: Duration,
    /// What is spoken, shown and trusted over TLS.
    pub tls: TlsOptions,
    /// The way that connections take.
    pub route: RouteOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            max_time: None,
            head_timeout: Duration::from_secs(600),
            idle_timeout: Duration::from_secs(60),
            tls: TlsOptions::default(),
            route: RouteOptions::default(),
        }
    }
}
