//! What happens to a request on its way to the server.

use crate::flow::diagnose::cause::{Cause, Found, certain, likely};
use crate::flow::diagnose::evidence::Evidence;
use crate::flow::redirect::{is_redirect, leads_to};
use crate::model::url::{Protocol, WireUrl};

pub(super) const ROWS: &[Cause] = &[
    certain(
        &[],
        "the request was changed on the way: Host, port, scheme, path, query, a header or the body",
        "the text that the server signed, quoted in its answer, held against ours",
        "signreq profile set NAME signed_url=URL, or a proxy that hands on what was signed",
        changed,
    ),
    certain(
        &[],
        "the secret is another one",
        "the server signed the same text, as its answer quotes it",
        "signreq profile set NAME FIELD=-",
        other_secret,
    ),
    certain(
        &[],
        "a redirect led to where the profile does not sign",
        "the refusal of the unsigned request",
        "--allow-origin ORIGIN",
        unsigned,
    ),
    certain(
        &[],
        "the server wants https",
        "a redirect to the same place by https",
        "signreq profile set NAME url=https://…",
        wants_https,
    ),
    likely(
        &[],
        "signed_url is not the URL that the server sees",
        "the profile's field",
        "--set signed_url=URL",
        signed_url,
    ),
    likely(
        &["foreman", "candlepin", "ovh", "dci"],
        "a proxy changed the URL that was signed",
        "the answer's Via",
        "--noproxy '*', or signed_url",
        proxied,
    ),
];

fn changed(evidence: &Evidence<'_>) -> Option<Found> {
    let quoted = evidence.quoted().filter(|quoted| quoted.is_of_request())?;
    let part = quoted.part()?;
    let found = match &quoted.difference {
        Some(difference) => {
            let how = difference.explanation.trim_start_matches("it was made ");
            Found::new(format!("the server takes the request for one signed {how}"))
        }
        None => {
            let (ours, theirs) = (evidence.masked(&part.ours), evidence.masked(&part.theirs));
            Found::new(format!("we signed the {} '{ours}', the server '{theirs}'", part.name))
        }
    };
    if let Some(url) = quoted.url().and_then(|url| signed_url_of(evidence, &url)) {
        return Some(found.mend(evidence.set("signed_url", &url)));
    }
    let setting = quoted.difference.as_ref().and_then(|difference| difference.setting.as_ref());
    Some(match setting.and_then(|setting| Some((setting.name, setting.value.as_deref()?))) {
        Some((name, value)) => found.mend(evidence.set(name, value)),
        None => found.mend("a proxy has to hand on what was signed"),
    })
}

/// The `signed_url` by which the profile signs what the server sees.
fn signed_url_of(evidence: &Evidence<'_>, url: &WireUrl) -> Option<String> {
    let prefix = url.path().strip_suffix(evidence.path())?;
    Some(format!("{}{prefix}", url.origin()))
}

fn other_secret(evidence: &Evidence<'_>) -> Option<Found> {
    let quoted = evidence.quoted().filter(|quoted| quoted.is_of_request())?;
    let params = evidence.profile.scheme.params();
    let secret =
        params.iter().rev().find(|param| param.secret && !evidence.field(param.name).is_empty())?;
    let field = if evidence.system() == "maas" { "key" } else { secret.name };
    let slip = evidence.slips().iter().find(|slipped| slipped.field == field);
    let slip = slip.map_or_else(String::new, |slip| format!("; in ours {}", slip.what));
    let why = format!("the server signed the same as we did: its {field} is another one{slip}");
    (quoted.ours == quoted.theirs).then(|| Found::new(why).mend(evidence.ask(field)))
}

fn unsigned(evidence: &Evidence<'_>) -> Option<Found> {
    let origin = evidence.asked.unsigned_at.filter(|_| matches!(evidence.status(), 401 | 403))?;
    let name = &evidence.profile.name;
    let why = format!("the redirect led to {origin}, where profile {name} does not sign");
    Some(Found::new(why).mend(format!("--allow-origin {origin}, if the credential may go there")))
}

fn wants_https(evidence: &Evidence<'_>) -> Option<Found> {
    let url = evidence.wire().url();
    let head = &evidence.answer.head;
    let place = is_redirect(head.status).then(|| leads_to(url, head).ok()).flatten()?;
    let (from, to) = (url.origin(), place.origin());
    let is_secured = from.protocol == Protocol::Http && to.protocol == Protocol::Https;
    let is_same = is_secured && from.host == to.host && url.path() == place.path();
    let own = evidence.profile.url.as_ref().filter(|own| is_same && own.origin() == from)?;
    let rule = evidence.profile.preset.as_ref().map(|preset| preset.url.field.as_str());
    let field = rule.unwrap_or("url");
    let found = Found::new("the server wants https, and the profile's URL is http");
    Some(found.mend(evidence.set(field, &own.with_origin(to.clone()).to_string())))
}

fn signed_url(evidence: &Evidence<'_>) -> Option<Found> {
    let signed = evidence.field("signed_url");
    let covers = evidence.field("signature_method") != "PLAINTEXT";
    (evidence.is_refused() && covers && !signed.is_empty()).then(|| {
        let why = format!("the server sees another URL than {signed}, the profile's signed_url");
        Found::new(why).mend(evidence.set("signed_url", "URL"))
    })
}

fn proxied(evidence: &Evidence<'_>) -> Option<Found> {
    let via = evidence.got("via").filter(|_| evidence.is_refused())?;
    let why = format!("a proxy ({via}) changed what was signed, such as Host or path");
    let found = Found::new(why).mend("past the proxy: --noproxy '*'");
    Some(match evidence.profile.scheme.id() {
        "oauth1" => found.mend(evidence.set("signed_url", "URL")),
        _ => found,
    })
}
