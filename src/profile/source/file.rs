//! A value from a file.
//!
//! The file's mode is not checked: it is often made by others, such as an
//! orchestrator that mounts it.

use super::{LONGEST, credential};
use crate::context::interrupt;
use crate::error::{Error, Result, reason};
use crate::model::secret::Secret;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// The file's content without one trailing line break.
pub(super) fn read(path: &Path) -> Result<Secret> {
    let shown = format!("file {}", path.display());
    let fail = |error: std::io::Error| Error::config(format!("{shown}: {}", reason(&error)));
    let mut bytes = Vec::new();
    interrupt::attend_at(path);
    File::open(path)
        .map_err(fail)?
        .take(LONGEST as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(fail)?;
    if bytes.len() > LONGEST {
        return Err(Error::config(format!("{shown} is longer than 1 MiB")).into());
    }
    credential(bytes, &shown)
}
