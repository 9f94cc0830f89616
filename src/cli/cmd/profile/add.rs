//! `signreq profile add`.

use super::words::{self, Assignments};
use super::{ask, attempt, keyring};
use crate::cli::args::profile::AddArgs;
use crate::context::RunContext;
use crate::error::{Error, Result};
use crate::model::nearest::nearest;
use crate::out::message;
use crate::out::style::ColorChoice;
use crate::profile::edit::{self, Editor};
use crate::profile::names::variable;
use crate::profile::schema::{self, Field, FieldKind};
use crate::profile::{self, Config, Preset, preset};
use crate::sign::{self, Scheme};
use serde_json::Value as Json;

/// Adds a profile: from the words, and at a terminal by asking for the rest.
pub(super) fn run(context: &mut RunContext, config: Config<'_>, arguments: &AddArgs) -> Result<u8> {
    let name = arguments.name.as_str();
    profile::names::check(name)?;
    edit::refuse_existing(config, &context.environment, name)?;
    let kind = Kind::of(arguments)?;
    let fields = kind.fields();
    let keyring = keyring::open(context, arguments.keyring, name)?;
    let given = words::read(context, &fields, &arguments.words)?;
    let mut assigned: Assignments = kind.heading(arguments);
    assigned.extend(given.into_iter().filter(|(_, value)| !value.is_null()));
    let open = kind.open(&fields, &assigned, name, context);
    if ask::is_possible(context) {
        kind.ask(context, &open, &mut assigned)?;
    } else {
        let missing: Vec<&Field> = open.into_iter().filter(|field| field.required).collect();
        if !missing.is_empty() {
            return Err(missing_fields(arguments, &missing).into());
        }
    }
    super::doubt(context, &fields, kind.names(), &assigned);
    let used = profile::stored(config, &context.environment)?;
    let kept = keyring
        .map(|keyring| keyring::keep(context, keyring, name, &fields, &mut assigned, &used))
        .transpose()?;
    let mut path = String::new();
    let write = |context: &RunContext| {
        let mut editor = Editor::open(config, &context.environment)?;
        editor.add(name, &assigned)?;
        path = editor.path().display().to_string();
        editor.save()
    };
    let written = { write }(context);
    super::undo_unless(written, kept.as_ref(), &context.environment)?;
    let _ = message::note(&mut *context.stderr, &format!("profile {name} is in {path}"));
    kept.iter().for_each(|kept| kept.tell(context));
    let wants = arguments.try_it
        || (ask::is_possible(context)
            && attempt::is_possible(kind.preset.as_ref())
            && ask::yes(context, "Try it now?", false)?);
    if wants { attempt::run(context, config, name) } else { Ok(0) }
}

/// What a new profile is.
struct Kind {
    preset: Option<Preset>,
    scheme: &'static dyn Scheme,
}

impl Kind {
    /// The preset or scheme that the options say, else the preset of the name.
    fn of(arguments: &AddArgs) -> Result<Self> {
        let name = arguments.name.as_str();
        if let Some(id) = &arguments.scheme {
            let known = || sign::SCHEMES.iter().map(|scheme| scheme.id());
            let scheme = sign::scheme(id).ok_or_else(|| unknown("scheme", id, known()))?;
            return Ok(Self { preset: None, scheme });
        }
        let id = arguments.preset.as_deref().unwrap_or(name);
        match Preset::load(id)? {
            Some(preset) => {
                let scheme = sign::scheme(&preset.scheme)
                    .ok_or_else(|| unknown("scheme", &preset.scheme, std::iter::empty()))?;
                Ok(Self { preset: Some(preset), scheme })
            }
            None if arguments.preset.is_some() => {
                Err(unknown("preset", id, preset::names()).into())
            }
            None => {
                let presets: Vec<&str> = preset::names().collect();
                let schemes: Vec<&str> = sign::SCHEMES.iter().map(|it| it.id()).collect();
                let near = nearest(name, preset::names()).unwrap_or("maas");
                Err(Error::usage(format!("what kind of profile is '{}'?", name.escape_default()))
                    .hint(format!("signreq profile add {name} --preset {near}"))
                    .hint(format!("--preset is one of {}", presets.join(", ")))
                    .hint(format!("--scheme is one of {}", schemes.join(", ")))
                    .into())
            }
        }
    }

    fn fields(&self) -> Vec<Field> {
        schema::fields(self.preset.as_ref(), self.scheme)
    }

    /// The names that stand for URLs.
    fn names(&self) -> &[(String, String)] {
        self.preset.as_ref().map(|preset| preset.url.names.as_slice()).unwrap_or_default()
    }

    /// The line that says what the profile is, written even where its name
    /// says it: it may be renamed by hand.
    fn heading(&self, arguments: &AddArgs) -> Assignments {
        match (&self.preset, &arguments.scheme) {
            (Some(preset), _) => vec![("preset".to_owned(), Json::from(preset.name))],
            (None, _) => vec![("scheme".to_owned(), Json::from(self.scheme.id()))],
        }
    }

