//! `signreq help [COMMAND]`.

use crate::cli::args::{self, HelpArgs};
use crate::cli::cmd;
use crate::context::RunContext;
use crate::error::{Error, Result};
use clap::{ArgMatches, FromArgMatches as _};

/// Runs it.
pub(in crate::cli) fn run(context: &mut RunContext, matches: &ArgMatches) -> Result<u8> {
    let arguments =
        HelpArgs::from_arg_matches(matches).map_err(|error| Error::usage(error.to_string()))?;
    let mut command = match &arguments.command {
        None => args::full_command(),
        Some(name) => match cmd::find(name) {
            Some(entry) => (entry.parser)().bin_name(format!("signreq {name}")),
            None => {
                let known: Vec<String> =
                    args::commands().iter().map(|command| command.get_name().to_owned()).collect();
                let why = format!("there is no command '{}'", name.escape_default());
                let hint = format!("the commands are {}", known.join(", "));
                return Err(Error::usage(why).hint(hint).into());
            }
        },
    };
    let text = command.render_long_help().to_string();
    cmd::print(context, &text)?;
    Ok(0)
}
