//! Candlepin's check: the consumer first, then net.oauth's
//! SimpleOAuthValidator, whose refusals but one come with HTTP 200.

use super::REQUEST_UUID;
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use crate::sandbox::credentials::candlepin::{CONSUMER_KEY, CONSUMER_SECRET};
use crate::sandbox::nonces::Nonces;
use crate::sandbox::verify::{check as check_signature, clock_note};
use crate::sign::oauth1::OAuth1;
use crate::sign::{Presented, Scheme as _, Unreadable};
use serde_json::json;

/// How far a timestamp may be off, in seconds, on either side.
const TOLERANCE: u64 = 300;

/// Checks a request's signature. `cp-user` and `cp-consumer` are trusted once
/// it holds.
///
/// # Errors
/// The answer that refuses it.
pub(super) fn check(call: &Call<'_>, nonces: &mut Nonces) -> Result<(), Answer> {
    // The provider is chosen when the header contains the word in lower case,
    // which the name of every parameter does.
    if !call.header("authorization").is_some_and(|value| value.contains("oauth")) {
        return Err(unauthorized("Invalid Credentials", "authorization: there is no OAuth header"));
    }
    let presented = OAuth1.presented(call.received).map_err(|why| match why {
        Unreadable::Missing => problem("parameter_absent", "authorization: it is no OAuth header"),
        Unreadable::Malformed(what) => problem("parameter_absent", &what),
    })?;
    let bad_key = "Invalid OAuth unit or secret";
    if presented.key_id != CONSUMER_KEY {
        return Err(unauthorized(bad_key, "key: the consumer key is another one"));
    }
    let Presented { time: Some(time), nonce: Some(nonce), .. } = &presented else {
        let note = "authorization: oauth_timestamp or oauth_nonce is missing";
        return Err(problem("parameter_absent", note));
    };
    let chosen = |name: &str| {
        presented.chosen.iter().find(|(other, _)| *other == name).map_or("", |(_, value)| value)
    };
    let version = chosen("version");
    if !version.is_empty() && version.parse::<f64>() != Ok(1.0) {
        return Err(problem("version_rejected", "version: only 1.0 is known"));
    }
    if call.now.epoch().abs_diff(time.epoch()) > TOLERANCE {
        return Err(problem("timestamp_refused", &clock_note(*time, call.now)));
    }
    let token = presented.token.as_deref().unwrap_or_default();
    if !nonces.use_up(&[&time.epoch().to_string(), nonce, &presented.key_id, token]) {
        return Err(problem("nonce_used", "nonce: it was used before with this timestamp"));
    }
    if !matches!(chosen("signature_method"), "HMAC-SHA1" | "PLAINTEXT") {
        let note = "signature_method: only HMAC-SHA1 and PLAINTEXT are known";
        return Err(problem("signature_method_rejected", note));
    }
    let mut fields = vec![("consumer_key", CONSUMER_KEY), ("consumer_secret", CONSUMER_SECRET)];
    if let Some(token) = &presented.token {
        fields.push(("token", token));
    }
    check_signature(&OAuth1, &fields, call.received, &presented)
        .map_err(|wrong| unauthorized(bad_key, &wrong.note()))
}

fn unauthorized(message: &str, note: &str) -> Answer {
    refused(401, message, note).header("WWW-Authenticate", "Basic Realm=candlepin")
}

/// The trap: net.oauth gives every problem but a wrong signature status 200.
fn problem(name: &str, note: &str) -> Answer {
    refused(200, &format!("OAuth problem encountered. Internal message is: {name}"), note)
}

fn refused(status: u16, message: &str, note: &str) -> Answer {
    let body = json!({"displayMessage": message, "requestUuid": REQUEST_UUID,
        "signreq_sandbox": note});
    Answer::json(status, &body).note(note)
}
