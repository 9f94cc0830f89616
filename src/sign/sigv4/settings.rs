//! What the members of the SigV4 family do differently.

use crate::error::{Error, Result};
use crate::model::headers::{Header, media_type};
use crate::model::request::Draft;
use crate::sign::sigv4::canonical::{PathEncoding, QueryRule, SignedHeader, Value};
use crate::sign::{Param, Params};
use std::borrow::Cow;

const ALGORITHM: Param =
    Param::new("algorithm", "the variant's algorithm string").default("AWS4-HMAC-SHA256");
const PAYLOAD: Param = Param::new("payload", "whether the body is signed, whole or in chunks")
    .default("signed")
    .choices(&["signed", "unsigned", "chunked"]);
const QUERY_RULE: Param =
    Param::new("query_rule", "which of the values of one query key are signed")
        .default("all")
        .choices(&["all", "first"]);
const PAYLOAD_RULE: Param =
    Param::new("payload_rule", "which bodies are signed: no-forms hashes forms as empty")
        .default("raw")
        .choices(&["raw", "no-forms"]);
const SIGNED_HEADERS: Param = Param::new("signed_headers", "which headers are signed")
    .default("aws")
    .choices(&["aws", "date-only"]);

/// The fields of the scheme.
pub(super) const PARAMS: &[Param] = &[
    Param::new("access_key", "identifies the key").required(),
    Param::new("secret_key", "the key's secret").required().secret(),
    Param::new("session_token", "of temporary credentials").secret(),
    Param::new("region", "the region in the credential scope").required(),
    Param::new("service", "the service in the credential scope").required(),
    PAYLOAD,
    Param::new("path_encoding", "how the path is signed; the service decides by default")
        .choices(&["double", "s3", "decoded-twice"]),
    ALGORITHM,
    Param::new("key_prefix", "stands before the secret; the algorithm decides by default"),
    Param::new("terminator", "ends the scope; the algorithm decides by default"),
    Param::new("date_header", "carries the time; the algorithm decides by default"),
    QUERY_RULE,
    PAYLOAD_RULE,
    SIGNED_HEADERS,
];

/// The services that follow S3's path and hash rules.
const S3_SERVICES: &[&str] = &["s3", "s3-express", "s3-outposts"];

/// Headers that are never signed: hop-by-hop ones (RFC 9110 section 7.6.1),
/// those proxies rewrite and those that trace a request. botocore's list.
const NEVER_SIGNED: &[&str] = &[
    "authorization",
    "baggage",
    "connection",
    "expect",
    "keep-alive",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amzn-trace-id",
];

/// Whether the hash of the payload is also sent in a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HashHeader {
    /// It is: S3 demands it.
    Sent,
    /// Only when the user gave it.
    NotSent,
}

/// How the body takes part in the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PayloadMode {
    /// By its hash.
    Signed,
    /// Not at all.
    Unsigned,
    /// Chunk by chunk, behind the head.
    Chunked,
}

/// Which headers a variant signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HeaderRule {
    /// Host, Content-Type, every `x-amz-*` and what the user gave.
    Aws,
    /// Host and the date: DCI.
    DateOnly,
}

/// A variant of the family.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) algorithm: String,
    pub(super) key_prefix: String,
    pub(super) terminator: String,
    pub(super) date_header: String,
    pub(super) path_encoding: PathEncoding,
    pub(super) query_rule: QueryRule,
    pub(super) hash_header: HashHeader,
    pub(super) payload_mode: PayloadMode,
    forms_hash_as_empty: bool,
    header_rule: HeaderRule,
}

impl Settings {
    /// Reads them from a profile's fields.
    pub(super) fn read(params: &Params) -> Result<Self> {
        let choice = |param: &Param| params.get_or_default(param).unwrap_or_default().to_owned();
        let algorithm = choice(&ALGORITHM);
        let prefix = algorithm.strip_suffix("-HMAC-SHA256").ok_or_else(|| {
            let hint = "the family's algorithms end in -HMAC-SHA256, like AWS4-HMAC-SHA256";
            Error::config(format!("algorithm '{}' is not known", algorithm.escape_default()))
                .hint(hint)
        })?;
        let own = |name: &str, derived: String| params.get(name).map_or(derived, str::to_owned);
        let is_s3 = S3_SERVICES.contains(&params.get("service").unwrap_or_default());
        let path_encoding = match params.get("path_encoding") {
            Some("double") => PathEncoding::Double,
            Some("s3") => PathEncoding::S3,
            Some("decoded-twice") => PathEncoding::DecodedTwice,
            None if is_s3 => PathEncoding::S3,
            None => PathEncoding::Double,
            Some(other) => {
                return Err(no_choice("path_encoding", other, "double, s3, decoded-twice"));
            }
        };
        let query_rule = match choice(&QUERY_RULE).as_str() {
            "all" => QueryRule::All,
            "first" => QueryRule::First,
            other => return Err(no_choice("query_rule", other, "all, first")),
        };
        let payload_mode = match choice(&PAYLOAD).as_str() {
            "signed" => PayloadMode::Signed,
            "unsigned" => PayloadMode::Unsigned,
            "chunked" if is_s3 => PayloadMode::Chunked,
            "chunked" => {
                let why = "payload = \"chunked\" is understood by S3 alone";
                return Err(Error::config(why).hint("payload = \"signed\"").into());
            }
            other => return Err(no_choice("payload", other, "signed, unsigned, chunked")),
        };
        let forms_hash_as_empty = match choice(&PAYLOAD_RULE).as_str() {
            "raw" => false,
            "no-forms" => true,
            other => return Err(no_choice("payload_rule", other, "raw, no-forms")),
        };
        let header_rule = match choice(&SIGNED_HEADERS).as_str() {
            "aws" => HeaderRule::Aws,
            "date-only" => HeaderRule::DateOnly,
            other => return Err(no_choice("signed_headers", other, "aws, date-only")),
        };
        Ok(Self {
            key_prefix: own("key_prefix", prefix.to_owned()),
            terminator: own("terminator", format!("{}_request", prefix.to_ascii_lowercase())),
            date_header: own("date_header", derived_date_header(prefix)),
            algorithm,
            path_encoding,
            query_rule,
            hash_header: if is_s3 { HashHeader::Sent } else { HashHeader::NotSent },
            payload_mode,
            forms_hash_as_empty,
            header_rule,
        })
    }

