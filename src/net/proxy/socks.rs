//! SOCKS version 5: connecting (RFC 1928), with user and password (RFC 1929).

use super::failure;
use super::{Proxy, ProxyKind};
use crate::error::{Error, Kind};
use crate::net::stream::Stream;
use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr};

const VERSION: u8 = 5;
const AUTHENTICATION_VERSION: u8 = 1;
const NO_AUTHENTICATION: u8 = 0;
const USER_AND_PASSWORD: u8 = 2;
const CONNECT: u8 = 1;
const IPV4: u8 = 1;
const NAME: u8 = 3;
const IPV6: u8 = 4;

/// Has the proxy connect to a host, by `address` where it was resolved here.
pub(super) fn connect(
    proxy: &Proxy,
    stream: &mut Stream,
    host: &str,
    port: u16,
    address: Option<SocketAddr>,
) -> Result<(), Error> {
    let failed = |error: io::Error| failure::of_io(error, proxy);
    let methods: &[u8] = match proxy.credentials {
        Some(_) => &[VERSION, 2, NO_AUTHENTICATION, USER_AND_PASSWORD],
        None => &[VERSION, 1, NO_AUTHENTICATION],
    };
    match exchange::<2>(stream, methods).map_err(failed)? {
        [VERSION, NO_AUTHENTICATION] => {}
        [VERSION, USER_AND_PASSWORD] => authenticate(proxy, stream)?,
        [VERSION, _] => return Err(failure::credentials(proxy, &[])),
        _ => return Err(not_socks(proxy)),
    }
    let mut request = vec![VERSION, CONNECT, 0];
    request.extend(destination(host, address)?);
    request.extend(port.to_be_bytes());
    let [version, reply, _, kind] = exchange(stream, &request).map_err(failed)?;
    if version != VERSION {
        return Err(not_socks(proxy));
    }
    if reply != 0 {
        return Err(failure::refused(proxy, &format!("{host}:{port}"), reason(reply)));
    }
    // The address that the proxy connects from, which nobody needs to know.
    let length = match kind {
        IPV4 => 4,
        IPV6 => 16,
        NAME => usize::from(exchange::<1>(stream, &[]).map_err(failed)?[0]),
        _ => return Err(not_socks(proxy)),
    };
    stream.read_exact(&mut vec![0; length + 2]).map_err(failed)
}

fn authenticate(proxy: &Proxy, stream: &mut Stream) -> Result<(), Error> {
    let Some(credentials) = &proxy.credentials else { return Err(not_socks(proxy)) };
    let password = Proxy::password(credentials)?;
    let mut request = zeroize::Zeroizing::new(vec![AUTHENTICATION_VERSION]);
    for text in [credentials.user.as_str(), password.expose()] {
        let length = u8::try_from(text.len())
            .map_err(|_| Error::config("SOCKS takes users and passwords of up to 255 bytes"))?;
        request.push(length);
        request.extend(text.as_bytes());
    }
    let failed = |error: io::Error| failure::of_io(error, proxy);
    match exchange::<2>(stream, &request).map_err(failed)? {
        [_, 0] => Ok(()),
        _ => Err(failure::credentials(proxy, &[])),
    }
}

/// An address as requests have it.
fn destination(host: &str, address: Option<SocketAddr>) -> Result<Vec<u8>, Error> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address = address.map(|address| address.ip()).or_else(|| bare.parse().ok());
    let mut bytes = Vec::new();
    match address {
        Some(IpAddr::V4(address)) => {
            bytes.push(IPV4);
            bytes.extend(address.octets());
        }
        Some(IpAddr::V6(address)) => {
            bytes.push(IPV6);
            bytes.extend(address.octets());
        }
        None => {
            let length = u8::try_from(bare.len())
                .map_err(|_| Error::usage("SOCKS takes host names of up to 255 bytes"))?;
            bytes.extend([NAME, length]);
            bytes.extend(bare.as_bytes());
        }
    }
    Ok(bytes)
}

/// Sends bytes and reads as many as are asked for.
fn exchange<const LENGTH: usize>(stream: &mut Stream, bytes: &[u8]) -> io::Result<[u8; LENGTH]> {
    if !bytes.is_empty() {
        stream.write_all(bytes)?;
        stream.flush()?;
    }
    let mut answer = [0; LENGTH];
    stream.read_exact(&mut answer)?;
    Ok(answer)
}

/// RFC 1928 section 6.
fn reason(reply: u8) -> &'static str {
    match reply {
        2 => "its rules forbid it",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "it took too long",
        7 => "it does not connect to others",
        8 => "it does not know this kind of address",
        _ => "it failed",
    }
}

fn not_socks(proxy: &Proxy) -> Error {
    let kind = ProxyKind::Http.as_str();
    Error::new(Kind::Connect, format!("{}: it does not speak SOCKS 5", proxy.name()))
        .hint(format!("{} names it: is it of another kind, {kind} say?", proxy.whence))
}
