//! Which profiles there are.

use crate::context::Environment;
use crate::error::Result;
use crate::profile::file::{Config, ConfigFile};
use crate::profile::preset::{self, Preset};

/// Each profile's name and what it is, in a line: those of the config file,
/// then the presets, whose names are profiles without a file.
///
/// # Errors
/// A config error when the file cannot be read.
pub fn list(config: Config<'_>, environment: &Environment) -> Result<Vec<(String, String)>> {
    let file = ConfigFile::load(config, environment, &mut Vec::new())?;
    let mut profiles: Vec<(String, String)> =
        file.profiles.into_iter().map(|(name, _)| (name, "profile".to_owned())).collect();
    for name in preset::names() {
        if profiles.iter().all(|(other, _)| other != name) {
            let about = Preset::load(name)?.map(|preset| preset.about).unwrap_or_default();
            profiles.push((name.to_owned(), about));
        }
    }
    Ok(profiles)
}
