//! MAAS's check: version, consumer, token, timestamp, nonce, method and
//! signature, in this order.

use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use crate::sandbox::credentials::maas::{CONSUMER_KEY, TOKEN, TOKEN_SECRET};
use crate::sandbox::nonces::Nonces;
use crate::sandbox::verify::{check as check_signature, clock_note};
use crate::sign::oauth1::OAuth1;
use crate::sign::{Presented, Scheme as _, Unreadable};

/// How old a timestamp may be, in seconds. One in the future always passes.
const TOLERANCE: i64 = 300;

/// What the note says where no signature is read.
const NO_SIGNATURE: &str = "authorization: there is no header that begins with 'OAuth ', nor a \
                            signature in the query of a GET or the form of a POST";

/// Checks a request's signature.
///
/// # Errors
/// The answer that refuses it.
pub(super) fn check(call: &Call<'_>, nonces: &mut Nonces) -> Result<(), Answer> {
    if call.received.headers.has("cookie") {
        // MAAS takes a session cookie for the user and demands a CSRF token.
        let note = "cookie: a session cookie wins over OAuth; none may be kept";
        return Err(Answer::text(403, "CSRF verification failed. Request aborted.").note(note));
    }
    let presented = OAuth1.presented(call.received).map_err(unreadable)?;
    let chosen = |name: &str| {
        presented.chosen.iter().find(|(other, _)| *other == name).map_or("", |(_, value)| value)
    };
    let is_read = match chosen("transmit") {
        "query" => call.method() == "GET",
        "form" => call.method() == "POST",
        // The prefix is compared in this case, with one space.
        _ => call.header("authorization").is_some_and(|value| value.starts_with("OAuth ")),
    };
    if !is_read {
        return Err(unauthenticated(NO_SIGNATURE));
    }
    let Presented { token: Some(token), time: Some(time), nonce: Some(nonce), .. } = &presented
    else {
        let note = "authorization: oauth_token, oauth_timestamp or oauth_nonce is missing";
        return Err(unauthenticated(note));
    };
    let version = chosen("version");
    if !version.is_empty() && version != "1.0" {
        return Err(refused(&format!("'OAuth version {version} not supported.'")));
    }
    if presented.key_id != CONSUMER_KEY {
        return Err(refused("Invalid API key.").note("key: the first part is another one"));
    }
    if token != TOKEN {
        let note = "key: the second part is another one";
        return Err(refused(&format!("'Invalid access token: {token}'")).note(note));
    }
    if call.now.epoch().saturating_sub(time.epoch()) > TOLERANCE {
        let (given, now) = (time.epoch(), call.now.epoch());
        let why = format!(
            "'Expired timestamp: given {given} and now {now} has a greater difference than \
             threshold {TOLERANCE}'"
        );
        return Err(refused(&why).note(&clock_note(*time, call.now)));
    }
    if !nonces.use_up(&[&presented.key_id, token, nonce]) {
        let why = format!("'Nonce already used: {nonce}'");
        return Err(refused(&why).note("nonce: it was used before"));
    }
    let method = chosen("signature_method");
    if !matches!(method, "PLAINTEXT" | "HMAC-SHA1") {
        let why = format!(
            "'Signature method {method} not supported try one of the following: \
             PLAINTEXT, HMAC-SHA1'"
        );
        return Err(refused(&why));
    }
    let fields = [("consumer_secret", ""), ("consumer_key", CONSUMER_KEY), ("token", TOKEN)];
    let fields: Vec<_> = fields.into_iter().chain([("token_secret", TOKEN_SECRET)]).collect();
    check_signature(&OAuth1, &fields, call.received, &presented).map_err(|wrong| {
        // MAAS answers with what it would have signed, which for PLAINTEXT is
        // the token's secret itself: clients must mask it.
        let expected = match method {
            "PLAINTEXT" => format!("&{TOKEN_SECRET}"),
            _ => wrong.expected("signature base string"),
        };
        refused_because(
            &format!("'Invalid signature. Expected signature base string: {expected}'"),
            &wrong.note(),
        )
    })
}

/// piston's answer when it finds no OAuth parameters to check.
fn unauthenticated(note: &str) -> Answer {
    challenge(Answer::text(401, format!("Forbidden\nsignreq sandbox: {note}")).note(note))
}

fn refused(why: &str) -> Answer {
    challenge(Answer::text(401, format!("Authorization Error: {why}")))
}

fn refused_because(why: &str, note: &str) -> Answer {
    let text = format!("Authorization Error: {why}\nsignreq sandbox: {note}");
    challenge(Answer::text(401, text).note(note))
}

fn challenge(answer: Answer) -> Answer {
    answer.header("WWW-Authenticate", "OAuth realm=\"OAuth\"")
}

fn unreadable(why: Unreadable) -> Answer {
    match why {
        Unreadable::Malformed(what) if what.starts_with("oauth_timestamp") => Answer::text(
            400,
            "\"Bad Request: the following problems were found among the auth params: \
             oauth_timestamp has an unexpected type\"",
        )
        .note(&what),
        Unreadable::Malformed(what) => unauthenticated(&format!("authorization: {what}")),
        Unreadable::Missing => unauthenticated(NO_SIGNATURE),
    }
}
