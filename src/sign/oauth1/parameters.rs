//! The protocol's own parameters (RFC 5849 section 3.1), encoded when they are
//! made: once for where they are sent, once more for the base string.

use crate::sign::encode::{STRICT, TWICE};
use crate::sign::pairs::EncodedPair;
use std::borrow::Cow;

/// One `oauth_*` parameter.
#[derive(Clone, Debug)]
pub(super) struct ProtocolParameter<'a> {
    pub(super) name: Text<'a>,
    pub(super) value: Text<'a>,
}

impl<'a> ProtocolParameter<'a> {
    pub(super) fn new(name: impl Into<Cow<'a, [u8]>>, value: impl Into<Cow<'a, [u8]>>) -> Self {
        Self { name: Text::new(name.into()), value: Text::new(value.into()) }
    }

    /// It as the base string has it.
    pub(super) fn pair(&self) -> EncodedPair<'_> {
        EncodedPair::new(self.name.encoded_twice(), self.value.encoded_twice())
    }
}

/// A name or value.
#[derive(Clone, Debug)]
pub(super) struct Text<'a> {
    plain: Cow<'a, [u8]>,
    /// Encoded once and twice, where that changes it.
    encoded: Option<[Vec<u8>; 2]>,
}

impl<'a> Text<'a> {
    fn new(plain: Cow<'a, [u8]>) -> Self {
        let encoded = (!STRICT.keeps(&plain)).then(|| {
            let (mut once, mut twice) = (Vec::new(), Vec::new());
            STRICT.push(&mut once, &plain);
            TWICE.push(&mut twice, &plain);
            [once, twice]
        });
        Self { plain, encoded }
    }

    /// As it is.
    pub(super) fn plain(&self) -> &[u8] {
        &self.plain
    }

    /// Percent-encoded (RFC 5849 section 3.6).
    pub(super) fn encoded(&self) -> &[u8] {
        self.encoded.as_ref().map_or(&self.plain, |[once, _]| once)
    }

    fn encoded_twice(&self) -> &[u8] {
        self.encoded.as_ref().map_or(&self.plain, |[_, twice]| twice)
    }
}
