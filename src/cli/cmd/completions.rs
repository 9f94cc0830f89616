//! `signreq completions SHELL`.

use crate::cli::args::CompletionsArgs;
use crate::cli::{cmd, docs};
use crate::context::RunContext;
use crate::error::{Error, Result};
use clap::{ArgMatches, FromArgMatches as _};

/// Runs it.
pub(in crate::cli) fn run(context: &mut RunContext, matches: &ArgMatches) -> Result<u8> {
    let arguments = CompletionsArgs::from_arg_matches(matches)
        .map_err(|error| Error::usage(error.to_string()))?;
    let script = docs::completion_script(&arguments.shell)?;
    cmd::print(context, script)?;
    Ok(0)
}
