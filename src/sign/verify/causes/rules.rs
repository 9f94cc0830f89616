//! Settings: by which rules a request was signed; and its method and time.

use crate::model::method::Method;
use crate::model::request::Draft;
use crate::sign::verify::case::{Case, Suspect};

/// So many seconds before and after the presented time are tried.
const SECONDS: i64 = 10;

pub(super) fn method<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]
        .into_iter()
        .filter(|method| *method != case.draft.method.as_str())
        .filter_map(|method| Method::parse(method).ok())
        .map(|method| {
            let how = format!("for the method {method}");
            let draft = Draft { method, ..case.draft.clone() };
            Case { draft, ..case.clone() }.suspect(how)
        })
        .collect()
}

/// Each other value of a field of the scheme that has a list of them.
fn others<'a>(case: &Case<'a>, name: &'static str, values: &[&str]) -> Vec<Suspect<'a>> {
    let own = case.params.get(name);
    let values = values.iter().filter(|value| own != Some(**value));
    values
        .map(|value| {
            let how =
                format!("with {name} {value}, the profile has {}", own.unwrap_or("its default"));
            case.with_field(name, value).suspect(how).setting(name, *value)
        })
        .collect()
}

pub(super) fn normalization<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    others(case, "normalization", &["rfc5849", "rack"])
}

pub(super) fn path_encoding<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    others(case, "path_encoding", &["double", "s3", "decoded-twice"])
}

pub(super) fn query_rule<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    others(case, "query_rule", &["all", "first"])
}

pub(super) fn payload_rule<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    others(case, "payload_rule", &["raw", "no-forms"])
}

pub(super) fn key_prefix<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    others(case, "key_prefix", &["AWS4", "DCI2", "DCI", ""])
}

pub(super) fn signed_url<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let mut changed = case.clone();
    changed.params.unset("signed_url");
    let is_set = case.params.get("signed_url").is_some();
    is_set.then(|| changed.suspect("without the profile's signed_url")).into_iter().collect()
}

/// The same base string, signed by another method than it names.
pub(super) fn signature_method<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let Some(message) = case.own_message() else { return Vec::new() };
    ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "RSA-SHA512"]
        .into_iter()
        .chain(["PLAINTEXT"])
        .filter(|method| case.params.get("signature_method") != Some(method))
        .map(|method| {
            let changed = case.with_field("signature_method", method);
            let named = case.params.get("signature_method").unwrap_or_default();
            let how = format!("by {method}, though it says {}", named.escape_default());
            changed.with_message(message.clone()).suspect(how).setting("signature_method", method)
        })
        .collect()
}

/// Clients that read the clock once for the header and once for the signature.
pub(super) fn time<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let Some(time) = case.time else { return Vec::new() };
    let nearest_first = (1..=SECONDS).flat_map(|seconds| [seconds, -seconds]);
    let mut suspects: Vec<Suspect<'a>> = nearest_first
        .map(|seconds| {
            let time = time.plus(seconds);
            let how = format!("for the timestamp {}", time.epoch());
            Case { time: Some(time), ..case.clone() }.suspect(how)
        })
        .collect();
    let milliseconds = crate::model::time::Time::from_epoch(time.epoch().saturating_mul(1000));
    suspects.push(
        Case { time: Some(milliseconds), ..case.clone() }
            .suspect("for the timestamp in milliseconds"),
    );
    suspects
}
