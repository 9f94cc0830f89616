//! What the values of fields usually look like, so that a slip of the hand is
//! told of before a server refuses it for reasons that it does not give.
//!
//! These are doubts, not errors: systems change what their keys look like,
//! and sending refuses only what cannot be signed.

use crate::profile::schema::{Field, FieldKind};
use regex_lite::Regex;

/// What a field's values usually look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// A regular expression for the whole value.
    pub pattern: String,
    /// The same in words.
    pub shown: String,
    /// Slips that can be told apart.
    pub mistakes: Vec<Mistake>,
}

/// A slip that is known by what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// A regular expression for the whole value.
    pub pattern: String,
    /// What is wrong and what would be right.
    pub means: String,
}

/// What begins and ends a PEM block, which has lines.
const PEM: &str = "-----BEGIN ";

/// What looks wrong about the value of a field, a line each, the value never
/// among them; empty when nothing does. `names` are those that stand for
/// URLs, in the field that takes them.
pub fn doubts(field: &Field, names: &[(String, String)], value: &str) -> Vec<String> {
    let (mut doubts, bare) = stray(value);
    if field.kind == FieldKind::Url {
        let is_named = names.iter().any(|(name, _)| name == bare);
        if !is_named && names.is_empty() && !bare.contains("://") {
            doubts.push("there is no https:// before the host".to_owned());
            return doubts;
        }
        if is_named {
            return doubts;
        }
    }
    doubts.extend(field.shape.as_ref().and_then(|shape| shape.doubt(bare)));
    doubts
}

/// What does not belong to a value, a line each, and the value without what
/// stands around it.
pub(super) fn stray(value: &str) -> (Vec<String>, &str) {
    let mut doubts = Vec::new();
    let mut bare = value;
    if value.trim() != value {
        bare = value.trim();
        let is_line = value.strip_suffix(['\n', '\r']).is_some();
        let what = if is_line { "a line break at its end" } else { "white space around it" };
        doubts.push(format!("{what} is taken for a part of it"));
    }
    if let Some(inner) = unquoted(bare) {
        bare = inner;
        doubts.push("the quotes around it are taken for a part of it".to_owned());
    }
    if bare.chars().any(char::is_control) && !bare.starts_with(PEM) {
        doubts.push("there is a line break or another control character in it".to_owned());
    }
    (doubts, bare)
}

impl Shape {
    /// What is wrong with a value that has not this shape.
    fn doubt(&self, value: &str) -> Option<String> {
        if is_like(&self.pattern, value) {
            return None;
        }
        let mistake = self.mistake(value).map(str::to_owned);
        Some(mistake.unwrap_or_else(|| format!("usually it is {}", self.shown)))
    }

    /// Which slip a value is; `None` when it is none of those known.
    pub(super) fn mistake(&self, value: &str) -> Option<&str> {
        let mut mistakes = self.mistakes.iter();
        let is_it = |mistake: &&Mistake| is_like(&mistake.pattern, value);
        (!is_like(&self.pattern, value))
            .then(|| mistakes.find(is_it))
            .flatten()
            .map(|mistake| mistake.means.as_str())
    }
}

/// Whether the whole value matches. A pattern that is none matches nothing: a
/// test compiles them all.
fn is_like(pattern: &str, value: &str) -> bool {
    Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(value))
}

