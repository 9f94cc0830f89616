//! For every scheme that signs: what was signed verifies, and any change of
//! what is signed breaks it.

use proptest::prelude::*;
use signreq::model::body::Body;
use signreq::model::headers::Header;
use signreq::model::method::Method;
use signreq::model::request::{Draft, Received};
use signreq::model::time::Time;
use signreq::model::url::WireUrl;
use signreq::sign::{self, Params, Payload, Placement, SigningContext, Tracing, verify};

/// A scheme with fields, and whether its signature covers a JSON body.
struct Case {
    name: &'static str,
    scheme: &'static str,
    fields: Vec<(&'static str, &'static str)>,
    covers_json: bool,
    covers_form: bool,
}

/// An RSA key made for tests; `tests/vectors` signs with it too.
const RSA_KEY: &str = include_str!("../vectors/cases/rsa-test-key.pem");

fn cases() -> Vec<Case> {
    let case = |name, scheme, covers_json, covers_form, fields: &[(&'static str, &'static str)]| {
        Case { name, scheme, fields: fields.to_vec(), covers_json, covers_form }
    };
    let oauth1 =
        [("consumer_key", "ck"), ("consumer_secret", "c&s"), ("token", "t"), ("token_secret", "%")];
    let oauth1 = |more: &[(&'static str, &'static str)]| [&oauth1[..], more].concat();
    let keys =
        [("access_key", "ak/1"), ("secret_key", "sk"), ("region", "eu-1"), ("session_token", "st")];
    let sigv4 = |more: &[(&'static str, &'static str)]| [&keys[..], more].concat();
    let dci = [
        ("service", "api"),
        ("algorithm", "DCI2-HMAC-SHA256"),
        ("path_encoding", "decoded-twice"),
        ("query_rule", "first"),
        ("payload_rule", "no-forms"),
        ("signed_headers", "date-only"),
    ];
    vec![
        case("HMAC-SHA1", "oauth1", false, true, &oauth1(&[])),
        case(
            "HMAC-SHA256 in the query",
            "oauth1",
            false,
            true,
            &oauth1(&[("signature_method", "HMAC-SHA256"), ("transmit", "query")]),
        ),
        case(
            "HMAC-SHA512 with a body hash",
            "oauth1",
            false,
            true,
            &oauth1(&[("signature_method", "HMAC-SHA512"), ("body_hash", "true")]),
        ),
        case("rack", "oauth1", false, true, &oauth1(&[("normalization", "rack")])),
        case(
            "RSA-SHA1",
            "oauth1",
            false,
            true,
            &oauth1(&[("signature_method", "RSA-SHA1"), ("private_key", RSA_KEY)]),
        ),
        case(
            "ovh",
            "ovh",
            true,
            true,
            &[("application_key", "ak"), ("application_secret", "as"), ("consumer_key", "ck")],
        ),
        case("aws", "sigv4", true, true, &sigv4(&[("service", "iam")])),
        case("s3", "sigv4", true, true, &sigv4(&[("service", "s3")])),
        case("dci", "sigv4", true, false, &[&keys[..3], &dci[..]].concat()),
    ]
}

fn draft(path: &str, query: &[(String, String)], body: Option<&[u8]>, is_form: bool) -> Draft {
    let mut url = WireUrl::parse(&format!("https://api.example:8443/{path}")).unwrap();
    for (name, value) in query {
        url.push_query(name.as_bytes(), value.as_bytes());
    }
    let content_type =
        if is_form { "application/x-www-form-urlencoded" } else { "application/json" };
    Draft {
        method: Method::post(),
        url,
        headers: [Header::new("Content-Type", content_type)].into_iter().collect(),
        body: body.map_or_else(Body::none, Body::bytes),
    }
}

fn params(case: &Case) -> Params {
    let mut params = Params::new();
    for (name, value) in &case.fields {
        params.set(name, *value);
    }
    params
}

/// The request as a server receives it.
fn sent(case: &Case, draft: &Draft, placement: Placement) -> Received {
    let params = params(case);
    let signer = sign::scheme(case.scheme).unwrap().build(&params).unwrap();
    let payload = Payload::read(signer.payload(draft), &mut draft.body.open().unwrap()).unwrap();
    let context = SigningContext {
        time: Time::from_epoch(1_700_000_000),
        nonce: "kllo9940pd9333jh".into(),
        placement,
        token: None,
        tracing: Tracing::Off,
    };
    let wire = sign::apply(draft, &signer.sign(draft, &payload, &context).unwrap());
    Received {
        method: wire.method().clone(),
        url: wire.url().clone(),
        headers: wire.headers().clone(),
        body: wire.body().read_all().unwrap(),
    }
}

