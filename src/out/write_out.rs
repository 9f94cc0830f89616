//! `-w`: what is known about a transfer, in a format of the user's, by the
//! rules of curl's option of that name.

use crate::model::response::ResponseHead;
use crate::out::json::quoted;
use crate::out::message;
use crate::out::style::Style;
use crate::out::visible;
use std::io::{Result, Write};
use std::net::SocketAddr;
use std::time::Duration;

/// What is known about a transfer.
#[derive(Clone, Debug, Default)]
pub struct Transfer {
    /// The exit code the run ends with.
    pub exit_code: u8,
    /// The error it ends with, in one line.
    pub error: Option<String>,
    /// The method of the last request.
    pub method: String,
    /// The URL that was asked for first.
    pub url: String,
    /// The URL of the last request.
    pub url_effective: String,
    /// The URL that a redirect not followed leads to.
    pub redirect_url: Option<String>,
    /// How many redirects were followed.
    pub redirects: u32,
    /// The head of the last answer.
    pub response: Option<ResponseHead>,
    /// How many bytes of body came.
    pub size_download: u64,
    /// How many bytes of body went.
    pub size_upload: u64,
    /// Whom the last connection led to.
    pub remote: Option<SocketAddr>,
    /// When what had happened.
    pub times: Times,
}

/// How long after the start something was done; `None` when it was not
/// measured or did not happen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Times {
    /// The host was resolved.
    pub name_lookup: Option<Duration>,
    /// The connection was made.
    pub connect: Option<Duration>,
    /// TLS was agreed upon.
    pub app_connect: Option<Duration>,
    /// The last request could begin.
    pub pre_transfer: Option<Duration>,
    /// All redirects were followed.
    pub redirect: Option<Duration>,
    /// The first byte of the answer had come.
    pub start_transfer: Option<Duration>,
    /// All was done.
    pub total: Option<Duration>,
}

/// Writes `format` with its variables replaced. `%{stderr}` and `%{stdout}`
/// switch the stream; an unknown variable is a warning on `stderr` in
/// `stderr_style`. Control characters in what a server said become visible.
///
/// # Errors
/// Those of the streams.
pub fn write(
    format: &str,
    transfer: &Transfer,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
    stderr_style: Style,
) -> Result<()> {
    let mut to_stderr = false;
    for token in Tokens(format) {
        let text = match token {
            Token::Text(text) => text.to_owned(),
            Token::Header(name) => header(transfer, name),
            Token::Variable("stderr") => {
                to_stderr = true;
                continue;
            }
            Token::Variable("stdout") => {
                to_stderr = false;
                continue;
            }
            Token::Variable("onerror") if transfer.exit_code == 0 => break,
            Token::Variable("onerror") => continue,
            Token::Variable(name) => match variable(transfer, name) {
                Some(text) => text,
                None => {
                    let text = format!("unknown --write-out variable: '{name}'");
                    message::warning(stderr, &text, stderr_style)?;
                    continue;
                }
            },
        };
        let stream: &mut dyn Write = if to_stderr { stderr } else { stdout };
        stream.write_all(text.as_bytes())?;
    }
    stdout.flush()?;
    stderr.flush()
}

