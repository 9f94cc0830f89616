//! The fields that a profile can have: common ones, its preset's own and its
//! scheme's.

use crate::error::Result;
use crate::profile::preset::{self, Preset};
use crate::profile::settings;
use crate::profile::shape::Shape;
use crate::sign::{self, Param, Scheme};
use std::collections::BTreeSet;

/// What kind of value a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A text, given as a string or by a source.
    Text,
    /// The base URL, or a name that stands for one; given like a text.
    Url,
    /// A name out of a closed list, given as a string.
    Name,
    /// A span of time, given as a string.
    Duration,
    /// True or false.
    Flag,
    /// The path of a file, given as a string.
    Path,
    /// Several texts, given as an array of strings, or as one string with
    /// blanks between.
    List,
    /// A table of header names and values.
    Headers,
}

/// What of the scheme a field gives a value to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Feeds {
    /// Nothing: the field is read by others.
    Nothing,
    /// One field of the scheme.
    Param {
        /// The scheme's id.
        scheme: String,
        /// The name of the scheme's field.
        param: String,
    },
    /// Several fields of the scheme, out of one text split at its colons.
    Parts {
        /// The scheme's id.
        scheme: String,
        /// The names of the scheme's fields, in order.
        params: Vec<String>,
        /// The form of the text, for messages: `consumer:token:secret`.
        shown: String,
    },
}

impl Feeds {
    /// The scheme that the value is for.
    pub fn scheme(&self) -> Option<&str> {
        match self {
            Self::Nothing => None,
            Self::Param { scheme, .. } | Self::Parts { scheme, .. } => Some(scheme),
        }
    }

    /// Whether the value is for this field of this scheme.
    pub(super) fn feeds(&self, scheme: &str, name: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::Param { scheme: own, param } => own == scheme && param == name,
            Self::Parts { scheme: own, params, .. } => {
                own == scheme && params.iter().any(|param| param == name)
            }
        }
    }
}

/// A field of a profile.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name in the config.
    pub name: String,
    /// What it is, in a line, without a full stop.
    pub about: String,
    /// What kind of value it has.
    pub kind: FieldKind,
    /// Whether nothing can be sent without it.
    pub required: bool,
    /// Whether its value must never be shown.
    pub secret: bool,
    /// The value it has when nobody gives one.
    pub default: Option<String>,
    /// The only values it may have; empty when any will do.
    pub choices: Vec<String>,
    /// What of the scheme it gives a value to.
    pub feeds: Feeds,
    /// What its values usually look like, where that is known.
    pub shape: Option<Shape>,
}

impl Field {
    /// An optional public field that feeds nothing.
    pub(super) fn new(name: &str, about: &str, kind: FieldKind) -> Self {
        Self {
            name: name.to_owned(),
            about: about.to_owned(),
            kind,
            required: false,
            secret: false,
            default: None,
            choices: Vec::new(),
            feeds: Feeds::Nothing,
            shape: None,
        }
    }

    /// The field that gives a scheme's field its value.
    pub fn of_param(scheme: &str, param: &Param) -> Self {
        let is_flag = param.choices == ["true", "false"];
        let kind = if is_flag { FieldKind::Flag } else { FieldKind::Text };
        Self {
            required: param.required,
            secret: param.secret,
            choices: param.choices.iter().map(|choice| (*choice).to_owned()).collect(),
            feeds: Feeds::Param { scheme: scheme.to_owned(), param: param.name.to_owned() },
            ..Self::new(param.name, param.about, kind)
        }
    }

    /// Whether a profile that signs with `scheme` reads it.
    pub(super) fn is_for(&self, scheme: &dyn Scheme) -> bool {
        self.feeds.scheme().is_none_or(|own| own == scheme.id())
    }
}

