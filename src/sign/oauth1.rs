//! OAuth 1.0 (RFC 5849): PLAINTEXT and the HMAC signature methods, sent in the
//! Authorization header.

use crate::error::{Error, Result};
use crate::model::headers::{Header, Piece, media_type};
use crate::model::request::{Draft, Received};
use crate::model::time::Time;
use crate::model::url::Protocol;
use crate::sign::encode::{decode, encode_strict, parse_form};
use crate::sign::{
    Param, Params, Patch, Payload, PayloadNeed, Presented, Scheme, Signed, Signer, SigningContext,
    Trace, Unreadable, digest,
};

/// The scheme `oauth1`.
pub struct OAuth1;

const SIGNATURE_METHODS: &[&str] = &["PLAINTEXT", "HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512"];

const SIGNATURE_METHOD: Param = Param::new("signature_method", "how the signature is made")
    .default("HMAC-SHA1")
    .choices(SIGNATURE_METHODS);

const PARAMS: &[Param] = &[
    SIGNATURE_METHOD,
    Param::new("consumer_key", "identifies the client").required(),
    Param::new("consumer_secret", "the client's shared secret; \"\" when it has none")
        .required()
        .secret(),
    Param::new("token", "identifies the user's grant; left out in two-legged use"),
    Param::new("token_secret", "the token's shared secret").secret(),
];

impl Scheme for OAuth1 {
    fn id(&self) -> &'static str {
        "oauth1"
    }

    fn about(&self) -> &'static str {
        "signs with OAuth 1.0 in the Authorization header"
    }

    fn spec(&self) -> &'static str {
        "RFC 5849"
    }

    fn params(&self) -> &'static [Param] {
        PARAMS
    }

    fn build(&self, params: &Params) -> Result<Box<dyn Signer>> {
        let name = params.get_or_default(&SIGNATURE_METHOD).unwrap_or_default();
        let method = SignatureMethod::parse(name).ok_or_else(|| {
            let known = SIGNATURE_METHODS.join(", ");
            Error::config(format!("signature_method '{name}' is not one of {known}"))
        })?;
        Ok(Box::new(OAuth1Signer {
            method,
            consumer_key: params.need("consumer_key")?.to_owned(),
            consumer_secret: Piece::secret(encode_strict(
                params.need("consumer_secret")?.as_bytes(),
            )),
            token: params.get("token").map(str::to_owned),
            token_secret: Piece::secret(encode_strict(
                params.get("token_secret").unwrap_or_default().as_bytes(),
            )),
            version: params.get("version").unwrap_or("1.0").to_owned(),
        }))
    }

    fn presented(&self, received: &Received) -> Result<Presented, Unreadable> {
        let header = received.headers.text("authorization").ok_or(Unreadable::Missing)?;
        let parameters = parse_authorization(&header)?;
        let get = |name: &str| {
            parameters.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
        };
        let need = |name: &str| {
            get(name).ok_or_else(|| Unreadable::Malformed(format!("{name} is missing")))
        };
        let timestamp = get("oauth_timestamp");
        let time = timestamp
            .map(|text| {
                let wrong = || Unreadable::Malformed("oauth_timestamp is not a number".into());
                text.parse::<i64>().map(Time::from_epoch).map_err(|_| wrong())
            })
            .transpose()?;
        Ok(Presented {
            key_id: need("oauth_consumer_key")?,
            token: get("oauth_token"),
            time,
            nonce: get("oauth_nonce"),
            chosen: vec![
                ("signature_method", need("oauth_signature_method")?),
                ("version", get("oauth_version").unwrap_or_default()),
            ],
            strip: vec!["Authorization".into()],
            signature: need("oauth_signature")?,
        })
    }
}

/// Reads `OAuth name="value", …` (RFC 5849 section 3.5.1), values decoded.
fn parse_authorization(header: &str) -> Result<Vec<(String, String)>, Unreadable> {
    let (scheme, rest) = header.split_once(' ').ok_or(Unreadable::Missing)?;
    if !scheme.eq_ignore_ascii_case("oauth") {
        return Err(Unreadable::Missing);
    }
    rest.split(',')
        .map(|pair| {
            let (name, value) = pair.trim().split_once('=').ok_or_else(|| {
                Unreadable::Malformed("a parameter of the Authorization header has no '='".into())
            })?;
            let text = |raw: &str| {
                String::from_utf8_lossy(&decode(raw.trim_matches('"').as_bytes())).into_owned()
            };
            Ok((text(name), text(value)))
        })
        .collect()
}

/// The signature methods of RFC 5849 section 3.4 and their SHA-2 kin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SignatureMethod {
    Plaintext,
    HmacSha1,
    HmacSha256,
    HmacSha512,
}

impl SignatureMethod {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "PLAINTEXT" => Self::Plaintext,
            "HMAC-SHA1" => Self::HmacSha1,
            "HMAC-SHA256" => Self::HmacSha256,
            "HMAC-SHA512" => Self::HmacSha512,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Plaintext => "PLAINTEXT",
            Self::HmacSha1 => "HMAC-SHA1",
            Self::HmacSha256 => "HMAC-SHA256",
            Self::HmacSha512 => "HMAC-SHA512",
        }
    }
}

struct OAuth1Signer {
    method: SignatureMethod,
    consumer_key: String,
    /// Encoded, as the key joins it.
    consumer_secret: Piece,
    token: Option<String>,
    /// Encoded, as the key joins it.
    token_secret: Piece,
    /// Empty when the parameter is left out, as RFC 5849 allows.
    version: String,
}

