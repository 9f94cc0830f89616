//! What of a request or answer may be shown: header fields by a list of names
//! known harmless, URLs but for the values of telling parameters, [`body`] by
//! the names in it; and [`without`] what is known to be a secret.

mod body;
mod known;

pub use body::body;
pub use known::{without, without_in_bytes};

use crate::model::headers::{Header, Shown};
use crate::model::secret::MASK;
use crate::sign::encode::decode;
use std::borrow::Cow;

/// How secrets are treated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Secrets {
    /// Masked.
    #[default]
    Masked,
    /// Shown, because the user asked for it.
    Shown,
}

impl Secrets {
    /// What `--show-secrets` says.
    pub fn of(are_shown: bool) -> Self {
        if are_shown { Self::Shown } else { Self::Masked }
    }
}

/// Header fields that hold no secret, lower case, sorted.
const HARMLESS: &[&str] = &[
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "accept-ranges",
    "age",
    "allow",
    "alt-svc",
    "apipie-checksum",
    "cache-control",
    "connection",
    "content-digest",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-location",
    "content-md5",
    "content-range",
    "content-security-policy",
    "content-type",
    "cp-consumer",
    "cp-lookup-permissions",
    "cp-user",
    "date",
    "deprecation",
    "digest",
    "etag",
    "expect",
    "expires",
    "foreman-user",
    "foreman_api_version",
    "foreman_current_location",
    "foreman_current_organization",
    "foreman_user",
    "foreman_version",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "keep-alive",
    "last-modified",
    "link",
    "location",
    "max-forwards",
    "origin",
    "pragma",
    "prefer",
    "proxy-authenticate",
    "pulp-user",
    "range",
    "referer",
    "referrer-policy",
    "repr-digest",
    "request-id",
    "retry-after",
    "server",
    "server-timing",
    "strict-transport-security",
    "sunset",
    "te",
    "traceparent",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "vary",
    "via",
    "warning",
    "www-authenticate",
    "x-amz-acl",
    "x-amz-bucket-region",
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-delete-marker",
    "x-amz-expiration",
    "x-amz-id-2",
    "x-amz-request-id",
    "x-amz-server-side-encryption",
    "x-amz-storage-class",
    "x-amz-target",
    "x-amz-trailer",
    "x-amz-version-id",
    "x-amzn-errortype",
    "x-amzn-requestid",
    "x-amzn-trace-id",
    "x-cache",
    "x-candlepin-request-uuid",
    "x-content-type-options",
    "x-correlation-id",
    "x-dci-date",
    "x-dci-team-id",
    "x-frame-options",
    "x-iplb-instance",
    "x-iplb-request-id",
    "x-ovh-application",
    "x-ovh-batch",
    "x-ovh-queryid",
    "x-ovh-signature",
    "x-ovh-timestamp",
    "x-permitted-cross-domain-policies",
    "x-powered-by",
    "x-request-id",
    "x-request-uuid",
    "x-runtime",
    "x-schemas-version",
    "x-signreq-sandbox",
    "x-total",
    "x-total-count",
    "x-total-pages",
    "x-trace-id",
    "x-version",
    "x-xss-protection",
];

/// Families of header fields that hold no secret, lower case.
const HARMLESS_PREFIXES: &[&str] =
    &["access-control-", "ratelimit-", "x-amz-checksum-", "x-pagination-", "x-ratelimit-"];

/// A field's value as it may be shown, as sent or masked: by what its maker
/// said about it, else by its name.
pub fn header_value(header: &Header, secrets: Secrets) -> Cow<'_, [u8]> {
    if secrets == Secrets::Shown {
        return Cow::Borrowed(&header.value);
    }
    match &header.shown {
        Shown::Whole => return Cow::Borrowed(&header.value),
        Shown::As(shown) => return Cow::Borrowed(shown.as_bytes()),
        Shown::ByName => {}
    }
    let name = header.name.to_ascii_lowercase();
    match name.as_str() {
        // A redirect may carry a code or ticket under any name.
        "location" => Cow::Owned(mask_url(&header.text(), |_| true).into_bytes()),
        "content-location" | "referer" | "x-amz-copy-source" => {
            Cow::Owned(mask_url(&header.text(), is_telling).into_bytes())
        }
        "link" => Cow::Owned(mask_link(&header.text()).into_bytes()),
        _ if is_harmless(&name) => Cow::Borrowed(&header.value),
        _ => Cow::Borrowed(MASK.as_bytes()),
    }
}

