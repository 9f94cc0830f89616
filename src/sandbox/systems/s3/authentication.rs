//! S3's check and its answers to what it refuses.

use super::super::sigv4::{self, MISMATCH, Refusal, TOLERANCE, expiry_note};
use super::{error, stamp};
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use crate::sandbox::credentials::aws::{ACCESS_KEY, REGION};
use crate::sandbox::systems::xml::element;
use crate::sandbox::verify::clock_note;
use crate::sign::digest::sha256_hex;

/// Names of payloads that are signed chunk by chunk, by what is known here.
const STREAMING: &[&str] =
    &["STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"];

/// Checks a request's signature and the hash of its body. What comes back is
/// the body's data where it was signed chunk by chunk.
///
/// # Errors
/// The answer that refuses it.
pub(super) fn check(call: &Call<'_>) -> Result<Option<Vec<u8>>, Answer> {
    let refused = |status, code, message: &str, more: &str, note: &str| {
        let more = format!("{more}{}", element("SignreqSandbox", note));
        error(call, status, code, message, &more).note(note)
    };
    let hash = call.header("x-amz-content-sha256").unwrap_or_default();
    // A signed URL says nothing of the body.
    if hash.is_empty() && call.query_value("X-Amz-Signature").is_none() {
        let message = "Missing required header for this request: x-amz-content-sha256";
        let note = "header: S3 wants x-amz-content-sha256";
        return Err(refused(400, "InvalidRequest", message, "", note));
    }
    if hash.starts_with("STREAMING-") && !STREAMING.contains(&hash.as_str()) {
        let message = "A header you provided implies functionality that is not implemented";
        let more = element("Header", "x-amz-content-sha256");
        let note = "body: the sandbox reads chunks that are signed by AWS4-HMAC-SHA256";
        return Err(refused(501, "NotImplemented", message, &more, note));
    }
    sigv4::check(call).map_err(|refusal| match refusal {
        Refusal::Missing => refused(403, "AccessDenied", "Access Denied", "", "signature: none"),
        Refusal::Malformed(what) => {
            let message = "The authorization header is malformed.";
            refused(400, "AuthorizationHeaderMalformed", message, "", &what)
        }
        Refusal::UnknownKey(key) => {
            let message = "The AWS Access Key Id you provided does not exist in our records.";
            let more = element("AWSAccessKeyId", &key);
            let note = "key: the access key is another one";
            refused(403, "InvalidAccessKeyId", message, &more, note)
        }
        Refusal::WrongRegion(region) => {
            let message = format!(
                "The authorization header is malformed; the region '{region}' is wrong; \
                 expecting '{REGION}'"
            );
            let more = element("Region", REGION);
            let note = format!("region: this is {REGION}");
            refused(400, "AuthorizationHeaderMalformed", &message, &more, &note)
        }
        Refusal::Expired(end) => {
            let more = [element("Expires", &stamp(end)), element("ServerTime", &stamp(call.now))];
            let note = expiry_note(&stamp(end));
            refused(403, "AccessDenied", "Request has expired", &more.concat(), &note)
        }
        Refusal::Skewed(time) => {
            let message = "The difference between the request time and the current time is too \
                           large.";
            let more = [
                element("RequestTime", &time.iso8601_basic()),
                element("ServerTime", &stamp(call.now)),
                element("MaxAllowedSkewMilliseconds", &(TOLERANCE * 1000).to_string()),
            ];
            let note = clock_note(time, call.now);
            refused(403, "RequestTimeTooSkewed", message, &more.concat(), &note)
        }
        Refusal::Wrong { why, .. } if is_hash(&hash) && hash != sha256_hex(&call.received.body) => {
            let message = "The provided 'x-amz-content-sha256' header does not match what was \
                           computed.";
            let more = [
                element("ClientComputedContentSHA256", &hash),
                element("S3ComputedContentSHA256", &sha256_hex(&call.received.body)),
            ];
            refused(400, "XAmzContentSHA256Mismatch", message, &more.concat(), &why.note())
        }
        Refusal::Wrong { signature, why } => {
            let more = [
                element("AWSAccessKeyId", ACCESS_KEY),
                element("StringToSign", &why.expected("string to sign")),
                element("SignatureProvided", &signature),
                element("CanonicalRequest", &why.expected("canonical request")),
            ];
            refused(403, "SignatureDoesNotMatch", MISMATCH, &more.concat(), &why.note())
        }
    })
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
