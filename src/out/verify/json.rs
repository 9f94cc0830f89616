//! The report as data.

use super::{Comparison, Report};
use crate::error::Result;
use crate::out::json::write_document;
use crate::out::style::Style;
use crate::out::written::{STANDARD_OUTPUT, Written, written};
use serde_json::{Value, json};
use std::io::Write;

/// Writes the report as a JSON object of `valid`, `scheme`, `method`, `key`,
/// `signed` (RFC 3339), `age` (in seconds), `difference` (null, or an object of
/// `step`, `explanation` and `comparison`), `server` (null, or an object of
/// `step`, `equal` and `comparison`), `notes` and `steps` (those of the request
/// as captured).
///
/// # Errors
/// [`crate::error::Kind::Write`] when the output cannot be written.
pub fn json(out: &mut dyn Write, report: &Report, style: Style) -> Result<Written> {
    let presented = report.presented;
    let steps = report.verdict.trace.steps.iter().map(
        |step| json!({ "name": step.name, "section": step.section, "text": report.shown(step) }),
    );
    let difference = report.difference().map(|difference| {
        json!({
            "step": difference.step,
            "explanation": difference.explanation,
            "comparison": report.first_difference().map(comparison),
        })
    });
    let server = report.against_server().map(|(step, found)| {
        json!({
            "step": step.name,
            "equal": found.is_none(),
            "comparison": found.map(comparison),
        })
    });
    let document = json!({
        "valid": report.verdict.is_valid(),
        "scheme": report.scheme,
        "method": report.method(),
        "key": Some(&presented.key_id).filter(|key| !key.is_empty()),
        "signed": presented.time.map(|time| time.rfc3339()),
        "age": presented.time.map(|time| report.now.epoch().saturating_sub(time.epoch())),
        "difference": difference,
        "server": server,
        "notes": report.notes,
        "steps": steps.collect::<Vec<Value>>(),
    });
    written(write_document(out, &document.to_string(), style), STANDARD_OUTPUT)
}

fn comparison(comparison: Comparison) -> Value {
    let Comparison { step, section, part, line, equal_bytes, ours, theirs } = comparison;
    json!({
        "step": step,
        "section": section,
        "part": part,
        "line": line,
        "byte": equal_bytes.map(|count| count + 1),
        "ours": ours.line,
        "theirs": theirs.line,
        "ours_decoded": ours.decoded,
        "theirs_decoded": theirs.decoded,
    })
}
