//! A request that is ready to go, in other notations: what `sign` prints for
//! other programs and what `--dry-run` shows.

pub mod curl;
pub mod dry_run;
pub mod headers;
pub mod http;
pub mod json;
#[cfg(test)]
pub(crate) mod sample;

use crate::error::{Error, Kind, Result, reason};
use crate::out::mask::{self, Secrets};
use crate::sign::Wire;
use std::io::{Cursor, Read};

/// How much of a body is read to see whether it is text.
const GLANCE: u64 = 64 * 1024;

/// Opens a request's body.
fn open_body(wire: &Wire) -> Result<Box<dyn Read + Send>> {
    wire.body().open().map_err(|error| unreadable(&error))
}

/// The body as it may be shown: of a form, where a signature may stand, the
/// values of fields that are named like a secret masked.
fn shown_body(wire: &Wire, secrets: Secrets) -> Result<Box<dyn Read + Send>> {
    match form(wire, secrets)? {
        Some(masked) => Ok(Box::new(Cursor::new(masked.into_bytes()))),
        None => open_body(wire),
    }
}

/// A form as it may be shown; `None` when the body is none, or all of it may be.
pub(in crate::out) fn form(wire: &Wire, secrets: Secrets) -> Result<Option<String>> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let kind = wire.headers().text("content-type").unwrap_or_default();
    if secrets == Secrets::Shown || !kind.to_ascii_lowercase().starts_with(FORM) {
        return Ok(None);
    }
    let bytes = wire.body().read_all().map_err(|error| unreadable(&error))?;
    Ok(String::from_utf8(bytes).ok().map(|text| mask::form(&text)))
}

/// The body as text, when it is text and of at most `limit` bytes.
fn short_text(wire: &Wire, limit: u64) -> Result<Option<String>> {
    if wire.body().length() > limit {
        return Ok(None);
    }
    let bytes = wire.body().read_all().map_err(|error| unreadable(&error))?;
    Ok(String::from_utf8(bytes).ok().filter(|text| !text.contains('\0')))
}

fn unreadable(error: &std::io::Error) -> anyhow::Error {
    Error::new(Kind::Read, format!("cannot read the request's body: {}", reason(error))).into()
}
