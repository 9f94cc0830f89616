//! What a server says it signed: found in its answer and matched with the step
//! of ours that it is like.

use crate::error::{Error, Kind, Result};
use crate::sign::Trace;
use crate::sign::encode::parse_form;
use serde_json::Value;

/// A step of a server's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theirs {
    /// The name of our step.
    pub step: &'static str,
    /// What came out of it there.
    pub text: String,
}

/// Reads a server's answer, or the step alone, as pasted into a file.
///
/// # Errors
/// [`Kind::Unexpected`] when no step of ours is like it.
pub fn read(answer: &[u8], trace: &Trace) -> Result<Theirs> {
    let answer = String::from_utf8_lossy(answer).replace("\r\n", "\n");
    let answer = without_indentation(&answer);
    let text = found_anywhere(&answer).unwrap_or_else(|| answer.trim_matches('\n').to_owned());
    match matched(text, trace) {
        Some(theirs) => Ok(theirs),
        None => {
            let known: Vec<&str> = trace.steps.iter().map(|step| step.name).collect();
            Err(Error::new(Kind::Unexpected, "their text is like no step of this signature")
                .hint(format!("its steps are: {}", known.join(", ")))
                .into())
        }
    }
}

/// The step that a server's answer quotes; `None` when it quotes none.
pub fn quoted_in(answer: &str) -> Option<String> {
    found_anywhere(&answer.replace("\r\n", "\n"))
}

/// The step of ours that a text is like.
pub fn matched(text: String, trace: &Trace) -> Option<Theirs> {
    let step = match trace.steps.as_slice() {
        // PLAINTEXT, bearer and basic know one step only.
        [only] => Some(only),
        _ => looks_like(&text).and_then(|name| trace.step(name)),
    };
    let step = step.filter(|_| !text.is_empty())?;
    Some(Theirs { step: step.name, text })
}

/// The step that an answer quotes, or one of the strings of a JSON answer.
fn found_anywhere(answer: &str) -> Option<String> {
    found_in(answer).or_else(|| strings_of(answer).iter().find_map(|text| found_in(text)))
}

/// Text without the white space that every line of it begins with: people
/// paste out of logs and tickets.
fn without_indentation(text: &str) -> String {
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let indentation = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let common = lines().map(indentation).min().unwrap_or_default();
    let cut = |line: &str| line.get(common.min(indentation(line))..).unwrap_or_default().to_owned();
    text.split('\n').map(cut).collect::<Vec<String>>().join("\n")
}

/// The step that an answer quotes.
fn found_in(answer: &str) -> Option<String> {
    // S3 and its kin answer SignatureDoesNotMatch with both; the request shows more.
    for name in ["CanonicalRequest", "StringToSign"] {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let inner = answer.split_once(&open).and_then(|(_, rest)| rest.split_once(&close));
        if let Some((inner, _)) = inner {
            return Some(without_entities(inner));
        }
    }
    // AWS's other services quote them in a message.
    for start in
        ["Canonical String for this request should have been", "String-to-Sign should have been"]
    {
        let quoted =
            answer.split_once(start).and_then(|(_, rest)| rest.trim_start().strip_prefix('\''));
        if let Some((inner, _)) = quoted.and_then(|rest| rest.split_once('\'')) {
            return Some(without_entities(inner));
        }
    }
    // MAAS.
    if let Some((_, rest)) = answer.split_once("Expected signature base string: ") {
        let line = rest.lines().next().unwrap_or_default();
        return Some(line.trim_end().trim_end_matches('\'').to_owned());
    }
    // Problem reports in the manner of a form: PHP's OAuth provider and others.
    if answer.contains("oauth_problem=") {
        return parse_form(answer.trim().as_bytes())
            .into_iter()
            .find(|(name, _)| {
                [&b"debug_sbs"[..], b"oauth_signature_base_string"].contains(&name.as_slice())
            })
            .map(|(_, value)| String::from_utf8_lossy(&value).into_owned());
    }
    None
}

