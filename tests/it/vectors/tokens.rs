//! Schemes that sign nothing but show a credential: all that a request holds of it.

use super::Vector;
use signreq::model::headers::Headers;
use signreq::model::response::ResponseHead;
use signreq::model::time::Time;
use signreq::sign::{self, Ask, Payload, Prepared, Signed, SigningContext, State};

/// The request changes by one header, the one that the peers send.
#[track_caller]
fn holds_only_their_header(vector: &Vector, signed: &Signed) {
    let draft = vector.draft();
    let wire = sign::apply(&draft, signed);
    let added = signed.patch.headers.iter().map(|header| (&*header.name, header.text()));
    let authorization = vector.text("/expected/authorization").unwrap().to_owned();
    assert_eq!(added.collect::<Vec<_>>(), [("Authorization", authorization)], "{}", vector.name);
    assert_eq!(wire.url().to_string(), draft.url.to_string(), "{}", vector.name);
    assert_eq!(wire.body().read_all().unwrap(), vector.body().unwrap_or_default());
}

/// As the peers show `credential`, in the stage of that name and at `verify`.
fn is_shown_as_by_the_peers(scheme: &str, stage: &str, credential: &str) {
    for vector in Vector::all(scheme) {
        let params = vector.params(&[]);
        let signed = vector.sign(scheme, &params);
        vector.compare_stages(&signed, &[(stage, stage)]);
        holds_only_their_header(&vector, &signed);
        vector.verify(scheme, &params, &signed, credential);
    }
}

#[test]
fn basic_matches_requests_and_werkzeug() {
    is_shown_as_by_the_peers("basic", "credentials", "password");
}

#[test]
fn bearer_matches_oauthlib_and_authlib() {
    is_shown_as_by_the_peers("bearer", "token", "token");
}

/// The request for a token; its form in any order, and a space in it either way.
#[track_caller]
fn asks_as_they_do(vector: &Vector, ask: &Ask) {
    let context = SigningContext::timeless();
    let signer = sign::scheme(ask.sign_with.0).unwrap().build(&ask.sign_with.1).unwrap();
    let signed = signer.sign(&ask.draft, &Payload::None, &context).unwrap();
    let wire = sign::apply(&ask.draft, &signed);
    let expected = |member: &str| vector.text(&format!("/expected/token_request/{member}"));
    assert_eq!(Some(wire.method().as_str()), expected("method"), "{}", vector.name);
    assert_eq!(Some(wire.url().to_string().as_str()), expected("url"), "{}", vector.name);
    for (member, name) in [("authorization", "Authorization"), ("content_type", "Content-Type")] {
        assert_eq!(wire.headers().text(name).as_deref(), expected(member), "{}", vector.name);
    }
    let body = String::from_utf8(wire.body().read_all().unwrap()).unwrap();
    let pairs = body.split('&').map(|pair| pair.split_once('=').unwrap());
    let mut form: Vec<_> =
        pairs.map(|(name, value)| (name.to_owned(), value.replace("%20", "+"))).collect();
    form.sort();
    assert_eq!(form, vector.pairs("/expected/token_request/form"), "{}", vector.name);
}

#[test]
fn oauth2_matches_requests_oauthlib_and_authlib_at_both_requests() {
    for vector in Vector::all("oauth2") {
        let (params, now) = (vector.params(&[]), Time::from_epoch(1_440_938_160));
        let scheme = sign::scheme("oauth2").unwrap();
        let mut state = State::default();
        let Prepared::Ask(ask) = scheme.prepare(&params, &state, now).unwrap() else {
            panic!("{}: asks for no token", vector.name);
        };
        asks_as_they_do(&vector, &ask);
        let head = ResponseHead {
            version: "HTTP/1.1",
            status: 200,
            reason: "".into(),
            headers: Headers::new(),
        };
        let answer = serde_json::to_vec(&vector.data["settings"]["answer"]).unwrap();
        (ask.read)(&head, &answer, now, &mut state).unwrap();
        let token = state.token.unwrap().access_token;
        let signed = vector.sign_with("oauth2", &params, Some(token));
        vector.compare_stages(&signed, &[("token", "token")]);
        holds_only_their_header(&vector, &signed);
    }
}
