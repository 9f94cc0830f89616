//! `signreq profile import`.

use super::words::{self, Assignments};
use super::{keyring, warn};
use crate::cli::args::profile::ImportArgs;
use crate::context::RunContext;
use crate::error::{Error, Result};
use crate::out::message;
use crate::profile::edit::{self, Editor};
use crate::profile::import::{self, Import, Imported, Taken};
use crate::profile::keyring::{Key, Keyring};
use crate::profile::schema::{self, Field};
use crate::profile::{self, Config, Preset, Provenance, preset};
use crate::sign::{self, Scheme};
use serde_json::{Value as Json, json};

/// Writes what a vendor's own tool or server has set up into the config, and
/// says what it took and what it left.
pub(super) fn run(
    context: &mut RunContext,
    config: Config<'_>,
    arguments: &ImportArgs,
) -> Result<u8> {
    let preset = vendor(context, arguments)?;
    let name = arguments.name.as_deref().unwrap_or(preset.name);
    profile::names::check(name)?;
    let is_there = edit::refuse_existing(config, &context.environment, name);
    if let (Err(error), false) = (is_there, arguments.force) {
        return Err(Error::of_chain(&error)
            .hint("--as NAME gives it another name, --force puts it in that one's place")
            .into());
    }
    if arguments.secrets == "keyring" {
        // Whether it can be used shows before anything is read.
        Key { name: name.to_owned(), keyring: Keyring::User }.find(&context.environment)?;
    }
    let found = import::read(&import(context, &preset, arguments))?;
    if found.values.is_empty() {
        return Err(nothing(&preset, &found).into());
    }
    let scheme = scheme(&preset, &found)?;
    let fields = schema::fields(Some(&preset), scheme);
    let given = words::read(context, &fields, &arguments.set)?;
    let mut assigned = assignments(&preset, &found, &fields, arguments)?;
    assigned.retain(|(field, _)| !given.iter().any(|(other, _)| other == field));
    assigned.extend(given.into_iter().filter(|(_, value)| !value.is_null()));
    let later = check_complete(&preset, scheme, &fields, &found, &assigned, arguments)?;
    super::doubt(context, &fields, &preset.url.names, &assigned);
    let used = profile::stored(config, &context.environment)?;
    let kept = (arguments.secrets == "keyring")
        .then(|| keyring::keep(context, Keyring::User, name, &fields, &mut assigned, &used))
        .transpose()?;
    let mut path = String::new();
    let write = |context: &RunContext| {
        let mut editor = Editor::open(config, &context.environment)?;
        if arguments.force {
            // There may be none to replace.
            let _ = editor.remove(name);
        }
        editor.add(name, &assigned)?;
        path = editor.path().display().to_string();
        editor.save()
    };
    let written = { write }(context);
    super::undo_unless(written, kept.as_ref(), &context.environment)?;
    let mut note = |text: String| {
        let _ = message::note(&mut *context.stderr, &text);
    };
    note(format!("profile {name} is in {path}"));
    for taken in &found.values {
        note(format!("taken: {} of {}", taken.field, taken.provenance));
    }
    if let Some((field, account)) = assigned_reference(&found, &assigned) {
        note(format!("{field} = {account}: the vendor's files are read on each run"));
    }
    for (what, why) in &found.left {
        note(format!("left: {what}: {why}"));
    }
    kept.iter().for_each(|kept| kept.tell(context));
    let left = keyring::left(context, config, &used)?;
    keyring::tell_left(context, &left);
    for field in later {
        warn(context, &format!("{field} is not set: signreq login {name} gets one"));
    }
    Ok(0)
}

fn import<'run>(
    context: &'run RunContext,
    preset: &'run Preset,
    arguments: &'run ImportArgs,
) -> Import<'run> {
    Import {
        preset,
        file: arguments.file.as_deref(),
        account: arguments.account.as_deref(),
        environment: &context.environment,
    }
}

/// The preset of the vendor that is named, else of the only one whose tool has
/// set something up here.
fn vendor(context: &RunContext, arguments: &ImportArgs) -> Result<Preset> {
    let load = |name: &str| {
        let known = || Error::usage(format!("there is no preset '{}'", name.escape_default()));
        Preset::load(name)?.ok_or_else(|| known().into())
    };
    if let Some(name) = &arguments.vendor {
        return load(name);
    }
    let mut there: Vec<Preset> = Vec::new();
    for name in preset::names() {
        let preset = load(name)?;
        let reader = |preset: &Preset| preset.vendor.as_ref().map(|rule| rule.reader.clone());
        // One tool's files may serve several presets.
        let is_known = there.iter().any(|other| reader(other) == reader(&preset));
        let read = import::read(&Import { account: None, ..import(context, &preset, arguments) });
        if !is_known && read.map_or(true, |found| !found.values.is_empty()) {
            there.push(preset);
        }
    }
    if there.len() == 1
        && let Some(only) = there.pop()
    {
        return Ok(only);
    }
    let error = match there.is_empty() {
        true => Error::config("no vendor's tool has set anything up here"),
        false => Error::usage("several vendors' tools have set something up here"),
    };
    let names: Vec<&str> = match there.is_empty() {
        true => preset::names().collect(),
        false => there.iter().map(|preset| preset.name).collect(),
    };
    Err(names
        .into_iter()
        .fold(error, |error, name| error.hint(format!("signreq profile import {name} [FILE]")))
        .into())
}

