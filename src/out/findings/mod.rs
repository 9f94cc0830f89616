//! What an examination found, a line each, for people and for programs.

mod json;
mod text;

pub use json::json;
pub use text::text;

use crate::error::{self, Kind};
use std::fmt::Display;

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All is well.
    Pass,
    /// It works, but may not be meant so.
    Warn,
    /// Sending ends here.
    Fail,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// One check and what it found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The profile it is about; `None` when it is about the config.
    pub profile: Option<String>,
    /// What was checked, in a word: `config`, `key`, `name`, `tls`.
    pub check: String,
    /// What it came to.
    pub verdict: Verdict,
    /// The fact seen, in a line.
    pub fact: String,
    /// What mends it, best as commands to run.
    pub mends: Vec<String>,
    /// The exit code that sending would give for it, where it fails.
    pub kind: Option<Kind>,
}

impl Finding {
    /// All is well.
    pub fn pass(check: &str, fact: impl Display) -> Self {
        Self::new(check, Verdict::Pass, fact, None)
    }

    /// It works, but may not be meant so.
    pub fn warn(check: &str, fact: impl Display) -> Self {
        Self::new(check, Verdict::Warn, fact, None)
    }

    /// Sending would end with this error.
    pub fn fail(check: &str, error: &anyhow::Error) -> Self {
        let kind = error::kind_of(error);
        let finding = Self::new(check, Verdict::Fail, error::one_line(error), Some(kind));
        Self { mends: error::hints_of(error).to_vec(), ..finding }
    }

    fn new(check: &str, verdict: Verdict, fact: impl Display, kind: Option<Kind>) -> Self {
        Self {
            profile: None,
            check: check.to_owned(),
            verdict,
            fact: fact.to_string(),
            mends: Vec::new(),
            kind,
        }
    }

    /// Adds what mends it.
    #[must_use]
    pub fn mend(mut self, command: impl Into<String>) -> Self {
        self.mends.push(command.into());
        self
    }

    /// Says which profile it is about.
    #[must_use]
    pub fn of(self, profile: &str) -> Self {
        Self { profile: Some(profile.to_owned()), ..self }
    }
}

/// The first finding with which sending would end.
pub fn first_failure(findings: &[Finding]) -> Option<&Finding> {
    findings.iter().find(|finding| finding.verdict == Verdict::Fail)
}

/// The exit code that sending would give.
pub fn exit_code(findings: &[Finding]) -> u8 {
    first_failure(findings).and_then(|finding| finding.kind).map_or(0, Kind::exit_code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn the_first_failure_gives_the_exit_code() {
        let refused = Error::new(Kind::Refused, "r").hint("mend it").into();
        let unresolved = Error::new(Kind::Resolve, "u").into();
        let findings = [
            Finding::pass("config", "read"),
            Finding::warn("key", "short").mend("longer"),
            Finding::fail("name", &unresolved),
            Finding::fail("credential", &refused),
        ];
        assert_eq!(exit_code(&findings), 6);
        assert_eq!(findings[3].mends, ["mend it"]);
        assert_eq!(exit_code(&findings[..2]), 0);
    }
}
