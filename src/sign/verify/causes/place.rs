//! Where a request goes: scheme, host, port and path, as proxies change them.

use crate::model::url::{Origin, Protocol, WireUrl};
use crate::sign::encode::{decode, encode_strict};
use crate::sign::verify::case::{Case, Suspect};

/// A place that a request may have been signed for.
type Place = (Origin, String);

pub(super) fn slash<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let (path, how) = match case.draft.url.path().strip_suffix('/') {
        Some(bare) => (bare.to_owned(), "for the path without the trailing slash"),
        None => (format!("{}/", case.draft.url.path()), "for the path with a trailing slash"),
    };
    vec![case.with_url(case.draft.url.with_path(path)).suspect(how)]
}

pub(super) fn scheme<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    moved(case, |origin, path, own, own_path| {
        origin.host == own.host && authority_port(origin) == authority_port(own) && path == own_path
    })
}

pub(super) fn host<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let mut suspects = moved(case, |_, path, _, own_path| path == own_path);
    let own = case.draft.host().into_owned();
    // What a Host header may say all the same, though URLs leave it out.
    let port = case.draft.url.origin().protocol.default_port();
    let bare = own.rsplit_once(':').map(|(host, _)| host.to_owned());
    for (host, how) in [
        (bare, "for the host without its port"),
        (Some(format!("{own}:{port}")), "for the host with its default port"),
    ] {
        let Some(host) = host.filter(|host| !host.is_empty()) else { continue };
        suspects.push(case.with_header("Host", Some(host.as_bytes())).suspect(how));
    }
    suspects
}

pub(super) fn prefix<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    moved(case, |_, path, _, own_path| path != own_path)
}

/// The port that a Host header names; the schemes' defaults are one.
fn authority_port(origin: &Origin) -> Option<u16> {
    Some(origin.port).filter(|port| *port != origin.protocol.default_port())
}

/// Every place of a kind, the nearest first.
fn moved<'a>(
    case: &Case<'a>,
    is_of_kind: impl Fn(&Origin, &str, &Origin, &str) -> bool,
) -> Vec<Suspect<'a>> {
    let (own, own_path) = (case.draft.url.origin(), case.draft.url.path());
    let mut places: Vec<Place> = Vec::new();
    for path in paths(case) {
        for origin in origins(case) {
            let is_new = (origin != *own || path != own_path)
                && !places.contains(&(origin.clone(), path.clone()));
            if is_new && is_of_kind(&origin, &path, own, own_path) {
                places.push((origin, path.clone()));
            }
        }
    }
    let suspect = |(origin, path): Place| {
        let changed = case.at(&origin, &path);
        let how = match path == own_path {
            true => format!("for {origin}"),
            false if origin == *own => format!("for the path {}", path.escape_default()),
            false => format!("for {origin}{}", path.escape_default()),
        };
        let suspect = changed.suspect(how);
        match (case.scheme.id(), signed_url(case, &origin, &path)) {
            ("oauth1", Some(url)) => suspect.setting("signed_url", url),
            _ => suspect,
        }
    };
    places.into_iter().map(suspect).collect()
}

/// The `signed_url` by which the profile would sign what the other side sees:
/// what was signed, or, where that is the profile's own URL, what arrived.
fn signed_url(case: &Case<'_>, origin: &Origin, path: &str) -> Option<String> {
    let base = case.own.base()?;
    let root = base.path().trim_end_matches('/');
    let (url, own_path) = (&case.draft.url, case.draft.url.path());
    let (origin, path, rest) = match origin == base.origin() && base.path_begins(path) {
        true => (url.origin(), own_path, path.strip_prefix(root)?),
        false if origin == base.origin() && root.is_empty() => (url.origin(), own_path, path),
        false => (origin, path, own_path.strip_prefix(root)?),
    };
    Some(format!("{origin}{}", path.strip_suffix(rest)?))
}

/// The origins that the request, the profile and proxies tell.
fn origins(case: &Case<'_>) -> Vec<Origin> {
    let own = case.draft.url.origin();
    let header = |name: &str| {
        let text = case.draft.headers.text(name)?;
        Some(text.split(',').next().unwrap_or_default().trim().to_owned())
    };
    // RFC 7239 section 4 and what was there before it.
    let forwarded = header("forwarded").and_then(|text| {
        let mut pairs = text.split(';').filter_map(|pair| pair.trim().split_once('='));
        let host = pairs.find(|(name, _)| name.eq_ignore_ascii_case("host"))?.1;
        Some(host.trim_matches('"').to_owned())
    });
    let names = ["x-forwarded-host", "x-original-host"].map(header);
    let told = names.into_iter().flatten().chain(forwarded);
    let mut hosts = vec![(own.host.clone(), authority_port(own)), (own.host.clone(), None)];
    let parsed = told.filter_map(|host| WireUrl::parse(&format!("http://{host}/")).ok());
    hosts.extend(parsed.map(|url| (url.origin().host.clone(), authority_port(url.origin()))));
    hosts.extend(
        case.own.base().map(|url| (url.origin().host.clone(), authority_port(url.origin()))),
    );
    if let Some(port) = header("x-forwarded-port").and_then(|port| port.parse().ok()) {
        hosts.extend(hosts.clone().into_iter().map(|(host, _)| (host, Some(port))));
    }
    let other = match own.protocol {
        Protocol::Http => Protocol::Https,
        Protocol::Https => Protocol::Http,
    };
    let of = |protocol: Protocol| {
        hosts.iter().map(move |(host, port)| Origin {
            protocol,
            host: host.clone(),
            port: port.unwrap_or_else(|| protocol.default_port()),
        })
    };
    let same_port = Origin { protocol: other, ..own.clone() };
    of(own.protocol).chain([same_port]).chain(of(other)).collect()
}

