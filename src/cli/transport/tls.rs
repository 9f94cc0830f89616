//! What TLS is to be like.

use super::{TransportArgs, choice, of_profile};
use crate::context::Environment;
use crate::error::{Error, Result};
use crate::model::certificates::Certificates;
use crate::model::url::{Origin, WireUrl};
use crate::net::{self, Identity, PinnedKeys, TlsOptions, TlsVersion};
use crate::profile::{self, Profile};

pub(super) fn options(
    arguments: &TransportArgs,
    profile: &Profile,
    environment: &Environment,
    target: Option<&Origin>,
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
        cacert: arguments
            .cacert
            .clone()
            .map(Certificates::File)
            .or_else(|| settings.cacert.clone()),
        system_bundle: net::system_bundle(environment),
        insecure: arguments.insecure || settings.insecure,
        identity: identity(arguments, profile, target)?,
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
fn identity(
    arguments: &TransportArgs,
    profile: &Profile,
    target: Option<&Origin>,
) -> Result<Option<Identity>> {
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
        passphrase: settings.client_key_password.clone().unwrap_or_else(|| {
            let file = key.as_ref().unwrap_or(certificate);
            profile::asked(format!("passphrase of {}", file.display()))
        }),
        home: home(profile, target),
    }))
}

/// Whom the certificate is shown to: the target, the profile's own origin, and
/// the one that gives out tokens (RFC 8705). It is a credential as a signature
/// is, so no redirect takes it elsewhere.
fn home(profile: &Profile, target: Option<&Origin>) -> Vec<Origin> {
    let tokens = profile.params.get("token_url").and_then(|url| WireUrl::parse(url).ok());
    let own = profile.base.iter().chain(&tokens).map(|url| url.origin().clone());
    own.chain(target.cloned()).collect()
}
