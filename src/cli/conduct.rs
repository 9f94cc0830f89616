//! The options that say what is done with an answer that need not be the last.

use crate::error::Result;
use crate::flow::engine::Conduct;
use crate::flow::{redirect, retry};
use crate::model::duration;
use anyhow::Context as _;
use clap::Args;

/// The options under the heading Persistence.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Persistence")]
pub struct ConductArgs {
    /// Follow redirects; another origin gets neither signature nor body
    #[arg(short = 'L', long)]
    pub location: bool,

    /// Follow at most N redirects, -1 for any number [default: 50]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(i64).range(-1..=i64::from(u32::MAX))
    )]
    pub max_redirs: Option<i64>,

    /// Send a request up to N times again when it may succeed then, if it does no more twice than once
    #[arg(long, value_name = "N")]
    pub retry: Option<u32>,

    /// Begin no attempt later than TIME after the start
    #[arg(long, value_name = "TIME")]
    pub retry_max_time: Option<String>,

    /// Send again any request, though it may then be carried out twice
    #[arg(long)]
    pub retry_unsafe: bool,

    /// Do not sign again with the server's time when the clocks differ
    #[arg(long)]
    pub no_clock_fix: bool,
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
    let max_time = arguments.retry_max_time.as_deref().map(duration::parse).transpose();
    // 0 is no limit, as in curl.
    let max_time = max_time.context("--retry-max-time")?.filter(|time| !time.is_zero());
    Ok(Conduct {
        redirects: arguments.location.then_some(limit),
        retries: retry::Policy {
            retries: arguments.retry.unwrap_or_default(),
            max_time,
            repeats_all: arguments.retry_unsafe,
        },
        decodes: true,
        keeps_clock: arguments.no_clock_fix,
    })
}
