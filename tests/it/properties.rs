//! For every scheme that signs: what was signed verifies, and any change of
//! what is signed breaks it.

mod cases;

use self::cases::{Case, Covers, cases, oauth1, rsa};
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use signreq::model::body::Body;
use signreq::model::headers::Header;
use signreq::model::method::Method;
use signreq::model::request::{Draft, Received};
use signreq::model::secret::Secret;
use signreq::model::time::Time;
use signreq::model::url::WireUrl;
use signreq::sign::{self, Params, Payload, Placement, SigningContext, Tracing, verify};

impl Case {
    fn placed(self, placement: Placement) -> Self {
        Self { placement, ..self }
    }

    fn params(&self) -> Params {
        let mut params = Params::new();
        for (name, value) in &self.fields {
            params.set(name, *value);
        }
        params
    }

    /// Whether it takes this request.
    fn signs(&self, draft: &Input) -> bool {
        match self.name {
            // Rack refuses some nestings of names, and reads every form.
            "rack" => {
                !draft.is_form && !draft.query.iter().any(|(name, _)| name.contains(['[', ']']))
            }
            "HMAC-SHA1 in the form" | "PLAINTEXT in the form" => {
                draft.is_form || draft.body.is_none()
            }
            _ => true,
        }
    }

    /// The request as a server receives it.
    fn sent(&self, input: &Input) -> Received {
        let mut draft = input.draft();
        if let Some((name, value)) = self.header {
            draft.headers.push(Header::new(name, value));
        }
        let signer = sign::scheme(self.scheme).unwrap().build(&self.params()).unwrap();
        let mut body = draft.body.open().unwrap();
        let payload = Payload::read(signer.payload(&draft), &mut body).unwrap();
        let context = SigningContext {
            time: Time::from_epoch(1_700_000_000),
            nonce: "kllo9940pd9333jh".into(),
            placement: self.placement,
            token: self.params().get("token").map(Secret::new),
            tracing: Tracing::Off,
        };
        let wire = sign::apply(&draft, &signer.sign(&draft, &payload, &context).unwrap());
        Received {
            method: wire.method().clone(),
            url: wire.url().clone(),
            headers: wire.headers().clone(),
            body: wire.body().read_all().unwrap(),
        }
    }

    /// Whether a server would take it; what cannot be read is no signature.
    fn holds(&self, received: &Received) -> bool {
        let scheme = sign::scheme(self.scheme).unwrap();
        scheme.presented(received).is_ok_and(|presented| {
            verify::verify_for_profile(scheme, &self.params(), received, &presented)
                .is_ok_and(|verdict| verdict.is_valid())
        })
    }

    /// The parts of the request that the signature covers.
    fn covered(&self, received: &Received, input: &Input) -> Vec<Part> {
        let is_query = received.url.query().is_some_and(|query| query.contains("ignature="));
        let is_body = self.name.ends_with("in the form");
        let own = match (is_query, is_body) {
            (true, _) => Part::Signature(Place::Query),
            (_, true) => Part::Signature(Place::Body),
            _ => Part::Signature(Place::Headers),
        };
        if self.covers == Covers::Itself {
            return vec![own];
        }
        let mut parts = vec![own, Part::Method, Part::Host, Part::Added];
        // Dot segments go before IAM's kin are signed.
        let is_tidied = self.scheme == "sigv4" && input.path.contains("..");
        // DCI takes all that is no UTF-8 for the same (the vector `dci/path-octets`).
        let is_read_as_text = self.fields.contains(&("path_encoding", "decoded-twice"));
        if !is_tidied && (!is_read_as_text || is_text_when_decoded_twice(received.url.path())) {
            parts.push(Part::Path);
        }
        // Of one name twice, Rack and DCI sign one.
        let is_distinct = |(index, (name, _)): (usize, &(String, String))| {
            input.query[..index].iter().all(|(other, _)| other != name)
        };
        if input.query.iter().enumerate().all(is_distinct) {
            parts.push(Part::Query);
        }
        let is_covered = match self.covers {
            Covers::Itself => false,
            Covers::Forms => input.is_form && self.scheme == "oauth1",
            Covers::AllButForms => !input.is_form,
            Covers::All => true,
        };
        if is_covered && !received.body.is_empty() {
            parts.push(if input.is_form && self.scheme == "oauth1" {
                Part::Form
            } else {
                Part::Body
            });
        }
        parts
    }
}

