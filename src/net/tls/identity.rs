//! The client's own certificate and private key, from PEM files.

use crate::context::interrupt;
use crate::error::{Error, Kind, hints_of, kind_of, one_line};
use crate::model::place::command_to_look_at;
use crate::model::secret::{DeferredSecret, Secret};
use crate::net::{Identity, failure};
use pkcs8::{EncryptedPrivateKeyInfo, SecretDocument};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{Error as TlsError, InconsistentKeys};
use std::path::Path;
use zeroize::Zeroizing;

/// What a key that is encrypted as PKCS #8 begins with (RFC 7468 section 11).
const ENCRYPTED_BEGIN: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
const ENCRYPTED_END: &str = "-----END ENCRYPTED PRIVATE KEY-----";
/// What encrypts a key the way OpenSSL did before PKCS #8 (RFC 1421 section 4.6.1.1).
const LEGACY: &str = "Proc-Type: 4,ENCRYPTED";

/// Reads the certificate with its chain and the key, and checks that they
/// belong together.
///
/// # Errors
/// When a file cannot be read, does not hold what it should, the passphrase
/// is missing or wrong, or the key is another certificate's.
pub(super) fn load(identity: &Identity, provider: &CryptoProvider) -> Result<CertifiedKey, Error> {
    let certificate = File::read("--cert", &identity.certificate)?;
    let chain = certificate.certificates()?;
    let key = match &identity.key {
        Some(path) => File::read("--key", path)?.key(&identity.passphrase)?,
        None => certificate.key(&identity.passphrase)?,
    };
    let certificate = identity.certificate.display();
    let key_path = identity.key.as_ref().unwrap_or(&identity.certificate).display();
    CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
        TlsError::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            let why =
                format!("the key in {key_path} is not that of the certificate in {certificate}");
            Error::config(why)
                .hint(format!("of the certificate: openssl x509 -in {certificate} -noout -pubkey"))
                .hint(format!("of the key: openssl pkey -in {key_path} -pubout"))
        }
        TlsError::InvalidCertificate(_) => {
            Error::config(format!("--cert {certificate}: its first certificate cannot be used"))
                .hint(format!("openssl x509 -in {certificate} -noout -text"))
        }
        _ => Error::config(format!(
            "{key_path}: the key is of a kind that is not supported: RSA from 2048 bits on, \
             ECDSA on P-256, P-384 or P-521, and Ed25519 are"
        ))
        .hint(format!("openssl pkey -in {key_path} -noout -text")),
    })
}

/// A file that an option, or its field, names.
struct File<'a> {
    option: &'static str,
    path: &'a Path,
    bytes: Zeroizing<Vec<u8>>,
}

impl<'a> File<'a> {
    fn read(option: &'static str, path: &'a Path) -> Result<Self, Error> {
        let shown = path.display();
        interrupt::attend_at(path);
        let bytes = std::fs::read(path).map_err(|error| {
            let told =
                Error::new(Kind::Read, format!("{option} {shown}: {}", failure::reason(&error)));
            // curl's form, which would show the passphrase to every user.
            match shown.to_string().contains(':') {
                true => told.hint(
                    "the passphrase is no part of it: client_key_password = { command = \"…\" } \
                     in the profile",
                ),
                false => told.hint(command_to_look_at(path, error.kind())),
            }
        })?;
        Ok(Self { option, path, bytes: Zeroizing::new(bytes) })
    }

    fn error(&self, why: &str) -> Error {
        Error::config(format!("{} {}: {why}", self.option, self.path.display()))
    }

    fn certificates(&self) -> Result<Vec<CertificateDer<'static>>, Error> {
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(&self.bytes)
            .collect::<Result<_, _>>()
            .map_err(|_| self.error("a certificate in it is not valid PEM"))?;
        if !certificates.is_empty() {
            return Ok(certificates);
        }
        let shown = self.path.display();
        let none = self.error("it holds no PEM certificate");
        // A DER SEQUENCE: PKCS #12 is one, and so is a bare certificate.
        Err(if self.bytes.starts_with(&[0x30]) {
            none.hint(format!("from PKCS #12: openssl pkcs12 -in {shown} -out client.pem"))
                .hint(format!("from DER: openssl x509 -inform der -in {shown} -out client.pem"))
        } else {
            none.hint(format!("openssl x509 -in {shown} -noout -subject"))
        })
    }

    fn key(&self, passphrase: &DeferredSecret) -> Result<PrivateKeyDer<'static>, Error> {
        let text = String::from_utf8_lossy(&self.bytes);
        let text = Zeroizing::new(text.into_owned());
        let encrypted = text.find(ENCRYPTED_BEGIN).and_then(|start| {
            let length = text[start..].find(ENCRYPTED_END)? + ENCRYPTED_END.len();
            Some(&text[start..start + length])
        });
        if let Some(pem) = encrypted {
            return self.decrypt(pem, passphrase);
        }
        if text.contains(LEGACY) {
            let why = "its key is encrypted in OpenSSL's old way (Proc-Type: 4,ENCRYPTED), which \
                       is not supported";
            return Err(self.error(why).hint(self.convert()));
        }
        PrivateKeyDer::from_pem_slice(&self.bytes).map_err(|_| match self.option {
            "--cert" => self
                .error("it holds no private key that can be read")
                .hint("name the file of the key: --key FILE"),
            _ => self
                .error("it holds no private key that can be read")
                .hint(format!("openssl pkey -in {} -noout", self.path.display())),
        })
    }

    /// A key encrypted as PKCS #8 (RFC 5958 section 3) by PBES2 (RFC 8018).
    fn decrypt(
        &self,
        pem: &str,
        passphrase: &DeferredSecret,
    ) -> Result<PrivateKeyDer<'static>, Error> {
        let (_, document) = SecretDocument::from_pem(pem)
            .map_err(|_| self.error("its encrypted key is not valid PEM"))?;
        let encrypted = EncryptedPrivateKeyInfo::try_from(document.as_bytes()).map_err(|_| {
            self.error("its key is encrypted in a way that is not supported").hint(self.convert())
        })?;
        let passphrase = passphrase.read().map_err(|error| {
            let told = self.error(&format!("its key is encrypted: {}", one_line(&error)));
            let told = match kind_of(&error) {
                Kind::Config => told,
                kind => Error::new(kind, told.to_string()),
            };
            hints_of(&error)
                .iter()
                .fold(told.hint("the profile has a field for it: client_key_password"), Error::hint)
        })?;
        self.open(&encrypted, passphrase)
    }

    fn open(
        &self,
        encrypted: &EncryptedPrivateKeyInfo<'_>,
        passphrase: &Secret,
    ) -> Result<PrivateKeyDer<'static>, Error> {
        match encrypted.decrypt(passphrase.expose()) {
            Ok(key) => Ok(PrivateKeyDer::Pkcs8(key.as_bytes().to_vec().into())),
            Err(pkcs8::Error::EncryptedPrivateKey(
                pkcs8::pkcs5::Error::UnsupportedAlgorithm { .. }
                | pkcs8::pkcs5::Error::NoPbes1CryptSupport,
            )) => Err(self
                .error("its key is encrypted with an algorithm that is not supported")
                .hint(self.convert())),
            Err(_) => Err(self
                .error("the passphrase does not open its key")
                .hint(format!("openssl pkey -in {} -noout", self.path.display()))),
        }
    }

    /// The command that encrypts the key as it is supported.
    fn convert(&self) -> String {
        let shown = self.path.display();
        format!(
            "openssl pkcs8 -topk8 -v2 aes-256-cbc -in {shown} -out {shown}.p8, then --key {shown}.p8"
        )
    }
}
