//! curl commands, as browsers copy them, as people paste them and as `signreq
//! sign --format curl` writes them: the request that curl would send.

mod config;
mod invocation;
mod options;
mod shell;
mod url;

use super::{Files, Form, unreadable};
use crate::error::Result;
use crate::model::request::Received;
use invocation::Invocation;

/// Reads a command; `files` gives the files that it takes data from.
///
/// # Errors
/// One of the exit code 65 when it cannot be read or does what is not known
/// here; those of `files`.
pub(super) fn read(text: &[u8], files: Files<'_>) -> Result<Received> {
    let fail = |why: String| unreadable(Form::Curl, &why);
    let text = text.trim_ascii_start();
    // A prompt, pasted with the command.
    let text = text.strip_prefix(b"$ ").unwrap_or(text);
    let command = shell::split(text).map_err(fail)?;
    let Some((_, words)) = command.words.split_first() else {
        return Err(fail("there is none".into()));
    };
    let mut invocation = Invocation::new(&command.inputs, files);
    invocation.take(words)?;
    invocation.received()
}
