//! Every way to sign: the schemes with the fields that make a difference to
//! what is signed, and what each covers.

use signreq::sign::Placement;

/// What a signature covers.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Covers {
    /// Nothing but itself: it is a secret.
    Itself,
    /// The request; of the bodies those that are forms.
    Forms,
    /// The request; of the bodies those that are no forms.
    AllButForms,
    /// The request with every body.
    All,
}

/// A scheme with the fields that make a difference to what is signed.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) scheme: &'static str,
    pub(super) covers: Covers,
    pub(super) fields: Vec<(&'static str, &'static str)>,
    pub(super) header: Option<(&'static str, &'static str)>,
    pub(super) placement: Placement,
}

/// An RSA key made for tests; `tests/vectors` signs with it too.
const RSA_KEY: &str = include_str!("../../vectors/cases/rsa-test-key.pem");

type Fields<'a> = &'a [(&'static str, &'static str)];

const OAUTH1: Fields<'static> =
    &[("consumer_key", "ck"), ("consumer_secret", "c&s"), ("token", "t"), ("token_secret", "%")];
const SIGV4: Fields<'static> =
    &[("access_key", "ak/1"), ("secret_key", "sk"), ("region", "eu-1"), ("session_token", "st")];
const DCI: Fields<'static> = &[
    ("access_key", "remoteci/1"),
    ("secret_key", "sk"),
    ("region", "BHS3"),
    ("service", "api"),
    ("algorithm", "DCI2-HMAC-SHA256"),
    ("path_encoding", "decoded-twice"),
    ("query_rule", "first"),
    ("payload_rule", "no-forms"),
    ("signed_headers", "date-only"),
];

pub(super) fn oauth1(name: &'static str, covers: Covers, more: Fields<'_>) -> Case {
    let fields = [OAUTH1, more].concat();
    Case { name, scheme: "oauth1", covers, fields, header: None, placement: Placement::Own }
}

pub(super) fn rsa(method: &'static str) -> Case {
    let more = [("signature_method", method), ("private_key", RSA_KEY)];
    oauth1(method, Covers::Forms, &more)
}

pub(super) fn sigv4(name: &'static str, more: Fields<'_>) -> Case {
    let fields = [SIGV4, more].concat();
    let covers = Covers::All;
    Case { name, scheme: "sigv4", covers, fields, header: None, placement: Placement::Own }
}

/// A scheme that sends a secret.
pub(super) fn secret(scheme: &'static str, fields: Fields<'_>) -> Case {
    let (covers, fields) = (Covers::Itself, fields.to_vec());
    Case { name: scheme, scheme, covers, fields, header: None, placement: Placement::Own }
}

/// Every way to sign but RSA, which takes too long to look for causes.
pub(super) fn cases() -> Vec<Case> {
    let in_query = Placement::Query { expires: None };
    let chunked = [("service", "s3"), ("payload", "chunked")];
    vec![
        oauth1("HMAC-SHA1", Covers::Forms, &[]),
        oauth1("HMAC-SHA1, presigned", Covers::Forms, &[]).placed(in_query),
        oauth1(
            "HMAC-SHA256 in the query",
            Covers::Forms,
            &[("signature_method", "HMAC-SHA256"), ("transmit", "query")],
        ),
        oauth1("HMAC-SHA1 in the form", Covers::Forms, &[("transmit", "form")]),
        oauth1(
            "HMAC-SHA512 with a body hash",
            Covers::All,
            &[("signature_method", "HMAC-SHA512"), ("body_hash", "true")],
        ),
        oauth1("rack", Covers::Forms, &[("normalization", "rack")]),
        oauth1("PLAINTEXT", Covers::Itself, &[("signature_method", "PLAINTEXT")]),
        oauth1(
            "PLAINTEXT in the query",
            Covers::Itself,
            &[("signature_method", "PLAINTEXT"), ("transmit", "query")],
        ),
        oauth1(
            "PLAINTEXT in the form",
            Covers::Itself,
            &[("signature_method", "PLAINTEXT"), ("transmit", "form")],
        ),
        Case {
            covers: Covers::All,
            ..secret(
                "ovh",
                &[("application_key", "ak"), ("application_secret", "as"), ("consumer_key", "ck")],
            )
        },
        sigv4("aws", &[("service", "iam")]),
        sigv4("aws, presigned", &[("service", "iam")]).placed(in_query),
        sigv4("s3", &[("service", "s3")]),
        // S3 leaves the body to whoever holds the URL.
        Case {
            covers: Covers::Forms,
            ..sigv4("s3, presigned", &[("service", "s3")]).placed(in_query)
        },
        sigv4("s3 in chunks", &chunked),
        Case {
            header: Some(("X-Amz-Trailer", "x-amz-checksum-sha256")),
            ..sigv4("s3 in chunks with a trailer", &chunked)
        },
        Case { name: "dci", covers: Covers::AllButForms, ..dci() },
        secret("bearer", &[("token", "mF_9.B5f-4.1JqM")]),
        secret("basic", &[("user", "Aladdin"), ("password", "open sesame")]),
        secret(
            "oauth2",
            &[("token_url", "https://t.example/"), ("client_id", "i"), ("token", "2YotnFZFEjr1")],
        ),
    ]
}

pub(super) fn dci() -> Case {
    Case { fields: DCI.to_vec(), ..sigv4("dci", &[]) }
}
