//! `signreq man [DIR]`.

use crate::cli::args::ManArgs;
use crate::cli::{cmd, docs};
use crate::context::RunContext;
use crate::error::{Error, Kind, Result, reason};
use clap::{ArgMatches, FromArgMatches as _};

/// Runs it.
pub(in crate::cli) fn run(context: &mut RunContext, matches: &ArgMatches) -> Result<u8> {
    let arguments =
        ManArgs::from_arg_matches(matches).map_err(|error| Error::usage(error.to_string()))?;
    let pages = docs::man_pages()?;
    let Some(directory) = arguments.directory else {
        let main_page = pages.into_iter().next().map(|(_, page)| page).unwrap_or_default();
        cmd::write(context, &main_page)?;
        return Ok(0);
    };
    let fail = |path: &std::path::Path, error: std::io::Error| {
        Error::new(Kind::Write, format!("{}: {}", path.display(), reason(&error)))
    };
    std::fs::create_dir_all(&directory).map_err(|error| fail(&directory, error))?;
    for (name, page) in pages {
        let path = directory.join(name);
        std::fs::write(&path, page).map_err(|error| fail(&path, error))?;
    }
    Ok(0)
}
