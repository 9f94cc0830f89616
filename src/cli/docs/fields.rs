//! The fields of profiles, as a section of the man page, made from what the
//! presets and schemes declare.

use crate::error::Result;
use crate::profile::Preset;
use crate::profile::preset;
use crate::profile::schema::{self, Feeds, Field};
use crate::sign::{self, Param};
use clap_mangen::roff::{Roff, bold, italic, roman};

/// Writes the section.
///
/// # Errors
/// A fault of this program, when a preset cannot be read.
pub(super) fn section(roff: &mut Roff) -> Result<()> {
    roff.control("SH", ["FIELDS"]).control("PP", []).text([
        roman("A profile of a preset has that preset's fields, another its "),
        bold("url"),
        roman(
            " and its scheme's; a preset's scheme shows in signreq explain, and its fields that \
             are no secrets can be set too. What is needed and what is secret is marked.",
        ),
    ]);
    heading(roff, "Every profile", "");
    entries(roff, &schema::common());
    for name in preset::names() {
        if let Some(preset) = Preset::load(name)? {
            heading(roff, &format!("The preset {name}"), &preset.about);
            let fields: Vec<Field> =
                preset.fields.iter().map(|field| of_preset(field, &preset)).collect();
            entries(roff, &fields);
        }
    }
    for scheme in sign::SCHEMES {
        heading(roff, &format!("The scheme {}", scheme.id()), scheme.about());
        let of_param = |param: &Param| Field {
            default: param.default.map(str::to_owned),
            ..Field::of_param(scheme.id(), param)
        };
        entries(roff, &scheme.params().iter().map(of_param).collect::<Vec<Field>>());
    }
    Ok(())
}

/// A field of another scheme than the preset's own is another way, not needed.
fn of_preset(field: &Field, preset: &Preset) -> Field {
    let is_own = match &field.feeds {
        Feeds::Nothing => true,
        Feeds::Param { scheme, .. } | Feeds::Parts { scheme, .. } => *scheme == preset.scheme,
    };
    Field { required: field.required && is_own, ..field.clone() }
}

fn heading(roff: &mut Roff, name: &str, about: &str) {
    roff.control("SS", [name]);
    if !about.is_empty() {
        roff.text([roman(format!("{}.", capitalised(about)))]);
    }
}

fn entries(roff: &mut Roff, fields: &[Field]) {
    for field in fields {
        let mut term = vec![bold(field.name.clone())];
        let marks: Vec<&str> =
            [(field.required && field.default.is_none(), "needed"), (field.secret, "secret")]
                .into_iter()
                .filter_map(|(is_so, mark)| is_so.then_some(mark))
                .collect();
        if !marks.is_empty() {
            term.extend([roman(" "), italic(marks.join(", "))]);
        }
        let mut about = capitalised(&field.about);
        if !field.choices.is_empty() {
            about.push_str(": ");
            about.push_str(&field.choices.join(", "));
        }
        if let Some(default) = field.default.as_deref().filter(|default| !default.is_empty()) {
            about.push_str(&format!(" (default {default})"));
        }
        about.push('.');
        roff.control("TP", []).text(term).text([roman(about)]);
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
