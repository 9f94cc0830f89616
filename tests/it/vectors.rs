//! Every stage of every signature in `tests/vectors`, which foreign
//! implementations computed, against ours.

use serde_json::Value;
use signreq::model::body::Body;
use signreq::model::headers::{Header, Headers};
use signreq::model::method::Method;
use signreq::model::request::{Draft, Received};
use signreq::model::secret::Secret;
use signreq::model::time::Time;
use signreq::model::url::WireUrl;
use signreq::sign::{self, Params, Payload, Placement, Signed, SigningContext, Tracing};
use std::path::PathBuf;

mod tokens;

/// A vector with its file's name.
struct Vector {
    name: String,
    data: Value,
}

impl Vector {
    fn all(scheme: &str) -> Vec<Self> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(scheme);
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert!(!files.is_empty());
        files
            .into_iter()
            .map(|file| Self {
                name: format!("{scheme}/{}", file.file_stem().unwrap().to_string_lossy()),
                data: serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap(),
            })
            .collect()
    }

    fn text(&self, pointer: &str) -> Option<&str> {
        self.data.pointer(pointer).and_then(Value::as_str)
    }

    fn pairs(&self, pointer: &str) -> Vec<(String, String)> {
        let list = self.data.pointer(pointer).and_then(Value::as_array).cloned();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        list.unwrap_or_default().iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
    }

    fn body(&self) -> Option<Vec<u8>> {
        if let Some(base64) = self.text("/request/body/base64") {
            return Some(sign::digest::from_base64(base64).unwrap());
        }
        self.text("/request/body/utf8").map(|text| text.as_bytes().to_vec())
    }

    fn draft(&self) -> Draft {
        Draft {
            method: Method::parse(self.text("/request/method").unwrap()).unwrap(),
            url: WireUrl::parse(self.text("/request/url").unwrap()).unwrap(),
            headers: self
                .pairs("/request/headers")
                .into_iter()
                .map(|(name, value)| Header::new(name, value))
                .collect(),
            body: self.body().map_or_else(Body::none, Body::bytes),
        }
    }

    fn params(&self, also: &[(&str, &str)]) -> Params {
        let mut params = Params::new();
        for place in ["/credentials", "/settings"] {
            let fields = self.data.pointer(place).and_then(Value::as_object).unwrap();
            for (name, value) in fields {
                if let Some(text) = value.as_str() {
                    params.set(name, text);
                }
            }
        }
        for (name, value) in also {
            params.set(name, *value);
        }
        params
    }

    fn sign(&self, scheme: &str, params: &Params) -> Signed {
        self.sign_with(scheme, params, None)
    }

    fn sign_with(&self, scheme: &str, params: &Params, token: Option<Secret>) -> Signed {
        let draft = self.draft();
        let signer = sign::scheme(scheme).unwrap().build(params).unwrap();
        let payload = Payload::read(signer.payload(&draft), &mut draft.body.open().unwrap());
        let context = SigningContext {
            time: Time::from_epoch(self.data["timestamp"].as_i64().unwrap()),
            nonce: self.text("/nonce").unwrap_or_default().to_owned(),
            placement: match self.text("/settings/placement") {
                Some("query") => {
                    Placement::Query { expires: self.data["settings"]["expires"].as_u64() }
                }
                _ => Placement::Own,
            },
            token,
            tracing: Tracing::On,
        };
        signer.sign(&draft, &payload.unwrap(), &context).unwrap()
    }

    /// The stages that our trace and the vector both have; at least one.
    fn compare_stages(&self, signed: &Signed, stages: &[(&str, &str)]) {
        let mut compared = 0;
        for (member, step) in stages {
            let expected = self.text(&format!("/expected/{member}"));
            let ours = signed.trace.step(step).map(sign::Step::exposed);
            if let (Some(expected), Some(ours)) = (expected, ours) {
                assert_eq!(ours, expected, "{}: {step}", self.name);
                compared += 1;
            }
        }
        assert!(compared > 0, "{}: nothing compared", self.name);
    }

    /// Sign, then verify as a server would: holds; any other secret does not.
    fn verify(&self, scheme: &str, params: &Params, signed: &Signed, secret: &str) {
        let draft = self.draft();
        let wire = sign::apply(&draft, signed);
        let received = Received {
            method: wire.method().clone(),
            url: wire.url().clone(),
            headers: wire.headers().iter().cloned().collect::<Headers>(),
            body: wire.body().read_all().unwrap(),
        };
        let scheme = sign::scheme(scheme).unwrap();
        let presented = scheme.presented(&received).unwrap();
        let verdict = sign::verify::verify(scheme, params, &received, &presented).unwrap();
        assert!(verdict.is_valid(), "{}: {:?}", self.name, verdict.difference);
        let mut other = params.clone();
        if secret == "private_key" {
            return;
        }
        other.set(secret, "another-secret");
        let verdict = sign::verify::verify(scheme, &other, &received, &presented).unwrap();
        assert!(!verdict.is_valid(), "{}: holds with another secret", self.name);
    }
}

