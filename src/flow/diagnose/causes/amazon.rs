//! AWS's services, S3 and its kin.

use crate::flow::diagnose::cause::{Cause, Found, certain, likely};
use crate::flow::diagnose::evidence::Evidence;

const AMAZON: &[&str] = &["aws", "s3"];
const AWS: &[&str] = &["aws"];

pub(super) const ROWS: &[Cause] = &[
    certain(
        AMAZON,
        "the region is another one",
        "the region that the answer tells",
        "signreq profile set NAME region=REGION",
        region,
    ),
    certain(
        AWS,
        "the service's signing name is another one",
        "Credential should be scoped to correct service",
        "signreq profile set NAME service=SERVICE",
        service,
    ),
    certain(
        AMAZON,
        "a temporary access key lacks its session token",
        "the access key, which begins with ASIA",
        "signreq profile set NAME session_token=-",
        no_token,
    ),
    certain(
        AMAZON,
        "the session token has expired",
        "ExpiredToken, TokenRefreshRequired",
        "signreq profile set NAME session_token=-",
        expired_token,
    ),
    likely(
        AMAZON,
        "the session token is that of another access key",
        "InvalidToken",
        "signreq profile set NAME session_token=-",
        other_token,
    ),
    likely(
        AMAZON,
        "the access key is not known there: it was deleted, or is another store's",
        "InvalidAccessKeyId, InvalidClientTokenId, UnrecognizedClient",
        "signreq profile set NAME access_key=KEY",
        unknown_key,
    ),
    certain(
        AMAZON,
        "the body was changed on the way",
        "XAmzContentSHA256Mismatch, BadDigest",
        "--noproxy '*'",
        changed_body,
    ),
    likely(
        AMAZON,
        "secret_key is that of another access key",
        "SignatureDoesNotMatch, without the text that was signed",
        "signreq profile set NAME secret_key=-",
        other_secret,
    ),
    likely(
        AWS,
        "the API has no such path or method",
        "MissingAuthenticationToken, though the request was signed",
        "the path and method of the API's stage",
        unknown_path,
    ),
];

/// A region or service that is one, since it comes from a server.
fn named(text: &str) -> Option<&str> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (!text.is_empty() && text.len() < 64 && text.bytes().all(is_name)).then_some(text)
}

/// What follows `before` up to the quote that ends it.
fn quoted<'a>(text: &'a str, before: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    named(rest.split('\'').next()?)
}

fn region(evidence: &Evidence<'_>) -> Option<Found> {
    let header = evidence.got("x-amz-bucket-region");
    let told = evidence
        .element("Region")
        .and_then(named)
        .or_else(|| quoted(&evidence.message, "expecting '"))
        .or_else(|| header.as_deref().and_then(named))?;
    let params = evidence.profile.params_for(evidence.wire().url()).ok()?;
    let ours = params.get("region").unwrap_or_default();
    (!(200..300).contains(&evidence.status()) && told != ours).then(|| {
        Found::new(format!("the region is {told}; the request is signed for {ours}"))
            .mend(evidence.set("region", told))
    })
}

fn service(evidence: &Evidence<'_>) -> Option<Found> {
    let told = quoted(&evidence.message, "scoped to correct service: '")?;
    let why = format!("the service's signing name is {told}");
    Some(Found::new(why).mend(evidence.set("service", told)))
}

/// A cause that another session token mends.
fn renew(evidence: &Evidence<'_>, why: &str) -> Found {
    Found::new(why).mend(evidence.ask("session_token"))
}

fn no_token(evidence: &Evidence<'_>) -> Option<Found> {
    // AWS's IAM guide, "unique identifiers": ASIA begins temporary keys.
    let is_temporary = evidence.field("access_key").starts_with("ASIA");
    let is_alone = is_temporary && evidence.field("session_token").is_empty();
    (evidence.is_refused() && is_alone).then(|| {
        renew(evidence, "the access key is a temporary one, and its session_token is missing")
    })
}

fn expired_token(evidence: &Evidence<'_>) -> Option<Found> {
    ["ExpiredToken", "TokenRefreshRequired"].contains(&evidence.code.as_str()).then(|| {
        renew(evidence, "the session token has expired")
            .mend("with AWS's own tools: aws sso login, or aws sts get-session-token")
    })
}

fn other_token(evidence: &Evidence<'_>) -> Option<Found> {
    (evidence.code == "InvalidToken")
        .then(|| renew(evidence, "the session token is cut off, or that of another access key"))
}

fn unknown_key(evidence: &Evidence<'_>) -> Option<Found> {
    let codes = ["InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClient"];
    codes.contains(&evidence.code.as_str()).then(|| {
        let why = format!(
            "{} does not know the access key: it was deleted, or is another store's or account's",
            evidence.server()
        );
        Found::new(why).mend(evidence.set("access_key", "KEY"))
    })
}

fn changed_body(evidence: &Evidence<'_>) -> Option<Found> {
    ["XAmzContentSHA256Mismatch", "BadDigest"].contains(&evidence.code.as_str()).then(|| {
        Found::new("the body that arrived is not the one that was sent")
            .mend("past the proxy: --noproxy '*'")
    })
}

fn other_secret(evidence: &Evidence<'_>) -> Option<Found> {
    let codes = ["SignatureDoesNotMatch", "InvalidSignature"];
    codes.contains(&evidence.code.as_str()).then(|| {
        Found::new("secret_key is that of another access key").mend(evidence.ask("secret_key"))
    })
}

fn unknown_path(evidence: &Evidence<'_>) -> Option<Found> {
    (evidence.code == "MissingAuthenticationToken").then(|| {
        let line = format!("{} {}", evidence.wire().method(), evidence.path());
        Found::new(format!("API Gateway answers so where it has no {line}"))
            .mend("the path begins with the API's stage: /STAGE/…")
    })
}
