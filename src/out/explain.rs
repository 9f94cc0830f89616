//! `explain`: each step from request to signature, then the request.

use crate::error::Result;
use crate::out::json::{quoted, write_document};
use crate::out::mask::Secrets;
use crate::out::redact::redact;
use crate::out::request::{dry_run, form, json};
use crate::out::style::{Role, Style};
use crate::out::visible;
use crate::out::written::{STANDARD_OUTPUT, Written, written};
use crate::sign::encode::decode;
use crate::sign::{Step, Trace, Wire};
use std::io::Write;

/// What is explained.
#[derive(Clone, Copy, Debug)]
pub struct Explanation<'a> {
    /// The scheme's id.
    pub scheme: &'a str,
    /// The document that defines it.
    pub spec: &'a str,
    /// How the signature came about.
    pub trace: &'a Trace,
    /// What would be sent.
    pub wire: &'a Wire,
}

/// Writes it to be read by people, in the specification's terms.
///
/// # Errors
/// [`crate::error::Kind::Write`] when the output cannot be written,
/// [`crate::error::Kind::Read`] when the request's body cannot be read.
pub fn text(
    out: &mut dyn Write,
    explanation: &Explanation,
    secrets: Secrets,
    style: Style,
) -> Result<Written> {
    let Explanation { scheme, spec, trace, wire } = explanation;
    let parameters = parameters(wire, secrets)?;
    let mut shown = match *spec {
        "none" => format!("{scheme}: nothing is signed\n\n"),
        spec => format!("{scheme} ({spec})\n\n"),
    };
    for (index, step) in trace.steps.iter().enumerate() {
        let title = format!("{}. {}", index + 1, step.name);
        shown.push_str(&style.paint(Role::Title, &title));
        if step.section != *spec {
            shown.push_str(&format!(", {}", step.section));
        }
        shown.push('\n');
        let text = outcome(step, wire, &parameters, secrets);
        push_lines(&mut shown, &text, style);
        if is_base_string(step) {
            push_parts(&mut shown, &text, style);
        }
        shown.push('\n');
    }
    shown.push_str(&style.paint(Role::Mark, "The request as it would go:"));
    shown.push('\n');
    match written(out.write_all(shown.as_bytes()), STANDARD_OUTPUT)? {
        Written::Closed => Ok(Written::Closed),
        Written::Whole => dry_run::write(out, wire, secrets, style),
    }
}

