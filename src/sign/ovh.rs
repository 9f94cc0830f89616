//! OVHcloud's `$1$` signature: SHA-1 over the secrets, the method, the URL,
//! the body and the time, with headers of its own.
//!
//! No header and no nonce is signed. The query is signed as it is sent, never
//! sorted.

use crate::error::{Error, Kind, Result};
use crate::model::body::Body;
use crate::model::headers::{Header, Headers, Piece};
use crate::model::method::Method;
use crate::model::request::{Draft, Received};
use crate::model::response::ResponseHead;
use crate::model::time::Time;
use crate::sign::{
    Ask, Param, Params, Patch, Payload, PayloadNeed, Placement, Prepared, Presented, Scheme,
    Signed, Signer, SigningContext, State, Unreadable, digest,
};
use zeroize::Zeroizing;

/// The scheme `ovh`.
pub struct Ovh;

const PARAMS: &[Param] = &[
    Param::new("application_key", "identifies the application").required(),
    Param::new("application_secret", "the application's secret").required().secret(),
    Param::new("consumer_key", "the user's grant to the application").required().secret(),
];

const SPECIFICATION: &str = "OVHcloud API, first steps";

const APPLICATION: &str = "X-Ovh-Application";
const CONSUMER: &str = "X-Ovh-Consumer";
const TIMESTAMP: &str = "X-Ovh-Timestamp";
const SIGNATURE: &str = "X-Ovh-Signature";

impl Scheme for Ovh {
    fn id(&self) -> &'static str {
        "ovh"
    }

    fn about(&self) -> &'static str {
        "signs with OVHcloud's application and consumer keys"
    }

    fn spec(&self) -> &'static str {
        SPECIFICATION
    }

    fn params(&self) -> &'static [Param] {
        PARAMS
    }

    fn identifiers(&self) -> &'static [&'static str] {
        &["application_key", "consumer_key"]
    }

    fn obtained(&self) -> &'static [&'static str] {
        &["consumer_key"]
    }

    fn signs_time(&self) -> bool {
        true
    }

    fn build(&self, params: &Params) -> Result<Box<dyn Signer>> {
        let piece = |name| -> Result<Piece> { Ok(Piece::secret(header_safe(params, name)?)) };
        Ok(Box::new(OvhSigner {
            application_key: header_safe(params, "application_key")?.to_owned(),
            application_secret: Piece::secret(params.need("application_secret")?),
            consumer_key: piece("consumer_key")?,
        }))
    }

    /// The server's time comes first: OVHcloud refuses a signature whose
    /// timestamp is off by its own clock.
    fn prepare(&self, params: &Params, state: &State, _now: Time) -> Result<Prepared> {
        if state.clock_offset.is_some() {
            return Ok(Prepared::Ready);
        }
        let Some(base) = params.base() else { return Ok(Prepared::Ready) };
        let mut headers = Headers::new();
        headers.push(Header::new(APPLICATION, header_safe(params, "application_key")?));
        Ok(Prepared::Ask(Box::new(Ask {
            purpose: "the server's time",
            draft: Draft {
                method: Method::get(),
                url: base.join("/auth/time")?,
                headers,
                body: Body::none(),
            },
            sign_with: ("none", Params::new()),
            read: read_time,
        })))
    }

    fn presented(&self, received: &Received) -> Result<Presented, Unreadable> {
        let get = |name: &str| received.headers.text(name);
        let need = |name: &str| {
            get(name).ok_or_else(|| Unreadable::Malformed(format!("{name} is missing")))
        };
        let signature = get(SIGNATURE).ok_or(Unreadable::Missing)?;
        let seconds = need(TIMESTAMP)?
            .parse::<i64>()
            .map_err(|_| Unreadable::Malformed(format!("{TIMESTAMP} is not a number")))?;
        Ok(Presented {
            key_id: need(APPLICATION)?,
            token: get(CONSUMER),
            time: Some(Time::from_epoch(seconds)),
            nonce: None,
            chosen: Vec::new(),
            strip: [APPLICATION, CONSUMER, TIMESTAMP, SIGNATURE].map(str::to_owned).into(),
            placement: Placement::Own,
            query: None,
            body: None,
            signature,
        })
    }
}

/// A field's value, once it is known to fit into a header.
fn header_safe<'a>(params: &'a Params, name: &str) -> Result<&'a str> {
    let value = params.need(name)?;
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::config(format!("{name} is empty or holds a space or line break")).into());
    }
    Ok(value)
}

/// `GET /auth/time` answers a bare number of seconds.
fn read_time(head: &ResponseHead, body: &[u8], now: Time, state: &mut State) -> Result<()> {
    let text = String::from_utf8_lossy(body);
    let is_time = |seconds: &i64| head.is_success() && (0..=Time::LATEST).contains(seconds);
    let seconds = text.trim().parse::<i64>().ok().filter(is_time);
    let seconds = seconds.ok_or_else(|| {
        Error::new(
            Kind::Unexpected,
            format!("/auth/time answered {} and no number of seconds", head.status),
        )
        .hint("check `endpoint`; --timestamp N signs without asking for the time")
    })?;
    state.clock_offset = Some(seconds.saturating_sub(now.epoch()));
    Ok(())
}

struct OvhSigner {
    application_key: String,
    application_secret: Piece,
    consumer_key: Piece,
}

impl Signer for OvhSigner {
    fn payload(&self, _draft: &Draft) -> PayloadNeed {
        PayloadNeed::Raw
    }

    fn sign(&self, draft: &Draft, payload: &Payload, context: &SigningContext) -> Result<Signed> {
        let body = match payload {
            Payload::Raw(body) => body.as_slice(),
            Payload::None | Payload::Digest(_) => &[],
        };
        let protocol = draft.url.origin().protocol.as_str();
        let url = format!("{protocol}://{}{}", draft.host(), draft.url.target());
        let timestamp = context.time.epoch().to_string();
        let secrets =
            [self.application_secret.clone(), Piece::text("+"), self.consumer_key.clone()];
        let before_body =
            Zeroizing::new(format!("{}+{}+{url}+", Piece::exposed(&secrets), draft.method));
        let after_body = format!("+{timestamp}");
        let signature = format!(
            "$1${}",
            digest::sha1_hex(&[before_body.as_bytes(), body, after_body.as_bytes()])
        );
        let trace = context.tracing.trace(|trace| {
            let body = String::from_utf8_lossy(body);
            let mut pre_image = secrets.to_vec();
            pre_image.push(Piece::text(format!("+{}+{url}+{body}{after_body}", draft.method)));
            trace.pieces("pre-image", SPECIFICATION, pre_image);
            trace.text("signature", SPECIFICATION, signature.clone());
        });

        let headers = vec![
            Header::from_pieces(APPLICATION, &[Piece::text(&self.application_key)]),
            Header::from_pieces(CONSUMER, std::slice::from_ref(&self.consumer_key)),
            Header::from_pieces(TIMESTAMP, &[Piece::text(timestamp)]),
            Header::from_pieces(SIGNATURE, &[Piece::text(signature)]),
        ];
        Ok(Signed { patch: Patch::of_headers(headers), trace })
    }
}
