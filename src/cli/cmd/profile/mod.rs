//! `signreq profile …`: one file a subcommand.

mod add;
mod ask;
mod attempt;
mod edit;
mod import;
mod keyring;
mod list;
mod path;
mod remove;
mod rename;
mod set;
mod show;
mod words;

use crate::cli::args::profile::{ProfileArgs, ProfileCommand};
use crate::cli::session;
use crate::context::{Environment, RunContext};
use crate::error::{Error, Result, one_line};
use crate::out::message;
use crate::out::style::ColorChoice;
use crate::profile::schema::Field;
use crate::profile::{Config, shape};
use clap::{ArgMatches, FromArgMatches as _};

/// Runs it.
pub(in crate::cli) fn run(context: &mut RunContext, matches: &ArgMatches) -> Result<u8> {
    let ProfileArgs { command, config } =
        ProfileArgs::from_arg_matches(matches).map_err(|error| Error::usage(error.to_string()))?;
    let config = config.as_deref().map_or(Config::Usual, Config::File);
    // An editor gets the signals that are meant for it.
    if !matches!(command, ProfileCommand::Edit(_)) {
        session::end_when_interrupted(context, ColorChoice::Auto, false);
    }
    match command {
        ProfileCommand::List(arguments) => list::run(context, config, &arguments),
        ProfileCommand::Show(arguments) => show::run(context, config, &arguments),
        ProfileCommand::Add(arguments) => add::run(context, config, &arguments),
        ProfileCommand::Import(arguments) => import::run(context, config, &arguments),
        ProfileCommand::Set(arguments) => set::run(context, config, &arguments),
        ProfileCommand::Edit(arguments) => edit::run(context, config, &arguments),
        ProfileCommand::Rename(arguments) => rename::run(context, config, &arguments),
        ProfileCommand::Remove(arguments) => remove::run(context, config, &arguments),
        ProfileCommand::Path => path::run(context, config),
    }
}

/// Tells what looks wrong about values that are about to be written.
fn doubt(
    context: &mut RunContext,
    fields: &[Field],
    names: &[(String, String)],
    assigned: &[(String, serde_json::Value)],
) {
    for (name, value) in assigned {
        let field = fields.iter().find(|field| field.name == *name);
        let Some((field, value)) = field.zip(value.as_str()) else { continue };
        for doubt in shape::doubts(field, names, value) {
            warn(context, &format!("{name}: {doubt}"));
        }
    }
}

/// What writing the config came to; where it failed, the keyring is made what
/// it was.
fn undo_unless(
    written: Result<()>,
    kept: Option<&keyring::Kept>,
    environment: &Environment,
) -> Result<()> {
    written.map_err(|error| match kept.map(|kept| kept.undo(environment)) {
        Some(Err(stays)) => error.context(one_line(&stays)),
        _ => error,
    })
}

/// Tells what is no failure.
fn warn(context: &mut RunContext, text: &str) {
    let style = ColorChoice::Auto.style(context.terminal.stderr, &context.environment);
    // Where standard error is closed, nobody listens.
    let _ = message::warning(&mut *context.stderr, text, style);
}
