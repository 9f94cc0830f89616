//! A value that stands in the config itself.

use crate::error::{Error, Result};
use crate::model::secret::Secret;

/// The text, which must not be empty.
pub(super) fn read(text: &Secret) -> Result<Secret> {
    if text.expose().is_empty() {
        return Err(Error::config("the value is empty").into());
    }
    Ok(text.clone())
}
