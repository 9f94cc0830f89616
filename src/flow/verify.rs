//! Verifies a captured request against a profile.

use crate::error::{Error, Kind, Result};
use crate::flow::state::{Key, StateStore};
use crate::model::request::Received;
use crate::model::time::Time;
use crate::profile::Profile;
use crate::sign::verify::{Difference, Verdict, verify};
use crate::sign::{Params, Presented, SCHEMES, Scheme, Unreadable};
use anyhow::Context as _;

/// What verifying a capture found.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The signature as the request presents it.
    pub presented: Presented,
    /// Whether it holds, by the secrets of the profile.
    pub verdict: Verdict,
    /// Whether it was made with another key than the profile's.
    pub is_foreign: bool,
    /// What is worth knowing and makes no signature wrong, a line each.
    pub notes: Vec<String>,
}

/// Verifies the signature of `received` with the fields of `profile` and, for
/// the scheme `oauth2`, the token in `store`.
///
/// # Errors
/// [`Kind::Unexpected`] when the request carries no signature of the profile's
/// scheme that can be read, a config error when the profile cannot sign.
pub fn verify_capture(
    profile: &Profile,
    received: &Received,
    store: &StateStore,
    now: Time,
) -> Result<Verified> {
    let scheme = profile.scheme;
    let name = || format!("profile {}", profile.name);
    if scheme.id() == "none" {
        let why = "its scheme is none: there is no signature to verify";
        return Err(anyhow::Error::from(Error::config(why)).context(name()));
    }
    let presented = scheme.presented(received).map_err(|why| unreadable(scheme, received, why))?;
    let own = profile.params_for(&received.url).unwrap_or_else(|_| profile.params.clone());
    let mut params = with_their_identity(scheme, &own, &presented);
    if scheme.id() == "oauth2" {
        params.set("token", cached_token(profile, store, now).with_context(name)?);
    }
    let mut verdict = verify(scheme, &params, received, &presented).with_context(name)?;
    let other = other_identity(scheme, &own, &presented);
    let is_foreign = other.is_some();
    if let Some(explanation) = other {
        verdict.difference = Some(Difference { step: "key", explanation });
        verdict.theirs = None;
    }
    let notes = notes(&own, &presented);
    Ok(Verified { presented, verdict, is_foreign, notes })
}

/// The token that the profile's requests go with.
fn cached_token(profile: &Profile, store: &StateStore, now: Time) -> Result<String> {
    let key = profile.base.as_ref().map(|base| Key::of(base.origin(), &profile.params));
    let token = key.and_then(|key| store.read(&key, now).token);
    token.map(|token| token.access_token.expose().to_owned()).ok_or_else(|| {
        Error::config("no access token is cached that a request's could be compared with")
            .hint(format!("signreq sign {} get / fetches one", profile.name))
            .into()
    })
}

fn unreadable(scheme: &dyn Scheme, received: &Received, why: Unreadable) -> Error {
    let id = scheme.id();
    if let Unreadable::Malformed(what) = why {
        return Error::new(Kind::Unexpected, format!("its {id} signature cannot be read: {what}"));
    }
    let error = Error::new(Kind::Unexpected, format!("the request carries no {id} signature"));
    let others = SCHEMES.iter().filter(|other| other.presented(received).is_ok());
    let others: Vec<&str> = others.map(|other| other.id()).collect();
    match others.as_slice() {
        [_, ..] => error.hint(format!("it carries one of the scheme {}", others.join(" or "))),
        [] if !received.headers.has("authorization") => error.hint(
            "browsers leave Authorization out of what they export, unless told to keep \
             sensitive data",
        ),
        [] => error,
    }
}

/// The fields that hold whom the scheme's signature says it is by: the key,
/// and the second identifier where there is one.
fn identity_fields(scheme: &dyn Scheme) -> (Option<&'static str>, Option<&'static str>) {
    match scheme.id() {
        "oauth1" => (Some("consumer_key"), Some("token")),
        "ovh" => (Some("application_key"), Some("consumer_key")),
        "sigv4" => (Some("access_key"), Some("session_token")),
        "basic" => (Some("user"), None),
        _ => (None, None),
    }
}

/// The profile's secrets under the identifiers that the request gives: those
/// are signed themselves.
fn with_their_identity(scheme: &dyn Scheme, own: &Params, presented: &Presented) -> Params {
    let (key, token) = identity_fields(scheme);
    let mut params = Params::new();
    if let Some(base) = own.base() {
        params.set_base(base.clone());
    }
    for name in scheme.params().iter().map(|param| param.name) {
        let theirs = match Some(name) {
            field if field == key => Some(presented.key_id.as_str()),
            field if field == token => presented.token.as_deref(),
            _ => own.get(name),
        };
        if let Some(value) = theirs {
            params.set(name, value);
        }
    }
    params
}

/// In what way the request is signed by somebody other than the profile.
fn other_identity(scheme: &dyn Scheme, own: &Params, presented: &Presented) -> Option<String> {
    let (key, token) = identity_fields(scheme);
    let theirs = &presented.key_id;
    if let Some(field) = key
        && let Some(ours) = own.get(field).filter(|ours| ours != theirs)
    {
        let (theirs, ours) = (theirs.escape_default(), ours.escape_default());
        return Some(format!("it is signed by {field} {theirs}, the profile has {ours}"));
    }
    let field = token?;
    let is_secret = scheme.params().iter().any(|param| param.name == field && param.secret);
    match (presented.token.as_deref(), own.get(field)) {
        (theirs, ours) if theirs == ours => None,
        (None, Some(_)) => Some(format!("it is signed without a {field}, the profile has one")),
        (Some(_), None) => Some(format!("it is signed with a {field}, the profile has none")),
        (Some(theirs), Some(ours)) if !is_secret => {
            let (theirs, ours) = (theirs.escape_default(), ours.escape_default());
            Some(format!("it is signed by {field} {theirs}, the profile has {ours}"))
        }
        _ => Some(format!("it is signed with another {field} than the profile's")),
    }
}

/// What the request chose otherwise than the profile would.
fn notes(own: &Params, presented: &Presented) -> Vec<String> {
    const CHOICES: &[&str] = &["signature_method", "algorithm", "region", "service"];
    presented
        .chosen
        .iter()
        .filter(|(name, _)| CHOICES.contains(name))
        .filter_map(|(name, theirs)| {
            let ours = own.get(name).filter(|ours| ours != theirs)?;
            let (theirs, ours) = (theirs.escape_default(), ours.escape_default());
            Some(format!("it is signed with {name} {theirs}, the profile has {ours}"))
        })
        .collect()
}
