//! The options that say how connections are made, and what they come to
//! together with the profile's fields of the same meaning.

mod route;
mod tls;

use crate::context::Environment;
use crate::error::{Error, Kind, Result, hints_of, kind_of, one_line};
use crate::model::duration;
use crate::model::origin::Origin;
use crate::net::Options;
use crate::profile::{Profile, Provenance};
use anyhow::Context as _;
use clap::Args;
use clap::builder::PossibleValuesParser;
use std::path::PathBuf;
use std::time::Duration;

/// The versions that `--tls-max` takes.
const TLS_VERSIONS: [&str; 2] = ["1.2", "1.3"];

/// The options under the heading Transport.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Transport")]
pub struct TransportArgs {
    /// Do not verify the server's certificate
    #[arg(short = 'k', long)]
    pub insecure: bool,

    /// Trust the certificates in FILE (PEM) instead of the system's
    #[arg(long, value_name = "FILE")]
    pub cacert: Option<PathBuf>,

    /// Show the certificate in FILE (PEM) to servers that ask for one
    #[arg(short = 'E', long, value_name = "FILE")]
    pub cert: Option<PathBuf>,

    /// Take the certificate's private key from FILE (PEM) [default: that of --cert]
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,

    /// Take only a server with this key: sha256//HASH, several joined by ;, or a file
    #[arg(long, value_name = "KEY")]
    pub pinnedpubkey: Option<String>,

    /// Speak TLS 1.2 or newer
    #[arg(long = "tlsv1.2", overrides_with = "tls_1_3")]
    pub tls_1_2: bool,

    /// Speak TLS 1.3 or newer
    #[arg(long = "tlsv1.3")]
    pub tls_1_3: bool,

    /// Speak no newer TLS than VERSION
    #[arg(long, value_name = "VERSION", value_parser = PossibleValuesParser::new(TLS_VERSIONS))]
    pub tls_max: Option<String>,

    /// Go through this proxy: [http|https|socks5|socks5h://]HOST[:PORT]; '' for none
    #[arg(short = 'x', long, value_name = "PROXY")]
    pub proxy: Option<String>,

    /// Go straight to these hosts, domains and networks: a.example,10.0.0.0/8; '*' for all
    #[arg(long, value_name = "LIST")]
    pub noproxy: Option<String>,

    /// Take ADDRESS for HOST at PORT, and ask no DNS
    #[arg(long, value_name = "HOST:PORT:ADDRESS")]
    pub resolve: Vec<String>,

    /// Connect to HOST2:PORT2 in the place of HOST1:PORT1
    #[arg(long, value_name = "HOST1:PORT1:HOST2:PORT2")]
    pub connect_to: Vec<String>,

    /// Use IPv4 addresses only
    #[arg(short = '4', long, overrides_with = "ipv6")]
    pub ipv4: bool,

    /// Use IPv6 addresses only
    #[arg(short = '6', long)]
    pub ipv6: bool,

    /// Connect from this address of this machine
    #[arg(long, value_name = "ADDRESS")]
    pub interface: Option<String>,

    /// Connect to the Unix domain socket at PATH
    #[arg(long, value_name = "PATH")]
    pub unix_socket: Option<PathBuf>,

    /// Give up when all is not done after TIME: 500ms, 30s, 15m, 2h
    #[arg(short, long, value_name = "TIME")]
    pub max_time: Option<String>,

    /// Give up when no connection stands after TIME [default: 10s]
    #[arg(long, value_name = "TIME")]
    pub connect_timeout: Option<String>,
}

/// The options of the transport: the command line's, else the profile's. A
/// limit of 0 is none, as in curl, and wins over the profile's. `target` is where
/// the request goes, as far as it is known.
///
/// # Errors
/// Wrong usage, or a config error where the profile is wrong.
pub(super) fn options(
    arguments: &TransportArgs,
    profile: &Profile,
    environment: &Environment,
    target: Option<&Origin>,
    is_sandbox: bool,
) -> Result<Options> {
    // The sandbox is in this process: no proxy leads there.
    let nothing = Environment::default();
    let surroundings = if is_sandbox { &nothing } else { environment };
    let read = |option: &str, text: &Option<String>| {
        let span = text.as_deref().map(duration::parse).transpose();
        span.with_context(|| option.to_owned())
    };
    let limit = |asked: Option<Duration>, configured: Option<Duration>| match asked {
        Some(span) => Some(span).filter(|span| !span.is_zero()),
        None => configured,
    };
    let defaults = Options::default();
    Ok(Options {
        connect_timeout: limit(
            read("--connect-timeout", &arguments.connect_timeout)?,
            profile.settings.connect_timeout,
        )
        .unwrap_or(defaults.connect_timeout),
        max_time: limit(read("--max-time", &arguments.max_time)?, profile.settings.timeout),
        head_timeout: profile.settings.head_timeout.unwrap_or(defaults.head_timeout),
        idle_timeout: profile.settings.idle_timeout.unwrap_or(defaults.idle_timeout),
        tls: tls::options(arguments, profile, environment, target)?,
        route: route::options(arguments, profile, surroundings)?,
    })
}

/// What an option says, else what the profile's field does, each read by
/// `parse`.
fn choice<T>(
    profile: &Profile,
    (option, asked): (&str, Option<&str>),
    (field, configured): (&str, Option<&str>),
    parse: impl Fn(&str) -> Result<T>,
) -> Result<Option<T>> {
    match (asked, configured) {
        (Some(text), _) => parse(text).map(Some).with_context(|| option.to_owned()),
        (None, Some(text)) => {
            parse(text).map(Some).map_err(|error| of_profile(profile, field, error))
        }
        (None, None) => Ok(None),
    }
}

/// An error about the value that a field of the profile has, with where the
/// value is from.
fn of_profile(profile: &Profile, field: &str, error: anyhow::Error) -> anyhow::Error {
    let message = format!("{field}: {}", one_line(&error));
    let told = match profile.origins.get(field) {
        Some(Provenance::CommandLine) => Error::usage(format!("--set {message}")),
        Some(Provenance::Preset) | None => Error::config(message),
        Some(origin) => Error::config(format!("{origin}: {message}")),
    };
    let told = match kind_of(&error) {
        Kind::Usage | Kind::Config => told,
        kind => Error::new(kind, told.to_string()),
    };
    hints_of(&error).iter().fold(told, Error::hint).into()
}
