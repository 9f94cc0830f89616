//! Values and profiles as TOML text.

use crate::profile::describe::{Described, Description};
use serde_json::Value as Json;
use toml_edit::{Array, InlineTable, Key, Value};

/// Comments stand under each other behind lines up to this wide.
const WIDEST: usize = 60;

/// A value as the config writes it.
pub fn value(value: &Json) -> String {
    toml_value(value).to_string()
}

/// The same for an edit. Numbers and nothing are no values of a config.
pub(super) fn toml_value(value: &Json) -> Value {
    match value {
        Json::Bool(flag) => Value::from(*flag),
        Json::Array(values) => values.iter().map(toml_value).collect::<Array>().into(),
        Json::Object(values) => {
            let pairs = values.iter().map(|(name, value)| (Key::new(name), toml_value(value)));
            pairs.collect::<InlineTable>().into()
        }
        Json::String(text) => Value::from(text.as_str()),
        Json::Number(_) | Json::Null => Value::from(value.to_string()),
    }
}

/// A profile as a part of a config file, each value with a comment that says
/// where it comes from.
pub fn profile(description: &Description) -> String {
    let mut text = format!("[profile.{}]\n", Key::new(&description.name).display_repr());
    let lines: Vec<(String, &Described)> = description
        .values
        .iter()
        .map(|value| (format!("{} = {}", value.field.name, self::value(&value.value)), value))
        .collect();
    let widths = lines.iter().map(|(line, _)| line.chars().count());
    let width = widths.filter(|width| *width <= WIDEST).max().unwrap_or_default();
    for (line, described) in &lines {
        let masked = if described.is_masked { ", masked" } else { "" };
        text.push_str(&format!("{line:width$}  # {}{masked}\n", described.provenance));
    }
    for field in &description.missing {
        text.push_str(&format!("# {} is not set: {}\n", field.name, field.about));
    }
    text
}
