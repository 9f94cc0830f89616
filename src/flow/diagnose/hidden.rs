//! What may not be repeated of what a server says: the secrets of the profile,
//! of the request, and those that a proxy was shown.

use super::look_at;
use crate::error::{self, Error};
use crate::model::headers::Header;
use crate::model::response::ResponseHead;
use crate::model::secret::{DeferredSecret, MASK, Secret};
use crate::net::Answer;
use crate::out::mask::{self, Secrets};
use crate::profile::Profile;
use crate::profile::slips::{Slip, Slipped, slips};
use crate::sign::Wire;
use std::borrow::Cow;

/// The longest form whose fields are looked at, in bytes.
const FORM_LIMIT: u64 = 64 * 1024;

/// Masks in a refusal's body what the system is known to put there: MAAS
/// repeats the token's secret to whoever signs with a wrong one.
pub fn mask_body(profile: &Profile, answer: &mut Answer) {
    let rules = profile.preset.as_ref().map(|preset| &preset.answer);
    let misplaced = misplaced(profile);
    if misplaced.is_empty() && !rules.is_some_and(|rules| rules.masks()) {
        return;
    }
    let beginning = look_at(answer);
    let text = String::from_utf8_lossy(&beginning);
    let masked = rules.map_or_else(|| text.to_string(), |rules| rules.mask(&text));
    let masked = mask::without(&masked, misplaced);
    if masked.as_bytes() != beginning {
        // A body that goes on behind what was looked at is cut there: what
        // follows could not be judged.
        answer.body = Box::new(std::io::Cursor::new(masked.into_bytes()));
    }
}

/// Masks in a reason phrase of a server's own what it must not show: some put
/// there why they refuse, and repeat what.
pub(in crate::flow) fn mask_reason(
    profile: &Profile,
    wire: &Wire,
    beside: &[Secret],
    head: &mut ResponseHead,
) {
    if let Cow::Owned(reason) = &mut head.reason {
        *reason = without_secrets(profile, wire, beside, reason);
    }
}

/// An error that may repeat what a server said, without secrets.
pub(in crate::flow) fn mask_error(
    profile: &Profile,
    wire: &Wire,
    beside: &[Secret],
    error: anyhow::Error,
) -> anyhow::Error {
    let told = error::one_line(&error);
    let masked = without_secrets(profile, wire, beside, &told);
    if masked == told {
        return error;
    }
    Error::of_chain(&error).told_as(masked).into()
}

/// The text without [`secrets`]: some servers repeat the request, credential
/// and all, to whoever they refuse.
pub fn without_secrets(profile: &Profile, wire: &Wire, beside: &[Secret], text: &str) -> String {
    let secrets = secrets(profile, wire, beside);
    mask::without(text, secrets.iter().map(Secret::expose))
}

/// The secrets of the profile, of the request, such as a token that was fetched
/// for it, and those that were shown `beside` it.
pub(in crate::flow) fn secrets(profile: &Profile, wire: &Wire, beside: &[Secret]) -> Vec<Secret> {
    let of_profile = of_profile(profile).into_iter().map(str::to_owned);
    let of_fields = wire.headers().iter().flat_map(of_field);
    let of_query = mask::telling_values(wire.url().query().unwrap_or_default());
    let of_request = of_profile.chain(of_fields).chain(of_query).chain(of_form(wire));
    of_request.map(Secret::new).chain(beside.iter().cloned()).collect()
}

fn of_profile(profile: &Profile) -> Vec<&str> {
    let secrets = profile.scheme.params().iter().filter(|param| param.secret);
    let values = secrets.filter_map(|param| profile.params.get(param.name));
    let settings = &profile.settings;
    let beside = [&settings.proxy_password, &settings.client_key_password].into_iter().flatten();
    let beside = beside.filter_map(DeferredSecret::found).map(Secret::expose);
    values.chain(beside).chain(misplaced(profile)).collect()
}

/// What may be a secret that stands where an identifier should: servers repeat
/// identifiers.
fn misplaced(profile: &Profile) -> Vec<&str> {
    let is_mistaken = |slipped: &Slipped| slipped.slip == Slip::Mistaken;
    let names = match slips(profile).iter().any(is_mistaken) {
        true => profile.scheme.identifiers(),
        false => &[],
    };
    names.iter().filter_map(|name| profile.params.get(name)).collect()
}

/// What of a header field is not shown.
fn of_field(header: &Header) -> impl Iterator<Item = String> {
    let is_masked = *mask::header_value(header, Secrets::Masked) == *MASK.as_bytes();
    let whole = is_masked.then(|| header.text());
    header.hidden().into_iter().map(str::to_owned).chain(whole)
}

/// The values of a form's fields that are masked where the form is shown.
fn of_form(wire: &Wire) -> Vec<String> {
    let content_type = wire.headers().text("content-type").unwrap_or_default();
    let is_form = content_type.starts_with("application/x-www-form-urlencoded");
    if !is_form || wire.body().length() > FORM_LIMIT {
        return Vec::new();
    }
    // What cannot be read was not sent either.
    let body = wire.body().read_all().unwrap_or_default();
    mask::telling_values(&String::from_utf8_lossy(&body))
}