fn nothing(preset: &Preset, found: &Imported) -> Error {
    let places = preset.vendor.as_ref().map(|rule| rule.places.as_str()).unwrap_or_default();
    let error = Error::config(format!("there is nothing to import for {}", preset.title));
    let error = error.hint(format!("looked for: {places}"));
    let error = found.notes.iter().fold(error, Error::hint);
    error.hint(format!("signreq profile import {} FILE", preset.name))
}

/// What signs with the values: the preset's own scheme, or that of a value
/// which is for another.
fn scheme(preset: &Preset, found: &Imported) -> Result<&'static dyn Scheme> {
    let is_found = |field: &&Field| found.values.iter().any(|taken| taken.field == field.name);
    let of = |field: &'_ Field| field.feeds.scheme().map(str::to_owned);
    let others = preset.fields.iter().filter(is_found).filter_map(of);
    let id = others.into_iter().find(|id| *id != preset.scheme);
    let id = id.as_deref().unwrap_or(&preset.scheme);
    sign::scheme(id).ok_or_else(|| Error::config(format!("there is no scheme {id}")).into())
}

/// The fields that are written.
///
/// # Errors
/// Wrong usage when a value cannot be where the user wants it.
fn assignments(
    preset: &Preset,
    found: &Imported,
    fields: &[Field],
    arguments: &ImportArgs,
) -> Result<Assignments> {
    let mut assigned = vec![("preset".to_owned(), Json::from(preset.name))];
    let keeps = arguments.secrets == "keep";
    let is_vendors = |taken: &Taken| matches!(taken.provenance, Provenance::Vendor(_));
    let reference = found.reference.as_ref().filter(|_| keeps);
    if let Some((field, account)) = reference {
        assigned.push((field.clone(), Json::from(account.as_str())));
    }
    for taken in &found.values {
        if reference.is_some() && is_vendors(taken) {
            continue;
        }
        let is_secret = fields.iter().any(|field| field.name == taken.field && field.secret);
        let Taken { field, provenance, .. } = taken;
        let value = match (&taken.text, provenance) {
            (None, _) => {
                return Err(Error::usage(format!(
                    "{field}: the command in {provenance} gives another value each time"
                ))
                .hint("--secrets keep has it asked on each run")
                .into());
            }
            (Some(_), Provenance::Environment(name)) if keeps && is_secret => {
                json!({ "env": name })
            }
            (Some(_), _) if keeps && is_secret => {
                return Err(Error::usage(format!(
                    "--secrets keep: {field} stands in {provenance}, which no source of a \
                     profile can read"
                ))
                .hint("--secrets file copies it into the config, --secrets keyring into a keyring")
                .into());
            }
            (Some(text), _) => Json::from(text.expose()),
        };
        assigned.push((field.clone(), value));
    }
    Ok(assigned)
}

/// The reference to the vendor's files, when it is written.
fn assigned_reference<'found>(
    found: &'found Imported,
    assigned: &Assignments,
) -> Option<&'found (String, String)> {
    let reference = found.reference.as_ref();
    reference.filter(|(field, _)| assigned.iter().any(|(other, _)| other == field))
}

/// Checks that nothing is missing that is needed; gives what a login gets.
fn check_complete(
    preset: &Preset,
    scheme: &dyn Scheme,
    fields: &[Field],
    found: &Imported,
    assigned: &Assignments,
    arguments: &ImportArgs,
) -> Result<Vec<String>> {
    let is_referred = assigned_reference(found, assigned).is_some();
    let has = |name: &str| {
        assigned.iter().any(|(field, _)| field == name)
            || (is_referred && found.values.iter().any(|taken| taken.field == name))
    };
    let is_for_it = |field: &&Field| field.feeds.scheme().is_none_or(|own| own == scheme.id());
    let missing = fields
        .iter()
        .filter(|field| field.required && field.default.is_none())
        .filter(is_for_it)
        .filter(|field| !has(&field.name));
    let (later, now): (Vec<&Field>, Vec<&Field>) =
        missing.partition(|field| scheme.obtained().contains(&field.name.as_str()));
    if now.is_empty() {
        return Ok(later.iter().map(|field| field.name.clone()).collect());
    }
    let names: Vec<&str> = now.iter().map(|field| field.name.as_str()).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    let mut command = format!("signreq profile import {}", preset.name);
    if let Some(file) = &arguments.file {
        let file = file.to_string_lossy();
        command.push_str(&format!(" {}", shlex::try_quote(&file).unwrap_or_default()));
    }
    let public = now.iter().filter(|field| !field.secret);
    for field in public {
        command.push_str(&format!(" --set {}=…", field.name));
    }
    let error = Error::config(format!("{} {verb} not told there", names.join(", ")));
    let error = found.notes.iter().fold(error.hint(command), Error::hint);
    Err(now
        .iter()
        .fold(error, |error, field| error.hint(format!("{}: {}", field.name, field.about)))
        .into())
}
