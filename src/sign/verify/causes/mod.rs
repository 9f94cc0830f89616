//! The causes of a signature that does not hold, as people really meet them:
//! one row a cause.

pub(super) mod body;
mod header;
mod key;
mod oauth1;
mod place;
mod query;
mod rules;

pub(super) use header::absent as absent_header;

use crate::sign::verify::case::{Case, Suspect};

/// What may have gone wrong, and how to prove that it did.
pub struct Cause {
    /// What differs then; the word that a finding begins with.
    pub step: &'static str,
    /// The schemes it is met with; every one when there are none.
    pub schemes: &'static [&'static str],
    /// What whoever signed did, behind "the signature was made".
    pub about: &'static str,
    /// What mends it.
    pub mend: &'static str,
    /// The requests and fields as they are to be tried.
    suspects: for<'a> fn(&Case<'a>) -> Vec<Suspect<'a>>,
}

impl Cause {
    /// Whether a signature of this kind can have it.
    pub(super) fn is_met_with(&self, case: &Case<'_>) -> bool {
        let is_of_scheme = self.schemes.is_empty() || self.schemes.contains(&case.scheme.id());
        is_of_scheme && (case.covers_request() || ["key", "signature"].contains(&self.step))
    }

    /// The suspicions it raises, the likeliest first.
    pub(super) fn suspects<'a>(&self, case: &Case<'a>) -> Vec<Suspect<'a>> {
        (self.suspects)(case)
    }
}

/// All orders of that many things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    for next in 0..count {
        orders = orders
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                (0..=order.len()).map(move |place| {
                    let mut longer = order.clone();
                    longer.insert(place, next);
                    longer
                })
            })
            .collect();
    }
    orders
}

const fn row(
    step: &'static str,
    schemes: &'static [&'static str],
    about: &'static str,
    mend: &'static str,
    suspects: for<'a> fn(&Case<'a>) -> Vec<Suspect<'a>>,
) -> Cause {
    Cause { step, schemes, about, mend, suspects }
}

const OAUTH1: &[&str] = &["oauth1"];
const OVH: &[&str] = &["ovh"];
const SIGV4: &[&str] = &["sigv4"];

const SENT_URL: &str = "sign the URL byte for byte as it is sent";
const SENT_BODY: &str = "sign the bytes and the Content-Type that are sent";
const PROXY: &str = "a proxy has to hand on the Host and the scheme that were signed";
const SIGNER: &str = "mend whoever signs: the specification has it otherwise";

