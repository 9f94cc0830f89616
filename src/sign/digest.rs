//! Hashes and keyed hashes, and their texts.

use crate::model::buffer::Buffer;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::{KeyInit, Output};
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use std::io::Read;

/// How much of a body is read at once to be hashed, in bytes: smaller pieces
/// cost more system calls.
const HASHED_AT_ONCE: usize = 128 * 1024;

/// A hash function that signatures are made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// SHA-1 (FIPS 180-4).
    Sha1,
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SHA-512 (FIPS 180-4).
    Sha512,
}

impl Algorithm {
    /// The hash of a message.
    pub fn hash(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(message).to_vec(),
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        }
    }

    /// The hash of all that a reader gives, in constant memory.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn hash_reader(self, reader: &mut dyn Read) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Sha1 => hash_reader::<Sha1>(reader),
            Self::Sha256 => hash_reader::<Sha256>(reader),
            Self::Sha512 => hash_reader::<Sha512>(reader),
        }
    }

    /// HMAC (RFC 2104) with this hash.
    pub fn hmac(self, key: &[u8], message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => hmac::<Hmac<Sha1>>(key, message),
            Self::Sha256 => hmac::<Hmac<Sha256>>(key, message),
            Self::Sha512 => hmac::<Hmac<Sha512>>(key, message),
        }
    }
}

/// HMAC (RFC 2104) that has taken in its key, which every message would hash
/// again.
pub enum KeyedHash {
    /// HMAC-SHA1.
    Sha1(Hmac<Sha1>),
    /// HMAC-SHA256.
    Sha256(Hmac<Sha256>),
    /// HMAC-SHA512.
    Sha512(Hmac<Sha512>),
}

impl KeyedHash {
    /// With this hash and key. HMAC takes keys of every length; the `None`
    /// exists for other MACs.
    pub fn new(algorithm: Algorithm, key: &[u8]) -> Option<Self> {
        match algorithm {
            Algorithm::Sha1 => keyed(key).map(Self::Sha1),
            Algorithm::Sha256 => keyed(key).map(Self::Sha256),
            Algorithm::Sha512 => keyed(key).map(Self::Sha512),
        }
    }

    /// The hash with which it was made.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Sha1(_) => Algorithm::Sha1,
            Self::Sha256(_) => Algorithm::Sha256,
            Self::Sha512(_) => Algorithm::Sha512,
        }
    }

    /// The HMAC of a message, in padded base64.
    pub fn base64(&self, message: &[u8]) -> String {
        match self {
            Self::Sha1(keyed) => base64(&mac(keyed.clone(), message)),
            Self::Sha256(keyed) => base64(&mac(keyed.clone(), message)),
            Self::Sha512(keyed) => base64(&mac(keyed.clone(), message)),
        }
    }
}

fn keyed<M: Mac + KeyInit>(key: &[u8]) -> Option<M> {
    <M as KeyInit>::new_from_slice(key).ok()
}

fn mac<M: Mac>(mut keyed: M, message: &[u8]) -> Output<M> {
    keyed.update(message);
    keyed.finalize().into_bytes()
}

fn hmac<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
    keyed::<M>(key).map_or_else(Vec::new, |keyed| mac(keyed, message).to_vec())
}

fn hash_reader<D: Digest>(reader: &mut dyn Read) -> std::io::Result<Vec<u8>> {
    let mut hash = D::new();
    let mut buffer = Buffer::new(HASHED_AT_ONCE);
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(hash.finalize().to_vec()),
            Ok(count) => hash.update(&buffer[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The lower-case hex SHA-1 of parts taken as one message.
pub fn sha1_hex(parts: &[&[u8]]) -> String {
    let mut hash = Sha1::new();
    for part in parts {
        hash.update(part);
    }
    hex(&hash.finalize())
}

/// The SHA-256 of a message.
pub fn sha256(message: &[u8]) -> [u8; 32] {
    Sha256::digest(message).into()
}

/// The lower-case hex SHA-256 of a message.
pub fn sha256_hex(message: &[u8]) -> String {
    hex(&Sha256::digest(message))
}

/// HMAC (RFC 2104) with SHA-256.
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    keyed::<Hmac<Sha256>>(key).map_or([0; 32], |keyed| mac(keyed, message).into())
}

/// The SHA-256 of what comes in pieces.
#[derive(Clone, Default)]
pub struct RunningSha256(Sha256);

impl RunningSha256 {
    /// Takes the next piece in.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The hash so far, in lower-case hex.
    pub fn hex(&self) -> String {
        hex(&self.0.clone().finalize())
    }
}

/// Bytes as lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    push_hex(&mut text, bytes);
    text
}

/// Appends bytes as lower-case hex.
pub fn push_hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    text.reserve(bytes.len() * 2);
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(DIGITS[usize::from(digit)]));
        }
    }
}

/// Bytes as padded base64 (RFC 4648 section 4).
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The bytes of padded base64; `None` when it is none.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Whether two signatures are equal, in a time that tells nothing about where
/// they differ.
pub fn equal_in_constant_time(left: &[u8], right: &[u8]) -> bool {
    let mut difference = usize::from(left.len() != right.len());
    for (one, other) in left.iter().zip(right) {
        difference |= usize::from(one ^ other);
    }
    difference == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hmacs_match_their_rfcs() {
        // RFC 2202 section 3 case 2; RFC 4231 section 4.3.
        let (key, message) = (b"Jefe", b"what do ya want for nothing?");
        assert_eq!(
            hex(&Algorithm::Sha1.hmac(key, message)),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
        );
        assert_eq!(
            hex(&Algorithm::Sha256.hmac(key, message)),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert!(
            hex(&Algorithm::Sha512.hmac(key, message))
                .starts_with("164b7a7bfcf819e2e395fbe73b56e0a3")
        );
    }

    #[test]
    fn signatures_compare_by_every_byte() {
        assert!(equal_in_constant_time(b"abc", b"abc"));
        for other in [&b"abd"[..], b"ab", b"abcd", b""] {
            assert!(!equal_in_constant_time(b"abc", other));
        }
    }
}
