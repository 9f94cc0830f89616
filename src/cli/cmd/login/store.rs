//! Where a login puts what it got: into the profile in the config file.

use crate::context::Environment;
use crate::error::{Error, Result};
use crate::model::secret::Secret;
use crate::profile::describe::{Described, Description};
use crate::profile::edit::{self, Editor};
use crate::profile::keyring::Key;
use crate::profile::{Config, Provenance, Request, Stored, describe, names, stored};
use serde_json::Value as Json;
use std::path::PathBuf;

/// The fields of a profile that a login writes.
pub(in crate::cli::cmd) struct Place {
    config: Option<PathBuf>,
    profile: String,
    /// What a new profile needs to stand on what the vendor's tool has set up.
    beneath: Vec<(String, Json)>,
    /// The fields that are in a keyring, and stay there.
    kept: Vec<(String, Key)>,
}

impl Place {
    /// Checks that the fields can be written.
    ///
    /// # Errors
    /// A config error when one of them has its value from elsewhere but a
    /// keyring, which a literal in the file would silently replace, or what is
    /// to be changed cannot be.
    pub(in crate::cli::cmd) fn find(
        config: Config<'_>,
        profile: &str,
        fields: &[&str],
        environment: &Environment,
    ) -> Result<Self> {
        let request = Request { name: profile, config, sets: &[], environment };
        let described = describe(&request)?;
        let mut kept = Vec::new();
        for field in fields {
            let Some(value) = described.value(field) else { continue };
            if let Some(key) = keyring_entry(config, profile, field, environment)? {
                key.find(environment)?;
                kept.push(((*field).to_owned(), key));
            } else if value.value.is_object() {
                let whence = &value.provenance;
                return Err(Error::config(format!(
                    "{field} has a source of its own ({whence}), which is not replaced"
                ))
                .hint("--print prints what is got, for you to put there")
                .into());
            }
        }
        // Whether it can be written shows before the user is asked.
        drop(Editor::open(config, environment)?);
        Ok(Self {
            config: match config {
                Config::File(path) => Some(path.to_owned()),
                _ => None,
            },
            profile: profile.to_owned(),
            beneath: beneath(&described),
            kept,
        })
    }

    fn config(&self) -> Config<'_> {
        self.config.as_deref().map_or(Config::Usual, Config::File)
    }

    /// Writes the fields; says, a line each, what the user is to know.
    ///
    /// # Errors
    /// A config error when the file or a keyring cannot be written.
    pub(in crate::cli::cmd) fn store(
        &self,
        values: &[(&str, &Secret)],
        environment: &Environment,
    ) -> Result<Vec<String>> {
        let mut told = Vec::new();
        let mut fields: Vec<(String, Json)> = Vec::new();
        for (name, value) in values {
            match self.kept.iter().find(|(field, _)| field == name) {
                Some((_, key)) => {
                    key.store(value, environment)?;
                    told.push(format!("{name} stored in the {key}"));
                }
                None => fields.push(((*name).to_owned(), Json::from(value.expose()))),
            }
        }
        if !fields.is_empty() {
            self.write(&fields, environment)?;
            let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
            told.push(format!("{} stored in profile {}", names.join(" and "), self.profile));
        }
        for (name, _) in values {
            let variable = names::variable(&self.profile, name);
            if environment.get(&variable).is_some() {
                told.push(format!("{variable} is set and wins over it: unset {variable}"));
            }
        }
        Ok(told)
    }

    /// Takes the fields that stand in the file as literals away, and those in
    /// a keyring out of it; says, a line each, which others are left.
    ///
    /// # Errors
    /// A config error when the file or a keyring cannot be written.
    pub(in crate::cli::cmd) fn remove(
        config: Config<'_>,
        profile: &str,
        fields: &[&str],
        environment: &Environment,
    ) -> Result<Vec<String>> {
        let request = Request { name: profile, config, sets: &[], environment };
        let described = describe(&request)?;
        let mut told = Vec::new();
        let mut removed = Vec::new();
        for field in fields {
            let Some(value) = described.value(field) else { continue };
            if let Some(key) = keyring_entry(config, profile, field, environment)? {
                key.remove(environment)?;
                told.push(format!("{field}: the {key} is removed"));
                continue;
            }
            match &value.provenance {
                Provenance::File { .. } if !value.value.is_object() => {
                    removed.push(((*field).to_owned(), Json::Null));
                }
                whence => told.push(format!("{field} is still given by {whence}")),
            }
        }
        if !removed.is_empty() {
            let mut editor = Editor::open(config, environment)?;
            editor.set(profile, &removed)?;
            editor.save()?;
            let names: Vec<&str> = removed.iter().map(|(name, _)| name.as_str()).collect();
            told.push(format!("{} taken out of profile {profile}", names.join(" and ")));
        }
        Ok(told)
    }

    fn write(&self, fields: &[(String, Json)], environment: &Environment) -> Result<()> {
        let mut editor = Editor::open(self.config(), environment)?;
        // A profile that is all in the environment gets a table of its own.
        match edit::need(self.config(), environment, &self.profile) {
            Ok(_) => editor.set(&self.profile, fields)?,
            Err(_) => editor.add(&self.profile, &[&self.beneath, fields].concat())?,
        }
        editor.save()
    }
}

/// The preset and the account whose values a profile has from the vendor's own
/// tool: what is written on top of them must go on naming them.
fn beneath(described: &Description) -> Vec<(String, Json)> {
    let Some(preset) = &described.preset else { return Vec::new() };
    let is_vendors = |value: &Described| matches!(value.provenance, Provenance::Vendor(_));
    let account = preset.vendor.as_ref().and_then(|rule| rule.account.as_deref());
    let account = account.and_then(|field| described.value(field));
    match account.filter(|_| described.values.iter().any(is_vendors)) {
        Some(account) => vec![
            ("preset".to_owned(), Json::from(preset.name)),
            (account.field.name.clone(), account.value.clone()),
        ],
        None => Vec::new(),
    }
}

/// The entry of a keyring that a profile names for one of its fields, unless a
/// variable wins over it.
fn keyring_entry(
    config: Config<'_>,
    profile: &str,
    field: &str,
    environment: &Environment,
) -> Result<Option<Key>> {
    if environment.get(&names::variable(profile, field)).is_some() {
        return Ok(None);
    }
    let is_it = |it: &Stored| it.profile.as_deref() == Some(profile) && it.field == field;
    Ok(stored(config, environment)?.into_iter().find(is_it).map(|it| it.key))
}
