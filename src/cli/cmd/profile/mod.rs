//! `signreq profile …`: one file a subcommand.

mod list;
mod path;
mod show;

use crate::cli::args::profile::{ProfileArgs, ProfileCommand};
use crate::context::RunContext;
use crate::error::{Error, Result};
use crate::out::message;
use crate::out::style::ColorChoice;
use crate::profile::Config;
use clap::{ArgMatches, FromArgMatches as _};

/// Runs it.
pub(in crate::cli) fn run(context: &mut RunContext, matches: &ArgMatches) -> Result<u8> {
    let ProfileArgs { command, config } =
        ProfileArgs::from_arg_matches(matches).map_err(|error| Error::usage(error.to_string()))?;
    let config = config.as_deref().map_or(Config::Usual, Config::File);
    match command {
        ProfileCommand::List(arguments) => list::run(context, config, &arguments),
        ProfileCommand::Show(arguments) => show::run(context, config, &arguments),
        ProfileCommand::Path => path::run(context, config),
    }
}

/// Tells what is no failure.
fn warn(context: &mut RunContext, text: &str) {
    let style = ColorChoice::Auto.style(context.terminal.stderr, &context.environment);
    // Where standard error is closed, nobody listens.
    let _ = message::warning(&mut *context.stderr, text, style);
}