/// Whether a server would take it; what cannot be read is no signature.
fn holds(case: &Case, received: &Received) -> bool {
    let scheme = sign::scheme(case.scheme).unwrap();
    scheme.presented(received).is_ok_and(|presented| {
        verify::verify(scheme, &params(case), received, &presented)
            .is_ok_and(|verdict| verdict.is_valid())
    })
}

/// Every change of something that is signed.
fn changes(case: &Case, received: &Received, is_form: bool) -> Vec<(&'static str, Received)> {
    let mut changes = Vec::new();
    let mut with = |what, change: &dyn Fn(&mut Received)| {
        let mut changed = received.clone();
        change(&mut changed);
        changes.push((what, changed));
    };
    with("method", &|r| r.method = Method::parse("PUT").unwrap());
    with("path", &|r| r.url = r.url.with_path(format!("{}x", r.url.path())));
    with("query", &|r| {
        let query = r.url.query().map_or_else(String::new, |query| format!("{query}&"));
        r.url = r.url.with_query(Some(format!("{query}zz-added=1")));
    });
    with("host", &|r| r.headers.set(Header::new("Host", "other.example")));
    if (is_form && case.covers_form) || (!is_form && case.covers_json) {
        with("body", &|r| r.body.extend(b"&zz=1"));
    }
    changes
}

fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    proptest::collection::vec(("[a-z\\[\\]&=;+%é ]{1,6}", ".{0,8}"), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 25, failure_persistence: None, ..Default::default() })]

    #[test]
    fn what_is_signed_verifies_and_a_change_of_it_does_not(
        path in "[a-zA-Z0-9 %/.:;=+~é-]{0,16}",
        query in pairs(),
        body in proptest::option::of(proptest::collection::vec(any::<u8>(), 1..40)),
        is_form in any::<bool>(),
    ) {
        for case in cases() {
            // Rack refuses some nestings of names: those it is not asked.
            if case.name == "rack" && query.iter().any(|(name, _)| name.contains(['[', ']'])) {
                continue;
            }
            let draft = draft(&path, &query, body.as_deref(), is_form);
            if case.name == "rack" && is_form {
                continue;
            }
            let received = sent(&case, &draft, Placement::Own);
            prop_assert!(holds(&case, &received), "{} does not verify: {received:?}", case.name);
            // Looking for what differs signs some fifty times: too slow for RSA here.
            let looked_at = if case.name == "RSA-SHA1" { 0 } else { usize::MAX };
            for (what, changed) in changes(&case, &received, is_form).into_iter().take(looked_at) {
                prop_assert!(!holds(&case, &changed), "{}: {what} may change: {changed:?}", case.name);
            }
        }
    }

    #[test]
    fn signed_urls_verify_and_a_change_of_them_does_not(
        path in "[a-zA-Z0-9 %/.:;=+~é-]{0,16}",
        query in pairs(),
    ) {
        for case in cases().iter().filter(|case| ["aws", "s3"].contains(&case.name)) {
            let draft = draft(&path, &query, None, false);
            let received = sent(case, &draft, Placement::Query { expires: Some(60) });
            prop_assert!(holds(case, &received), "{} does not verify: {received:?}", case.name);
            for (what, changed) in changes(case, &received, false) {
                // S3 leaves the body to whoever holds the URL.
                if what != "body" {
                    prop_assert!(!holds(case, &changed), "{}: {what} may change", case.name);
                }
            }
        }
    }

    #[test]
    fn no_signature_however_mangled_makes_a_verifier_panic(
        authorization in "(OAuth|AWS4-HMAC-SHA256|DCI2-HMAC-SHA256|Bearer|Basic) [ -~]{0,120}",
        query in "[ -~]{0,80}",
        body in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let draft = draft("x", &[], Some(&body), true);
        let mut received = sent(&cases()[0], &draft, Placement::Own);
        received.headers.set(Header::new("Authorization", authorization));
        received.headers.push(Header::new("X-Amz-Date", "20231114T221320Z"));
        received.url = received.url.with_query(Some(query.replace(' ', "+")));
        for case in cases().iter().filter(|case| case.name != "RSA-SHA1") {
            prop_assert!(!holds(case, &received), "{}", case.name);
        }
    }
}

/// RFC 5849 section 3.4.1.3.1 signs a form's bytes, so they are also sent.
#[test]
fn a_form_that_is_no_utf_8_keeps_its_bytes_when_the_signature_joins_it() {
    let mut case = cases().remove(0);
    case.fields.push(("transmit", "form"));
    let form = b"a=\xff%fe";
    let received = sent(&case, &draft("x", &[], Some(form), true), Placement::Own);
    assert!(received.body.starts_with(b"a=\xff%fe&oauth_consumer_key="), "{received:?}");
    assert!(holds(&case, &received));
}
