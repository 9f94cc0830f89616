//! What a profile would be used with and where each value comes from, without
//! looking up any secret: no file is read and no command is run.

use crate::context::Environment;
use crate::error::{Error, Result, hints_of, one_line};
use crate::model::secret::{MASK, Secret};
use crate::profile::document::{Located, Value};
use crate::profile::file::{self, Config, ConfigFile};
use crate::profile::implicit::Commands;
use crate::profile::layers::{Found, Given, Layers, Provenance};
use crate::profile::preset::{self, Preset};
use crate::profile::resolve::Request;
use crate::profile::schema::{self, Field, FieldKind};
use crate::profile::source::Source;
use crate::profile::system::System;
use crate::profile::{header, implicit, missing, target, values, words};
use crate::sign::Scheme;
use anyhow::Context as _;
use serde_json::{Map, Value as Json, json};

/// A profile with every layer applied and no secret looked up.
pub struct Description {
    /// The word it is called by.
    pub name: String,
    /// What is known about its system, when it has a preset.
    pub preset: Option<Preset>,
    /// How its requests are signed.
    pub scheme: &'static dyn Scheme,
    /// The fields that have a value, in the order of the schema.
    pub values: Vec<Described>,
    /// The fields that are needed and have none.
    pub missing: Vec<Field>,
    /// What the user should know, a line each.
    pub warnings: Vec<String>,
}

/// A field's value and where it comes from.
#[derive(Clone, Debug)]
pub struct Described {
    /// The field.
    pub field: Field,
    /// The value as the config writes it; [`MASK`] in the place of a secret,
    /// an object for a source.
    pub value: Json,
    /// Whether something in it is masked.
    pub is_masked: bool,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Description {
    /// The value of a field.
    pub fn value(&self, name: &str) -> Option<&Described> {
        self.values.iter().find(|value| value.field.name == name)
    }
}

/// Describes the profile.
///
/// # Errors
/// Those of [`crate::profile::resolve`], but for the ones of looking up
/// secrets and for fields without a value.
pub fn describe(request: &Request<'_>) -> Result<Description> {
    let mut warnings = Vec::new();
    let file = ConfigFile::load(request.config, request.environment, &mut warnings)?;
    match in_file(&file, request)? {
        Some(mut description) => {
            description.warnings.splice(0..0, warnings);
            Ok(description)
        }
        None => {
            Err(missing::profile(request.name, &file, request.config, request.environment).into())
        }
    }
}

/// The same in a file that is read already; `None` when there is no such
/// profile.
pub(super) fn in_file(file: &ConfigFile, request: &Request<'_>) -> Result<Option<Description>> {
    let context = || format!("profile {}", request.name);
    let (layers, system) = implicit::open(request, file, Commands::Leave).with_context(context)?;
    let Some((preset, scheme)) = system else { return Ok(None) };
    let fields = schema::fields(preset.as_ref(), scheme);
    let profiles = file.profiles.iter().map(|(name, _)| name.clone());
    let others: Vec<String> = profiles.chain(preset::names().map(str::to_owned)).collect();
    let warnings = layers.check(&fields, &others).with_context(context)?;
    let reader = Reader { preset: preset.as_ref(), layers: &layers };
    let fields: Vec<Field> = fields.into_iter().filter(|field| field.is_for(scheme)).collect();
    let values = fields.iter().map(|field| reader.described(field)).collect::<Result<Vec<_>>>();
    let values: Vec<Described> = values.with_context(context)?.into_iter().flatten().collect();
    let is_missing = |field: &&Field| {
        field.required && !values.iter().any(|value| value.field.name == field.name)
    };
    let missing = fields.iter().filter(is_missing).cloned().collect();
    let name = request.name.to_owned();
    Ok(Some(Description { name, scheme, values, missing, warnings, preset }))
}

/// The preset and the scheme of a profile, read without a look at who may
/// read the file; `None` when there is no such profile.
///
/// # Errors
/// A config error when the file cannot be read or the profile says neither.
pub fn kind(request: &Request<'_>) -> Result<Option<System>> {
    let file = match file::read(request.config, request.environment)? {
        Some((path, text)) => ConfigFile::parse(&path, &text)?,
        None => ConfigFile::default(),
    };
    Ok(implicit::open(request, &file, Commands::Leave)?.1)
}

/// Checks a profile of a file as far as that can be done without its
/// environment and without looking anything up.
///
/// # Errors
/// A config error with file, line and column.
pub(super) fn check(file: &ConfigFile, name: &str) -> Result<()> {
    let environment = Environment::new([("HOME".into(), "/".into())]);
    let request = Request { name, config: Config::None, sets: &[], environment: &environment };
    in_file(file, &request).map(drop)
}

struct Reader<'run> {
    preset: Option<&'run Preset>,
    layers: &'run Layers<'run>,
}

