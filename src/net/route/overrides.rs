//! `--resolve` and `--connect-to`: what the user knows better than the DNS, in
//! curl's notation.

use crate::error::{Error, Result};
use std::net::IpAddr;

/// Addresses of a host at a port: `HOST:PORT:ADDRESS[,ADDRESS]...`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolve {
    /// `None` for any, written `*`.
    host: Option<String>,
    port: u16,
    addresses: Vec<IpAddr>,
}

/// A host and port that is connected to in the place of another:
/// `HOST1:PORT1:HOST2:PORT2`. What is left empty is any, or stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectTo {
    from_host: Option<String>,
    from_port: Option<u16>,
    to_host: Option<String>,
    to_port: Option<u16>,
}

impl Resolve {
    /// Reads curl's notation. Its leading `+`, after which an entry times
    /// out, makes no difference in one run.
    ///
    /// # Errors
    /// Wrong usage when it is none.
    pub fn parse(text: &str) -> Result<Self> {
        let fail = |why: &str| {
            Error::usage(format!("'{}': {why}", text.escape_default()))
                .hint("--resolve api.example:443:192.0.2.1")
        };
        let (host, rest) = host_first(text.strip_prefix('+').unwrap_or(text));
        let (port, addresses) =
            rest.split_once(':').ok_or_else(|| fail("it is no HOST:PORT:ADDRESS"))?;
        let address = |word: &str| {
            let word = word.trim();
            bare(word)
                .parse()
                .map_err(|_| fail(&format!("'{}' is no IP address", word.escape_default())))
        };
        let addresses: Vec<IpAddr> = addresses.split(',').map(address).collect::<Result<_, _>>()?;
        if host.is_empty() {
            return Err(fail("the host is empty").into());
        }
        Ok(Self {
            host: Some(bare(host).to_ascii_lowercase()).filter(|host| host != "*"),
            port: port.parse().map_err(|_| fail("the port is no number up to 65535"))?,
            addresses,
        })
    }

    /// The addresses that the last entry for a host and port gives it, as
    /// with curl's options.
    pub(super) fn find<'rules>(
        rules: &'rules [Self],
        host: &str,
        port: u16,
    ) -> Option<&'rules [IpAddr]> {
        let is_meant = |rule: &&Self| {
            rule.port == port
                && rule.host.as_deref().is_none_or(|own| own.eq_ignore_ascii_case(host))
        };
        rules.iter().rev().find(is_meant).map(|rule| rule.addresses.as_slice())
    }
}

impl ConnectTo {
    /// Reads curl's notation.
    ///
    /// # Errors
    /// Wrong usage when it is none.
    pub fn parse(text: &str) -> Result<Self> {
        let fail = |why: &str| {
            Error::usage(format!("'{}': {why}", text.escape_default()))
                .hint("--connect-to api.example:443:node1.example:8443")
        };
        let parts = || {
            let (from_host, rest) = host_first(text);
            let (from_port, rest) = rest.split_once(':')?;
            let (to_host, to_port) = host_first(rest);
            (!to_port.contains(':')).then_some((from_host, from_port, to_host, to_port))
        };
        let (from_host, from_port, to_host, to_port) =
            parts().ok_or_else(|| fail("it is no HOST1:PORT1:HOST2:PORT2"))?;
        let host = |text: &str| Some(text.to_ascii_lowercase()).filter(|host| !host.is_empty());
        let port = |text: &str| match text {
            "" => Ok(None),
            digits => digits.parse().map(Some).map_err(|_| fail("a port is no number up to 65535")),
        };
        Ok(Self {
            from_host: host(from_host),
            from_port: port(from_port)?,
            to_host: host(to_host),
            to_port: port(to_port)?,
        })
    }

    /// The host and port that are connected to for these; `None` when no
    /// rule is about them. The first rule counts, as in curl.
    pub(super) fn find(rules: &[Self], host: &str, port: u16) -> Option<(String, u16)> {
        let is_meant = |rule: &&Self| {
            rule.from_host.as_deref().is_none_or(|own| own.eq_ignore_ascii_case(host))
                && rule.from_port.is_none_or(|own| own == port)
        };
        let rule = rules.iter().find(is_meant)?;
        let to_host = rule.to_host.clone().unwrap_or_else(|| host.to_owned());
        Some((to_host, rule.to_port.unwrap_or(port)))
    }
}

/// Splits the host off, which may be an IPv6 address in brackets; the rest is
/// without the colon between.
fn host_first(text: &str) -> (&str, &str) {
    let end = match text.find(']') {
        Some(at) if text.starts_with('[') => at + 1,
        _ => text.find(':').unwrap_or(text.len()),
    };
    let (host, rest) = text.split_at(end);
    (host, rest.strip_prefix(':').unwrap_or(rest))
}

/// A host without the brackets of an IPv6 address.
pub(super) fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Kind, kind_of};

    #[test]
    fn resolve_rules_are_read_as_curl_reads_them() {
        let rules: Vec<_> = [
            "*:80:192.0.2.9",
            "api.example:443:192.0.2.1,[2001:db8::1]",
            "+API.example:8443:192.0.2.2",
            "[::1]:443:192.0.2.3",
            "api.example:8443:192.0.2.4",
        ]
        .map(|text| Resolve::parse(text).unwrap())
        .into();
        for (host, port, expected) in [
            ("api.example", 443, Some("192.0.2.1 2001:db8::1")),
            ("Api.Example", 8443, Some("192.0.2.4")),
            ("::1", 443, Some("192.0.2.3")),
            ("other.example", 80, Some("192.0.2.9")),
            ("other.example", 443, None),
        ] {
            let found = Resolve::find(&rules, host, port)
                .map(|found| found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
            assert_eq!(found.as_deref(), expected, "{host}:{port}");
        }
        for bad in ["", "a", "a:1", "a:b:192.0.2.1", ":1:192.0.2.1", "a:1:b", "a:1:", "a:70000:::1"]
        {
            assert_eq!(kind_of(&Resolve::parse(bad).unwrap_err()), Kind::Usage, "{bad}");
        }
    }

    #[test]
    fn connect_to_rules_are_read_as_curl_reads_them() {
        for (text, host, port, expected) in [
            ("a:1:b:2", "a", 1, Some(("b", 2))),
            ("A:1:b:2", "a", 1, Some(("b", 2))),
            ("a:1:b:2", "a", 3, None),
            ("a:1:b:2", "c", 1, None),
            ("::b:2", "c", 3, Some(("b", 2))),
            ("a::b:", "a", 7, Some(("b", 7))),
            ("a:1::2", "a", 1, Some(("a", 2))),
            ("[::1]:1:[::2]:2", "[::1]", 1, Some(("[::2]", 2))),
            ("::", "a", 1, Some(("a", 1))),
        ] {
            let rules = [ConnectTo::parse(text).unwrap()];
            let expected = expected.map(|(host, port)| (host.to_owned(), port));
            assert_eq!(ConnectTo::find(&rules, host, port), expected, "{text}");
        }
        for bad in ["", "a", "a:x:b:1", "a:1:b:x", "a:1:b:1:c"] {
            assert_eq!(kind_of(&ConnectTo::parse(bad).unwrap_err()), Kind::Usage, "{bad}");
        }
    }
}
