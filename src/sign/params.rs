//! The fields that schemes declare, and the values profiles give them.

use crate::error::{Error, Result};
use crate::model::secret::Secret;
use crate::model::url::WireUrl;
use std::collections::BTreeMap;

/// A field of a scheme.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its name in a profile.
    pub name: &'static str,
    /// What it is, in a line, without a full stop.
    pub about: &'static str,
    /// Whether signing fails without it.
    pub required: bool,
    /// Whether its value must never be shown.
    pub secret: bool,
    /// The value it has when nobody gives one.
    pub default: Option<&'static str>,
    /// The only values it may have; empty when any will do.
    pub choices: &'static [&'static str],
}

impl Param {
    /// An optional public field.
    pub const fn new(name: &'static str, about: &'static str) -> Self {
        Self { name, about, required: false, secret: false, default: None, choices: &[] }
    }

    /// The same, needed.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same, secret.
    #[must_use]
    pub const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    /// The same with a default.
    #[must_use]
    pub const fn default(self, value: &'static str) -> Self {
        Self { default: Some(value), ..self }
    }

    /// The same with a closed list of values.
    #[must_use]
    pub const fn choices(self, choices: &'static [&'static str]) -> Self {
        Self { choices, ..self }
    }
}

/// The values of a scheme's fields.
#[derive(Clone, Debug, Default)]
pub struct Params {
    values: BTreeMap<String, Secret>,
    base: Option<WireUrl>,
}

impl Params {
    /// No values.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives a field its value.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.values.insert(name.to_owned(), Secret::new(value));
    }

    /// Takes a field's value away.
    pub fn unset(&mut self, name: &str) {
        self.values.remove(name);
    }

    /// Gives the base URL of the API, which some schemes ask things of.
    pub fn set_base(&mut self, base: WireUrl) {
        self.base = Some(base);
    }

    /// The base URL of the API.
    pub fn base(&self) -> Option<&WireUrl> {
        self.base.as_ref()
    }

    /// A field's value; `None` when it has none.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(Secret::expose)
    }

    /// A field's value, else the default `param` declares.
    pub fn get_or_default(&self, param: &Param) -> Option<&str> {
        self.get(param.name).or(param.default)
    }

    /// A field's value.
    ///
    /// # Errors
    /// A config error that names the field when it has no value.
    pub fn need(&self, name: &str) -> Result<&str> {
        self.get(name).ok_or_else(|| Error::config(format!("{name} is not set")).into())
    }

    /// A word that stands for all of these values: another one for any other.
    pub fn fingerprint(&self) -> String {
        let mut text = zeroize::Zeroizing::new(String::new());
        for (name, value) in &self.values {
            let value = value.expose();
            text.push_str(&format!("{name}:{}:{value}\n", value.len()));
        }
        crate::sign::digest::sha256_hex(text.as_bytes())
    }
}
