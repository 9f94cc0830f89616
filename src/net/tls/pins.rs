//! Public keys that a server must have: `--pinnedpubkey`, as curl reads it.

use crate::context::interrupt;
use crate::error::{Error, Kind, Result};
use crate::net::failure;
use crate::net::tls::certificate::Certificate;
use crate::net::tls::trust::{Remedy, Untrusted};
use crate::sign::digest::{Algorithm, base64, equal_in_constant_time, from_base64};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, OtherError, SignatureScheme};
use std::path::PathBuf;
use std::sync::Arc;

const PREFIX: &str = "sha256//";
/// The length of a SHA-256 hash, in bytes.
const HASH_LENGTH: usize = 32;

/// The keys of which a server must have one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PinnedKeys {
    /// SHA-256 hashes of SubjectPublicKeyInfos.
    Hashes(Vec<Vec<u8>>),
    /// A file that holds the key, in PEM or DER.
    File(PathBuf),
}

impl PinnedKeys {
    /// Reads `sha256//BASE64`, several joined by `;`, or the path of a file.
    ///
    /// # Errors
    /// Wrong usage when a hash is none.
    pub fn parse(text: &str) -> Result<Self> {
        if !text.starts_with(PREFIX) {
            return Ok(Self::File(text.into()));
        }
        let hash = |part: &str| {
            let hash = part.strip_prefix(PREFIX).and_then(from_base64);
            hash.filter(|hash| hash.len() == HASH_LENGTH).ok_or_else(|| {
                Error::usage(format!(
                    "'{}' is no hash of a key: {PREFIX} and 44 letters of base64",
                    part.escape_default()
                ))
                .hint(
                    "openssl x509 -in server.pem -noout -pubkey | openssl pkey -pubin -outform der \
                     | openssl dgst -sha256 -binary | base64",
                )
            })
        };
        Ok(Self::Hashes(text.split(';').map(hash).collect::<Result<_, _>>()?))
    }

    /// The hashes themselves.
    ///
    /// # Errors
    /// When the file cannot be read or holds no public key.
    pub(super) fn hashes(&self) -> Result<Vec<Vec<u8>>, Error> {
        let path = match self {
            Self::Hashes(hashes) => return Ok(hashes.clone()),
            Self::File(path) => path,
        };
        let shown = path.display();
        interrupt::attend_at(path);
        let bytes = std::fs::read(path).map_err(|error| {
            Error::new(Kind::Read, format!("--pinnedpubkey {shown}: {}", failure::reason(&error)))
        })?;
        let key = match SubjectPublicKeyInfoDer::from_pem_slice(&bytes) {
            Ok(key) => key.to_vec(),
            // A DER SEQUENCE.
            Err(_) if bytes.starts_with(&[0x30]) => bytes,
            Err(_) => {
                let why = format!("--pinnedpubkey {shown}: it holds no public key in PEM or DER");
                return Err(Error::config(why)
                    .hint("openssl x509 -in server.pem -noout -pubkey > key.pem")
                    .hint("a hash begins with sha256//"));
            }
        };
        Ok(vec![Algorithm::Sha256.hash(&key)])
    }
}

/// Another verifier, after which the key must be a pinned one too.
///
/// It checks the signatures of the handshake itself, for the other may be one
/// that trusts anything: a key proves nothing unless its holder signs.
#[derive(Debug)]
pub(super) struct Pinned {
    inner: Arc<dyn ServerCertVerifier>,
    hashes: Vec<Vec<u8>>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Pinned {
    /// `inner`, and one of these hashes.
    pub(super) fn new(
        inner: Arc<dyn ServerCertVerifier>,
        hashes: Vec<Vec<u8>>,
        algorithms: WebPkiSupportedAlgorithms,
    ) -> Self {
        Self { inner, hashes, algorithms }
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified =
            self.inner.verify_server_cert(end_entity, intermediates, server, ocsp_response, now)?;
        let own = Certificate::read(end_entity)
            .ok_or(CertificateError::BadEncoding)
            .map(|certificate| Algorithm::Sha256.hash(certificate.public_key()))?;
        if self.hashes.iter().any(|pinned| equal_in_constant_time(pinned, &own)) {
            return Ok(verified);
        }
        let own = format!("{PREFIX}{}", base64(&own));
        let why = format!("its certificate has a key that is not pinned: {own}");
        let untrusted = Untrusted { why, remedy: Remedy::Pin(own) };
        Err(CertificateError::Other(OtherError(Arc::new(untrusted))).into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Kind, kind_of};

    #[test]
    fn hashes_and_files_are_told_apart() {
        let zero = format!("{PREFIX}{}", base64(&[0; 32]));
        let one = format!("{PREFIX}{}", base64(&[1; 32]));
        assert_eq!(
            PinnedKeys::parse(&format!("{zero};{one}")).unwrap(),
            PinnedKeys::Hashes(vec![vec![0; 32], vec![1; 32]])
        );
        assert_eq!(PinnedKeys::parse("a/key.pem").unwrap(), PinnedKeys::File("a/key.pem".into()));
        for bad in ["sha256//", "sha256//AAAA", "sha256//=", &format!("{zero};key.pem")] {
            assert_eq!(kind_of(&PinnedKeys::parse(bad).unwrap_err()), Kind::Usage, "{bad}");
        }
    }
}
