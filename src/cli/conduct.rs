//! The options that say what is done with an answer that need not be the last.

use crate::error::Result;
use crate::flow::engine::Conduct;
use crate::flow::redirect;
use clap::Args;

/// The options under the heading Persistence.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Persistence")]
pub struct ConductArgs {
    /// Follow redirects; another origin gets neither signature nor body
    #[arg(short = 'L', long)]
    pub location: bool,

    /// Follow at most N redirects, -1 for any number [default: 50]
    #[arg(
        long,
        value_name = "N",
        allow_hyphen_values = true,
        value_parser = clap::value_parser!(i64).range(-1..=i64::from(u32::MAX))
    )]
    pub max_redirs: Option<i64>,
}

/// What the options come to.
///
/// # Errors
/// Wrong usage when a span of time cannot be read.
pub(super) fn conduct(arguments: &ConductArgs) -> Result<Conduct> {
    let limit = match arguments.max_redirs {
        None => redirect::USUAL_LIMIT,
        Some(limit) => u32::try_from(limit).unwrap_or(u32::MAX),
    };
    Ok(Conduct { redirects: arguments.location.then_some(limit) })
}
