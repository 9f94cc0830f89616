//! Verifies a captured request against a profile.

mod masked;

use crate::error::{Error, Kind, Result};
use crate::flow::capture::{Captured, Form};
use crate::flow::state::{Key, StateStore};
use crate::model::method::{KNOWN_METHODS, Method};
use crate::model::request::Received;
use crate::model::secret::MASK;
use crate::model::time::Time;
use crate::profile::Profile;
use crate::sign::verify::{Verdict, verify_for_profile};
use crate::sign::{Params, Placement, Presented, SCHEMES, Scheme, Unreadable};
use anyhow::Context as _;

/// What verifying a capture found.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The signature as the request presents it.
    pub presented: Presented,
    /// Whether it holds, by the secrets of the profile.
    pub verdict: Verdict,
    /// What is worth knowing and makes no signature wrong, a line each.
    pub notes: Vec<String>,
}

/// Verifies the signature of a captured request with the fields of `profile`
/// and, for the scheme `oauth2`, the token in `store`. A URL names no method:
/// the one of HTTP's that its signature was made for counts, and becomes that
/// of the request.
///
/// # Errors
/// [`Kind::Unexpected`] when the request carries no signature of the profile's
/// scheme that can be read, or secrets in it are masked, a config error when
/// the profile cannot sign.
pub fn verify_capture(
    profile: &Profile,
    captured: &mut Captured,
    store: &StateStore,
    now: Time,
) -> Result<Verified> {
    let verified = verify_request(profile, captured, store, now)?;
    if captured.form != Form::Url || verified.verdict.difference.is_none() {
        return Ok(verified);
    }
    for method in KNOWN_METHODS {
        let mut other = captured.clone();
        other.received.method = Method::parse(method)?;
        let mut with_other = verify_request(profile, &other, store, now)?;
        if with_other.verdict.difference.is_none() {
            with_other.notes.insert(0, format!("the URL is signed for the method {method}"));
            *captured = other;
            return Ok(with_other);
        }
    }
    Ok(verified)
}

fn verify_request(
    profile: &Profile,
    captured: &Captured,
    store: &StateStore,
    now: Time,
) -> Result<Verified> {
    let received = &captured.received;
    let scheme = profile.scheme;
    let name = || format!("profile {}", profile.name);
    if scheme.id() == "none" {
        let why = "its scheme is none: there is no signature to verify";
        return Err(anyhow::Error::from(Error::config(why)).context(name()));
    }
    let presented = scheme.presented(received);
    if let Some(error) = masked::signature(scheme, received, &presented) {
        return Err(error.into());
    }
    let presented = presented.map_err(|why| unreadable(scheme, captured, why))?;
    let mut own = profile.params_for(&received.url).unwrap_or_else(|_| profile.params.clone());
    if scheme.id() == "oauth2" {
        own.set("token", cached_token(profile, store, now).with_context(name)?);
    }
    let verdict = verify_for_profile(scheme, &own, received, &presented).with_context(name)?;
    if let Some(error) = masked::message(received, &presented, &verdict) {
        return Err(error.into());
    }
    let notes = notes(profile, &own, received, &presented, now);
    Ok(Verified { presented: without_secrets(scheme, &own, presented), verdict, notes })
}

/// The signature as it may be shown: whoever mixes the parts of a key up sends
/// a secret for an identifier.
fn without_secrets(scheme: &dyn Scheme, own: &Params, presented: Presented) -> Presented {
    let is_secret = |value: &str| {
        let mut secrets = scheme.params().iter().filter(|param| param.secret);
        secrets.any(|param| own.get(param.name) == Some(value)) && !value.is_empty()
    };
    match is_secret(&presented.key_id) {
        true => Presented { key_id: MASK.to_owned(), ..presented },
        false => presented,
    }
}

