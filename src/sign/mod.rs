//! Signing: pure functions from a request, a payload, a time and a nonce to
//! the headers that sign it, with a trace of every step.
//!
//! A scheme is one file with one static of type [`Scheme`], listed in
//! [`SCHEMES`]. What a scheme needs is declared by its [`Param`]s, which the
//! config reader, the help and the masking read. What is signed becomes a
//! [`Wire`] only in [`apply`], and only a `Wire` can be sent.

pub mod apply;
pub mod digest;
pub mod encode;
pub mod login;
pub mod pairs;
pub mod params;
pub mod trace;
pub mod verify;

pub mod basic;
pub mod bearer;
pub mod none;
pub mod oauth1;
pub mod oauth2;
pub mod ovh;
pub mod sigv4;

pub use apply::{Wire, apply};
pub use params::{Param, Params};
pub use trace::{Step, Trace, Tracing};

use crate::error::Result;
use crate::model::body::Body;
use crate::model::headers::Header;
use crate::model::request::{Draft, Received};
use crate::model::response::ResponseHead;
use crate::model::secret::Secret;
use crate::model::time::Time;
use std::fmt;

/// Every scheme there is.
pub const SCHEMES: &[&dyn Scheme] = &[
    &oauth1::OAuth1,
    &oauth2::OAuth2,
    &ovh::Ovh,
    &sigv4::SigV4,
    &bearer::Bearer,
    &basic::Basic,
    &none::Unsigned,
];

/// The scheme of that id.
pub fn scheme(id: &str) -> Option<&'static dyn Scheme> {
    SCHEMES.iter().copied().find(|scheme| scheme.id() == id)
}

/// A way of signing, static and self-describing.
pub trait Scheme: Sync {
    /// The name in `scheme = "…"`.
    fn id(&self) -> &'static str;

    /// What it is, in a line.
    fn about(&self) -> &'static str;

    /// The document that defines it.
    fn spec(&self) -> &'static str;

    /// The fields it reads.
    fn params(&self) -> &'static [Param];

    /// Whether its signatures hold a time, so that a wrong clock spoils them.
    fn signs_time(&self) -> bool {
        false
    }

    /// Whether its signatures may hold a nonce, which has to be drawn for each.
    fn signs_nonce(&self) -> bool {
        true
    }

    /// What it shows of the user in place of a signature, whatever the request.
    fn shown_credential(&self) -> Option<&'static str> {
        None
    }

    /// A signer with these fields.
    ///
    /// # Errors
    /// A config error when a field is missing or cannot be signed with.
    fn build(&self, params: &Params) -> Result<Box<dyn Signer>>;

    /// What has to be asked over the network before signing, if anything.
    ///
    /// # Errors
    /// A config error when a field it needs is missing.
    fn prepare(&self, params: &Params, state: &State, now: Time) -> Result<Prepared> {
        let _ = (params, state, now);
        Ok(Prepared::Ready)
    }

    /// The fields whose values a login gets: none where there is no login, or
    /// where what it gets is kept apart from the profile. See [`login`].
    fn obtained(&self) -> &'static [&'static str] {
        &[]
    }

    /// The fields that a signature tells: those of [`Presented::key_id`] and of
    /// [`Presented::token`].
    fn identifiers(&self) -> &'static [&'static str] {
        &[]
    }

    /// Reads the signature out of a received request.
    ///
    /// # Errors
    /// Why there is none, or why it cannot be read: the verifier's words.
    fn presented(&self, received: &Received) -> std::result::Result<Presented, Unreadable>;
}

/// A scheme with its fields: signs any number of requests.
pub trait Signer: Send + Sync {
    /// What it has to know about the body of this request.
    fn payload(&self, draft: &Draft) -> PayloadNeed;

    /// Signs. Pure: equal arguments give equal results.
    ///
    /// # Errors
    /// When this request cannot be signed by this scheme.
    fn sign(&self, draft: &Draft, payload: &Payload, context: &SigningContext) -> Result<Signed>;

    /// The signature of a base string or canonical request that another signer
    /// made of this request, with the text of another key where one is given;
    /// `None` where the scheme signs no such text.
    fn sign_message(
        &self,
        message: &str,
        key: Option<&str>,
        draft: &Draft,
        context: &SigningContext,
    ) -> Option<String> {
        let _ = (message, key, draft, context);
        None
    }

    /// The data of a received body whose parts carry signatures of their own,
    /// or which of them does not hold; `None` where there are no such parts.
    fn read_parts(
        &self,
        received: &Received,
        presented: &Presented,
    ) -> Option<std::result::Result<Vec<u8>, String>> {
        let _ = (received, presented);
        None
    }
}

/// What a signer has to know about a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayloadNeed {
    /// Nothing.
    None,
    /// Its hash.
    Digest(digest::Algorithm),
    /// Its bytes.
    Raw,
}

/// What a signer is told about a body; matches its [`PayloadNeed`].
#[derive(Clone, Debug)]
pub enum Payload {
    /// Nothing was asked.
    None,
    /// The hash of the body, as bytes.
    Digest(Vec<u8>),
    /// The bytes of the body.
    Raw(Vec<u8>),
}

