//! The client: ureq with our resolver, connections and request heads.

use crate::error::Result;
use crate::model::headers::{Header, Headers};
use crate::model::origin::Protocol;
use crate::model::response::ResponseHead;
use crate::model::url::Origin;
use crate::net::body::{Incoming, Outgoing};
use crate::net::call::Call;
use crate::net::connect::Dialer;
use crate::net::resolve::SystemResolver;
use crate::net::tls::Tls;
use crate::net::{Answer, Exchange, Options, failure, head};
use crate::sign::Wire;
use std::sync::Arc;
use std::time::{Duration, Instant};
use ureq::config::Config;
use ureq::http::request::Builder;
use ureq::http::{self, Request, Response, Version, header};
use ureq::{Agent, AsSendBody, Body, SendBody};

/// The largest head of an answer.
const HEAD_LIMIT: usize = 32 * 1024;
/// Has to be larger than the head, or ureq takes a large head for a closed
/// connection.
const INPUT_BUFFER: usize = 2 * HEAD_LIMIT;
/// A body is sent in pieces of this size.
const OUTPUT_BUFFER: usize = 32 * 1024;

/// Sends requests over HTTP/1.1, by TCP or TLS.
pub struct Ureq {
    agent: Agent,
    tls: Arc<Tls>,
    options: Options,
    deadline: Option<Instant>,
}

impl Ureq {
    /// A client with these options; its `max_time` begins now. Nothing is
    /// read or connected before the first request.
    pub fn new(options: Options) -> Self {
        let config = Config::builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // Given none, ureq looks for one in the environment.
            .proxy(None)
            .max_response_header_size(HEAD_LIMIT)
            .input_buffer_size(INPUT_BUFFER)
            .output_buffer_size(OUTPUT_BUFFER)
            // One host is talked to, one request after the other.
            .max_idle_connections(1)
            .max_idle_connections_per_host(1)
            .build();
        let tls = Arc::new(Tls::new(options.tls.clone()));
        let deadline = options.max_time.and_then(|time| Instant::now().checked_add(time));
        let agent = Agent::with_parts(config, Dialer::new(Arc::clone(&tls)), SystemResolver);
        Self { agent, tls, options, deadline }
    }

    fn run(
        &self,
        request: http::Result<Request<impl AsSendBody>>,
    ) -> Result<Response<Body>, ureq::Error> {
        self.agent.run(request?)
    }
}

impl Exchange for Ureq {
    fn send(&self, wire: &Wire) -> Result<Answer> {
        let origin = wire.url().origin();
        if origin.protocol == Protocol::Https {
            self.tls.prepare()?;
        }
        let peer = format!("{}:{}", origin.host, origin.port);
        let expects = wire.headers().has("expect");
        let call = Arc::new(Call::new(
            peer,
            head::bytes(wire)?,
            wire.body().length() > 0 && !expects,
            &self.options,
            self.deadline,
        ));
        let mut body = Outgoing::open(wire.body(), Arc::clone(&call))?;
        let entered = call.enter();
        let answered = if wire.body().length() > 0 {
            self.run(stand_in(wire).body(SendBody::from_reader(&mut body)))
        } else {
            self.run(stand_in(wire).body(()))
        };
        drop(entered);
        let response = answered.map_err(|error| failure::of_exchange(error, &call))?;
        call.answered();
        Ok(answer(response, call))
    }

    fn time_left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }
}

/// What ureq has to know of a request: where it goes, the length of its body,
/// whether an answer to it has a body, and what becomes of the connection.
fn stand_in(wire: &Wire) -> Builder {
    let Origin { protocol, host, port } = wire.url().origin();
    let length = wire.body().length();
    let method = match wire.method().as_str() {
        "HEAD" => "HEAD",
        _ if length > 0 => "POST",
        _ => "GET",
    };
    let mut request =
        Request::builder().method(method).uri(format!("{}://{host}:{port}/", protocol.as_str()));
    for name in ["connection", "expect"] {
        for given in wire.headers().iter().filter(|given| given.is(name)) {
            request = request.header(name, given.value.as_slice());
        }
    }
    if length > 0 {
        request = request.header(header::CONTENT_LENGTH, length);
    }
    request
}

fn answer(response: Response<Body>, call: Arc<Call>) -> Answer {
    let (parts, body) = response.into_parts();
    let headers: Headers = parts
        .headers
        .iter()
        .map(|(name, value)| Header::new(name.as_str(), value.as_bytes()))
        .collect();
    let head = ResponseHead {
        version: if parts.version == Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" },
        status: parts.status.as_u16(),
        reason: parts.status.canonical_reason().unwrap_or_default(),
        headers,
    };
    let timings = call.timings();
    let remote = call.remote();
    let expected = body.content_length();
    let body = Box::new(Incoming::new(body.into_reader(), call, expected));
    Answer { head, body, timings, remote }
}
