//! Signatures read out of hostile requests by every scheme, and requests of
//! any shape signed by every scheme: what was signed verifies.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signreq::flow::capture::Form;
use signreq::model::request::{Draft, Received};
use signreq::model::time::Time;
use signreq::model::url::Protocol;
use signreq::sign::{self, Params, Payload, Placement, SigningContext, Tracing, verify};
use signreq_fuzz::{LIMIT, draft_of, read};

const OAUTH1: &[(&str, &str)] =
    &[("consumer_key", "ck"), ("consumer_secret", "c&s"), ("token", "t"), ("token_secret", "%")];
const SIGV4: &[(&str, &str)] =
    &[("access_key", "a/k"), ("secret_key", "sk"), ("region", "r"), ("session_token", "st")];
/// DCI's member of the family, as its preset sets it.
const DCI: &[(&str, &str)] = &[
    ("access_key", "remoteci/id"),
    ("secret_key", "sk"),
    ("region", "BHS3"),
    ("service", "api"),
    ("path_encoding", "decoded-twice"),
    ("query_rule", "first"),
    ("payload_rule", "no-forms"),
    ("signed_headers", "date-only"),
];

/// Each scheme with the fields that make a difference to what is signed.
const CASES: &[(&str, &[(&str, &str)], &[(&str, &str)])] = &[
    ("oauth1", OAUTH1, &[]),
    ("oauth1", OAUTH1, &[("signature_method", "PLAINTEXT")]),
    ("oauth1", OAUTH1, &[("transmit", "query"), ("signature_method", "HMAC-SHA256")]),
    ("oauth1", OAUTH1, &[("transmit", "form")]),
    ("oauth1", OAUTH1, &[("body_hash", "true")]),
    ("oauth1", OAUTH1, &[("normalization", "rack")]),
    (
        "ovh",
        &[("application_key", "ak"), ("application_secret", "as"), ("consumer_key", "ck")],
        &[],
    ),
    ("sigv4", SIGV4, &[("service", "iam")]),
    ("sigv4", SIGV4, &[("service", "s3")]),
    ("sigv4", SIGV4, &[("service", "s3"), ("payload", "chunked")]),
    ("sigv4", DCI, &[("algorithm", "DCI2-HMAC-SHA256")]),
    ("sigv4", DCI, &[("algorithm", "AWS4-HMAC-SHA256")]),
    ("basic", &[("user", "u"), ("password", "p")], &[]),
    ("bearer", &[("token", "t")], &[]),
];

fn params(fields: &[(&str, &str)], more: &[(&str, &str)]) -> Params {
    let mut params = Params::new();
    for (name, value) in fields.iter().chain(more) {
        params.set(name, *value);
    }
    params
}

/// The request as a server receives it; `None` where the scheme refuses it.
fn sent(scheme: &dyn sign::Scheme, params: &Params, draft: &Draft) -> Option<Received> {
    let signer = scheme.build(params).expect("the fields are whole");
    let mut body = draft.body.open().expect("it is in memory");
    let payload = Payload::read(signer.payload(draft), &mut body).expect("it is in memory");
    let context = SigningContext {
        time: Time::from_epoch(1_700_000_000),
        nonce: "kllo9940pd9333jh".into(),
        placement: Placement::Own,
        token: None,
        tracing: Tracing::On,
    };
    let wire = sign::apply(draft, &signer.sign(draft, &payload, &context).ok()?);
    Some(wire.received(wire.body().read_all().expect("it is in memory")))
}

/// What a request already carries of a signature is not signed over here: the
/// program refuses an `Authorization` with a profile that signs.
fn is_unsigned(draft: &Draft) -> bool {
    let url = draft.url.to_string().to_ascii_lowercase();
    let carries = |name: &str| name == "authorization" || name.starts_with("x-");
    !draft.headers.iter().any(|header| carries(&header.name.to_ascii_lowercase()))
        && !["oauth", "x-", "-signature"].iter().any(|part| url.contains(part))
        && !draft.body.read_all().expect("it is in memory").windows(5).any(|part| part == b"oauth")
}

fuzz_target!(|bytes: &[u8]| {
    if bytes.len() > LIMIT {
        return;
    }
    let Some(received) = read(bytes, Form::Http, Protocol::Https) else { return };
    let draft = draft_of(&received);
    let is_unsigned = is_unsigned(&draft);
    for (id, fields, more) in CASES {
        let scheme = sign::scheme(id).expect("it is one of them");
        let params = params(fields, more);
        if let Ok(presented) = scheme.presented(&received) {
            let _ = verify::verify(scheme, &params, &received, &presented);
        }
        if !is_unsigned {
            continue;
        }
        let Some(sent) = sent(scheme, &params, &draft) else { continue };
        let presented = scheme.presented(&sent);
        let presented = presented.unwrap_or_else(|why| panic!("{id} {more:?}: {why:?}: {sent:?}"));
        let verdict = verify::verify(scheme, &params, &sent, &presented)
            .unwrap_or_else(|error| panic!("{id} {more:?}: {error:#}: {sent:?}"));
        assert!(verdict.is_valid(), "{id} {more:?}: {:?}: {sent:?}", verdict.difference);
    }
});
