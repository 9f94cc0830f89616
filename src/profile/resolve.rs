//! From a profile's name to everything that is needed to send with it.

use crate::context::Environment;
use crate::error::{Error, Result};
use crate::model::fields::FieldsAs;
use crate::model::headers::{Header, Headers, Piece};
use crate::model::secret::Secret;
use crate::model::url::WireUrl;
use crate::profile::document::Located;
use crate::profile::file::{Config, ConfigFile};
use crate::profile::implicit::Commands;
use crate::profile::layers::{Found, Layers};
use crate::profile::preset::Preset;
use crate::profile::schema::{self, Feeds, Field};
use crate::profile::source::Source;
use crate::profile::{Profile, Settings, header, implicit, missing, preset, target, values};
use crate::sign::{Params, Scheme};
use anyhow::Context as _;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'run> {
    /// The profile's name, or a preset's.
    pub name: &'run str,
    /// Which config file is read.
    pub config: Config<'run>,
    /// Each `--set FIELD=VALUE`, in order.
    pub sets: &'run [(String, String)],
    /// The environment variables.
    pub environment: &'run Environment,
}

/// Reads the profile and looks up its secrets.
///
/// # Errors
/// Wrong usage when `--set` names what it cannot; a config error for all
/// else that keeps the profile from being used.
pub fn resolve(request: &Request<'_>) -> Result<Profile> {
    let mut warnings = Vec::new();
    let file = ConfigFile::load(request.config, request.environment, &mut warnings)?;
    Resolution::open(request, &file, Commands::Run)?.finish(warnings)
}

/// The same for a profile that lacks what a login gets: those fields are not
/// read, where they have a value, and may have none.
///
/// # Errors
/// Those of [`resolve`].
pub fn resolve_for_login(request: &Request<'_>) -> Result<Profile> {
    let mut warnings = Vec::new();
    let file = ConfigFile::load(request.config, request.environment, &mut warnings)?;
    let mut resolution = Resolution::open(request, &file, Commands::Run)?;
    let obtained = resolution.scheme.obtained();
    for field in &mut resolution.fields {
        field.required &= !obtained.contains(&field.name.as_str());
    }
    resolution.obtained = obtained;
    resolution.finish(warnings)
}

fn context(request: &Request<'_>) -> String {
    format!("profile {}", request.name)
}

/// All that is known before the values are read.
pub(super) struct Resolution<'run> {
    request: &'run Request<'run>,
    pub(super) layers: Layers<'run>,
    pub(super) preset: Option<Preset>,
    scheme: &'static dyn Scheme,
    fields: Vec<Field>,
    /// The other profiles' names, presets' included.
    others: Vec<String>,
    /// The fields that are left out: a login gets their values.
    obtained: &'static [&'static str],
    /// The values read so far: a source is asked once.
    known: RefCell<BTreeMap<String, Secret>>,
}

impl<'run> Resolution<'run> {
    /// Finds out what the profile is.
    ///
    /// # Errors
    /// A config error when there is no such profile, or its preset and scheme
    /// are not known.
    pub(super) fn open(
        request: &'run Request<'run>,
        file: &'run ConfigFile,
        commands: Commands,
    ) -> Result<Self> {
        let (layers, system) =
            implicit::open(request, file, commands).with_context(|| context(request))?;
        let Some((preset, scheme)) = system else {
            let error = missing::profile(request.name, file, request.config, request.environment);
            return Err(error.into());
        };
        let profiles = file.profiles.iter().map(|(name, _)| name.clone());
        Ok(Self {
            fields: schema::fields(preset.as_ref(), scheme),
            others: profiles.chain(preset::names().map(str::to_owned)).collect(),
            request,
            layers,
            preset,
            scheme,
            obtained: &[],
            known: RefCell::default(),
        })
    }

    /// Reads every value and puts the profile together.
    ///
    /// # Errors
    /// Wrong usage when `--set` names what it cannot; a config error for all
    /// else that keeps the profile from being used.
    pub(super) fn finish(self, warnings: Vec<String>) -> Result<Profile> {
        let request = self.request;
        self.read_all(warnings).with_context(|| context(request))
    }