    /// The fields that are worth asking for: those that the preset or the
    /// scheme declares, that nothing gives a value to, and that have no
    /// default but the URL.
    fn open<'fields>(
        &self,
        fields: &'fields [Field],
        assigned: &Assignments,
        profile: &str,
        context: &RunContext,
    ) -> Vec<&'fields Field> {
        let is_given = |name: &str| {
            assigned.iter().any(|(other, _)| other == name)
                || context.environment.get(&variable(profile, name)).is_some()
        };
        // A field of another scheme makes the preset sign with that one.
        let given = fields.iter().filter(|field| is_given(&field.name));
        let others = given.filter_map(|field| field.feeds.scheme());
        let scheme = others.clone().find(|id| *id != self.scheme.id()).unwrap_or(self.scheme.id());
        let is_own = |field: &&Field| match &self.preset {
            Some(preset) => preset.fields.iter().any(|own| own.name == field.name),
            None => field.feeds.scheme().is_some() || field.kind == FieldKind::Url,
        };
        fields
            .iter()
            .filter(is_own)
            .filter(|field| field.feeds.scheme().is_none_or(|own| own == scheme))
            .filter(|field| matches!(field.kind, FieldKind::Text | FieldKind::Url))
            .filter(|field| field.choices.is_empty() && !is_given(&field.name))
            .filter(|field| field.default.is_none() || field.kind == FieldKind::Url)
            // What only some keys have, such as a session token, is a word.
            .filter(|field| field.required || !field.secret || self.preset.is_none())
            .collect()
    }

    fn ask(
        &self,
        context: &mut RunContext,
        open: &[&Field],
        assigned: &mut Assignments,
    ) -> Result<()> {
        let about = match &self.preset {
            Some(preset) => preset.about.clone(),
            None => format!("{}: {}", self.scheme.id(), self.scheme.about()),
        };
        if !open.is_empty() {
            let _ = message::note(&mut *context.stderr, &about);
        }
        for field in open {
            if self.is_pointless(field, assigned) {
                continue;
            }
            let mut answer = ask::field(context, field, field.default.as_deref())?;
            // What was typed before must not be lost to a slip in the URL.
            while let (FieldKind::Url, Some(url)) = (field.kind, &answer)
                && let Err(error) =
                    profile::check_url(self.preset.as_ref().map(|preset| &preset.url), url.expose())
            {
                let style = ColorChoice::Auto.style(context.terminal.stderr, &context.environment);
                let _ = message::error(&mut *context.stderr, &error, style);
                answer = ask::field(context, field, field.default.as_deref())?;
            }
            if answer.is_none() && field.required {
                let told = format!("{} is needed; Enter again leaves it out", field.name);
                let _ = message::note(&mut *context.stderr, &told);
                answer = ask::field(context, field, None)?;
            }
            let is_default = |text: &str| field.default.as_deref() == Some(text);
            if let Some(answer) = answer.filter(|answer| !is_default(answer.expose())) {
                assigned.push((field.name.clone(), Json::from(answer.expose())));
            }
        }
        Ok(())
    }

    /// Of the fields that name for whom a request is made only the first
    /// counts: where there is one, no other is asked for.
    fn is_pointless(&self, field: &Field, assigned: &Assignments) -> bool {
        let identity = self.preset.as_ref().map(|preset| preset.identity.as_slice());
        let identity = identity.unwrap_or_default();
        identity.iter().any(|rule| rule.field == field.name)
            && identity.iter().any(|rule| assigned.iter().any(|(name, _)| *name == rule.field))
    }
}

fn unknown<'name>(
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'name str> + Clone,
) -> Error {
    let error = Error::usage(format!("there is no {what} '{}'", name.escape_default()));
    match nearest(name, known.clone()) {
        Some(near) => error.hint(format!("did you mean --{what} {near}?")),
        None => error.hint(format!("it is one of {}", known.collect::<Vec<_>>().join(", "))),
    }
}

/// Nobody can be asked: what is missing, and a command that has all of it.
fn missing_fields(arguments: &AddArgs, missing: &[&Field]) -> Error {
    let names: Vec<&str> = missing.iter().map(|field| field.name.as_str()).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    let mut command = format!("signreq profile add {}", arguments.name);
    for (option, value) in [("preset", &arguments.preset), ("scheme", &arguments.scheme)] {
        if let Some(value) = value {
            command.push_str(&format!(" --{option} {value}"));
        }
    }
    for word in &arguments.words {
        let word = shlex::try_quote(word).unwrap_or(std::borrow::Cow::Borrowed(word));
        command.push_str(&format!(" {word}"));
    }
    for field in missing {
        let value = match (field.secret, field.kind) {
            (true, _) => ".command='pass show …'",
            (false, FieldKind::Url) => "=https://…",
            (false, _) => "=…",
        };
        command.push_str(&format!(" {}{value}", field.name));
    }
    let told = Error::usage(format!(
        "{} {verb} missing, and nobody is at a terminal to ask",
        names.join(", ")
    ));
    missing.iter().fold(told.hint(command), |told, field| {
        told.hint(format!("{}: {}", field.name, field.about))
    })
}
