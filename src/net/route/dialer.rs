//! Makes connections: the socket, what the proxy needs, then TLS.

use super::{ConnectTo, RouteOptions, Way, connect, resolve};
#[cfg(unix)]
use crate::context::interrupt;
use crate::error::Error;
use crate::net::call::Call;
use crate::net::connection::Connection;
use crate::net::failure;
use crate::net::proxy::ProxyKind;
use crate::net::proxy::failure::on_the_way;
use crate::net::socket::{Pipe, Socket};
use crate::net::stream::Stream;
use crate::net::tls::Tls;
use rustls::{ClientConnection, StreamOwned};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::http::uri::Scheme;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{ConnectionDetails, Connector, NextTimeout};

/// Resolves nothing: what has to be resolved is known when the connection is
/// made, and not every connection is to an address. A connection that is used
/// again needs none.
#[derive(Debug)]
pub(in crate::net) struct NoResolver;

impl Resolver for NoResolver {
    fn resolve(
        &self,
        _: &Uri,
        _: &Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
    }
}

/// Makes the connections of one client.
#[derive(Debug)]
pub(in crate::net) struct Dialer {
    options: RouteOptions,
    /// TLS to servers.
    tls: Arc<Tls>,
    /// TLS to proxies.
    proxy_tls: Arc<Tls>,
}

impl Dialer {
    /// A maker of connections.
    pub(in crate::net) fn new(options: RouteOptions, tls: Arc<Tls>, proxy_tls: Arc<Tls>) -> Self {
        Self { options, tls, proxy_tls }
    }

    fn dial(&self, details: &ConnectionDetails, call: &Arc<Call>) -> Result<Connection, Error> {
        let is_secure = details.uri.scheme() == Some(&Scheme::HTTPS);
        let host = details.uri.host().unwrap_or_default();
        let port = details.uri.port_u16().unwrap_or_default();
        let hop = self.first_hop(host, port, call)?;
        let stream = self.connect(&hop, call)?;
        let mut stream = self.go_on(stream, host, port, call)?;
        call.connected(is_secure);
        if is_secure {
            stream = Stream::Secured(Box::new(self.secure(stream, host, port, call)?));
            call.secured();
        }
        Ok(Connection::new(stream, details.config))
    }

    /// Where the first connection on the way to a host goes, names resolved.
    ///
    /// # Errors
    /// When they cannot be.
    pub(in crate::net) fn first_hop(
        &self,
        host: &str,
        port: u16,
        call: &Arc<Call>,
    ) -> Result<Hop, Error> {
        let (host, port, peer) = match call.way() {
            Way::Socket(path) => {
                call.resolved();
                return Ok(Hop::Socket(path.clone()));
            }
            Way::Straight => {
                let (host, port) = self.led_to(host, port);
                (host, port, call.peer.clone())
            }
            Way::Forward(proxy) | Way::Tunnel(proxy) => {
                call.reaches_proxy(proxy.name());
                (proxy.host.clone(), proxy.port, proxy.name())
            }
        };
        let addresses = resolve::addresses(&host, port, &self.options, call)
            .map_err(|error| said_of_hop(error, call))?;
        call.resolved();
        Ok(Hop::Addresses { host, addresses, peer })
    }

    /// The first connection.
    ///
    /// # Errors
    /// When it does not come about.
    pub(in crate::net) fn connect(&self, hop: &Hop, call: &Arc<Call>) -> Result<Stream, Error> {
        let (addresses, peer) = match hop {
            Hop::Socket(path) => return local(path, call),
            Hop::Addresses { addresses, peer, .. } => (addresses, peer),
        };
        let stream = connect::connect(addresses, self.options.interface, peer, call)
            .map_err(|error| said_of_hop(error, call))?;
        // Small requests go out at once; without it that fails no request.
        let _ = stream.set_nodelay(true);
        Ok(Stream::Plain(Socket::new(Pipe::Tcp(stream), Arc::clone(call))))
    }

    /// From the first connection on to the host, where a proxy is between.
    ///
    /// # Errors
    /// When the proxy fails.
    pub(in crate::net) fn go_on(
        &self,
        mut stream: Stream,
        host: &str,
        port: u16,
        call: &Arc<Call>,
    ) -> Result<Stream, Error> {
        let Some(proxy) = call.way().proxy() else { return Ok(stream) };
        if proxy.kind == ProxyKind::Https {
            let secured = self.proxy_tls.secure(stream, &proxy.host, proxy.port, &proxy.name());
            let secured = secured.map_err(|error| on_the_way(&error, proxy))?;
            stream = Stream::Secured(Box::new(secured));
        }
        if matches!(call.way(), Way::Tunnel(_)) {
            let (host, port) = self.led_to(host, port);
            let address = match proxy.kind {
                ProxyKind::Socks5 => {
                    let found = resolve::addresses(&host, port, &self.options, call)?;
                    found.first().copied()
                }
                _ => None,
            };
            proxy.tunnel(&mut stream, &host, port, address)?;
        }
        Ok(stream)
    }

    /// TLS with the host over a connection to it.
    ///
    /// # Errors
    /// When the handshake fails, or the certificate is not trusted.
    pub(in crate::net) fn secure(
        &self,
        stream: Stream,
        host: &str,
        port: u16,
        call: &Call,
    ) -> Result<StreamOwned<ClientConnection, Stream>, Error> {
        self.tls.secure(stream, host, port, &call.peer)
    }

    /// Where `--connect-to` leads.
    fn led_to(&self, host: &str, port: u16) -> (String, u16) {
        ConnectTo::find(&self.options.connect_to, host, port)
            .unwrap_or_else(|| (host.to_owned(), port))
    }
}

/// The first connection on a way.
#[derive(Debug)]
pub(in crate::net) enum Hop {
    /// To one of these addresses, which are those of `host`.
    Addresses {
        /// The server's host, or the proxy's.
        host: String,
        /// Its addresses, in the order in which they are tried.
        addresses: Vec<SocketAddr>,
        /// Who it is, for messages.
        peer: String,
    },
    /// To a Unix domain socket.
    Socket(PathBuf),
}

/// An error of the first connection, said of the proxy when it is to one.
fn said_of_hop(error: Error, call: &Call) -> Error {
    match call.way().proxy() {
        Some(proxy) => on_the_way(&error, proxy),
        None => error,
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
        self.dial(details, &call).map(Some).map_err(failure::through_ureq)
    }
}

/// A connection to a Unix domain socket.
#[cfg(unix)]
fn local(path: &Path, call: &Arc<Call>) -> Result<Stream, Error> {
    call.resolved();
    interrupt::attend();
    let stream = std::os::unix::net::UnixStream::connect(path)
        .map_err(|error| failure::unconnected_socket(path, &error))?;
    Ok(Stream::Plain(Socket::new(Pipe::Unix(stream), Arc::clone(call))))
}

/// There are none on this system.
#[cfg(not(unix))]
fn local(_: &Path, _: &Arc<Call>) -> Result<Stream, Error> {
    Err(Error::usage("--unix-socket: this system has no Unix domain sockets"))
}