impl Reader<'_> {
    /// The value of a field; `None` when it has none.
    fn described(&self, field: &Field) -> Result<Option<Described>> {
        let made = |value: Json, is_masked, provenance| {
            Ok(Some(Described { field: field.clone(), value, is_masked, provenance }))
        };
        if field.kind == FieldKind::Headers {
            let Some((value, is_masked, provenance)) = self.headers()? else { return Ok(None) };
            return made(value, is_masked, provenance);
        }
        if let Some(found) = self.layers.find(field) {
            let value = self.value(field, &found)?;
            let is_masked = (value == MASK && field.secret) || is_partly_masked(&value);
            return made(value, is_masked, found.provenance);
        }
        let settings = self.preset.map(|preset| preset.settings.as_slice()).unwrap_or_default();
        if let Some((_, value)) = settings.iter().find(|(name, _)| *name == field.name) {
            return made(Json::from(value.as_str()), false, Provenance::Preset);
        }
        match self.preset {
            // Where neither is written, the name said which preset.
            Some(preset) if field.name == "preset" => {
                made(Json::from(preset.name), false, Provenance::Name)
            }
            _ => Ok(None),
        }
    }

    /// The value as the config writes it, its form checked.
    fn value(&self, field: &Field, found: &Found<'_>) -> Result<Json> {
        let environment = self.layers.environment;
        if let Given::Late(late) = &found.given {
            return Ok(shown(json!({ "command": late.command })));
        }
        if let Given::Value(value @ Located { value: Value::Table(_), .. }) = &found.given
            && matches!(field.kind, FieldKind::Text | FieldKind::Url)
        {
            Source::parse(&field.name, value, environment)?;
            return Ok(shown(written(value)));
        }
        match field.kind {
            FieldKind::Flag => return Ok(Json::from(values::flag(field, found)?)),
            FieldKind::List => return Ok(Json::from(values::list(field, found)?)),
            FieldKind::Duration => drop(values::duration(field, found)?),
            FieldKind::Path => drop(values::path(field, found, environment)?),
            FieldKind::Text | FieldKind::Url | FieldKind::Name | FieldKind::Headers => {}
        }
        let text = match (&found.given, field.kind) {
            (Given::Text(text), FieldKind::Duration | FieldKind::Path) => text.clone(),
            (Given::Value(value), FieldKind::Duration | FieldKind::Path) => {
                Secret::new(value.text(&field.name)?)
            }
            _ => values::text(field, found, self.preset.is_none() && field.secret, environment)?,
        };
        if field.kind == FieldKind::Url {
            let rule = self.preset.map(|preset| &preset.url);
            target::configured_url(rule, text.expose()).map_err(|error| {
                let told = found.error(&field.name, one_line(&error));
                hints_of(&error).iter().fold(told, Error::hint)
            })?;
        }
        Ok(Json::from(if field.secret { MASK } else { text.expose() }))
    }

    /// The headers of all layers, those of secret names masked.
    fn headers(&self) -> Result<Option<(Json, bool, Provenance)>> {
        let field = Field::new("headers", "", FieldKind::Headers);
        let Some(found) = self.layers.find(&field) else { return Ok(None) };
        let mut headers: Map<String, Json> = Map::new();
        let mut is_masked = false;
        for table in self.layers.header_tables() {
            for entry in table.table("headers")?.iter() {
                header::check(&entry.key, "").map_err(|error| entry.place.error(error))?;
                let source = Source::parse(&entry.key, &entry.value, self.layers.environment)?;
                let hides =
                    matches!(source, Source::Inline(_)) && header::sounds_secret(&entry.key);
                is_masked |= hides;
                headers.retain(|name, _| !name.eq_ignore_ascii_case(&entry.key));
                let value = if hides { Json::from(MASK) } else { shown(written(&entry.value)) };
                is_masked |= is_partly_masked(&value);
                headers.insert(entry.key.clone(), value);
            }
        }
        Ok(Some((Json::Object(headers), is_masked, found.provenance)))
    }
}

/// A source as the config writes it, but for the secrets among the words of
/// its command.
fn shown(mut source: Json) -> Json {
    if let Some(command) = source.get_mut("command") {
        words::mask(command);
    }
    source
}

/// Whether words of a source's command are masked.
fn is_partly_masked(source: &Json) -> bool {
    source.get("command").is_some_and(|command| command.to_string().contains(MASK))
}

/// A value of the config as it is written there.
fn written(value: &Located) -> Json {
    match &value.value {
        Value::Text(text) => Json::from(text.expose()),
        Value::Boolean(value) => Json::from(*value),
        Value::Array(values) => values.iter().map(written).collect(),
        Value::Table(table) => {
            table.iter().map(|entry| (entry.key.clone(), written(&entry.value))).collect()
        }
        Value::Other(kind) => Json::from(*kind),
    }
}