/// The parts of a format.
struct Tokens<'a>(&'a str);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    /// Written as it is.
    Text(&'a str),
    /// `%{name}`.
    Variable(&'a str),
    /// `%header{name}`.
    Header(&'a str),
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        const ESCAPES: [(&str, &str); 4] =
            [("%%", "%"), ("\\n", "\n"), ("\\r", "\r"), ("\\t", "\t")];
        let text = self.0;
        for (written, meant) in ESCAPES {
            if let Some(rest) = text.strip_prefix(written) {
                self.0 = rest;
                return Some(Token::Text(meant));
            }
        }
        let braced =
            |start| text.strip_prefix(start).and_then(|rest: &'a str| rest.split_once('}'));
        if let Some((name, rest)) = braced("%{") {
            self.0 = rest;
            return Some(Token::Variable(name));
        }
        if let Some((name, rest)) = braced("%header{") {
            self.0 = rest;
            return Some(Token::Header(name));
        }
        // Any other character after % or \ stands for itself, and so do they.
        let literal = if text.starts_with(['%', '\\']) { 2 } else { 1 };
        let first: usize = text.chars().take(literal).map(char::len_utf8).sum();
        if first == 0 {
            return None;
        }
        let end = text[first..].find(['%', '\\']).map_or(text.len(), |at| first + at);
        self.0 = &text[end..];
        Some(Token::Text(&text[..end]))
    }
}

fn variable(transfer: &Transfer, name: &str) -> Option<String> {
    let Transfer { times, response, remote, .. } = transfer;
    Some(match name {
        // curl's two names for one number, 000 without an answer.
        "http_code" | "response_code" => {
            format!("{:03}", response.as_ref().map_or(0, |head| head.status))
        }
        "http_version" => response
            .as_ref()
            .map_or("0", |head| head.version.trim_start_matches("HTTP/"))
            .to_owned(),
        "content_type" => header(transfer, "content-type"),
        "header_json" => headers_as_json(transfer),
        "num_headers" => {
            response.as_ref().map_or(0, |head| head.headers.iter().count()).to_string()
        }
        "method" => transfer.method.clone(),
        "url" => transfer.url.clone(),
        "url_effective" => transfer.url_effective.clone(),
        "redirect_url" => transfer.redirect_url.clone().map_or_else(String::new, |url| safe(&url)),
        "scheme" => transfer.url_effective.split_once("://").map_or("", |parts| parts.0).to_owned(),
        "num_redirects" => transfer.redirects.to_string(),
        "exitcode" => transfer.exit_code.to_string(),
        "errormsg" => safe(transfer.error.as_deref().unwrap_or_default()),
        "size_download" => transfer.size_download.to_string(),
        "size_upload" => transfer.size_upload.to_string(),
        "speed_download" => speed(transfer.size_download, times.total),
        "speed_upload" => speed(transfer.size_upload, times.total),
        "remote_ip" => remote.map_or_else(String::new, |address| address.ip().to_string()),
        "remote_port" => remote.map_or(0, |address| address.port()).to_string(),
        "time_namelookup" => seconds(times.name_lookup),
        "time_connect" => seconds(times.connect),
        "time_appconnect" => seconds(times.app_connect),
        "time_pretransfer" => seconds(times.pre_transfer),
        "time_redirect" => seconds(times.redirect),
        "time_starttransfer" => seconds(times.start_transfer),
        "time_total" => seconds(times.total),
        _ => return None,
    })
}

/// The first value of that name, empty when there is none.
fn header(transfer: &Transfer, name: &str) -> String {
    let found = transfer.response.as_ref().and_then(|head| head.headers.get(name));
    found.map_or_else(String::new, |header| visible::line(&header.value))
}

/// All header fields as a JSON object: lower-case names in the order of their
/// first appearance, each with a list of values; one name a line, as curl lays it out.
fn headers_as_json(transfer: &Transfer) -> String {
    let mut fields: Vec<(String, Vec<String>)> = Vec::new();
    for header in transfer.response.iter().flat_map(|head| &head.headers) {
        let name = header.name.to_ascii_lowercase();
        let value = quoted(&visible::line(&header.value));
        match fields.iter_mut().find(|field| field.0 == name) {
            Some(field) => field.1.push(value),
            None => fields.push((name, vec![value])),
        }
    }
    let members: Vec<String> = fields
        .iter()
        .map(|(name, values)| format!("{}:[{}]", quoted(name), values.join(",")))
        .collect();
    format!("{{{}\n}}", members.join(",\n"))
}

fn safe(text: &str) -> String {
    visible::line(text.as_bytes())
}

fn seconds(time: Option<Duration>) -> String {
    format!("{:.6}", time.unwrap_or_default().as_secs_f64())
}

/// Bytes per second, whole.
fn speed(bytes: u64, time: Option<Duration>) -> String {
    let micros = time.unwrap_or_default().as_micros();
    u128::from(bytes).saturating_mul(1_000_000).checked_div(micros).unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::headers::Header;

    fn transfer() -> Transfer {
        let headers = [
            Header::new("Content-Type", "text/plain"),
            Header::new("X-A", "\"1\""),
            Header::new("x-a", "2\x1b"),
        ];
        Transfer {
            method: "GET".into(),
            url: "http://h/".into(),
            url_effective: "https://h/b".into(),
            response: Some(ResponseHead {
                version: "HTTP/1.1",
                status: 200,
                reason: "OK".into(),
                headers: headers.into_iter().collect(),
            }),
            size_download: 3000,
            remote: Some("[::1]:443".parse().unwrap()),
            times: Times {
                total: Some(Duration::from_micros(1_500_000)),
                connect: Some(Duration::from_micros(1_234)),
                ..Times::default()
            },
            ..Transfer::default()
        }
    }

    fn both(format: &str, transfer: &Transfer) -> (String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        write(format, transfer, &mut out, &mut err, Style::PLAIN).unwrap();
        (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    fn shown(format: &str) -> String {
        let (out, err) = both(format, &transfer());
        assert_eq!(err, "");
        out
    }

    #[test]
    fn variables_are_replaced() {
        for (format, expected) in [
            ("%{http_code} %{response_code}\\n", "200 200\n"),
            ("%{size_download}/%{size_upload}", "3000/0"),
            ("%{method} %{url} %{url_effective} %{scheme}", "GET http://h/ https://h/b https"),
            ("%{content_type}|%header{X-a}|%header{no}|", "text/plain|\"1\"||"),
            ("%{time_total} %{time_connect} %{time_appconnect}", "1.500000 0.001234 0.000000"),
            ("%{speed_download} %{http_version}", "2000 1.1"),
            ("%{remote_ip} %{remote_port} %{num_redirects}", "::1 443 0"),
            ("%{exitcode}%{errormsg}", "0"),
            (
                "%{header_json}",
                "{\"content-type\":[\"text/plain\"],\n\"x-a\":[\"\\\"1\\\"\",\"2^[\"]\n}",
            ),
        ] {
            assert_eq!(shown(format), expected, "{format}");
        }
    }

    #[test]
    fn the_rest_is_as_in_curl() {
        for (format, expected) in [
            ("100%% \\t\\r\\n", "100% \t\r\n"),
            ("%x %{open \\q é%", "%x %{open \\q é%"),
            ("%header{open", "%header{open"),
            ("\\\\n %\\n \\", "\\\\n %\\n \\"),
            ("%%{method}", "%{method}"),
            ("a%{onerror}b", "a"),
            ("", ""),
        ] {
            assert_eq!(shown(format), expected, "{format}");
        }
    }

    #[test]
    fn without_an_answer_there_is_still_something_to_say() {
        let failed = Transfer {
            exit_code: 7,
            error: Some("could not connect".into()),
            ..Transfer::default()
        };
        let format =
            "%{http_code} %{http_version} %{header_json}%{onerror} %{exitcode} %{errormsg}";
        assert_eq!(both(format, &failed).0, "000 0 {\n} 7 could not connect");
    }

    #[test]
    fn streams_are_switched_and_unknown_variables_warned_about() {
        let (out, err) = both("a%{stderr}b%{no_such}c%{stdout}d", &transfer());
        assert_eq!(out, "ad");
        assert_eq!(err, "bsignreq: warning: unknown --write-out variable: 'no_such'\nc");
    }
}
