//! What is typed at the terminal and not shown.

use crate::context::interrupt;
use crate::model::secret::Secret;
use std::io::{Error, ErrorKind, Result};

/// Asks at the terminal that the process belongs to, wherever its streams go.
/// Also when a signal ends the process, what is typed after it is shown again.
///
/// # Errors
/// [`ErrorKind::Interrupted`] when the input ends, as with Ctrl-D, or Ctrl-C
/// is typed; those of the terminal, when there is none too.
pub fn read(prompt: &str) -> Result<Secret> {
    let _listed = interrupt::terminal();
    match rpassword::prompt_password(prompt) {
        Ok(text) => Ok(Secret::new(text)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            Err(Error::from(ErrorKind::Interrupted))
        }
        Err(error) => Err(error),
    }
}
