//! What is wrong with the request itself, whatever the system: the path under
//! which its API is, the method.

use crate::flow::diagnose::cause::{Cause, Found, likely};
use crate::flow::diagnose::evidence::Evidence;
use crate::flow::redirect::{is_redirect, leads_to};
use crate::model::method::{KNOWN_METHODS, Method};
use crate::model::nearest::nearest;

pub(super) const ROWS: &[Cause] = &[
    likely(
        &[],
        "the METHOD is none of HTTP's, and near to one",
        "400, 405 or 501, and the method",
        "the same command with that METHOD",
        method,
    ),
    likely(
        &["foreman", "dci"],
        "the path lacks the API's prefix",
        "404 or a redirect to a login page, and the path",
        "the same command below /api/v2 (Foreman) or /api/v1 (DCI)",
        prefix,
    ),
];

/// Any word of letters may be a METHOD that a server knows, so this is said
/// only when it did not.
fn method(evidence: &Evidence<'_>) -> Option<Found> {
    let method = evidence.wire().method().as_str();
    let is_unknown = matches!(evidence.status(), 400 | 405 | 501) && !Method::is_known(method);
    let meant = nearest(method, KNOWN_METHODS.iter().copied())
        .filter(|_| is_unknown && !evidence.is_refused())?;
    let why = format!("{method} is no method of HTTP; {meant} may be meant");
    Some(Found::new(why).mend(evidence.again_by(meant, evidence.path())))
}

fn prefix(evidence: &Evidence<'_>) -> Option<Found> {
    let preset = evidence.profile.preset.as_ref()?;
    let prefix = preset.url.api_prefix.as_deref()?;
    let marker = prefix.split('/').find(|segment| !segment.is_empty())?;
    // Plugins have prefixes of their own: /katello/api/v2, /foreman_tasks/api.
    let has_marker = evidence.wire().url().path().split('/').any(|segment| segment == marker);
    if has_marker || !is_lost(evidence) {
        return None;
    }
    let why = format!("{}'s API is below {prefix}, which the path lacks", preset.title);
    Some(Found::new(why).mend(evidence.again(&prefixed(prefix, evidence.path()))))
}

/// The path below the API's prefix, whatever part of that it has already: the
/// version, perhaps another one, or all of it in other letters.
fn prefixed(prefix: &str, path: &str) -> String {
    let place = prefix.rfind('/').map_or("", |at| &prefix[..at]);
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let is_version = first.strip_prefix('v').is_some_and(|rest| rest.parse::<u8>().is_ok());
    match path.split_at_checked(place.len()) {
        _ if is_version => format!("{place}{path}"),
        Some((begin, rest)) if begin.eq_ignore_ascii_case(place) && rest.starts_with('/') => {
            format!("{place}{rest}")
        }
        _ => format!("{prefix}{path}"),
    }
}

/// Whether the answer is that of no place of an API, or of the pages for people
/// beside it, which send to a login.
fn is_lost(evidence: &Evidence<'_>) -> bool {
    let head = &evidence.answer.head;
    let is_to_login = || {
        let place = leads_to(evidence.wire().url(), head).ok();
        place.is_some_and(|place| place.path().ends_with("/login"))
    };
    head.status == 404 || (is_redirect(head.status) && is_to_login())
}
