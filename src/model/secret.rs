//! A value that must not be shown.

use std::fmt;
use zeroize::Zeroizing;

/// What stands in place of a secret wherever one would be shown.
pub const MASK: &str = "***";

/// A secret text: masked in Debug, without Display, wiped from memory on drop.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself, for signing and for what the user asked to see.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MASK)
    }
}
