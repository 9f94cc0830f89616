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
    let _hushed = Hushed::terminal();
    match rpassword::prompt_password(prompt) {
        Ok(text) => Ok(Secret::new(text)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            Err(Error::from(ErrorKind::Interrupted))
        }
        Err(error) => Err(error),
    }
}

/// The terminal with its echo off. rpassword turns it off only once the prompt
/// is written, when the first keys of who pastes may have come.
#[cfg(unix)]
struct Hushed(std::fs::File, rustix::termios::Termios);

#[cfg(unix)]
impl Hushed {
    /// `None` where there is no terminal.
    fn terminal() -> Option<Self> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let terminal = std::fs::File::open("/dev/tty").ok()?;
        let before = tcgetattr(&terminal).ok()?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&terminal, OptionalActions::Now, &silent).ok()?;
        Some(Self(terminal, before))
    }
}

#[cfg(unix)]
impl Drop for Hushed {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        // A terminal that is gone needs no more.
        let _ = tcsetattr(&self.0, OptionalActions::Now, &self.1);
    }
}

#[cfg(not(unix))]
struct Hushed;

#[cfg(not(unix))]
impl Hushed {
    /// Elsewhere the prompt and the echo are rpassword's.
    fn terminal() -> Option<Self> {
        None
    }
}