    fn read_all(self, mut warnings: Vec<String>) -> Result<Profile> {
        warnings.extend(self.layers.check(&self.fields, &self.others)?);
        let found = self.found();
        // Before anything is read: a command may ask for a password.
        self.check_missing(&found)?;
        let mut params = Params::new();
        for (name, value) in self.preset.iter().flat_map(|preset| &preset.settings) {
            params.set(name, value.clone());
        }
        for (field, found) in &found {
            self.feed(field, found, &mut params)?;
        }
        let fields_as = match self.text(&found, "as")? {
            Some(word) => FieldsAs::parse(word.expose())?,
            None => self.preset.as_ref().map(|preset| preset.fields_as).unwrap_or_default(),
        };
        let url = self.url(&found)?;
        self.tell(&found, &mut params)?;
        let mut profile = Profile {
            name: self.request.name.to_owned(),
            url: None,
            base: None,
            scheme: self.scheme,
            params,
            headers: self.headers()?,
            identity: self.identity(&found)?,
            fields_as,
            raw_content_type: self.preset.as_ref().and_then(|p| p.raw_content_type.clone()),
            settings: Settings::read(&found, self.request.environment)?,
            origins: found
                .iter()
                .map(|(field, found)| (field.name.clone(), found.provenance.clone()))
                .collect::<BTreeMap<_, _>>(),
            warnings,
            preset: self.preset,
        };
        profile.set_url(url)?;
        Ok(profile)
    }

    /// The fields that have a value and matter to the scheme.
    pub(super) fn found(&self) -> Vec<(&Field, Found<'run>)> {
        self.fields
            .iter()
            .filter(|field| field.is_for(self.scheme))
            .filter(|field| !self.obtained.contains(&field.name.as_str()))
            .filter_map(|field| Some((field, self.layers.find(field)?)))
            .collect()
    }

