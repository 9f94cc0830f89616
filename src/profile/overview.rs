//! Which profiles can be used, and what each is.

use crate::context::Environment;
use crate::error::Result;
use crate::profile::describe::{self, Description};
use crate::profile::document::Place;
use crate::profile::file::{Config, ConfigFile};
use crate::profile::layers::Provenance;
use crate::profile::preset;
use crate::profile::resolve::Request;
use crate::profile::target;
use crate::profile::toml_text;
use std::path::PathBuf;

/// A profile in a list.
#[derive(Debug)]
pub struct Listed {
    /// The word it is called by.
    pub name: String,
    /// Where it is written; `None` when the config does not have it.
    pub place: Option<Place>,
    /// The vendor's file that makes it in the config's place; `None` when the
    /// environment alone does.
    pub vendor: Option<PathBuf>,
    /// What it is, or why it cannot be used.
    pub system: Result<System>,
}

/// What a profile is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct System {
    /// The preset's name, when it has one.
    pub preset: Option<&'static str>,
    /// The scheme's id.
    pub scheme: &'static str,
    /// Its URL; how the config writes it, when it is looked up.
    pub url: Option<String>,
    /// Whether the URL is the preset's.
    pub is_default_url: bool,
    /// The fields that are needed and have no value.
    pub missing: Vec<String>,
}

/// The profiles of the config file, then the presets that the environment or
/// the vendor's own tool makes usable without one.
///
/// # Errors
/// A config error when the file cannot be read; what is wrong with one
/// profile is told beside it.
pub fn overview(
    config: Config<'_>,
    environment: &Environment,
    warnings: &mut Vec<String>,
) -> Result<Vec<Listed>> {
    let file = ConfigFile::load(config, environment, warnings)?;
    let described =
        |name: &str| describe::in_file(&file, &Request { name, config, sets: &[], environment });
    let mut listed = Vec::new();
    for (name, _) in &file.profiles {
        if let Some(system) = described(name).transpose() {
            let place = file.place(name).cloned();
            let system = system.map(|description| self::system(&description));
            listed.push(Listed { name: name.clone(), place, vendor: None, system });
        }
    }
    listed.extend(implicit(&file, config, environment));
    Ok(listed)
}

/// The presets that the environment or the vendor's own tool makes usable
/// without a profile.
pub(super) fn implicit(
    file: &ConfigFile,
    config: Config<'_>,
    environment: &Environment,
) -> Vec<Listed> {
    let mut listed = Vec::new();
    for name in preset::names().filter(|name| file.profile(name).is_none()) {
        let request = Request { name, config, sets: &[], environment };
        let (vendor, system) = match describe::in_file(file, &request) {
            Ok(Some(description)) if description.missing.is_empty() => {
                (vendor_file(&description), Ok(system(&description)))
            }
            // Half of a profile is none.
            Ok(_) => continue,
            Err(error) => (None, Err(error)),
        };
        listed.push(Listed { name: name.to_owned(), place: None, vendor, system });
    }
    listed
}

/// The first vendor's file that gives a value.
fn vendor_file(description: &Description) -> Option<PathBuf> {
    description.values.iter().find_map(|value| match &value.provenance {
        Provenance::Vendor(place) => Some(place.path.to_path_buf()),
        _ => None,
    })
}

fn system(description: &Description) -> System {
    let rule = description.preset.as_ref().map(|preset| &preset.url);
    let given = description.value(rule.map_or("url", |rule| rule.field.as_str()));
    let text = |name: &str| description.value(name).and_then(|value| value.value.as_str());
    let url = match given {
        Some(given) => Some(match given.value.as_str() {
            Some(url) => target::configured_url(rule, url)
                .map_or_else(|_| url.to_owned(), |url| url.to_string()),
            None => toml_text::value(&given.value),
        }),
        None => rule.and_then(|rule| target::endpoint(rule, text("service"), text("region"))),
    };
    System {
        preset: description.preset.as_ref().map(|preset| preset.name),
        scheme: description.scheme.id(),
        url,
        is_default_url: given.is_none_or(|given| given.provenance == Provenance::Preset),
        missing: description.missing.iter().map(|field| field.name.clone()).collect(),
    }
}
