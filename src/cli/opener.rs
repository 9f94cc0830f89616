//! Opens a page in the user's browser, by the desktop's own command.

use crate::context::Environment;
use crate::error::{Error, Kind, Result, reason};
use std::process::{Command, Stdio};

/// The command and what stands before the URL.
const OPENER: &[&str] = if cfg!(target_vendor = "apple") {
    &["open"]
} else if cfg!(windows) {
    &["rundll32", "url.dll,FileProtocolHandler"]
} else {
    &["xdg-open"]
};

/// Opens `url`, and does not wait for the browser's end.
///
/// # Errors
/// [`Kind::Read`] when there is no such command; nothing else is known of what
/// becomes of it.
pub(super) fn open(url: &str, environment: &Environment) -> Result<()> {
    let program = OPENER[0];
    // The browser has no business with this program's secrets.
    let started = Command::new(program)
        .args(&OPENER[1..])
        .arg(url)
        .env_clear()
        .envs(environment.passed_on())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(_) => Ok(()),
        Err(error) => {
            Err(Error::new(Kind::Read, format!("{program} cannot be run: {}", reason(&error)))
                .into())
        }
    }
}
