//! OVHcloud, whose older answers have codes and whose newer ones messages.

use crate::flow::diagnose::cause::{Cause, Found, certain, likely};
use crate::flow::diagnose::evidence::Evidence;
use crate::model::place::shell_word;

const OVH: &[&str] = &["ovh"];

pub(super) const ROWS: &[Cause] = &[
    certain(
        OVH,
        "the application key is not known there: it was deleted, or is another region's",
        "INVALID_KEY",
        "--set endpoint=ovh-ca",
        unknown_application,
    ),
    certain(OVH, "no consumer key arrived", "NOT_CREDENTIAL", "signreq login NAME", no_credential),
    likely(
        OVH,
        "the consumer key is not validated yet, expired or logged out",
        "INVALID_CREDENTIAL",
        "signreq login NAME",
        not_valid,
    ),
    certain(
        OVH,
        "the consumer key has no right to this call",
        "NOT_GRANTED_CALL, or unauthorizedActionsByAuthentication",
        "signreq login NAME --allow 'METHOD /path'",
        not_granted,
    ),
    certain(
        OVH,
        "an IAM policy of the account forbids the call",
        "unauthorizedActionsByIAM",
        "allow the actions in the account's IAM policies",
        iam,
    ),
    likely(
        OVH,
        "application_secret is that of another application",
        "INVALID_SIGNATURE, of keys that are known",
        "signreq profile set NAME application_secret=-",
        other_secret,
    ),
    likely(
        OVH,
        "the API has no such path, or its other version has it",
        "Got an invalid (or empty) URL",
        "the same command with /v1 or /v2 before the path",
        unknown_path,
    ),
];

fn is(evidence: &Evidence<'_>, code: &str, messages: &[&str]) -> bool {
    evidence.code == code || messages.iter().any(|message| evidence.says(message))
}

/// The command that gets a consumer key with the right to this call.
fn login(evidence: &Evidence<'_>) -> String {
    let rule = format!("{} {}", evidence.wire().method(), evidence.path());
    let name = shell_word(&evidence.profile.name);
    format!("signreq login {name} --allow {}", shell_word(&rule))
}

fn unknown_application(evidence: &Evidence<'_>) -> Option<Found> {
    let messages = ["This application key is invalid", "Invalid application key"];
    is(evidence, "INVALID_KEY", &messages).then(|| {
        let server = evidence.server();
        let rule = evidence.profile.preset.as_ref().map(|preset| &preset.url);
        let names = rule.map(|rule| rule.names.as_slice()).unwrap_or_default();
        let others = names.iter().filter(|(_, url)| !url.contains(&server));
        let others: Vec<&str> =
            others.map(|(name, _)| name.as_str()).filter(|name| name.starts_with("ovh-")).collect();
        let why = format!(
            "{server} does not know the application key: it is another region's ({}) or deleted",
            others.join(", ")
        );
        let other = if server.contains("eu.") { "ovh-ca" } else { "ovh-eu" };
        Found::new(why).mend(evidence.set("endpoint", other))
    })
}

fn no_credential(evidence: &Evidence<'_>) -> Option<Found> {
    is(evidence, "NOT_CREDENTIAL", &["You must login first"])
        .then(|| Found::new("no consumer key arrived that could be used").mend(login(evidence)))
}

fn not_valid(evidence: &Evidence<'_>) -> Option<Found> {
    let messages = ["This credential is not valid", "This credential does not exist"];
    is(evidence, "INVALID_CREDENTIAL", &messages).then(|| {
        let why = "the consumer key is not allowed in the browser yet, has expired or was logged \
                   out";
        Found::new(why).mend(login(evidence))
    })
}

/// What the newer answers say is not allowed, and by what.
fn unauthorized(evidence: &Evidence<'_>, by: &str) -> Vec<String> {
    let json: Option<serde_json::Value> = serde_json::from_str(&evidence.body).ok();
    let details = json.as_ref().and_then(|json| json.get("details")?.get(by));
    match details {
        Some(serde_json::Value::Array(actions)) => {
            actions.iter().filter_map(|action| Some(evidence.masked(action.as_str()?))).collect()
        }
        Some(serde_json::Value::String(actions)) if !actions.is_empty() => {
            vec![evidence.masked(actions)]
        }
        _ => Vec::new(),
    }
}

fn not_granted(evidence: &Evidence<'_>) -> Option<Found> {
    let by_iam = unauthorized(evidence, "unauthorizedActionsByIAM");
    let by_key = unauthorized(evidence, "unauthorizedActionsByAuthentication");
    let messages = ["This call has not been granted", "User not granted for this request"];
    let is_by_key = !by_key.is_empty() || by_iam.is_empty();
    (is(evidence, "NOT_GRANTED_CALL", &messages) && is_by_key).then(|| {
        let why = "the consumer key has no right to this call; a new one has only the rights that \
                   are asked for, so ask for the old ones too";
        Found::new(why)
            .mend(evidence.run(&["GET", "/auth/currentCredential"]))
            .mend(login(evidence))
    })
}

fn iam(evidence: &Evidence<'_>) -> Option<Found> {
    let actions = unauthorized(evidence, "unauthorizedActionsByIAM");
    (evidence.status() == 403 && !actions.is_empty()).then(|| {
        Found::new(format!("an IAM policy of the account forbids {}", actions.join(", ")))
            .mend("allow it in the account's IAM policies")
    })
}

fn other_secret(evidence: &Evidence<'_>) -> Option<Found> {
    is(evidence, "INVALID_SIGNATURE", &["Invalid signature"]).then(|| {
        let why = "application_secret is another application's: OVHcloud checks it last, after \
                   the application and consumer keys";
        Found::new(why).mend(evidence.ask("application_secret"))
    })
}

fn unknown_path(evidence: &Evidence<'_>) -> Option<Found> {
    evidence.says("Got an invalid (or empty) URL").then(|| {
        let why = format!("the API has no path {}, or its other version has it", evidence.path());
        let path = evidence.path();
        Found::new(why).mend(evidence.again(&format!("/v2{path}")))
    })
}
