//! OVHcloud's check: the application, the consumer key, the time, the
//! signature, then whether the key was granted the call.

use super::credentials::{Credentials, Status};
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use crate::sandbox::credentials::ovh::{APPLICATION_KEY, APPLICATION_SECRET};
use crate::sandbox::verify::{check as check_signature, clock_note};
use crate::sign::{Scheme as _, Unreadable, ovh};
use serde_json::json;

/// How far a timestamp may be off, in seconds. OVHcloud does not say what its
/// own tolerance is.
const TOLERANCE: u64 = 300;

/// Checks a request's signature and gives its consumer key.
///
/// # Errors
/// The answer that refuses it.
pub(super) fn check(call: &Call<'_>, credentials: &Credentials) -> Result<String, Answer> {
    let presented = ovh::Ovh.presented(call.received).map_err(|why| {
        let note = match why {
            Unreadable::Missing => "signature: X-Ovh-Signature is missing".to_owned(),
            Unreadable::Malformed(what) => format!("signature: {what}"),
        };
        refused(403, "NOT_CREDENTIAL", "You must login first", &note)
    })?;
    if presented.key_id != APPLICATION_KEY {
        let note = "key: X-Ovh-Application is another one";
        return Err(refused(403, "INVALID_KEY", "This application key is invalid", note));
    }
    let consumer_key = presented.token.clone().unwrap_or_default();
    let not_valid = |note| refused(403, "INVALID_CREDENTIAL", "This credential is not valid", note);
    let Some(credential) = credentials.find(&consumer_key) else {
        return Err(not_valid("key: X-Ovh-Consumer is another one"));
    };
    match credential.status {
        Status::Validated => {}
        Status::Pending => return Err(not_valid("key: the consumer key is not validated yet")),
        Status::Expired => return Err(not_valid("key: the consumer key was logged out")),
    }
    let time = presented.time.unwrap_or(call.now);
    if call.now.epoch().abs_diff(time.epoch()) > TOLERANCE {
        let note = clock_note(time, call.now);
        return Err(refused(400, "QUERY_TIME_OUT", "Query out of time", &note));
    }
    let fields = [
        ("application_key", APPLICATION_KEY),
        ("application_secret", APPLICATION_SECRET),
        ("consumer_key", consumer_key.as_str()),
    ];
    check_signature(&ovh::Ovh, &fields, call.received, &presented)
        .map_err(|wrong| refused(400, "INVALID_SIGNATURE", "Invalid signature", &wrong.note()))?;
    if !credential.allows(call.method(), &api_path(call)) {
        let note = "grant: no access rule of the consumer key allows this call";
        return Err(refused(403, "NOT_GRANTED_CALL", "This call has not been granted", note));
    }
    Ok(consumer_key)
}

/// The path as access rules know it: without the version in front.
fn api_path(call: &Call<'_>) -> String {
    let path = call.received.url.path();
    path.get(1..)
        .and_then(|rest| rest.split_once('/'))
        .map_or("/".into(), |(_, rest)| format!("/{rest}"))
}

/// The older shape of OVHcloud's errors, which its clients know by its codes.
pub(super) fn refused(status: u16, code: &str, message: &str, note: &str) -> Answer {
    let http_code = match status {
        400 => "400 Bad Request",
        _ => "403 Forbidden",
    };
    let body = json!({"errorCode": code, "httpCode": http_code, "message": message,
        "signreq_sandbox": note});
    Answer::json(status, &body).note(note)
}
