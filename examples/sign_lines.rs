//! Signs requests given as lines of JSON and shows every stage of each: the
//! library as the differential tests in `tests/interop` drive it.
//!
//! A line holds `scheme`, `params` (an object of texts), `method`, `url`,
//! `headers` (a list of `[name, value]`), `body` (base64; `null` for none),
//! `time` (seconds since the epoch), `nonce` and, to sign in the query,
//! `expires` (seconds). What is written for it holds `url` (the bytes on the
//! wire before signing), `steps` (by their names in the trace), `headers` (what
//! the signature sets), `signed_url` and `signed_body` (base64); or `error`.
//! Secrets are shown: this is for secrets made up by a test.

#![allow(clippy::disallowed_methods, reason = "it reads its own input and is no part of signreq")]

use serde_json::{Map, Value, json};
use signreq::error::{Error, Result, one_line};
use signreq::model::body::Body;
use signreq::model::headers::Header;
use signreq::model::method::Method;
use signreq::model::request::Draft;
use signreq::model::time::Time;
use signreq::model::url::WireUrl;
use signreq::sign::{self, Params, Payload, Placement, SigningContext, Tracing};
use std::io::{BufRead, Write};

fn main() -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let signed =
            signed(&line?).unwrap_or_else(|error| json!({ "error": one_line(&error) }).to_string());
        writeln!(out, "{signed}")?;
    }
    out.flush()
}

/// The answer to one line.
fn signed(line: &str) -> Result<String> {
    let request: Value = serde_json::from_str(line)?;
    let draft = draft(&request)?;
    let scheme = text(&request, "scheme")?;
    let signer = sign::scheme(scheme)
        .ok_or_else(|| Error::usage(format!("no scheme '{scheme}'")))?
        .build(&params(&request)?)?;
    let payload = Payload::read(signer.payload(&draft), &mut draft.body.open()?)?;
    let time = request["time"].as_i64().ok_or_else(|| Error::usage("time is no number"))?;
    let nonce = text(&request, "nonce")?.to_owned();
    let placement = match request["expires"].as_u64() {
        Some(seconds) => Placement::Query { expires: Some(seconds) },
        None => Placement::Own,
    };
    let context = SigningContext {
        time: Time::from_epoch(time),
        nonce,
        placement,
        token: None,
        tracing: Tracing::On,
    };
    let signed = signer.sign(&draft, &payload, &context)?;

    let wire = sign::apply(&draft, &signed);
    let steps: Map<String, Value> =
        signed.trace.steps.iter().map(|step| (step.name.into(), step.exposed().into())).collect();
    let headers: Vec<Value> =
        signed.patch.headers.iter().map(|header| json!([header.name, header.text()])).collect();
    let answer = json!({
        "url": draft.url.to_string(),
        "steps": steps,
        "headers": headers,
        "signed_url": wire.url().to_string(),
        "signed_body": sign::digest::base64(&wire.body().read_all()?),
    });
    Ok(answer.to_string())
}

fn draft(request: &Value) -> Result<Draft> {
    let headers = request["headers"].as_array().map(Vec::as_slice).unwrap_or_default();
    let header = |pair: &Value| match (pair[0].as_str(), pair[1].as_str()) {
        (Some(name), Some(value)) => Ok(Header::new(name, value)),
        _ => Err(Error::usage("a header is no pair of texts").into()),
    };
    let body = request["body"].as_str().map(|base64| {
        sign::digest::from_base64(base64).ok_or_else(|| Error::usage("body is no base64"))
    });
    Ok(Draft {
        method: Method::parse(text(request, "method")?)?,
        url: WireUrl::parse(text(request, "url")?)?,
        headers: headers.iter().map(header).collect::<Result<_>>()?,
        body: body.transpose()?.map_or_else(Body::none, Body::bytes),
    })
}

fn params(request: &Value) -> Result<Params> {
    let mut params = Params::new();
    let fields = request["params"].as_object().ok_or_else(|| Error::usage("no params"))?;
    for (name, value) in fields {
        let value = value.as_str().ok_or_else(|| Error::usage(format!("{name} is no text")))?;
        params.set(name, value);
    }
    Ok(params)
}

fn text<'a>(request: &'a Value, name: &str) -> Result<&'a str> {
    Ok(request[name].as_str().ok_or_else(|| Error::usage(format!("{name} is no text")))?)
}