/// Writes it as a JSON object of `scheme`, `spec`, `steps` (a list of `name`,
/// `section` and `text`) and `request` (as [`json::write`] has it).
///
/// # Errors
/// Those of [`text`].
pub fn json(
    out: &mut dyn Write,
    explanation: &Explanation,
    secrets: Secrets,
    style: Style,
) -> Result<Written> {
    let Explanation { scheme, spec, trace, wire } = explanation;
    let parameters = parameters(wire, secrets)?;
    let steps: Vec<String> = trace
        .steps
        .iter()
        .map(|step| {
            let (name, section) = (quoted(step.name), quoted(step.section));
            let text = quoted(&outcome(step, wire, &parameters, secrets));
            format!(r#"{{"name":{name},"section":{section},"text":{text}}}"#)
        })
        .collect();
    let document = format!(
        r#"{{"scheme":{},"spec":{},"steps":[{}],"request":{}}}"#,
        quoted(scheme),
        quoted(spec),
        steps.join(","),
        json::object(wire, secrets)?
    );
    written(write_document(out, &document, style), STANDARD_OUTPUT)
}

/// The parameters of the request, those of its form included.
fn parameters(wire: &Wire, secrets: Secrets) -> Result<String> {
    let query = wire.url().query().unwrap_or_default();
    let has_form = form(wire, secrets)?.is_some();
    let body = if has_form { wire.body().read_all().unwrap_or_default() } else { Vec::new() };
    Ok(format!("{query}&{}", String::from_utf8_lossy(&body)))
}

fn outcome(step: &Step, wire: &Wire, parameters: &str, secrets: Secrets) -> String {
    match secrets {
        Secrets::Masked => redact(&step.masked(), wire.headers(), parameters),
        Secrets::Shown => step.exposed(),
    }
}

/// Whether a step made OAuth1's signature base string.
fn is_base_string(step: &Step) -> bool {
    step.name == "signature base string"
}

/// Shows each line behind a gutter, with what the eye would miss said.
fn push_lines(shown: &mut String, text: &str, style: Style) {
    let gutter = style.paint(Role::Mark, "   |");
    for line in text.split('\n') {
        shown.push_str(&gutter);
        if !line.is_empty() {
            shown.push(' ');
            shown.push_str(&visible::line(line.as_bytes()));
        }
        let remark = match line {
            "" => " (empty)",
            _ if line.ends_with([' ', '\t']) => " (ends in white space)",
            _ => "",
        };
        if !remark.is_empty() {
            shown.push_str(&style.paint(Role::Mark, remark));
        }
        shown.push('\n');
    }
}

/// Takes a base string apart: method, base string URI and normalized
/// parameters, each decoded once (RFC 5849 section 3.4.1.1).
fn push_parts(shown: &mut String, base_string: &str, style: Style) {
    let mut parts = base_string
        .splitn(3, '&')
        .map(|part| String::from_utf8_lossy(&decode(part.as_bytes())).into_owned());
    let mut lines: Vec<String> = parts.by_ref().take(2).collect();
    if let Some(parameters) = parts.next().filter(|text| !text.is_empty()) {
        lines.extend(parameters.split('&').map(|parameter| format!("  {parameter}")));
    }
    shown.push_str(&style.paint(Role::Mark, "   which is, its parts decoded:"));
    shown.push('\n');
    push_lines(shown, &lines.join("\n"), style);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::headers::Piece;
    use crate::out::request::sample;

    /// The base string of RFC 5849 section 3.4.1.1, shortened to what differs.
    const BASE_STRING: &str = "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26c2%3D";

    fn trace() -> Trace {
        let mut trace = Trace::default();
        trace.text("canonical request", "RFC 5849", "GET\n\nhost:h\nx: \n");
        trace.text("signature base string", "RFC 5849 section 3.4.1.1", BASE_STRING);
        trace.pieces("key", "RFC 5849 section 3.4.2", vec![Piece::secret("geheim&")]);
        trace
    }

    fn written_by(
        write: fn(&mut dyn Write, &Explanation, Secrets, Style) -> Result<Written>,
        secrets: Secrets,
    ) -> String {
        let (trace, wire) = (trace(), sample::get());
        let explanation =
            Explanation { scheme: "oauth1", spec: "RFC 5849", trace: &trace, wire: &wire };
        let mut out = Vec::new();
        write(&mut out, &explanation, secrets, Style::PLAIN).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn steps_read_line_by_line() {
        let expected = "\
oauth1 (RFC 5849)

1. canonical request
   | GET
   | (empty)
   | host:h
   | x:  (ends in white space)
   | (empty)

2. signature base string, RFC 5849 section 3.4.1.1
   | POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26c2%3D
   which is, its parts decoded:
   | POST
   | http://example.com/request
   |   a2=r%20b
   |   c2=

3. key, RFC 5849 section 3.4.2
   | ***

The request as it would go:
GET /a HTTP/1.1
Host: api.example
Authorization: Scheme id=7, proof=***

";
        assert_eq!(written_by(text, Secrets::Masked), expected);
        assert!(written_by(text, Secrets::Shown).contains("   | geheim&\n"));
    }

    #[test]
    fn steps_are_data() {
        let shown = written_by(json, Secrets::Masked);
        let keys = ["\"scheme\"", "\"spec\"", "\"steps\"", "\"request\""];
        assert!(keys.map(|key| shown.find(key).unwrap()).is_sorted(), "{shown}");
        let value: serde_json::Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(value["steps"][1]["text"], BASE_STRING);
        assert_eq!(value["steps"][2]["text"], "***");
        assert_eq!(value["steps"][2]["section"], "RFC 5849 section 3.4.2");
        assert_eq!(value["request"]["method"], "GET");
    }
}