/// What stands between two equal quotes.
fn unquoted(value: &str) -> Option<&str> {
    ['"', '\'', '`'].into_iter().find_map(|quote| {
        value.strip_prefix(quote)?.strip_suffix(quote).filter(|inner| !inner.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::preset::{self, Preset};

    fn doubts_of(preset: &str, name: &str, value: &str) -> Vec<String> {
        let preset = Preset::load(preset).unwrap().unwrap();
        let field = preset.fields.iter().find(|field| field.name == name).unwrap();
        doubts(field, &preset.url.names, value)
    }

    #[test]
    fn every_pattern_of_every_preset_compiles() {
        let mut count = 0;
        for name in preset::names() {
            for field in Preset::load(name).unwrap().unwrap().fields {
                let Some(shape) = field.shape else { continue };
                let mistakes = shape.mistakes.iter().map(|mistake| &mistake.pattern);
                for pattern in mistakes.chain([&shape.pattern]) {
                    assert!(Regex::new(pattern).is_ok(), "{name}: {}: {pattern}", field.name);
                    count += 1;
                }
            }
        }
        assert!(count > 10, "{count}");
    }

    /// Shapes as the systems' own documents and sources have them.
    #[test]
    fn what_systems_give_out_raises_no_doubt() {
        for (preset, name, value) in [
            ("maas", "url", "http://maas.example:5240/MAAS"),
            ("maas", "url", "https://maas.example/MAAS/api/2.0/"),
            (
                "maas",
                "key",
                "gGrLcwMDtyGNmLYhvM:Tk6YTVGkNuXdRW7tQb:8ggBmFrJCYvXeFPLPVEqKqeDvTw9Jgnp",
            ),
            ("ovh", "endpoint", "ovh-eu"),
            ("ovh", "endpoint", "https://eu.api.ovh.com/1.0"),
            ("ovh", "application_key", "7kbG7Bk7S9Nt7ZSV"),
            ("dci", "access_key", "remoteci/5a4dc4f1-0000-4000-8000-000000000001"),
            ("aws", "access_key", "AKIAIOSFODNN7EXAMPLE"),
            ("aws", "secret_key", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            // Stores other than Amazon's make keys of other shapes.
            ("s3", "access_key", "GK31c2f218a2e44f485b94239e"),
            ("foreman", "consumer_key", "katello"),
        ] {
            assert_eq!(doubts_of(preset, name, value), Vec::<String>::new(), "{preset} {name}");
        }
    }

    #[test]
    fn stores_and_names_of_ones_own_are_left_alone() {
        let url = Field::new("url", "", FieldKind::Url);
        assert!(doubts(&url, &[], "https://shop.example/api").is_empty());
        assert!(doubts(&Field::new("region", "", FieldKind::Text), &[], "garage").is_empty());
    }

    #[test]
    fn slips_are_told_apart() {
        let key = |first: usize, second: usize, third: usize| {
            ["a".repeat(first), "b".repeat(second), "c".repeat(third)].join(":")
        };
        for (preset, name, value, holds) in [
            ("maas", "key", key(18, 18, 31), "18, 18 and 32"),
            ("maas", "key", key(32, 18, 18), "the secret stands first"),
            ("maas", "key", key(18, 32, 18), "in the middle"),
            ("maas", "key", "a:b".to_owned(), "three parts"),
            ("maas", "url", "http://maas.example:5240/".to_owned(), "5240/MAAS"),
            ("ovh", "application_key", "x".repeat(32), "has 16"),
            ("ovh", "application_key", "x".repeat(15), "16 letters"),
            ("dci", "access_key", "5a4dc4f1-0000-4000-8000-000000000001".into(), "the type"),
            ("dci", "secret_key", "remoteci/1".to_owned(), "an access key"),
            ("foreman", "url", "foreman.example".to_owned(), "https://"),
        ] {
            let told = doubts_of(preset, name, &value);
            assert_eq!(told.len(), 1, "{preset} {name}: {told:?}");
            assert!(told[0].contains(holds) && !told[0].contains(&value), "{told:?}");
        }
    }

    #[test]
    fn what_came_along_with_a_paste_is_named() {
        let key = "7kbG7Bk7S9Nt7ZSV";
        for (value, holds) in [
            (format!("{key}\n"), "a line break at its end"),
            (format!(" {key}"), "white space"),
            (format!("\"{key}\""), "the quotes"),
            (format!("'{key}' "), "the quotes"),
        ] {
            let told = doubts_of("ovh", "application_key", &value).join("; ");
            assert!(told.contains(holds) && !told.contains("usually"), "{told}");
        }
        assert!(!doubts_of("foreman", "consumer_secret", "a\nb").is_empty());
        let pem = "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----";
        assert!(doubts_of("foreman", "consumer_secret", pem).is_empty());
    }
}