/// A URL, or a path with its query, as it may be shown: the values of
/// parameters named like a secret and a user's password masked.
pub fn url(text: &str, secrets: Secrets) -> String {
    match secrets {
        Secrets::Shown => text.to_owned(),
        Secrets::Masked => mask_url(text, is_telling),
    }
}

/// The body of a form as it may be shown, by the rule for parameters of URLs.
pub fn form(text: &str) -> String {
    mask_parameters(text, is_telling)
}

/// Whether a parameter of that name, as it is in a URL, holds a secret.
pub(super) fn is_telling_parameter(name: &str) -> bool {
    is_telling(&String::from_utf8_lossy(&decode(name.as_bytes())))
}

/// The values of a query's parameters that hold secrets, as they are in the URL,
/// percent-decoded, and as forms are decoded, which have `+` for a space.
pub fn telling_values(query: &str) -> Vec<String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let telling = pairs.filter(|(name, _)| is_telling_parameter(name));
    telling
        .flat_map(|(_, value)| {
            let decoded =
                |text: &str| String::from_utf8_lossy(&decode(text.as_bytes())).into_owned();
            [value.to_owned(), decoded(value), decoded(&value.replace('+', " "))]
        })
        .collect()
}

fn is_harmless(name: &str) -> bool {
    HARMLESS.binary_search(&name).is_ok()
        || HARMLESS_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Whether a parameter of that name, percent-decoded, holds a secret. A list
/// of what is harmless would mask what a user types to search, and wants to
/// see; so it is the other way round than with header fields: masked are what
/// the schemes themselves put there (OAuth's token and signature, Amazon's
/// signature and session token) and every name that sounds like a credential.
/// X-Amz-Credential names a key and is none.
fn is_telling(name: &str) -> bool {
    const WITHIN: &[&str] = &[
        "token",
        "secret",
        "password",
        "passwd",
        "passphrase",
        "signature",
        "assertion",
        "apikey",
        "authkey",
        "subscriptionkey",
        "credentials",
    ];
    const WHOLE: &[&str] = &[
        "auth",
        "authorization",
        "bearer",
        "code",
        "credential",
        "jwt",
        "key",
        "otp",
        "pass",
        "privatekey",
        "pwd",
        "session",
        "sessionid",
        "sid",
        "sig",
        "ticket",
    ];
    // What S3, and lists of other APIs, name their places in a list.
    const PLACES: &[&str] = &["continuationtoken", "nexttoken", "pagetoken"];
    let bare: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|character| character.to_ascii_lowercase())
        .collect();
    !PLACES.contains(&bare.as_str())
        && (WHOLE.contains(&bare.as_str()) || WITHIN.iter().any(|part| bare.contains(part)))
}

fn mask_url(text: &str, is_masked: impl Fn(&str) -> bool) -> String {
    let at = text.find(['?', '#']).unwrap_or(text.len());
    let (place, parameters) = text.split_at(at);
    mask_userinfo(place) + &mask_parameters(parameters, is_masked)
}

fn mask_parameters(parameters: &str, is_masked: impl Fn(&str) -> bool) -> String {
    let mut masked = String::new();
    // A fragment is masked like a query: OAuth 2.0's implicit grant puts its
    // token there (RFC 6749 section 4.2.2).
    for part in parameters.split_inclusive(['?', '&', '#']) {
        let end = part.trim_end_matches(['?', '&', '#']).len();
        let (pair, separator) = part.split_at(end);
        match pair.split_once('=') {
            Some((name, value)) if !value.is_empty() => {
                let is_secret = is_masked(&String::from_utf8_lossy(&decode(name.as_bytes())));
                masked.push_str(name);
                masked.push('=');
                masked.push_str(if is_secret { MASK } else { value });
            }
            _ => masked.push_str(pair),
        }
        masked.push_str(separator);
    }
    masked
}

