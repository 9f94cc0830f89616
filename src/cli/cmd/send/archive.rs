//! `--har`: an archive of all that is sent and received.

use crate::cli::args::SendArgs;
use crate::cli::world::World;
use crate::error::{self, Error, Result};
use crate::flow::archive::Archive;
use crate::out::mask::Secrets;
use anyhow::Context as _;
use std::path::Path;

/// Begins the archive, where one is wanted.
///
/// # Errors
/// Wrong usage when it is to go to standard output;
/// [`crate::error::Kind::Write`] when its file cannot be written.
pub(super) fn begin(arguments: &SendArgs, world: &World<'_>) -> Result<Option<Archive>> {
    let Some(path) = arguments.har.as_deref() else { return Ok(None) };
    if path == Path::new("-") {
        let why = "--har writes a file: standard output is for the answer";
        return Err(Error::usage(why).hint("--har run.har").into());
    }
    let secrets = Secrets::of(arguments.request.show_secrets);
    Archive::create(path, world.now(), secrets).map(Some).context("--har")
}

/// Puts the archive in its place, whatever the run came to. Its failure is the
/// run's where there is no other.
pub(super) fn finish(
    archive: Option<&Archive>,
    world: &World<'_>,
    outcome: Result<()>,
) -> Result<()> {
    let finished = archive.map_or(Ok(()), Archive::finish).context("--har");
    match (outcome, finished) {
        (Ok(()), finished) => finished,
        (outcome, Ok(())) => outcome,
        (outcome, Err(error)) => {
            world.warn(&error::one_line(&error));
            outcome
        }
    }
}
