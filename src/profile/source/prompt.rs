//! A value that the user types at the terminal, which does not show it.

use crate::context::hidden;
use crate::error::{Error, Kind, Result, reason};
use crate::model::secret::Secret;
use std::io::ErrorKind;

/// Asks for `what` at the terminal that the process belongs to, wherever its
/// streams go.
///
/// # Errors
/// A config error without a terminal, or when nothing is typed.
pub(super) fn read(what: &str) -> Result<Secret> {
    match hidden::read(&format!("{what}: ")) {
        Ok(secret) if secret.expose().is_empty() => Err(Error::config("nothing was typed").into()),
        Ok(secret) => Ok(secret),
        Err(error) if error.kind() == ErrorKind::Interrupted => {
            Err(Error::new(Kind::Interrupted, "interrupted").into())
        }
        Err(error) => {
            Err(Error::config(format!("there is no terminal to ask at: {}", reason(&error)))
                .hint(
                    "where nobody types: { command = \"…\" }, { file = \"…\" } or { env = \"…\" }",
                )
                .into())
        }
    }
}
