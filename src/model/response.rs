//! The head of an answer.

use crate::model::headers::Headers;

/// Status line and headers of an answer.
#[derive(Clone, Debug)]
pub struct ResponseHead {
    /// The HTTP version as written in the status line: `HTTP/1.1`.
    pub version: &'static str,
    /// The status code.
    pub status: u16,
    /// The standard reason phrase, empty for unknown codes.
    pub reason: &'static str,
    /// All headers.
    pub headers: Headers,
}

impl ResponseHead {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}
