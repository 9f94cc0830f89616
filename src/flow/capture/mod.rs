//! Captured requests: what a file or a paste holds, as a server would have
//! received it.
//!
//! A capture is the raw request ([`http`]), a browser's or proxy's log of
//! requests ([`har`]), the curl command that sends it ([`curl`]) or, where the
//! URL is signed, nothing but that.

mod curl;
mod har;
mod http;
#[cfg(test)]
mod tests;

use crate::error::{Error, Kind, Result};
use crate::model::headers::{Header, Headers};
use crate::model::method::Method;
use crate::model::request::Received;
use crate::model::url::{Protocol, WireUrl};

/// How a request was captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The bytes of an HTTP request (RFC 9112).
    Http,
    /// A log of requests in the HTTP Archive format, version 1.2, or one
    /// entry or request of it.
    Har,
    /// A curl command, as typed into a POSIX shell.
    Curl,
    /// A signed URL, which names no method.
    Url,
}

impl Form {
    /// Every form, in the order help lists them.
    pub const ALL: [Self; 4] = [Self::Http, Self::Har, Self::Curl, Self::Url];

    /// The word that names it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Har => "har",
            Self::Curl => "curl",
            Self::Url => "url",
        }
    }

    /// The form that a word names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.as_str() == word)
    }

    /// The form that a capture's beginning shows.
    fn of(bytes: &[u8]) -> Option<Self> {
        let start = bytes.trim_ascii_start();
        if start.starts_with(b"{") {
            return Some(Self::Har);
        }
        let line = telling_lines(start).next()?;
        let words: Vec<&[u8]> = line.split(u8::is_ascii_whitespace).collect();
        if let [only] = words.as_slice()
            && std::str::from_utf8(only).is_ok_and(is_url)
        {
            return Some(Self::Url);
        }
        let program = words.first()?.rsplit(|byte| *byte == b'/').next()?;
        if program == b"curl" || program == b"curl.exe" {
            return Some(Self::Curl);
        }
        let is_http = words.last()?.starts_with(b"HTTP/") || http::is_verbose(start);
        is_http.then_some(Self::Http)
    }
}

/// What a capture itself does not say.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// The form; its content decides when there is none.
    pub form: Option<Form>,
    /// The scheme of a raw request's URL, which it does not hold.
    pub protocol: Protocol,
    /// Which entry of a log is meant, the first being 1.
    pub entry: Option<usize>,
}

/// A capture as it was read.
#[derive(Clone, Debug)]
pub struct Captured {
    /// The request.
    pub received: Received,
    /// How it was captured.
    pub form: Form,
}

/// Reads the file of that name, which a curl command takes data from.
pub type Files<'a> = &'a dyn Fn(&str) -> Result<Vec<u8>>;

/// Reads a capture.
///
/// # Errors
/// [`Kind::Unexpected`] when it is none or cannot be read, wrong usage when it
/// holds several requests and none of them is picked; those of `files`.
pub fn read(bytes: &[u8], reading: Reading, files: Files<'_>) -> Result<Captured> {
    // Editors of Windows put it before UTF-8 text.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let Some(form) = reading.form.or_else(|| Form::of(bytes)) else {
        let what = if bytes.trim_ascii().is_empty() {
            "the capture is empty"
        } else {
            "the capture is neither an HTTP request, a HAR, a curl command nor a URL"
        };
        return Err(Error::new(Kind::Unexpected, what)
            .hint("--input http, har, curl or url says which it is meant to be")
            .into());
    };
    if reading.entry.is_some() && form != Form::Har {
        return Err(Error::usage("--entry picks a request of a HAR, which this is not").into());
    }
    let received = match form {
        Form::Http => http::read(bytes, reading.protocol).map_err(|why| unreadable(form, &why)),
        Form::Har => har::read(bytes, reading.entry),
        Form::Curl => curl::read(bytes, files),
        Form::Url => url(bytes).map_err(|why| unreadable(form, &why)),
    };
    Ok(Captured { received: received?, form })
}

/// The lines of a paste that say something, without a shell's prompt.
fn telling_lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with(b"#"))
        .map(|line| line.strip_prefix(b"$ ").unwrap_or(line))
}

/// Whether a text begins as an absolute URL does.
pub fn is_url(text: &str) -> bool {
    Parts::of(text).is_ok()
}

/// Reads a URL, as if it were to be got; what gets it sends little more.
fn url(bytes: &[u8]) -> Result<Received, String> {
    let mut lines = telling_lines(bytes);
    let line = lines.next().unwrap_or_default();
    if lines.next().is_some() {
        return Err("it is more than one line, and one URL is verified at a time".into());
    }
    let text = std::str::from_utf8(line).map_err(|_| "it is not UTF-8 text")?;
    let url = Parts::of(text)?.wire_url()?;
    let host = Header::new("Host", url.origin().authority().into_owned());
    let method = Method::parse("GET").map_err(|error| error.to_string())?;
    Ok(Received { method, url, headers: Headers::from_iter([host]), body: Vec::new() })
}

/// The error of a capture that cannot be read.
fn unreadable(form: Form, why: &str) -> anyhow::Error {
    let what = match form {
        Form::Http => "HTTP request",
        Form::Har => "HAR",
        Form::Curl => "curl command",
        Form::Url => "URL",
    };
    Error::new(Kind::Unexpected, format!("the {what} cannot be read: {why}")).into()
}

/// The URL of a target under an authority, every byte of the target kept: it
/// is what was signed.
fn wire_url(protocol: Protocol, authority: &str, target: &str) -> Result<WireUrl, String> {
    if authority.is_empty() || authority.contains(['/', '?', '#', '@', '\\']) {
        return Err(format!("'{}' is no host", authority.escape_default()));
    }
    if target.bytes().any(|byte| byte.is_ascii_control() || byte == b' ') {
        return Err("its URL holds a space or control character, which no URL may".into());
    }
    let origin = WireUrl::parse(&format!("{}://{authority}/", protocol.as_str()))
        .map_err(|_| format!("'{}' is no host", authority.escape_default()))?;
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (target, None),
    };
    let path = if path.is_empty() { "/" } else { path };
    Ok(origin.with_path(path).with_query(query))
}

/// A URL taken apart.
struct Parts<'a> {
    protocol: Protocol,
    authority: &'a str,
    /// Path and query.
    target: &'a str,
}

impl<'a> Parts<'a> {
    /// Takes an absolute URL apart; its user information and its fragment are
    /// not sent (RFC 9110 sections 4.2.4 and 7.1) and left out.
    fn of(url: &'a str) -> Result<Self, String> {
        let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
        let (protocol, rest) = if lower.starts_with("http://") {
            (Protocol::Http, &url[7..])
        } else if lower.starts_with("https://") {
            (Protocol::Https, &url[8..])
        } else {
            return Err("its URL is neither http:// nor https://".into());
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let authority = authority.rsplit('@').next().unwrap_or_default();
        Ok(Self { protocol, authority, target })
    }

    fn wire_url(&self) -> Result<WireUrl, String> {
        wire_url(self.protocol, self.authority, self.target)
    }
}

/// Whether a text is a field name (RFC 9110 section 5.1).
fn is_field_name(name: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_token)
}

/// A field's value, which holds no line break and no NUL: what follows one may
/// be read as another field (RFC 9110 section 5.5).
fn field_value(value: &[u8]) -> Result<&[u8], String> {
    match value.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
        true => Err("a header holds a line break or NUL, which none may".into()),
        false => Ok(value),
    }
}
