//! The words and options of `login` and `logout`.

use crate::cli::transport::TransportArgs;
use clap::Parser;
use std::path::PathBuf;

/// Gets a credential: a consumer key of OVHcloud, a token of OAuth 1.0 or 2.0.
#[derive(Clone, Debug, Parser)]
#[command(name = "login", override_usage = "signreq login [OPTIONS] PROFILE")]
pub struct LoginArgs {
    /// The profile to get a credential for
    #[arg(value_name = "PROFILE")]
    pub profile: String,

    /// Ask OVHcloud for these calls: 'GET /me*', 'GET,POST /domain/*' [default: 'GET /*']
    #[arg(long, value_name = "RULE", help_heading = "Login")]
    pub allow: Vec<String>,

    /// Open the page on which the login is allowed
    #[arg(long, help_heading = "Login")]
    pub open: bool,

    /// Have the browser come back to this machine instead of asking for a verifier (OAuth 1.0)
    #[arg(long, conflicts_with = "verifier", help_heading = "Login")]
    pub callback: bool,

    /// Read the verifier from standard input without asking for it (OAuth 1.0)
    #[arg(long, help_heading = "Login")]
    pub verifier: bool,

    /// Give up when the login is not allowed within TIME
    #[arg(long, value_name = "TIME", default_value = "10m", help_heading = "Login")]
    pub wait: String,

    /// Print the credential instead of storing it in the profile, one value a line
    #[arg(long, help_heading = "Login")]
    pub print: bool,

    /// Where profiles are and how connections are made.
    #[command(flatten)]
    pub access: AccessArgs,
}

/// Ends a credential that login got, and forgets it.
#[derive(Clone, Debug, Parser)]
#[command(name = "logout", override_usage = "signreq logout [OPTIONS] PROFILE")]
pub struct LogoutArgs {
    /// The profile whose credential is to end
    #[arg(value_name = "PROFILE")]
    pub profile: String,

    /// Where profiles are and how connections are made.
    #[command(flatten)]
    pub access: AccessArgs,
}

/// What both share.
#[derive(Clone, Debug, clap::Args)]
pub struct AccessArgs {
    /// Set a field of the profile for this run; no secrets
    #[arg(long, value_name = "FIELD=VALUE", help_heading = "Profile")]
    pub set: Vec<String>,

    /// Read this config file, and store the credential there
    #[arg(long, value_name = "FILE", help_heading = "Profile")]
    pub config: Option<PathBuf>,

    /// How connections are made.
    #[command(flatten)]
    pub transport: TransportArgs,
}
