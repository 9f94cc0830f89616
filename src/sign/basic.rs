//! Basic authentication (RFC 7617).

use crate::error::{Error, Result};
use crate::model::headers::{Header, Piece};
use crate::model::request::{Draft, Received};
use crate::sign::{
    Param, Params, Patch, Payload, PayloadNeed, Placement, Presented, Scheme, Signed, Signer,
    SigningContext, Unreadable, digest,
};

/// The scheme `basic`.
pub struct Basic;

const PARAMS: &[Param] = &[
    Param::new("user", "the user name, without a colon").required(),
    Param::new("password", "the password").required().secret(),
];

impl Scheme for Basic {
    fn id(&self) -> &'static str {
        "basic"
    }

    fn about(&self) -> &'static str {
        "sends a user name and password in the Authorization header"
    }

    fn spec(&self) -> &'static str {
        "RFC 7617"
    }

    fn params(&self) -> &'static [Param] {
        PARAMS
    }

    fn identifiers(&self) -> &'static [&'static str] {
        &["user"]
    }

    fn shown_credential(&self) -> Option<&'static str> {
        Some("password")
    }

    fn build(&self, params: &Params) -> Result<Box<dyn Signer>> {
        let user = params.need("user")?;
        if user.contains(':') {
            return Err(Error::config("user holds a colon, which RFC 7617 does not allow").into());
        }
        let pair = format!("{user}:{}", params.need("password")?);
        Ok(Box::new(BasicSigner(Piece::secret(digest::base64(pair.as_bytes())))))
    }

    fn presented(&self, received: &Received) -> Result<Presented, Unreadable> {
        let header = received.headers.text("authorization").ok_or(Unreadable::Missing)?;
        let (scheme, pair) = header.split_once(' ').ok_or(Unreadable::Missing)?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return Err(Unreadable::Missing);
        }
        let malformed = || Unreadable::Malformed("not base64 of user:password".into());
        let bytes = digest::from_base64(pair).ok_or_else(malformed)?;
        let text = String::from_utf8(bytes).map_err(|_| malformed())?;
        let (user, _) = text.split_once(':').ok_or_else(malformed)?;
        Ok(Presented {
            key_id: user.to_owned(),
            token: None,
            time: None,
            nonce: None,
            chosen: Vec::new(),
            strip: vec!["Authorization".into()],
            placement: Placement::Own,
            query: None,
            body: None,
            signature: pair.to_owned(),
        })
    }
}

struct BasicSigner(Piece);

impl Signer for BasicSigner {
    fn payload(&self, _draft: &Draft) -> PayloadNeed {
        PayloadNeed::None
    }

    fn sign(&self, _: &Draft, _: &Payload, context: &SigningContext) -> Result<Signed> {
        let trace = context.tracing.trace(|trace| {
            trace.pieces("credentials", "RFC 7617 section 2", vec![self.0.clone()]);
        });
        let header = Header::from_pieces("Authorization", &[Piece::text("Basic "), self.0.clone()]);
        Ok(Signed { patch: Patch::of_headers(vec![header]), trace })
    }
}
