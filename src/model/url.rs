//! URLs whose bytes are the bytes on the wire.
//!
//! A [`WireUrl`] is encoded once, when it is made; after that nothing in this
//! crate rewrites it, so what a signer reads is what a server receives.

use crate::error::{Error, Result};
pub use crate::model::origin::{Origin, Protocol};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_encode, utf8_percent_encode};
use std::borrow::Cow;
use std::fmt;

/// What is encoded in a path or query as typed: what RFC 3986 allows nowhere
/// in either. Non-ASCII bytes always are. All else stays byte for byte.
const FORBIDDEN: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'[')
    .add(b']')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// All but the unreserved characters of RFC 3986 section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An http or https URL, byte for byte as it is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct WireUrl {
    origin: Origin,
    path: String,
    query: Option<String>,
}

/// Without the query, which may hold a signature.
impl fmt::Debug for WireUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query = if self.query.is_some() { "?…" } else { "" };
        write!(formatter, "WireUrl({}{}{query})", self.origin, self.path)
    }
}

impl WireUrl {
    /// Reads an absolute URL. Scheme and host become lower case, a default
    /// port is dropped, an empty path becomes `/`, forbidden characters are
    /// encoded; nothing else changes.
    ///
    /// # Errors
    /// Wrong usage when it is not an http or https URL with a host, or holds
    /// user information or a fragment.
    pub fn parse(text: &str) -> Result<Self> {
        let fail = |why: &str| Error::usage(format!("URL '{}': {why}", without_userinfo(text)));
        let (scheme, rest) = text.split_once("://").ok_or_else(|| {
            fail("no scheme").hint(format!("write it in full: https://{}", without_userinfo(text)))
        })?;
        let protocol = match scheme.to_ascii_lowercase().as_str() {
            "http" => Protocol::Http,
            "https" => Protocol::Https,
            _ => return Err(fail("the scheme must be http or https").into()),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        if authority.contains('@') {
            return Err(fail("a user name or password in a URL is not sent")
                .hint("put the credential into a profile")
                .into());
        }
        let (host, port) = split_authority(authority).map_err(|why| fail(&why))?;
        let origin =
            Origin { protocol, host, port: port.unwrap_or_else(|| protocol.default_port()) };
        let (path, query) = split_target(target)?;
        let path = if path.is_empty() { "/".to_owned() } else { path };
        Ok(Self { origin, path, query })
    }

    /// Reads a path with an optional query under `origin`: the request target
    /// as typed, with a leading slash added when it has none.
    ///
    /// # Errors
    /// Wrong usage when it holds a fragment.
    pub fn from_target(origin: &Origin, target: &str) -> Result<Self> {
        let (mut path, query) = split_target(target)?;
        if !path.starts_with('/') {
            path.insert(0, '/');
        }
        Ok(Self { origin: origin.clone(), path, query })
    }

    /// The URL with `target`, a path as typed, joined to this one's path: one
    /// slash between them, this URL's query gone.
    ///
    /// # Errors
    /// Wrong usage when `target` holds a fragment.
    pub fn join(&self, target: &str) -> Result<Self> {
        let base = self.path.trim_end_matches('/');
        let target = target.strip_prefix('/').unwrap_or(target);
        Self::from_target(&self.origin, &format!("{base}/{target}"))
    }

    /// Adds one query parameter, name and value encoded but for unreserved
    /// characters (RFC 3986 section 2.3), a space as `%20`.
    pub fn push_query(&mut self, name: &[u8], value: &[u8]) {
        let mut query = self.query.take().unwrap_or_default();
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(&encode_strict(name));
        query.push('=');
        query.push_str(&encode_strict(value));
        self.query = Some(query);
    }

    /// The same URL with another path, taken byte for byte.
    #[must_use]
    pub fn with_path(&self, path: impl Into<String>) -> Self {
        Self { path: path.into(), ..self.clone() }
    }

    /// The same URL with another query, taken byte for byte.
    #[must_use]
    pub fn with_query(&self, query: Option<String>) -> Self {
        Self { query, ..self.clone() }
    }

    /// The same target under another origin.
    #[must_use]
    pub fn with_origin(&self, origin: Origin) -> Self {
        Self { origin, ..self.clone() }
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The path, never empty.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query without its `?`; `Some("")` when only the `?` is there.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The request target in origin form (RFC 9112 section 3.2.1).
    pub fn target(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }

    /// Whether `target` begins, by whole segments, with this URL's path. A
    /// root path begins nothing: every path would.
    pub fn path_begins(&self, target: &str) -> bool {
        let own = self.path.trim_end_matches('/');
        if own.is_empty() {
            return false;
        }
        let rooted = if target.starts_with('/') { target } else { return false };
        rooted.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    }
}

impl fmt::Display for WireUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.origin, self.target())
    }
}

/// Percent-encodes all but unreserved characters, upper-case hex (RFC 3986
/// section 2.3, which is also RFC 5849 section 3.6 and SigV4's UriEncode).
pub fn encode_strict(bytes: &[u8]) -> String {
    percent_encode(bytes, RESERVED).collect()
}

/// The text up to a `user:password@`, which no message may repeat.
fn without_userinfo(text: &str) -> String {
    let start = text.find("://").map_or(0, |at| at + 3);
    let end = text[start..].find(['/', '?', '#']).map_or(text.len(), |at| start + at);
    match text[start..end].rfind('@') {
        Some(at) => format!("{}{}", &text[..start], &text[start + at + 1..]),
        None => text.to_owned(),
    }
}

