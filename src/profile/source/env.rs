//! A value from an environment variable.

use crate::context::Environment;
use crate::error::{Error, Result};
use crate::model::secret::Secret;

/// The variable's text as it is.
pub(super) fn read(name: &str, environment: &Environment) -> Result<Secret> {
    match environment.get(name) {
        Some(text) => Ok(Secret::new(text)),
        None => {
            let name = name.escape_default();
            Err(Error::config(format!(
                "environment variable {name} is not set, empty or not UTF-8"
            ))
            .hint(format!("export {name}=…"))
            .into())
        }
    }
}