impl Payload {
    /// The answer to `need` for a body read from `reader`, in constant memory
    /// unless its bytes are needed.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn read(need: PayloadNeed, reader: &mut dyn std::io::Read) -> std::io::Result<Self> {
        Ok(match need {
            PayloadNeed::None => Self::None,
            PayloadNeed::Digest(algorithm) => Self::Digest(algorithm.hash_reader(reader)?),
            PayloadNeed::Raw => {
                let mut bytes = Vec::new();
                reader.read_to_end(&mut bytes)?;
                Self::Raw(bytes)
            }
        })
    }
}

/// What changes from one signature to the next.
#[derive(Clone, Debug)]
pub struct SigningContext {
    /// The server's time, as far as it is known.
    pub time: Time,
    /// A word never used before with this credential; empty where the scheme
    /// [signs none](Scheme::signs_nonce).
    pub nonce: String,
    /// Where the signature goes.
    pub placement: Placement,
    /// The access token, for schemes that ask for one.
    pub token: Option<Secret>,
    /// Whether the steps are wanted.
    pub tracing: Tracing,
}

impl SigningContext {
    /// For a signature that holds neither a time nor a nonce nor a token.
    pub fn timeless() -> Self {
        Self {
            time: Time::from_epoch(0),
            nonce: String::new(),
            placement: Placement::Own,
            token: None,
            tracing: Tracing::Off,
        }
    }
}

/// Where a signature goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Placement {
    /// Where the profile says: for most schemes into headers.
    #[default]
    Own,
    /// Into the query, so that the URL is all that is needed.
    Query {
        /// How long it is to hold, in seconds, where the scheme can say so.
        expires: Option<u64>,
    },
}

/// A signature: the headers it sets and how it came about.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The headers to set on the request.
    pub patch: Patch,
    /// Each step, in the specification's terms; none with [`Tracing::Off`].
    pub trace: Trace,
}

/// What a signature changes about a request.
#[derive(Clone, Default)]
pub struct Patch {
    /// Headers to set, replacing any of their name.
    pub headers: Vec<Header>,
    /// Names of the request's own headers that the signature covers.
    pub covered: Vec<String>,
    /// The whole query that takes the place of the request's.
    pub query: Option<String>,
    /// The body that takes the place of the request's.
    pub body: Option<Body>,
}

/// Without the query, which may hold a signature.
impl fmt::Debug for Patch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Patch")
            .field("headers", &self.headers)
            .field("covered", &self.covered)
            .finish_non_exhaustive()
    }
}

impl Patch {
    /// A patch that sets headers and nothing else.
    pub fn of_headers(headers: Vec<Header>) -> Self {
        Self { headers, ..Self::default() }
    }
}

/// What earlier runs left behind that signing can use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The server's clock minus ours, in seconds, when it is known.
    pub clock_offset: Option<i64>,
    /// The token that a token server gave out.
    pub token: Option<Token>,
}

/// An access token and how long it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The token.
    pub access_token: Secret,
    /// From this time on another one is asked for.
    pub expires: Time,
}

/// Whether a scheme can sign yet.
#[derive(Debug)]
pub enum Prepared {
    /// It can.
    Ready,
    /// It needs this answered first.
    Ask(Box<Ask>),
}

/// A request whose answer signing depends on, without I/O: `flow` runs it.
#[derive(Debug)]
pub struct Ask<Read = ReadState> {
    /// What it is for, for messages: "the server's time".
    pub purpose: &'static str,
    /// The request.
    pub draft: Draft,
    /// The id of the scheme that signs the question, and its fields.
    pub sign_with: (&'static str, Params),
    /// Reads the answer.
    pub read: Read,
}

/// Reads an answer, received at a [`Time`], into the state.
pub type ReadState = fn(&ResponseHead, &[u8], Time, &mut State) -> Result<()>;

/// A signature as found in a received request.
#[derive(Clone)]
pub struct Presented {
    /// Whose key signed: what the server looks the secret up by.
    pub key_id: String,
    /// The second identifier, where the scheme has one: OAuth1's token, OVH's
    /// consumer key.
    pub token: Option<String>,
    /// The time that was signed, where the scheme signs one.
    pub time: Option<Time>,
    /// The nonce that was signed, where the scheme has one.
    pub nonce: Option<String>,
    /// Fields of the scheme that the request itself chose: OAuth1's signature
    /// method, SigV4's region and service.
    pub chosen: Vec<(&'static str, String)>,
    /// The headers the signature consists of; the rest is what was signed.
    pub strip: Vec<String>,
    /// Where the signature was found, and so where it goes when made again.
    pub placement: Placement,
    /// The query as it was before it was signed, where the signature is in it.
    pub query: Option<String>,
    /// The body as it was before it was signed, where the signature is in it.
    pub body: Option<Vec<u8>>,
    /// The signature.
    pub signature: String,
}

/// Without the token, the signature and what they were taken out of.
impl fmt::Debug for Presented {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Presented")
            .field("key_id", &self.key_id)
            .field("time", &self.time)
            .field("placement", &self.placement)
            .finish_non_exhaustive()
    }
}

/// Why no signature could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// There is none.
    Missing,
    /// There is one, but malformed: what is wrong with it.
    Malformed(String),
}
