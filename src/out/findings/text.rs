//! Findings for people: verdict, check, fact, and under it what mends it.

use super::{Finding, Verdict};
use crate::error::Result;
use crate::out::style::{Role, Style};
use crate::out::visible;
use crate::out::written::{STANDARD_OUTPUT, Written, written};
use std::io::Write;

/// Writes the findings, each profile's under its name.
///
/// # Errors
/// [`crate::error::Kind::Write`] when the output cannot be written.
pub fn text(out: &mut dyn Write, findings: &[Finding], style: Style) -> Result<Written> {
    written(lines(out, findings, style), STANDARD_OUTPUT)
}

fn lines(out: &mut dyn Write, findings: &[Finding], style: Style) -> std::io::Result<()> {
    let width = findings.iter().map(|finding| finding.check.chars().count()).max().unwrap_or(0);
    let mut profile = None;
    for finding in findings {
        if finding.profile != profile {
            profile.clone_from(&finding.profile);
            let name = profile.as_deref().unwrap_or_default();
            let title = format!("profile {}", visible::line(name.as_bytes()));
            writeln!(out, "{}", style.paint(Role::Title, &title))?;
        }
        let role = match finding.verdict {
            Verdict::Pass => Role::String,
            Verdict::Warn => Role::Warning,
            Verdict::Fail => Role::Error,
        };
        let verdict = style.paint(role, finding.verdict.word());
        let fact = visible::line(finding.fact.as_bytes());
        writeln!(out, "{verdict}  {:width$}  {fact}", finding.check)?;
        for mend in &finding.mends {
            let mend = style.paint(Role::Hint, &visible::line(mend.as_bytes()));
            writeln!(out, "      {:width$}  {mend}", "")?;
        }
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_stand_in_a_column_and_what_mends_them_below() {
        let findings = [
            Finding::pass("config", "read"),
            Finding::warn("key", "a\x1b[2Jb").mend("chmod 600 x").of("maas"),
        ];
        let mut out = Vec::new();
        text(&mut out, &findings, Style::PLAIN).unwrap();
        let expected = "pass  config  read\n\
                        profile maas\n\
                        warn  key     a^[[2Jb\n              chmod 600 x\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
