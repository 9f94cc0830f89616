//! From a host name to addresses.

use crate::context::interrupt;
use crate::error::Error;
use crate::net::call::Call;
use crate::net::failure;
use crate::net::route::overrides::{Resolve, bare};
use crate::net::route::{Family, RouteOptions};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};
use std::sync::mpsc::{self, RecvTimeoutError};

/// The most addresses of one host that are tried.
const MOST: usize = 16;

/// The addresses of `host`, which is a name, an IPv4 address or an IPv6
/// address in brackets, in the order in which they are to be tried.
///
/// # Errors
/// When there are none, or none of the kind that is asked for.
pub(super) fn addresses(
    host: &str,
    port: u16,
    options: &RouteOptions,
    call: &Call,
) -> Result<Vec<SocketAddr>, Error> {
    let host = bare(host);
    let found = any_addresses(host, port, &options.resolve, call)?;
    let own = options.interface.map(|own| match own {
        IpAddr::V4(_) => Family::V4,
        IpAddr::V6(_) => Family::V6,
    });
    let is_meant = |address: &SocketAddr| {
        [options.family, own].into_iter().flatten().all(|family| family.has(address.ip()))
    };
    let meant: Vec<_> = found.into_iter().filter(is_meant).take(MOST).collect();
    if meant.is_empty() {
        let why = match options.family.or(own) {
            Some(family) => format!("it has no {} address", family.as_str()),
            None => "it has no address".to_owned(),
        };
        return Err(failure::unresolved(host, &why));
    }
    Ok(interleaved(&meant))
}

fn any_addresses(
    host: &str,
    port: u16,
    known: &[Resolve],
    call: &Call,
) -> Result<Vec<SocketAddr>, Error> {
    let at_port = |address: IpAddr| SocketAddr::new(address, port);
    if let Some(found) = Resolve::find(known, host, port) {
        return Ok(found.iter().copied().map(at_port).collect());
    }
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![at_port(address)]);
    }
    // RFC 6761 section 6.3: localhost is this machine, whoever is asked.
    if host == "localhost" || host.ends_with(".localhost") {
        let loopback = [IpAddr::V6(Ipv6Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::LOCALHOST)];
        return Ok(loopback.map(at_port).to_vec());
    }
    look_up(host, port, call)
}

/// The addresses with the two kinds taking turns, so that one dead kind costs
/// one head start (RFC 8305 section 4). The system's first stays first.
fn interleaved(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let is_of_first = |address: &&SocketAddr| {
        addresses.first().is_some_and(|first| first.is_ipv4() == address.is_ipv4())
    };
    let mut first = addresses.iter().filter(is_of_first);
    let mut other = addresses.iter().filter(|address| !is_of_first(address));
    let turns = addresses.iter().flat_map(|_| [first.next(), other.next()]);
    turns.flatten().copied().collect()
}

/// Asks the system, whose call cannot be given a time limit: in a thread of
/// its own that is left behind when the limit is reached.
fn look_up(host: &str, port: u16, call: &Call) -> Result<Vec<SocketAddr>, Error> {
    interrupt::attend();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_of_addresses_take_turns() {
        let list = |text: &str| -> Vec<SocketAddr> {
            text.split(' ').map(|it| SocketAddr::new(it.parse().unwrap(), 80)).collect()
        };
        for (given, expected) in [
            ("::1 ::2 ::3 1.1.1.1 1.1.1.2", "::1 1.1.1.1 ::2 1.1.1.2 ::3"),
            ("1.1.1.1 ::1 ::2", "1.1.1.1 ::1 ::2"),
            ("::1 ::2", "::1 ::2"),
            ("1.1.1.1 1.1.1.2 ::1", "1.1.1.1 ::1 1.1.1.2"),
        ] {
            assert_eq!(interleaved(&list(given)), list(expected), "{given}");
        }
    }
}