    fn check_missing(&self, found: &[(&Field, Found<'_>)]) -> Result<()> {
        let missing: Vec<&Field> = self
            .fields
            .iter()
            .filter(|field| field.required)
            .filter(|field| field.is_for(self.scheme))
            .filter(|field| !found.iter().any(|(other, _)| other.name == field.name))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let preset = self.preset.as_ref();
        let is_written = self.layers.file.is_some();
        let Request { name, config, environment, .. } = *self.request;
        let notes = &self.layers.vendor.notes;
        let error = missing::fields(name, &missing, preset, is_written, notes, config, environment);
        let obtained = self.scheme.obtained();
        Err(match missing.iter().any(|field| obtained.contains(&field.name.as_str())) {
            true => error.hint(format!("signreq login {name} gets one")),
            false => error,
        }
        .into())
    }

    /// The text of a field; `None` when it has no value.
    fn text(&self, found: &[(&Field, Found<'_>)], name: &str) -> Result<Option<Secret>> {
        let value = found.iter().find(|(field, _)| field.name == name);
        value.map(|(field, found)| self.read(field, found)).transpose()
    }

    /// The text of a field, read from its source the first time.
    ///
    /// # Errors
    /// When it cannot be read, or is not what the field takes.
    pub(super) fn read(&self, field: &Field, found: &Found<'_>) -> Result<Secret> {
        // Without a preset nobody else knows whether "" is a secret: OAuth1
        // clients without one have it.
        let may_be_empty = self.preset.is_none() && field.secret;
        if let Some(known) = self.known.borrow().get(&field.name) {
            return Ok(known.clone());
        }
        let value = values::text(field, found, may_be_empty, self.request.environment)?;
        self.known.borrow_mut().insert(field.name.clone(), value.clone());
        Ok(value)
    }

    /// Gives the scheme what a field feeds it.
    ///
    /// # Errors
    /// When the value cannot be read, or has not the parts it needs.
    pub(super) fn feed(&self, field: &Field, found: &Found<'_>, params: &mut Params) -> Result<()> {
        match &field.feeds {
            Feeds::Nothing => {}
            Feeds::Param { param, .. } => {
                params.set(param, self.read(field, found)?.expose());
            }
            Feeds::Parts { params: names, shown, .. } => {
                let text = self.read(field, found)?;
                let parts: Vec<&str> = text.expose().trim().split(':').collect();
                if parts.len() != names.len() || parts.iter().any(|part| part.is_empty()) {
                    let title = self.preset.as_ref().map_or("its", |preset| preset.title.as_str());
                    let (has, needs) = (parts.len(), names.len());
                    let what = if has == 1 { "part" } else { "parts" };
                    let told = if has == needs {
                        format!("{} has an empty part, {title} keys are {shown}", field.name)
                    } else {
                        format!(
                            "{} has {has} {what}, {title} keys have {needs} ({shown})",
                            field.name
                        )
                    };
                    return Err(Error::config(told)
                        .hint(format!("{}: {}", field.name, field.about))
                        .into());
                }
                for (name, part) in names.iter().zip(parts) {
                    params.set(name, part);
                }
            }
        }
        Ok(())
    }

    /// The URL that the profile gives.
    ///
    /// # Errors
    /// When it is none.
    pub(super) fn url(&self, found: &[(&Field, Found<'_>)]) -> Result<Option<WireUrl>> {
        let rule = self.preset.as_ref().map(|preset| &preset.url);
        let name = rule.map_or("url", |rule| rule.field.as_str());
        let Some((field, given)) = found.iter().find(|(field, _)| field.name == name) else {
            return Ok(None);
        };
        let text = self.read(field, given)?;
        let url = target::configured_url(rule, text.expose()).map_err(|error| {
            let told = given.error(name, crate::error::one_line(&error));
            crate::error::hints_of(&error).iter().fold(told, Error::hint)
        })?;
        Ok(Some(url))
    }

    /// What the name of an endpoint tells about fields that have no value.
    fn tell(&self, found: &[(&Field, Found<'_>)], params: &mut Params) -> Result<()> {
        let Some(rule) = self.preset.as_ref().map(|preset| &preset.url) else { return Ok(()) };
        for (param, values) in &rule.tells {
            let is_open = self.scheme.params().iter().any(|other| other.name == param)
                && params.get(param).is_none();
            let Some(name) = self.text(found, &rule.field)?.filter(|_| is_open) else { continue };
            match values.iter().find(|(other, _)| other == name.expose()) {
                Some((_, value)) => params.set(param, value.clone()),
                None => {
                    let name = name.expose().escape_default().to_string();
                    let why = format!("{param} is not set, and {} '{name}' tells none", rule.field);
                    return Err(Error::config(why).into());
                }
            }
        }
        Ok(())
    }

    /// The preset's headers and, in the place of those of the same name, the
    /// profile's.
    fn headers(&self) -> Result<Vec<Header>> {
        let mut given: Vec<(&str, &Located)> = Vec::new();
        for table in self.layers.header_tables() {
            for entry in table.table("headers")?.iter() {
                header::check(&entry.key, "").map_err(|error| entry.place.error(error))?;
                given.retain(|(name, _)| !name.eq_ignore_ascii_case(&entry.key));
                given.push((&entry.key, &entry.value));
            }
        }
        let mut headers = Headers::new();
        for (name, value) in self.preset.iter().flat_map(|preset| &preset.headers) {
            headers.set(Header::new(name.clone(), value.clone()).by_default());
        }
        for (name, value) in given {
            if name.eq_ignore_ascii_case("authorization") && self.scheme.id() != "none" {
                let message = format!("the scheme {} sets Authorization itself", self.scheme.id());
                return Err(value.place.error(message).into());
            }
            headers.set(self.header(name, value)?);
        }
        Ok(headers.iter().cloned().collect())
    }

    fn header(&self, name: &str, value: &Located) -> Result<Header> {
        let source = Source::parse(name, value, self.request.environment)?;
        let is_literal = matches!(source, Source::Inline(_));
        let text = match source {
            Source::Inline(text) => text,
            source => {
                let what = format!("header {name}");
                let read = source.read(&what, None, self.request.environment);
                read.context(what)?
            }
        };
        header::check(name, text.expose()).map_err(|error| value.place.error(error))?;
        Ok(if is_literal {
            Header::new(name, text.expose())
        } else {
            Header::from_pieces(name, &[Piece::Secret(text)])
        })
    }

    /// The first of the preset's identity headers whose field has a value.
    fn identity(&self, found: &[(&Field, Found<'_>)]) -> Result<Vec<Header>> {
        for rule in self.preset.iter().flat_map(|preset| &preset.identity) {
            if let Some(value) = self.text(found, &rule.field)? {
                header::check(&rule.header, value.expose())?;
                return Ok(vec![Header::new(rule.header.clone(), value.expose())]);
            }
        }
        Ok(Vec::new())
    }
}
