//! The options that say what is made of an answer's JSON.

use crate::error::Result;
use crate::out::jq::{Program, Variables};
use clap::Args;

/// Options under the heading Output.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Output")]
pub struct FilterArgs {
    /// Print what the jq expression EXPR makes of the answer's JSON, strings without quotes
    #[arg(
        long,
        value_name = "EXPR",
        allow_hyphen_values = true,
        conflicts_with_all = ["output", "remote_name", "head", "dry_run"]
    )]
    pub jq: Option<String>,

    /// Let --jq and --until use the string VALUE as $NAME
    #[arg(
        long,
        value_names = ["NAME", "VALUE"],
        num_args = 2,
        allow_hyphen_values = true,
        requires = "expression"
    )]
    pub arg: Vec<String>,

    /// Let --jq and --until use the JSON text JSON as $NAME
    #[arg(
        long,
        value_names = ["NAME", "JSON"],
        num_args = 2,
        allow_hyphen_values = true,
        requires = "expression"
    )]
    pub argjson: Vec<String>,

    /// Run --jq on each item of a list, as pages come, and not on the whole
    #[arg(long, requires = "jq")]
    pub each: bool,

    /// Print no line break after what --jq gives
    #[arg(long, requires = "jq")]
    pub join_output: bool,
}

/// Compiles the expression, if there is one.
///
/// # Errors
/// Wrong usage that shows where the expression is wrong.
pub(super) fn program(arguments: &FilterArgs) -> Result<Option<Program>> {
    let Some(expression) = &arguments.jq else { return Ok(None) };
    Program::compile("--jq", expression, &variables(arguments)?).map(Some)
}

/// The named values that `--jq` and `--until` can use.
///
/// # Errors
/// Wrong usage when one is no JSON.
pub(super) fn variables(arguments: &FilterArgs) -> Result<Variables> {
    let mut variables = Variables::default();
    for pair in arguments.arg.chunks_exact(2) {
        variables.text(&pair[0], &pair[1]);
    }
    for pair in arguments.argjson.chunks_exact(2) {
        variables.json(&pair[0], &pair[1])?;
    }
    Ok(variables)
}