/// Masks what stands before the `@` of an authority (RFC 3986 section 3.2).
fn mask_userinfo(place: &str) -> String {
    let Some((scheme, rest)) = place.split_once("//") else { return place.to_owned() };
    let authority = &rest[..rest.find('/').unwrap_or(rest.len())];
    match authority.rfind('@') {
        // A double slash further on is part of a path.
        Some(at) if !scheme.contains('/') => format!("{scheme}//{MASK}{}", &rest[at..]),
        _ => place.to_owned(),
    }
}

/// Masks each target of a Link field, which is in angle brackets (RFC 8288
/// section 3).
fn mask_link(value: &str) -> String {
    let mut parts = value.split('<');
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (target, rest) = part.split_at(part.find('>').unwrap_or(part.len()));
        masked.push('<');
        masked.push_str(&mask_url(target, is_telling));
        masked.push_str(rest);
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::headers::Piece;

    fn shown(name: &str, value: &str) -> String {
        let header = Header::new(name, value);
        String::from_utf8(header_value(&header, Secrets::Masked).into_owned()).unwrap()
    }

    #[test]
    fn the_list_is_sorted_and_lower_case() {
        assert!(HARMLESS.is_sorted());
        assert!(HARMLESS.iter().all(|name| *name == name.to_ascii_lowercase()));
    }

    #[test]
    fn only_names_known_harmless_are_shown() {
        for name in ["Host", "ETag", "X-Ovh-Signature", "FOREMAN-USER", "X-RateLimit-Remaining"] {
            assert_eq!(shown(name, "v"), "v", "{name}");
        }
        for name in [
            "Authorization",
            "Cookie",
            "Set-Cookie",
            "X-Amz-Security-Token",
            "X-Amz-Server-Side-Encryption-Customer-Key",
            "X-Ovh-Consumer",
            "X-Api-Key",
            "Hos",
        ] {
            assert_eq!(shown(name, "v"), "***", "{name}");
        }
    }

    #[test]
    fn the_makers_word_and_the_users_wish_win_over_the_list() {
        let pieces = [Piece::text("OAuth s="), Piece::secret("geheim")];
        let signed = Header::from_pieces("Authorization", &pieces);
        assert_eq!(&*header_value(&signed, Secrets::Masked), b"OAuth s=***");
        assert_eq!(&*header_value(&signed, Secrets::Shown), b"OAuth s=geheim");
        let host = Header::from_pieces("Host", &[Piece::secret("geheim")]);
        assert_eq!(&*header_value(&host, Secrets::Masked), b"***");
        assert_eq!(&*header_value(&Header::new("Cookie", "c"), Secrets::Shown), b"c");
    }

    #[test]
    fn telling_parameters_are_masked() {
        let text = "http://h/a=b?x=1&X-Amz-Signature=ab&oauth_token=t&%74oken=u&key=k&token&a=?";
        assert_eq!(
            url(text, Secrets::Masked),
            "http://h/a=b?x=1&X-Amz-Signature=***&oauth_token=***&%74oken=***&key=***&token&a=?"
        );
        assert_eq!(url(text, Secrets::Shown), text);
        for harmless in
            ["/x?key-marker=a&continuation-token=b", "/x?keyword=a&page=2", "/a//b@c", "/?"]
                .into_iter()
                .chain(["/x?X-Amz-Credential=AKIA%2F20", "/x?state=deployed&search=os+%3D+x"])
        {
            assert_eq!(url(harmless, Secrets::Masked), harmless);
        }
    }

    #[test]
    fn urls_in_fields_are_masked() {
        assert_eq!(
            shown("Location", "https://u:p@h/cb?a=1&code=x#access_token=y"),
            "https://***@h/cb?a=***&code=***#access_token=***"
        );
        assert_eq!(shown("Location", "/machines/?"), "/machines/?");
        assert_eq!(
            shown("Link", "</x?page=2&token=a>; rel=\"next\", </x?page=9>; rel=last"),
            "</x?page=2&token=***>; rel=\"next\", </x?page=9>; rel=last"
        );
    }
}
