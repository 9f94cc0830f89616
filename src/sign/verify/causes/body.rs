//! Bodies: not signed, signed as something else, or written otherwise.

use crate::model::body::Body;
use crate::sign::digest::sha256_hex;
use crate::sign::verify::case::{Case, Suspect};

/// Bodies longer than this, in bytes, are not rewritten in search of a cause.
const REWRITTEN: usize = 1024 * 1024;

/// Bodies, each with what it is: "with a line break at its end".
type Forms = Vec<(String, Vec<u8>)>;

pub(super) fn without<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    if case.draft.body.length() == 0 {
        return Vec::new();
    }
    let changed = case.with_body(Body::none());
    let untyped = changed.with_header("Content-Type", None);
    vec![
        changed.suspect("without the body"),
        untyped.suspect("without the body and its Content-Type"),
    ]
}

/// RFC 5849 section 3.4.1.3.1: the Content-Type decides whether the body's
/// parameters are signed.
pub(super) fn as_form<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let form = b"application/x-www-form-urlencoded";
    let mut suspects = vec![
        case.with_header("Content-Type", Some(form))
            .suspect("with the parameters of the body, which its Content-Type calls no form"),
    ];
    if case.draft.headers.has("content-type") {
        let without = case.with_header("Content-Type", None);
        suspects.push(without.suspect("without the parameters of the form in the body"));
    }
    suspects
}

pub(super) fn line_breaks<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    of(case, line_breaks_of)
}

pub(super) fn json<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    of(case, json_of)
}

fn of<'a>(case: &Case<'a>, forms: fn(&[u8]) -> Forms) -> Vec<Suspect<'a>> {
    let forms = forms(&short_body(case));
    let suspect =
        |(how, body)| case.with_body(Body::bytes(body)).suspect(format!("for the body {how}"));
    forms.into_iter().map(suspect).collect()
}

fn short_body(case: &Case<'_>) -> Vec<u8> {
    if case.draft.body.length() > REWRITTEN as u64 { Vec::new() } else { case.body() }
}

/// The last line of a canonical request with another hash.
pub(super) fn payload_hash<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let Some(message) = case.own_message() else { return Vec::new() };
    let Some((before, own)) = message.rsplit_once('\n') else { return Vec::new() };
    let body = case.body();
    let announced = case.draft.headers.text("x-amz-content-sha256").unwrap_or_default();
    [
        ("UNSIGNED-PAYLOAD".to_owned(), "with UNSIGNED-PAYLOAD for the hash of the body"),
        (sha256_hex(b""), "with the hash of an empty body"),
        (sha256_hex(&body), "with the hash of the body"),
        (announced, "with what x-amz-content-sha256 says for the hash of the body"),
        (sha256_hex(&body).to_ascii_uppercase(), "with the hash of the body in upper-case hex"),
        (String::new(), "without a hash of the body"),
    ]
    .into_iter()
    .filter(|(hash, _)| hash != own)
    .map(|(hash, how)| case.with_message(format!("{before}\n{hash}")).suspect(how))
    .collect()
}

/// A body as it may have been before it was sent, each with what it is then.
pub(in crate::sign::verify) fn alternatives(body: &[u8]) -> Vec<(String, Vec<u8>)> {
    if body.len() > REWRITTEN {
        return Vec::new();
    }
    let mut all = vec![("without any byte".to_owned(), Vec::new())];
    all.extend(line_breaks_of(body));
    all.extend(json_of(body));
    all
}

fn line_breaks_of(body: &[u8]) -> Forms {
    if body.is_empty() {
        return Vec::new();
    }
    let joined = |parts: &[&[u8]], by: &[u8]| parts.join(by);
    let lines: Vec<&[u8]> = body
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .collect();
    let forms = [
        ("with a line break at its end", [body, b"\n"].concat()),
        ("with CR LF at its end", [body, b"\r\n"].concat()),
        ("without the line break at its end", body.trim_ascii_end().to_vec()),
        ("without white space around it", body.trim_ascii().to_vec()),
        ("with LF for CR LF", joined(&lines, b"\n")),
        ("with CR LF for LF", joined(&lines, b"\r\n")),
        // curl -d takes them away.
        ("without its line breaks", lines.concat()),
        (
            "without the byte order mark",
            body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).to_vec(),
        ),
    ];
    forms
        .into_iter()
        .filter(|(_, form)| form != body)
        .map(|(how, form)| (how.to_owned(), form))
        .collect()
}

/// The same JSON as other writers write it, members in their order and numbers
/// as they are.
fn json_of(body: &[u8]) -> Forms {
    let Ok(text) = std::str::from_utf8(body) else { return Vec::new() };
    if !text.trim_start().starts_with(['{', '[']) {
        return Vec::new();
    }
    let compact = spaced(text, "");
    let python = spaced(text, " ");
    let forms = [
        (escaped(&compact), "as JSON without spaces and in ASCII"),
        (escaped(&python), "as JSON with a space behind , and : and in ASCII"),
        (compact, "as JSON without spaces"),
        (python, "as JSON with a space behind , and :"),
    ];
    forms
        .into_iter()
        .filter(|(form, _)| form != text)
        .map(|(form, how)| (how.to_owned(), form.into_bytes()))
        .collect()
}

/// JSON with `gap` behind each comma and colon, and no other white space.
fn spaced(text: &str, gap: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut is_string, mut is_escaped) = (false, false);
    for letter in text.chars() {
        if is_string {
            out.push(letter);
            is_string = is_escaped || letter != '"';
            is_escaped = !is_escaped && letter == '\\';
        } else if !letter.is_ascii_whitespace() {
            out.push(letter);
            is_string = letter == '"';
            if letter == ',' || letter == ':' {
                out.push_str(gap);
            }
        }
    }
    out
}

/// All but ASCII as `\uXXXX` (RFC 8259 section 7), as Python's json writes it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter.is_ascii() {
            true => out.push(letter),
            false => {
                let mut units = [0; 2];
                for unit in letter.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out
}
