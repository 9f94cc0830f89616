//! The steps to a server, each with its outcome: for those who examine a
//! connection rather than use it. Nothing is sent but what TLS itself sends.

use crate::error::Error;
use crate::model::time::Time;
use crate::model::url::{Origin, Protocol};
use crate::net::call::Call;
use crate::net::connect::connect;
use crate::net::resolve::addresses;
use crate::net::socket::Socket;
use crate::net::tls::Tls;
use crate::net::tls::certificate::Certificate;
use crate::net::{Options, TlsVersion};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::Arc;

/// How far a server was reached; a step after one that failed is `None`.
#[derive(Debug)]
pub struct Reached {
    /// The addresses of its host.
    pub resolved: Result<Vec<IpAddr>, Error>,
    /// The address that took a TCP connection.
    pub connected: Option<Result<SocketAddr, Error>>,
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

/// Goes to a server step by step and hangs up, by the same rules and time
/// limits as a request to it.
pub fn reach(origin: &Origin, options: &Options) -> Reached {
    let peer = format!("{}:{}", origin.host, origin.port);
    let tls = Tls::new(options.tls.clone());
    let is_secure = origin.protocol == Protocol::Https;
    // A passphrase that is asked for does not count as waiting for the server.
    let unprepared = if is_secure { tls.prepare().err() } else { None };
    let call = Arc::new(Call::new(peer, Vec::new(), false, options, None));
    let mut reached = Reached { resolved: Ok(Vec::new()), connected: None, secured: None };
    let found = match addresses(&origin.host, origin.port, &call) {
        Ok(found) => found,
        Err(error) => return Reached { resolved: Err(error), ..reached },
    };
    call.resolved();
    reached.resolved = Ok(found.iter().map(SocketAddr::ip).collect());
    let stream = match connect(&found, &call) {
        Ok(stream) => stream,
        Err(error) => return Reached { connected: Some(Err(error)), ..reached },
    };
    call.connected(is_secure);
    reached.connected = stream.peer_addr().ok().or_else(|| found.first().copied()).map(Ok);
    if is_secure {
        reached.secured = Some(match unprepared {
            Some(error) => Err(error),
            None => secure(&tls, stream, &origin.host, &call),
        });
    }
    reached
}

fn secure(tls: &Tls, stream: TcpStream, host: &str, call: &Arc<Call>) -> Result<Secured, Error> {
    let mut session = tls.secure(Socket::new(stream, Arc::clone(call)), host)?;
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
    session.conn.send_close_notify();
    // Hanging up in good order is a courtesy: nothing depends on it.
    let _ = session.conn.write_tls(&mut session.sock);
    Ok(Secured { version, chain })
}
