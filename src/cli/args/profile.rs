//! The words of `signreq profile`.

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Lists, shows and changes profiles.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "profile",
    override_usage = "signreq profile COMMAND ...",
    subcommand_value_name = "COMMAND",
    disable_help_subcommand = true
)]
pub struct ProfileArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ProfileCommand,

    /// Use this config file
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
}

/// What `signreq profile` does.
#[derive(Clone, Debug, Subcommand)]
pub enum ProfileCommand {
    /// Prints each profile: its name, preset or scheme, URL, and where it is from
    #[command(override_usage = "signreq profile list [--format FORMAT]")]
    List(ListArgs),

    /// Prints a profile's values, secrets masked, each with where it comes from
    #[command(override_usage = "signreq profile show NAME [--format FORMAT]")]
    Show(ShowArgs),

    /// Prints where the config file is
    #[command(override_usage = "signreq profile path")]
    Path,
}

/// The words of `signreq profile list`.
#[derive(Args, Clone, Debug)]
pub struct ListArgs {
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = PossibleValuesParser::new(["text", "json"]))]
    pub format: String,
}

/// The words of `signreq profile show`.
#[derive(Args, Clone, Debug)]
pub struct ShowArgs {
    /// The profile, or a preset
    #[arg(value_name = "NAME")]
    pub name: String,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "toml", value_parser = PossibleValuesParser::new(["toml", "json"]))]
    pub format: String,

    /// Set a field of the profile for this run; no secrets
    #[arg(long, value_name = "FIELD=VALUE")]
    pub set: Vec<String>,
}
