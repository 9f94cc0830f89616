//! Base strings as OAuth 1.0 clients get them wrong: the encoder, how often
//! parameters are encoded, their order (RFC 5849 section 3.4.1).

use crate::sign::encode::{decode, encode_strict, parse_form};
use crate::sign::verify::case::{Case, Suspect};

/// A base string taken apart, nothing encoded.
struct BaseString {
    method: String,
    uri: Vec<u8>,
    parameters: Vec<(Vec<u8>, Vec<u8>)>,
}

impl BaseString {
    fn of(case: &Case<'_>) -> Option<Self> {
        let message = case.own_message()?;
        let mut parts = message.splitn(3, '&');
        let (method, uri, parameters) = (parts.next()?, parts.next()?, parts.next()?);
        let parameters = decode(parameters.as_bytes());
        Some(Self {
            method: method.to_owned(),
            uri: decode(uri.as_bytes()),
            parameters: parse_form(&parameters),
        })
    }

    /// The pairs, encoded by `encode`.
    fn pairs(&self, encode: &dyn Fn(&[u8]) -> String) -> Vec<(String, String)> {
        let pair = |(name, value): &(Vec<u8>, Vec<u8>)| (encode(name), encode(value));
        self.parameters.iter().map(pair).collect()
    }

    /// The base string with these pairs in this order.
    fn with(&self, pairs: &[(String, String)], encode: &dyn Fn(&[u8]) -> String) -> String {
        let joined: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let joined = joined.join("&");
        [self.method.clone(), encode(&self.uri), encode(joined.as_bytes())].join("&")
    }
}

/// An encoder that was made for something else.
struct Encoder {
    how: &'static str,
    /// What it leaves as it is besides letters, digits and `-._`.
    kept: &'static [u8],
    space: &'static str,
    is_lower: bool,
}

const ENCODERS: &[Encoder] = &[
    encoder("leaves ! ' ( ) * as they are, as JavaScript's does", b"~!'()*"),
    Encoder { space: "+", ..encoder("writes a space as +, as PHP's urlencode does", b"") },
    Encoder { space: "+", ..encoder("writes a space as +, as Python's quote_plus does", b"~") },
    Encoder { space: "+", ..encoder("writes a space as +, as Java's URLEncoder does", b"*") },
    encoder("leaves / as it is, as Python's quote does", b"~/"),
    encoder("encodes ~", b""),
    encoder("leaves * as it is", b"~*"),
    Encoder { is_lower: true, ..encoder("writes escapes in lower-case hex", b"~") },
];

const fn encoder(how: &'static str, kept: &'static [u8]) -> Encoder {
    Encoder { how, kept, space: "%20", is_lower: false }
}

impl Encoder {
    fn encode(&self, bytes: &[u8]) -> String {
        let mut out = String::with_capacity(bytes.len());
        for byte in bytes {
            let is_kept =
                byte.is_ascii_alphanumeric() || b"-._".contains(byte) || self.kept.contains(byte);
            match byte {
                b' ' => out.push_str(self.space),
                byte if is_kept => out.push(char::from(*byte)),
                byte if self.is_lower => out.push_str(&format!("%{byte:02x}")),
                byte => out.push_str(&format!("%{byte:02X}")),
            }
        }
        out
    }
}

pub(super) fn by_another_encoder<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let Some(base) = BaseString::of(case) else { return Vec::new() };
    let mut suspects = Vec::new();
    for encoder in ENCODERS {
        let own = |bytes: &[u8]| encoder.encode(bytes);
        let how = format!("by an encoder that {}", encoder.how);
        let mut pairs = base.pairs(&own);
        pairs.sort();
        // For the parameters only, or for the whole of it.
        for message in [base.with(&pairs, &encode_strict), base.with(&pairs, &own)] {
            suspects.push(case.with_message(message).suspect(how.as_str()));
        }
    }
    suspects
}

pub(super) fn depth<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let Some(base) = BaseString::of(case) else { return Vec::new() };
    let raw = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let twice = |bytes: &[u8]| encode_strict(encode_strict(bytes).as_bytes());
    let of_pairs = |mut pairs: Vec<(String, String)>| {
        pairs.sort();
        case.with_message(base.with(&pairs, &encode_strict))
    };
    let mut suspects = vec![
        of_pairs(base.pairs(&raw))
            .suspect("with parameters that are not encoded before they are joined"),
        of_pairs(base.pairs(&twice)).suspect("with parameters that are encoded once too often"),
    ];
    let mut pairs = base.pairs(&encode_strict);
    pairs.sort();
    let unencoded = base.with(&pairs, &raw);
    suspects.push(case.with_message(unencoded).suspect("with a base string of unencoded parts"));
    suspects
}

pub(super) fn order<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let Some(base) = BaseString::of(case) else { return Vec::new() };
    let pairs = base.pairs(&encode_strict);
    let mut joined = pairs.clone();
    joined.sort_by_key(|(name, value)| format!("{name}={value}"));
    let mut decoded = base.parameters.clone();
    decoded.sort();
    let decoded = BaseString { parameters: decoded, ..BaseString::of(case).unwrap_or(base) };
    let decoded_pairs = decoded.pairs(&encode_strict);
    let mut by_name = pairs.clone();
    by_name.sort_by_key(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    let own = |(name, _): &(String, String)| name.starts_with("oauth_");
    let (protocol, others): (Vec<_>, Vec<_>) = pairs.into_iter().partition(own);
    let sent: Vec<(String, String)> =
        parse_form(case.draft.url.query().unwrap_or_default().as_bytes())
            .iter()
            .map(|(name, value)| (encode_strict(name), encode_strict(value)))
            .chain(others.iter().filter(|_| case.draft.url.query().is_none()).cloned())
            .collect();
    [
        (joined, "with the pairs sorted as name=value, not by name and then by value"),
        (decoded_pairs, "with the parameters sorted before they are encoded"),
        (by_name, "with the parameters sorted regardless of case"),
        ([others, protocol.clone()].concat(), "with the oauth parameters behind the others"),
        (
            [sent.clone(), protocol.clone()].concat(),
            "with the parameters in the order of the query",
        ),
        ([protocol, sent].concat(), "with the parameters in the order of the query"),
    ]
    .into_iter()
    .map(|(pairs, how)| case.with_message(decoded.with(&pairs, &encode_strict)).suspect(how))
    .collect()
}

/// RFC 5849 section 3.4.2: both secrets encoded, and the `&` in any case.
pub(super) fn key<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let consumer = case.params.get("consumer_secret").unwrap_or_default();
    let token = case.params.get("token_secret").unwrap_or_default();
    let encoded = |secret: &str| encode_strict(secret.as_bytes());
    [
        (format!("{consumer}&{token}"), "with a key whose secrets are not encoded"),
        (format!("{}&", encoded(consumer)), "without the token_secret"),
        (encoded(consumer), "with a key without the & behind the consumer's secret"),
        (consumer.to_owned(), "with a key without the & behind the consumer's secret"),
        (format!("&{}", encoded(token)), "without the consumer_secret"),
        (encoded(token), "with the token_secret alone for a key"),
        (format!("{}{}", encoded(consumer), encoded(token)), "with a key without its &"),
    ]
    .into_iter()
    .map(|(key, how)| Case { key: Some(key), ..case.clone() }.suspect(how))
    .collect()
}