impl OAuth1Signer {
    /// The `oauth_*` parameters but the signature, in the order they are sent.
    fn protocol_parameters(&self, context: &SigningContext) -> Vec<(&'static str, String)> {
        let mut parameters = vec![("oauth_consumer_key", self.consumer_key.clone())];
        if let Some(token) = &self.token {
            parameters.push(("oauth_token", token.clone()));
        }
        parameters.push(("oauth_signature_method", self.method.name().to_owned()));
        parameters.push(("oauth_timestamp", context.time.epoch().to_string()));
        parameters.push(("oauth_nonce", context.nonce.clone()));
        if !self.version.is_empty() {
            parameters.push(("oauth_version", self.version.clone()));
        }
        parameters
    }

    /// RFC 5849 section 3.4.2: both secrets, encoded, around an `&` that stays
    /// when they are empty.
    fn key(&self) -> Vec<Piece> {
        vec![self.consumer_secret.clone(), Piece::text("&"), self.token_secret.clone()]
    }

    fn hmac(&self, base_string: &str) -> Vec<u8> {
        let key = Piece::exposed(&self.key());
        let (key, message) = (key.as_bytes(), base_string.as_bytes());
        match self.method {
            SignatureMethod::HmacSha512 => digest::hmac_sha512(key, message),
            SignatureMethod::HmacSha256 => digest::hmac_sha256(key, message),
            _ => digest::hmac_sha1(key, message),
        }
    }
}

impl Signer for OAuth1Signer {
    fn payload(&self, draft: &Draft) -> PayloadNeed {
        // PLAINTEXT covers nothing; the others cover form bodies alone.
        if self.method != SignatureMethod::Plaintext && has_form_body(draft) {
            PayloadNeed::Raw
        } else {
            PayloadNeed::None
        }
    }

    fn sign(&self, draft: &Draft, payload: &Payload, context: &SigningContext) -> Result<Signed> {
        let protocol_parameters = self.protocol_parameters(context);
        let mut trace = Trace::default();
        let signature = if self.method == SignatureMethod::Plaintext {
            trace.pieces("signature", "RFC 5849 section 3.4.4", self.key());
            Piece::secret(encode_strict(Piece::exposed(&self.key()).as_bytes()))
        } else {
            let form = match payload {
                Payload::Raw(body) => parse_form(body),
                Payload::None | Payload::Sha256(_) => Vec::new(),
            };
            let uri = base_string_uri(draft);
            let parameters = normalized_parameters(draft, &form, &protocol_parameters);
            let base_string = format!(
                "{}&{}&{}",
                draft.method,
                encode_strict(uri.as_bytes()),
                encode_strict(parameters.as_bytes())
            );
            trace.text("base string URI", "RFC 5849 section 3.4.1.2", uri);
            trace.text("normalized parameters", "RFC 5849 section 3.4.1.3.2", parameters);
            let signature = digest::base64(&self.hmac(&base_string));
            trace.text("signature base string", "RFC 5849 section 3.4.1.1", base_string);
            trace.pieces("key", "RFC 5849 section 3.4.2", self.key());
            trace.text("signature", "RFC 5849 section 3.4.2", signature.clone());
            Piece::text(encode_strict(signature.as_bytes()))
        };
        let mut pieces = vec![Piece::text("OAuth ")];
        for (name, value) in &protocol_parameters {
            pieces.push(Piece::text(format!("{name}=\"{}\", ", encode_strict(value.as_bytes()))));
        }
        pieces.push(Piece::text("oauth_signature=\""));
        pieces.push(signature);
        pieces.push(Piece::text("\""));
        let header = Header::from_pieces("Authorization", &pieces);
        Ok(Signed { patch: Patch { headers: vec![header], covered: Vec::new() }, trace })
    }
}

/// RFC 5849 section 3.4.1.3.1: whether the body's parameters are signed.
fn has_form_body(draft: &Draft) -> bool {
    draft
        .headers
        .text("content-type")
        .is_some_and(|value| media_type(&value) == "application/x-www-form-urlencoded")
}

/// RFC 5849 section 3.4.1.2: scheme and host in lower case, the scheme's
/// default port dropped, the path byte for byte.
fn base_string_uri(draft: &Draft) -> String {
    let protocol = draft.url.origin().protocol;
    let host = draft.host().to_ascii_lowercase();
    let default_port = match protocol {
        Protocol::Http => ":80",
        Protocol::Https => ":443",
    };
    let host = host.strip_suffix(default_port).unwrap_or(&host);
    format!("{}://{host}{}", protocol.as_str(), draft.url.path())
}

/// RFC 5849 section 3.4.1.3.2: encoded first, then sorted by encoded name and
/// encoded value, duplicates kept.
fn normalized_parameters(
    draft: &Draft,
    form: &[(Vec<u8>, Vec<u8>)],
    protocol_parameters: &[(&'static str, String)],
) -> String {
    let query = parse_form(draft.url.query().unwrap_or_default().as_bytes());
    let mut pairs: Vec<(String, String)> =
        query
            .iter()
            .chain(form)
            .map(|(name, value)| (encode_strict(name), encode_strict(value)))
            .chain(protocol_parameters.iter().map(|(name, value)| {
                (encode_strict(name.as_bytes()), encode_strict(value.as_bytes()))
            }))
            .collect();
    pairs.sort();
    let joined: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    joined.join("&")
}
