//! MAAS: `maasserver/api/auth.py` and piston's OAuth behind it.

use crate::flow::diagnose::cause::{Cause, Found, certain, likely};
use crate::flow::diagnose::evidence::Evidence;
use crate::model::method::Method;
use crate::sign::encode::decode;

const MAAS: &[&str] = &["maas"];

pub(super) const ROWS: &[Cause] = &[
    likely(
        MAAS,
        "the key's first two parts are exchanged, or the key was deleted",
        "Invalid API key, of a key of the right shape",
        "signreq profile set NAME key=-",
        unknown_key,
    ),
    certain(
        MAAS,
        "the key's second part is not that of its first",
        "Invalid access token",
        "signreq profile set NAME key=-",
        unknown_token,
    ),
    certain(
        MAAS,
        "something stands around the key's third part",
        "the secret that MAAS tells to whoever signs with a wrong one",
        "signreq profile set NAME key=-",
        spoiled_secret,
    ),
    certain(
        MAAS,
        "the key's third part is that of another key",
        "the secret that MAAS tells to whoever signs with a wrong one",
        "signreq profile set NAME key=-",
        other_secret,
    ),
    certain(
        MAAS,
        "MAAS does not know the signature method",
        "Signature method … not supported",
        "signreq profile set NAME signature_method=PLAINTEXT",
        signature_method,
    ),
    likely(
        MAAS,
        "no Authorization header arrived, or MAAS's users log in elsewhere",
        "401 without a reason",
        "--noproxy '*'",
        no_authorization,
    ),
    certain(
        MAAS,
        "a cookie was sent: a session wins over the signature",
        "the refusal for CSRF and the request's Cookie",
        "the same command without Cookie",
        cookie,
    ),
    certain(
        MAAS,
        "the path lacks its last slash",
        "Unknown API endpoint",
        "the same command with the slash",
        slash,
    ),
    certain(
        MAAS,
        "the path holds the API's prefix, which the profile's url has",
        "Unknown API endpoint, and the path",
        "the same command without the prefix",
        prefix,
    ),
    likely(
        MAAS,
        "the API has no such path",
        "Unknown API endpoint",
        "signreq NAME GET /describe/",
        unknown_path,
    ),
    likely(
        MAAS,
        "the profile's url lacks /MAAS",
        "404 in words that are not the API's",
        "signreq profile set NAME url=http://HOST:5240/MAAS",
        root,
    ),
    certain(
        MAAS,
        "MAAS gives its events by the operation query only",
        "Unrecognised signature, and the path /events/",
        "signreq NAME GET /events/ op==query",
        events,
    ),
    certain(
        MAAS,
        "the resource has no such operation for this method",
        "Unrecognised signature",
        "signreq NAME GET /describe/",
        operation,
    ),
];

fn get_key(evidence: &Evidence<'_>, why: &str) -> Found {
    Found::new(why)
        .mend("on MAAS's host: sudo maas apikey --username=NAME")
        .mend(evidence.ask("key"))
}

fn unknown_key(evidence: &Evidence<'_>) -> Option<Found> {
    evidence.says("Authorization Error: Invalid API key").then(|| {
        let why = "the key's first two parts are exchanged (the order is consumer:token:secret), \
                   or the key was deleted";
        get_key(evidence, why)
    })
}

fn unknown_token(evidence: &Evidence<'_>) -> Option<Found> {
    evidence.says("Authorization Error: 'Invalid access token").then(|| {
        get_key(evidence, "MAAS knows the key's first part, but not its second one with it")
    })
}

/// The secret that MAAS expects, as it tells it.
fn told_secret(evidence: &Evidence<'_>) -> Option<String> {
    let is_told = evidence.says("Authorization Error: 'Invalid signature")
        && evidence.field("signature_method") == "PLAINTEXT";
    let (_, told) = evidence.body.split_once("signature base string: ").filter(|_| is_told)?;
    let line = told.lines().next()?.trim_end().trim_end_matches('\'');
    let (_, secret) = line.split_once('&')?;
    Some(String::from_utf8_lossy(&decode(secret.as_bytes())).into_owned())
}

fn spoiled_secret(evidence: &Evidence<'_>) -> Option<Found> {
    let (theirs, ours) = (told_secret(evidence)?, evidence.field("token_secret"));
    let is_spoiled = ours.len() != theirs.len() && !theirs.is_empty() && ours.contains(&theirs);
    is_spoiled.then(|| {
        let found = Found::new("the key's third part is the right one with something around it");
        found.mend(evidence.ask("key"))
    })
}

