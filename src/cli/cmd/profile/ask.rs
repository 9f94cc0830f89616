//! Questions at the terminal: asked on standard error, so that standard
//! output stays clean.

use crate::context::RunContext;
use crate::error::{Error, Kind, Result, reason};
use crate::model::secret::Secret;
use crate::profile::schema::Field;
use std::io::{ErrorKind, Read as _, Write as _};

/// Whether somebody can be asked.
pub(super) fn is_possible(context: &RunContext) -> bool {
    context.terminal.stdin && context.terminal.stderr
}

/// Asks for the value of a field, hidden when it is a secret; `None` when
/// only Enter is typed and there is no default.
///
/// # Errors
/// [`Kind::Interrupted`] when the input ends or Ctrl-C is typed.
pub(super) fn field(
    context: &mut RunContext,
    field: &Field,
    default: Option<&str>,
) -> Result<Option<Secret>> {
    let Field { name, about, .. } = field;
    let about = about.as_str();
    let prompt = match (field.secret, default) {
        (true, _) => format!("{name} ({about}; not shown): "),
        (false, Some(default)) => format!("{name} ({about}) [{default}]: "),
        (false, None) => format!("{name} ({about}): "),
    };
    let answer = if field.secret { hidden(&prompt)? } else { line(context, &prompt)? };
    let is_empty = answer.expose().is_empty();
    Ok(match default {
        _ if !is_empty => Some(answer),
        Some(default) => Some(Secret::new(default)),
        None => None,
    })
}

/// Asks a question that Enter answers with no, or with yes.
///
/// # Errors
/// [`Kind::Interrupted`] when the input ends.
pub(super) fn yes(context: &mut RunContext, question: &str, default: bool) -> Result<bool> {
    let choice = if default { "Y/n" } else { "y/N" };
    let answer = line(context, &format!("{question} [{choice}] "))?;
    Ok(match answer.expose().trim().to_lowercase().as_str() {
        "" => default,
        answer => ["y", "yes"].contains(&answer),
    })
}

/// A line, shown as it is typed, without white space around it.
fn line(context: &mut RunContext, prompt: &str) -> Result<Secret> {
    let fail = |error: std::io::Error| {
        Error::new(Kind::Read, format!("the terminal cannot be read: {}", reason(&error)))
    };
    context.stderr.write_all(prompt.as_bytes()).map_err(fail)?;
    context.stderr.flush().map_err(fail)?;
    let mut bytes = zeroize::Zeroizing::new(Vec::new());
    let mut byte = [0_u8];
    loop {
        match context.stdin.read(&mut byte) {
            Ok(0) if bytes.is_empty() => {
                // The prompt's line is ended: what follows stands on its own.
                let _ = context.stderr.write_all(b"\n");
                return Err(interrupted());
            }
            Ok(0) => break,
            Ok(_) if byte == *b"\n" => break,
            Ok(_) => bytes.extend(byte),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(fail(error).into()),
        }
    }
    Ok(Secret::new(String::from_utf8_lossy(&bytes).trim()))
}

/// A line that is not shown as it is typed.
fn hidden(prompt: &str) -> Result<Secret> {
    crate::context::hidden::read(prompt).map_err(|error| match error.kind() {
        ErrorKind::Interrupted => interrupted(),
        _ => Error::new(Kind::Read, format!("the terminal cannot be read: {}", reason(&error)))
            .into(),
    })
}

fn interrupted() -> anyhow::Error {
    Error::new(Kind::Interrupted, "interrupted: nothing was changed").into()
}
