//! HTTP methods.

use crate::error::{Error, Result};
use std::fmt;

/// The methods that a bare word on the command line is read as, in any case.
pub const KNOWN_METHODS: &[&str] =
    &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

/// An HTTP method, in upper case (RFC 9110 section 9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method(String);

impl Method {
    /// Reads a method, which becomes upper case.
    ///
    /// # Errors
    /// Wrong usage when it is not a token of letters, digits and `-`.
    pub fn parse(text: &str) -> Result<Self> {
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if text.is_empty() || !text.bytes().all(is_token) {
            return Err(Error::usage(format!("'{text}' is not an HTTP method")).into());
        }
        Ok(Self(text.to_ascii_uppercase()))
    }

    /// The method GET.
    pub fn get() -> Self {
        Self("GET".into())
    }

    /// The method POST.
    pub fn post() -> Self {
        Self("POST".into())
    }

    /// Whether a word, in any case, is one of [`KNOWN_METHODS`].
    pub fn is_known(word: &str) -> bool {
        KNOWN_METHODS.iter().any(|known| known.eq_ignore_ascii_case(word))
    }

    /// The method as it is sent and signed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it asks for nothing but an answer (RFC 9110 section 9.2.1).
    pub fn is_safe(&self) -> bool {
        matches!(self.as_str(), "GET" | "HEAD" | "OPTIONS" | "TRACE")
    }

    /// Whether a body makes no sense with it unless the user insists.
    pub fn is_bodyless(&self) -> bool {
        matches!(self.as_str(), "GET" | "HEAD")
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
