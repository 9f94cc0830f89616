//! From a host name to addresses.

use crate::error::Error;
use crate::net::call::Call;
use crate::net::failure;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};
use std::sync::mpsc::{self, RecvTimeoutError};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// The most addresses of one host that are tried.
const MOST: usize = 16;

/// The system's resolver with a time limit and typed errors.
#[derive(Debug)]
pub(super) struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve(
        &self,
        uri: &Uri,
        _: &Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let call = Call::current().ok_or(ureq::Error::HostNotFound)?;
        let host = uri.host().unwrap_or_default();
        let port = uri.port_u16().unwrap_or_default();
        let found = addresses(host, port, &call).map_err(failure::through_ureq)?;
        call.resolved();
        let mut resolved = self.empty();
        for address in found.into_iter().take(MOST) {
            resolved.push(address);
        }
        Ok(resolved)
    }
}

/// The addresses of `host`, which is a name, an IPv4 address or an IPv6
/// address in brackets.
pub(super) fn addresses(host: &str, port: u16, call: &Call) -> Result<Vec<SocketAddr>, Error> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    // RFC 6761 section 6.3: localhost is this machine, whoever is asked.
    if bare == "localhost" || bare.ends_with(".localhost") {
        let loopback = [IpAddr::V6(Ipv6Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::LOCALHOST)];
        return Ok(loopback.map(|address| SocketAddr::new(address, port)).to_vec());
    }
    let found = look_up(bare, port, call)?;
    if found.is_empty() {
        return Err(failure::unresolved(bare, "it has no address"));
    }
    Ok(found)
}

/// Asks the system, whose call cannot be given a time limit: in a thread of
/// its own that is left behind when the limit is reached.
fn look_up(host: &str, port: u16, call: &Call) -> Result<Vec<SocketAddr>, Error> {
    let bound = call.bound()?;
    let (sender, receiver) = mpsc::sync_channel(1);
    let question = (host.to_owned(), port);
    std::thread::Builder::new()
        .name("resolve".to_owned())
        .spawn(move || {
            let answer = question.to_socket_addrs().map(Vec::from_iter);
            // Nobody listens any more when the limit was reached.
            let _ = sender.send(answer);
        })
        .map_err(|error| failure::unresolved(host, &failure::reason(&error)))?;
    match receiver.recv_timeout(bound.left) {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) => Err(failure::unresolved(host, &failure::reason(&error))),
        Err(RecvTimeoutError::Timeout) => Err(call.expire(bound)),
        Err(RecvTimeoutError::Disconnected) => {
            Err(failure::unresolved(host, "the resolver gave up"))
        }
    }
}
