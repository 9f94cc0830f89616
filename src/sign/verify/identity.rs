//! Whose key a request is signed with, compared with the profile's.

use crate::sign::encode::encode_strict;
use crate::sign::{Params, Presented, Scheme};

/// The scheme's fields under the identifiers that the request gives: those are
/// signed themselves.
pub(super) fn borrowed(scheme: &dyn Scheme, own: &Params, presented: &Presented) -> Params {
    let mut params = own.clone();
    for (field, theirs) in identifiers(scheme, presented) {
        match theirs {
            Some(value) => params.set(field, value),
            None => params.unset(field),
        }
    }
    params
}

/// In what way the request is signed by somebody other than the profile.
pub(super) fn difference(
    scheme: &dyn Scheme,
    own: &Params,
    presented: &Presented,
) -> Option<String> {
    let is_secret = |field: &str| scheme.params().iter().any(|p| p.name == field && p.secret);
    // Whoever mixes the parts of a key up sends a secret for an identifier.
    let is_ours = |value: &str| {
        scheme.params().iter().any(|param| param.secret && own.get(param.name) == Some(value))
    };
    let some = |value: Option<&'_ str>| value.filter(|value| !value.is_empty()).map(str::to_owned);
    for (index, (field, theirs)) in identifiers(scheme, presented).into_iter().enumerate() {
        let (theirs, ours) = (some(theirs), some(own.get(field)));
        // The sandbox and whoever has no key of its own takes any first one.
        if theirs == ours || (index == 0 && ours.is_none()) {
            continue;
        }
        return Some(match (theirs, ours) {
            (None, _) => format!("it is signed without a {field}, the profile has one"),
            (_, None) => format!("it is signed with a {field}, the profile has none"),
            (Some(theirs), Some(ours)) if !is_secret(field) && !is_ours(&theirs) => {
                let (theirs, ours) = (theirs.escape_default(), ours.escape_default());
                format!("it is signed by {field} {theirs}, the profile has {ours}")
            }
            _ => format!("it is signed with another {field} than the profile's"),
        });
    }
    None
}

/// Secrets of the profile that the request gives for an identifier, as they
/// are and as they are encoded in a base string.
pub(super) fn told_secrets(
    scheme: &dyn Scheme,
    own: &Params,
    presented: &Presented,
) -> Vec<String> {
    let told = [Some(presented.key_id.as_str()), presented.token.as_deref()];
    let is_told = |secret: &&str| !secret.is_empty() && told.contains(&Some(*secret));
    let secrets = scheme.params().iter().filter(|param| param.secret);
    secrets
        .filter_map(|param| own.get(param.name).filter(is_told))
        .flat_map(|secret| {
            let once = encode_strict(secret.as_bytes());
            [secret.to_owned(), encode_strict(once.as_bytes()), once]
        })
        .collect()
}

/// Each field that a signature tells, with what it tells.
fn identifiers<'a>(
    scheme: &dyn Scheme,
    presented: &'a Presented,
) -> Vec<(&'static str, Option<&'a str>)> {
    let told = [Some(presented.key_id.as_str()), presented.token.as_deref()];
    scheme.identifiers().iter().copied().zip(told).collect()
}
