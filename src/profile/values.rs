//! From what a layer gives to the value that a field has.

use crate::context::Environment;
use crate::error::{Error, Result, one_line};
use crate::model::certificates::Certificates;
use crate::model::duration;
use crate::model::secret::{DeferredSecret, Secret};
use crate::profile::layers::{Found, Given, Provenance};
use crate::profile::names::suggestion;
use crate::profile::schema::{Field, FieldKind};
use crate::profile::source::{self, Source};
use anyhow::Context as _;
use std::path::PathBuf;
use std::time::Duration;

/// The text of a field, read from its source.
///
/// # Errors
/// Those of the source; when the value is empty or none of the choices.
pub(super) fn text(
    field: &Field,
    found: &Found<'_>,
    may_be_empty: bool,
    environment: &Environment,
) -> Result<Secret> {
    let text = match &found.given {
        _ if field.kind == FieldKind::Flag => Secret::new(flag(field, found)?.to_string()),
        Given::Text(text) => text.clone(),
        Given::Late(late) => late.secret.read()?.clone(),
        Given::Value(value) if field.kind == FieldKind::Name => {
            Secret::new(value.text(&field.name)?)
        }
        Given::Value(value) => match Source::parse(&field.name, value, environment)? {
            Source::Inline(text) if may_be_empty => return Ok(text),
            source => source
                .read(&field.name, Some(found.profile), environment)
                .with_context(|| field.name.clone())?,
        },
    };
    let text_is = text.expose();
    if text_is.is_empty() && !may_be_empty {
        return Err(found.error(&field.name, "the value is empty").into());
    }
    if !field.choices.is_empty() && !field.choices.iter().any(|choice| choice == text_is) {
        let suggestion = suggestion(text_is, field.choices.iter().map(String::as_str));
        let message = format!("'{}' is not known{suggestion}", text_is.escape_default());
        return Err(found.error(&field.name, message).into());
    }
    Ok(text)
}

/// The secret of a field, whose source is read only when it is asked for.
///
/// # Errors
/// When the config says of no source how to read it.
pub(super) fn deferred(
    field: &Field,
    found: &Found<'_>,
    environment: &Environment,
) -> Result<DeferredSecret> {
    let name = field.name.clone();
    let source = match &found.given {
        Given::Text(text) => Source::Inline(text.clone()),
        Given::Late(late) => return Ok(late.secret.clone()),
        Given::Value(value) => Source::parse(&name, value, environment)?,
    };
    let (profile, environment) = (found.profile.to_owned(), environment.clone());
    let look_up =
        move || source.read(&name, Some(&profile), &environment).with_context(|| name.clone());
    Ok(DeferredSecret::new(look_up))
}

/// A span of time; `None` for 0, which as in curl means no limit of its own.
///
/// # Errors
/// When it is no string or no duration.
pub(super) fn duration(field: &Field, found: &Found<'_>) -> Result<Option<Duration>> {
    let text = plain(field, found, "a duration such as \"10s\"")?;
    let span = duration::parse(text.expose()).map_err(|error| {
        let told = found.error(&field.name, one_line(&error));
        crate::error::hints_of(&error).iter().fold(told, Error::hint)
    })?;
    Ok(Some(span).filter(|span| !span.is_zero()))
}

/// True or false.
///
/// # Errors
/// When it is neither.
pub(super) fn flag(field: &Field, found: &Found<'_>) -> Result<bool> {
    match &found.given {
        Given::Value(value) => value.boolean(&field.name),
        Given::Text(text) => match text.expose() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(found.error(&field.name, "it must be true or false").into()),
        },
        Given::Late(_) => Err(found.error(&field.name, "it must be true or false").into()),
    }
}

/// The path of a file: `~/` is the home directory; in the config file a
/// relative path starts beside it, elsewhere in the working directory.
///
/// # Errors
/// When it is no string, or empty, or there is no home directory.
pub(super) fn path(field: &Field, found: &Found<'_>, environment: &Environment) -> Result<PathBuf> {
    let text = plain(field, found, "a string: the path of a file")?;
    if text.expose().is_empty() {
        return Err(found.error(&field.name, "the path is empty").into());
    }
    let beside = match &found.given {
        Given::Value(value) => value.place.path.to_path_buf(),
        Given::Text(_) | Given::Late(_) => PathBuf::new(),
    };
    source::resolve_path(text.expose(), &beside, environment)
}

/// Certificates: their text in PEM, or the path of a file of them.
///
/// # Errors
/// Those of [`path`].
pub(super) fn certificates(
    field: &Field,
    found: &Found<'_>,
    environment: &Environment,
) -> Result<Certificates> {
    let text = plain(field, found, "a string: the path of a file")?;
    match Certificates::are(text.expose()) || matches!(found.provenance, Provenance::Vendor(_)) {
        true => Ok(Certificates::Text(text.expose().to_owned())),
        false => path(field, found, environment).map(Certificates::File),
    }
}

/// Several texts: an array of them, or one text with blanks between.
///
/// # Errors
/// When it is neither.
pub(super) fn list(field: &Field, found: &Found<'_>) -> Result<Vec<String>> {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    match &found.given {
        Given::Text(text) => Ok(words(text.expose())),
        Given::Late(late) => Ok(words(late.secret.read()?.expose())),
        Given::Value(value) => match value.as_text() {
            Some(text) => Ok(words(text)),
            None => value.texts(&field.name),
        },
    }
}

/// A text that stands where it is given.
fn plain(field: &Field, found: &Found<'_>, expected: &str) -> Result<Secret> {
    match &found.given {
        Given::Text(text) => Ok(text.clone()),
        Given::Late(late) => late.secret.read().cloned(),
        Given::Value(value) => match value.as_text() {
            Some(text) => Ok(Secret::new(text)),
            None => Err(value.expected(&field.name, expected).into()),
        },
    }
}
