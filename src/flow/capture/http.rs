//! Raw requests: the bytes of HTTP/1.1 (RFC 9112), with LF or CR LF, or what
//! `curl -v` shows of them.

use super::{Parts, field_value, is_field_name, wire_url};
use crate::model::headers::{Header, Headers};
use crate::model::method::Method;
use crate::model::request::Received;
use crate::model::url::{Protocol, WireUrl};

/// Whether a capture is what `curl -v` writes: each line of the request behind
/// a `> `, among lines with other marks.
pub(super) fn is_verbose(bytes: &[u8]) -> bool {
    lines_of(bytes)
        .map(|(line, _)| line)
        .find(|line| !line.starts_with(b"* "))
        .is_some_and(|line| line.starts_with(b"> "))
}

/// Reads a request. `protocol` is the scheme of its URL where the target does
/// not say it.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(bytes: &[u8], protocol: Protocol) -> Result<Received, String> {
    let unmarked: Vec<u8>;
    let bytes = if is_verbose(bytes) {
        unmarked = without_marks(bytes);
        &unmarked
    } else {
        bytes
    };
    let mut lines = lines_of(bytes);
    // RFC 9112 section 2.2: empty lines before the request line are ignored.
    let (request_line, mut rest) =
        lines.find(|(line, _)| !line.is_empty()).ok_or("there is no request line")?;
    let (method, target) = request_line_of(request_line)?;
    let mut fields: Vec<(String, Vec<u8>)> = Vec::new();
    for (line, after) in lines {
        rest = after;
        if line.is_empty() {
            break;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            // RFC 9112 section 5.2: a folded line continues the one before.
            let (_, value) = fields.last_mut().ok_or("its first header line is indented")?;
            value.push(b' ');
            value.extend_from_slice(line.trim_ascii());
        } else {
            fields.push(field_of(line)?);
        }
    }
    let mut headers = Headers::new();
    for (name, value) in fields {
        // White space that unfolding left belongs to no value.
        headers.push(Header::new(name, field_value(value.trim_ascii())?));
    }
    let url = url_of(&target, &headers, protocol)?;
    let body = body_of(rest, &headers)?;
    Ok(Received { method, url, headers, body })
}

/// Each line without its end, and what follows it.
fn lines_of(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.iter().position(|byte| *byte == b'\n');
        let (line, after) = match end {
            Some(end) => (&rest[..end], &rest[end + 1..]),
            None => (rest, &rest[rest.len()..]),
        };
        rest = after;
        Some((line.strip_suffix(b"\r").unwrap_or(line), after))
    })
}

fn without_marks(bytes: &[u8]) -> Vec<u8> {
    let mut request = Vec::new();
    for (line, _) in lines_of(bytes) {
        if let Some(text) = line.strip_prefix(b">") {
            request.extend_from_slice(text.strip_prefix(b" ").unwrap_or(text));
            request.push(b'\n');
        }
    }
    request
}

/// The method and the target of `GET /path HTTP/1.1`.
fn request_line_of(line: &[u8]) -> Result<(Method, String), String> {
    let line = std::str::from_utf8(line).map_err(|_| "its first line is not UTF-8")?;
    let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
    let [method, target, version] = words.as_slice() else {
        return Err("its first line is not METHOD TARGET VERSION".into());
    };
    if !version.starts_with("HTTP/") {
        return Err(format!("'{}' is no version of HTTP", version.escape_default()));
    }
    let method =
        Method::parse(method).map_err(|_| format!("'{}' is no method", method.escape_default()))?;
    Ok((method, (*target).to_owned()))
}

fn field_of(line: &[u8]) -> Result<(String, Vec<u8>), String> {
    let colon = line.iter().position(|byte| *byte == b':').ok_or("a header line has no colon")?;
    let name = String::from_utf8_lossy(&line[..colon]);
    if !is_field_name(&name) {
        return Err(format!("'{}' is no header name", name.escape_default()));
    }
    Ok((name.into_owned(), line[colon + 1..].trim_ascii().to_vec()))
}

fn url_of(target: &str, headers: &Headers, protocol: Protocol) -> Result<WireUrl, String> {
    let hosts: Vec<String> =
        headers.iter().filter(|header| header.is("host")).map(Header::text).collect();
    let host = match hosts.as_slice() {
        [host] => host,
        [] => return Err("it has no Host header".into()),
        _ => return Err("it has several Host headers".into()),
    };
    if target.contains('#') {
        return Err("its target holds a '#', which is never sent".into());
    }
    if target.starts_with('/') {
        return wire_url(protocol, host, target);
    }
    // RFC 9112 section 3.2.2: the absolute form, as proxies are sent it, wins
    // over Host.
    match Parts::of(target) {
        Ok(parts) => parts.wire_url(),
        Err(_) => Err(format!("its target '{}' is no path", target.escape_default())),
    }
}

/// The body as its framing says (RFC 9112 section 6). Without any, what stands
/// there is taken for it: people paste requests and leave lengths out.
fn body_of(rest: &[u8], headers: &Headers) -> Result<Vec<u8>, String> {
    if let Some(coding) = headers.text("transfer-encoding") {
        return match coding.eq_ignore_ascii_case("chunked") {
            true => chunks(rest),
            false => Err(format!("transfer coding '{}' is not known", coding.escape_default())),
        };
    }
    let is_blank = |bytes: &[u8]| bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
    let Some(given) = headers.text("content-length") else {
        return Ok(if is_blank(rest) { Vec::new() } else { rest.to_vec() });
    };
    let is_number = !given.is_empty() && given.bytes().all(|byte| byte.is_ascii_digit());
    let length = given
        .parse::<usize>()
        .ok()
        .filter(|_| is_number)
        .ok_or_else(|| format!("Content-Length '{}' is no number", given.escape_default()))?;
    match rest.split_at_checked(length) {
        // Editors end a file with a line break.
        Some((body, after)) if is_blank(after) => Ok(body.to_vec()),
        _ => Err(format!("its body has {} bytes, its Content-Length says {length}", rest.len())),
    }
}

/// The bytes of a chunked body (RFC 9112 section 7.1), trailers dropped.
fn chunks(mut rest: &[u8]) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    loop {
        let (line, after) = lines_of(rest).next().ok_or("its last chunk is missing")?;
        let digits = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
        let length = std::str::from_utf8(digits)
            .ok()
            .filter(|_| is_number)
            .and_then(|digits| usize::from_str_radix(digits, 16).ok())
            .ok_or("the length of a chunk is no hexadecimal number")?;
        if length == 0 {
            return Ok(body);
        }
        let (chunk, after) = after.split_at_checked(length).ok_or("a chunk ends early")?;
        body.extend_from_slice(chunk);
        let (end, after) = lines_of(after).next().ok_or("its last chunk is missing")?;
        if !end.is_empty() {
            return Err("a chunk is longer than its length says".into());
        }
        rest = after;
    }
}
