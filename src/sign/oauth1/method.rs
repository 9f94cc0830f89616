//! The signature methods of RFC 5849 section 3.4 and their SHA-2 kin.

use crate::error::{Error, Result};
use crate::model::headers::Piece;
use crate::sign::Params;
use crate::sign::digest::{self, Algorithm, KeyedHash};
use crate::sign::encode::encode_strict;
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use zeroize::Zeroizing;

/// Every name, in the order help shows them.
pub(super) const NAMES: &[&str] = &[
    "PLAINTEXT",
    "HMAC-SHA1",
    "HMAC-SHA256",
    "HMAC-SHA512",
    "RSA-SHA1",
    "RSA-SHA256",
    "RSA-SHA512",
];

/// A signature method with its key.
pub(super) enum SignatureMethod {
    /// Section 3.4.4: the key itself.
    Plaintext { key: Vec<Piece> },
    /// Section 3.4.2: keyed with both secrets.
    Hmac { keyed: Box<KeyedHash>, key: Vec<Piece> },
    /// Section 3.4.3: RSASSA-PKCS1-v1_5; no shared secret takes part.
    Rsa { algorithm: Algorithm, key: Box<RsaPrivateKey> },
}

impl SignatureMethod {
    /// Reads the method and its key from a profile's fields.
    pub(super) fn read(name: &str, params: &Params) -> Result<Self> {
        let unknown = || {
            let known = NAMES.join(", ");
            Error::config(format!(
                "signature_method '{}' is not one of {known}",
                name.escape_default()
            ))
        };
        let (family, hash) = name.split_once('-').unwrap_or((name, ""));
        let algorithm = match hash {
            "SHA1" => Some(Algorithm::Sha1),
            "SHA256" => Some(Algorithm::Sha256),
            "SHA512" => Some(Algorithm::Sha512),
            _ => None,
        };
        match (family, algorithm) {
            ("PLAINTEXT", None) if hash.is_empty() => {
                Ok(Self::Plaintext { key: shared_key(params)? })
            }
            ("HMAC", Some(algorithm)) => {
                let key = shared_key(params)?;
                let joined = Zeroizing::new(Piece::exposed(&key));
                let keyed = KeyedHash::new(algorithm, joined.as_bytes());
                let keyed = keyed.ok_or_else(|| Error::config("the secrets make no key"))?;
                Ok(Self::Hmac { keyed: Box::new(keyed), key })
            }
            ("RSA", Some(algorithm)) => {
                let key = private_key(params.need("private_key")?)?;
                Ok(Self::Rsa { algorithm, key: Box::new(key) })
            }
            _ => Err(unknown().into()),
        }
    }

    /// The value of `oauth_signature_method`.
    pub(super) fn name(&self) -> &'static str {
        let [sha1, sha256, sha512] = match self {
            Self::Plaintext { .. } => return "PLAINTEXT",
            Self::Hmac { .. } => ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512"],
            Self::Rsa { .. } => ["RSA-SHA1", "RSA-SHA256", "RSA-SHA512"],
        };
        match self.algorithm() {
            Algorithm::Sha1 => sha1,
            Algorithm::Sha256 => sha256,
            Algorithm::Sha512 => sha512,
        }
    }

    /// The hash of the method, which is also that of `oauth_body_hash`;
    /// SHA-1 for PLAINTEXT, as the body hash draft has it.
    pub(super) fn algorithm(&self) -> Algorithm {
        match self {
            Self::Plaintext { .. } => Algorithm::Sha1,
            Self::Hmac { keyed, .. } => keyed.algorithm(),
            Self::Rsa { algorithm, .. } => *algorithm,
        }
    }

    /// The key as a trace shows it; `None` for RSA, whose key is no text.
    pub(super) fn key(&self) -> Option<&[Piece]> {
        match self {
            Self::Plaintext { key } | Self::Hmac { key, .. } => Some(key),
            Self::Rsa { .. } => None,
        }
    }

    /// The signature of a message with another text for a key, where the
    /// method has one.
    pub(super) fn sign_with(&self, key: Option<&str>, message: &[u8]) -> Result<String> {
        match (self, key) {
            (Self::Plaintext { .. }, Some(key)) => Ok(key.to_owned()),
            (Self::Hmac { .. }, Some(key)) => {
                Ok(digest::base64(&self.algorithm().hmac(key.as_bytes(), message)))
            }
            _ => self.sign(message),
        }
    }

    /// The signature of a message, the base string; base64 where it is binary.
    pub(super) fn sign(&self, message: &[u8]) -> Result<String> {
        Ok(match self {
            Self::Plaintext { key } => Piece::exposed(key),
            Self::Hmac { keyed, .. } => keyed.base64(message),
            Self::Rsa { algorithm, key } => {
                // RFC 8017 section 9.2: DigestInfo is the hash behind the
                // DER that names its algorithm.
                let mut digest_info = digest_info_prefix(*algorithm).to_vec();
                digest_info.extend(algorithm.hash(message));
                let signature = key
                    .sign(Pkcs1v15Sign::new_unprefixed(), &digest_info)
                    .map_err(|error| Error::config(format!("private_key cannot sign: {error}")))?;
                digest::base64(&signature)
            }
        })
    }
}

/// RFC 5849 section 3.4.2: both secrets, encoded, around an `&` that stays
/// when they are empty.
fn shared_key(params: &Params) -> Result<Vec<Piece>> {
    let encoded = |secret: &str| Piece::secret(encode_strict(secret.as_bytes()));
    Ok(vec![
        encoded(params.need("consumer_secret")?),
        Piece::text("&"),
        encoded(params.get("token_secret").unwrap_or_default()),
    ])
}

/// Reads PEM: PKCS#8 (`PRIVATE KEY`) or PKCS#1 (`RSA PRIVATE KEY`).
fn private_key(pem: &str) -> Result<RsaPrivateKey> {
    let pem = pem.trim();
    let refused = |why: &str| Error::config(format!("private_key {why}"));
    let convert = "openssl pkcs8 -topk8 -nocrypt -in KEY.pem -out PLAIN.pem";
    if pem.contains("ENCRYPTED") {
        return Err(refused("is encrypted, a plain PEM key is needed").hint(convert).into());
    }
    let is_pkcs1 = pem.starts_with("-----BEGIN RSA PRIVATE KEY-----");
    if !is_pkcs1 && !pem.starts_with("-----BEGIN PRIVATE KEY-----") {
        let why = "is no RSA key in PEM form (BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY)";
        return Err(refused(why).hint("private_key = { file = \"~/key.pem\" }").into());
    }
    let key = match is_pkcs1 {
        true => RsaPrivateKey::from_pkcs1_pem(pem).ok(),
        false => RsaPrivateKey::from_pkcs8_pem(pem).ok(),
    };
    key.ok_or_else(|| refused("cannot be read as an RSA key").hint(convert).into())
}

/// RFC 8017 section 9.2, note 1.
fn digest_info_prefix(algorithm: Algorithm) -> &'static [u8] {
    match algorithm {
        Algorithm::Sha1 => b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
        Algorithm::Sha256 => {
            b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"
        }
        Algorithm::Sha512 => {
            b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40"
        }
    }
}
