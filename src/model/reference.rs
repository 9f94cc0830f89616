//! References relative to a URL, as servers write them into `Location`
//! (RFC 9110 section 10.2.2, RFC 3986 section 5).

use crate::error::{Error, Result};
use crate::model::url::WireUrl;
use percent_encoding::{AsciiSet, percent_encode};

/// The URL that `reference`, a header's bytes as they came, means when it
/// stands in the answer to `base`. A fragment is dropped: it is never sent.
///
/// What servers should have encoded is encoded here, as browsers and curl do:
/// spaces, and bytes that are not ASCII, in whatever encoding they are.
///
/// # Errors
/// Wrong usage when it is no http or https URL, has no host, or holds user
/// information.
pub fn resolve(base: &WireUrl, reference: &[u8]) -> Result<WireUrl> {
    let text = match std::str::from_utf8(reference) {
        Ok(text) => text.to_owned(),
        Err(_) => percent_encode(reference, &AsciiSet::EMPTY).to_string(),
    };
    let text = text.trim();
    let text = text.split_once('#').map_or(text, |(before, _)| before);
    let protocol = base.origin().protocol.as_str();
    if let Some(scheme) = scheme(text) {
        let is_spoken = ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
        return match is_spoken {
            true => WireUrl::parse(text),
            // `parse` asks for a `//` first, which `mailto:` does not have.
            false => Err(Error::usage(format!("URL scheme '{scheme}' is not spoken")).into()),
        };
    }
    if text.starts_with("//") {
        return WireUrl::parse(&format!("{protocol}:{text}"));
    }
    let (path, query) = match text.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (text, None),
    };
    let with_query =
        |path: &str, query: &str| WireUrl::from_target(base.origin(), &format!("{path}?{query}"));
    match (path, query) {
        ("", None) => Ok(base.clone()),
        ("", Some(query)) => with_query(base.path(), query),
        (path, query) => {
            let merged = match path.starts_with('/') {
                true => path.to_owned(),
                false => {
                    let directory = base.path().rfind('/').map_or("", |at| &base.path()[..at]);
                    format!("{directory}/{path}")
                }
            };
            let path = without_dot_segments(&merged);
            match query {
                Some(query) => with_query(&path, query),
                None => WireUrl::from_target(base.origin(), &path),
            }
        }
    }
}

/// What stands before the first colon, when that can be a scheme (RFC 3986
/// section 3.1).
fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let is_scheme = scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme.bytes().all(allowed);
    is_scheme.then_some(scheme)
}

/// A path that begins with a slash without its dot segments (RFC 3986 section 5.2.4).
pub fn without_dot_segments(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                // A directory's slash stays.
                if is_last {
                    kept.push("");
                }
            }
            other => kept.push(other),
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::one_line;

    fn resolved(base: &str, reference: &[u8]) -> String {
        resolve(&WireUrl::parse(base).unwrap(), reference).unwrap().to_string()
    }

    /// RFC 3986 section 5.4, with the letters of its base; its schemes that
    /// are not spoken aside.
    #[test]
    fn the_examples_of_the_specification_hold() {
        for (reference, expected) in [
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g/"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q"),
            ("g#s", "http://a/b/c/g"),
            ("g?y#s", "http://a/b/c/g?y"),
            (";x", "http://a/b/c/;x"),
            ("g;x?y#s", "http://a/b/c/g;x?y"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("./", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../..", "http://a/"),
            ("../../g", "http://a/g"),
            ("../../../../g", "http://a/g"),
            ("/./g", "http://a/g"),
            ("/../g", "http://a/g"),
            ("g.", "http://a/b/c/g."),
            ("..g", "http://a/b/c/..g"),
            ("./../g", "http://a/b/g"),
            ("./g/.", "http://a/b/c/g/"),
            ("g/../h", "http://a/b/c/h"),
            ("g;x=1/../y", "http://a/b/c/y"),
            ("g?y/../x", "http://a/b/c/g?y/../x"),
        ] {
            assert_eq!(
                resolved("http://a/b/c/d;p?q", reference.as_bytes()),
                expected,
                "{reference}"
            );
        }
    }

    #[test]
    fn what_servers_send_unencoded_is_encoded_and_the_rest_stays() {
        for (reference, expected) in [
            (&b" /a b?c d "[..], "https://h/a%20b?c%20d"),
            ("/caf\u{e9}?x=\u{e9}".as_bytes(), "https://h/caf%C3%A9?x=%C3%A9"),
            (b"/caf\xe9", "https://h/caf%E9"),
            (b"/a%2Fb?c=%41+&d", "https://h/a%2Fb?c=%41+&d"),
            (b"//other.example:8443/x", "https://other.example:8443/x"),
            (b"HTTP://Other.example/a/../b", "http://other.example/a/../b"),
            (b"/\\other.example", "https://h/%5Cother.example"),
            (b"/x?next=http://y/#z", "https://h/x?next=http://y/"),
            (b"/x//y", "https://h/x//y"),
        ] {
            assert_eq!(resolved("https://h/p/q?r", reference), expected);
        }
    }

    #[test]
    fn what_cannot_be_asked_for_is_told() {
        let base = WireUrl::parse("https://h/").unwrap();
        for (reference, why) in [
            ("mailto:a@b", "'mailto' is not spoken"),
            ("file:///etc/passwd", "'file' is not spoken"),
            ("http://", "no host"),
            ("//", "no host"),
            ("https://me:geheim@h/", "is not sent"),
            ("http:///x", "no host"),
            ("http:x", "no scheme"),
        ] {
            let told = one_line(&resolve(&base, reference.as_bytes()).unwrap_err());
            assert!(told.contains(why) && !told.contains("geheim"), "{reference}: {told}");
        }
    }
}
