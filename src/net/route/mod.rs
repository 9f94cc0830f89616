//! The way to a server: which addresses its name stands for, and what is
//! between.

mod connect;
mod dialer;
mod overrides;
mod resolve;

pub(super) use self::dialer::{Dialer, Hop, NoResolver};
pub use self::overrides::{ConnectTo, Resolve};

use crate::error::Error;
use crate::model::headers::Header;
use crate::model::origin::{Origin, Protocol};
use crate::model::secret::Secret;
use crate::net::proxy::{Proxies, Proxy};
use crate::sign::Wire;
use std::net::IpAddr;
use std::path::PathBuf;

/// The way that connections take.
#[derive(Clone, Debug, Default)]
pub struct RouteOptions {
    /// Addresses of hosts that nobody is asked for.
    pub resolve: Vec<Resolve>,
    /// Hosts that are connected to in the place of others.
    pub connect_to: Vec<ConnectTo>,
    /// The only kind of addresses that is used.
    pub family: Option<Family>,
    /// A Unix domain socket that is connected to, whatever the host.
    pub unix_socket: Option<PathBuf>,
    /// The address of this machine that connections come from.
    pub interface: Option<IpAddr>,
    /// The proxies, and when they are used.
    pub proxies: Proxies,
}

/// A kind of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// Whether `address` is of this kind.
    fn has(self, address: IpAddr) -> bool {
        address.is_ipv4() == (self == Self::V4)
    }

    /// Its name.
    fn as_str(self) -> &'static str {
        match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        }
    }
}

/// The way that a request takes.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// To the host.
    Straight,
    /// To a Unix domain socket.
    Socket(PathBuf),
    /// To a proxy that forwards it (RFC 9112 section 3.2.2).
    Forward(Proxy),
    /// To the host, through a proxy that hands every byte through.
    Tunnel(Proxy),
}

impl Way {
    /// The proxy on it.
    pub(super) fn proxy(&self) -> Option<&Proxy> {
        match self {
            Self::Forward(proxy) | Self::Tunnel(proxy) => Some(proxy),
            Self::Straight | Self::Socket(_) => None,
        }
    }
}

impl RouteOptions {
    /// The way that a request takes.
    ///
    /// A proxy that forwards sets Host to what the request line says (RFC 9112
    /// section 3.2.2), so a request with another Host, which may be signed,
    /// goes through a tunnel; so does one that is to go to another host than
    /// its URL's.
    ///
    /// # Errors
    /// When the proxy's URL is none.
    pub(super) fn way(&self, wire: &Wire) -> Result<Way, Error> {
        let origin = wire.url().origin();
        let mut hosts = wire.headers().iter().filter(|header| header.is("host")).map(Header::text);
        let is_own_host = hosts.all(|host| host == origin.authority());
        Ok(match self.way_to(origin)? {
            Way::Forward(proxy) if !is_own_host => Way::Tunnel(proxy),
            way => way,
        })
    }

    /// The way that an ordinary request to `origin` takes.
    ///
    /// # Errors
    /// When the proxy's URL is none.
    pub(super) fn way_to(&self, origin: &Origin) -> Result<Way, Error> {
        if let Some(path) = &self.unix_socket {
            return Ok(Way::Socket(path.clone()));
        }
        let Some(proxy) = self.proxies.choose(origin)? else { return Ok(Way::Straight) };
        let is_led_elsewhere =
            ConnectTo::find(&self.connect_to, &origin.host, origin.port).is_some();
        let forwards =
            proxy.kind.is_http() && origin.protocol == Protocol::Http && !is_led_elsewhere;
        Ok(if forwards { Way::Forward(proxy) } else { Way::Tunnel(proxy) })
    }

    /// What was shown to proxies and may not be told.
    pub fn secrets(&self) -> Vec<Secret> {
        self.proxies.secrets()
    }

    /// The proxy that requests to `origin` go through, for messages: its URL
    /// without user and password, and what names it.
    ///
    /// # Errors
    /// When the proxy's URL is none.
    pub fn proxy_to(&self, origin: &Origin) -> Result<Option<(String, String)>, Error> {
        let way = self.way_to(origin)?;
        Ok(way.proxy().map(|proxy| (proxy.name(), proxy.whence.clone())))
    }
}
