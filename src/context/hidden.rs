//! What is typed at the terminal and not shown.

use crate::context::interrupt;
use crate::model::secret::Secret;
use std::io::{Error, ErrorKind, Result};

/// Asks at the terminal that the process belongs to, wherever its streams go.
/// Also when a signal ends the process, what is typed after it is shown again.
///
/// # Errors
/// [`ErrorKind::Interrupted`] when the input ends, as with Ctrl-D; those of
/// the terminal, when there is none too.
pub fn read(prompt: &str) -> Result<Secret> {
    let _listed = interrupt::terminal();
    match ask(prompt) {
        Ok(text) => Ok(Secret::new(text)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            Err(Error::from(ErrorKind::Interrupted))
        }
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn ask(prompt: &str) -> Result<String> {
    use std::io::Write as _;

    let hushed = Hushed::terminal()?;
    // To rpassword it is no terminal: it would take Ctrl-C for a letter, send
    // the signal itself and go on, while that ends the process.
    let config = rpassword::ConfigBuilder::new()
        .input_reader(hushed.0.try_clone()?)
        .output_writer(hushed.0.try_clone()?)
        .build();
    let typed = rpassword::prompt_password_with_config(prompt, config);
    // The key that ended the line was not shown. A terminal that is gone shows
    // nothing.
    let _ = (&hushed.0).write_all(b"\n");
    typed
}

/// Elsewhere the echo is rpassword's, too.
#[cfg(not(unix))]
fn ask(prompt: &str) -> Result<String> {
    rpassword::prompt_password(prompt)
}

/// The terminal with its echo off, and every key given as it is typed, however
/// long the line: the terminal itself keeps 4 KiB of one.
#[cfg(unix)]
struct Hushed(std::fs::File, rustix::termios::Termios);

#[cfg(unix)]
impl Hushed {
    /// Before the prompt is written: who pastes may be quick.
    fn terminal() -> Result<Self> {
        use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex};
        use rustix::termios::{tcgetattr, tcsetattr};
        let terminal = std::fs::File::options().read(true).write(true).open("/dev/tty")?;
        let before = tcgetattr(&terminal)?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON);
        // Ctrl-C is a signal, as anywhere. Of the others one would leave a
        // terminal without echo to the shell.
        silent.local_modes.insert(LocalModes::ISIG);
        for other in [SpecialCodeIndex::VQUIT, SpecialCodeIndex::VSUSP] {
            silent.special_codes[other] = 0;
        }
        silent.special_codes[SpecialCodeIndex::VMIN] = 1;
        silent.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(&terminal, OptionalActions::Now, &silent)?;
        Ok(Self(terminal, before))
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
