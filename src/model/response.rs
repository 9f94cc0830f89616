//! The head of an answer.

use crate::model::headers::Headers;
use std::borrow::Cow;

/// Status line and headers of an answer.
#[derive(Clone, Debug)]
pub struct ResponseHead {
    /// The HTTP version as written in the status line: `HTTP/1.1`.
    pub version: &'static str,
    /// The status code.
    pub status: u16,
    /// The reason phrase as the server gave it; the usual one, if there is one,
    /// where it gave none.
    pub reason: Cow<'static, str>,
    /// All headers, in the order and spelling in which they came.
    pub headers: Headers,
}

impl ResponseHead {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}
