//! OAuth1 HMAC-SHA1 beside `oauth1-request`: a GET with five query parameters.

use crate::ours::Ours;
use crate::rounds::{Contestant, report};
use oauth1_request as oauth;
use signreq::sign::Tracing;
use std::num::NonZeroU64;

const TIME: u64 = 1_440_938_160;
const NONCE: &str = "kllo9940pd9333jhkllo9940pd93";
const URI: &str = "https://api.example.com/api/v2/hosts";
/// In the order of their names, as `oauth1-request` asks for.
const QUERY: [(&str, &str); 5] = [
    ("order", "name ASC"),
    ("page", "2"),
    ("per_page", "100"),
    ("search", "os = Debian and name ~ web"),
    ("thin", "true"),
];

/// Compares both signatures, then the time they take.
pub fn compare() {
    let fields = [
        ("consumer_key", "consumer-key"),
        ("consumer_secret", "consumer-secret"),
        ("token", "token"),
        ("token_secret", "token-secret"),
    ];
    let request = oauth::ParameterList::new(QUERY);
    let url = oauth::to_query(URI.to_owned(), &request);
    let ours =
        |tracing| Ours::new("oauth1", &fields, &url, (TIME as i64, NONCE), tracing);
    let (signer, traced) = (ours(Tracing::Off), ours(Tracing::On));
    let theirs = || {
        let client = oauth::Credentials::new("consumer-key", "consumer-secret");
        oauth::Builder::new(client, oauth::HmacSha1::new())
            .token(oauth::Credentials::new("token", "token-secret"))
            .nonce(NONCE)
            .timestamp(NonZeroU64::new(TIME))
            .version(true)
            .get(URI, &request)
    };
    assert_eq!(signature(&theirs()), signature(&signer.authorization()));
    report(
        "OAuth1 HMAC-SHA1, GET with five query parameters",
        &mut [
            Contestant::new("signreq", || signer.sign()),
            Contestant::new("signreq with its trace", || traced.sign()),
            Contestant::new("oauth1-request", theirs),
        ],
    );
}

fn signature(authorization: &str) -> &str {
    authorization.split("oauth_signature=\"").nth(1).expect("signed").trim_end_matches('"')
}
