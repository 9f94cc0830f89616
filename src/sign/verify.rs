//! Verifying: signs a received request again with the presented time and nonce
//! and compares; when that fails, looks for the step that differs.
//!
//! A verifier has only the signature, not the steps of whoever signed. It
//! tries what clients and proxies are known to do (a lost slash, a dropped
//! port, a sorted query …): the first change under which the signature holds
//! names the step.

use crate::error::Result;
use crate::model::body::Body;
use crate::model::headers::{Header, Headers};
use crate::model::method::Method;
use crate::model::request::{Draft, Received};
use crate::model::time::Time;
use crate::model::url::{Origin, Protocol};
use crate::sign::digest::{equal_in_constant_time, sha256_hex};
use crate::sign::{
    Params, Payload, PayloadNeed, Presented, Scheme, SigningContext, Trace, Tracing,
};

/// What verifying found.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The steps as they come out for the request as received.
    pub trace: Trace,
    /// What differs; `None` when the signature holds.
    pub difference: Option<Difference>,
    /// The steps of whoever signed, where the difference tells them.
    pub theirs: Option<Trace>,
}

impl Verdict {
    /// Whether the signature holds.
    pub fn is_valid(&self) -> bool {
        self.difference.is_none()
    }
}

/// The step in which a signature differs from the one expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs: method, path, query, host, scheme, header, body or key.
    pub step: &'static str,
    /// In what way, as a sentence about the signature.
    pub explanation: String,
}

/// Verifies `received`, whose signature `scheme` read as `presented`, with
/// the fields `params`, which hold the secrets of the presented key.
///
/// # Errors
/// When the fields, or the choices the request itself made, cannot be signed
/// with.
pub fn verify(
    scheme: &dyn Scheme,
    params: &Params,
    received: &Received,
    presented: &Presented,
) -> Result<Verdict> {
    let mut params = params.clone();
    for (name, value) in &presented.chosen {
        params.set(name, value);
    }
    let draft = draft_of(received, presented);
    let trace = sign_again(scheme, &params, &draft, presented)?;
    if holds(&trace, presented) {
        let difference = body_hash_difference(received);
        return Ok(Verdict { trace, difference, theirs: None });
    }
    let (difference, theirs) = find_difference(scheme, &params, &draft, presented);
    Ok(Verdict { trace, difference: Some(difference), theirs })
}

/// The request as it was before it was signed.
fn draft_of(received: &Received, presented: &Presented) -> Draft {
    let is_part = |header: &&Header| !presented.strip.iter().any(|name| header.is(name));
    Draft {
        method: received.method.clone(),
        url: match &presented.query {
            Some(query) => received.url.with_query(Some(query.clone()).filter(|q| !q.is_empty())),
            None => received.url.clone(),
        },
        headers: received.headers.iter().filter(is_part).cloned().collect(),
        body: Body::bytes(presented.body.clone().unwrap_or_else(|| received.body.clone())),
    }
}

fn sign_again(
    scheme: &dyn Scheme,
    params: &Params,
    draft: &Draft,
    presented: &Presented,
) -> Result<Trace> {
    let signer = scheme.build(params)?;
    let need = signer.payload(draft);
    let payload = match need {
        PayloadNeed::None => Payload::None,
        need => Payload::read(need, &mut draft.body.open()?)?,
    };
    let context = SigningContext {
        time: presented.time.unwrap_or(Time::from_epoch(0)),
        nonce: presented.nonce.clone().unwrap_or_default(),
        placement: presented.placement,
        token: params.get("token").map(crate::model::secret::Secret::new),
        tracing: Tracing::On,
    };
    Ok(signer.sign(draft, &payload, &context)?.trace)
}

fn holds(trace: &Trace, presented: &Presented) -> bool {
    trace.signature().is_some_and(|signature| {
        equal_in_constant_time(signature.as_bytes(), presented.signature.as_bytes())
    })
}

/// SigV4 signs the hash a header announces; the body must have that hash.
fn body_hash_difference(received: &Received) -> Option<Difference> {
    let announced = received.headers.text("x-amz-content-sha256")?;
    let is_hash = announced.len() == 64 && announced.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hash && announced != sha256_hex(&received.body)).then(|| Difference {
        step: "body",
        explanation: "the body received has another SHA-256 than x-amz-content-sha256 says".into(),
    })
}

/// Tries each known change; the key is to blame when none of them helps. The
/// steps of the change that fits are those of whoever signed.
fn find_difference(
    scheme: &dyn Scheme,
    params: &Params,
    draft: &Draft,
    presented: &Presented,
) -> (Difference, Option<Trace>) {
    let fitting = |params: &Params, draft: &Draft| {
        let trace = sign_again(scheme, params, draft, presented).ok();
        trace.filter(|trace| holds(trace, presented))
    };
    for (step, explanation, changed) in changed_drafts(draft) {
        if let Some(trace) = fitting(params, &changed) {
            return (Difference { step, explanation }, Some(trace));
        }
    }
    for (explanation, changed) in changed_secrets(scheme, params) {
        if let Some(trace) = fitting(&changed, draft) {
            return (Difference { step: "key", explanation }, Some(trace));
        }
    }
    if let Some(name) = absent_header(draft, presented) {
        let explanation = format!("it covers the header {name}, which the request has not");
        return (Difference { step: "header", explanation }, None);
    }
    let explanation = "no known change of the request explains the signature: \
                       it was made with another secret, \
                       or for another path, query or body";
    (Difference { step: "key", explanation: explanation.into() }, None)
}

