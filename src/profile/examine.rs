//! All that is wrong with a config and its profiles, where
//! [`resolve`](crate::profile::resolve) stops at the first fault.

use crate::context::Environment;
use crate::error::Result;
use crate::model::secret::Secret;
use crate::model::url::WireUrl;
use crate::profile::document::Value;
use crate::profile::file::{self, Config, ConfigFile};
use crate::profile::implicit::Commands;
use crate::profile::layers::{Found, Given, Provenance};
use crate::profile::resolve::{Request, Resolution};
use crate::profile::schema::Field;
use crate::profile::source::Source;
use crate::profile::{Listed, Profile, Settings, mode, overview, shape};
use crate::sign::Params;
use std::path::PathBuf;

/// What became of reading the config file.
#[derive(Debug)]
pub enum ConfigState {
    /// There is none, and none was named.
    Absent,
    /// It cannot be read, or is malformed.
    Unusable(anyhow::Error),
    /// It was read.
    Read {
        /// That others may read a secret in it.
        exposed: Option<anyhow::Error>,
        /// What may be wrong with it without harm.
        warnings: Vec<String>,
    },
}

/// How far a profile is looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Every source is read that sending would read.
    Everything,
    /// No command is run and nobody is asked.
    Quietly,
}

/// A config file under examination.
#[derive(Debug)]
pub struct Examiner<'run> {
    config: Config<'run>,
    environment: &'run Environment,
    file: ConfigFile,
    /// Where the config file is, or would be.
    pub path: Option<PathBuf>,
    /// What became of reading it.
    pub state: ConfigState,
}

/// A profile under examination.
#[derive(Debug)]
pub struct Examined {
    /// Its fields that have a value.
    pub fields: Vec<ExaminedField>,
    /// The profile, or what keeps it from being used; `None` when a field
    /// says so already, or was not read.
    pub outcome: Option<Result<Profile>>,
    /// Where its requests go, as far as it can be told.
    pub url: Option<WireUrl>,
    /// How its connections are made, as far as it can be told.
    pub settings: Settings,
}

/// A field of a profile under examination.
#[derive(Debug)]
pub struct ExaminedField {
    /// Its name.
    pub name: String,
    /// Whether its value is a secret.
    pub secret: bool,
    /// Where its value comes from.
    pub provenance: Provenance,
    /// The file that its value is read from.
    pub file: Option<PathBuf>,
    /// What looks wrong about it, or why it cannot be used; `None` when it
    /// was not read.
    pub doubts: Option<Result<Vec<String>>>,
}

impl<'run> Examiner<'run> {
    /// Reads the config file that `config` means.
    pub fn open(config: Config<'run>, environment: &'run Environment) -> Self {
        let mut examiner = Self {
            config,
            environment,
            file: ConfigFile::default(),
            path: file::path(config, environment),
            state: ConfigState::Absent,
        };
        let read = file::read(config, environment).and_then(|read| match read {
            Some((path, text)) => ConfigFile::parse(&path, &text).map(|file| Some((path, file))),
            None => Ok(None),
        });
        match read {
            Ok(None) => {}
            Ok(Some((path, file))) => {
                let mut warnings = Vec::new();
                let exposed = mode::check(&path, &file, &mut warnings).err();
                examiner.state = ConfigState::Read { exposed, warnings };
                examiner.file = file;
            }
            Err(error) => examiner.state = ConfigState::Unusable(error),
        }
        examiner
    }

    /// The names of the profiles in the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.file.profiles.iter().map(|(name, _)| name.as_str())
    }

    /// The presets that the environment or the vendor's own tool makes usable
    /// without a profile.
    pub fn implicit(&self) -> Vec<Listed> {
        overview::implicit(&self.file, self.config, self.environment)
    }

    /// Looks into a profile, with `sets` over its own fields.
    pub fn profile(&self, name: &str, sets: &[(String, String)], depth: Depth) -> Examined {
        let request = Request { name, config: self.config, sets, environment: self.environment };
        let commands = match depth {
            Depth::Everything => Commands::Run,
            Depth::Quietly => Commands::Leave,
        };
        let resolution = match Resolution::open(&request, &self.file, commands) {
            Ok(resolution) => resolution,
            Err(error) => {
                return Examined {
                    fields: Vec::new(),
                    outcome: Some(Err(error)),
                    url: None,
                    settings: Settings::default(),
                };
            }
        };
        let found = resolution.found();
        let fields: Vec<ExaminedField> = found
            .iter()
            .map(|(field, found)| self.field(&resolution, field, found, depth))
            .collect();
        // Both read their sources.
        let (url, settings) = match depth {
            Depth::Everything => (
                resolution.url(&found).ok().flatten(),
                Settings::read(&found, self.environment).unwrap_or_default(),
            ),
            Depth::Quietly => (None, Settings::default()),
        };
        drop(found);
        let all_read = fields.iter().all(|field| matches!(field.doubts, Some(Ok(_))));
        let is_quiet = depth == Depth::Everything || has_quiet_headers(&resolution);
        let outcome = (all_read && is_quiet).then(|| resolution.finish(Vec::new()));
        let url = match &outcome {
            Some(Ok(profile)) => profile.base.clone(),
            _ => url,
        };
        Examined { fields, outcome, url, settings }
    }

    fn field(
        &self,
        resolution: &Resolution<'_>,
        field: &Field,
        found: &Found<'_>,
        depth: Depth,
    ) -> ExaminedField {
        let source = source(field, found, self.environment);
        let is_late = matches!(found.given, Given::Late(_));
        let is_read =
            depth == Depth::Everything || (!is_late && source.as_ref().is_none_or(is_quiet));
        let doubts = || {
            resolution.feed(field, found, &mut Params::new())?;
            // What is not fed is read as text only where it is one.
            let Some(value) = text(resolution, field, found) else { return Ok(Vec::new()) };
            let preset = resolution.preset.as_ref();
            let names = preset.map(|preset| preset.url.names.as_slice()).unwrap_or_default();
            Ok(shape::doubts(field, names, value?.expose()))
        };
        ExaminedField {
            name: field.name.clone(),
            secret: field.secret,
            provenance: found.provenance.clone(),
            doubts: is_read.then(doubts),
            file: match (source, &found.provenance) {
                (Some(Source::File(path)), _) => Some(path),
                (None, Provenance::Vendor(place)) => Some(place.path.to_path_buf()),
                _ => None,
            },
        }
    }
}

/// The value of a field that has one text; `None` for tables and durations.
fn text(resolution: &Resolution<'_>, field: &Field, found: &Found<'_>) -> Option<Result<Secret>> {
    use crate::profile::schema::FieldKind;
    matches!(field.kind, FieldKind::Text | FieldKind::Url | FieldKind::Name)
        .then(|| resolution.read(field, found))
}

/// The source of a field in the config file.
fn source(field: &Field, found: &Found<'_>, environment: &Environment) -> Option<Source> {
    match &found.given {
        Given::Text(_) | Given::Late(_) => None,
        Given::Value(value) => Source::parse(&field.name, value, environment).ok(),
    }
}

/// Whether reading it runs no command and asks nobody.
fn is_quiet(source: &Source) -> bool {
    matches!(source, Source::Inline(_) | Source::Env(_) | Source::File(_))
}

/// Whether every header stands in the config itself.
fn has_quiet_headers(resolution: &Resolution<'_>) -> bool {
    resolution.layers.header_tables().all(|headers| match &headers.value {
        Value::Table(table) => {
            table.iter().all(|entry| matches!(entry.value.value, Value::Text(_)))
        }
        _ => true,
    })
}
