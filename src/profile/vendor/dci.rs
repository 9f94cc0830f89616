//! DCI: the variables of a sourced `dcirc.sh`, as dciclient reads them.

use super::{Content, Question, Value, Vendor};
use crate::error::Result;
use crate::model::secret::Secret;

/// The fields of one credential.
const CREDENTIAL: &[&str] = &["access_key", "secret_key"];

/// Reads the variables.
pub(super) fn read(question: &Question<'_>) -> Result<Vendor> {
    let key = question.variable("access_key", "DCI_CLIENT_ID").map(typed);
    let secret = question.variable("secret_key", "DCI_API_SECRET");
    let mut vendor = Vendor { inseparable: CREDENTIAL, ..Vendor::default() };
    for name in ["DCI_LOGIN", "SSO_USERNAME", "SSO_TOKEN"] {
        if question.environment.get(name).is_some() && (key.is_none() || secret.is_none()) {
            vendor.notes.push(format!("{name} names a user, who does not sign: a remoteci does"));
        }
    }
    // A server is not taken alone: it is of no use without its credential.
    if key.is_some() || secret.is_some() {
        let url = question.variable("url", "DCI_CS_URL").filter(|_| question.url.is_none());
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