/// Every cause, in the order in which they are tried: first what is met most.
pub const CAUSES: &[Cause] = &[
    row(
        "key",
        &[],
        "with the parts of the key in another order",
        "put each part of the key into its own field",
        key::in_another_order,
    ),
    row(
        "method",
        &[],
        "for another method",
        "sign with the method that is sent; redirects and curl -I change it",
        rules::method,
    ),
    row("path", &[], "for the path with or without its trailing slash", SENT_URL, place::slash),
    row("scheme", &[], "for http and sent by https, or the other way round", PROXY, place::scheme),
    row("host", &[], "for another host or port", PROXY, place::host),
    row(
        "path",
        &[],
        "for a path to which a proxy added its first segments, or from which it took them",
        "sign the path that the server sees, or let the proxy keep the path",
        place::prefix,
    ),
    row("path", OVH, "for another version of the API: /1.0, /v1, /v2", SENT_URL, place::version),
    // Before the escapes: a path signed by S3's rule is like one that was decoded
    // first, and the setting is what makes it hold.
    row(
        "setting",
        SIGV4,
        "with the path encoded by the rule of another service",
        "set path_encoding to what the service verifies with: s3 for S3 and its kin",
        rules::path_encoding,
    ),
    row("path", &[], "for the path in other escapes", SENT_URL, place::escapes),
    row("query", &[], "without the query, or without one parameter of it", SENT_URL, query::less),
    row("query", &[], "for the query in another order", SENT_URL, query::order),
    row(
        "query",
        &[],
        "with %20 for +, + for %20 or a literal + in the query",
        SENT_URL,
        query::spaces,
    ),
    row("query", &[], "for the query encoded once more or once less", SENT_URL, query::escapes),
    row("body", &[], "without the body", SENT_BODY, body::without),
    row(
        "body",
        OAUTH1,
        "with the body's parameters where it is no form, or without them where it is one",
        SENT_BODY,
        body::as_form,
    ),
    row("body", &[], "for the body with other line breaks", SENT_BODY, body::line_breaks),
    row("body", &[], "for the same JSON, written otherwise", SENT_BODY, body::json),
    row(
        "body",
        SIGV4,
        "for another hash of the payload: UNSIGNED-PAYLOAD, that of an empty one, of the body",
        SENT_BODY,
        body::payload_hash,
    ),
    row(
        "header",
        SIGV4,
        "for a header that was changed, added to or taken away on the way",
        "keep proxies from changing signed headers, or do not sign those they change",
        header::changed,
    ),
    row(
        "header",
        SIGV4,
        "without the session token, which was added afterwards",
        "sign the session token with the rest, but where the service says otherwise",
        header::token_added,
    ),
    row(
        "setting",
        OAUTH1,
        "by the other normalization: rack or rfc5849",
        "set normalization to what the server verifies with: rack is Foreman's",
        rules::normalization,
    ),
    row(
        "setting",
        OAUTH1,
        "without the profile's signed_url",
        "take signed_url out of the profile where no proxy needs it",
        rules::signed_url,
    ),
    row(
        "setting",
        OAUTH1,
        "by another signature method than it says",
        "sign by the method that oauth_signature_method names",
        rules::signature_method,
    ),
    row(
        "setting",
        SIGV4,
        "for all values of a query key, or for the first ones only",
        "set query_rule to what the server verifies with: first is DCI's",
        rules::query_rule,
    ),
    row(
        "setting",
        SIGV4,
        "for the bytes of a form, or for none where the server sees none",
        "set payload_rule to what the server verifies with: no-forms is DCI's",
        rules::payload_rule,
    ),
    row(
        "setting",
        SIGV4,
        "with the key of another variant: AWS4 or DCI2",
        "set algorithm, and key_prefix with it, to the variant that the server verifies",
        rules::key_prefix,
    ),
    row(
        "key",
        &[],
        "with a secret that has white space, line breaks or quotes around it",
        "take away what copying added to the secret",
        key::spoiled,
    ),
    row(
        "key",
        &[],
        "with an empty secret",
        "give whoever signs the secret: it had none",
        key::empty,
    ),
    row(
        "key",
        &[],
        "with the secret percent-encoded or decoded",
        "give the secret as it was issued",
        key::escaped,
    ),
    row(
        "key",
        OAUTH1,
        "with a key whose secrets are not encoded, or without its &",
        SIGNER,
        oauth1::key,
    ),
    row(
        "key",
        &["basic"],
        "with the password in ISO 8859-1",
        "encode user and password in UTF-8 (RFC 7617 section 2.1)",
        key::latin1,
    ),
    row("query", OAUTH1, "by an encoder for other purposes", SIGNER, oauth1::by_another_encoder),
    row("query", OAUTH1, "with parameters encoded too often or too rarely", SIGNER, oauth1::depth),
    row("query", OAUTH1, "with the parameters in another order", SIGNER, oauth1::order),
    row("query", SIGV4, "for the query as it is sent, not sorted and encoded", SIGNER, query::raw),
    row("path", SIGV4, "for the path as it is sent, or decoded", SIGNER, place::raw),
    row(
        "time",
        &["oauth1", "ovh"],
        "for a time close to the one it tells",
        "read the clock once: sign the timestamp that is sent",
        rules::time,
    ),
    row(
        "signature",
        &[],
        "rightly and written otherwise",
        "write the signature as the specification says",
        key::notation,
    ),
];
