//! OAuth1 HMAC-SHA1 beside `oauth1-request`: a GET with five query parameters.
//!
//! That crate reads no URL: it is handed names and values that are decoded and
//! sorted already. So it is measured both ways: with that done beforehand,
//! beside a request whose URL was read beforehand; and with it done each time,
//! by `form_urlencoded`, beside a URL that is read each time.

use crate::ours::Ours;
use crate::rounds::{Contestant, report};
use oauth1_request as oauth;
use signreq::sign::Tracing;
use std::borrow::Cow;
use std::fmt::Display;
use std::num::NonZeroU64;

const TIME: u64 = 1_440_938_160;
const NONCE: &str = "kllo9940pd9333jhkllo9940pd93";
/// As a user has it: in no order, spaces encoded.
const URL: &str = "https://api.example.com/api/v2/hosts?search=os%20%3D%20Debian%20and%20name%20~\
                   %20web&page=2&per_page=100&order=name%20ASC&thin=true";
const FIELDS: [(&str, &str); 4] = [
    ("consumer_key", "consumer-key"),
    ("consumer_secret", "consumer-secret"),
    ("token", "token"),
    ("token_secret", "token-secret"),
];

/// Compares all signatures, then the time they take.
pub fn compare() {
    let ours = |tracing| Ours::new("oauth1", &FIELDS, URL, (TIME as i64, NONCE), tracing);
    let (mut signer, traced) = (ours(Tracing::Off), ours(Tracing::On));
    let expected = signer.authorization();
    let (uri, parameters) = read(URL);
    assert_eq!(signature(&theirs(uri, &parameters)), signature(&expected));
    assert_eq!(signature(&theirs_from_url(URL)), signature(&expected));
    report(
        "OAuth1 HMAC-SHA1, GET with five query parameters, read beforehand",
        &mut [
            Contestant::new("signreq", || signer.sign()),
            Contestant::new("signreq with its trace", || traced.sign()),
            Contestant::new("oauth1-request", || theirs(uri, &parameters)),
        ],
    );
    report(
        "OAuth1 HMAC-SHA1, GET with five query parameters, from the URL",
        &mut [
            Contestant::new("signreq", || signer.sign_url(URL)),
            Contestant::new("oauth1-request and form_urlencoded", || theirs_from_url(URL)),
        ],
    );
}

/// What `oauth1-request` wants to be handed.
type Parameters<'a> = oauth::ParameterList<Cow<'a, str>, Cow<'a, str>>;

fn read(url: &str) -> (&str, Parameters<'_>) {
    let (uri, query) = url.split_once('?').expect("a query");
    let pairs = form_urlencoded::parse(query.as_bytes()).collect::<Vec<_>>();
    (uri, oauth::ParameterList::new(pairs))
}

fn theirs_from_url(url: &str) -> String {
    let (uri, parameters) = read(url);
    theirs(uri, &parameters)
}

fn theirs(uri: impl Display, parameters: &Parameters<'_>) -> String {
    let client = oauth::Credentials::new("consumer-key", "consumer-secret");
    oauth::Builder::new(client, oauth::HmacSha1::new())
        .token(oauth::Credentials::new("token", "token-secret"))
        .nonce(NONCE)
        .timestamp(NonZeroU64::new(TIME))
        .version(true)
        .get(uri, parameters)
}

fn signature(authorization: &str) -> &str {
    authorization.split("oauth_signature=\"").nth(1).expect("signed").trim_end_matches('"')
}
