//! The client: ureq with our resolver, connections and request heads.

use crate::error::{Error, Kind, Result};
use crate::model::origin::Protocol;
use crate::model::secret::Secret;
use crate::model::url::Origin;
use crate::net::body::{Incoming, Outgoing};
use crate::net::call::Call;
use crate::net::proxy::ProxyKind;
use crate::net::proxy::failure::credentials;
use crate::net::route::{Dialer, NoResolver, Way};
use crate::net::tls::{Tls, TlsOptions};
use crate::net::{Answer, Around, Exchange, Options, answer_head, failure, head};
use crate::sign::Wire;
use std::sync::Arc;
use std::time::{Duration, Instant};
use ureq::config::Config;
use ureq::http::request::Builder;
use ureq::http::{self, Request, Response, header};
use ureq::{Agent, AsSendBody, Body, SendBody};

/// The largest head of an answer.
pub(super) const HEAD_LIMIT: usize = 32 * 1024;
/// Has to be larger than the head, or ureq takes a large head for a closed
/// connection. A large body in smaller pieces costs more system calls.
const INPUT_BUFFER: usize = 4 * HEAD_LIMIT;
/// A body is sent in pieces of this size: smaller ones cost more system calls,
/// larger ones more memory.
const OUTPUT_BUFFER: usize = 384 * 1024;

/// Sends requests over HTTP/1.1, by TCP or TLS.
pub struct Ureq {
    agent: Agent,
    tls: Arc<Tls>,
    proxy_tls: Arc<Tls>,
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
        let (tls, proxy_tls) = tls_of(&options);
        let deadline = deadline(&options);
        let dialer = Dialer::new(options.route.clone(), Arc::clone(&tls), Arc::clone(&proxy_tls));
        let agent = Agent::with_parts(config, dialer, NoResolver);
        Self { agent, tls, proxy_tls, options, deadline }
    }

    /// Begins anew with `max_time`.
    pub fn begin_anew(&mut self) {
        self.deadline = deadline(&self.options);
    }

    /// Reads and asks for what the connection will need, before time limits
    /// run.
    fn prepare(&self, wire: &Wire, way: &Way) -> Result<()> {
        let Origin { protocol, host, port } = wire.url().origin();
        if *protocol == Protocol::Https {
            self.tls.prepare(host, *port)?;
        }
        if let Some(proxy) = way.proxy() {
            if proxy.kind == ProxyKind::Https {
                self.proxy_tls.prepare(&proxy.host, proxy.port)?;
            }
            if let Some(credentials) = &proxy.credentials {
                credentials.password.read()?;
            }
        }
        Ok(())
    }

    fn run(
        &self,
        request: http::Result<Request<impl AsSendBody>>,
    ) -> Result<Response<Body>, ureq::Error> {
        self.agent.run(request?)
    }
}

impl Exchange for Ureq {
    fn send_through(&self, wire: &Wire, around: &Around<'_>) -> Result<Answer> {
        let way = self.options.route.way(wire)?;
        self.prepare(wire, &way)?;
        let origin = wire.url().origin();
        let peer = format!("{}:{}", origin.host, origin.port);
        let (peer, forwarder) = match &way {
            Way::Forward(proxy) => (format!("{peer} through {}", proxy.name()), Some(proxy)),
            _ => (peer, None),
        };
        let expects = wire.headers().has("expect");
        let head = head::bytes(wire, forwarder)?;
        let length = wire.body().length();
        let holds_head = length > 0 && !expects;
        let call = Call::new(peer, way, head, length, holds_head, &self.options, self.deadline);
        let call = Arc::new(call);
        let mut body = Outgoing::open(wire.body(), Arc::clone(&call))?;
        let entered = call.enter();
        let answered = if length > 0 {
            let mut answered = None;
            around(&mut body, length, &mut |mut body| {
                let body = SendBody::from_reader(&mut body);
                answered = Some(self.run(stand_in(wire, call.way()).body(body)));
            });
            answered.ok_or_else(|| Error::new(Kind::Internal, "a body was not sent"))?
        } else {
            self.run(stand_in(wire, call.way()).body(()))
        };
        drop(entered);
        let response = answered.map_err(|error| failure::of_exchange(error, &call))?;
        call.answered();
        if response.status() == http::StatusCode::SWITCHING_PROTOCOLS {
            return Err(failure::switched(&call).into());
        }
        if let Way::Forward(proxy) = call.way()
            && response.status() == http::StatusCode::PROXY_AUTHENTICATION_REQUIRED
        {
            let asked = response.headers().get_all(header::PROXY_AUTHENTICATE);
            let asked = asked.iter().map(|it| String::from_utf8_lossy(it.as_bytes()).into_owned());
            return Err(credentials(proxy, &asked.collect::<Vec<_>>()).into());
        }
        Ok(answer(response, call))
    }

    fn secrets(&self) -> Vec<Secret> {
        self.options.route.secrets()
    }

    fn time_left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }
}

/// When everything has to be done that is done from now on.
fn deadline(options: &Options) -> Option<Instant> {
    options.max_time.and_then(|time| Instant::now().checked_add(time))
}

/// TLS to servers, and TLS to proxies.
///
/// A proxy is trusted as servers are, but what is particular to the server, its
/// key, our certificate and blind trust, is not for it.
pub(super) fn tls_of(options: &Options) -> (Arc<Tls>, Arc<Tls>) {
    let of_proxy =
        TlsOptions { insecure: false, identity: None, pinned: None, ..options.tls.clone() };
    (Arc::new(Tls::new(options.tls.clone())), Arc::new(Tls::new(of_proxy)))
}

/// What ureq has to know of a request: where it goes, the length of its body,
/// whether an answer to it has a body, and what becomes of the connection.
fn stand_in(wire: &Wire, way: &Way) -> Builder {
    let Origin { protocol, host, port } = wire.url().origin();
    let length = wire.body().length();
    let method = match wire.method().as_str() {
        "HEAD" => "HEAD",
        _ if length > 0 => "POST",
        _ => "GET",
    };
    // Connections are kept under the authority: one to a proxy that forwards
    // is no connection to the host.
    let forwarded = if matches!(way, Way::Forward(_)) { "forwarded@" } else { "" };
    let uri = format!("{}://{forwarded}{host}:{port}/", protocol.as_str());
    let mut request = Request::builder().method(method).uri(uri);
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
    let head = answer_head::read(&parts, &call.take_answer_head());
    let timings = call.timings();
    let uploaded = call.uploaded();
    let remote = call.remote();
    let expected = body.content_length();
    let body = Box::new(Incoming::new(body.into_reader(), call, expected));
    Answer { head, body, uploaded, timings, remote }
}