/// A header that SigV4's SignedHeaders names and the request lacks: a proxy
/// took it away, or whoever captured the request did.
fn absent_header(draft: &Draft, presented: &Presented) -> Option<String> {
    let (_, list) = presented.chosen.iter().find(|(name, _)| *name == "signed_headers_list")?;
    let is_absent = |name: &&str| *name != "host" && !draft.headers.has(name);
    list.split(';').find(is_absent).map(|name| format!("'{}'", name.escape_default()))
}

type Suspect = (&'static str, String, Draft);

/// The request as it may have looked to whoever signed it.
fn changed_drafts(draft: &Draft) -> Vec<Suspect> {
    let mut suspects: Vec<Suspect> = Vec::new();
    let mut with = |step, explanation: &str, changed: Draft| {
        suspects.push((step, explanation.to_owned(), changed));
    };
    let url = &draft.url;
    let path = url.path();
    let with_path = |path: String| Draft { url: url.with_path(path), ..draft.clone() };
    match path.strip_suffix('/') {
        Some(bare) => with(
            "path",
            "it was made for the path without the trailing slash",
            with_path(bare.to_owned()),
        ),
        None => with(
            "path",
            "it was made for the path with a trailing slash",
            with_path(format!("{path}/")),
        ),
    }
    let decoded =
        String::from_utf8_lossy(&crate::sign::encode::decode(path.as_bytes())).into_owned();
    if decoded != path {
        with("path", "it was made for the decoded path", with_path(decoded));
    }
    if let Some(query) = url.query() {
        with(
            "query",
            "it was made without the query",
            Draft { url: url.with_query(None), ..draft.clone() },
        );
        let mut pairs: Vec<&str> = query.split('&').collect();
        pairs.sort_unstable();
        let sorted = url.with_query(Some(pairs.join("&")));
        with("query", "it was made for the sorted query", Draft { url: sorted, ..draft.clone() });
    }
    for origin in changed_origins(url.origin()) {
        let step = if origin.protocol == url.origin().protocol { "host" } else { "scheme" };
        let mut changed = Draft { url: url.with_origin(origin.clone()), ..draft.clone() };
        changed.headers.set(Header::new("Host", origin.authority().into_owned()));
        with(step, &format!("it was made for {origin}"), changed);
    }
    if let Some(authority) = draft
        .headers
        .text("host")
        .and_then(|host| host.rsplit_once(':').map(|(name, _)| name.to_owned()))
    {
        let mut changed = draft.clone();
        changed.headers.set(Header::new("Host", authority));
        with("host", "it was made for the host without its port", changed);
    }
    for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"] {
        if let Ok(other) = Method::parse(method)
            && other != draft.method
        {
            let changed = Draft { method: other, ..draft.clone() };
            with("method", &format!("it was made for the method {method}"), changed);
        }
    }
    if draft.body.length() > 0 {
        let mut changed = Draft { body: Body::none(), ..draft.clone() };
        with("body", "it was made without the body", changed.clone());
        changed.headers.remove("content-type");
        with("body", "it was made without the body and its Content-Type", changed);
    }
    if draft.headers.has("content-type") {
        let headers: Headers =
            draft.headers.iter().filter(|header| !header.is("content-type")).cloned().collect();
        with("body", "it was made for another Content-Type", Draft { headers, ..draft.clone() });
    }
    suspects
}

fn changed_origins(origin: &Origin) -> Vec<Origin> {
    let other = match origin.protocol {
        Protocol::Http => Protocol::Https,
        Protocol::Https => Protocol::Http,
    };
    vec![
        Origin { protocol: other, ..origin.clone() },
        Origin { protocol: other, port: other.default_port(), ..origin.clone() },
    ]
}

/// The secrets as copying is known to spoil them.
fn changed_secrets(scheme: &dyn Scheme, params: &Params) -> Vec<(String, Params)> {
    let mut suspects = Vec::new();
    for param in scheme.params().iter().filter(|param| param.secret) {
        let Some(secret) = params.get(param.name) else { continue };
        for (spoiled, how) in [
            (format!("{secret}\n"), "a trailing line break"),
            (format!("{secret}\r\n"), "a trailing CR LF"),
            (format!("{secret} "), "a trailing space"),
            (format!(" {secret}"), "a leading space"),
            (format!("\"{secret}\""), "quotes around it"),
            (format!("'{secret}'"), "quotes around it"),
            (String::new(), "nothing in it"),
        ] {
            let mut changed = params.clone();
            changed.set(param.name, spoiled);
            suspects.push((format!("it was made with a {} that has {how}", param.name), changed));
        }
    }
    suspects
}
