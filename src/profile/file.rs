//! The config file: where it lies, what stands in it.

use crate::context::{Environment, interrupt};
use crate::error::{Error, Result, reason};
use crate::model::place::shell_word;
use crate::profile::document::{self, Place, Table};
use crate::profile::{mode, names};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Which config file is read.
#[derive(Clone, Copy, Debug)]
pub enum Config<'path> {
    /// The one that the environment names, else the one in its usual place,
    /// where it need not exist.
    Usual,
    /// This one, which must exist.
    File(&'path Path),
    /// None.
    None,
}

/// A config file's content.
#[derive(Clone, Debug, Default)]
pub(super) struct ConfigFile {
    pub(super) profiles: Vec<(String, Table)>,
    pub(super) defaults: Table,
    /// Where each profile's name stands, in the same order.
    places: Vec<Place>,
}

impl ConfigFile {
    /// The table of a profile.
    pub(super) fn profile(&self, name: &str) -> Option<&Table> {
        self.profiles.iter().find(|(other, _)| other == name).map(|(_, table)| table)
    }

    /// Where a profile's name stands.
    pub(super) fn place(&self, name: &str) -> Option<&Place> {
        self.profiles.iter().position(|(other, _)| other == name).map(|at| &self.places[at])
    }

    /// Reads the file that `config` means. What may be wrong with it without
    /// harm is added to `warnings`.
    ///
    /// # Errors
    /// A config error when it is missing but was named, cannot be read, is
    /// malformed, or holds a secret that others may read.
    pub(super) fn load(
        config: Config<'_>,
        environment: &Environment,
        warnings: &mut Vec<String>,
    ) -> Result<Self> {
        let Some((path, text)) = read(config, environment)? else { return Ok(Self::default()) };
        let file = Self::parse(&path, &text)?;
        mode::check(&path, &file, warnings)?;
        Ok(file)
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// A config error with file, line and column.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self> {
        let mut file = Self::default();
        for entry in document::parse(path, text)?.iter() {
            match entry.key.as_str() {
                "defaults" => file.defaults = entry.value.table("defaults")?.clone(),
                "profile" => {
                    for profile in entry.value.table("profile")?.iter() {
                        names::check(&profile.key).map_err(|error| {
                            let message = profile.place.error(&error);
                            error.hints().iter().fold(message, Error::hint)
                        })?;
                        let table = profile.value.table(&format!("profile {}", profile.key))?;
                        file.profiles.push((profile.key.clone(), table.clone()));
                        file.places.push(profile.place.clone());
                    }
                }
                other => {
                    let suggestion = names::suggestion(other, ["profile", "defaults"]);
                    return Err(entry
                        .place
                        .error(format!("unknown key '{other}'{suggestion}"))
                        .hint("a profile's fields stand under [profile.NAME]")
                        .into());
                }
            }
        }
        Ok(file)
    }
}

/// The path and the text of the file that `config` means; `None` when there
/// is none and none was named.
///
/// # Errors
/// A config error when it is missing but was named, or cannot be read.
pub(super) fn read(
    config: Config<'_>,
    environment: &Environment,
) -> Result<Option<(PathBuf, Zeroizing<String>)>> {
    let named = match config {
        Config::None => return Ok(None),
        Config::File(path) => Some(path.to_owned()),
        Config::Usual => environment.path("SIGNREQ_CONFIG"),
    };
    let Some(path) = named.clone().or_else(|| usual_path(environment)) else { return Ok(None) };
    match text_of(&path)? {
        Some(text) => Ok(Some((path, text))),
        None if named.is_none() => Ok(None),
        None => Err(told(&path, "it does not exist")
            .hint(format!(
                "signreq profile add --config {} NAME --preset …",
                shell_word(&path.to_string_lossy())
            ))
            .into()),
    }
}

/// The text of a config file; `None` when there is none.
///
/// # Errors
/// A config error when it cannot be read or is not UTF-8.
pub(super) fn text_of(path: &Path) -> Result<Option<Zeroizing<String>>> {
    interrupt::attend_at(path);
    match std::fs::read(path) {
        Ok(bytes) => decoded(path, bytes).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(told(path, &reason(&error)).into()),
    }
}

