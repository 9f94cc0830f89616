//! curl's options, as its manual lists them (curl 8.17), and what each means
//! for the request.

/// What an option does to the request that is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Names the URL.
    Url,
    /// Sets the method.
    Method,
    /// Adds, removes or empties a header field.
    Header,
    /// Sets this header field.
    Field(&'static str),
    /// Asks for a range of bytes.
    Range,
    /// Cookies, unless the value is the name of a file of them.
    Cookie,
    /// Sends a token as RFC 6750 has it.
    Bearer,
    /// A part of the body.
    Data(Data),
    /// Sends a file with PUT.
    Upload,
    /// Puts the body into the query.
    Get,
    /// Adds to the query.
    UrlQuery,
    /// Asks for the head only.
    Head,
    /// Reads options from a file.
    Config,
    /// Keeps dot segments.
    PathAsIs,
    /// Takes `[ ] { }` in the URL as they are.
    GlobOff,
    /// Changes nothing that is signed; has no value.
    Flag,
    /// Changes nothing that is signed; has a value.
    Setting,
    /// Cannot be read here, with a value or without; why.
    Refused { takes_value: bool, why: &'static str },
}

/// How a part of the body is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Data {
    /// `@FILE` is read without its line breaks.
    Text,
    /// As it is.
    Raw,
    /// `@FILE` is read as it is.
    Binary,
    /// The same, as JSON.
    Json,
    /// Percent-encoded.
    UrlEncoded,
}

impl Meaning {
    /// Whether the next word is the option's value.
    pub(super) fn takes_value(self) -> bool {
        match self {
            Self::Get | Self::Head | Self::PathAsIs | Self::GlobOff | Self::Flag => false,
            Self::Refused { takes_value, .. } => takes_value,
            _ => true,
        }
    }
}

/// What the option of that long name means; `None` when it is not known.
pub(super) fn long(name: &str) -> Option<Meaning> {
    if let Some((_, meaning)) = MEANINGS.iter().find(|(other, _)| *other == name) {
        return Some(*meaning);
    }
    if SETTINGS.contains(&name) {
        return Some(Meaning::Setting);
    }
    let positive = name.strip_prefix("no-").unwrap_or(name);
    FLAGS.contains(&positive).then_some(Meaning::Flag)
}

/// What the option of that letter means; `None` when it is not known.
pub(super) fn short(letter: char) -> Option<Meaning> {
    if let Some((_, name)) = LETTERS.iter().find(|(other, _)| *other == letter) {
        return long(name);
    }
    if "#012346BJLNORSZafijklnpqsv".contains(letter) {
        return Some(Meaning::Flag);
    }
    "CDEPQUYcmotuwxy".contains(letter).then_some(Meaning::Setting)
}

const LETTERS: &[(char, &str)] = &[
    ('A', "user-agent"),
    ('F', "form"),
    ('G', "get"),
    ('H', "header"),
    ('I', "head"),
    ('K', "config"),
    ('T', "upload-file"),
    ('X', "request"),
    ('b', "cookie"),
    ('d', "data"),
    ('e', "referer"),
    ('g', "globoff"),
    ('r', "range"),
    (':', "next"),
];

const MEANINGS: &[(&str, Meaning)] = &[
    ("url", Meaning::Url),
    ("request", Meaning::Method),
    ("header", Meaning::Header),
    ("user-agent", Meaning::Field("User-Agent")),
    ("referer", Meaning::Field("Referer")),
    ("range", Meaning::Range),
    ("cookie", Meaning::Cookie),
    ("oauth2-bearer", Meaning::Bearer),
    ("data", Meaning::Data(Data::Text)),
    ("data-ascii", Meaning::Data(Data::Text)),
    ("data-raw", Meaning::Data(Data::Raw)),
    ("data-binary", Meaning::Data(Data::Binary)),
    ("data-urlencode", Meaning::Data(Data::UrlEncoded)),
    ("json", Meaning::Data(Data::Json)),
    ("upload-file", Meaning::Upload),
    ("get", Meaning::Get),
    ("url-query", Meaning::UrlQuery),
    ("head", Meaning::Head),
    ("config", Meaning::Config),
    ("path-as-is", Meaning::PathAsIs),
    ("globoff", Meaning::GlobOff),
    ("form", Meaning::Refused { takes_value: true, why: MULTIPART }),
    ("form-string", Meaning::Refused { takes_value: true, why: MULTIPART }),
    ("aws-sigv4", Meaning::Refused { takes_value: true, why: "curl signs only when it runs" }),
    ("next", Meaning::Refused { takes_value: false, why: "it begins a second request" }),
    ("request-target", Meaning::Refused { takes_value: true, why: "the URL is not what is sent" }),
    ("variable", Meaning::Refused { takes_value: true, why: "variables are not expanded here" }),
    ("digest", Meaning::Refused { takes_value: false, why: NEGOTIATED }),
    ("ntlm", Meaning::Refused { takes_value: false, why: NEGOTIATED }),
    ("negotiate", Meaning::Refused { takes_value: false, why: NEGOTIATED }),
];

const MULTIPART: &str = "curl makes up the boundary of a multipart body when it runs";
const NEGOTIATED: &str = "curl negotiates the credential when it runs";

