//! The signature base string (RFC 5849 section 3.4.1).

use crate::error::Result;
use crate::model::headers::media_type;
use crate::model::request::Draft;
use crate::model::url::{Protocol, WireUrl};
use crate::sign::encode::{encode_strict, parse_form};
use crate::sign::oauth1::rack;

/// By whose rules parameters are normalized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Normalization {
    /// RFC 5849's own.
    Rfc5849,
    /// ruby-oauth's behind Rack: Foreman.
    Rack,
}

/// What the server behind a proxy believes its base URL to be, and what that
/// base is from outside.
#[derive(Clone, Debug)]
pub(super) struct SignedUrl {
    pub(super) inside: WireUrl,
    pub(super) outside: Option<WireUrl>,
}

/// RFC 5849 section 3.4.1.3.1: whether the body's parameters are signed.
pub(super) fn has_form_body(draft: &Draft) -> bool {
    draft
        .headers
        .text("content-type")
        .is_some_and(|value| media_type(&value) == "application/x-www-form-urlencoded")
}

/// RFC 5849 section 3.4.1.2: scheme and host in lower case, the scheme's
/// default port dropped, the path byte for byte.
pub(super) fn uri(draft: &Draft, signed_url: Option<&SignedUrl>) -> String {
    if let Some(SignedUrl { inside, outside }) = signed_url {
        let path = draft.url.path();
        let base = outside.as_ref().map_or("", |url| url.path().trim_end_matches('/'));
        let rest = path.strip_prefix(base).unwrap_or(path);
        return format!("{}{}{rest}", inside.origin(), inside.path().trim_end_matches('/'));
    }
    let protocol = draft.url.origin().protocol;
    let host = draft.host().to_ascii_lowercase();
    let default_port = match protocol {
        Protocol::Http => ":80",
        Protocol::Https => ":443",
    };
    let host = host.strip_suffix(default_port).unwrap_or(&host);
    format!("{}://{host}{}", protocol.as_str(), draft.url.path())
}

/// The parameters of query, form and protocol as they are signed.
///
/// # Errors
/// Wrong usage when the server's rules cannot express them.
pub(super) fn parameters(
    normalization: Normalization,
    draft: &Draft,
    form: &[u8],
    protocol_parameters: &[(String, String)],
) -> Result<String> {
    let query = draft.url.query().unwrap_or_default().as_bytes();
    match normalization {
        Normalization::Rfc5849 => Ok(normalized(query, form, protocol_parameters)),
        Normalization::Rack => rack::normalized_parameters(query, form, protocol_parameters),
    }
}

/// RFC 5849 section 3.4.1.3.2: encoded first, then sorted by encoded name and
/// encoded value, duplicates kept.
fn normalized(query: &[u8], form: &[u8], protocol_parameters: &[(String, String)]) -> String {
    let mut pairs: Vec<(String, String)> = parse_form(query)
        .iter()
        .chain(&parse_form(form))
        // Section 3.4.1.3.1: wherever it stands.
        .filter(|(name, _)| name != b"oauth_signature")
        .map(|(name, value)| (encode_strict(name), encode_strict(value)))
        .collect();
    for (name, value) in protocol_parameters {
        pairs.push((encode_strict(name.as_bytes()), encode_strict(value.as_bytes())));
    }
    pairs.sort();
    let joined: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    joined.join("&")
}
