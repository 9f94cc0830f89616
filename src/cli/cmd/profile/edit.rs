//! `signreq profile edit`.

use super::ask;
use crate::cli::args::profile::EditArgs;
use crate::context::RunContext;
use crate::context::interrupt::{self, Companion, Ending, Listed};
use crate::error::{Error, Kind, Result, reason};
use crate::out::message;
use crate::out::style::ColorChoice;
use crate::profile::{Config, edit};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use zeroize::Zeroizing;

/// Editors that take `+LINE` before the file.
const TAKE_LINE: &[&str] =
    &["vi", "vim", "nvim", "nano", "emacs", "emacsclient", "joe", "jed", "mg", "kak", "ne"];

/// Opens a private copy of the config in an editor and puts it in the config's
/// place once it can be used.
pub(super) fn run(
    context: &mut RunContext,
    config: Config<'_>,
    arguments: &EditArgs,
) -> Result<u8> {
    // Nothing is locked while somebody thinks.
    let (path, before) = edit::text(config, &context.environment)?;
    // A config that cannot be read has no places, and is here to be mended.
    let line = match &arguments.name {
        Some(name) if edit::check_text(&path, &before).is_ok() => {
            Some(edit::need(config, &context.environment, name)?.line)
        }
        _ => None,
    };
    let fail = |error: std::io::Error| {
        Error::new(Kind::Write, format!("the copy to edit cannot be written: {}", reason(&error)))
    };
    let editor = Companion::default();
    // Without a thread for it, a signal does what it does to any process.
    let _ = (context.interrupts)(Ending::PassedOn(editor.clone()));
    let mut builder = tempfile::Builder::new();
    let builder = builder.prefix("signreq-").suffix(".toml");
    let made = interrupt::temporary_file(builder, &std::env::temp_dir());
    let (mut copy, listed) = made.map_err(fail)?;
    copy.write_all(before.as_bytes()).and_then(|()| copy.flush()).map_err(fail)?;
    let after = loop {
        open_in_editor(context, &editor, copy.path(), line)?;
        let after = std::fs::read_to_string(copy.path()).map(Zeroizing::new);
        let after = after.map_err(|error| {
            let why =
                format!("the edited copy cannot be read: {}; nothing was changed", reason(&error));
            Error::new(Kind::Read, why)
        })?;
        if *after == *before {
            let _ = message::note(&mut *context.stderr, "nothing was changed");
            return Ok(0);
        }
        let Err(error) = edit::check_text(copy.path(), &after) else { break after };
        if !ask::is_possible(context) {
            return Err(kept(copy, listed, error));
        }
        let style = ColorChoice::Auto.style(context.terminal.stderr, &context.environment);
        let _ = message::error(&mut *context.stderr, &error, style);
        if !ask::yes(context, "Edit it again?", true)? {
            return Err(kept(copy, listed, error));
        }
    };
    match edit::replace(config, &context.environment, &before, &after) {
        Ok(()) => Ok(0),
        Err(error) => Err(kept(copy, listed, error)),
    }
}

/// The error, and where the text is that was not taken.
fn kept(copy: tempfile::NamedTempFile, listed: Listed, error: anyhow::Error) -> anyhow::Error {
    drop(listed);
    match copy.keep() {
        Ok((_, path)) => {
            let why = format!("nothing was changed, your text is in {}", path.display());
            error.context(why)
        }
        Err(lost) => error.context(format!("your text could not be kept: {}", lost.error)),
    }
}

fn open_in_editor(
    context: &RunContext,
    running: &Companion,
    path: &Path,
    line: Option<usize>,
) -> Result<()> {
    let environment = &context.environment;
    let fallback = if cfg!(windows) { "notepad" } else { "vi" };
    let editor = environment.get("VISUAL").or_else(|| environment.get("EDITOR"));
    // An editor that somebody chose may need no terminal, the usual one does.
    let is_alone = !(context.terminal.stdin && context.terminal.stdout);
    let Some(editor) = editor.or(Some(fallback).filter(|_| cfg!(windows) || !is_alone)) else {
        return Err(Error::usage("nobody is at a terminal to edit the config")
            .hint("signreq profile set NAME FIELD=VALUE")
            .into());
    };
    let words = shlex::split(editor).filter(|words| !words.is_empty());
    let words =
        words.ok_or_else(|| Error::usage(format!("the editor '{editor}' is no command")))?;
    let name = Path::new(&words[0]).file_name().unwrap_or_default().to_string_lossy();
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).env_clear().envs(environment.passed_on());
    if let Some(line) = line.filter(|_| TAKE_LINE.contains(&&*name)) {
        command.arg(format!("+{line}"));
    }
    let status = running.run(command.arg(path)).map_err(|error| {
        Error::new(Kind::Usage, format!("the editor '{editor}' cannot be run: {}", reason(&error)))
            .hint("export EDITOR=…")
    })?;
    match status.success() {
        true => Ok(()),
        false => {
            let how = interrupt::how_it_ended(status);
            let why = format!("the editor '{editor}' {how}; nothing was changed");
            Err(Error::usage(why).into())
        }
    }
}
