//! No signature: what is deliberately sent as it is.

use crate::error::Result;
use crate::model::request::{Draft, Received};
use crate::sign::{
    Param, Params, Patch, Payload, PayloadNeed, Presented, Scheme, Signed, Signer, SigningContext,
    Trace, Unreadable,
};

/// The scheme `none`.
pub struct Unsigned;

impl Scheme for Unsigned {
    fn id(&self) -> &'static str {
        "none"
    }

    fn about(&self) -> &'static str {
        "sends requests unsigned"
    }

    fn spec(&self) -> &'static str {
        "none"
    }

    fn params(&self) -> &'static [Param] {
        &[]
    }

    fn build(&self, _params: &Params) -> Result<Box<dyn Signer>> {
        Ok(Box::new(Self))
    }

    fn presented(&self, _received: &Received) -> Result<Presented, Unreadable> {
        Err(Unreadable::Missing)
    }
}

impl Signer for Unsigned {
    fn payload(&self, _draft: &Draft) -> PayloadNeed {
        PayloadNeed::None
    }

    fn sign(&self, _: &Draft, _: &Payload, _: &SigningContext) -> Result<Signed> {
        Ok(Signed { patch: Patch::default(), trace: Trace::default() })
    }
}
