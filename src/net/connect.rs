//! From addresses to a connection: TCP, then TLS where the URL asks for it.

use crate::error::Error;
use crate::net::call::Call;
use crate::net::failure;
use crate::net::socket::Socket;
use crate::net::tls::Tls;
use crate::net::transport::{Connection, Stream};
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;
use ureq::http::uri::Scheme;
use ureq::unversioned::transport::{ConnectionDetails, Connector};

/// How long one address is given before the next is tried beside it
/// (RFC 8305 section 5).
const HEAD_START: Duration = Duration::from_millis(250);

/// Makes the connections of one client.
#[derive(Debug)]
pub(super) struct Dialer {
    tls: Arc<Tls>,
}

impl Dialer {
    /// A maker of connections that are secured by `tls`.
    pub(super) fn new(tls: Arc<Tls>) -> Self {
        Self { tls }
    }

    fn dial(&self, details: &ConnectionDetails, call: Arc<Call>) -> Result<Connection, Error> {
        let addresses: Vec<SocketAddr> = details.addrs.iter().copied().collect();
        let secure = details.uri.scheme() == Some(&Scheme::HTTPS);
        let stream = connect(&addresses, &call)?;
        // Small requests go out at once; without it that fails no request.
        let _ = stream.set_nodelay(true);
        call.connected(secure);
        let socket = Socket::new(stream, Arc::clone(&call));
        let stream = if secure {
            let secured = self.tls.secure(socket, details.uri.host().unwrap_or_default())?;
            call.secured();
            Stream::Secured(Box::new(secured))
        } else {
            Stream::Plain(socket)
        };
        Ok(Connection::new(stream, details.config))
    }
}

impl Connector for Dialer {
    type Out = Connection;

    fn connect(
        &self,
        details: &ConnectionDetails,
        _: Option<()>,
    ) -> Result<Option<Connection>, ureq::Error> {
        let call = Call::current().ok_or(ureq::Error::ConnectionFailed)?;
        self.dial(details, call).map(Some).map_err(failure::through_ureq)
    }
}

/// Connects to the first address that answers.
///
/// The first one is tried alone and without a thread, which is all there is
/// to do nearly always; when it neither answers nor fails in its head start,
/// all of them race.
pub(super) fn connect(addresses: &[SocketAddr], call: &Call) -> Result<TcpStream, Error> {
    let mut failed = Vec::new();
    for (at, address) in addresses.iter().enumerate() {
        let bound = call.bound()?;
        let others = addresses.len() > at + 1;
        let limit = if others { bound.left.min(HEAD_START) } else { bound.left };
        match TcpStream::connect_timeout(address, limit) {
            Ok(stream) => return Ok(stream),
            Err(error) if error.kind() == ErrorKind::TimedOut && others => {
                return race(&addresses[at..], failed, call);
            }
            Err(_) if call.bound().is_err() => return Err(call.expire(bound)),
            Err(error) => failed.push((*address, error)),
        }
    }
    Err(failure::unconnected(&call.peer, &failed))
}

/// Tries every address in a thread of its own, each a head start after the one
/// before or at once when an earlier one failed. Threads that lose the race
/// end by themselves when the limit is reached.
fn race(
    addresses: &[SocketAddr],
    mut failed: Vec<(SocketAddr, io::Error)>,
    call: &Call,
) -> Result<TcpStream, Error> {
    let (sender, receiver) = mpsc::channel();
    let mut waiting = addresses.iter().copied();
    let mut running = 0;
    loop {
        let bound = call.bound()?;
        let mut patience = bound.left;
        if let Some(address) = waiting.next() {
            let sender = sender.clone();
            let attempt = move || {
                let outcome = TcpStream::connect_timeout(&address, bound.left);
                // Nobody listens any more when another address won.
                let _ = sender.send((address, outcome));
            };
            match std::thread::Builder::new().name("connect".to_owned()).spawn(attempt) {
                Ok(_) => running += 1,
                Err(error) => failed.push((address, error)),
            }
            if waiting.len() > 0 {
                patience = patience.min(HEAD_START);
            }
        }
        if running == 0 && waiting.len() == 0 {
            return Err(failure::unconnected(&call.peer, &failed));
        }
        match receiver.recv_timeout(patience) {
            Ok((_, Ok(stream))) => return Ok(stream),
            Ok((address, Err(error))) => {
                running -= 1;
                failed.push((address, error));
            }
            Err(RecvTimeoutError::Timeout) if call.bound().is_ok() => {}
            Err(_) => return Err(call.expire(bound)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use crate::net::Options;
    use std::net::TcpListener;

    fn call() -> Call {
        Call::new("host.example:80".to_owned(), Vec::new(), false, &Options::default(), None)
    }

    fn refusing() -> SocketAddr {
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
    }

    #[test]
    fn the_first_address_that_answers_wins() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let good = listener.local_addr().unwrap();
        for addresses in [vec![good], vec![refusing(), good], vec![good, refusing()]] {
            assert_eq!(connect(&addresses, &call()).unwrap().peer_addr().unwrap(), good);
            let raced = race(&addresses, Vec::new(), &call()).unwrap();
            assert_eq!(raced.peer_addr().unwrap(), good);
        }
    }

    #[test]
    fn every_address_that_failed_is_named() {
        let addresses = [refusing(), refusing()];
        for outcome in [connect(&addresses, &call()), race(&addresses, Vec::new(), &call())] {
            let error = outcome.unwrap_err();
            assert_eq!(error.kind(), Kind::Connect);
            for address in addresses {
                let reason = format!("{address}: connection refused");
                assert!(error.to_string().contains(&reason), "{error}");
            }
        }
    }
}