    /// Where a query holds what headers would: `X-Amz-Signature` is made of
    /// `X-Amz`, as X-Amz-Date is.
    ///
    /// # Errors
    /// When the variant has no such form.
    pub(super) fn query_prefix(&self) -> Result<&str> {
        match (self.header_rule, self.date_header.strip_suffix("-Date")) {
            (HeaderRule::Aws, Some(prefix)) => Ok(prefix),
            _ => {
                let why = format!("{} has no form in which the URL is signed", self.algorithm);
                Err(Error::usage(why)
                    .hint("signreq sign prints headers that sign a request")
                    .into())
            }
        }
    }

    /// Whether the server sees this body as empty: Flask reads forms into
    /// fields and leaves DCI's verifier no data.
    pub(super) fn hides_body(&self, draft: &Draft) -> bool {
        self.forms_hash_as_empty
            && draft.headers.text("content-type").is_some_and(|value| {
                let media_type = media_type(&value);
                media_type == "application/x-www-form-urlencoded"
                    || media_type == "multipart/form-data"
            })
    }

    /// The headers that are signed, by their lower-case names, sorted; in the
    /// order of `listed` when a received request names them.
    pub(super) fn headers_to_sign<'a>(
        &self,
        draft: &'a Draft,
        added: &'a [Header],
        listed: Option<&'a [String]>,
    ) -> Vec<SignedHeader<'a>> {
        let all = draft.headers.iter().filter(|header| !header.is("host")).chain(added);
        if let Some(names) = listed {
            let signed = |name: &'a String| {
                let values = match name.eq_ignore_ascii_case("host") {
                    true => vec![Value::public(draft.host())],
                    false => all.clone().filter(|header| header.is(name)).map(Value::of).collect(),
                };
                SignedHeader { name: Cow::Borrowed(name), values }
            };
            return names.iter().map(signed).collect();
        }
        let host = vec![Value::public(draft.host())];
        let mut signed = Vec::with_capacity(4 + added.len());
        signed.push(SignedHeader { name: Cow::Borrowed("host"), values: host });
        for header in all {
            let name = lower_case(&header.name);
            if !self.signs(&name, header.by_default) {
                continue;
            }
            match signed.iter_mut().find(|other| other.name == name) {
                Some(first) => first.values.push(Value::of(header)),
                None => signed.push(SignedHeader { name, values: vec![Value::of(header)] }),
            }
        }
        signed.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        signed
    }

    fn signs(&self, name: &str, by_default: bool) -> bool {
        if name.eq_ignore_ascii_case(&self.date_header) {
            return true;
        }
        match self.header_rule {
            HeaderRule::DateOnly => false,
            HeaderRule::Aws => {
                let never = NEVER_SIGNED.contains(&name) || name.starts_with("proxy-");
                let demanded = name == "content-type" || name.starts_with("x-amz-");
                !never && (demanded || !by_default)
            }
        }
    }
}

fn lower_case(name: &str) -> Cow<'_, str> {
    match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(name.to_ascii_lowercase()),
        false => Cow::Borrowed(name),
    }
}

/// `AWS4` carries its time in X-Amz-Date, `DCI2` in X-Dci-Date.
fn derived_date_header(prefix: &str) -> String {
    let vendor: String = prefix.chars().filter(char::is_ascii_alphabetic).collect();
    if vendor == "AWS" {
        return "X-Amz-Date".to_owned();
    }
    let mut letters = vendor.chars();
    let first: String = letters.next().into_iter().collect();
    format!("X-{first}{}-Date", letters.as_str().to_ascii_lowercase())
}

fn no_choice(name: &str, value: &str, choices: &str) -> anyhow::Error {
    let value = value.escape_default();
    Error::config(format!("{name} '{value}' is not one of {choices}")).into()
}
