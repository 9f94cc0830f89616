//! `signreq sandbox [--listen ADDR] [-- COMMAND…]`.

use crate::cli::args::SandboxArgs;
use crate::cli::cmd;
use crate::context::interrupt::{Companion, Ending};
use crate::context::{Clock, Environment, RunContext};
use crate::error::{Error, Kind, Result, reason};
use crate::sandbox::{self, Sandbox};
use clap::{ArgMatches, FromArgMatches as _};
use std::ffi::OsString;
use std::net::SocketAddr;
use std::process::{Command, ExitStatus};

/// Runs it.
pub(in crate::cli) fn run(context: &mut RunContext, matches: &ArgMatches) -> Result<u8> {
    let arguments =
        SandboxArgs::from_arg_matches(matches).map_err(|error| Error::usage(error.to_string()))?;
    let listen: SocketAddr = arguments.listen.parse().map_err(|_| {
        let shown = arguments.listen.escape_default();
        Error::usage(format!("--listen '{shown}' is no address and port"))
            .hint("signreq sandbox --listen 127.0.0.1:8080")
    })?;
    let companion = Companion::default();
    // Without a thread for it, a signal does what it does to any process.
    let _ = (context.interrupts)(match arguments.command.is_empty() {
        // A server has no other end than this, so it is no failure.
        true => Ending::Done,
        false => Ending::PassedOn(companion.clone()),
    });
    let sandbox = Sandbox::start(Some(listen), Clock::clone(&context.clock))?;
    match arguments.command.split_first() {
        Some((program, words)) => run_command(context, &sandbox, &companion, program, words),
        None => {
            let config = sandbox::config_text(sandbox.address());
            let text = format!(
                "# The sandbox listens on http://{} until it is interrupted. These are its profiles:\n\
                 # (umask 077; signreq sandbox > sandbox.toml) &\n\
                 # signreq --config sandbox.toml maas get /machines/\n\
                 \n{config}",
                sandbox.address()
            );
            cmd::print(context, &text)?;
            sandbox.run_forever();
            Ok(0)
        }
    }
}

/// Runs a command with a profile of each preset in its environment.
fn run_command(
    context: &mut RunContext,
    sandbox: &Sandbox,
    companion: &Companion,
    program: &OsString,
    words: &[OsString],
) -> Result<u8> {
    let is_ours = |name: &OsString| name.to_string_lossy().starts_with("SIGNREQ_");
    let inherited = context.environment.iter().filter(|(name, _)| !is_ours(name));
    let mut command = Command::new(program);
    command
        .args(words)
        .env_clear()
        .envs(inherited)
        // No config: the profiles are those of the sandbox alone.
        .env("SIGNREQ_CONFIG", NO_CONFIG)
        .envs(sandbox::environment(sandbox.address()))
        .envs(past_proxies(&context.environment, sandbox.address()));
    let error = match companion.run(&mut command) {
        Ok(status) => return Ok(exit_code(status)),
        Err(error) => error,
    };
    let shown = program.to_string_lossy();
    let told = format!("the command '{shown}' could not be run: {}", reason(&error));
    let told = match shown.contains(char::is_whitespace) && words.is_empty() {
        true => Error::new(Kind::Read, told)
            .hint(format!("for a shell's line: signreq sandbox -- sh -c '{shown}'")),
        false => Error::new(Kind::Read, told),
    };
    crate::cli::tell(context, &told.into());
    Ok(NOT_RUN)
}

/// Where the environment names a proxy: what leads past it to the sandbox, which
/// no proxy can reach.
fn past_proxies(environment: &Environment, address: SocketAddr) -> Vec<(&'static str, String)> {
    const PROXIES: [&str; 3] = ["http_proxy", "all_proxy", "ALL_PROXY"];
    const LISTS: [&str; 2] = ["no_proxy", "NO_PROXY"];
    if !PROXIES.iter().any(|name| environment.get(name).is_some()) {
        return Vec::new();
    }
    let host = address.ip();
    let list = match LISTS.iter().find_map(|name| environment.get(name)) {
        Some("*") => "*".to_owned(),
        Some(others) => format!("{others},{host}"),
        None => host.to_string(),
    };
    LISTS.map(|name| (name, list.clone())).into()
}

/// What shells, env and nohup end with when there is no such command: a code
/// of the command's side, not of signreq's.
const NOT_RUN: u8 = 127;

/// A file that exists, holds nothing and so says that there are no profiles.
#[cfg(unix)]
const NO_CONFIG: &str = "/dev/null";
#[cfg(windows)]
const NO_CONFIG: &str = "NUL";

/// The command's own code; 128 and the signal's number, as shells have it.
fn exit_code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(1);
    }
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
