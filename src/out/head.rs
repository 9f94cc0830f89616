//! The heads of requests and answers.

use crate::model::headers::Headers;
use crate::model::response::ResponseHead;
use crate::out::mask::{self, Secrets};
use crate::out::style::{Role, Style};
use crate::out::visible;
use crate::sign::Wire;
use std::io::{Result, Write};

/// What begins each line of a request's head under `-v`, as curl has it.
pub const SENT: &str = "> ";

/// What begins each line of an answer's head under `-v`, as curl has it.
pub const RECEIVED: &str = "< ";

/// Writes a request's head to be read by people: each line after `prefix`,
/// secrets masked, control characters visible, an empty line at the end.
///
/// # Errors
/// Those of `out`.
pub fn request(
    out: &mut dyn Write,
    prefix: &str,
    wire: &Wire,
    secrets: Secrets,
    style: Style,
) -> Result<()> {
    let target = mask::url(&wire.url().target(), secrets);
    let line = format!("{} {target} HTTP/1.1", wire.method());
    head(out, prefix, &line, wire.headers(), secrets, style)
}

/// Writes an answer's head the same way.
///
/// # Errors
/// Those of `out`.
pub fn response(
    out: &mut dyn Write,
    prefix: &str,
    answer: &ResponseHead,
    secrets: Secrets,
    style: Style,
) -> Result<()> {
    head(out, prefix, &status_line(answer), &answer.headers, secrets, style)
}

/// Writes an answer's head for programs, as `-i` does into a pipe: lines end
/// in CRLF and bytes are those received, but for what is masked and a reason
/// phrase in Latin-1, which is UTF-8 here.
///
/// # Errors
/// Those of `out`.
pub fn response_bytes(out: &mut dyn Write, answer: &ResponseHead, secrets: Secrets) -> Result<()> {
    let mut bytes = format!("{}\r\n", status_line(answer)).into_bytes();
    for header in &answer.headers {
        bytes.extend_from_slice(header.name.as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(&mask::header_value(header, secrets));
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    out.write_all(&bytes)
}

/// The status line (RFC 9112 section 4).
fn status_line(answer: &ResponseHead) -> String {
    format!("{} {} {}", answer.version, answer.status, answer.reason).trim_end().to_owned()
}

fn head(
    out: &mut dyn Write,
    prefix: &str,
    first_line: &str,
    headers: &Headers,
    secrets: Secrets,
    style: Style,
) -> Result<()> {
    let first_line = visible::line(first_line.as_bytes());
    let mut text = format!("{prefix}{}\n", style.paint(Role::Title, &first_line));
    for header in headers {
        let name = style.paint(Role::FieldName, &visible::line(header.name.as_bytes()));
        let value = visible::line(&mask::header_value(header, secrets));
        text.push_str(format!("{prefix}{name}: {value}").trim_end());
        text.push('\n');
    }
    text.push_str(prefix.trim_end());
    text.push('\n');
    out.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::headers::Header;
    use crate::out::request::sample;

    fn answer() -> ResponseHead {
        let headers = [
            Header::new("Content-Type", "text/plain"),
            Header::new("Set-Cookie", "session=geheim"),
            Header::new("Server", b"x\x1b[2J\xe9".to_vec()),
            Header::new("Vary", ""),
        ];
        let headers = headers.into_iter().collect();
        ResponseHead { version: "HTTP/1.1", status: 299, reason: "".into(), headers }
    }

    fn text(write: impl Fn(&mut Vec<u8>) -> Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn requests_are_shown_as_curl_does() {
        let wire = sample::post();
        let expected = "> POST /a?x=1&token=*** HTTP/1.1\n\
                        > Host: api.example\n\
                        > Content-Type: application/json\n\
                        > Authorization: Scheme id=7, proof=***\n\
                        > Content-Length: 9\n\
                        >\n";
        let masked = text(|out| request(out, SENT, &wire, Secrets::Masked, Style::PLAIN));
        assert_eq!(masked, expected);
        let open = text(|out| request(out, SENT, &wire, Secrets::Shown, Style::PLAIN));
        assert!(open.contains("&token=geheim ") && open.contains("proof=geheim"), "{open}");
    }

    #[test]
    fn answers_are_masked_and_safe_to_show() {
        let expected = "< HTTP/1.1 299\n\
                        < Content-Type: text/plain\n\
                        < Set-Cookie: ***\n\
                        < Server: x^[[2J<E9>\n\
                        < Vary:\n\
                        <\n";
        let shown = text(|out| response(out, RECEIVED, &answer(), Secrets::Masked, Style::PLAIN));
        assert_eq!(shown, expected);
    }

    /// A reason phrase may hold bytes of the upper half (RFC 9112 section 4), and
    /// so what a terminal takes for the beginning of a command.
    #[test]
    fn reason_phrases_are_safe_to_show() {
        let head = ResponseHead { reason: "g\u{9b}31m \u{202e}ä".into(), ..answer() };
        let shown = text(|out| response(out, "", &head, Secrets::Masked, Style::PLAIN));
        let line = shown.lines().next().unwrap();
        assert_eq!(line, "HTTP/1.1 299 g<U+009B>31m <U+202E>ä");
    }

    #[test]
    fn programs_get_the_bytes() {
        let mut out = Vec::new();
        response_bytes(&mut out, &answer(), Secrets::Shown).unwrap();
        let expected = b"HTTP/1.1 299\r\nContent-Type: text/plain\r\n\
            Set-Cookie: session=geheim\r\nServer: x\x1b[2J\xe9\r\nVary: \r\n\r\n";
        assert_eq!(out, expected);
    }

    #[test]
    fn names_are_coloured() {
        let head = ResponseHead { reason: "OK".into(), status: 200, ..answer() };
        let shown = text(|out| response(out, "", &head, Secrets::Masked, Style::COLORED));
        assert!(shown.starts_with("\x1b[1mHTTP/1.1 200 OK\x1b[0m\n\x1b[36mContent-Type\x1b[0m: "));
    }
}
