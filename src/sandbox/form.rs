//! The fields of a request's body: form, multipart (RFC 7578) or JSON.

use crate::model::headers::media_type;
use crate::sign::digest::from_base64;
use crate::sign::encode::parse_form;
use serde_json::Value;

/// Names with their values, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    /// The last value of that name: Django's rule.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Every value of that name.
    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        let of_name = self.0.iter().filter(|(other, _)| other == name);
        of_name.map(|(_, value)| value.as_str()).collect()
    }
}

/// Reads a body by its Content-Type; other types have no fields.
///
/// # Errors
/// What is wrong with the body.
pub(super) fn read(content_type: &str, body: &[u8]) -> Result<Fields, String> {
    let pairs = match media_type(content_type).as_str() {
        "application/x-www-form-urlencoded" => {
            parse_form(body).iter().map(|(name, value)| (text(name), text(value))).collect()
        }
        "multipart/form-data" => {
            let boundary = parameter(content_type, "boundary")
                .ok_or("the Content-Type names no boundary of the parts")?;
            read_parts(body, &boundary)?
        }
        "application/json" => read_json(body)?,
        _ => Vec::new(),
    };
    Ok(Fields(pairs))
}

fn read_json(body: &[u8]) -> Result<Vec<(String, String)>, String> {
    let value: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let Value::Object(object) = value else { return Err("the body is no JSON object".into()) };
    let plain = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    Ok(object.into_iter().map(|(name, value)| (name, plain(value))).collect())
}

fn read_parts(body: &[u8], boundary: &str) -> Result<Vec<(String, String)>, String> {
    let delimiter = format!("--{boundary}").into_bytes();
    let mut pieces = split(body, &delimiter).into_iter().skip(1);
    let mut fields = Vec::new();
    loop {
        let piece = pieces.next().ok_or("the multipart body has no closing boundary")?;
        if piece.starts_with(b"--") {
            return Ok(fields);
        }
        fields.push(read_part(piece)?);
    }
}

/// A part: its head, an empty line, its content and the line break that
/// belongs to the next boundary.
fn read_part(piece: &[u8]) -> Result<(String, String), String> {
    let piece = piece.strip_prefix(b"\r\n").or_else(|| piece.strip_prefix(b"\n")).unwrap_or(piece);
    let (head, content) = split_once(piece, b"\r\n\r\n")
        .or_else(|| split_once(piece, b"\n\n"))
        .ok_or("a part of the multipart body has no empty line after its headers")?;
    let content =
        content.strip_suffix(b"\r\n").or_else(|| content.strip_suffix(b"\n")).unwrap_or(content);
    let head = text(head);
    let header = |name: &str| {
        head.lines().find_map(|line| {
            let (other, value) = line.split_once(':')?;
            other.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    let name = header("content-disposition")
        .and_then(|value| parameter(&value, "name"))
        .ok_or("a part of the multipart body has no name")?;
    // The maas command line sends every part in base64.
    let is_base64 = header("content-transfer-encoding")
        .is_some_and(|coding| coding.eq_ignore_ascii_case("base64"));
    if !is_base64 {
        return Ok((name, text(content)));
    }
    let joined: String = text(content).split_ascii_whitespace().collect();
    let decoded = from_base64(&joined).ok_or("a part of the multipart body is no base64")?;
    Ok((name, text(&decoded)))
}

/// A parameter of a header value, quotes removed: `boundary` of a
/// Content-Type, `name` of a Content-Disposition.
fn parameter(value: &str, name: &str) -> Option<String> {
    let mut rest = value.split_once(';')?.1;
    loop {
        let (found, after) = rest.split_once('=')?;
        let (content, tail) = match after.strip_prefix('"') {
            Some(quoted) => quoted_text(quoted),
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        if found.trim_matches([';', ' ', '\t']).eq_ignore_ascii_case(name) {
            return Some(content);
        }
        rest = tail;
    }
}

/// A quoted text up to its closing quote, and what follows.
fn quoted_text(quoted: &str) -> (String, &str) {
    let mut content = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (content, &quoted[at + 1..]),
            '\\' => content.extend(letters.next().map(|(_, escaped)| escaped)),
            other => content.push(other),
        }
    }
    (content, "")
}

fn split<'a>(bytes: &'a [u8], delimiter: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    let mut rest = bytes;
    while let Some((piece, after)) = split_once(rest, delimiter) {
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    pieces
}

fn split_once<'a>(bytes: &'a [u8], delimiter: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(delimiter.len()).position(|window| window == delimiter)?;
    Some((&bytes[..at], &bytes[at + delimiter.len()..]))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(content_type: &str, body: &str) -> Vec<(String, String)> {
        read(content_type, body.as_bytes()).unwrap().0
    }

    fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn multipart_parts_are_read_with_and_without_base64() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nx y\r\n\
                    --b\r\nContent-Disposition: form-data; filename=\"a;b\"; name=\"file\"\r\n\
                    Content-Transfer-Encoding: base64\r\n\r\naGVs\r\nbG8=\r\n--b--\r\n";
        let read = pairs("multipart/form-data; boundary=b", body);
        assert_eq!(read, owned(&[("name", "x y"), ("file", "hello")]));
    }

    #[test]
    fn forms_and_json_are_read() {
        let form = pairs("application/x-www-form-urlencoded", "a=1&a=2+3");
        assert_eq!(form, owned(&[("a", "1"), ("a", "2 3")]));
        assert_eq!(Fields(form).get("a"), Some("2 3"));
        let json = pairs("application/json; charset=utf-8", r#"{"a":"x","b":1.50}"#);
        assert_eq!(json, owned(&[("a", "x"), ("b", "1.5")]));
    }

    #[test]
    fn broken_bodies_are_refused() {
        for (content_type, body) in [
            ("multipart/form-data", "--b--"),
            ("multipart/form-data; boundary=b", "no boundary here"),
            ("multipart/form-data; boundary=b", "--b\r\nno empty line--b--"),
            ("multipart/form-data; boundary=\"b", "--b"),
            ("application/json", "[1]"),
            ("application/json", "{"),
        ] {
            assert!(read(content_type, body.as_bytes()).is_err(), "{content_type}: {body}");
        }
    }
}
