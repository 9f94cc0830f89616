//! Certificates to trust: a PEM file of them, or their text.

use std::fmt;
use std::path::PathBuf;

/// What PEM begins with (RFC 7468), and no path that is meant for a file does.
const BEGINNING: &str = "-----BEGIN ";

/// Certificates in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Certificates {
    /// A file that holds them.
    File(PathBuf),
    /// The certificates themselves.
    Text(String),
}

impl Certificates {
    /// Whether a text is certificates and not the path of a file of them.
    pub fn are(text: &str) -> bool {
        text.trim_start().starts_with(BEGINNING)
    }
}

impl fmt::Display for Certificates {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(formatter, "{}", path.display()),
            Self::Text(_) => formatter.write_str("the profile's own certificates"),
        }
    }
}
