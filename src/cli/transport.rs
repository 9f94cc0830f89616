//! The options that say how connections are made, and what they come to
//! together with the profile's fields of the same meaning.

use crate::context::Environment;
use crate::error::{Error, Kind, Result, hints_of, kind_of, one_line};
use crate::model::duration;
use crate::net::{self, Identity, Options, PinnedKeys, TlsOptions, TlsVersion};
use crate::profile::{Profile, Provenance};
use anyhow::Context as _;
use clap::Args;
use clap::builder::PossibleValuesParser;
use std::path::PathBuf;
use std::time::Duration;

/// The versions that `--tls-max` takes.
const TLS_VERSIONS: [&str; 2] = ["1.2", "1.3"];

/// The options under the heading Transport.
#[derive(Args, Clone, Debug)]
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

    /// Give up when all is not done after TIME: 500ms, 30s, 15m, 2h
    #[arg(short, long, value_name = "TIME")]
    pub max_time: Option<String>,

    /// Give up when no connection stands after TIME [default: 10s]
    #[arg(long, value_name = "TIME")]
    pub connect_timeout: Option<String>,
}

/// The options of the transport: the command line's, else the profile's. A
/// limit of 0 is none, as in curl, and wins over the profile's.
///
/// # Errors
/// Wrong usage, or a config error where the profile is wrong.
pub(super) fn options(
    arguments: &TransportArgs,
    profile: &Profile,
    environment: &Environment,
) -> Result<Options> {
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
        tls: tls(arguments, profile, environment)?,
        ..defaults
    })
}

fn tls(
    arguments: &TransportArgs,
    profile: &Profile,
    environment: &Environment,
) -> Result<TlsOptions> {
    let settings = &profile.settings;
    let version = |text: &str| TlsVersion::parse(text).unwrap_or_default();
    let asked = match (arguments.tls_1_2, arguments.tls_1_3) {
        (_, true) => Some(TlsVersion::V1_3),
        (true, false) => Some(TlsVersion::V1_2),
        (false, false) => None,
    };
    let minimum = asked.or(settings.tls_min.as_deref().map(version)).unwrap_or_default();
    let maximum = arguments.tls_max.as_deref().or(settings.tls_max.as_deref()).map(version);
    if maximum.is_some_and(|maximum| maximum < minimum) {
        return Err(Error::usage("TLS 1.3 is the oldest version asked for, 1.2 the newest")
            .hint("leave out --tls-max or --tlsv1.3, or tls_max or tls_min in the profile")
            .into());
    }
    Ok(TlsOptions {
        cacert: arguments.cacert.clone().or_else(|| settings.cacert.clone()),
        system_bundle: net::system_bundle(environment),
        insecure: arguments.insecure || settings.insecure,
        identity: identity(arguments, profile)?,
        minimum,
        maximum,
        pinned: choice(
            profile,
            ("--pinnedpubkey", arguments.pinnedpubkey.as_deref()),
            ("pinnedpubkey", settings.pinnedpubkey.as_deref()),
            PinnedKeys::parse,
        )?,
    })
}

/// The certificate and its key, both from where the certificate is from: the
/// profile's key is not that of another certificate.
fn identity(arguments: &TransportArgs, profile: &Profile) -> Result<Option<Identity>> {
    let settings = &profile.settings;
    let (certificate, key) = match (&arguments.cert, &settings.client_cert) {
        (Some(certificate), _) => (certificate, &arguments.key),
        (None, Some(certificate)) => (
            certificate,
            match &arguments.key {
                Some(_) => &arguments.key,
                None => &settings.client_key,
            },
        ),
        (None, None) if arguments.key.is_some() => {
            return Err(Error::usage("--key without --cert: whose key is it?")
                .hint("--cert FILE --key FILE")
                .into());
        }
        (None, None) if settings.client_key.is_some() => {
            return Err(of_profile(
                profile,
                "client_key",
                Error::config("there is no client_cert that it is the key of").into(),
            ));
        }
        (None, None) => return Ok(None),
    };
    Ok(Some(Identity {
        certificate: certificate.clone(),
        key: key.clone(),
        passphrase: settings.client_key_password.clone(),
    }))
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
