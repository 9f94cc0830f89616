//! Header fields: in order, their names' case kept, values as bytes.

use crate::model::secret::MASK;
use std::fmt;

/// One part of a text that is public or not: the signature of OVH holds two
/// secrets, OAuth1 PLAINTEXT's header is public up to its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Shown as it is.
    Text(String),
    /// Shown as a mask.
    Secret(crate::model::secret::Secret),
}

impl Piece {
    /// A piece that may be shown.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A piece that must not be shown.
    pub fn secret(text: impl Into<String>) -> Self {
        Self::Secret(crate::model::secret::Secret::new(text))
    }

    /// The pieces joined, secrets as they are.
    pub fn exposed(pieces: &[Self]) -> String {
        pieces.iter().map(Self::expose).collect()
    }

    /// The pieces joined, each secret as a mask.
    pub fn masked(pieces: &[Self]) -> String {
        pieces
            .iter()
            .map(|piece| match piece {
                Self::Text(text) => text.as_str(),
                Self::Secret(_) => MASK,
            })
            .collect()
    }

    fn is_secret(&self) -> bool {
        matches!(self, Self::Secret(_))
    }

    pub(crate) fn expose(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Secret(secret) => secret.expose(),
        }
    }
}

/// How a header's value may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As it is or not at all: a list of names known harmless decides.
    ByName,
    /// As it is.
    Whole,
    /// As this text, its secrets masked.
    As(String),
}

/// One header field.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    /// The name in the case it is sent in.
    pub name: String,
    /// The value's bytes, without surrounding white space.
    pub value: Vec<u8>,
    /// How the value may be shown.
    pub shown: Shown,
    /// Whether this program added it of its own accord: nobody wrote it, so
    /// no signature that covers "what the user gave" covers it.
    pub by_default: bool,
}

/// What may be shown whatever its name is.
impl fmt::Debug for Header {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = match &self.shown {
            Shown::ByName => MASK.into(),
            Shown::Whole => String::from_utf8_lossy(&self.value),
            Shown::As(shown) => shown.as_str().into(),
        };
        formatter.debug_tuple("Header").field(&self.name).field(&value).finish()
    }
}

impl Header {
    /// A field whose secrecy goes by its name.
    pub fn new(name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), value: value.into(), shown: Shown::ByName, by_default: false }
    }

    /// A field that holds no secret.
    pub fn public(name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        Self { shown: Shown::Whole, ..Self::new(name, value) }
    }

    /// A field put together from pieces, each known to be secret or not.
    pub fn from_pieces(name: impl Into<String>, pieces: &[Piece]) -> Self {
        Self {
            name: name.into(),
            value: Piece::exposed(pieces).into_bytes(),
            shown: match pieces.iter().any(Piece::is_secret) {
                true => Shown::As(Piece::masked(pieces)),
                false => Shown::Whole,
            },
            by_default: false,
        }
    }

    /// The same field as one that this program adds of its own accord.
    #[must_use]
    pub fn by_default(self) -> Self {
        Self { by_default: true, ..self }
    }

    /// Whether the field has this name, in any case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// What of the value its mask stands for; nothing where it has none.
    pub fn hidden(&self) -> Vec<&str> {
        let (Shown::As(shown), Ok(mut rest)) = (&self.shown, std::str::from_utf8(&self.value))
        else {
            return Vec::new();
        };
        let mut hidden = Vec::new();
        let mut texts = shown.split(MASK);
        rest = rest.strip_prefix(texts.next().unwrap_or_default()).unwrap_or(rest);
        for text in texts {
            let end = if text.is_empty() { None } else { rest.find(text) };
            hidden.push(&rest[..end.unwrap_or(rest.len())]);
            rest = end.map_or("", |end| &rest[end + text.len()..]);
        }
        hidden
    }

    /// The value as text, other bytes replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.value).into_owned()
    }
}

/// Header fields in the order they are sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<Header>);

impl Headers {
    /// No fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field after the others, equal names kept.
    pub fn push(&mut self, header: Header) {
        self.0.push(header);
    }

    /// Puts a field in the place of the first of its name and drops the
    /// others of that name; adds it at the end when there is none.
    pub fn set(&mut self, header: Header) {
        let place = self.0.iter().position(|other| other.is(&header.name));
        self.remove(&header.name);
        match place {
            Some(place) => self.0.insert(place.min(self.0.len()), header),
            None => self.0.push(header),
        }
    }

    /// Drops every field of this name.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|header| !header.is(name));
    }

    /// The first field of this name.
    pub fn get(&self, name: &str) -> Option<&Header> {
        self.0.iter().find(|header| header.is(name))
    }

    /// The first value of this name, as text.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(Header::text)
    }

    /// Whether there is a field of this name.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// All fields in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Header> {
        self.0.iter()
    }
}

impl FromIterator<Header> for Headers {
    fn from_iter<I: IntoIterator<Item = Header>>(iter: I) -> Self {
        Self(iter.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a Headers {
    type Item = &'a Header;
    type IntoIter = std::slice::Iter<'a, Header>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// The media type of a Content-Type value: lower case, without parameters.
pub fn media_type(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_keeps_the_place_and_drops_duplicates() {
        let mut headers: Headers =
            [Header::new("A", "1"), Header::new("B", "2"), Header::new("a", "3")]
                .into_iter()
                .collect();
        headers.set(Header::new("a", "4"));
        let names: Vec<_> = headers.iter().map(|h| (h.name.as_str(), h.text())).collect();
        assert_eq!(names, [("a", "4".to_owned()), ("B", "2".to_owned())]);
    }

    #[test]
    fn pieces_mask_only_secrets() {
        let pieces = [Piece::text("id="), Piece::secret("s3cret")];
        assert_eq!(Piece::masked(&pieces), "id=***");
        assert_eq!(Piece::exposed(&pieces), "id=s3cret");
        assert!(!format!("{pieces:?}").contains("s3cret"));
    }
}
