//! Scheme, host and port: where a credential may go.

use std::borrow::Cow;
use std::fmt;

/// The two protocols that are spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// Plain HTTP.
    Http,
    /// HTTP over TLS.
    Https,
}

impl Protocol {
    /// The URL scheme's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port that a URL of this scheme need not name.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// Scheme, host and port: what a profile's credential belongs to (RFC 6454).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// http or https.
    pub protocol: Protocol,
    /// Lower-case host; an IPv6 address in brackets.
    pub host: String,
    /// The port, also when it is the scheme's default.
    pub port: u16,
}

impl Origin {
    /// The host and, when it is not the scheme's default, the port: the value
    /// of the Host header.
    pub fn authority(&self) -> Cow<'_, str> {
        if self.port == self.protocol.default_port() {
            Cow::Borrowed(&self.host)
        } else {
            Cow::Owned(format!("{}:{}", self.host, self.port))
        }
    }

    /// Whether the host is this machine: `localhost`, 127.0.0.0/8 or `[::1]`.
    pub fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host == "localhost"
            || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://{}", self.protocol.as_str(), self.authority())
    }
}

#[cfg(test)]
mod tests {
    use crate::model::url::WireUrl;

    #[test]
    fn loopback_hosts() {
        for (url, expected) in [
            ("http://localhost/", true),
            ("http://127.8.0.1/", true),
            ("http://[::1]/", true),
            ("http://localhost.example/", false),
            ("http://10.0.0.1/", false),
        ] {
            assert_eq!(WireUrl::parse(url).unwrap().origin().is_loopback(), expected, "{url}");
        }
    }
}
