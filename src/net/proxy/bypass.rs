//! Which hosts no proxy is used for: `--noproxy` and NO_PROXY, by the rules of
//! curl.

use std::net::{IpAddr, Ipv6Addr};

/// A list of hosts, domains and networks, separated by commas or spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bypass(String);

impl Bypass {
    /// Takes the list as it was given.
    pub fn new(list: impl Into<String>) -> Self {
        Self(list.into())
    }

    /// Whether the list is about `host`, a name or an address, one of IPv6 in
    /// brackets.
    ///
    /// A name is met by itself and by every domain above it, with or without
    /// a leading dot; an address by itself and by networks as `10.0.0.0/8`; all
    /// by `*`, alone.
    pub(super) fn has(&self, host: &str) -> bool {
        if self.0.trim() == "*" {
            return true;
        }
        let bare = bare(host);
        let mut entries =
            self.0.split([',', ' ', '\t']).map(str::trim).filter(|entry| !entry.is_empty());
        match bare.parse::<IpAddr>() {
            Ok(address) => entries.any(|entry| is_network_of(entry, address)),
            Err(_) => entries.any(|entry| is_domain_of(entry, bare)),
        }
    }
}

fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

fn is_domain_of(entry: &str, host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let entry = entry.strip_suffix('.').unwrap_or(entry);
    let domain = entry.strip_prefix('.').unwrap_or(entry);
    let Some(start) = host.len().checked_sub(domain.len()) else { return false };
    let ends = host.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(domain));
    ends && !domain.is_empty() && (start == 0 || host[..start].ends_with('.'))
}

fn is_network_of(entry: &str, address: IpAddr) -> bool {
    let (network, bits) = match entry.split_once('/') {
        Some((network, bits)) => (network, bits.parse::<u32>().ok()),
        None => (entry, Some(128)),
    };
    let (Ok(network), Some(bits)) = (bare(network).parse::<IpAddr>(), bits) else { return false };
    let (network, address, width) = match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            (u128::from(u32::from(network)) << 96, u128::from(u32::from(address)) << 96, 32)
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => (number(network), number(address), 128),
        _ => return false,
    };
    let is_network = entry.contains('/');
    if is_network && bits > width {
        return false;
    }
    let differing = network ^ address;
    differing.leading_zeros() >= bits || differing == 0
}

fn number(address: Ipv6Addr) -> u128 {
    u128::from(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As curl's lib/noproxy.c and its test unit1614 have it.
    #[test]
    fn hosts_domains_and_networks() {
        for (list, host, expected) in [
            ("", "a.example", false),
            ("*", "a.example", true),
            ("*", "192.0.2.1", true),
            ("*,b", "a.example", false),
            ("example", "a.example", true),
            (".example", "a.example", true),
            (".a.example", "a.example", true),
            ("A.EXAMPLE", "a.example", true),
            ("a.example.", "a.example", true),
            ("a.example", "a.example.", true),
            ("ample", "a.example", false),
            ("b.a.example", "a.example", false),
            ("x, a.example y", "a.example", true),
            ("x a.example", "a.example", true),
            (".", "a.example", false),
            ("a.example:80", "a.example", false),
            ("192.168.0.1", "192.168.0.1", true),
            ("192.168.0.1", "192.168.0.10", false),
            ("192.168.0.0/16", "192.168.0.1", true),
            ("192.168.0.0/24", "192.168.1.1", false),
            ("192.168.0.0/33", "192.168.0.1", false),
            ("192.168.0.0/x", "192.168.0.1", false),
            ("192.168.0.1/32", "192.168.0.1", true),
            ("0.0.0.0/0", "10.1.1.1", true),
            ("10.0.0.0/8", "a.10.0.0.1", false),
            (".0.0.1", "127.0.0.1", false),
            ("::1", "[::1]", true),
            ("[::1]", "[::1]", true),
            ("0:0::1", "[::1]", true),
            ("2001:db8::/32", "[2001:db8::7]", true),
            ("2001:db8::/32", "[2001:db9::7]", false),
            ("192.168.0.0/16", "[::1]", false),
        ] {
            assert_eq!(Bypass::new(list).has(host), expected, "{list} {host}");
        }
    }
}
