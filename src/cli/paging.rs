//! The options that say how much of a long list is wanted.

use crate::error::{Error, Result};
use crate::model::request::Draft;
use crate::profile::Profile;
use crate::profile::preset::paging::Paging;
use clap::Args;

/// Options under the heading Paging.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Paging")]
pub struct PagingArgs {
    /// Get all pages of a list and print them as one
    #[arg(long, conflicts_with_all = ["head", "continue_at", "nonce"])]
    pub paginate: bool,

    /// Get at most N pages
    #[arg(
        long,
        value_name = "N",
        requires = "paginate",
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    pub max_pages: Option<u32>,
}

/// How the pages of a request's answer follow each other; `None` when one
/// answer is all that is wanted.
///
/// # Errors
/// Wrong usage when the request cannot have pages.
pub(super) fn paging(
    arguments: &PagingArgs,
    profile: &Profile,
    draft: &Draft,
) -> Result<Option<Paging>> {
    if !arguments.paginate {
        return Ok(None);
    }
    if draft.method.as_str() != "GET" {
        let why = format!("--paginate gets the pages of a list, {} gets none", draft.method);
        return Err(Error::usage(why).into());
    }
    match &profile.preset {
        None => Ok(Some(Paging::of_any())),
        Some(preset) => match preset.lists()?.paging {
            Some(paging) => Ok(Some(paging)),
            None => {
                let why = format!(
                    "--paginate does not know how {} pages: each of its services does otherwise",
                    preset.title
                );
                Err(Error::usage(why)
                    .hint("give the token of an answer to the next request, as its service says")
                    .into())
            }
        },
    }
}
