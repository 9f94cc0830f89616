//! DCI: the control server and dciauth behind it.

use crate::flow::diagnose::cause::{Cause, Found, certain, likely};
use crate::flow::diagnose::evidence::Evidence;

const DCI: &[&str] = &["dci"];

pub(super) const ROWS: &[Cause] = &[
    certain(
        DCI,
        "the type before the client's id is missing",
        "the access key",
        "signreq profile set NAME access_key=remoteci/UUID",
        client_type,
    ),
    certain(
        DCI,
        "the server does not know the client's id",
        "identity does not exists",
        "signreq profile set NAME access_key=remoteci/UUID",
        unknown_client,
    ),
    likely(
        DCI,
        "the API secret is that of another client, or was renewed",
        "400 signature is invalid",
        "signreq profile set NAME secret_key=-",
        other_secret,
    ),
    likely(
        DCI,
        "RHDL's server signs for AWS4 and us-east-1",
        "the refusal, the host and the profile's fields",
        "signreq profile set NAME region=us-east-1",
        region,
    ),
    certain(
        DCI,
        "an update or deletion needs the ETag of what it changes",
        "412 'If-match' header must be provided",
        "If-match:ETAG",
        no_etag,
    ),
    likely(
        DCI,
        "the client's team is inactive",
        "412 of a request that needs no ETag",
        "signreq NAME GET /api/v1/identity",
        inactive_team,
    ),
];

pub(super) fn client_type(evidence: &Evidence<'_>) -> Option<Found> {
    let key = evidence.field("access_key");
    let is_id = evidence.system() == "dci"
        && evidence.is_refused()
        && key.len() == 36
        && !key.contains('/');
    is_id.then(|| {
        Found::new("the type before the client's id is missing: remoteci or feeder")
            .mend(evidence.set("access_key", &format!("remoteci/{key}")))
    })
}

fn unknown_client(evidence: &Evidence<'_>) -> Option<Found> {
    (evidence.status() == 401 && evidence.says("identity does not exist")).then(|| {
        let why = format!("{} does not know this client's id", evidence.server());
        Found::new(why).mend(evidence.set("access_key", "remoteci/UUID"))
    })
}

fn other_secret(evidence: &Evidence<'_>) -> Option<Found> {
    evidence.says("HmacMechanism failed: signature is invalid").then(|| {
        Found::new("the API secret is that of another client, or was renewed")
            .mend(evidence.ask("secret_key"))
    })
}

fn region(evidence: &Evidence<'_>) -> Option<Found> {
    // RHDL is called by the same clients with another algorithm and region.
    let is_rhdl = evidence.wire().url().origin().host.contains("rhdl");
    let is_ours =
        evidence.field("region") == "us-east-1" && evidence.field("algorithm").starts_with("AWS4");
    (evidence.is_refused() && is_rhdl && !is_ours).then(|| {
        Found::new("RHDL's server takes AWS4-HMAC-SHA256 and the region us-east-1")
            .mend(evidence.set("region", "us-east-1"))
            .mend(evidence.set("algorithm", "AWS4-HMAC-SHA256"))
    })
}

fn no_etag(evidence: &Evidence<'_>) -> Option<Found> {
    (evidence.status() == 412 && evidence.message.contains("If-match")).then(|| {
        Found::new("DCI wants the ETag of what is changed, which a GET tells")
            .mend(evidence.run(&["-I", "GET", evidence.path()]))
            .mend(format!("{} If-match:ETAG", evidence.again(evidence.path())))
    })
}

fn inactive_team(evidence: &Evidence<'_>) -> Option<Found> {
    let is_about_team = evidence.status() == 412 && !evidence.message.contains("If-match");
    is_about_team.then(|| {
        Found::new("the client's team is inactive, which DCI's administrators change")
            .mend(evidence.run(&["GET", "/api/v1/identity"]))
    })
}
