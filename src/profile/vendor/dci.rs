//! DCI: the variables of a sourced `dcirc.sh`, as dciclient reads them.

use super::{Content, Question, Value, Vendor, dcirc};
use crate::error::Result;
use crate::model::secret::Secret;
use crate::profile::layers::Provenance;

/// The fields of one credential.
const CREDENTIAL: &[&str] = &["access_key", "secret_key"];

/// The variable of each field.
const VARIABLES: [(&str, &str); 3] =
    [("access_key", "DCI_CLIENT_ID"), ("secret_key", "DCI_API_SECRET"), ("url", "DCI_CS_URL")];

/// Reads the variables, or the file in their place.
pub(super) fn read(question: &Question<'_>) -> Result<Vendor> {
    let mut vendor = Vendor { inseparable: CREDENTIAL, ..Vendor::default() };
    if let Some(path) = question.file {
        let text = super::text_of(path, true)?.unwrap_or_default();
        for assignment in dcirc::parse(path, &text)? {
            let field = VARIABLES.iter().find(|(_, name)| *name == assignment.name);
            match field {
                Some((field, _)) => {
                    let content = Content::Text(assignment.text);
                    let provenance = Provenance::Vendor(assignment.place);
                    let value = Value { field: (*field).to_owned(), content, provenance };
                    vendor.values.push(if *field == "access_key" { typed(value) } else { value });
                }
                None => vendor.left.push((assignment.name, "no field of a profile".to_owned())),
            }
        }
        return Ok(vendor);
    }
    let [key, secret, url] = VARIABLES.map(|(field, name)| question.variable(field, name));
    let key = key.map(typed);
    for name in ["DCI_LOGIN", "SSO_USERNAME", "SSO_TOKEN"] {
        if question.environment.get(name).is_some() && (key.is_none() || secret.is_none()) {
            vendor.notes.push(format!("{name} names a user, who does not sign: a remoteci does"));
        }
    }
    // A server is not taken alone: it is of no use without its credential.
    if key.is_some() || secret.is_some() {
        let url = url.filter(|_| question.url.is_none());
        vendor.values.extend(key.into_iter().chain(secret).chain(url));
    }
    Ok(vendor)
}

/// dciclient takes an id without a type for a remoteci's.
fn typed(value: Value) -> Value {
    match value.named() {
        Some(id) if !id.contains('/') => {
            let content = Content::Text(Secret::new(format!("remoteci/{id}")));
            Value { content, ..value }
        }
        _ => value,
    }
}
