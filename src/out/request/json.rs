//! A request as JSON, for `sign --format json` and within `explain`.

use crate::error::Result;
use crate::out::json::{self, quoted};
use crate::out::mask::{self, Secrets};
use crate::out::request::{form, short_text};
use crate::out::style::Style;
use crate::out::written::{STANDARD_OUTPUT, Written, written};
use crate::sign::Wire;
use std::io::Write;

/// Bodies beyond this are described, not shown.
const BODY_LIMIT: u64 = 1024 * 1024;

/// Writes the request as a JSON object of `method`, `url`, `headers` (a list
/// of `name` and `value`) and `body`: null for none, its text, or an object
/// with its length in `bytes` when it is binary or beyond 1 MiB.
///
/// # Errors
/// [`crate::error::Kind::Write`] when the output cannot be written,
/// [`crate::error::Kind::Read`] when the body cannot be read.
pub fn write(out: &mut dyn Write, wire: &Wire, secrets: Secrets, style: Style) -> Result<Written> {
    let document = object(wire, secrets)?;
    written(json::write_document(out, &document, style), STANDARD_OUTPUT)
}

/// The JSON object of [`write`].
pub(in crate::out) fn object(wire: &Wire, secrets: Secrets) -> Result<String> {
    let headers: Vec<String> = wire
        .headers()
        .iter()
        .map(|header| {
            let value = mask::header_value(header, secrets);
            let value = quoted(&String::from_utf8_lossy(&value));
            format!(r#"{{"name":{},"value":{value}}}"#, quoted(&header.name))
        })
        .collect();
    let body = if wire.body().is_none() {
        "null".to_owned()
    } else {
        let shown = match short_text(wire, BODY_LIMIT)? {
            Some(text) => form(wire, secrets)?.or(Some(text)),
            None => None,
        };
        match shown {
            Some(text) => quoted(&text),
            None => format!(r#"{{"bytes":{}}}"#, wire.body().length()),
        }
    };
    Ok(format!(
        r#"{{"method":{},"url":{},"headers":[{}],"body":{body}}}"#,
        quoted(wire.method().as_str()),
        quoted(&mask::url(&wire.url().to_string(), secrets)),
        headers.join(",")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::body::Body;
    use crate::out::request::sample;

    fn value(wire: &Wire, secrets: Secrets) -> serde_json::Value {
        let mut out = Vec::new();
        write(&mut out, wire, secrets, Style::PLAIN).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn a_request_is_an_object() {
        let expected = serde_json::json!({
            "method": "POST",
            "url": "https://api.example/a?x=1&token=geheim",
            "headers": [
                { "name": "Host", "value": "api.example" },
                { "name": "Content-Type", "value": "application/json" },
                { "name": "Authorization", "value": "Scheme id=7, proof=geheim" },
                { "name": "Content-Length", "value": "9" },
            ],
            "body": sample::BODY,
        });
        assert_eq!(value(&sample::post(), Secrets::Shown), expected);
        let masked = value(&sample::post(), Secrets::Masked).to_string();
        assert!(!masked.contains("geheim") && masked.contains("***"), "{masked}");
    }

    #[test]
    fn bodies_that_are_no_text_are_described() {
        assert!(value(&sample::get(), Secrets::Masked)["body"].is_null());
        let wire = sample::wire("PUT", "https://h/", None, Body::bytes(b"\xff".to_vec()));
        assert_eq!(value(&wire, Secrets::Masked)["body"], serde_json::json!({ "bytes": 1 }));
        let empty = sample::wire("PUT", "https://h/", None, Body::bytes(Vec::new()));
        assert_eq!(value(&empty, Secrets::Masked)["body"], "");
    }
}