fn split_authority(authority: &str) -> Result<(String, Option<u16>), String> {
    let (host, port) = if authority.starts_with('[') {
        let end = authority.find(']').ok_or("the IPv6 address has no closing bracket")?;
        let address = &authority[1..end];
        if address.parse::<std::net::Ipv6Addr>().is_err() {
            return Err(format!("[{address}] is not an IPv6 address"));
        }
        let after = &authority[end + 1..];
        match after.strip_prefix(':') {
            Some(port) => (&authority[..=end], Some(port)),
            None if after.is_empty() => (&authority[..=end], None),
            None => return Err("only a port may follow the IPv6 address".into()),
        }
    } else {
        match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        }
    };
    if host.is_empty() {
        return Err("no host".into());
    }
    if !host.is_ascii() {
        return Err("the host name is not ASCII; write its punycode form (xn--…)".into());
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if !host.starts_with('[') && !host.bytes().all(allowed) {
        return Err(format!("'{}' is not a host name", host.escape_default()));
    }
    let port = match port {
        // RFC 3986 section 3.2.3: an empty port is the default one.
        None | Some("") => None,
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            let number = digits.parse::<u16>().ok().filter(|number| *number > 0);
            Some(number.ok_or_else(|| format!("{digits} is not a port (1 to 65535)"))?)
        }
        Some(other) => {
            return Err(format!("'{}' is not a port (1 to 65535)", other.escape_default()));
        }
    };
    Ok((host.to_ascii_lowercase(), port))
}

fn split_target(target: &str) -> Result<(String, Option<String>)> {
    if target.contains('#') {
        return Err(Error::usage(format!("'{target}' holds a '#', which is never sent"))
            .hint("write %23 where a '#' is meant")
            .into());
    }
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    Ok((encode_forbidden(path), query.map(encode_forbidden)))
}

/// Encodes what may not stand in a path or query, and a `%` that begins no
/// escape: what is encoded behind one begins with a `%` and makes none of it.
fn encode_forbidden(text: &str) -> String {
    let encoded = Cow::from(utf8_percent_encode(text, FORBIDDEN));
    let begins_with_digits = |part: &str| {
        part.as_bytes().get(..2).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit))
    };
    let mut out = String::with_capacity(encoded.len());
    for (index, part) in encoded.split('%').enumerate() {
        if index > 0 {
            out.push_str(if begins_with_digits(part) { "%" } else { "%25" });
        }
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        WireUrl::parse(text).unwrap().to_string()
    }

    #[test]
    fn bytes_that_may_be_sent_stay() {
        for same in [
            "http://h/a/../b//c/./d",
            "http://h/%2f%2F%7e;a=b,c:@!$&'()*+=~",
            "http://h/x?b=2&a=1&&c&=v&d=%41+?/",
            "http://h/?",
            "https://[::1]:8443/",
        ] {
            assert_eq!(shown(same), same);
        }
    }

    #[test]
    fn the_forbidden_are_encoded() {
        assert_eq!(
            shown("http://h/a b\"<>\\^[]{|}`é\u{1}?q= é["),
            "http://h/a%20b%22%3C%3E%5C%5E%5B%5D%7B%7C%7D%60%C3%A9%01?q=%20%C3%A9%5B"
        );
        assert_eq!(shown("http://h/100%?a=%zz%4&b=%41"), "http://h/100%25?a=%25zz%254&b=%41");
        assert_eq!(shown("http://h/%é"), "http://h/%25%C3%A9");
    }

    #[test]
    fn scheme_and_host_are_normalised_and_default_ports_dropped() {
        assert_eq!(shown("HTTP://ExAmple.COM:80"), "http://example.com/");
        assert_eq!(shown("https://h:80/x"), "https://h:80/x");
        assert_eq!(shown("http://h:443?x"), "http://h:443/?x");
        assert_eq!(shown("http://h:/x"), "http://h/x");
    }

    #[test]
    fn bad_urls_are_refused_without_repeating_a_password() {
        for (bad, why) in [
            ("h/x", "no scheme"),
            ("ftp://h/", "http or https"),
            ("http://", "no host"),
            ("http://h:99999/", "not a port"),
            ("http://h:x/", "not a port"),
            ("http://[::1/", "closing bracket"),
            ("http://[zz]/", "not an IPv6"),
            ("http://é.example/", "punycode"),
            ("http://a b/", "not a host name"),
            ("http://h/#top", "'#'"),
            ("http://me:geheim@h/", "credential"),
        ] {
            let error = WireUrl::parse(bad).unwrap_err();
            let told = format!(
                "{} {}",
                crate::error::one_line(&error),
                crate::error::hints_of(&error).join(" ")
            );
            assert!(told.contains(why), "{bad}: {told}");
            assert!(!told.contains("geheim"), "{told}");
        }
    }

    #[test]
    fn paths_join_with_one_slash() {
        let base = WireUrl::parse("http://h/MAAS/api/2.0/").unwrap();
        assert_eq!(base.join("/machines/").unwrap().path(), "/MAAS/api/2.0/machines/");
        assert_eq!(base.join("machines/?x").unwrap().target(), "/MAAS/api/2.0/machines/?x");
        assert_eq!(base.join("//x").unwrap().path(), "/MAAS/api/2.0//x");
        assert!(base.path_begins("/MAAS/api/2.0/x") && base.path_begins("/MAAS/api/2.0?x"));
        assert!(!base.path_begins("/MAAS/api/2.01/x"));
        assert!(!WireUrl::parse("http://h/").unwrap().path_begins("/x"));
    }

    #[test]
    fn query_items_are_encoded_strictly() {
        let mut url = WireUrl::parse("http://h/?a").unwrap();
        url.push_query(b"os name", "= é~*'".as_bytes());
        assert_eq!(url.target(), "/?a&os%20name=%3D%20%C3%A9~%2A%27");
    }
}
