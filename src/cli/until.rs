//! The options that say what an answer is waited to be.

use crate::cli::filter::{self, FilterArgs};
use crate::error::{Error, Result};
use crate::flow::until::Patience;
use crate::model::duration;
use crate::model::method::Method;
use crate::out::jq::Condition;
use crate::out::mask::Secrets;
use anyhow::Context as _;
use clap::Args;
use std::time::Duration;

/// The pause between an answer and the next request where none is given.
const USUAL_PAUSE: Duration = Duration::from_secs(5);

/// How long is waited where the user does not say.
const USUAL_LIMIT: Duration = Duration::from_secs(15 * 60);

/// The options under the heading Waiting.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Waiting")]
pub struct UntilArgs {
    /// Send the request again and again until the jq expression EXPR is true for the answer
    #[arg(
        long,
        value_name = "EXPR",
        allow_hyphen_values = true,
        conflicts_with_all = ["head", "continue_at", "nonce", "dry_run"]
    )]
    pub until: Option<String>,

    /// Wait this long between an answer and the next request [default: 5s]
    #[arg(long, value_name = "TIME", requires = "until")]
    pub every: Option<String>,

    /// Give up after TIME; 0 looks once [default: 15m]
    #[arg(long = "for", value_name = "TIME", requires = "until")]
    pub limit: Option<String>,
}

/// What an answer is waited to be.
pub(super) struct Wanted {
    /// The expression, as typed.
    pub(super) expression: String,
    /// The same, ready to be held against answers.
    pub(super) condition: Condition,
    /// How often and how long is asked.
    pub(super) patience: Patience,
}

/// Reads the options; `None` when no answer is waited for.
///
/// # Errors
/// Wrong usage: of a wrong expression the place is shown.
pub(super) fn wanted(
    arguments: &UntilArgs,
    filter: &FilterArgs,
    secrets: Secrets,
) -> Result<Option<Wanted>> {
    let Some(expression) = &arguments.until else { return Ok(None) };
    let span = |given: &Option<String>, usual, option| match given {
        Some(text) => duration::parse(text).context(option),
        None => Ok(usual),
    };
    let every = span(&arguments.every, USUAL_PAUSE, "--every")?;
    if every.is_zero() {
        let why = "--every 0 would leave the server no pause";
        return Err(Error::usage(why).hint("--every 500ms").into());
    }
    let limit = span(&arguments.limit, USUAL_LIMIT, "--for")?;
    let variables = filter::variables(filter)?;
    Ok(Some(Wanted {
        expression: expression.clone(),
        condition: Condition::compile(expression, &variables, secrets)?,
        patience: Patience { every, limit },
    }))
}

/// Refuses to send again and again what changes something, unless the user
/// says that it may be.
///
/// # Errors
/// Wrong usage.
pub(super) fn refuse_changes(method: &Method, repeats_all: bool) -> Result<()> {
    if method.is_safe() || repeats_all {
        return Ok(());
    }
    let why = format!(
        "--until sends the request again and again, and each {method} may change something"
    );
    Err(Error::usage(why)
        .hint("send it once without --until, then wait with a GET")
        .hint("--retry-unsafe, if it only asks, as a search by POST does")
        .into())
}
