//! The protocol's own parameters (RFC 5849 section 3.1), encoded once for the
//! base string and for where they are sent.

use crate::sign::encode::{STRICT, into_text};
use crate::sign::pairs::EncodedPair;
use std::borrow::Cow;

/// One `oauth_*` parameter.
#[derive(Clone, Debug)]
pub(super) struct ProtocolParameter<'a> {
    /// Its name, percent-encoded: those of the RFC need none.
    pub(super) name: Cow<'a, str>,
    /// Its value, and the same percent-encoded.
    pub(super) value: Cow<'a, str>,
    pub(super) encoded: Cow<'a, [u8]>,
}

impl<'a> ProtocolParameter<'a> {
    pub(super) fn new(name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        let (name, value) = (name.into(), value.into());
        let mut encoded = Vec::with_capacity(3 * value.len() + 1);
        STRICT.push(&mut encoded, value.as_bytes());
        Self { name, value, encoded: Cow::Owned(encoded) }
    }

    /// The same, not encoded again.
    pub(super) fn borrowed(&'a self) -> Self {
        Self {
            name: Cow::Borrowed(&self.name),
            value: Cow::Borrowed(&self.value),
            encoded: Cow::Borrowed(&self.encoded),
        }
    }

    /// One as it was received, under whatever name.
    pub(super) fn received(name: &[u8], value: &[u8]) -> Self {
        let mut encoded = Vec::new();
        STRICT.push(&mut encoded, name);
        Self::new(into_text(encoded), String::from_utf8_lossy(value).into_owned())
    }

    pub(super) fn pair(&self) -> EncodedPair<'_> {
        EncodedPair::new(&self.name, &self.value, &self.encoded)
    }
}
