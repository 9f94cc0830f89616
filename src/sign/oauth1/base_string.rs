//! The signature base string (RFC 5849 section 3.4.1).

use crate::error::Result;
use crate::model::headers::media_type;
use crate::model::request::Draft;
use crate::model::url::{Protocol, WireUrl};
use crate::sign::encode::{EncodedPairs, push_strict};
use crate::sign::oauth1::{ProtocolParameters, rack};

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
    let host = draft.host();
    let default_port = match protocol {
        Protocol::Http => ":80",
        Protocol::Https => ":443",
    };
    let host = host.strip_suffix(default_port).unwrap_or(&host);
    let mut origin = [protocol.as_str(), "://", host].concat();
    origin.make_ascii_lowercase();
    origin.push_str(draft.url.path());
    origin
}

/// Section 3.4.1.1: the three parts, encoded, joined by ampersands.
pub(super) fn base_string(draft: &Draft, uri: &str, normalized: &str) -> String {
    let length = uri.len() + normalized.len();
    let mut base_string = String::with_capacity(length + length / 2);
    push_strict(&mut base_string, draft.method.as_str().as_bytes());
    for part in [uri, normalized] {
        base_string.push('&');
        push_strict(&mut base_string, part.as_bytes());
    }
    base_string
}

/// The parameters of query, form and protocol as they are signed.
///
/// # Errors
/// Wrong usage when the server's rules cannot express them.
pub(super) fn parameters(
    normalization: Normalization,
    draft: &Draft,
    form: &[u8],
    protocol_parameters: &ProtocolParameters<'_>,
) -> Result<String> {
    let query = draft.url.query().unwrap_or_default().as_bytes();
    match normalization {
        Normalization::Rfc5849 => Ok(normalized(query, form, protocol_parameters)),
        Normalization::Rack => rack::normalized_parameters(query, form, protocol_parameters),
    }
}

/// RFC 5849 section 3.4.1.3.2: encoded first, then sorted by encoded name and
/// encoded value, duplicates kept.
fn normalized(query: &[u8], form: &[u8], protocol_parameters: &ProtocolParameters<'_>) -> String {
    let count = |text: &[u8]| text.iter().filter(|byte| **byte == b'&').count() + 1;
    let count = count(query) + count(form) + protocol_parameters.len();
    let own: usize =
        protocol_parameters.iter().map(|(name, value)| name.len() + 2 * value.len()).sum();
    let mut pairs = EncodedPairs::with_capacity(count, 2 * (query.len() + form.len()) + own);
    pairs.push_form(query);
    pairs.push_form(form);
    // Section 3.4.1.3.1: wherever it stands.
    pairs.remove("oauth_signature");
    for (name, value) in protocol_parameters {
        pairs.push(name.as_bytes(), value.as_bytes());
    }
    pairs.sorted()
}
