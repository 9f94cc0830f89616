//! What a profile is of: its preset and the scheme that signs for it.

use crate::error::{Error, Result};
use crate::model::secret::Secret;
use crate::profile::layers::{Found, Layers, Provenance};
use crate::profile::preset::{self, Preset};
use crate::profile::schema::{Field, FieldKind};
use crate::profile::{names, values};
use crate::sign::{self, Scheme};
use anyhow::Context as _;

/// What a profile is of: its preset, when it has one, and what signs for it.
pub(super) type System = (Option<Preset>, &'static dyn Scheme);

/// The preset and the scheme of a profile; `None` when there is no such
/// profile.
///
/// # Errors
/// A config error when they are not known or contradict each other.
pub(super) fn system(layers: &Layers<'_>) -> Result<Option<System>> {
    names::check(layers.profile)?;
    let name_of = |field: &str| {
        let found = layers.find_own(field);
        let field = Field::new(field, "", FieldKind::Name);
        found
            .map(|found| {
                values::text(&field, &found, false, layers.environment).map(|text| (text, found))
            })
            .transpose()
    };
    let unknown = |what: &str, text: &Secret, found: &Found<'_>, known: Vec<&str>| {
        let suggestion = names::suggestion(text.expose(), known.iter().copied());
        let text = text.expose().escape_default();
        found.error(what, format!("there is no {what} '{text}'{suggestion}"))
    };
    let scheme = name_of("scheme")?;
    let preset = match name_of("preset")? {
        Some((text, found)) => {
            let preset = Preset::load(text.expose())?;
            let known = || preset::names().collect();
            Some(preset.ok_or_else(|| unknown("preset", &text, &found, known()))?)
        }
        // A preset's name is a profile of it, unless it says otherwise.
        None if scheme.is_none() => Preset::load(layers.profile)?,
        None => None,
    };
    let chosen = scheme
        .map(|(text, found)| {
            let known = || sign::SCHEMES.iter().map(|scheme| scheme.id()).collect();
            let scheme = sign::scheme(text.expose())
                .ok_or_else(|| unknown("scheme", &text, &found, known()))?;
            Ok::<_, Error>((scheme, found))
        })
        .transpose()?;
    let Some(preset) = preset else {
        return match (chosen, layers.file) {
            (Some((scheme, _)), _) => Ok(Some((None, scheme))),
            (None, None) => Ok(None),
            (None, Some(_)) => {
                let schemes: Vec<_> = sign::SCHEMES.iter().map(|scheme| scheme.id()).collect();
                let presets: Vec<_> = preset::names().collect();
                Err(Error::config("it has neither a preset nor a scheme")
                    .hint(format!("preset is one of {}", presets.join(", ")))
                    .hint(format!("scheme is one of {}", schemes.join(", ")))
                    .into())
            }
        };
    };
    let scheme = scheme_of(&preset, layers)?;
    if let Some((_, found)) = chosen.filter(|(chosen, _)| chosen.id() != scheme.id()) {
        let message = format!("preset {} signs with {}", preset.name, scheme.id());
        return Err(found.error("scheme", message).hint("leave scheme out").into());
    }
    Ok(Some((Some(preset), scheme)))
}

/// The scheme of a preset: its own, or the one that a given field is for, as
/// OVH's access_token is for bearer.
fn scheme_of(preset: &Preset, layers: &Layers<'_>) -> Result<&'static dyn Scheme> {
    let given = |field: &&Field| {
        layers.find(field).is_some_and(|found| found.provenance != Provenance::Preset)
    };
    let is_own = |field: &&Field| field.feeds.scheme() == Some(preset.scheme.as_str());
    let mut fields = preset.fields.iter().filter(|field| field.feeds.scheme().is_some());
    let other = fields.clone().filter(|field| !is_own(field)).find(given);
    let id = other.and_then(|field| field.feeds.scheme()).unwrap_or(&preset.scheme);
    let of_another = |field: &&Field| field.feeds.scheme() != Some(id);
    if let (Some(other), Some(own)) =
        (other, fields.find(|field| of_another(field) && given(field)))
    {
        let message = format!("{} and {} are two ways to sign: keep one", own.name, other.name);
        return Err(Error::config(message).into());
    }
    let scheme = sign::scheme(id);
    scheme.with_context(|| format!("preset {} names the unknown scheme {id}", preset.name))
}
