//! Foreman's check: the consumer, the signature, then the user. It looks at
//! neither the time nor the nonce nor the version.

use super::error;
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use crate::sandbox::credentials::foreman::{CONSUMER_KEY, CONSUMER_SECRET, USER};
use crate::sandbox::verify::check as check_signature;
use crate::sign::oauth1::OAuth1;
use crate::sign::{Scheme as _, Unreadable};
use serde_json::{Value, json};

/// Who may act, and whether by changing things.
const USERS: &[(&str, bool)] = &[(USER, true), ("viewer", false)];

/// The user that a request acts as.
pub(super) struct User {
    login: &'static str,
    may_change: bool,
}

impl User {
    pub(super) fn may_change(&self) -> bool {
        self.may_change
    }

    /// As `current_user` shows it.
    pub(super) fn shown(&self) -> Value {
        json!({"login": self.login, "admin": self.may_change, "disabled": false,
            "firstname": self.login, "mail": format!("{}@example.com", self.login)})
    }
}

/// Checks a request's signature and finds its user.
///
/// # Errors
/// The answer that refuses it.
pub(super) fn check(call: &Call<'_>) -> Result<User, Answer> {
    if call.received.headers.has("cookie") {
        return Err(refused("cookie: a session's user wins over OAuth; none may be kept"));
    }
    // The word is compared in this case.
    if !call.header("authorization").is_some_and(|value| value.starts_with("OAuth")) {
        return Err(refused("authorization: there is no header that begins with 'OAuth'"));
    }
    let presented = OAuth1.presented(call.received).map_err(|why| match why {
        Unreadable::Missing => refused("authorization: it is no OAuth header"),
        // ruby-oauth raises on what it cannot split.
        Unreadable::Malformed(what) => failed(&format!("OAuth::Problem: {what}")),
    })?;
    if presented.key_id != CONSUMER_KEY {
        return Err(refused("key: the consumer key is another one"));
    }
    let method = presented.chosen.iter().find(|(name, _)| *name == "signature_method");
    let method = method.map_or("", |(_, value)| value.as_str());
    if !matches!(method, "HMAC-SHA1" | "HMAC-SHA256" | "PLAINTEXT") {
        return Err(failed(method));
    }
    // Two-legged: ruby-oauth is given no token's secret.
    let mut fields = vec![("consumer_key", CONSUMER_KEY), ("consumer_secret", CONSUMER_SECRET)];
    if let Some(token) = &presented.token {
        fields.push(("token", token));
    }
    check_signature(&OAuth1, &fields, call.received, &presented)
        .map_err(|wrong| refused(&wrong.note()))?;
    let Some(login) = call.header("foreman-user") else {
        return Err(refused("user: there is no FOREMAN-USER header"));
    };
    let known = USERS.iter().find(|(name, _)| *name == login);
    let Some((login, may_change)) = known else {
        return Err(refused("user: FOREMAN-USER is nobody; admin and viewer are users here"));
    };
    Ok(User { login, may_change: *may_change })
}

/// The one answer that Foreman has for all of it.
fn refused(note: &str) -> Answer {
    let message = "Unable to authenticate user ";
    error(401, json!({"message": message, "signreq_sandbox": note})).note(note)
}

fn failed(message: &str) -> Answer {
    error(500, json!({"message": message})).note(message)
}
