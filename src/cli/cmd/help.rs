//! `signreq help [COMMAND]...`.

use crate::cli::args::{self, HelpArgs};
use crate::cli::cmd;
use crate::context::RunContext;
use crate::error::{Error, Result};
use clap::{ArgMatches, FromArgMatches as _};

/// Runs it.
pub(in crate::cli) fn run(context: &mut RunContext, matches: &ArgMatches) -> Result<u8> {
    let arguments =
        HelpArgs::from_arg_matches(matches).map_err(|error| Error::usage(error.to_string()))?;
    let mut words = arguments.command.iter();
    let mut command = match words.next() {
        None => args::full_command(),
        Some(name) => match cmd::find(name) {
            Some(entry) => (entry.parser)().bin_name(format!("signreq {name}")),
            None => {
                if let Some(missing) = cmd::not_yet(name) {
                    return Err(missing.into());
                }
                let known: Vec<String> =
                    args::commands().iter().map(|command| command.get_name().to_owned()).collect();
                let why = format!("there is no command '{}'", name.escape_default());
                let hint = format!("the commands are {}", known.join(", "));
                return Err(Error::usage(why).hint(hint).into());
            }
        },
    };
    // `help profile add`: the command below.
    for name in words {
        command.build();
        command = match command.find_subcommand(name) {
            Some(below) => below.clone(),
            None => {
                let within = command.get_bin_name().unwrap_or("signreq").to_owned();
                let why = format!("there is no command '{within} {}'", name.escape_default());
                return Err(Error::usage(why).hint(format!("{within} --help")).into());
            }
        };
    }
    let text = command.render_long_help().to_string();
    cmd::print(context, &text)?;
    Ok(0)
}
