//! Helpers of the sandbox's tests: sign with `sign`, send over a bare socket.

use super::{Sandbox, profile_fields};
use crate::model::body::Body;
use crate::model::headers::{Header, Headers};
use crate::model::method::Method;
use crate::model::request::{Draft, Received};
use crate::model::time::Time;
use crate::model::url::WireUrl;
use crate::sign::{Params, Payload, SigningContext, Tracing, Wire, apply, scheme};
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The sandbox's time in all tests: the moment of Amazon's signing tests.
pub(super) const NOW: i64 = 1_440_938_160;

/// A running sandbox whose clock stands still.
pub(super) fn sandbox() -> Sandbox {
    Sandbox::start(None, Arc::new(|| Time::from_epoch(NOW))).unwrap()
}

/// A request as the server hands it on.
pub(super) fn received(method: &str, target: &str, headers: &[&str], body: &str) -> Received {
    Received {
        method: Method::parse(method).unwrap(),
        url: WireUrl::parse(&format!("http://127.0.0.1{target}")).unwrap(),
        headers: headers.iter().map(|line| header(line)).collect(),
        body: body.into(),
    }
}

fn header(line: &str) -> Header {
    let (name, value) = line.split_once(':').unwrap();
    Header::new(name, value.trim())
}

/// An answer as a client reads it.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) status: u16,
    pub(super) headers: Headers,
    pub(super) body: String,
}

impl Seen {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The sandbox's remark, empty when there is none.
    pub(super) fn note(&self) -> String {
        self.headers.text("x-signreq-sandbox").unwrap_or_default()
    }
}

/// Sends bytes and reads until the server closes; the status is 0 when it
/// answers nothing.
pub(super) fn send_raw(sandbox: &Sandbox, bytes: &[u8]) -> Seen {
    let mut stream = TcpStream::connect(sandbox.address()).unwrap();
    // A server that refuses early may close while this still writes.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    parse(&answer)
}

pub(super) fn parse(answer: &[u8]) -> Seen {
    let text = String::from_utf8_lossy(answer);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    Seen {
        status: status.unwrap_or(0),
        headers: lines.map(header).collect(),
        body: body.to_owned(),
    }
}

/// A client that signs: a scheme with its fields.
pub(super) struct Client {
    scheme: &'static str,
    params: Params,
    /// What paths are joined to.
    pub(super) base: String,
    identity: Vec<(&'static str, String)>,
    /// How far its clock is ahead of the sandbox's.
    pub(super) ahead: i64,
    /// The nonce of every request; a new one for each when there is none.
    pub(super) nonce: Option<&'static str>,
}

impl Client {
    /// A client with the keys that the sandbox gives for a preset.
    pub(super) fn new(sandbox: &Sandbox, preset: &str) -> Self {
        let fields = profile_fields(preset, sandbox.address()).unwrap();
        let mut client = Self {
            scheme: match preset {
                "maas" | "foreman" | "candlepin" => "oauth1",
                "ovh" => "ovh",
                _ => "sigv4",
            },
            params: Params::new(),
            base: String::new(),
            identity: Vec::new(),
            ahead: 0,
            nonce: None,
        };
        for (name, value) in fields {
            match (preset, name) {
                ("maas", "url") => client.base = format!("{value}/api/2.0"),
                (_, "url" | "endpoint") => client.base = value,
                ("foreman", "user") => client.identity.push(("FOREMAN-USER", value)),
                ("candlepin", "user") => client.identity.push(("cp-user", value)),
                ("maas", "key") => {
                    let names = ["consumer_key", "token", "token_secret"];
                    for (name, part) in names.into_iter().zip(value.split(':')) {
                        client.params.set(name, part);
                    }
                }
                _ => client.params.set(name, value),
            }
        }
        let settings: &[(&str, &str)] = match preset {
            "maas" => &[("signature_method", "PLAINTEXT"), ("consumer_secret", "")],
            "dci" => &[
                ("algorithm", "DCI2-HMAC-SHA256"),
                ("region", "BHS3"),
                ("service", "api"),
                ("path_encoding", "decoded-twice"),
                ("query_rule", "first"),
                ("payload_rule", "no-forms"),
                ("signed_headers", "date-only"),
            ],
            "s3" => &[("service", "s3")],
            _ => &[],
        };
        for (name, value) in settings {
            client.params.set(name, *value);
        }
        client
    }

    /// The same client with another value in a field.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.params.set(name, value);
        self
    }

    /// The same client under another identity header.
    pub(super) fn acting_as(mut self, name: &'static str, value: &str) -> Self {
        self.identity = vec![(name, value.to_owned())];
        self
    }

    /// Sends a signed request.
    pub(super) fn send(&self, method: &str, path: &str, headers: &[&str], body: &str) -> Seen {
        self.send_changed(method, path, headers, body, |text| text)
    }

    /// Sends a GET without headers and body.
    pub(super) fn get(&self, path: &str) -> Seen {
        self.send("GET", path, &[], "")
    }

    /// Sends a request with a JSON body.
    pub(super) fn send_json(&self, method: &str, path: &str, body: &Value) -> Seen {
        self.send(method, path, &["Content-Type: application/json"], &body.to_string())
    }

    /// Sends a signed request that `change` alters after it was signed.
    pub(super) fn send_changed(
        &self,
        method: &str,
        path: &str,
        headers: &[&str],
        body: &str,
        change: impl Fn(String) -> String,
    ) -> Seen {
        let wire = self.sign(method, path, headers, body);
        let mut text = format!("{} {} HTTP/1.1\r\n", wire.method(), wire.url().target());
        for header in wire.headers() {
            text.push_str(&format!("{}: {}\r\n", header.name, header.text()));
        }
        text.push_str("Connection: close\r\n\r\n");
        text.push_str(&String::from_utf8(wire.body().read_all().unwrap()).unwrap());
        let address = wire.url().origin().authority();
        let mut stream = TcpStream::connect(&*address).unwrap();
        stream.write_all(change(text).as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        parse(&answer)
    }

    fn sign(&self, method: &str, path: &str, headers: &[&str], body: &str) -> Wire {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let mut all: Headers = headers.iter().map(|line| header(line)).collect();
        for (name, value) in &self.identity {
            all.push(Header::new(*name, value.as_str()).by_default());
        }
        let draft = Draft {
            method: Method::parse(method).unwrap(),
            url: WireUrl::parse(&format!("{}{path}", self.base)).unwrap(),
            headers: all,
            body: if body.is_empty() { Body::none() } else { Body::bytes(body) },
        };
        let signer = scheme(self.scheme).unwrap().build(&self.params).unwrap();
        let need = signer.payload(&draft);
        let payload = Payload::read(need, &mut draft.body.open().unwrap()).unwrap();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let context = SigningContext {
            time: Time::from_epoch(NOW + self.ahead),
            nonce: self.nonce.map_or_else(|| format!("nonce{count}"), str::to_owned),
            placement: crate::sign::Placement::Own,
            token: None,
            tracing: Tracing::Off,
        };
        apply(&draft, &signer.sign(&draft, &payload, &context).unwrap())
    }
}
