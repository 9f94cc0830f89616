//! What to tell someone whose profile is not there or not complete.

use crate::context::Environment;
use crate::error::Error;
use crate::model::method::Method;
use crate::model::nearest::nearest;
use crate::model::place::shell_word;
use crate::profile::file::{self, Config, ConfigFile};
use crate::profile::names::{self, variable};
use crate::profile::preset::{self, Preset};
use crate::profile::schema::Field;

/// The hint for a METHOD that stands where the PROFILE does, as in
/// `get maas /machines/`.
pub const PROFILE_COMES_FIRST: &str = "the PROFILE comes first: signreq PROFILE [METHOD] PATH";

/// There is no profile of that name.
pub(super) fn profile(
    name: &str,
    file: &ConfigFile,
    config: Config<'_>,
    environment: &Environment,
) -> Error {
    let profiles: Vec<&str> = file.profiles.iter().map(|(name, _)| name.as_str()).collect();
    let shown = name.escape_default();
    let presets: Vec<&str> = preset::names().collect();
    let near = nearest(name, profiles.iter().chain(&presets).copied());
    let told = match near {
        Some(other) => format!("there is no profile '{shown}'; did you mean '{other}'?"),
        None if profiles.is_empty() => format!("there is no profile '{shown}'"),
        None => format!("there is no profile '{shown}'; there are {}", profiles.join(", ")),
    };
    let mut error = Error::config(told);
    if near.is_none() && Method::is_known(name) {
        error = error.hint(PROFILE_COMES_FIRST);
    }
    if names::check(name).is_ok() && file::path(config, environment).is_some() {
        let option = option(config);
        error =
            error.hint(format!("signreq profile add{option} {shown} --preset …, or --scheme …"));
    }
    let preset = near.filter(|near| presets.contains(near)).unwrap_or("maas");
    error = error.hint(format!("presets need no profile: {}", presets.join(", ")));
    // A preset that cannot be read is no reason to hide what is missing.
    match Preset::load(preset) {
        Ok(Some(preset)) => error.hint(trial(&preset)),
        _ => error,
    }
}

/// The command that needs neither a server nor a credential.
fn trial(preset: &Preset) -> String {
    format!("without a server: signreq --sandbox {} get {}", preset.name, preset.example)
}

/// The option that names the config file again, where one was named.
fn option(config: Config<'_>) -> String {
    match config {
        Config::File(path) => {
            format!(" --config {}", shell_word(&path.to_string_lossy()))
        }
        Config::Usual | Config::None => String::new(),
    }
}

/// Fields that are needed have no value. With `is_written` the config file
/// has the profile; `notes` say what else may explain it.
pub(super) fn fields(
    profile: &str,
    missing: &[&Field],
    preset: Option<&Preset>,
    is_written: bool,
    notes: &[String],
    config: Config<'_>,
    environment: &Environment,
) -> Error {
    let names: Vec<_> = missing.iter().map(|field| field.name.as_str()).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    let mut error = Error::config(format!("{} {verb} not set", joined(&names)));
    for field in missing {
        error = error.hint(format!("{}: {}", field.name, field.about));
    }
    error = notes.iter().fold(error, Error::hint);
    let variables: Vec<_> =
        names.iter().map(|name| format!("{}=…", variable(profile, name))).collect();
    error = error.hint(format!("export {}", variables.join(" ")));
    let option = option(config);
    if is_written {
        let word = |field: &&Field| match field.secret {
            // Asked for, and not shown.
            true => field.name.clone(),
            false => format!("{}=…", field.name),
        };
        let words: Vec<_> = missing.iter().map(word).collect();
        error = error.hint(format!("signreq profile set{option} {profile} {}", words.join(" ")));
    } else if file::path(config, environment).is_some() {
        error = error.hint(format!("signreq profile add{option} {profile}"));
        let rule = preset.and_then(|preset| preset.vendor.as_ref());
        let is_its = preset.is_some_and(|preset| preset.name == profile);
        if let Some(rule) = rule.filter(|rule| is_its && !rule.import_only) {
            error = error.hint(format!("read in its place: {}", rule.places));
        }
    }
    if let Some(preset) = preset {
        error = error.hint(trial(preset));
    }
    error
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn joined(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}
