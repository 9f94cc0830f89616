//! Where the value of a field comes from: the config itself, the environment,
//! a file, a command, a keyring or the terminal.
//!
//! A source is read only when its field is needed, and once a run.

mod command;
mod env;
mod file;
mod inline;
pub mod keyring;
mod prompt;

use crate::context::Environment;
use crate::error::{Error, Result};
use crate::model::secret::{DeferredSecret, Secret};
use crate::profile::document::{Entry, Located, Table, Value};
use crate::profile::missing;
use crate::profile::names as spelling;
use std::path::{Path, PathBuf};

/// The most that is read from a file or a command: no credential is longer.
const LONGEST: usize = 1 << 20;

/// The keys of a source's table, each with how it is written.
const KINDS: &[(&str, &str)] = &[
    ("env", "{ env = \"VARIABLE\" }"),
    ("file", "{ file = \"PATH\" }"),
    ("command", "{ command = \"PROGRAM ARGUMENTS\" }"),
    ("keyring", "{ keyring = \"NAME\" }"),
    ("prompt", "{ prompt = true }"),
];

/// A secret that no field gives: asked for as `what` at the terminal, when it
/// is needed.
pub fn asked(what: String) -> DeferredSecret {
    DeferredSecret::new(move || prompt::read(&what))
}

/// The names of the kinds of sources: env, file, command, …
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    KINDS.iter().map(|kind| kind.0)
}

/// Keys that say more of a source, each with the source it belongs to.
const MANNERS: &[(&str, &str)] = &[("shell", "command"), ("kernel", "keyring")];

/// Where a value comes from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// It stands in the config or on the command line.
    Inline(Secret),
    /// An environment variable.
    Env(String),
    /// A file.
    File(PathBuf),
    /// What a command prints.
    Command(Command),
    /// An entry of a keyring.
    Keyring(keyring::Key),
    /// What the user types at the terminal.
    Prompt,
}

/// How a command is run.
#[derive(Clone, Debug)]
pub(super) enum Command {
    /// A program with its arguments, expanded by nobody.
    Words(Vec<String>),
    /// A line for `sh -c`.
    Shell(String),
}

impl Source {
    /// Reads how the config writes a source: a string or a table with one of
    /// the keys of [`KINDS`].
    ///
    /// # Errors
    /// A config error with the place of what is wrong.
    pub(super) fn parse(key: &str, value: &Located, environment: &Environment) -> Result<Self> {
        match &value.value {
            Value::Text(text) => Ok(Self::Inline(text.clone())),
            Value::Table(table) => Self::parse_table(key, value, table, environment),
            _ => {
                let kinds: Vec<_> = KINDS.iter().map(|kind| format!("{{ {} }}", kind.0)).collect();
                let expected = format!("a string or one of {}", kinds.join(", "));
                Err(value.expected(key, &expected).into())
            }
        }
    }

    fn parse_table(
        key: &str,
        value: &Located,
        table: &Table,
        environment: &Environment,
    ) -> Result<Self> {
        let known = KINDS.iter().map(|kind| kind.0).chain(MANNERS.iter().map(|manner| manner.0));
        for entry in table.iter() {
            if !known.clone().any(|name| name == entry.key) {
                let suggestion = spelling::suggestion(&entry.key, known.clone());
                return Err(entry
                    .place
                    .error(format!("{key}: unknown key '{}'{suggestion}", entry.key))
                    .into());
            }
        }
        let is_kind = |entry: &&Entry| KINDS.iter().any(|kind| kind.0 == entry.key);
        let kinds: Vec<_> = table.iter().filter(is_kind).collect();
        let [entry] = kinds.as_slice() else {
            let names: Vec<_> = KINDS.iter().map(|kind| kind.0).collect();
            let message = format!("{key} needs exactly one of {}", missing::joined(&names));
            return Err(value.place.error(message).into());
        };
        for (manner, kind) in MANNERS {
            if entry.key != *kind && table.get(manner).is_some() {
                let message = format!("{key}: {manner} belongs to {kind}");
                return Err(value.place.error(message).into());
            }
        }
        match entry.key.as_str() {
            "env" => Ok(Self::Env(entry.value.text("env")?.to_owned())),
            "file" => {
                let path = entry.value.text("file")?;
                Ok(Self::File(resolve_path(path, &entry.place.path, environment)?))
            }
            "command" => {
                let shell = table.get("shell").map(|shell| shell.boolean("shell")).transpose()?;
                Ok(Self::Command(command::parse(key, &entry.value, shell.unwrap_or(false))?))
            }
            "keyring" => Ok(Self::Keyring(keyring::Key::parse(key, &entry.value, table)?)),
            _ if entry.value.boolean("prompt")? => Ok(Self::Prompt),
            _ => {
                let message = format!("{key}: prompt = false gives no value");
                Err(entry.place.error(message).into())
            }
        }
    }

    /// Reads the value, which a prompt calls `what`; it is a field of that
    /// name where a profile is given.
    ///
    /// # Errors
    /// A config error when it cannot be read or is empty.
    pub(super) fn read(
        &self,
        what: &str,
        profile: Option<&str>,
        environment: &Environment,
    ) -> Result<Secret> {
        match self {
            Self::Inline(text) => inline::read(text),
            Self::Env(name) => env::read(name, environment),
            Self::File(path) => file::read(path),
            Self::Command(command) => command::read(command, environment),
            Self::Keyring(key) => key.read(profile.map(|profile| (profile, what)), environment),
            Self::Prompt => prompt::read(what),
        }
    }
}

/// A path in the config: `~/` is the home directory, what is relative lies
/// beside the config file.
///
/// # Errors
/// A config error when there is no home directory.
pub(super) fn resolve_path(
    text: &str,
    config: &Path,
    environment: &Environment,
) -> Result<PathBuf> {
    if let Some(rest) = text.strip_prefix("~/") {
        let home = environment.home().ok_or_else(|| {
            Error::config(format!("'{text}': there is no home directory; set HOME"))
        })?;
        return Ok(home.join(rest));
    }
    Ok(config.parent().unwrap_or(Path::new("")).join(text))
}

/// Bytes as a credential: UTF-8, without one trailing line break, not empty.
fn credential(bytes: Vec<u8>, whence: &str) -> Result<Secret> {
    let text = match String::from_utf8(bytes) {
        Ok(text) => zeroize::Zeroizing::new(text),
        Err(error) => {
            drop(zeroize::Zeroizing::new(error.into_bytes()));
            return Err(Error::config(format!("{whence} holds bytes that are not UTF-8")).into());
        }
    };
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = if line.len() < text.len() { line.strip_suffix('\r').unwrap_or(line) } else { line };
    if line.is_empty() {
        return Err(Error::config(format!("{whence} gives an empty value")).into());
    }
    Ok(Secret::new(line))
}

#[cfg(test)]
mod tests;