/// The token that the profile's requests go with.
fn cached_token(profile: &Profile, store: &StateStore, now: Time) -> Result<String> {
    let key = |origin| Key { origin, params: &profile.params };
    let base = profile.base.as_ref();
    let token = base.and_then(|base| store.read(key(base.origin()), now).token);
    token.map(|token| token.access_token.expose().to_owned()).ok_or_else(|| {
        Error::config("no access token is cached that a request's could be compared with")
            .hint(format!("signreq sign {} get / fetches one", profile.name))
            .into()
    })
}

fn unreadable(scheme: &dyn Scheme, captured: &Captured, why: Unreadable) -> Error {
    let Captured { received, form } = captured;
    let id = scheme.id();
    if let Unreadable::Malformed(what) = why {
        return Error::new(Kind::Unexpected, format!("its {id} signature cannot be read: {what}"));
    }
    let error = Error::new(Kind::Unexpected, format!("the request carries no {id} signature"));
    let others = SCHEMES.iter().filter(|other| other.presented(received).is_ok());
    let others: Vec<&str> = others.map(|other| other.id()).collect();
    match others.as_slice() {
        [_, ..] => error.hint(format!("it carries one of the scheme {}", others.join(" or "))),
        [] if *form == Form::Url => error.hint(
            "a URL is a capture only where the signature is in it, as signreq presign prints it",
        ),
        [] if !received.headers.has("authorization") => error.hint(
            "browsers leave Authorization out of what they export, unless told to keep \
             sensitive data",
        ),
        [] => error,
    }
}

/// The longest that a server may take a clock to be off, in seconds, of those
/// known here: Amazon's (others take less).
const TOLERANCE: i64 = 15 * 60;

/// What the request chose otherwise than the profile would, and what a server
/// may refuse although the signature holds.
fn notes(
    profile: &Profile,
    own: &Params,
    received: &Received,
    presented: &Presented,
    now: Time,
) -> Vec<String> {
    const CHOICES: &[&str] = &["signature_method", "algorithm", "region", "service"];
    let differing = presented.chosen.iter().filter(|(name, _)| CHOICES.contains(name));
    let mut notes: Vec<String> = differing
        .filter_map(|(name, theirs)| {
            let ours = own.get(name).filter(|ours| ours != theirs)?;
            let (theirs, ours) = (theirs.escape_default(), ours.escape_default());
            Some(format!("it is signed with {name} {theirs}, the profile has {ours}"))
        })
        .collect();
    notes.extend(unsigned_header(profile, received, presented));
    notes.extend(age(presented, now));
    notes
}

/// A header that Amazon wants signed whenever it is sent.
fn unsigned_header(
    profile: &Profile,
    received: &Received,
    presented: &Presented,
) -> Option<String> {
    let find = |name| presented.chosen.iter().find(|(other, _)| *other == name);
    let (_, algorithm) = find("algorithm").filter(|_| profile.scheme.id() == "sigv4")?;
    let (_, list) = find("signed_headers_list").filter(|_| algorithm.starts_with("AWS4"))?;
    let is_signed = |name: &str| list.split(';').any(|signed| name.eq_ignore_ascii_case(signed));
    let unsigned = received.headers.iter().find(|header| {
        header.name.to_ascii_lowercase().starts_with("x-amz-") && !is_signed(&header.name)
    })?;
    let name = unsigned.name.escape_default();
    Some(format!("{name} is sent and not signed: Amazon's services refuse that"))
}

/// Whether a server that looks at the time would still take the signature.
fn age(presented: &Presented, now: Time) -> Option<String> {
    let time = presented.time?;
    let is_ahead = time > now.plus(TOLERANCE);
    if let Placement::Query { expires: Some(seconds) } = presented.placement
        && !is_ahead
    {
        let end = time.plus(i64::try_from(seconds).unwrap_or(i64::MAX));
        let is_over = now > end;
        return is_over.then(|| format!("the URL held for {seconds} s, until {}", end.rfc3339()));
    }
    let is_old = now > time.plus(TOLERANCE);
    let side = if is_ahead { "far ahead" } else { "too old" };
    (is_ahead || is_old)
        .then(|| format!("a server that looks at the time finds the signature {side} by now"))
}
