//! OAuth 1.0 (RFC 5849): PLAINTEXT, HMAC and RSA signatures, sent in the
//! Authorization header, the query or the form.

mod base_string;
mod method;
mod parameters;
mod presented;
mod rack;

use crate::error::{Error, Result};
use crate::model::body::Body;
use crate::model::headers::{Header, Piece, Shown};
use crate::model::request::{Draft, Received};
use crate::model::secret::MASK;
use crate::model::url::WireUrl;
use crate::sign::encode::{STRICT, into_text, parse_form};
use crate::sign::{
    Param, Params, Patch, Payload, PayloadNeed, Placement, Presented, Scheme, Signed, Signer,
    SigningContext, Trace, Tracing, Unreadable, digest,
};
use base_string::{BaseString, Normalization, SignedUrl, has_form_body};
use method::SignatureMethod;
use parameters::ProtocolParameter;

/// The scheme `oauth1`.
pub struct OAuth1;

const FORM: &str = "application/x-www-form-urlencoded";

const SIGNATURE_METHOD: Param = Param::new("signature_method", "how the signature is made")
    .default("HMAC-SHA1")
    .choices(method::NAMES);
const TRANSMIT: Param = Param::new("transmit", "where the signature goes")
    .default("header")
    .choices(&["header", "query", "form"]);
const NORMALIZATION: Param =
    Param::new("normalization", "how the server reads parameters: rack is Foreman's ruby-oauth")
        .default("rfc5849")
        .choices(&["rfc5849", "rack"]);
const BODY_HASH: Param =
    Param::new("body_hash", "whether to send oauth_body_hash for bodies that are no form")
        .default("false")
        .choices(&["true", "false"]);

const PARAMS: &[Param] = &[
    SIGNATURE_METHOD,
    Param::new("consumer_key", "identifies the client").required(),
    Param::new("consumer_secret", "the client's shared secret; \"\" when it has none").secret(),
    Param::new("token", "identifies the user's grant; left out in two-legged use"),
    Param::new("token_secret", "the token's shared secret").secret(),
    Param::new("private_key", "the RSA key in PEM form, for the RSA methods").secret(),
    Param::new("realm", "the realm of the Authorization header, which is not signed"),
    TRANSMIT,
    NORMALIZATION,
    BODY_HASH,
    Param::new("request_token_url", "where a login asks for temporary credentials"),
    Param::new("authorize_url", "the page on which the user allows a login"),
    Param::new("access_token_url", "where a login gets token and token_secret"),
    Param::new("signed_url", "the base URL as the server behind a proxy sees it"),
];

impl Scheme for OAuth1 {
    fn id(&self) -> &'static str {
        "oauth1"
    }

    fn about(&self) -> &'static str {
        "signs with OAuth 1.0 in the Authorization header, the query or the form"
    }

    fn spec(&self) -> &'static str {
        "RFC 5849"
    }

    fn params(&self) -> &'static [Param] {
        PARAMS
    }

    fn identifiers(&self) -> &'static [&'static str] {
        &["consumer_key", "token"]
    }

    fn signs_time(&self) -> bool {
        true
    }

    fn obtained(&self) -> &'static [&'static str] {
        &["token", "token_secret"]
    }

    fn build(&self, params: &Params) -> Result<Box<dyn Signer>> {
        let name = params.get_or_default(&SIGNATURE_METHOD).unwrap_or_default();
        let choose = |param: &Param, chosen: &str| {
            let value = params.get_or_default(param).unwrap_or_default();
            if param.choices.contains(&value) {
                return Ok(value == chosen);
            }
            let (name, known) = (param.name, param.choices.join(", "));
            let value = value.escape_default();
            Err(Error::config(format!("{name} '{value}' is not one of {known}")))
        };
        let transmit = match (choose(&TRANSMIT, "query")?, choose(&TRANSMIT, "form")?) {
            (true, _) => Transmit::Query,
            (_, true) => Transmit::Form,
            _ => Transmit::Header,
        };
        let normalization = match choose(&NORMALIZATION, "rack")? {
            true => Normalization::Rack,
            false => Normalization::Rfc5849,
        };
        let signed_url = params
            .get("signed_url")
            .map(|text| -> Result<SignedUrl> {
                let inside = WireUrl::parse(text)
                    .map_err(|error| Error::config(format!("signed_url: {error}")))?;
                Ok(SignedUrl { inside, outside: params.base().cloned() })
            })
            .transpose()?;
        let method = SignatureMethod::read(name, params)?;
        let own = |name: &'static str, value: &str| {
            ProtocolParameter::new(name.as_bytes(), value.as_bytes().to_vec())
        };
        let mut first = vec![own("oauth_consumer_key", params.need("consumer_key")?)];
        // Servers take an empty token for three-legged use and refuse it.
        let token = params.get("token").filter(|token| !token.is_empty());
        first.extend(token.map(|token| own("oauth_token", token)));
        first.push(own("oauth_signature_method", method.name()));
        // Empty when the parameter is left out, as RFC 5849 allows.
        let version = Some(params.get("version").unwrap_or("1.0")).filter(|text| !text.is_empty());
        let extra = params.get("extra_parameters").unwrap_or_default();
        let extra = parse_form(extra.as_bytes());
        Ok(Box::new(OAuth1Signer {
            method,
            first,
            version: version.map(|version| own("oauth_version", version)),
            extra: extra
                .into_iter()
                .map(|(name, value)| ProtocolParameter::new(name, value))
                .collect(),
            realm: params.get("realm").map(realm).transpose()?,
            body_hash: choose(&BODY_HASH, "true")?,
            transmit,
            normalization,
            signed_url,
        }))
    }

    fn presented(&self, received: &Received) -> Result<Presented, Unreadable> {
        presented::read(received)
    }
}