/// The bytes of a config file as text.
///
/// # Errors
/// A config error when they are not UTF-8.
pub(super) fn decoded(path: &Path, bytes: Vec<u8>) -> Result<Zeroizing<String>> {
    String::from_utf8(bytes).map(Zeroizing::new).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        drop(Zeroizing::new(error.into_bytes()));
        told(path, &format!("it is not UTF-8 at byte {valid}")).into()
    })
}

fn told(path: &Path, why: &str) -> Error {
    Error::config(format!("config file {}: {why}", path.display()))
}

/// The config file's path, whether it exists or not: the one named, else
/// `$SIGNREQ_CONFIG`, else its usual place; `None` where there is no home
/// directory.
pub fn path(config: Config<'_>, environment: &Environment) -> Option<PathBuf> {
    match config {
        Config::Usual => environment.path("SIGNREQ_CONFIG").or_else(|| usual_path(environment)),
        Config::File(path) => Some(path.to_owned()),
        Config::None => None,
    }
}

/// `$XDG_CONFIG_HOME/signreq/config.toml`, else the same under `~/.config`;
/// under `%APPDATA%` on Windows.
fn usual_path(environment: &Environment) -> Option<PathBuf> {
    // The XDG base directory specification has relative paths ignored.
    let absolute = |name: &str| environment.path(name).filter(|path| path.is_absolute());
    let directory = if cfg!(windows) {
        absolute("APPDATA")
    } else {
        absolute("XDG_CONFIG_HOME").or_else(|| Some(environment.home()?.join(".config")))
    };
    Some(directory?.join("signreq").join("config.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Kind, kind_of};
    use std::ffi::OsString;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        let pair = |(name, value): &(&str, &str)| (OsString::from(name), OsString::from(value));
        Environment::new(variables.iter().map(pair))
    }

    fn refused(text: &str) -> String {
        let error = ConfigFile::parse(Path::new("c.toml"), text).unwrap_err();
        assert_eq!(kind_of(&error), Kind::Config);
        error.to_string()
    }

    #[cfg(not(windows))]
    #[test]
    fn the_path_is_looked_up_in_order() {
        let all = [("SIGNREQ_CONFIG", "/a.toml"), ("XDG_CONFIG_HOME", "/x"), ("HOME", "/h")];
        for (variables, expected) in [
            (&all[..], "/a.toml"),
            (&all[1..], "/x/signreq/config.toml"),
            (&all[2..], "/h/.config/signreq/config.toml"),
            (&[("XDG_CONFIG_HOME", "x"), all[2]], "/h/.config/signreq/config.toml"),
        ] {
            assert_eq!(path(Config::Usual, &environment(variables)).unwrap(), Path::new(expected));
        }
    }

    #[test]
    fn a_missing_file_matters_only_when_it_was_named() {
        let mut warnings = Vec::new();
        let mut load = |config, variables: &[(&str, &str)]| {
            ConfigFile::load(config, &environment(variables), &mut warnings)
        };
        let missing = [("HOME", "/no/such"), ("APPDATA", "/no/such")];
        assert!(load(Config::Usual, &missing).unwrap().profiles.is_empty());
        let named = [("SIGNREQ_CONFIG", "/no/such.toml")];
        assert!(load(Config::None, &named).unwrap().profiles.is_empty());
        for error in [
            load(Config::Usual, &named).unwrap_err(),
            load(Config::File(Path::new("/no/such.toml")), &missing).unwrap_err(),
        ] {
            assert_eq!(kind_of(&error), Kind::Config);
            assert!(error.to_string().contains("/no/such.toml: it does not exist"), "{error}");
        }
    }

    #[test]
    fn unknown_keys_name_the_nearest_and_their_place() {
        assert!(
            refused("[defaults]\n[profil.a]\n")
                .starts_with("c.toml:2:2: unknown key 'profil'; did you mean 'profile'?")
        );
        assert!(refused("url = 'x'\n").contains("known are profile, defaults"));
    }

    #[test]
    fn profiles_named_like_commands_are_refused() {
        for name in names::RESERVED {
            let told = refused(&format!("[profile.{name}]\n"));
            assert!(told.starts_with("c.toml:1:10: ") && told.contains(name), "{told}");
        }
    }

    #[test]
    fn wrong_kinds_are_refused() {
        assert!(refused("profile = 1\n").contains("profile must be a table"));
        assert!(refused("profile.a = 'x'\n").contains("profile a must be a table, not a string"));
        assert!(refused("defaults = []\n").contains("defaults must be a table, not an array"));
    }
}
