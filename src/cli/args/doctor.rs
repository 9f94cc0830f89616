//! The words and options of `doctor`.

use crate::cli::transport::TransportArgs;
use clap::Parser;
use clap::builder::PossibleValuesParser;
use std::path::PathBuf;

/// Checks config, credential and the way to the server, and says what mends what is wrong.
#[derive(Clone, Debug, Parser)]
#[command(name = "doctor", override_usage = "signreq doctor [OPTIONS] [PROFILE]")]
pub struct DoctorArgs {
    /// The profile to try [default: the config and each of its profiles, without the network]
    #[arg(value_name = "PROFILE")]
    pub profile: Option<String>,

    /// Set a field of the profile for this run; no secrets
    #[arg(long, value_name = "FIELD=VALUE", help_heading = "Profile")]
    pub set: Vec<String>,

    /// Read this config file
    #[arg(long, value_name = "FILE", help_heading = "Profile")]
    pub config: Option<PathBuf>,

    /// Try the built-in server; PROFILE is a preset's name
    #[arg(long, help_heading = "Profile")]
    pub sandbox: bool,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = PossibleValuesParser::new(["text", "json"]), help_heading = "Output")]
    pub format: String,

    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto", value_parser = PossibleValuesParser::new(["auto", "always", "never"]), help_heading = "Output")]
    pub color: String,

    /// How connections are made.
    #[command(flatten)]
    pub transport: TransportArgs,
}
