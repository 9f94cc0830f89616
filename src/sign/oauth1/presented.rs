//! Reads an OAuth1 signature out of a received request: from the
//! Authorization header, the query or the form (RFC 5849 section 3.5).

use crate::model::headers::media_type;
use crate::model::request::Received;
use crate::model::time::Time;
use crate::sign::encode::{decode, encode_strict, parse_form};
use crate::sign::{Placement, Presented, Unreadable};

type Parameters = Vec<(String, String)>;

/// Where the parameters were, and what the request was without them.
struct Found {
    parameters: Parameters,
    transmit: &'static str,
    query: Option<String>,
    body: Option<Vec<u8>>,
}

/// Reads the one place that holds `oauth_signature`.
pub(super) fn read(received: &Received) -> Result<Presented, Unreadable> {
    let found = find(received)?;
    let get = |name: &str| {
        let mut values = found.parameters.iter().filter(|(other, _)| other == name);
        let first = values.next().map(|(_, value)| value.clone());
        match values.next() {
            Some(_) => Err(Unreadable::Malformed(format!("{name} is given twice"))),
            None => Ok(first),
        }
    };
    let need =
        |name: &str| get(name)?.ok_or_else(|| Unreadable::Malformed(format!("{name} is missing")));
    let wrong = || Unreadable::Malformed("oauth_timestamp is not a number".into());
    let time = get("oauth_timestamp")?
        .map(|text| text.parse::<i64>().map(Time::from_epoch).map_err(|_| wrong()))
        .transpose()?;
    Ok(Presented {
        key_id: need("oauth_consumer_key")?,
        token: get("oauth_token")?,
        time,
        nonce: get("oauth_nonce")?,
        chosen: vec![
            ("signature_method", need("oauth_signature_method")?),
            ("version", get("oauth_version")?.unwrap_or_default()),
            ("transmit", found.transmit.to_owned()),
            ("body_hash", "false".to_owned()),
            ("extra_parameters", extra(&found.parameters)),
        ],
        strip: vec!["Authorization".into()],
        placement: Placement::Own,
        signature: need("oauth_signature")?,
        query: found.query,
        body: found.body,
    })
}

/// The protocol parameters this crate does not make itself, as a form: a
/// signature covers them all the same.
fn extra(parameters: &Parameters) -> String {
    const OWN: &[&str] = &[
        "oauth_consumer_key",
        "oauth_token",
        "oauth_signature_method",
        "oauth_timestamp",
        "oauth_nonce",
        "oauth_version",
        "oauth_signature",
        "realm",
    ];
    // An empty token is signed like any other parameter, and never made here.
    let is_other = |name: &str, value: &str| {
        !OWN.contains(&name) || (name == "oauth_token" && value.is_empty())
    };
    let others = parameters.iter().filter(|(name, value)| is_other(name, value));
    let pairs: Vec<String> = others
        .map(|(name, value)| {
            format!("{}={}", encode_strict(name.as_bytes()), encode_strict(value.as_bytes()))
        })
        .collect();
    pairs.join("&")
}

fn find(received: &Received) -> Result<Found, Unreadable> {
    if let Some(header) = received.headers.text("authorization")
        && let Some(parameters) = of_header(&header)?
    {
        return Ok(Found { parameters, transmit: "header", query: None, body: None });
    }
    let query = received.url.query().unwrap_or_default();
    if query.contains("oauth_signature=") {
        let (parameters, rest) = split(query.as_bytes());
        let rest = String::from_utf8_lossy(&rest).into_owned();
        return Ok(Found { parameters, transmit: "query", query: Some(rest), body: None });
    }
    let is_form = received
        .headers
        .text("content-type")
        .is_some_and(|value| media_type(&value) == "application/x-www-form-urlencoded");
    let (parameters, rest) = split(&received.body);
    if is_form && parameters.iter().any(|(name, _)| name == "oauth_signature") {
        return Ok(Found { parameters, transmit: "form", query: None, body: Some(rest) });
    }
    Err(Unreadable::Missing)
}

/// Takes the `oauth_*` pairs out of a query or form; the rest stays as it is.
fn split(text: &[u8]) -> (Parameters, Vec<u8>) {
    let (mut parameters, mut rest) = (Parameters::new(), Vec::new());
    for pair in text.split(|byte| *byte == b'&') {
        if pair.starts_with(b"oauth_") {
            let decoded = parse_form(pair).into_iter().map(|(name, value)| {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                (text(&name), text(&value))
            });
            parameters.extend(decoded);
        } else {
            rest.push(pair);
        }
    }
    (parameters, rest.join(&b'&'))
}

/// Reads `OAuth name="value", …` (RFC 5849 section 3.5.1), values decoded;
/// `None` when the header is another scheme's.
fn of_header(header: &str) -> Result<Option<Parameters>, Unreadable> {
    let Some((scheme, rest)) = header.split_once(' ') else { return Ok(None) };
    if !scheme.eq_ignore_ascii_case("oauth") {
        return Ok(None);
    }
    let text = |raw: &str| String::from_utf8_lossy(&decode(raw.as_bytes())).into_owned();
    let mut parameters = Parameters::new();
    for pair in split_quoted(rest) {
        let (name, value) = pair.trim().split_once('=').ok_or_else(|| {
            Unreadable::Malformed("a parameter of the Authorization header has no '='".into())
        })?;
        parameters.push((text(name.trim()), text(value.trim().trim_matches('"'))));
    }
    Ok(Some(parameters))
}

/// Splits at commas outside quotes: a realm may hold one.
fn split_quoted(text: &str) -> Vec<&str> {
    let mut is_quoted = false;
    text.split(|letter| {
        is_quoted ^= letter == '"';
        letter == ',' && !is_quoted
    })
    .filter(|part| !part.trim().is_empty())
    .collect()
}
