//! DCI's check, as the control server makes it with dciauth: a wrong
//! signature is a 400.

use super::error;
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use crate::sandbox::credentials::dci::{ACCESS_KEY, SECRET_KEY};
use crate::sandbox::verify::{check as check_signature, clock_note};
use crate::sign::sigv4::SigV4;
use crate::sign::{Scheme as _, Unreadable};
use serde_json::json;

/// How far a timestamp may be off, in seconds, on either side.
const TOLERANCE: u64 = 15 * 60;

/// Checks a request's signature.
///
/// # Errors
/// The answer that refuses it.
pub(super) fn check(call: &Call<'_>) -> Result<(), Answer> {
    let Some(authorization) = call.header("authorization") else {
        return Err(refused(401, "Authorization header missing", "authorization: it is missing"));
    };
    let algorithm = authorization.split(' ').next().unwrap_or_default();
    if !matches!(algorithm, "DCI2-HMAC-SHA256" | "AWS4-HMAC-SHA256") {
        let note = "authorization: only DCI2-HMAC-SHA256 and AWS4-HMAC-SHA256 are known";
        return Err(refused(401, "Authorization scheme unknown", note));
    }
    // The server splits at spaces and takes four parts.
    if authorization.split(' ').count() != 4 {
        let note = "authorization: its parts must be separated by a comma and one space";
        return Err(refused(500, "Internal Server Error", note));
    }
    let incomplete =
        |note: &str| refused(400, "HmacMechanism failed: bad or incomplete headers.", note);
    let presented = SigV4.presented(call.received).map_err(|why| match why {
        Unreadable::Missing => incomplete("authorization: it holds no signature"),
        Unreadable::Malformed(what) => incomplete(&format!("authorization: {what}")),
    })?;
    let parts: Vec<&str> = presented.key_id.split('/').collect();
    let ["remoteci" | "feeder", _] = parts.as_slice() else {
        return Err(incomplete("key: it does not read remoteci/ID or feeder/ID"));
    };
    if presented.key_id != ACCESS_KEY {
        return Err(refused(
            401,
            "identity does not exists.",
            "key: the access key is another one",
        ));
    }
    let time = presented.time.unwrap_or(call.now);
    if call.now.epoch().abs_diff(time.epoch()) > TOLERANCE {
        let note = clock_note(time, call.now);
        return Err(refused(400, "HmacMechanism failed: signature is expired", &note));
    }
    // Region and service are those that the request chose.
    let fields = [
        ("access_key", ACCESS_KEY),
        ("secret_key", SECRET_KEY),
        ("path_encoding", "decoded-twice"),
        ("query_rule", "first"),
        ("payload_rule", "no-forms"),
    ];
    check_signature(&SigV4, &fields, call.received, &presented)
        .map_err(|wrong| refused(400, "HmacMechanism failed: signature is invalid", &wrong.note()))
}

fn refused(status: u16, message: &str, note: &str) -> Answer {
    error(status, message, json!({"signreq_sandbox": note})).note(note)
}
