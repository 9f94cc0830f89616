//! Requests that tests show.

use crate::model::body::Body;
use crate::model::headers::{Header, Piece};
use crate::model::method::Method;
use crate::model::request::Draft;
use crate::model::url::WireUrl;
use crate::sign::{Patch, Signed, Trace, Wire, apply};

/// The JSON body of [`post`].
pub(crate) const BODY: &str = "{\"a\":\"'\"}";

/// A signed request of that method, URL, Content-Type and body.
pub(crate) fn wire(method: &str, url: &str, content_type: Option<&str>, body: Body) -> Wire {
    let headers = content_type.map(|value| Header::new("Content-Type", value));
    let draft = Draft {
        method: Method::parse(method).unwrap(),
        url: WireUrl::parse(url).unwrap(),
        headers: headers.into_iter().collect(),
        body,
    };
    let pieces = [Piece::text("Scheme id=7, proof="), Piece::secret("geheim")];
    let patch = Patch {
        headers: vec![Header::from_pieces("Authorization", &pieces)],
        covered: vec!["Content-Type".into(), "Host".into()],
        ..Patch::default()
    };
    apply(&draft, &Signed { patch, trace: Trace::default() })
}

/// A POST with JSON and a secret in its query.
pub(crate) fn post() -> Wire {
    let body = Body::bytes(BODY.as_bytes());
    wire("POST", "https://api.example/a?x=1&token=geheim", Some("application/json"), body)
}

/// A GET.
pub(crate) fn get() -> Wire {
    wire("GET", "https://api.example/a", None, Body::none())
}

/// An unsigned GET with these headers.
pub(crate) fn with_headers(headers: impl IntoIterator<Item = Header>) -> Wire {
    let draft = Draft {
        method: Method::get(),
        url: WireUrl::parse("https://api.example/a").unwrap(),
        headers: headers.into_iter().collect(),
        body: Body::none(),
    };
    apply(&draft, &Signed { patch: Patch::default(), trace: Trace::default() })
}
