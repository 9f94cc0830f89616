//! What several targets share: a captured request written in each notation
//! that `signreq sign` has, and read back.

use signreq::flow::capture::{self, Form, Reading};
use signreq::model::body::Body;
use signreq::model::headers::Headers;
use signreq::model::request::{Draft, Received};
use signreq::model::url::Protocol;
use signreq::out::mask::Secrets;
use signreq::out::request::{curl, http, json};
use signreq::out::style::Style;
use signreq::sign::{Patch, Signed, Trace, Wire, apply};

/// The longest input worth a run, in bytes.
pub const LIMIT: usize = 16 * 1024;

/// What a reader makes of `bytes`; none of a curl command's files exist.
pub fn read(bytes: &[u8], form: Form, protocol: Protocol) -> Option<Received> {
    let reading = Reading { form: Some(form), protocol, entry: None };
    let no_files = |_: &str| Ok(b"file".to_vec());
    capture::read(bytes, reading, &no_files).ok().map(|captured| captured.received)
}

/// Headers that say how the request is framed, which writing it anew decides.
const FRAMING: &[&str] = &["host", "content-length", "transfer-encoding"];

/// The headers that are not framing.
fn own_headers(headers: &Headers) -> Vec<(String, Vec<u8>)> {
    let is_own = |name: &str| !FRAMING.iter().any(|framing| name.eq_ignore_ascii_case(framing));
    let own = headers.iter().filter(|header| is_own(&header.name));
    own.map(|header| (header.name.clone(), header.value.clone())).collect()
}

/// The request before it was signed, its Host the URL's.
pub fn draft_of(received: &Received) -> Draft {
    let is_own = |name: &str| !FRAMING.iter().any(|framing| name.eq_ignore_ascii_case(framing));
    Draft {
        method: received.method.clone(),
        url: received.url.clone(),
        headers: received.headers.iter().filter(|header| is_own(&header.name)).cloned().collect(),
        body: match received.body.as_slice() {
            [] => Body::none(),
            bytes => Body::bytes(bytes),
        },
    }
}

/// The request as the scheme `none` would send it.
fn wire_of(received: &Received) -> Wire {
    let signed = Signed { patch: Patch::default(), trace: Trace::default() };
    apply(&draft_of(received), &signed)
}

/// Asserts that the request, written in every notation and read back, is the
/// same request.
pub fn assert_survives_writing(received: &Received) {
    let wire = wire_of(received);
    let protocol = received.url.origin().protocol;
    let is_text = std::str::from_utf8(&received.body).is_ok_and(|text| !text.contains('\0'))
        && received.headers.iter().all(|header| std::str::from_utf8(&header.value).is_ok());

    let mut bytes = Vec::new();
    if http::write(&mut bytes, &wire).is_ok() {
        assert_same(received, read(&bytes, Form::Http, protocol), &bytes);
    }
    if is_text {
        let mut bytes = Vec::new();
        json::write(&mut bytes, &wire, Secrets::Shown, Style::PLAIN).expect("a vector takes all");
        assert_same(received, read(&bytes, Form::Har, protocol), &bytes);

        let mut bytes = Vec::new();
        // The program's own URLs are ASCII; curl encodes what is not.
        if received.url.target().is_ascii() && curl::write(&mut bytes, &wire, None).is_ok() {
            assert_same(received, read(&bytes, Form::Curl, protocol), &bytes);
        }
    }
}

fn assert_same(received: &Received, again: Option<Received>, written: &[u8]) {
    let written = String::from_utf8_lossy(written);
    let Some(again) = again else { panic!("not readable: {received:?}\nwritten as {written}") };
    let parts = |request: &Received| {
        let url = request.url.to_string();
        (request.method.to_string(), url, own_headers(&request.headers), request.body.clone())
    };
    assert_eq!(parts(received), parts(&again), "written as {written}");
}