/// The fields that a profile with this preset or scheme can have.
pub fn fields(preset: Option<&Preset>, scheme: &dyn Scheme) -> Vec<Field> {
    let mut fields = common();
    match preset {
        Some(preset) => {
            fields.extend(preset.fields.iter().cloned());
            // The scheme's public settings can be chosen anew; its secrets
            // only through the preset's own fields.
            for param in scheme.params().iter().filter(|param| !param.secret) {
                let is_fed =
                    preset.fields.iter().any(|field| field.feeds.feeds(scheme.id(), param.name));
                if !is_fed {
                    fields.push(Field { required: false, ..Field::of_param(scheme.id(), param) });
                }
            }
        }
        None => {
            let url = Field::new("url", "the base URL of the API", FieldKind::Url);
            fields.push(Field { required: true, ..url });
            fields.extend(scheme.params().iter().map(|param| Field::of_param(scheme.id(), param)));
        }
    }
    fields
}

/// The fields that every profile can have.
pub fn common() -> Vec<Field> {
    let names = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    let field = Field::new;
    let mut fields = vec![
        Field {
            choices: names(preset::names().collect()),
            ..field("preset", "the system this is", FieldKind::Name)
        },
        Field {
            choices: names(sign::SCHEMES.iter().map(|scheme| scheme.id()).collect()),
            ..field("scheme", "how requests are signed, without a preset", FieldKind::Name)
        },
        field("headers", "headers of every request", FieldKind::Headers),
        Field {
            choices: names(vec!["json", "form", "multipart"]),
            ..field("as", "how body fields travel", FieldKind::Name)
        },
    ];
    fields.extend(settings::fields());
    fields
}

/// The names of all fields that any profile can have.
///
/// # Errors
/// A fault of this program, when a preset cannot be read.
pub(super) fn all_names() -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::from(["url".to_owned()]);
    each_known(|field| {
        names.insert(field.name);
    })?;
    Ok(names)
}

/// The names of all fields that are secret in some profile.
///
/// # Errors
/// A fault of this program, when a preset cannot be read.
pub(super) fn all_secret_names() -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    each_known(|field| {
        if field.secret {
            names.insert(field.name);
        }
    })?;
    Ok(names)
}

fn each_known(mut visit: impl FnMut(Field)) -> Result<()> {
    common().into_iter().for_each(&mut visit);
    for scheme in sign::SCHEMES {
        scheme.params().iter().for_each(|param| visit(Field::of_param(scheme.id(), param)));
    }
    for name in preset::names() {
        if let Some(preset) = Preset::load(name)? {
            preset.fields.into_iter().for_each(&mut visit);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_of(preset: Option<&str>, scheme: &str) -> Vec<String> {
        let preset = preset.map(|name| Preset::load(name).unwrap().unwrap());
        fields(preset.as_ref(), sign::scheme(scheme).unwrap())
            .into_iter()
            .map(|field| field.name)
            .collect()
    }

    #[test]
    fn no_profile_has_a_field_twice() {
        let schemes = sign::SCHEMES.iter().map(|scheme| names_of(None, scheme.id()));
        let presets = preset::names().map(|name| {
            let scheme = Preset::load(name).unwrap().unwrap().scheme;
            names_of(Some(name), &scheme)
        });
        for names in schemes.chain(presets) {
            let distinct: BTreeSet<_> = names.iter().collect();
            assert_eq!(distinct.len(), names.len(), "{names:?}");
        }
    }

    #[test]
    fn a_preset_shows_its_own_fields_in_place_of_those_they_feed() {
        let names = names_of(Some("maas"), "oauth1");
        assert!(names.contains(&"key".into()) && names.contains(&"signature_method".into()));
        for hidden in ["consumer_key", "consumer_secret", "token", "token_secret"] {
            assert!(!names.contains(&hidden.into()), "{hidden}");
        }
        assert!(!names_of(Some("ovh"), "ovh").contains(&"url".into()));
    }

    #[test]
    fn without_a_preset_the_schemes_own_fields_are_there() {
        let names = names_of(None, "oauth1");
        for name in ["url", "headers", "timeout", "consumer_key", "consumer_secret", "token"] {
            assert!(names.contains(&name.into()), "{name}");
        }
    }
}
