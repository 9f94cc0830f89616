//! The values that a profile's fields are given, each with where it comes
//! from: the first layer that has one wins.

use crate::context::Environment;
use crate::error::{Error, Result};
use crate::model::nearest::nearest;
use crate::model::secret::Secret;
use crate::profile::document::{Entry, Located, Place, Table};
use crate::profile::names::{self, suggestion, variable, variable_prefix};
use crate::profile::schema::{self, Field, FieldKind};
use crate::profile::vendor::{self, Content, Late, Vendor};
use std::ffi::OsStr;
use std::fmt;
use std::path::Path;
use std::rc::Rc;

/// Where a value comes from, in the order in which the layers are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// `--set`.
    CommandLine,
    /// An environment variable, by its name.
    Environment(String),
    /// The profile in the config file.
    File {
        /// The file.
        path: Rc<Path>,
        /// The line, counted from 1.
        line: usize,
    },
    /// What the vendor's own tool has set up.
    Vendor(vendor::Place),
    /// `[defaults]` in the config file.
    Defaults {
        /// The file.
        path: Rc<Path>,
        /// The line, counted from 1.
        line: usize,
    },
    /// The profile's name, which is a preset's.
    Name,
    /// The preset.
    Preset,
}

impl fmt::Display for Provenance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine => formatter.write_str("--set"),
            Self::Environment(name) => formatter.write_str(name),
            Self::File { path, line } => write!(formatter, "{}:{line}", path.display()),
            Self::Vendor(place) => place.fmt(formatter),
            Self::Defaults { path, line } => {
                write!(formatter, "[defaults] {}:{line}", path.display())
            }
            Self::Name => formatter.write_str("the profile's name"),
            Self::Preset => formatter.write_str("preset"),
        }
    }
}

/// A value as a layer gives it.
#[derive(Clone, Debug)]
pub(super) enum Given<'layers> {
    /// A text on the command line, in the environment, with a vendor or in the
    /// preset.
    Text(Secret),
    /// What a command of the vendor's would print.
    Late(Late),
    /// A value in the config file.
    Value(&'layers Located),
}

/// A value and where it comes from.
#[derive(Clone, Debug)]
pub(super) struct Found<'layers> {
    /// The profile that asks.
    pub(super) profile: &'layers str,
    pub(super) given: Given<'layers>,
    pub(super) provenance: Provenance,
}

impl Found<'_> {
    /// An error about the value of `field`: with its place in the config, or
    /// with the name of what gave it; wrong usage on the command line.
    pub(super) fn error(&self, field: &str, message: impl fmt::Display) -> Error {
        match (&self.given, &self.provenance) {
            (Given::Value(value), _) => value.place.error(format!("{field}: {message}")),
            (_, Provenance::CommandLine) => Error::usage(format!("--set {field}: {message}")),
            (_, Provenance::Environment(name)) => Error::config(format!("{name}: {message}")),
            (_, Provenance::Vendor(place)) => Error::config(format!("{place}: {field}: {message}")),
            _ => Error::config(format!("{field}: {message}")),
        }
    }
}

/// The layers above the preset.
#[derive(Debug)]
pub(super) struct Layers<'run> {
    pub(super) profile: &'run str,
    pub(super) sets: &'run [(String, String)],
    pub(super) environment: &'run Environment,
    pub(super) file: Option<&'run Table>,
    pub(super) vendor: Vendor,
    pub(super) defaults: &'run Table,
}

