//! The steps to a server, each with its outcome: for those who examine a
//! connection rather than use it. Nothing is sent but what a proxy needs, and
//! what TLS itself sends.

use crate::error::Error;
use crate::model::time::Time;
use crate::model::url::{Origin, Protocol};
use crate::net::call::Call;
use crate::net::route::{Dialer, Hop};
use crate::net::stream::Stream;
use crate::net::tls::certificate::Certificate;
use crate::net::ureq::tls_of;
use crate::net::{Options, TlsVersion};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// How far a server was reached; a step after one that failed is `None`.
#[derive(Debug)]
pub struct Reached {
    /// Whose name was resolved: the server's, or that of the proxy before it.
    pub host: String,
    /// The addresses of the host; none of a Unix domain socket.
    pub resolved: Result<Vec<IpAddr>, Error>,
    /// What took the connection: an address or a path.
    pub connected: Option<Result<String, Error>>,
    /// The TLS session; `None` also for plain HTTP.
    pub secured: Option<Result<Secured, Error>>,
}

/// A TLS session and the certificates that the server showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secured {
    /// The version spoken.
    pub version: TlsVersion,
    /// Each certificate, the server's own first.
    pub chain: Vec<Shown>,
}

/// What a certificate says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Whom it is for: its common name, which newer ones leave out.
    pub subject: Option<String>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// The last moment at which it is valid.
    pub not_after: Time,
}

/// Goes to a server step by step and hangs up, by the same rules, proxies and
/// time limits as a request to it.
pub fn reach(origin: &Origin, options: &Options) -> Reached {
    let Origin { protocol, host, port } = origin;
    let peer = format!("{host}:{port}");
    let mut reached =
        Reached { host: host.clone(), resolved: Ok(Vec::new()), connected: None, secured: None };
    let way = match options.route.way_to(origin) {
        Ok(way) => way,
        Err(error) => return Reached { resolved: Err(error), ..reached },
    };
    let (tls, proxy_tls) = tls_of(options);
    let is_secure = *protocol == Protocol::Https;
    // A passphrase that is asked for does not count as waiting for the server.
    let unprepared = if is_secure { tls.prepare(host, *port).err() } else { None };
    let dialer = Dialer::new(options.route.clone(), tls, proxy_tls);
    let call = Arc::new(Call::new(peer, way, Vec::new(), 0, false, options, None));
    let hop = match dialer.first_hop(host, *port, &call) {
        Ok(hop) => hop,
        Err(error) => return Reached { resolved: Err(error), ..reached },
    };
    if let Hop::Addresses { host, addresses, .. } = &hop {
        reached.host.clone_from(host);
        reached.resolved = Ok(addresses.iter().map(SocketAddr::ip).collect());
    }
    let to_host = dialer.connect(&hop, &call).and_then(|mut stream| {
        let remote = stream.socket().remote();
        Ok((remote, dialer.go_on(stream, host, *port, &call)?))
    });
    let (remote, stream) = match to_host {
        Ok(connected) => connected,
        Err(error) => return Reached { connected: Some(Err(error)), ..reached },
    };
    call.connected(is_secure);
    reached.connected = Some(Ok(match (&hop, remote) {
        (_, Some(address)) => address.to_string(),
        (Hop::Socket(path), None) => path.display().to_string(),
        (Hop::Addresses { host, .. }, None) => host.clone(),
    }));
    if is_secure {
        reached.secured = Some(match unprepared {
            Some(error) => Err(error),
            None => secure(&dialer, stream, origin, &call),
        });
    }
    reached
}

fn secure(
    dialer: &Dialer,
    stream: Stream,
    origin: &Origin,
    call: &Arc<Call>,
) -> Result<Secured, Error> {
    let session = dialer.secure(stream, &origin.host, origin.port, call)?;
    let shown = |der: &[u8]| {
        let certificate = Certificate::read(der)?;
        Some(Shown {
            subject: certificate.subject_name(),
            issuer: certificate.issuer_name(),
            not_after: Time::from_epoch(certificate.not_after()),
        })
    };
    let chain = session.conn.peer_certificates().unwrap_or_default();
    let chain = chain.iter().filter_map(|certificate| shown(certificate)).collect();
    let version = match session.conn.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_2) => TlsVersion::V1_2,
        _ => TlsVersion::V1_3,
    };
    Stream::Secured(Box::new(session)).say_goodbye();
    Ok(Secured { version, chain })
}
