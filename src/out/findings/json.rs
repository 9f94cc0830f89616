//! Findings for programs.

use super::{Finding, exit_code};
use crate::error::{Kind, Result};
use crate::out::json::write_document;
use crate::out::style::Style;
use crate::out::written::{STANDARD_OUTPUT, Written, written};
use serde_json::{Value, json};
use std::io::Write;

/// Writes the findings as a JSON object of `exit_code` and `checks`, each an
/// object of `profile` (null for the config), `check`, `verdict` (pass, warn or
/// fail), `fact`, `mend` (an array of strings) and `exit_code` (null but for a
/// failure).
///
/// # Errors
/// [`Kind::Write`] when the output cannot be written.
pub fn json(out: &mut dyn Write, findings: &[Finding], style: Style) -> Result<Written> {
    let check = |finding: &Finding| {
        json!({
            "profile": finding.profile,
            "check": finding.check,
            "verdict": finding.verdict.word(),
            "fact": finding.fact,
            "mend": finding.mends,
            "exit_code": finding.kind.map(Kind::exit_code),
        })
    };
    let checks: Vec<Value> = findings.iter().map(check).collect();
    let document = json!({ "exit_code": exit_code(findings), "checks": checks });
    written(write_document(out, &document.to_string(), style), STANDARD_OUTPUT)
}