/// Whether a path is UTF-8 after each of two decodings.
fn is_text_when_decoded_twice(path: &str) -> bool {
    let decoded = percent_decode_str(path).decode_utf8();
    decoded.is_ok_and(|once| percent_decode_str(&once).decode_utf8().is_ok())
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Headers,
    Query,
    Body,
}

/// A part of a request.
#[derive(Clone, Copy, Debug)]
enum Part {
    Method,
    Host,
    Path,
    Query,
    /// A parameter more in the query.
    Added,
    Form,
    Body,
    /// What the signature adds.
    Signature(Place),
}

impl Part {
    /// The request with another byte in this part; which, `seed` decides.
    fn changed(self, received: &Received, seed: usize) -> Received {
        let mut changed = received.clone();
        let query = received.url.query().unwrap_or_default();
        match self {
            Self::Method => changed.method = Method::parse("PUT").unwrap(),
            Self::Host => {
                let host = received.headers.text("host").unwrap();
                changed.headers.set(Header::new("Host", another(host.as_bytes(), seed)));
            }
            Self::Path => {
                let path = another(received.url.path().as_bytes(), seed);
                changed.url = received.url.with_path(text(path));
            }
            Self::Query => {
                let query = another(query.as_bytes(), seed);
                changed.url = received.url.with_query(Some(text(query)));
            }
            Self::Added => {
                let gap = if query.is_empty() { "" } else { "&" };
                changed.url = received.url.with_query(Some(format!("{query}{gap}zz-added=1")));
            }
            Self::Form => changed.body = another(&received.body, seed),
            Self::Body => {
                let index = seed % received.body.len();
                changed.body[index] = received.body[index].wrapping_add(1);
            }
            Self::Signature(Place::Headers) => {
                const NAMES: &[&str] = &["authorization", "x-ovh-", "x-amz-", "x-dci-"];
                let is_own = |header: &&Header| {
                    let name = header.name.to_ascii_lowercase();
                    NAMES.iter().any(|start| name.starts_with(start))
                };
                let own: Vec<&Header> = received.headers.iter().filter(is_own).collect();
                let header = own[seed % own.len()];
                let value = signature_changed(&header.value, seed / own.len());
                changed.headers.set(Header::new(&*header.name, value));
            }
            Self::Signature(Place::Query) => {
                let query = signature_changed(query.as_bytes(), seed);
                changed.url = received.url.with_query(Some(text(query)));
            }
            Self::Signature(Place::Body) => changed.body = signature_changed(&received.body, seed),
        }
        changed
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// Another letter in the place of a letter, another digit in that of a digit:
/// of all changes those that no rule takes for the same. One more where there
/// is neither.
fn another(bytes: &[u8], seed: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> =
        (0..bytes.len()).filter(|index| bytes[*index].is_ascii_alphanumeric()).collect();
    match places.get(seed % places.len().max(1)) {
        None => bytes.extend(b"zz"),
        Some(index) => bytes[*index] = other(bytes[*index]),
    }
    bytes
}

/// No digit of hexadecimal numbers, and no other case of the same letter.
fn other(byte: u8) -> u8 {
    match byte {
        b'0'..=b'8' => byte + 1,
        b'9' => b'0',
        b'q' | b'Q' => b'r',
        _ => b'q',
    }
}

/// [`another`] in what the signature adds; of PLAINTEXT's parameters in the
/// signature, which covers none of the others.
fn signature_changed(bytes: &[u8], seed: usize) -> Vec<u8> {
    let find = |text: &[u8]| bytes.windows(text.len()).rposition(|part| part == text);
    match find(b"PLAINTEXT").and(find(b"oauth_signature=")) {
        Some(start) => {
            let (before, signature) = bytes.split_at(start);
            [before, &another(signature, seed)].concat()
        }
        None => another(bytes, seed),
    }
}

/// A request that a user wants to send.
#[derive(Clone, Debug)]
struct Input {
    path: String,
    query: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    is_form: bool,
}

impl Input {
    fn draft(&self) -> Draft {
        let mut url = WireUrl::parse(&format!("https://api.example:8443/{}", self.path)).unwrap();
        for (name, value) in &self.query {
            url.push_query(name.as_bytes(), value.as_bytes());
        }
        let content_type =
            if self.is_form { "application/x-www-form-urlencoded" } else { "application/json" };
        Draft {
            method: Method::post(),
            url,
            headers: [Header::new("Content-Type", content_type)].into_iter().collect(),
            body: self.body.as_deref().map_or_else(Body::none, Body::bytes),
        }
    }
}

fn inputs() -> impl Strategy<Value = Input> {
    let pair = ("[a-z\\[\\]&=;+%é ]{1,6}", ".{0,8}");
    (
        "[a-zA-Z0-9 %/.:;=+~é-]{0,16}",
        proptest::collection::vec(pair, 0..5),
        proptest::option::of(proptest::collection::vec(any::<u8>(), 1..40)),
        any::<bool>(),
    )
        .prop_map(|(path, query, body, is_form)| Input { path, query, body, is_form })
}

/// Two of these: looking for what differs signs some fifty times.
fn some_of(mut parts: Vec<Part>, seed: usize) -> Vec<Part> {
    let first = seed % parts.len();
    parts.rotate_left(first);
    parts.truncate(2);
    parts
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..Default::default() }
}

proptest! {
    #![proptest_config(config(16))]

    #[test]
    fn what_is_signed_verifies_and_a_change_of_any_byte_does_not(
        input in inputs(),
        seed in any::<usize>(),
    ) {
        for case in cases().iter().filter(|case| case.signs(&input)) {
            let received = case.sent(&input);
            prop_assert!(case.holds(&received), "{} does not verify: {received:?}", case.name);
            for part in some_of(case.covered(&received, &input), seed) {
                let changed = part.changed(&received, seed);
                prop_assert!(
                    !case.holds(&changed),
                    "{}: {part:?} may change: {received:?} into {changed:?}",
                    case.name
                );
            }
        }
    }

    #[test]
    fn no_signature_however_mangled_makes_a_verifier_panic(
        authorization in "(OAuth|AWS4-HMAC-SHA256|DCI2-HMAC-SHA256|Bearer|Basic) [ -~]{0,120}",
        query in "[ -~]{0,80}",
        body in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let input = Input { path: "x".into(), query: vec![], body: Some(body), is_form: true };
        let mut received = cases()[0].sent(&input);
        received.headers.set(Header::new("Authorization", authorization));
        received.headers.push(Header::new("X-Amz-Date", "20231114T221320Z"));
        received.url = received.url.with_query(Some(query.replace(' ', "+")));
        for case in cases().into_iter().chain([rsa("RSA-SHA256")]) {
            prop_assert!(!case.holds(&received), "{}", case.name);
        }
    }

    #[test]
    fn no_bytes_behind_a_signed_head_make_a_verifier_panic(
        body in "([0-9a-fA-F+]{0,17}(;chunk-signature=[0-9a-f]{0,64})?(\r\n)?[a-z:]{0,6}(\r\n)?){0,4}",
    ) {
        let input = Input { path: "x".into(), query: vec![], body: Some(vec![1]), is_form: false };
        for case in cases().iter().filter(|case| case.name.contains("in chunks")) {
            let mut received = case.sent(&input);
            received.body = body.clone().into_bytes();
            prop_assert!(!case.holds(&received), "{}", case.name);
        }
    }
}

proptest! {
    #![proptest_config(config(2))]

    #[test]
    fn rsa_signatures_verify_and_those_of_another_request_do_not(
        input in inputs(),
        seed in any::<usize>(),
    ) {
        for case in ["RSA-SHA1", "RSA-SHA256", "RSA-SHA512"].map(rsa) {
            let received = case.sent(&input);
            prop_assert!(case.holds(&received), "{} does not verify: {received:?}", case.name);
            for part in some_of(case.covered(&received, &input), seed) {
                let changed = part.changed(&received, seed);
                prop_assert!(!case.holds(&changed), "{}: {part:?} may change", case.name);
            }
        }
    }
}

/// RFC 5849 section 3.4.1.3.1 signs a form's bytes, so they are also sent.
#[test]
fn a_form_that_is_no_utf_8_keeps_its_bytes_when_the_signature_joins_it() {
    let case = oauth1("HMAC-SHA1 in the form", Covers::Forms, &[("transmit", "form")]);
    let (path, body) = ("x".into(), Some(b"a=\xff%fe".to_vec()));
    let received = case.sent(&Input { path, query: vec![], body, is_form: true });
    assert!(received.body.starts_with(b"a=\xff%fe&oauth_consumer_key="), "{received:?}");
    assert!(case.holds(&received));
}
