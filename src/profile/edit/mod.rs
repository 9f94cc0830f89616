//! Changes of the config file that leave all else in it as it is: comments,
//! order, line ends.

mod document;
mod store;

use crate::context::Environment;
use crate::error::{Error, Kind, Result};
use crate::profile::file::{self, Config, ConfigFile};
use crate::profile::{Place, describe, mode, names, preset};
use serde_json::Value as Json;
use std::fmt;
use std::path::{Path, PathBuf};
use store::{BYTE_ORDER_MARK, Store};
use toml_edit::DocumentMut;
use zeroize::Zeroizing;

/// A config file that is being changed; nobody else can change it meanwhile.
pub struct Editor {
    store: Store,
    document: DocumentMut,
    /// The profile that was changed last.
    changed: Option<String>,
}

/// Without the text, which may hold secrets.
impl fmt::Debug for Editor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Editor").field("path", &self.path()).finish_non_exhaustive()
    }
}

impl Editor {
    /// Opens the config file, which need not exist.
    ///
    /// # Errors
    /// A config error when it cannot be read, or when another run is changing
    /// it and does not end.
    pub fn open(config: Config<'_>, environment: &Environment) -> Result<Self> {
        let path = path(config, environment)?;
        let store = Store::open(&path)?;
        // This reader's errors have file, line and column.
        ConfigFile::parse(&path, store.text())?;
        let document = store.text().parse::<DocumentMut>().map_err(|error| {
            Error::config(format!("config file {}: {}", path.display(), error.message()))
        })?;
        Ok(Self { store, document, changed: None })
    }

    /// The path of the file as it was named.
    pub fn path(&self) -> &Path {
        self.store.path()
    }

    /// Whether there is a profile of that name.
    fn has(&self, profile: &str) -> bool {
        document::profile_names(&self.document).iter().any(|name| name == profile)
    }

    /// Checks that there is a profile of that name.
    ///
    /// # Errors
    /// A config error that names those there are.
    fn need(&self, profile: &str) -> Result<()> {
        let known = document::profile_names(&self.document);
        if known.iter().any(|name| name == profile) {
            return Ok(());
        }
        Err(unknown(self.path(), profile, known.iter().map(String::as_str)).into())
    }

    /// Adds a profile behind the others. A null is no value.
    ///
    /// # Errors
    /// A config error when there is one of that name, or when none can have it.
    pub fn add(&mut self, profile: &str, fields: &[(String, Json)]) -> Result<()> {
        names::check(profile)?;
        if self.has(profile) {
            return Err(existing(self.path(), profile).into());
        }
        document::add(&mut self.document, profile)?;
        self.set(profile, fields)
    }

    /// Gives fields of a profile their values; null takes a field away.
    ///
    /// # Errors
    /// A config error when there is no such profile.
    pub fn set(&mut self, profile: &str, fields: &[(String, Json)]) -> Result<()> {
        self.need(profile)?;
        for (name, value) in fields {
            document::set(&mut self.document, profile, name, value)?;
        }
        self.changed = Some(profile.to_owned());
        Ok(())
    }

    /// Gives a profile another name; what it is stays.
    ///
    /// # Errors
    /// A config error when there is no such profile, or one of the new name,
    /// or when none can have it.
    pub fn rename(&mut self, old: &str, new: &str) -> Result<()> {
        self.need(old)?;
        names::check(new)?;
        if self.has(new) {
            return Err(existing(self.path(), new).into());
        }
        // The old name may be all that says which preset it is.
        let says = |key: &str| document::has_field(&self.document, old, key);
        if !says("preset") && !says("scheme") && preset::names().any(|name| name == old) {
            document::set(&mut self.document, old, "preset", &Json::from(old))?;
        }
        document::rename(&mut self.document, old, new)?;
        self.changed = Some(new.to_owned());
        Ok(())
    }

    /// Takes a profile away, with the comments that stand right above it.
    ///
    /// # Errors
    /// A config error when there is no such profile.
    pub fn remove(&mut self, profile: &str) -> Result<()> {
        self.need(profile)?;
        document::remove(&mut self.document, profile);
        self.changed = None;
        Ok(())
    }

    /// Checks what was made and puts it in the file's place.
    ///
    /// # Errors
    /// A config error when the profile that was changed cannot be used so, or
    /// the file cannot be written; nothing has changed then.
    pub fn save(self) -> Result<()> {
        let text = Zeroizing::new(self.document.to_string());
        let file = ConfigFile::parse(self.path(), &text).map_err(|error| {
            // What was there could be read, what is written cannot: it is in
            // a form that is not changed in place, such as one long line.
            let why = format!("the file is in a form that cannot be changed so: {error}");
            Error::new(Kind::Config, why).hint("signreq profile edit")
        })?;
        if let Some(name) = &self.changed {
            describe::check(&file, name)?;
        }
        let is_secret = mode::literal_secret(&file)?.is_some();
        self.store.replace(&text, is_secret)
    }
}