/// Options without a value that change nothing that is signed.
const FLAGS: &[&str] = &[
    "alpn",
    "anyauth",
    "append",
    "basic",
    "buffer",
    "cert-status",
    "clobber",
    "compressed",
    "compressed-ssh",
    "create-dirs",
    "crlf",
    "disable",
    "disable-eprt",
    "disable-epsv",
    "disallow-username-in-url",
    "doh-cert-status",
    "doh-insecure",
    "fail",
    "fail-early",
    "fail-with-body",
    "false-start",
    "http0.9",
    "http1.0",
    "http1.1",
    "http2",
    "http2-prior-knowledge",
    "http3",
    "http3-only",
    "ignore-content-length",
    "include",
    "insecure",
    "ipv4",
    "ipv6",
    "junk-session-cookies",
    "keepalive",
    "location",
    "location-trusted",
    "netrc",
    "netrc-optional",
    "parallel",
    "parallel-immediate",
    "post301",
    "post302",
    "post303",
    "progress-bar",
    "progress-meter",
    "proxy-anyauth",
    "proxy-basic",
    "proxy-digest",
    "proxy-insecure",
    "proxy-negotiate",
    "proxy-ntlm",
    "proxy-ssl-allow-beast",
    "proxy-ssl-auto-client-cert",
    "proxytunnel",
    "raw",
    "remote-header-name",
    "remote-name",
    "remote-name-all",
    "remote-time",
    "remove-on-error",
    "retry-all-errors",
    "retry-connrefused",
    "sessionid",
    "show-error",
    "show-headers",
    "silent",
    "ssl",
    "ssl-allow-beast",
    "ssl-auto-client-cert",
    "ssl-no-revoke",
    "ssl-reqd",
    "ssl-revoke-best-effort",
    "sslv2",
    "sslv3",
    "styled-output",
    "suppress-connect-headers",
    "tcp-fastopen",
    "tcp-nodelay",
    "tls-earlydata",
    "tlsv1",
    "tlsv1.0",
    "tlsv1.1",
    "tlsv1.2",
    "tlsv1.3",
    "tr-encoding",
    "trace-ids",
    "trace-time",
    "verbose",
    "xattr",
];

/// Options with a value that change nothing that is signed. `--user` is among
/// them: a credential is no signature.
const SETTINGS: &[&str] = &[
    "abstract-unix-socket",
    "alt-svc",
    "cacert",
    "capath",
    "cert",
    "cert-type",
    "ciphers",
    "connect-timeout",
    "connect-to",
    "continue-at",
    "cookie-jar",
    "create-file-mode",
    "crlfile",
    "curves",
    "dns-interface",
    "dns-ipv4-addr",
    "dns-ipv6-addr",
    "dns-servers",
    "doh-url",
    "dump-header",
    "ech",
    "egd-file",
    "engine",
    "etag-compare",
    "etag-save",
    "expect100-timeout",
    "happy-eyeballs-timeout-ms",
    "hsts",
    "interface",
    "ip-tos",
    "keepalive-time",
    "key",
    "key-type",
    "limit-rate",
    "local-port",
    "login-options",
    "max-filesize",
    "max-redirs",
    "max-time",
    "netrc-file",
    "noproxy",
    "output",
    "output-dir",
    "parallel-max",
    "pass",
    "pinnedpubkey",
    "preproxy",
    "proto",
    "proto-default",
    "proto-redir",
    "proxy",
    "proxy-cacert",
    "proxy-capath",
    "proxy-cert",
    "proxy-cert-type",
    "proxy-ciphers",
    "proxy-crlfile",
    "proxy-header",
    "proxy-key",
    "proxy-key-type",
    "proxy-pass",
    "proxy-pinnedpubkey",
    "proxy-service-name",
    "proxy-tls13-ciphers",
    "proxy-user",
    "proxy1.0",
    "rate",
    "resolve",
    "retry",
    "retry-delay",
    "retry-max-time",
    "service-name",
    "socks4",
    "socks4a",
    "socks5",
    "socks5-hostname",
    "speed-limit",
    "speed-time",
    "stderr",
    "tls-max",
    "tls13-ciphers",
    "tlsauthtype",
    "tlspassword",
    "tlsuser",
    "trace",
    "trace-ascii",
    "trace-config",
    "unix-socket",
    "user",
    "write-out",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_stand_in_one_table_each() {
        assert!(FLAGS.is_sorted() && SETTINGS.is_sorted());
        let named: Vec<&str> = MEANINGS.iter().map(|(name, _)| *name).collect();
        assert!(!named.iter().any(|name| FLAGS.contains(name) || SETTINGS.contains(name)));
        assert!(!FLAGS.iter().any(|name| SETTINGS.contains(name)));
    }

    #[test]
    fn letters_and_names_agree() {
        for (letter, name, takes_value) in [
            ('X', "request", true),
            ('H', "header", true),
            ('k', "insecure", false),
            ('o', "output", true),
            ('u', "user", true),
            ('s', "silent", false),
            ('x', "proxy", true),
            ('N', "no-buffer", false),
        ] {
            assert_eq!(short(letter), long(name), "{letter}");
            assert_eq!(short(letter).map(Meaning::takes_value), Some(takes_value), "{letter}");
        }
        assert_eq!(long("no-such-option"), None);
        assert_eq!(short('$'), None);
    }
}
