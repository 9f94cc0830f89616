//! From a draft and its signature to what may be sent.
//!
//! [`Wire`] lives here, beside the one function that makes it, so that its
//! constructor can be private to it: `net` accepts nothing else, hence nothing
//! unsigned can be sent by a signing profile.

use crate::model::body::Body;
use crate::model::headers::{Header, Headers};
use crate::model::method::Method;
use crate::model::request::{Draft, Received};
use crate::model::url::WireUrl;
use crate::sign::Signed;

/// A request that may be sent: every byte of it is settled.
#[derive(Clone, Debug)]
pub struct Wire {
    method: Method,
    url: WireUrl,
    headers: Headers,
    body: Body,
}

impl Wire {
    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The URL.
    pub fn url(&self) -> &WireUrl {
        &self.url
    }

    /// Every header that will be sent, `Host` first; `Content-Length` is
    /// among them when there is a body.
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// The body.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// The request as its server receives it, with `body` for its body, which
    /// may be one that is read once.
    pub fn received(&self, body: Vec<u8>) -> Received {
        let Self { method, url, headers, .. } = self;
        Received { method: method.clone(), url: url.clone(), headers: headers.clone(), body }
    }
}

/// Puts a signature on the request it was made for.
pub fn apply(draft: &Draft, signed: &Signed) -> Wire {
    let mut headers = Headers::new();
    headers.push(Header::new("Host", draft.host().into_owned()));
    for header in draft.headers.iter().filter(|header| !header.is("host")) {
        headers.push(header.clone());
    }
    for header in &signed.patch.headers {
        headers.set(header.clone());
    }
    // RFC 9110 section 8.6: a method that has a meaning for a body announces
    // an empty one too.
    let body = signed.patch.body.as_ref().unwrap_or(&draft.body);
    let expects_body = matches!(draft.method.as_str(), "POST" | "PUT" | "PATCH");
    if (expects_body || !body.is_none()) && !headers.has("content-length") {
        headers.push(Header::new("Content-Length", body.length().to_string()));
    }
    let url = match &signed.patch.query {
        Some(query) => draft.url.with_query(Some(query.clone())),
        None => draft.url.clone(),
    };
    Wire { method: draft.method.clone(), url, headers, body: body.clone() }
}