/// The paths that the request, the profile and proxies tell; the request's own
/// first.
fn paths(case: &Case<'_>) -> Vec<String> {
    let own = case.draft.url.path();
    let mut paths = vec![own.to_owned()];
    let header = |name: &str| case.draft.headers.text(name);
    let base = case.own.base().map(|url| url.path().to_owned());
    let signed = case.own.get("signed_url").and_then(|text| WireUrl::parse(text).ok());
    let signed = signed.map(|url| url.path().to_owned());
    let prefixes = [base, signed, header("x-forwarded-prefix"), header("x-script-name")];
    for prefix in prefixes.into_iter().flatten() {
        let prefix = prefix.trim_end_matches('/');
        paths.push(format!("{prefix}{own}"));
        paths.extend(own.strip_prefix(prefix).map(str::to_owned));
        // `/MAAS/api/2.0`: a proxy knows its first segments only.
        let ends = prefix.match_indices('/').skip(1).map(|(at, _)| at);
        paths.extend(ends.map(|end| format!("{}{own}", &prefix[..end])));
    }
    for name in ["x-original-uri", "x-original-url", "x-rewrite-url", "x-envoy-original-path"] {
        let path = header(name).map(|text| text.split('?').next().unwrap_or_default().to_owned());
        paths.extend(path);
    }
    paths.extend(own.match_indices('/').skip(1).take(3).map(|(at, _)| own[at..].to_owned()));
    paths.retain(|path| path.starts_with('/'));
    paths
}

/// OVHcloud: `/1.0` and `/v1` are one API, and its clients rewrite the one to
/// the other.
pub(super) fn version<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    const VERSIONS: &[&str] = &["/1.0", "/v1", "/v2", "/1.0/v1", "/1.0/v2", ""];
    let path = case.draft.url.path();
    let begins = |version: &&&str| path.strip_prefix(**version).is_some_and(|r| r.starts_with('/'));
    let mut suspects = Vec::new();
    for from in VERSIONS.iter().filter(begins) {
        let rest = &path[from.len()..];
        for to in VERSIONS.iter().filter(|to| *to != from) {
            let url = case.draft.url.with_path(format!("{to}{rest}"));
            let how = format!("for the path {}", url.path().escape_default());
            suspects.push(case.with_url(url).suspect(how));
        }
    }
    suspects
}

pub(super) fn escapes<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let path = case.draft.url.path();
    let decoded = String::from_utf8_lossy(&decode(path.as_bytes())).into_owned();
    let encoded = encode_strict(decoded.as_bytes()).replace("%2F", "/");
    [
        (decoded, "for the decoded path"),
        (encoded, "for the path with all but unreserved characters encoded"),
        (path.replace('%', "%25"), "for the path encoded once more"),
        (path.replace("%25", "%"), "for the path encoded once less"),
        (other_hex(path), "for the path with its escapes in other hex digits"),
        (path.replace('+', "%2B"), "for the path with + encoded"),
        (path.replace("%20", "+"), "for the path with + for a space"),
        (without_dots(path), "for the path without dot segments and double slashes"),
    ]
    .into_iter()
    .filter(|(changed, _)| changed != path)
    .map(|(changed, how)| case.with_url(case.draft.url.with_path(changed)).suspect(how))
    .collect()
}

/// Escapes in upper case, or in lower case where they are in upper case.
pub(super) fn other_hex(text: &str) -> String {
    let turn = |to: fn(&str) -> String| {
        let mut parts = text.split('%');
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
            out.push_str(&format!("%{}{rest}", to(digits)));
        }
        out
    };
    let upper = turn(|digits| digits.to_ascii_uppercase());
    if upper == text { turn(|digits| digits.to_ascii_lowercase()) } else { upper }
}

/// RFC 3986 section 5.2.4, and empty segments too.
fn without_dots(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    let end = if path.ends_with('/') && !segments.is_empty() { "/" } else { "" };
    format!("/{}{end}", segments.join("/"))
}

/// The canonical request with the path as it is sent.
pub(super) fn raw<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let Some(message) = case.own_message() else { return Vec::new() };
    let mut lines = message.splitn(3, '\n');
    let (Some(method), Some(own), Some(rest)) = (lines.next(), lines.next(), lines.next()) else {
        return Vec::new();
    };
    let path = case.draft.url.path();
    let decoded = String::from_utf8_lossy(&decode(path.as_bytes())).into_owned();
    [(path.to_owned(), "for the path as it is sent"), (decoded, "for the decoded path")]
        .into_iter()
        .filter(|(path, _)| path != own)
        .map(|(path, how)| case.with_message(format!("{method}\n{path}\n{rest}")).suspect(how))
        .collect()
}