#[test]
fn oauth1_matches_oauthlib_and_authlib_at_every_stage() {
    let vectors = Vector::all("oauth1");
    assert!(vectors.len() > 80, "{}", vectors.len());
    for vector in vectors {
        let flag = |name: &str| vector.data["settings"].get(name).and_then(Value::as_bool);
        let version = if flag("version") == Some(false) { "" } else { "1.0" };
        let body_hash = if flag("body_hash") == Some(true) { "true" } else { "false" };
        let extra: Vec<String> = ["callback", "verifier"]
            .iter()
            .filter_map(|name| {
                let value = vector.text(&format!("/settings/{name}"))?;
                Some(format!("oauth_{name}={}", sign::encode::encode_strict(value.as_bytes())))
            })
            .collect();
        let params = vector.params(&[
            ("version", version),
            ("body_hash", body_hash),
            ("extra_parameters", &extra.join("&")),
            // RSA has none; the fields must be there all the same elsewhere.
            ("consumer_secret", vector.text("/credentials/consumer_secret").unwrap_or_default()),
        ]);
        let signed = vector.sign("oauth1", &params);
        vector.compare_stages(
            &signed,
            &[
                ("base_string_uri", "base string URI"),
                ("normalized_parameters", "normalized parameters"),
                ("signature_base_string", "signature base string"),
                ("key", "key"),
                ("signature", "signature"),
            ],
        );
        let wire = sign::apply(&vector.draft(), &signed);
        let body = String::from_utf8_lossy(&wire.body().read_all().unwrap()).into_owned();
        for (member, separator, ours) in [
            ("authorization", ", ", wire.headers().text("authorization").unwrap_or_default()),
            ("url", "&", wire.url().to_string()),
            ("body/utf8", "&", body),
        ] {
            let Some(expected) = vector.text(&format!("/expected/{member}")) else { continue };
            assert_eq!(parts(&ours, separator), parts(expected, separator), "{}", vector.name);
        }
        let is_rsa = signed.trace.step("key").is_none() && signed.trace.steps.len() > 1;
        let secret = if is_rsa { "private_key" } else { "consumer_secret" };
        vector.verify("oauth1", &params, &signed, secret);
    }
}

/// The parameters of a header, query or form, whose order is free.
fn parts(text: &str, separator: &str) -> Vec<String> {
    let text = text.trim_start_matches("OAuth ").replace('?', separator);
    let mut parts: Vec<String> = text.split(separator).map(str::to_owned).collect();
    parts.sort();
    parts
}

#[test]
fn sigv4_matches_awscrt_and_botocore_at_every_stage() {
    let vectors = Vector::all("sigv4");
    assert!(vectors.len() > 50);
    for vector in vectors {
        let path_encoding = match vector.text("/settings/path_encoding") {
            Some("single") => "s3",
            _ => "double",
        };
        let params = vector.params(&[("path_encoding", path_encoding)]);
        let signed = vector.sign("sigv4", &params);
        compare_sigv4(&vector, &signed);
        vector.verify("sigv4", &params, &signed, "secret_key");
    }
}

#[test]
fn dci_matches_dciauth_at_every_stage() {
    for vector in Vector::all("dci") {
        let params = vector.params(&[
            ("path_encoding", "decoded-twice"),
            ("query_rule", "first"),
            ("payload_rule", "no-forms"),
            ("signed_headers", "date-only"),
        ]);
        let signed = vector.sign("sigv4", &params);
        compare_sigv4(&vector, &signed);
        vector.verify("sigv4", &params, &signed, "secret_key");
    }
}

fn compare_sigv4(vector: &Vector, signed: &Signed) {
    if let Some(url) = vector.text("/expected/url") {
        // The peer's URL has its path in strict form: S3 signs that, whatever is sent.
        let ours = sign::apply(&vector.draft(), signed).url().target();
        let query = |target: &str| parts(target.split_once('?').unwrap().1, "&");
        assert_eq!(query(&ours), query(url), "{}", vector.name);
    }
    vector.compare_stages(
        signed,
        &[
            ("canonical_request", "canonical request"),
            ("string_to_sign", "string to sign"),
            ("signature", "signature"),
        ],
    );
    if vector.text("/expected/authorization").is_none() {
        return;
    }
    let mut added: Vec<(String, String)> = signed
        .patch
        .headers
        .iter()
        .map(|header| (header.name.to_ascii_lowercase(), header.text()))
        .collect();
    let authorization = added.pop().unwrap();
    assert_eq!(authorization.0, "authorization");
    assert_eq!(Some(authorization.1.as_str()), vector.text("/expected/authorization"));
    added.sort();
    assert_eq!(added, vector.pairs("/expected/added_headers"), "{}", vector.name);
}

#[test]
fn ovh_matches_python_ovh_at_every_stage() {
    for vector in Vector::all("ovh") {
        let params = vector.params(&[]);
        let signed = vector.sign("ovh", &params);
        vector.compare_stages(&signed, &[("pre_image", "pre-image"), ("signature", "signature")]);
        let headers: Vec<(String, String)> = {
            let mut headers: Vec<_> = signed
                .patch
                .headers
                .iter()
                .map(|header| (header.name.clone(), header.text()))
                .collect();
            headers.sort();
            headers
        };
        assert_eq!(headers, vector.pairs("/expected/headers"), "{}", vector.name);
        vector.verify("ovh", &params, &signed, "application_secret");
    }
}
