//! Whether a profile works: its preset's cheapest call, sent as `signreq NAME
//! get PATH` would send it.

use super::warn;
use crate::cli::args::SendArgs;
use crate::cli::cmd::send;
use crate::context::RunContext;
use crate::error::{Error, Result};
use crate::out::message;
use crate::profile::{self, Config, Preset, Request};
use clap::Parser as _;

/// Whether there is a call to try a profile of this preset with.
pub(super) fn is_possible(preset: Option<&Preset>) -> bool {
    preset.is_some()
}

/// Sends the call; its answer is not printed, what is wrong with it is. The
/// exit code is that of sending.
pub(super) fn run(context: &mut RunContext, config: Config<'_>, name: &str) -> Result<u8> {
    let request = Request { name, config, sets: &[], environment: &context.environment };
    let description = profile::describe(&request)?;
    let target = match description.preset.as_ref().map(|preset| &preset.check) {
        // Which call that is depends on more than is known before secrets are.
        Some(check) if check.service.is_some() => profile::resolve(&request)?.check_target(),
        Some(check) => Some(check.path.clone()),
        None => None,
    };
    let Some(target) = target else {
        warn(context, &format!("no call is known to try it with: signreq {name} get /PATH"));
        return Ok(0);
    };
    let mut words = vec!["signreq".to_owned()];
    if let Config::File(path) = config {
        words.extend(["--config".to_owned(), path.to_string_lossy().into_owned()]);
    }
    // Without the body of an error answer: the message says what is in it.
    words.extend(["--fail", "--", name, "get", &target].map(str::to_owned));
    let arguments =
        SendArgs::try_parse_from(words).map_err(|error| Error::usage(error.to_string()))?;
    let stdout = std::mem::replace(&mut context.stdout, Box::new(std::io::sink()));
    let is_terminal = std::mem::replace(&mut context.terminal.stdout, false);
    let code = send::run(context, &arguments, Vec::new());
    context.stdout = stdout;
    context.terminal.stdout = is_terminal;
    let code = code?;
    if code == 0 {
        let told = format!("profile {name} works: GET {target} was answered");
        let _ = message::note(&mut *context.stderr, &told);
    }
    Ok(code)
}
