//! Foreman: `oauth_consumer_key` and `oauth_consumer_secret` of the server's
//! `settings.yaml`, whose keys are Ruby's symbols.

use super::yaml::{self, Scalar};
use super::{Content, Question, Value, Vendor};
use crate::error::Result;
use crate::profile::layers::Provenance;
use std::path::Path;

/// The settings that are taken.
const TAKEN: [(&str, &str); 2] =
    [("consumer_key", "oauth_consumer_key"), ("consumer_secret", "oauth_consumer_secret")];

/// Reads the file that is named, or the one of a Foreman on this machine.
pub(super) fn read(question: &Question<'_>) -> Result<Vendor> {
    let path = question.file.unwrap_or(Path::new("/etc/foreman/settings.yaml"));
    let Some(text) = super::text_of(path, question.file.is_some())? else {
        return Ok(Vendor::default());
    };
    let scalars = yaml::scalars(path, &text)?;
    let setting = |name: &str| scalars.iter().find(|it| it.keys == [name]);
    let mut vendor = Vendor::default();
    for (field, name) in TAKEN {
        vendor.values.extend(setting(name).map(|scalar| value(field, scalar)));
    }
    if let Some(scalar) = setting("oauth_active").filter(|it| it.text.expose() != "true") {
        let why = "Foreman takes no OAuth until it is true, here or among its settings";
        vendor.left.push((format!("oauth_active, {}", scalar.place), why.to_owned()));
    }
    if setting("oauth_map_users").is_some_and(|it| it.text.expose() == "true") {
        let why = "requests are made as the user that is named: --set user=LOGIN";
        vendor.left.push(("oauth_map_users".to_owned(), why.to_owned()));
    }
    let others = scalars.len() - vendor.values.len();
    vendor.left.push((format!("{others} other settings"), "they sign nothing".to_owned()));
    Ok(vendor)
}

/// A setting as the value of a field.
pub(super) fn value(field: &str, scalar: &Scalar) -> Value {
    Value {
        field: field.to_owned(),
        content: Content::Text(scalar.text.clone()),
        provenance: Provenance::Vendor(scalar.place.clone()),
    }
}
