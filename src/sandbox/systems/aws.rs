//! AWS's services other than S3: their check and STS's GetCallerIdentity.

use super::System;
use super::sigv4::{self, MISMATCH, Refusal, TOLERANCE, expiry_note};
use super::xml::{element, escape};
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use crate::sandbox::credentials::aws::REGION;
use crate::sandbox::verify::clock_note;
use crate::sign::encode::parse_form;

/// The identifier of every request to the sandbox.
const REQUEST_ID: &str = "5a4dc4f1-0000-4000-8000-0000000000ff";
/// The account that all belongs to.
const ACCOUNT: &str = "123456789012";
/// STS's XML namespace.
const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// AWS's services; they keep nothing.
pub(in crate::sandbox) struct Aws;

impl System for Aws {
    fn answer(&mut self, call: &Call<'_>) -> Answer {
        match sigv4::check(call) {
            Ok(_) => act(call),
            Err(refusal) => refused(call, refusal),
        }
    }
}

/// Does what the parameter `Action` of the query or the form names.
fn act(call: &Call<'_>) -> Answer {
    let form = parse_form(&call.received.body);
    let in_form = form.iter().find(|(name, _)| name == b"Action");
    let action = match (call.query_value("Action"), in_form) {
        (Some(action), _) => action.to_owned(),
        (None, Some((_, action))) => String::from_utf8_lossy(action).into_owned(),
        (None, None) => {
            return error(400, "MissingAction", "Request is missing the parameter Action", "");
        }
    };
    if action != "GetCallerIdentity" {
        let message =
            format!("Could not find operation {action}; the sandbox has GetCallerIdentity");
        return error(400, "InvalidAction", &message, "");
    }
    let elements = [
        element("Arn", &format!("arn:aws:iam::{ACCOUNT}:user/sandbox")),
        element("UserId", "AIDASANDBOXSANDBOX01"),
        element("Account", ACCOUNT),
    ];
    let result = elements.concat();
    let document = format!(
        "<GetCallerIdentityResponse xmlns=\"{NAMESPACE}\"><GetCallerIdentityResult>{result}\
         </GetCallerIdentityResult><ResponseMetadata>{}</ResponseMetadata>\
         </GetCallerIdentityResponse>",
        element("RequestId", REQUEST_ID)
    );
    Answer::xml(200, &document).header("x-amzn-RequestId", REQUEST_ID)
}

fn refused(call: &Call<'_>, refusal: Refusal) -> Answer {
    match refusal {
        Refusal::Missing => {
            let message = "Request is missing Authentication Token";
            error(403, "MissingAuthenticationToken", message, "signature: there is none")
        }
        Refusal::Malformed(what) => error(400, "IncompleteSignature", &what, &what),
        Refusal::UnknownKey(_) => {
            let message = "The security token included in the request is invalid.";
            error(403, "InvalidClientTokenId", message, "key: the access key is another one")
        }
        Refusal::WrongRegion(_) => {
            let message = "Credential should be scoped to a valid region.";
            error(403, "SignatureDoesNotMatch", message, &format!("region: this is {REGION}"))
        }
        Refusal::Expired(end) => {
            let (end, now) = (end.iso8601_basic(), call.now.iso8601_basic());
            let message = format!("Signature expired: {end} is now earlier than {now}");
            error(403, "SignatureDoesNotMatch", &message, &expiry_note(&end))
        }
        Refusal::Skewed(time) => {
            let (signed, now) = (time.iso8601_basic(), call.now.iso8601_basic());
            let tolerance = i64::try_from(TOLERANCE).unwrap_or(0);
            let message = if time < call.now {
                let oldest = call.now.plus(-tolerance).iso8601_basic();
                format!(
                    "Signature expired: {signed} is now earlier than {oldest} ({now} - 15 min.)"
                )
            } else {
                let newest = call.now.plus(tolerance).iso8601_basic();
                format!(
                    "Signature not yet current: {signed} is still later than {newest} \
                     ({now} + 15 min.)"
                )
            };
            error(403, "SignatureDoesNotMatch", &message, &clock_note(time, call.now))
        }
        Refusal::Wrong { why, .. } => {
            let message = format!(
                "{MISMATCH} Consult the service documentation for details.\n\n\
                 The Canonical String for this request should have been\n'{}'\n\n\
                 The String-to-Sign should have been\n'{}'\n",
                why.expected("canonical request"),
                why.expected("string to sign")
            );
            error(403, "SignatureDoesNotMatch", &message, &why.note())
        }
    }
}

/// The query protocol's shape of errors, with a remark where there is one.
fn error(status: u16, code: &str, message: &str, note: &str) -> Answer {
    let remark = if note.is_empty() {
        String::new()
    } else {
        format!("<SignreqSandbox>{}</SignreqSandbox>", escape(note))
    };
    let document = format!(
        "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>Sender</Type>{}{}</Error>{}{remark}\
         </ErrorResponse>",
        element("Code", code),
        element("Message", message),
        element("RequestId", REQUEST_ID)
    );
    let answer = Answer::xml(status, &document).header("x-amzn-RequestId", REQUEST_ID);
    if note.is_empty() { answer } else { answer.note(note) }
}

#[cfg(test)]
mod tests {
    use crate::sandbox::testing::{Client, sandbox};

    #[test]
    fn the_caller_is_identified_by_query_or_form() {
        let sandbox = sandbox();
        let client = Client::new(&sandbox, "aws");
        let account = "<Account>123456789012</Account>";
        let seen = client.get("/?Action=GetCallerIdentity&Version=2011-06-15");
        assert!(seen.status == 200 && seen.body.contains(account), "{seen:?}");
        let form = ["Content-Type: application/x-www-form-urlencoded"];
        let seen = client.send("POST", "/", &form, "Action=GetCallerIdentity");
        assert!(seen.status == 200 && seen.body.contains(account), "{seen:?}");
        assert_eq!(client.get("/?Action=Nosuch").status, 400);
    }

    #[test]
    fn refusals_have_their_codes() {
        let sandbox = sandbox();
        let client = || Client::new(&sandbox, "aws");
        let mut late = client();
        late.ahead = -901;
        for (client, code, words) in [
            (
                client().with("secret_key", "x"),
                "SignatureDoesNotMatch",
                "The Canonical String for this request should have been\n'GET\n/\nAction=A\nhost:",
            ),
            (client().with("access_key", "x"), "InvalidClientTokenId", "security token"),
            (client().with("region", "eu-west-1"), "SignatureDoesNotMatch", "valid region"),
            (
                late,
                "SignatureDoesNotMatch",
                "Signature expired: 20150830T122059Z is now earlier than 20150830T122100Z \
                 (20150830T123600Z - 15 min.)",
            ),
        ] {
            let seen = client.get("/?Action=A");
            assert_eq!(seen.status, 403);
            let code = format!("<Code>{code}</Code>");
            assert!(seen.body.contains(&code) && seen.body.contains(words), "{seen:?}");
            assert!(!seen.note().is_empty());
        }
    }
}
