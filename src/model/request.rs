//! A request before it is signed, and one as a server received it.

use crate::model::body::Body;
use crate::model::headers::Headers;
use crate::model::method::Method;
use crate::model::url::WireUrl;
use std::borrow::Cow;

/// A request that is not signed yet. It cannot be sent: only what
/// [`crate::sign::apply`] makes of it can.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The method.
    pub method: Method,
    /// The URL as it will be on the wire.
    pub url: WireUrl,
    /// All headers but those the signature adds. `Host` is among them only
    /// when the user gave one.
    pub headers: Headers,
    /// The body.
    pub body: Body,
}

impl Draft {
    /// The value of the Host header that will be sent: the user's own, else
    /// the URL's authority.
    pub fn host(&self) -> Cow<'_, str> {
        match self.headers.get("host") {
            Some(given) => String::from_utf8_lossy(&given.value),
            None => self.url.origin().authority(),
        }
    }
}

/// A request as a server received it or a capture holds it; what is verified.
#[derive(Clone, Debug)]
pub struct Received {
    /// The method.
    pub method: Method,
    /// The URL: the Host header's authority and the request target's bytes.
    pub url: WireUrl,
    /// All headers, `Host` included.
    pub headers: Headers,
    /// The body's bytes.
    pub body: Vec<u8>,
}