/// A realm as a quoted string (RFC 9110 section 5.6.4).
fn realm(text: &str) -> Result<String> {
    if text.chars().any(char::is_control) {
        return Err(Error::config("realm holds a control character").into());
    }
    Ok(text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Where the protocol parameters go (RFC 5849 section 3.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transmit {
    Header,
    Query,
    Form,
}

struct OAuth1Signer {
    method: SignatureMethod,
    /// The parameters before the timestamp, which are always the same.
    first: Vec<ProtocolParameter<'static>>,
    version: Option<ProtocolParameter<'static>>,
    /// Further `oauth_*` parameters: those of a request that is verified.
    extra: Vec<ProtocolParameter<'static>>,
    realm: Option<String>,
    body_hash: bool,
    transmit: Transmit,
    normalization: Normalization,
    signed_url: Option<SignedUrl>,
}

impl OAuth1Signer {
    fn transmit(&self, context: &SigningContext) -> Transmit {
        match context.placement {
            Placement::Own => self.transmit,
            Placement::Query { .. } => Transmit::Query,
        }
    }

    /// The signature and its steps.
    fn signature(
        &self,
        draft: &Draft,
        form: &[u8],
        parameters: &[&ProtocolParameter<'_>],
        tracing: Tracing,
    ) -> Result<(Piece, Trace)> {
        if let SignatureMethod::Plaintext { key } = &self.method {
            let trace = tracing.trace(|trace| {
                trace.pieces("signature", "RFC 5849 section 3.4.4", key.clone());
            });
            return Ok((Piece::secret(self.method.sign(b"")?), trace));
        }
        let signed_url = self.signed_url.as_ref();
        let base_string = BaseString::new(draft, form, parameters, signed_url, self.normalization)?;
        let signature = self.method.sign(base_string.as_bytes())?;
        let trace = tracing.trace(|trace| {
            trace.text("base string URI", "RFC 5849 section 3.4.1.2", base_string.uri());
            let normalized = base_string.normalized_parameters();
            trace.text("normalized parameters", "RFC 5849 section 3.4.1.3.2", normalized);
            let whole = base_string.text();
            trace.text("signature base string", "RFC 5849 section 3.4.1.1", whole);
            let section = match self.method.key() {
                Some(key) => {
                    trace.pieces("key", "RFC 5849 section 3.4.2", key.to_vec());
                    "RFC 5849 section 3.4.2"
                }
                None => "RFC 5849 section 3.4.3",
            };
            trace.text("signature", section, signature.clone());
        });
        Ok((Piece::text(signature), trace))
    }

    /// Puts the parameters and the signature where they go.
    fn patch(
        &self,
        draft: &Draft,
        form: &[u8],
        transmit: Transmit,
        parameters: &[&ProtocolParameter<'_>],
        signature: &Piece,
    ) -> Result<Patch> {
        // On bytes: a form need not be UTF-8, and is signed as it is.
        let appended = |before: &[u8]| {
            let mut pairs = before.to_vec();
            if !before.is_empty() {
                pairs.push(b'&');
            }
            push_all(&mut pairs, parameters, b"=", b"&");
            STRICT.push(&mut pairs, signature.expose().as_bytes());
            pairs
        };
        match transmit {
            Transmit::Header => {
                let mut header = Vec::with_capacity(512);
                header.extend_from_slice(b"OAuth ");
                if let Some(realm) = &self.realm {
                    header.extend_from_slice(format!("realm=\"{realm}\", ").as_bytes());
                }
                push_all(&mut header, parameters, b"=\"", b"\", ");
                let shown = match signature {
                    Piece::Text(_) => Shown::Whole,
                    Piece::Secret(_) => {
                        Shown::As([&String::from_utf8_lossy(&header), MASK, "\""].concat())
                    }
                };
                STRICT.push(&mut header, signature.expose().as_bytes());
                header.push(b'"');
                let authorization = Header { shown, ..Header::public("Authorization", header) };
                Ok(Patch::of_headers(vec![authorization]))
            }
            Transmit::Query => {
                let query = appended(draft.url.query().unwrap_or_default().as_bytes());
                Ok(Patch { query: Some(into_text(query)), ..Patch::default() })
            }
            Transmit::Form => {
                if !has_form_body(draft) && !draft.body.is_none() {
                    let why = "transmit = \"form\" needs a form body, this one is none";
                    return Err(Error::usage(why).hint("--as form").into());
                }
                let content_type =
                    (!has_form_body(draft)).then(|| Header::public("Content-Type", FORM));
                Ok(Patch {
                    headers: content_type.into_iter().collect(),
                    body: Some(Body::bytes(appended(form))),
                    ..Patch::default()
                })
            }
        }
    }
}

/// Appends `name=value&…` or `name="value", …`, each value percent-encoded, and
/// the start of the signature behind them.
fn push_all<const ASSIGN: usize, const END: usize>(
    out: &mut Vec<u8>,
    parameters: &[&ProtocolParameter<'_>],
    assign: &[u8; ASSIGN],
    end: &[u8; END],
) {
    for parameter in parameters {
        out.extend_from_slice(parameter.name.encoded());
        out.extend_from_slice(assign);
        out.extend_from_slice(parameter.value.encoded());
        out.extend_from_slice(end);
    }
    out.extend_from_slice(b"oauth_signature");
    out.extend_from_slice(assign);
}

impl Signer for OAuth1Signer {
    fn payload(&self, draft: &Draft) -> PayloadNeed {
        let covers = !matches!(self.method, SignatureMethod::Plaintext { .. });
        let is_form = has_form_body(draft);
        if is_form && (covers || self.transmit == Transmit::Form) {
            PayloadNeed::Raw
        } else if self.body_hash && !is_form {
            PayloadNeed::Digest(self.method.algorithm())
        } else {
            PayloadNeed::None
        }
    }

    fn sign(&self, draft: &Draft, payload: &Payload, context: &SigningContext) -> Result<Signed> {
        if matches!(context.placement, Placement::Query { expires: Some(_) }) {
            let why =
                "OAuth 1.0 has no time limit of its own: the server decides how long it holds";
            return Err(Error::usage(why).hint("leave --expires out").into());
        }
        let (form, body_hash) = match payload {
            Payload::Raw(body) => (body.as_slice(), None),
            Payload::Digest(hash) => (&b""[..], Some(digest::base64(hash))),
            Payload::None => (&b""[..], None),
        };
        let time = context.time.epoch().to_string();
        let own = |name: &'static str, value| ProtocolParameter::new(name.as_bytes(), value);
        let time = own("oauth_timestamp", time.as_bytes());
        let nonce = own("oauth_nonce", context.nonce.as_bytes());
        let body_hash = body_hash.as_ref().map(|hash| own("oauth_body_hash", hash.as_bytes()));
        // All but the signature, in the order they are sent.
        let mut parameters = Vec::with_capacity(8);
        parameters.extend(&self.first);
        parameters.extend([&time, &nonce]);
        parameters.extend(&self.version);
        parameters.extend(&body_hash);
        parameters.extend(&self.extra);
        let (signature, trace) = self.signature(draft, form, &parameters, context.tracing)?;
        let transmit = self.transmit(context);
        let patch = self.patch(draft, form, transmit, &parameters, &signature)?;
        Ok(Signed { patch, trace })
    }

    fn sign_message(
        &self,
        message: &str,
        key: Option<&str>,
        _: &Draft,
        _: &SigningContext,
    ) -> Option<String> {
        self.method.sign_with(key, message.as_bytes()).ok()
    }
}
