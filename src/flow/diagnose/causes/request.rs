//! What is wrong with the request itself, whatever the system: the path under
//! which its API is, the method.

use crate::flow::diagnose::cause::{Cause, Found, certain, likely};
use crate::flow::diagnose::evidence::Evidence;
use crate::flow::redirect::{is_redirect, leads_to};
use crate::model::method::{KNOWN_METHODS, Method};
use crate::model::nearest::nearest;

pub(super) const ROWS: &[Cause] = &[
    certain(
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
    let path = evidence.path();
    let version = prefix.rfind('/').map_or("", |at| &prefix[at..]);
    let rest = path.strip_prefix(version).filter(|rest| rest.starts_with('/')).unwrap_or(path);
    let why = format!("{}'s API is below {prefix}, which the path lacks", preset.title);
    Some(Found::new(why).mend(evidence.again(&format!("{prefix}{rest}"))))
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
