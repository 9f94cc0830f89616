//! Foreman: `app/services/sso/oauth.rb`, which has one answer for all.

use crate::flow::diagnose::cause::{Cause, Found, certain, likely};
use crate::flow::diagnose::evidence::Evidence;

const FOREMAN: &[&str] = &["foreman"];

pub(super) const ROWS: &[Cause] = &[
    certain(
        FOREMAN,
        "Foreman locked this address out after 30 failures in five minutes",
        "Too many tries",
        "sleep 300; signreq doctor NAME",
        locked_out,
    ),
    certain(
        FOREMAN,
        "the user is disabled",
        "User account is disabled",
        "signreq profile set NAME user=LOGIN",
        disabled,
    ),
    likely(
        FOREMAN,
        "nobody is named: oauth_map_users wants a FOREMAN-USER",
        "401 and the request's headers",
        "signreq profile set NAME user=LOGIN",
        no_user,
    ),
    likely(
        FOREMAN,
        "brackets in the query are signed otherwise there",
        "401 and the request's query",
        "signreq profile set NAME normalization=rack",
        brackets,
    ),
    likely(
        FOREMAN,
        "Foreman has no such user",
        "401 and the request's FOREMAN-USER",
        "signreq profile set NAME user=LOGIN",
        unknown_user,
    ),
    likely(
        FOREMAN,
        "consumer_key or consumer_secret is not that of Foreman's settings",
        "401",
        "sudo grep oauth_consumer /etc/foreman/settings.yaml",
        other_consumer,
    ),
    likely(
        FOREMAN,
        "Foreman's setting oauth_active is off",
        "401",
        "sudo foreman-rake config -- -k oauth_active",
        inactive,
    ),
    certain(
        FOREMAN,
        "Foreman takes only JSON for POST and PUT",
        "415 and the request's Content-Type",
        "the same command with Content-Type:application/json",
        media_type,
    ),
    certain(
        FOREMAN,
        "Foreman does not know the signature method",
        "500 with nothing but the method's name",
        "signreq profile set NAME signature_method=HMAC-SHA1",
        signature_method,
    ),
    certain(
        FOREMAN,
        "the user lacks a permission",
        "403 and missing_permissions",
        "signreq profile set NAME user=LOGIN",
        permission,
    ),
];

fn is_refused(evidence: &Evidence<'_>) -> bool {
    evidence.status() == 401 && evidence.says("Unable to authenticate user")
}

fn locked_out(evidence: &Evidence<'_>) -> Option<Found> {
    evidence.says("Too many tries").then(|| {
        let name = &evidence.profile.name;
        let why = "Foreman locked this address out for five minutes after 30 failures; each more \
                   makes it last";
        Found::new(why).mend(format!("sleep 300; signreq doctor {name}"))
    })
}

fn disabled(evidence: &Evidence<'_>) -> Option<Found> {
    evidence.says("User account is disabled").then(|| {
        let user = evidence.sent("foreman-user").unwrap_or_default();
        Found::new(format!("Foreman's user '{user}' is disabled"))
            .mend(evidence.set("user", "LOGIN"))
    })
}

fn no_user(evidence: &Evidence<'_>) -> Option<Found> {
    (is_refused(evidence) && evidence.sent("foreman-user").is_none()).then(|| {
        let why = "no FOREMAN-USER was sent, which Foreman wants unless oauth_map_users is off";
        Found::new(why).mend(evidence.set("user", "LOGIN"))
    })
}

fn brackets(evidence: &Evidence<'_>) -> Option<Found> {
    let query = evidence.wire().url().query().unwrap_or_default().to_ascii_uppercase();
    (is_refused(evidence) && (query.contains('[') || query.contains("%5B"))).then(|| {
        let why = "Foreman's OAuth signs brackets in a query as no specification has it";
        let found = Found::new(why);
        match evidence.field("normalization") {
            "rack" => found.mend("put those parameters into the JSON body"),
            _ => found.mend(evidence.set("normalization", "rack")),
        }
    })
}

fn unknown_user(evidence: &Evidence<'_>) -> Option<Found> {
    let user = evidence.sent("foreman-user").filter(|_| is_refused(evidence))?;
    let why = format!("Foreman has no user '{user}'");
    Some(Found::new(why).mend(evidence.set("user", "LOGIN")))
}

fn other_consumer(evidence: &Evidence<'_>) -> Option<Found> {
    is_refused(evidence).then(|| {
        Found::new("consumer_key or consumer_secret is not that of Foreman's settings")
            .mend("on Foreman's host: sudo grep oauth_consumer /etc/foreman/settings.yaml")
            .mend(evidence.ask("consumer_secret"))
    })
}

fn inactive(evidence: &Evidence<'_>) -> Option<Found> {
    is_refused(evidence).then(|| {
        Found::new("Foreman's setting oauth_active is off, as it is by default")
            .mend("on Foreman's host: sudo foreman-rake config -- -k oauth_active")
    })
}

fn media_type(evidence: &Evidence<'_>) -> Option<Found> {
    let sent = evidence.sent("content-type").unwrap_or_else(|| "none".to_owned());
    let sent = sent.split(';').next().unwrap_or_default().to_owned();
    (evidence.status() == 415 && evidence.says("Media type in")).then(|| {
        Found::new(format!("Foreman takes only JSON here, and the Content-Type is {sent}")).mend(
            "NAME=VALUE without --as form, --as multipart or -F, or Content-Type:application/json",
        )
    })
}

fn signature_method(evidence: &Evidence<'_>) -> Option<Found> {
    let method = evidence.field("signature_method");
    (evidence.status() == 500 && !method.is_empty() && evidence.message == method).then(|| {
        Found::new(format!("Foreman does not know the signature method {method}"))
            .mend(evidence.set("signature_method", "HMAC-SHA1"))
    })
}

fn permission(evidence: &Evidence<'_>) -> Option<Found> {
    let json: serde_json::Value = serde_json::from_str(&evidence.body).ok()?;
    let missing = json.get("error")?.get("missing_permissions")?.as_array()?;
    let missing: Vec<&str> = missing.iter().filter_map(|name| name.as_str()).collect();
    let user = evidence.sent("foreman-user").unwrap_or_default();
    let why = format!("Foreman's user '{user}' lacks {}", evidence.masked(&missing.join(", ")));
    (evidence.status() == 403).then(|| Found::new(why).mend(evidence.set("user", "LOGIN")))
}
