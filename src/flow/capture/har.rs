//! HTTP Archives (HAR 1.2): a log of requests, one entry of it, or one
//! request, as `signreq sign --format json` writes it too.

use super::{Form, Parts, field_value, is_field_name, unreadable};
use crate::error::{Error, Result};
use crate::model::headers::{Header, Headers};
use crate::model::method::Method;
use crate::model::request::Received;
use crate::out::mask::{self, Secrets};
use crate::sign::digest::from_base64;
use serde_json::Value;

/// So many entries are listed when one has to be picked.
const LISTED: usize = 20;

/// Reads the request, or the one that is entry number `entry` of the log.
///
/// # Errors
/// An error of the exit code 65 when it cannot be read, wrong usage when the log holds
/// several entries and none is picked.
pub(super) fn read(bytes: &[u8], entry: Option<usize>) -> Result<Received> {
    let fail = |why: String| unreadable(Form::Har, &why);
    let document: Value = serde_json::from_slice(bytes).map_err(|error| fail(error.to_string()))?;
    let request = match document.pointer("/log/entries") {
        Some(Value::Array(entries)) => picked(entries, entry)?,
        Some(_) => return Err(fail("log.entries is no list".into())),
        None => match entry {
            None | Some(1) => document.get("request").unwrap_or(&document),
            Some(number) => return Err(missing(number, 1).into()),
        },
    };
    received(request).map_err(fail)
}

fn picked(entries: &[Value], entry: Option<usize>) -> Result<&Value> {
    let place = match (entry, entries.len()) {
        (_, 0) => return Err(unreadable(Form::Har, "it holds no entries")),
        (None, 1) => 0,
        (None, count) => return Err(listing(entries, count).into()),
        (Some(number), count) => match number.checked_sub(1).filter(|place| *place < count) {
            Some(place) => place,
            None => return Err(missing(number, count).into()),
        },
    };
    let fail = || unreadable(Form::Har, &format!("entry {} has no request", place + 1));
    entries[place].get("request").ok_or_else(fail)
}

fn missing(number: usize, count: usize) -> Error {
    Error::usage(format!("the HAR has no entry {number}: the last one is {count}"))
}

/// The error that names the entries there are.
fn listing(entries: &[Value], count: usize) -> Error {
    let error = Error::usage(format!("the HAR holds {count} entries, and none was picked"));
    let named = entries.iter().take(LISTED).enumerate().map(|(index, entry)| {
        let text = |name: &str| {
            entry.pointer(&format!("/request/{name}")).and_then(Value::as_str).unwrap_or("?")
        };
        let url = mask::url(text("url"), Secrets::Masked);
        format!("--entry {}  is {} {url}", index + 1, text("method"))
    });
    let error = named.fold(error, Error::hint);
    match count.checked_sub(LISTED + 1) {
        Some(more) => error.hint(format!("and {} more", more + 1)),
        None => error,
    }
}

fn received(request: &Value) -> Result<Received, String> {
    let text = |name: &str| {
        let value = request.get(name).and_then(Value::as_str);
        value.ok_or_else(|| format!("the request has no {name}"))
    };
    let method = text("method")?;
    let method =
        Method::parse(method).map_err(|_| format!("'{}' is no method", method.escape_default()))?;
    let parts = Parts::of(text("url")?)?;
    let url = parts.wire_url()?;
    let headers = headers(request, &url.origin().authority())?;
    let body = match (request.get("postData"), request.get("body")) {
        (Some(Value::Null) | None, Some(Value::Null) | None) => announced_but_absent(request)?,
        (Some(Value::Object(data)), _) => post_data(data)?,
        (_, Some(Value::String(text))) => text.clone().into_bytes(),
        _ => return Err("the body is not text".into()),
    };
    Ok(Received { method, url, headers, body })
}

/// The header fields; `authority` is Host where they hold none.
fn headers(request: &Value, authority: &str) -> Result<Headers, String> {
    let list = match request.get("headers") {
        Some(Value::Array(list)) => list.as_slice(),
        None => &[],
        Some(_) => return Err("headers is no list".into()),
    };
    let mut headers = Headers::new();
    for field in list {
        let part = |name: &str| field.get(name).and_then(Value::as_str);
        let (Some(name), Some(value)) = (part("name"), part("value")) else {
            return Err("a header has no name or no value".into());
        };
        // HTTP/2's pseudo-fields (RFC 9113 section 8.3): `:authority` is Host.
        if let Some(pseudo) = name.strip_prefix(':') {
            if pseudo == "authority" && !headers.has("host") {
                headers.push(Header::new("Host", value));
            }
            continue;
        }
        if !is_field_name(name) {
            return Err(format!("'{}' is no header name", name.escape_default()));
        }
        headers.push(Header::new(name, field_value(value.as_bytes().trim_ascii())?));
    }
    if !headers.has("host") {
        headers.push(Header::new("Host", authority));
    }
    Ok(headers)
}

/// No body, unless the entry says that there was one.
fn announced_but_absent(request: &Value) -> Result<Vec<u8>, String> {
    match request.get("bodySize").and_then(Value::as_i64) {
        Some(size) if size > 0 => {
            Err(format!("the request had a body of {size} bytes, which the HAR leaves out"))
        }
        _ => Ok(Vec::new()),
    }
}

fn post_data(data: &serde_json::Map<String, Value>) -> Result<Vec<u8>, String> {
    let text = data.get("text").and_then(Value::as_str);
    let has_params =
        data.get("params").and_then(Value::as_array).is_some_and(|params| !params.is_empty());
    match text {
        // The bytes of a form cannot be told from its fields.
        None if has_params => Err("postData has fields but not the text that was sent".into()),
        None => Ok(Vec::new()),
        Some(text) if data.get("encoding").and_then(Value::as_str) == Some("base64") => {
            from_base64(text).ok_or_else(|| "postData is no base64".into())
        }
        Some(text) => Ok(text.as_bytes().to_vec()),
    }
}
