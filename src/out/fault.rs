//! What is wrong with a body that was to be laid out.

use std::fmt;

/// Where and why a text is not what it was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it was taken for: JSON or XML.
    pub language: &'static str,
    /// How many bytes precede the fault.
    pub offset: u64,
    /// What is wrong, to be read after "at byte N: ".
    pub reason: &'static str,
    /// Whether the rest of the text is shown as it is, not formatted.
    pub ends_formatting: bool,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { language, offset, reason, ends_formatting } = self;
        let rest = if *ends_formatting { "; the rest is shown as it is" } else { "" };
        write!(formatter, "the body is not valid {language} at byte {offset}: {reason}{rest}")
    }
}
