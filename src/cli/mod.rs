//! The command line: what the words typed mean, and one file a command.

pub mod args;
mod bench;
mod cmd;
pub mod complete;
pub mod conduct;
pub mod docs;
pub mod download;
mod elsewhere;
pub mod filter;
mod format;
pub mod items;
mod opener;
pub mod paging;
pub mod plan;
mod session;
pub mod transport;
pub mod until;
mod usage;
pub mod words;
mod world;

use crate::context::RunContext;
use crate::error::{self, Error, Result};
use crate::out::message;
use crate::out::style::ColorChoice;
use clap::error::ErrorKind;
use clap::{Arg, Command, CommandFactory as _, FromArgMatches as _};
use std::ffi::OsString;

/// Runs the program in the world `context` and gives its exit code.
pub fn run(context: &mut RunContext) -> u8 {
    let arguments = std::mem::take(&mut context.arguments);
    let outcome = dispatch(context, &arguments);
    let written = context.stdout.flush();
    match outcome {
        Ok(code) => match written {
            // What was written went nowhere; a closed pipe is no failure, and
            // a full disk was told of when the write itself failed.
            Err(error)
                if error.kind() != std::io::ErrorKind::BrokenPipe
                    && code != error::Kind::Write.exit_code() =>
            {
                let why = format!("standard output: {}", error::reason(&error));
                tell(context, &Error::new(error::Kind::Write, why).into());
                error::Kind::Write.exit_code()
            }
            _ => code,
        },
        Err(error) => {
            tell(context, &error);
            error::kind_of(&error).exit_code()
        }
    }
}

/// Prints an error on standard error.
fn tell(context: &mut RunContext, error: &anyhow::Error) {
    let style = ColorChoice::Auto.style(context.terminal.stderr, &context.environment);
    // Nowhere is left to tell that standard error is closed.
    let _ = message::error(&mut context.stderr, error, style);
}

/// Picks the command by the first word and lets clap read the rest.
fn dispatch(context: &mut RunContext, arguments: &[OsString]) -> Result<u8> {
    let place = words::first_word(arguments);
    let word = place.map(|at| arguments[at].to_string_lossy().into_owned());
    if word.as_deref() == Some(complete::WORD) && place == Some(0) {
        let asked: Vec<String> =
            arguments[1..].iter().map(|word| word.to_string_lossy().into_owned()).collect();
        return cmd::complete::run(context, &asked);
    }
    let command = word.as_deref().and_then(cmd::find);
    let Some((place, command)) = place.zip(command) else {
        if let Some(missing) = word.as_deref().and_then(cmd::not_yet) {
            return Err(missing.into());
        }
        return send(context, arguments);
    };
    let mut rest = arguments.to_vec();
    rest.remove(place);
    let name = format!("signreq {}", word.unwrap_or_default());
    let parser = || (command.parser)().bin_name(&name);
    match parse(context, parser(), &parser, &rest)? {
        Some(matches) => (command.run)(context, &matches),
        None => Ok(0),
    }
}

fn send(context: &mut RunContext, arguments: &[OsString]) -> Result<u8> {
    if let [only] = arguments
        && (only == "--version" || only == "-V")
    {
        // What clap would print, without defining every option first.
        cmd::print(context, concat!("signreq ", env!("CARGO_PKG_VERSION"), "\n"))?;
        return Ok(0);
    }
    if let Some(send) = args::SendArgs::of_words(arguments) {
        return cmd::send::run(context, &send, Vec::new());
    }
    let has_words = words::first_word(arguments).is_some();
    // Options alone may still ask for help or the version.
    let parser = args::SendArgs::command().mut_arg("words", |words| words.required(has_words));
    let parser = parser.bin_name("signreq");
    // Its help shows the commands too, which it costs time to define.
    let help = || args::full_command().bin_name("signreq");
    let Some(matches) = parse(context, parser, &help, arguments)? else { return Ok(0) };
    if !has_words {
        return Err(Error::usage("no PROFILE and no command")
            .hint("signreq --sandbox maas get /machines/")
            .hint("signreq --help")
            .into());
    }
    let send = args::SendArgs::from_arg_matches(&matches)
        .map_err(|refused| usage::error(&refused, &help()))?;
    cmd::send::run(context, &send, plan::data_in_order(&matches))
}

/// Lets the value of each option start with `-`, as curl does: what follows
/// an option that takes a value is that value.
fn takes_any_value(command: Command) -> Command {
    let of_option = |argument: Arg| {
        let takes_one = !argument.is_positional() && argument.get_action().takes_values();
        if takes_one { argument.allow_hyphen_values(true) } else { argument }
    };
    command.mut_args(of_option).mut_subcommands(takes_any_value)
}

/// What clap makes of the words; `None` when it has shown the version, or the
/// help of the command that `help` defines.
fn parse(
    context: &mut RunContext,
    parser: Command,
    help: &dyn Fn() -> Command,
    arguments: &[OsString],
) -> Result<Option<clap::ArgMatches>> {
    let mut parser = takes_any_value(parser).no_binary_name(true);
    let shown = match parser.try_get_matches_from_mut(arguments) {
        Ok(matches) => return Ok(Some(matches)),
        Err(error) => match error.kind() {
            // The help of a command below this one, which clap knows.
            ErrorKind::DisplayHelp if parser.has_subcommands() => error.render(),
            ErrorKind::DisplayHelp if arguments.iter().any(|word| word == "--help") => {
                help().render_long_help()
            }
            ErrorKind::DisplayHelp => help().render_help(),
            ErrorKind::DisplayVersion => error.render(),
            _ => return Err(usage::error(&error, &parser)),
        },
    };
    cmd::print(context, &shown.to_string())?;
    Ok(None)
}
