//! What went wrong, which exit code that is, and what to do about it.
//!
//! [`anyhow`] carries context from layer to layer; an [`Error`] somewhere in
//! that chain gives the chain its [`Kind`], which is its exit code, and its
//! hints. A chain without one is a fault of signreq itself.

use std::fmt;

/// The result of everything in this crate that can fail.
pub type Result<T, E = anyhow::Error> = std::result::Result<T, E>;

/// Why a run did not end with 0. Each kind is one exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A fault of signreq itself.
    Internal,
    /// The command line asks for something that cannot be.
    Usage,
    /// The server answered 3xx, which was not followed.
    Redirected,
    /// The server answered 4xx.
    ClientError,
    /// The server answered 5xx.
    ServerError,
    /// A host name could not be resolved.
    Resolve,
    /// No connection could be made.
    Connect,
    /// The body ended before its announced end.
    EndedEarly,
    /// Output could not be written.
    Write,
    /// An input file could not be read.
    Read,
    /// A time limit ran out.
    TimedOut,
    /// The TLS handshake failed.
    Handshake,
    /// The server's certificate is not trusted.
    Certificate,
    /// Too many redirects.
    TooManyRedirects,
    /// The server closed the connection without an answer.
    EmptyAnswer,
    /// The request could not be sent.
    Send,
    /// The answer could not be received or is not HTTP.
    Receive,
    /// The answer is not what was asked for.
    Unexpected,
    /// The server refused the signature or the credential.
    Refused,
    /// The config, a profile or a secret cannot be used.
    Config,
    /// Interrupted by the user.
    Interrupted,
}

/// Every kind with its exit code and when it applies, in the order of the codes:
/// the one table that the program, its help and its tests read.
pub const EXIT_CODES: &[(Kind, u8, &str)] = &[
    (Kind::Internal, 1, "a fault of signreq itself"),
    (Kind::Usage, 2, "wrong usage, or a URL outside the profile's origin"),
    (Kind::Redirected, 3, "the server answered 3xx"),
    (Kind::ClientError, 4, "the server answered 4xx"),
    (Kind::ServerError, 5, "the server answered 5xx"),
    (Kind::Resolve, 6, "host not resolved"),
    (Kind::Connect, 7, "could not connect"),
    (Kind::EndedEarly, 18, "the body ended early"),
    (Kind::Write, 23, "could not write the output"),
    (Kind::Read, 26, "could not read an input file"),
    (Kind::TimedOut, 28, "timed out"),
    (Kind::Handshake, 35, "TLS handshake failed"),
    (Kind::TooManyRedirects, 47, "too many redirects"),
    (Kind::EmptyAnswer, 52, "empty answer"),
    (Kind::Send, 55, "sending failed"),
    (Kind::Receive, 56, "receiving failed, not HTTP, or a head too large"),
    (Kind::Certificate, 60, "certificate not trusted"),
    (Kind::Unexpected, 65, "the answer is not what was asked for"),
    (Kind::Refused, 77, "the server refused the signature or the credential"),
    (Kind::Config, 78, "config, profile or secret cannot be used"),
    (Kind::Interrupted, 130, "interrupted"),
];

impl Kind {
    /// The process exit code of this kind, from [`EXIT_CODES`].
    pub fn exit_code(self) -> u8 {
        EXIT_CODES.iter().find(|row| row.0 == self).map_or(1, |row| row.1)
    }
}

/// What a failure says, beyond its kind, of sending the same again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Again {
    /// No more than its kind does.
    #[default]
    ByKind,
    /// Nothing of the request had left this machine.
    Unsent,
    /// A connection kept from an earlier request ended without a byte of an
    /// answer: the server had most likely closed it meanwhile.
    Stale,
    /// It would fail in the same way, or lock out who is refused.
    InVain,
}

/// One failure: what failed, on what and why in one line, and what to do.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    message: String,
    hints: Vec<String>,
    again: Again,
}

impl Error {
    /// A failure of `kind`, told in one line without a trailing full stop.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new(), again: Again::ByKind }
    }

    /// Wrong usage of the command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// A config, profile or secret that cannot be used.
    pub fn config(message: impl Into<String>) -> Self {
        Self::new(Kind::Config, message)
    }

    /// A chain as one failure: its kind, its line, its hints, and what it says of sending again.
    pub fn of_chain(error: &anyhow::Error) -> Self {
        let told = Self::new(kind_of(error), one_line(error)).sent_again(again_of(error));
        hints_of(error).iter().fold(told, Self::hint)
    }

    /// The same failure, told in another line.
    #[must_use]
    pub fn told_as(self, message: impl Into<String>) -> Self {
        Self { message: message.into(), ..self }
    }

    /// Says what sending the same again would come to.
    #[must_use]
    pub fn sent_again(self, again: Again) -> Self {
        Self { again, ..self }
    }

    /// Adds what the user can do, best as a command to run.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// What kind of failure this is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What it says of sending the same again.
    pub fn again(&self) -> Again {
        self.again
    }

    /// What the user can do, in the order it was added.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// The kind of a chain: that of the outermost [`Error`] in it.
pub fn kind_of(error: &anyhow::Error) -> Kind {
    error.downcast_ref::<Error>().map_or(Kind::Internal, Error::kind)
}

/// What a chain says of sending the same again: that of the outermost [`Error`] in it.
pub fn again_of(error: &anyhow::Error) -> Again {
    error.downcast_ref::<Error>().map_or(Again::ByKind, Error::again)
}

/// The hints of a chain: those of the outermost [`Error`] in it.
pub fn hints_of(error: &anyhow::Error) -> &[String] {
    error.downcast_ref::<Error>().map_or(&[], Error::hints)
}

/// What an I/O error says, without the number that the system has for it.
pub fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error ").next().unwrap_or_default().to_owned()
}

/// The chain as one line: outermost context first, joined by `: `.
pub fn one_line(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn exit_codes_are_distinct_and_ascending() {
        let codes: Vec<u8> = EXIT_CODES.iter().map(|row| row.1).collect();
        assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    }

    #[test]
    fn the_systems_numbers_are_dropped() {
        let missing = std::io::Error::from_raw_os_error(2);
        assert!(missing.to_string().contains("os error 2"), "{missing}");
        assert!(!reason(&missing).contains("os error"), "{}", reason(&missing));
        // tempfile tells the name of its own file behind it.
        let ours = std::io::Error::other("Not a directory (os error 20) at path \"/x/y\"");
        assert_eq!(reason(&ours), "Not a directory");
    }

    #[test]
    fn context_keeps_kind_and_hints() {
        let result: Result<()> = Err(Error::config("no such key").hint("run x").into());
        let error = result.context("profile maas").unwrap_err();
        assert_eq!(kind_of(&error), Kind::Config);
        assert_eq!(hints_of(&error), ["run x"]);
        assert_eq!(one_line(&error), "profile maas: no such key");
    }
}
