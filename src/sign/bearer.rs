//! Bearer tokens (RFC 6750 section 2.1).

use crate::error::{Error, Result};
use crate::model::headers::{Header, Piece};
use crate::model::request::{Draft, Received};
use crate::sign::{
    Param, Params, Patch, Payload, PayloadNeed, Placement, Presented, Scheme, Signed, Signer,
    SigningContext, Tracing, Unreadable,
};

/// The scheme `bearer`.
pub struct Bearer;

const PARAMS: &[Param] = &[Param::new("token", "the token, sent as it is").required().secret()];

impl Scheme for Bearer {
    fn id(&self) -> &'static str {
        "bearer"
    }

    fn about(&self) -> &'static str {
        "sends a token in the Authorization header"
    }

    fn spec(&self) -> &'static str {
        "RFC 6750"
    }

    fn params(&self) -> &'static [Param] {
        PARAMS
    }

    fn shown_credential(&self) -> Option<&'static str> {
        Some("token")
    }

    fn build(&self, params: &Params) -> Result<Box<dyn Signer>> {
        Ok(Box::new(BearerSigner(Piece::secret(params.need("token")?))))
    }

    fn presented(&self, received: &Received) -> Result<Presented, Unreadable> {
        let header = received.headers.text("authorization").ok_or(Unreadable::Missing)?;
        let (scheme, token) = header.split_once(' ').ok_or(Unreadable::Missing)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Unreadable::Missing);
        }
        Ok(Presented {
            key_id: String::new(),
            token: None,
            time: None,
            nonce: None,
            chosen: Vec::new(),
            strip: vec!["Authorization".into()],
            placement: Placement::Own,
            query: None,
            body: None,
            signature: token.to_owned(),
        })
    }
}

struct BearerSigner(Piece);

impl Signer for BearerSigner {
    fn payload(&self, _draft: &Draft) -> PayloadNeed {
        PayloadNeed::None
    }

    fn sign(&self, _: &Draft, _: &Payload, context: &SigningContext) -> Result<Signed> {
        signed(&self.0, context.tracing)
    }
}

/// A token in the Authorization header.
///
/// # Errors
/// A config error when it does not fit there.
pub(super) fn signed(token: &Piece, tracing: Tracing) -> Result<Signed> {
    let text = Piece::exposed(std::slice::from_ref(token));
    // A line break would end the header and begin another.
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::config("token is empty or holds a space or line break").into());
    }
    let trace = tracing.trace(|trace| {
        trace.pieces("token", "RFC 6750 section 2.1", vec![token.clone()]);
    });
    let header = Header::from_pieces("Authorization", &[Piece::text("Bearer "), token.clone()]);
    Ok(Signed { patch: Patch::of_headers(vec![header]), trace })
}