impl<'run> Layers<'run> {
    /// The value of a field from the first layer that has one.
    pub(super) fn find(&self, field: &Field) -> Option<Found<'run>> {
        self.find_in_layers(&field.name).or_else(|| {
            let default = field.default.as_ref()?;
            Some(self.found(Given::Text(Secret::new(default.clone())), Provenance::Preset))
        })
    }

    /// The same without the preset's layer, for `preset` and `scheme`, which
    /// decide what the others are: what all profiles share has no say.
    pub(super) fn find_own(&self, name: &str) -> Option<Found<'run>> {
        self.find_in_layers(name)
            .filter(|found| !matches!(found.provenance, Provenance::Defaults { .. }))
    }

    fn find_in_layers(&self, name: &str) -> Option<Found<'run>> {
        let of_vendor = || {
            let value = self.vendor.get(name)?;
            let given = match &value.content {
                Content::Text(text) => Given::Text(text.clone()),
                Content::Late(late) => Given::Late(late.clone()),
            };
            Some(self.found(given, value.provenance.clone()))
        };
        let of_defaults =
            || self.in_table(self.defaults, name, |path, line| Provenance::Defaults { path, line });
        self.find_above_vendor(name).or_else(of_vendor).or_else(of_defaults)
    }

    /// The value of a field from a layer that is stronger than what the
    /// vendor's own tool has set up.
    pub(super) fn find_above_vendor(&self, name: &str) -> Option<Found<'run>> {
        // Of one field set twice the last counts, as with curl's options.
        if let Some((_, text)) = self.sets.iter().rev().find(|(field, _)| field == name) {
            let given = Given::Text(Secret::new(text.clone()));
            return Some(self.found(given, Provenance::CommandLine));
        }
        let variable = variable(self.profile, name);
        if let Some(text) = self.environment.get(&variable) {
            let given = Given::Text(Secret::new(text));
            return Some(self.found(given, Provenance::Environment(variable)));
        }
        self.in_table(self.file?, name, |path, line| Provenance::File { path, line })
    }

    fn in_table(
        &self,
        table: &'run Table,
        name: &str,
        provenance: fn(Rc<Path>, usize) -> Provenance,
    ) -> Option<Found<'run>> {
        let value = table.get(name)?;
        let Place { path, line, .. } = &value.place;
        let provenance = provenance(Rc::clone(path), *line);
        Some(self.found(Given::Value(value), provenance))
    }

    fn found(&self, given: Given<'run>, provenance: Provenance) -> Found<'run> {
        Found { profile: self.profile, given, provenance }
    }

    /// Every `headers` table, the stronger last.
    pub(super) fn header_tables(&self) -> impl Iterator<Item = &'run Located> {
        let own = self.file.and_then(|table| table.get("headers"));
        self.defaults.get("headers").into_iter().chain(own)
    }

    /// Checks that every layer names only fields there are, and that no
    /// secret stands on the command line.
    ///
    /// # Errors
    /// Wrong usage for the command line, config errors for the rest.
    pub(super) fn check(&self, fields: &[Field], others: &[String]) -> Result<Vec<String>> {
        self.check_sets(fields)?;
        if let Some(table) = self.file {
            let known = fields.iter().map(|field| field.name.as_str());
            for entry in table.iter() {
                if !known.clone().any(|name| name == entry.key) {
                    return Err(unknown_key(entry, known).into());
                }
            }
        }
        self.check_defaults(fields)?;
        self.check_environment(fields, others)
    }

    fn check_sets(&self, fields: &[Field]) -> Result<()> {
        for (name, _) in self.sets {
            let Some(field) = fields.iter().find(|field| field.name == *name) else {
                let known = fields.iter().filter(|field| !field.secret);
                let suggestion = suggestion(name, known.map(|field| field.name.as_str()));
                let name = name.escape_default();
                let message = format!("--set: there is no field '{name}'{suggestion}");
                return Err(Error::usage(message).into());
            };
            if field.secret {
                let variable = variable(self.profile, name);
                return Err(Error::usage(format!(
                    "--set {name}: a secret on the command line can be seen by others"
                ))
                .hint(format!("export {variable}=…, or write {name} into the config file"))
                .into());
            }
            if field.kind == FieldKind::Headers {
                return Err(Error::usage("--set headers: a table cannot be set")
                    .hint("-H 'Name: value'")
                    .into());
            }
        }
        Ok(())
    }

    fn check_defaults(&self, fields: &[Field]) -> Result<()> {
        for entry in self.defaults.iter() {
            if matches!(entry.key.as_str(), "preset" | "scheme") {
                let message = format!("{} belongs to a profile, not to [defaults]", entry.key);
                return Err(entry.place.error(message).into());
            }
            if fields.iter().any(|field| field.name == entry.key) {
                continue;
            }
            // A default for other profiles may be no field of this one.
            let all = schema::all_names()?;
            if !all.contains(&entry.key) {
                return Err(unknown_key(entry, all.iter().map(String::as_str)).into());
            }
        }
        Ok(())
    }

    /// A variable that begins with this profile's name is meant for it, or
    /// for a profile whose name goes on. What looks like a slip is an error,
    /// for it would cost hours; the rest is a warning.
    fn check_environment(&self, fields: &[Field], others: &[String]) -> Result<Vec<String>> {
        let prefix = variable_prefix(self.profile);
        let known: Vec<String> =
            fields.iter().map(|field| variable(self.profile, &field.name)).collect();
        let longer: Vec<String> = others
            .iter()
            .map(|other| variable_prefix(other))
            .filter(|other| other.len() > prefix.len() && other.starts_with(&prefix))
            .collect();
        let mut warnings = Vec::new();
        for (name, value) in self.environment.iter() {
            let Some(name) = name.to_str().filter(|name| name.starts_with(&prefix)) else {
                continue;
            };
            let is_for_another = longer.iter().any(|other| name.starts_with(other.as_str()));
            if value == OsStr::new("") || is_for_another {
                continue;
            }
            if let Some(place) = known.iter().position(|other| other == name) {
                // Left out, the next layer's value would sign in its place.
                if value.to_str().is_none() {
                    return Err(Error::config(format!("{name} is not UTF-8"))
                        .hint(format!("unset {name}"))
                        .into());
                }
                if fields[place].kind == FieldKind::Headers {
                    return Err(Error::config(format!(
                        "{name}: headers are a table, which a variable cannot hold"
                    ))
                    .hint("-H 'Name: value'")
                    .into());
                }
                continue;
            }
            let fields = known.iter().map(|known| &known[prefix.len()..]);
            match nearest(&name[prefix.len()..], fields) {
                Some(field) => {
                    return Err(Error::config(format!(
                        "{name} names no field of profile {}; did you mean {prefix}{field}?",
                        self.profile
                    ))
                    .hint(format!("unset {name}"))
                    .into());
                }
                None => warnings.push(format!(
                    "{name} names no field of profile {} and is ignored",
                    self.profile
                )),
            }
        }
        Ok(warnings)
    }
}

fn unknown_key<'name>(entry: &Entry, known: impl IntoIterator<Item = &'name str> + Clone) -> Error {
    let suggestion = names::suggestion(&entry.key, known);
    entry.place.error(format!("unknown key '{}'{suggestion}", entry.key))
}
