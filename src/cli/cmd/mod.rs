//! One file a command. [`COMMANDS`] is the list that picks one by its name.

pub(super) mod complete;
pub(super) mod completions;
pub(super) mod doctor;
pub(super) mod explain;
pub(super) mod help;
pub(super) mod login;
pub(super) mod logout;
pub(super) mod man;
pub(super) mod presign;
pub(super) mod profile;
pub(super) mod sandbox;
pub(super) mod send;
pub(super) mod sign;
pub(super) mod upload;
pub(super) mod verify;

use crate::cli::args;
use crate::context::RunContext;
use crate::error::{Error, Kind, Result, reason};
use crate::profile::names;
use clap::{ArgMatches, Command, CommandFactory as _};

/// A command: its parser and what it does.
pub(super) struct Entry {
    name: &'static str,
    pub(super) parser: fn() -> Command,
    pub(super) run: fn(&mut RunContext, &ArgMatches) -> Result<u8>,
}

const COMMANDS: &[Entry] = &[
    Entry { name: "sign", parser: args::SignArgs::command, run: sign::run },
    Entry { name: "presign", parser: args::PresignArgs::command, run: presign::run },
    Entry { name: "explain", parser: args::ExplainArgs::command, run: explain::run },
    Entry { name: "verify", parser: args::VerifyArgs::command, run: verify::run },
    Entry { name: "upload", parser: args::upload::UploadArgs::command, run: upload::run },
    Entry { name: "profile", parser: args::profile::ProfileArgs::command, run: profile::run },
    Entry { name: "login", parser: args::login::LoginArgs::command, run: login::run },
    Entry { name: "logout", parser: args::login::LogoutArgs::command, run: logout::run },
    Entry { name: "doctor", parser: args::doctor::DoctorArgs::command, run: doctor::run },
    Entry { name: "sandbox", parser: args::SandboxArgs::command, run: sandbox::run },
    Entry { name: "completions", parser: args::CompletionsArgs::command, run: completions::run },
    Entry { name: "man", parser: args::ManArgs::command, run: man::run },
    Entry { name: "help", parser: args::HelpArgs::command, run: help::run },
];

/// The command of that name.
pub(super) fn find(name: &str) -> Option<&'static Entry> {
    COMMANDS.iter().find(|command| command.name == name)
}

/// The error for a command whose name is kept for it and that is not there.
pub(super) fn not_yet(name: &str) -> Option<Error> {
    let is_kept = names::RESERVED.contains(&name) && find(name).is_none();
    is_kept.then(|| {
        Error::usage(format!("the command '{name}' does not work yet")).hint("signreq help")
    })
}

/// Writes to standard output; a closed pipe ends quietly.
pub(super) fn print(context: &mut RunContext, text: &str) -> Result<()> {
    write(context, text.as_bytes())
}

/// Writes bytes to standard output; a closed pipe ends quietly.
pub(super) fn write(context: &mut RunContext, bytes: &[u8]) -> Result<()> {
    let written = context.stdout.write_all(bytes).and_then(|()| context.stdout.flush());
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::new(Kind::Write, format!("standard output: {}", reason(&error))).into())
        }
        _ => Ok(()),
    }
}