/// Where the config file is and its text, its lines ending in LF; empty when
/// there is none.
///
/// # Errors
/// A config error when it cannot be read.
pub fn text(config: Config<'_>, environment: &Environment) -> Result<(PathBuf, Zeroizing<String>)> {
    let path = path(config, environment)?;
    let text = match file::text_of(&path)? {
        Some(text) => {
            Zeroizing::new(text.trim_start_matches(BYTE_ORDER_MARK).replace("\r\n", "\n"))
        }
        None => Zeroizing::default(),
    };
    Ok((path, text))
}

/// Puts a whole new text in the place of the one that [`text`] gave, after
/// checking every profile in it.
///
/// # Errors
/// A config error when it cannot be used or written, or when the file has
/// been changed meanwhile; nothing has changed then.
pub fn replace(
    config: Config<'_>,
    environment: &Environment,
    before: &str,
    after: &str,
) -> Result<()> {
    let store = Store::open(&path(config, environment)?)?;
    if store.text().replace("\r\n", "\n") != before {
        let why = format!("config file {}: it was changed meanwhile", store.path().display());
        return Err(Error::config(why).into());
    }
    let is_secret = check_text(store.path(), after)?;
    store.replace(after, is_secret)
}

/// The names of the profiles in the config file, and where each stands.
///
/// # Errors
/// A config error when the file cannot be read.
pub fn places(config: Config<'_>, environment: &Environment) -> Result<Vec<(String, Place)>> {
    let path = path(config, environment)?;
    let Some(text) = file::text_of(&path)? else { return Ok(Vec::new()) };
    let file = ConfigFile::parse(&path, &text)?;
    let place = |name: &String| Some((name.clone(), file.place(name)?.clone()));
    Ok(file.profiles.iter().filter_map(|(name, _)| place(name)).collect())
}

/// Checks that there is a profile of that name, before anything is asked for.
///
/// # Errors
/// A config error that names those there are.
pub fn need(config: Config<'_>, environment: &Environment, profile: &str) -> Result<Place> {
    let places = places(config, environment)?;
    match places.iter().find(|(name, _)| name == profile) {
        Some((_, place)) => Ok(place.clone()),
        None => {
            let names = places.iter().map(|(name, _)| name.as_str());
            Err(unknown(&path(config, environment)?, profile, names).into())
        }
    }
}

/// Checks that there is no profile of that name, before anything is asked for.
///
/// # Errors
/// A config error with what can be done to the one there is.
pub fn refuse_existing(config: Config<'_>, environment: &Environment, profile: &str) -> Result<()> {
    match places(config, environment)?.iter().find(|(name, _)| name == profile) {
        Some((_, place)) => Err(existing(&place.path, profile).into()),
        None => Ok(()),
    }
}

fn path(config: Config<'_>, environment: &Environment) -> Result<PathBuf> {
    file::path(config, environment).ok_or_else(|| {
        Error::config("there is no home directory for a config file")
            .hint("name one: --config FILE, or SIGNREQ_CONFIG")
            .into()
    })
}

fn unknown<'name>(
    path: &Path,
    profile: &str,
    known: impl Iterator<Item = &'name str> + Clone,
) -> Error {
    let suggestion = names::suggestion(profile, known);
    let (path, profile) = (path.display(), profile.escape_default());
    Error::config(format!("there is no profile '{profile}' in {path}{suggestion}"))
        .hint(format!("signreq profile add {profile}"))
}

fn existing(path: &Path, profile: &str) -> Error {
    Error::config(format!("{} has a profile '{profile}' already", path.display()))
        .hint(format!("signreq profile set {profile} FIELD=VALUE"))
        .hint(format!("signreq profile remove {profile}"))
}

/// Checks every profile in the text of a config file, as far as that can be
/// done without its environment and without looking anything up. Returns
/// whether it holds a literal secret.
///
/// # Errors
/// A config error with file, line and column.
pub fn check_text(path: &Path, text: &str) -> Result<bool> {
    let file = ConfigFile::parse(path, text)?;
    for (name, _) in &file.profiles {
        describe::check(&file, name)?;
    }
    Ok(mode::literal_secret(&file)?.is_some())
}

#[cfg(test)]
mod tests;
