//! SigV4 beside `aws-sigv4` and `reqsign`: a GET from S3 with five query
//! parameters and an unsigned payload, three headers signed.

use crate::ours::Ours;
use crate::rounds::{Contestant, report};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningInstructions,
    SigningParams, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use http::request::Parts;
use reqsign_aws_v4::{Credential, RequestSigner};
use reqsign_core::{Context, SignRequest as _};
use signreq::model::time::Time;
use signreq::sign::Tracing;
use std::future::Future;
use std::pin::pin;
use std::task::{Poll, Waker};
use std::time::{Duration, Instant, UNIX_EPOCH};

const ACCESS_KEY: &str = "AKIDEXAMPLE";
const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const REGION: &str = "us-east-1";
const HOST: &str = "examplebucket.s3.us-east-1.amazonaws.com";
const URL: &str = "https://examplebucket.s3.us-east-1.amazonaws.com/?prefix=photos%2F2024%2F\
                   &delimiter=%2F&list-type=2&max-keys=100&start-after=photos%2F2024%2Fa%20b.jpg";
const TIME: u64 = 1_440_938_160;

/// Compares all signatures, then the time they take.
pub fn compare() {
    let signer = ours(TIME as i64, Tracing::Off);
    let traced = ours(TIME as i64, Tracing::On);
    let (identity, aws) = (identity(), aws_request());
    let params = aws_params(&identity);
    assert_eq!(aws_authorization(&aws_sign(&aws, &params)), signer.authorization());
    let (reqsign, credential, context) = reqsign();
    let signed = reqsign_sign(&reqsign, &credential, &context, &mut request());
    let time = Time::parse_iso8601_basic(&signed.0).expect("a timestamp").epoch();
    assert_eq!(signed.1, ours(time, Tracing::Off).authorization());
    report(
        "SigV4, GET with five query parameters",
        &mut [
            Contestant::new("signreq", || signer.sign()),
            Contestant::new("signreq with its trace", || traced.sign()),
            Contestant::new("aws-sigv4", || aws_sign(&aws, &params)),
            Contestant {
                name: "reqsign-aws-v4".into(),
                // It changes the request, so each signature has one of its own.
                turn: Box::new(|count| {
                    let mut requests: Vec<Parts> = (0..count).map(|_| request()).collect();
                    let start = Instant::now();
                    for request in &mut requests {
                        finish(reqsign.sign_request(&context, request, Some(&credential), None));
                    }
                    start.elapsed()
                }),
            },
        ],
    );
}

fn ours(time: i64, tracing: Tracing) -> Ours {
    let fields = [
        ("access_key", ACCESS_KEY),
        ("secret_key", SECRET_KEY),
        ("region", REGION),
        ("service", "s3"),
        ("payload", "unsigned"),
    ];
    Ours::new("sigv4", &fields, URL, (time, ""), tracing)
}

fn identity() -> Identity {
    Credentials::from_keys(ACCESS_KEY, SECRET_KEY, None).into()
}

fn aws_params(identity: &Identity) -> SigningParams<'_> {
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    v4::SigningParams::builder()
        .identity(identity)
        .region(REGION)
        .name("s3")
        .time(UNIX_EPOCH + Duration::from_secs(TIME))
        .settings(settings)
        .build()
        .expect("complete")
        .into()
}

fn aws_request() -> [(&'static str, &'static str); 1] {
    [("host", HOST)]
}

fn aws_sign<'a>(
    headers: &'a [(&'static str, &'static str); 1],
    params: &'a SigningParams<'a>,
) -> SigningInstructions {
    let request = SignableRequest::new(
        "GET",
        URL,
        headers.iter().copied(),
        SignableBody::UnsignedPayload,
    );
    sign(request.expect("signable"), params).expect("signable").into_parts().0
}

fn aws_authorization(instructions: &SigningInstructions) -> &str {
    let mut headers = instructions.headers();
    headers.find(|(name, _)| *name == "authorization").expect("signed").1
}

fn request() -> Parts {
    http::Request::get(URL).body(()).expect("a request").into_parts().0
}

fn reqsign() -> (RequestSigner, Credential, Context) {
    let credential = Credential {
        access_key_id: ACCESS_KEY.into(),
        secret_access_key: SECRET_KEY.into(),
        session_token: None,
        expires_in: None,
    };
    (RequestSigner::new("s3", REGION), credential, Context::new())
}

/// Its timestamp, which it takes from the clock, and its Authorization header.
fn reqsign_sign(
    signer: &RequestSigner,
    credential: &Credential,
    context: &Context,
    request: &mut Parts,
) -> (String, String) {
    finish(signer.sign_request(context, request, Some(credential), None));
    let text = |name| request.headers[name].to_str().expect("text").to_owned();
    (text("x-amz-date"), text("authorization"))
}

/// Runs a future that never waits.
fn finish<T, E: std::fmt::Debug>(future: impl Future<Output = Result<T, E>>) -> T {
    match pin!(future).poll(&mut std::task::Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result.expect("signable"),
        Poll::Pending => panic!("signing waits for something"),
    }
}
