//! The signature base string (RFC 5849 section 3.4.1).

use crate::error::Result;
use crate::model::headers::media_type;
use crate::model::request::Draft;
use crate::model::url::{Protocol, WireUrl};
use crate::sign::encode::{STRICT, TWICE, decode, into_text};
use crate::sign::oauth1::parameters::ProtocolParameter;
use crate::sign::oauth1::rack;
use crate::sign::pairs::{EncodedForms, EncodedPair, push_joined, sort};
use std::ops::Range;

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

/// The base string (section 3.4.1.1): method, URI and parameters, each
/// encoded, joined by ampersands. It is written once, encoded as it will
/// stand: what its parts were before is read back out of it for a trace.
pub(super) struct BaseString {
    text: Vec<u8>,
    uri: Range<usize>,
}

impl BaseString {
    /// # Errors
    /// Wrong usage when the server's rules cannot express the parameters.
    pub(super) fn new(
        draft: &Draft,
        form: &[u8],
        protocol_parameters: &[&ProtocolParameter<'_>],
        signed_url: Option<&SignedUrl>,
        normalization: Normalization,
    ) -> Result<Self> {
        let query = draft.url.query().unwrap_or_default().as_bytes();
        let mut text = Vec::with_capacity(768);
        STRICT.push(&mut text, draft.method.as_str().as_bytes());
        text.push(b'&');
        let start = text.len();
        push_uri(&mut text, draft, signed_url);
        let uri = start..text.len();
        text.push(b'&');
        match normalization {
            Normalization::Rfc5849 => {
                push_normalized(&mut text, query, form, protocol_parameters);
            }
            Normalization::Rack => {
                let normalized = rack::normalized_parameters(query, form, protocol_parameters)?;
                STRICT.push(&mut text, normalized.as_bytes());
            }
        }
        Ok(Self { text, uri })
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// The whole, as text.
    pub(super) fn text(&self) -> String {
        into_text(self.text.clone())
    }

    /// The base string URI before it was encoded.
    pub(super) fn uri(&self) -> String {
        into_text(decode(&self.text[self.uri.clone()]))
    }

    /// The normalized parameters before they were encoded as a whole.
    pub(super) fn normalized_parameters(&self) -> String {
        into_text(decode(&self.text[self.uri.end + 1..]))
    }
}

/// Section 3.4.1.2: scheme and host in lower case, the scheme's default port
/// dropped, the path byte for byte.
fn push_uri(out: &mut Vec<u8>, draft: &Draft, signed_url: Option<&SignedUrl>) {
    if let Some(SignedUrl { inside, outside }) = signed_url {
        let path = draft.url.path();
        let base = outside.as_ref().map_or("", |url| url.path().trim_end_matches('/'));
        let rest = path.strip_prefix(base).unwrap_or(path);
        let origin = inside.origin().to_string();
        for part in [origin.as_str(), inside.path().trim_end_matches('/'), rest] {
            STRICT.push(out, part.as_bytes());
        }
        return;
    }
    let protocol = draft.url.origin().protocol;
    let host = draft.host();
    let default_port = match protocol {
        Protocol::Http => ":80",
        Protocol::Https => ":443",
    };
    let host = host.strip_suffix(default_port).unwrap_or(&host).to_ascii_lowercase();
    for part in [protocol.as_str(), "://", &host, draft.url.path()] {
        STRICT.push(out, part.as_bytes());
    }
}

/// Section 3.4.1.3: the parameters of query, form and protocol, sorted by
/// encoded name and encoded value, duplicates kept; joined, and encoded once
/// more: each is here from the start what it is in the end.
fn push_normalized(
    out: &mut Vec<u8>,
    query: &[u8],
    form: &[u8],
    protocol_parameters: &[&ProtocolParameter<'_>],
) {
    let mut forms = EncodedForms::for_query(&TWICE, query.len() + form.len());
    forms.push_form(query);
    forms.push_form(form);
    // Section 3.4.1.3.1: wherever it stands.
    let given = forms.pairs().filter(|pair| !pair.is("oauth_signature"));
    let own = protocol_parameters.iter().map(|parameter| parameter.pair());
    let mut pairs: Vec<EncodedPair<'_>> = Vec::with_capacity(16);
    pairs.extend(own.chain(given));
    sort(&mut pairs);
    push_joined(out, &pairs, [b"%3D", b"%26"]);
}
