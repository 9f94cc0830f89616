//! An answer and how it is written to a connection.

use crate::model::time::Time;
use serde_json::Value;
use std::io::Write;
use std::time::{Duration, UNIX_EPOCH};

/// The header that says why the sandbox refused a request, or what it thinks
/// of one.
const NOTE: &str = "X-Signreq-Sandbox";

/// A complete answer, before it is written.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// An answer without a body.
    pub(super) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// An answer of bytes with their media type.
    pub(super) fn bytes(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..Self::empty(status).header("Content-Type", content_type) }
    }

    /// Plain text.
    pub(super) fn text(status: u16, text: impl Into<String>) -> Self {
        Self::bytes(status, "text/plain; charset=utf-8", text.into())
    }

    /// JSON on one line.
    pub(super) fn json(status: u16, value: &Value) -> Self {
        Self::bytes(status, "application/json; charset=utf-8", value.to_string())
    }

    /// An XML document without its declaration, which is added.
    pub(super) fn xml(status: u16, document: &str) -> Self {
        let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{document}");
        Self::bytes(status, "application/xml", text)
    }

    /// The same answer with one more header.
    #[must_use]
    pub(super) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The same answer with the sandbox's own remark in a header.
    #[must_use]
    pub(super) fn note(self, remark: &str) -> Self {
        self.header(NOTE, remark)
    }

    /// Writes it. `is_head` leaves the body out but keeps its length (RFC 9110
    /// section 9.3.2).
    ///
    /// # Errors
    /// Those of the writer.
    pub(super) fn write(
        &self,
        output: &mut impl Write,
        now: Time,
        is_head: bool,
        keep_alive: bool,
    ) -> std::io::Result<()> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        let mut field = |name: &str, value: &str| {
            head.push_str(&format!("{name}: {}\r\n", printable(value)));
        };
        field("Date", &http_date(now));
        field("Server", "signreq-sandbox");
        for (name, value) in &self.headers {
            field(name, value);
        }
        // RFC 9110 section 8.6: no Content-Length with 1xx and 204.
        if self.status != 204 {
            field("Content-Length", &self.body.len().to_string());
        }
        field("Connection", if keep_alive { "keep-alive" } else { "close" });
        head.push_str("\r\n");
        let mut message = head.into_bytes();
        if !is_head && !matches!(self.status, 204 | 304) {
            message.extend_from_slice(&self.body);
        }
        output.write_all(&message)?;
        output.flush()
    }
}

/// What came in by a request must not end a header line of the answer.
fn printable(value: &str) -> String {
    value.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// The form of RFC 9110 section 5.6.7.
pub(super) fn http_date(time: Time) -> String {
    let seconds = u64::try_from(time.epoch()).unwrap_or(0);
    // httpdate knows the years up to 9999.
    let seconds = seconds.min(253_402_300_799);
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))
}

/// The standard reason phrases of the statuses that occur here.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        302 => "Found",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        422 => "Unprocessable Content",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "Unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(answer: &Answer, is_head: bool) -> String {
        let mut out = Vec::new();
        answer.write(&mut out, Time::from_epoch(1_440_938_160), is_head, true).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn head_answers_keep_the_length_but_not_the_body() {
        let answer = Answer::text(200, "hello");
        assert!(written(&answer, false).ends_with("\r\n\r\nhello"));
        let head = written(&answer, true);
        assert!(head.contains("Content-Length: 5\r\n") && head.ends_with("\r\n\r\n"), "{head}");
        assert!(head.contains("Date: Sun, 30 Aug 2015 12:36:00 GMT\r\n"), "{head}");
        assert!(!written(&Answer::empty(204), false).contains("Content-Length"));
    }

    #[test]
    fn values_cannot_end_a_header_line() {
        let answer = Answer::empty(200).header("Link", "a\r\nSet-Cookie: b=c");
        assert!(written(&answer, false).contains("Link: a  Set-Cookie: b=c\r\n"));
    }
}