fn other_secret(evidence: &Evidence<'_>) -> Option<Found> {
    let theirs = told_secret(evidence)?;
    let is_other = !theirs.is_empty() && !evidence.field("token_secret").contains(&theirs);
    is_other.then(|| {
        get_key(evidence, "the key's first two parts are right, its third is that of another key")
    })
}

fn signature_method(evidence: &Evidence<'_>) -> Option<Found> {
    evidence.says("Authorization Error: 'Signature method").then(|| {
        let method = evidence.field("signature_method");
        Found::new(format!("MAAS does not know the signature method {method}"))
            .mend(evidence.set("signature_method", "PLAINTEXT"))
    })
}

fn no_authorization(evidence: &Evidence<'_>) -> Option<Found> {
    let is_bare = evidence.status() == 401 && !evidence.says("Authorization Error");
    is_bare.then(|| {
        let why = "a proxy took the Authorization header away, or MAAS's users log in elsewhere \
                   (Candid, RBAC), where keys are refused";
        Found::new(why).mend("past the proxy: --noproxy '*'")
    })
}

fn cookie(evidence: &Evidence<'_>) -> Option<Found> {
    let is_csrf = evidence.status() == 403 && evidence.body.contains("CSRF");
    (is_csrf && evidence.sent("cookie").is_some()).then(|| {
        Found::new("a cookie was sent: MAAS takes its session, not the signature")
            .mend("the same command without Cookie")
    })
}

fn is_unknown(evidence: &Evidence<'_>) -> bool {
    evidence.status() == 404 && evidence.says("Unknown API endpoint")
}

/// The path without a prefix that the base has already.
fn without_prefix<'a>(evidence: &'a Evidence<'_>) -> Option<&'a str> {
    let (_, rest) = evidence.path().split_once("/api/")?;
    let slash = rest.find('/')?;
    let begins_with_version = rest.starts_with(|letter: char| letter.is_ascii_digit());
    begins_with_version.then(|| &rest[slash..])
}

fn slash(evidence: &Evidence<'_>) -> Option<Found> {
    let path = evidence.path();
    (is_unknown(evidence) && !path.ends_with('/') && without_prefix(evidence).is_none()).then(
        || Found::new("MAAS's paths end in a slash").mend(evidence.again(&format!("{path}/"))),
    )
}

fn prefix(evidence: &Evidence<'_>) -> Option<Found> {
    let path = without_prefix(evidence).filter(|_| is_unknown(evidence))?;
    let path = path.trim_end_matches('/');
    let why = "the profile's url has the API's prefix already";
    Some(Found::new(why).mend(evidence.again(&format!("{path}/"))))
}

fn unknown_path(evidence: &Evidence<'_>) -> Option<Found> {
    is_unknown(evidence).then(|| {
        Found::new(format!("MAAS's API has no path {}; /describe/ lists all", evidence.path()))
            .mend(evidence.run(&["GET", "/describe/"]))
    })
}

fn root(evidence: &Evidence<'_>) -> Option<Found> {
    let is_lost = evidence.status() == 404 && !is_unknown(evidence) && evidence.is_at_home();
    let url = evidence.profile.url.as_ref().filter(|_| is_lost)?;
    let is_rooted = url.path().split('/').any(|segment| segment == "MAAS");
    (!is_rooted).then(|| {
        let why = "the profile's url lacks /MAAS, where MAAS usually is";
        Found::new(why).mend(evidence.set("url", &format!("{}/MAAS", url.origin())))
    })
}

fn is_unrecognised(evidence: &Evidence<'_>) -> bool {
    evidence.status() == 400 && evidence.says("Unrecognised signature")
}

fn events(evidence: &Evidence<'_>) -> Option<Found> {
    let is_read = evidence.wire().method().as_str() == "GET" && evidence.path() == "/events/";
    let query = evidence.wire().url().query().unwrap_or_default();
    let has_operation = query.split('&').any(|pair| pair.starts_with("op="));
    (is_read && !has_operation && is_unrecognised(evidence)).then(|| {
        Found::new("MAAS gives its events by the operation query only").mend(evidence.again_with(
            "GET",
            evidence.path(),
            &["op==query"],
        ))
    })
}

fn operation(evidence: &Evidence<'_>) -> Option<Found> {
    let is_of_http = Method::is_known(evidence.wire().method().as_str());
    (is_of_http && is_unrecognised(evidence)).then(|| {
        let why = "this path has no such operation for this method; op==NAME names one, and \
                   /describe/ lists all";
        Found::new(why).mend(evidence.run(&["GET", "/describe/"]))
    })
}
