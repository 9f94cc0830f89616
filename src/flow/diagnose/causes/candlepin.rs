//! Candlepin: `org.candlepin.auth.OAuth` and net.oauth behind it, whose
//! problems come with HTTP 200.

use crate::flow::diagnose::cause::{Cause, Found, certain, likely};
use crate::flow::diagnose::evidence::Evidence;

const CANDLEPIN: &[&str] = &["candlepin"];

pub(super) const ROWS: &[Cause] = &[
    certain(
        CANDLEPIN,
        "Candlepin does not know the signature method",
        "200 with signature_method_rejected",
        "signreq profile set NAME signature_method=HMAC-SHA1",
        signature_method,
    ),
    certain(
        CANDLEPIN,
        "a part of the Authorization header was lost on the way",
        "200 with parameter_absent",
        "--noproxy '*'",
        absent,
    ),
    likely(
        CANDLEPIN,
        "consumer_key or consumer_secret is not that of Candlepin's settings",
        "Invalid OAuth unit or secret",
        "sudo grep candlepin.auth.oauth /etc/candlepin/candlepin.conf",
        other_consumer,
    ),
    likely(
        CANDLEPIN,
        "Candlepin's OAuth is off",
        "Invalid Credentials, though the request was signed",
        "sudo grep candlepin.auth.oauth.enable /etc/candlepin/candlepin.conf",
        inactive,
    ),
    certain(
        CANDLEPIN,
        "Candlepin takes credentials by https only",
        "Please use SSL",
        "signreq profile set NAME url=https://HOST:8443/candlepin",
        wants_https,
    ),
    certain(
        CANDLEPIN,
        "the consumer was deleted",
        "410 … has been deleted",
        "signreq profile set NAME consumer=UUID",
        deleted,
    ),
    likely(
        CANDLEPIN,
        "nobody is named by cp-user",
        "403 and the request's headers",
        "signreq profile set NAME user=LOGIN",
        no_user,
    ),
    likely(
        CANDLEPIN,
        "Candlepin is not running, or the profile's url is not its own",
        "404 without X-Version",
        "signreq profile set NAME url=https://HOST:8443/candlepin",
        absent_server,
    ),
];

/// What net.oauth calls the problem.
fn has_problem(evidence: &Evidence<'_>, name: &str) -> bool {
    let beginning = "OAuth problem encountered. Internal message is: ";
    evidence.message.strip_prefix(beginning).is_some_and(|problem| problem.starts_with(name))
}

fn signature_method(evidence: &Evidence<'_>) -> Option<Found> {
    let method = evidence.field("signature_method");
    has_problem(evidence, "signature_method_rejected").then(|| {
        Found::new(format!("Candlepin does not know the signature method {method}"))
            .mend(evidence.set("signature_method", "HMAC-SHA1"))
    })
}

fn absent(evidence: &Evidence<'_>) -> Option<Found> {
    has_problem(evidence, "parameter_absent").then(|| {
        Found::new("a part of the Authorization header was lost on the way")
            .mend("past the proxy: --noproxy '*'")
    })
}

fn other_consumer(evidence: &Evidence<'_>) -> Option<Found> {
    evidence.says("Invalid OAuth unit or secret").then(|| {
        let key = evidence.field("consumer_key");
        Found::new(format!("candlepin.auth.oauth.consumer.{key}.secret is another one, or not set"))
            .mend(
                "on Candlepin's host: sudo grep candlepin.auth.oauth \
                 /etc/candlepin/candlepin.conf",
            )
            .mend(evidence.ask("consumer_secret"))
    })
}

fn inactive(evidence: &Evidence<'_>) -> Option<Found> {
    (evidence.status() == 401 && evidence.says("Invalid Credentials")).then(|| {
        Found::new("Candlepin's OAuth is off, as it is by default").mend(
            "on Candlepin's host: sudo grep candlepin.auth.oauth.enable \
             /etc/candlepin/candlepin.conf",
        )
    })
}

fn wants_https(evidence: &Evidence<'_>) -> Option<Found> {
    evidence.says("Please use SSL").then(|| {
        let host = &evidence.wire().url().origin().host;
        Found::new("Candlepin takes credentials by https only")
            .mend(evidence.set("url", &format!("https://{host}:8443/candlepin")))
    })
}

fn deleted(evidence: &Evidence<'_>) -> Option<Found> {
    (evidence.status() == 410).then(|| {
        Found::new("the consumer that was asked for, or acted as, is deleted")
            .mend(evidence.set("consumer", "UUID"))
    })
}

fn no_user(evidence: &Evidence<'_>) -> Option<Found> {
    let is_nobody = evidence.sent("cp-user").is_none();
    (evidence.status() == 403 && is_nobody).then(|| {
        Found::new("no cp-user was sent, so that the request acts as a consumer or as nobody")
            .mend(evidence.set("user", "LOGIN"))
    })
}

fn absent_server(evidence: &Evidence<'_>) -> Option<Found> {
    let is_foreign = evidence.status() == 404 && evidence.got("x-version").is_none();
    let url = evidence.profile.url.as_ref().filter(|_| is_foreign && evidence.is_at_home())?;
    let why = "this is not Candlepin's own 404: it is down, or elsewhere";
    let is_rooted = url.path().split('/').any(|segment| segment == "candlepin");
    Some(match is_rooted {
        true => {
            let place = format!("https://{}:8443/candlepin", url.origin().host);
            Found::new(why).mend(evidence.set("url", &place))
        }
        false => {
            let place = format!("{}/candlepin", url.origin());
            Found::new(format!("{why}, as the profile's url lacks /candlepin"))
                .mend(evidence.set("url", &place))
        }
    })
}