/// Every string in a JSON text; none when it is no JSON.
fn strings_of(text: &str) -> Vec<String> {
    let mut strings = Vec::new();
    let mut waiting: Vec<Value> = serde_json::from_str(text).into_iter().collect();
    while let Some(value) = waiting.pop() {
        match value {
            Value::String(text) => strings.push(text),
            Value::Array(values) => waiting.extend(values),
            Value::Object(members) => waiting.extend(members.into_iter().map(|(_, value)| value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    strings
}

/// Text of XML with its entities (XML 1.0 section 4.6) and line feeds undone.
fn without_entities(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'")]
        .iter()
        .chain(&[
            ("&#10;", "\n"),
            ("&#xA;", "\n"),
            ("&#xa;", "\n"),
            ("&#34;", "\""),
            ("&amp;", "&"),
        ])
        .fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

/// The step that a text looks like.
fn looks_like(text: &str) -> Option<&'static str> {
    let lines: Vec<&str> = text.split('\n').collect();
    let first = lines.first().copied().unwrap_or_default();
    let is_method = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_uppercase());
    if first.ends_with("-HMAC-SHA256") && lines.len() > 1 {
        return Some("string to sign");
    }
    if is_method(first) && lines.len() > 4 {
        return Some("canonical request");
    }
    if let Some((method, rest)) = text.split_once('&')
        && is_method(method)
        && rest.starts_with("http")
    {
        return Some("signature base string");
    }
    if text.contains("oauth_consumer_key=") {
        return Some("normalized parameters");
    }
    if text.starts_with("http://") || text.starts_with("https://") {
        return Some("base string URI");
    }
    let is_signature = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=$".contains(&byte);
    (lines.len() == 1 && text.bytes().all(is_signature)).then_some("signature")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(names: &[&'static str]) -> Trace {
        let mut trace = Trace::default();
        for name in names {
            trace.text(name, "section", "ours");
        }
        trace
    }

    fn found(answer: &str) -> (&'static str, String) {
        let steps = [
            "base string URI",
            "normalized parameters",
            "signature base string",
            "canonical request",
            "string to sign",
            "signature",
        ];
        let theirs = read(answer.as_bytes(), &trace(&steps)).unwrap();
        (theirs.step, theirs.text)
    }

    #[test]
    fn answers_of_servers_are_read() {
        let canonical = "GET\n/a\nb=1&c=\nhost:h\n\nhost\nUNSIGNED-PAYLOAD";
        let s3 = format!(
            "<?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code>\
             <StringToSign>AWS4-HMAC-SHA256\n1</StringToSign>\
             <CanonicalRequest>{}</CanonicalRequest></Error>",
            canonical.replace('&', "&amp;")
        );
        assert_eq!(found(&s3), ("canonical request", canonical.into()));
        let sts = serde_json::json!({ "Error": { "Message": format!(
            "The request signature we calculated does not match.\n\nThe Canonical String for \
             this request should have been\n'{canonical}'\n\nThe String-to-Sign should have \
             been\n'AWS4-HMAC-SHA256\nx'\n"
        )}});
        assert_eq!(found(&sts.to_string()), ("canonical request", canonical.into()));
        let base = "GET&http%3A%2F%2Fh%2Fa&oauth_nonce%3D1";
        for answer in [
            format!(
                "Authorization Error: 'Invalid signature. Expected signature base string: {base}'\n"
            ),
            format!(
                "oauth_problem=signature_invalid&debug_sbs={}",
                crate::sign::encode::encode_strict(base.as_bytes())
            ),
            format!("{base}\r\n"),
        ] {
            assert_eq!(found(&answer), ("signature base string", base.into()), "{answer}");
        }
    }

    #[test]
    fn a_pasted_step_may_be_indented_and_have_cr_lf() {
        let canonical = "GET\n/a\nb=1\nhost:h\n\nhost\nUNSIGNED-PAYLOAD";
        let pasted = canonical.replace('\n', "\r\n    ");
        let pasted = format!("    {pasted}\r\n");
        assert_eq!(found(&pasted), ("canonical request", canonical.into()));
    }

    #[test]
    fn bare_steps_are_told_apart() {
        for (text, step) in [
            ("AWS4-HMAC-SHA256\n20150830T123600Z\nscope\nhash", "string to sign"),
            ("http://h/a", "base string URI"),
            ("a=1&oauth_consumer_key=k", "normalized parameters"),
            ("tnnArxj06cWHq44gCs1OSKk/jLY=", "signature"),
        ] {
            assert_eq!(found(text), (step, text.into()));
        }
    }

    #[test]
    fn what_no_step_is_like_is_refused() {
        for text in ["", "no idea\n", "<CanonicalRequest></CanonicalRequest>"] {
            let error = read(text.as_bytes(), &trace(&["pre-image", "signature"])).unwrap_err();
            assert_eq!(crate::error::kind_of(&error), Kind::Unexpected, "{text}");
        }
        // MAAS quotes PLAINTEXT's signature as if it were a base string.
        let plaintext = "Expected signature base string: &geheim'";
        let theirs = read(plaintext.as_bytes(), &trace(&["signature"])).unwrap();
        assert_eq!((theirs.step, theirs.text.as_str()), ("signature", "&geheim"));
    }
}
