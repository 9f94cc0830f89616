//! Proxies: which one is used, and how a connection is made through it.

mod bypass;
mod choice;
pub(super) mod failure;
mod http;
mod socks;

pub use self::bypass::Bypass;
pub use self::choice::{Credentials, Named, Proxies};

pub(super) use self::http::authorization;

use crate::error::{Error, Result};
use crate::model::secret::{DeferredSecret, Secret};
use crate::net::stream::Stream;
use crate::sign::encode::decode;
use std::net::SocketAddr;

/// The port of a proxy that names none, as in curl.
const DEFAULT_PORT: u16 = 1080;

/// How a proxy is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProxyKind {
    /// HTTP.
    Http,
    /// HTTP over TLS.
    Https,
    /// SOCKS version 5 (RFC 1928); names are resolved here.
    Socks5,
    /// SOCKS version 5; names are resolved by the proxy.
    Socks5h,
}

impl ProxyKind {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Http, "http"),
        (Self::Https, "https"),
        (Self::Socks5, "socks5"),
        (Self::Socks5h, "socks5h"),
    ];

    fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// Whether it is spoken to in HTTP.
    pub(super) fn is_http(self) -> bool {
        matches!(self, Self::Http | Self::Https)
    }
}

/// A proxy.
#[derive(Clone, Debug)]
pub(super) struct Proxy {
    /// How it is spoken to.
    pub(super) kind: ProxyKind,
    /// Its host; an IPv6 address in brackets.
    pub(super) host: String,
    /// Its port.
    pub(super) port: u16,
    /// Who we are there.
    pub(super) credentials: Option<Credentials>,
    /// What names it, for messages: `-x`, `the variable https_proxy`.
    pub(super) whence: String,
}

impl Proxy {
    /// Reads `[SCHEME://][USER[:PASSWORD]@]HOST[:PORT]`; `whence` stands in
    /// messages.
    ///
    /// # Errors
    /// Wrong usage when it is none; the message holds no password.
    fn parse(text: &str, whence: &str) -> Result<Self, Error> {
        let shown = without_userinfo(text);
        let fail = |why: &str| {
            Error::usage(format!("{whence}: '{}': {why}", shown.escape_default())).hint(
                "a proxy is written http://HOST:PORT; https, socks5 and socks5h are known too",
            )
        };
        let (kind, rest) = match text.split_once("://") {
            Some((scheme, rest)) => {
                let scheme = scheme.to_ascii_lowercase();
                let known = ProxyKind::ALL.iter().find(|(_, name)| *name == scheme);
                let (kind, _) = known.ok_or_else(|| fail("there is no such kind of proxy"))?;
                (*kind, rest)
            }
            None => (ProxyKind::Http, text),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (userinfo, address) = match authority.rsplit_once('@') {
            Some((userinfo, address)) => (Some(userinfo), address),
            None => (None, authority),
        };
        let colon = address.rfind(':').filter(|at| !address[*at..].contains(']'));
        let (host, port) = match colon.map(|at| (&address[..at], &address[at + 1..])) {
            Some((host, port)) => {
                (host, port.parse().map_err(|_| fail("the port is no number up to 65535"))?)
            }
            None if kind == ProxyKind::Https => (address, 443),
            None => (address, DEFAULT_PORT),
        };
        let is_host =
            |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_');
        let is_v6 = |host: &str| {
            let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
            bare.is_some_and(|bare| bare.parse::<std::net::Ipv6Addr>().is_ok())
        };
        if host.is_empty() || !(host.chars().all(is_host) || is_v6(host)) {
            return Err(fail("its host is none"));
        }
        let credentials = userinfo.map(|userinfo| {
            let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
            let decoded =
                |text: &str| String::from_utf8_lossy(&decode(text.as_bytes())).into_owned();
            let password = Secret::new(decoded(password));
            Credentials {
                user: decoded(user),
                password: DeferredSecret::new(move || Ok(password.clone())),
            }
        });
        Ok(Self { kind, host: host.to_ascii_lowercase(), port, credentials, whence: whence.into() })
    }

    /// What it is called in messages.
    pub(super) fn name(&self) -> String {
        format!("proxy {}://{}:{}", self.kind.as_str(), self.host, self.port)
    }

    /// Has the proxy at the other end of `stream` connect to a host. `address`
    /// is the host's, where it has to be resolved here.
    ///
    /// # Errors
    /// When the proxy refuses, cannot, or speaks otherwise.
    pub(super) fn tunnel(
        &self,
        stream: &mut Stream,
        host: &str,
        port: u16,
        address: Option<SocketAddr>,
    ) -> Result<(), Error> {
        match self.kind {
            ProxyKind::Http | ProxyKind::Https => http::connect(self, stream, host, port),
            ProxyKind::Socks5 | ProxyKind::Socks5h => {
                socks::connect(self, stream, host, port, address)
            }
        }
    }

    /// The password, read from its source.
    fn password(credentials: &Credentials) -> Result<&Secret, Error> {
        credentials.password.read().map_err(|error| Error::of_chain(&error))
    }
}

/// The URL of a proxy without user and password.
fn without_userinfo(text: &str) -> String {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    format!("{scheme}{rest}")
}

/// Whether the URL of a proxy holds a password.
pub fn has_password(text: &str) -> bool {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    rest.rsplit_once('@').is_some_and(|(userinfo, _)| userinfo.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[test]
    fn proxies_are_read_as_curl_reads_them() {
        for (text, name, user) in [
            ("p", "proxy http://p:1080", None),
            ("p:3128", "proxy http://p:3128", None),
            ("HTTP://P.example:3128/", "proxy http://p.example:3128", None),
            ("https://p", "proxy https://p:443", None),
            ("socks5://p:1", "proxy socks5://p:1", None),
            ("socks5h://[::1]", "proxy socks5h://[::1]:1080", None),
            ("http://u%40x:p%3Aw@[::1]:3128", "proxy http://[::1]:3128", Some("u@x:p:w")),
            ("u@p:1", "proxy http://p:1", Some("u:")),
            ("http://u:a@b@p:1", "proxy http://p:1", Some("u:a@b")),
        ] {
            let proxy = Proxy::parse(text, "-x").unwrap();
            assert_eq!(proxy.name(), name, "{text}");
            let shown = proxy
                .credentials
                .map(|it| format!("{}:{}", it.user, it.password.read().unwrap().expose()));
            assert_eq!(shown.as_deref(), user, "{text}");
            assert_eq!(has_password(text), user.is_some_and(|user| user != "u:"), "{text}");
        }
        for bad in
            ["", "ftp://p", "http://", "http://u:geheim@", "p:x", "http://a b", "[::1", "[x]"]
        {
            let error = Proxy::parse(bad, "-x").unwrap_err();
            assert_eq!(error.kind(), Kind::Usage, "{bad}");
            assert!(!error.to_string().contains("geheim"), "{error}");
        }
    }
}
