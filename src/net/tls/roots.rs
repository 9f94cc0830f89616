//! The certificates that are trusted: the system's or those of a file.

use crate::context::{Environment, interrupt};
use crate::error::{Error, Kind};
use crate::model::certificates::Certificates;
use crate::model::place::command_to_look_at;
use crate::net::failure;
use crate::net::tls::bundle;
use crate::net::tls::trust::Explaining;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where systems that are not macOS or Windows keep all their roots in one
/// file: Debian, RHEL, Fedora, openSUSE, Alpine; FreeBSD.
const BUNDLES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/share/certs/ca-root-nss.crt",
];

/// How much of a bundle is read at once.
const READ_AT_ONCE: usize = 16 * 1024;

/// The one file that holds the system's roots, if there is such a file:
/// SSL_CERT_FILE, else where the system keeps them. `None` where SSL_CERT_DIR
/// alone says what is trusted.
pub fn system_bundle(environment: &Environment) -> Option<PathBuf> {
    if cfg!(any(target_vendor = "apple", target_os = "android", not(unix))) {
        return None;
    }
    if let Some(file) = environment.path("SSL_CERT_FILE") {
        return Some(file);
    }
    if environment.path("SSL_CERT_DIR").is_some() {
        return None;
    }
    BUNDLES.iter().map(PathBuf::from).find(|file| file.is_file())
}

/// Trust as the system configures it; on Linux SSL_CERT_FILE and SSL_CERT_DIR
/// take the place of its files.
///
/// # Errors
/// When the system trusts nothing at all.
pub(super) fn from_system(
    bundle: Option<&Path>,
    provider: &Arc<CryptoProvider>,
) -> Result<Explaining, Error> {
    let quick = bundle.and_then(|file| from_bundle(file, provider));
    let inner: Arc<dyn ServerCertVerifier> = match quick {
        Some(quick) => Arc::new(BundleFirst { quick, provider: Arc::clone(provider) }),
        None => Arc::new(platform(provider).map_err(|error| {
            Error::new(Kind::Certificate, format!("no certificate to trust: {error}"))
                .hint("install the package ca-certificates, or name a file: --cacert FILE")
        })?),
    };
    Ok(Explaining::new(inner, Vec::new(), "this system"))
}

/// Trust in the user's certificates and in nothing else.
///
/// # Errors
/// When their file cannot be read, or none of them can be used.
pub(super) fn of_user(
    own: &Certificates,
    provider: &Arc<CryptoProvider>,
) -> Result<Explaining, Error> {
    let text = match own {
        Certificates::File(file) => {
            interrupt::attend_at(file);
            std::fs::read(file).map_err(|error| {
                Error::new(Kind::Read, format!("--cacert {own}: {}", failure::reason(&error)))
                    .hint(command_to_look_at(file, error.kind()))
            })?
        }
        Certificates::Text(text) => text.clone().into_bytes(),
    };
    let unusable = |why: &str| match own {
        Certificates::File(_) => Error::config(format!("--cacert {own}: {why}"))
            .hint(format!("openssl x509 -in {own} -noout -subject")),
        Certificates::Text(_) => Error::config(format!("cacert, {own}: {why}")),
    };
    let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .map_err(|_| unusable("a certificate in it is not valid PEM"))?;
    if certificates.is_empty() {
        return Err(unusable("it holds no PEM certificate"));
    }
    let verifier = webpki(certificates.iter().cloned(), provider)
        .ok_or_else(|| unusable("no certificate in it can be used"))?;
    Ok(Explaining::new(verifier, certificates, "--cacert"))
}

fn from_bundle(file: &Path, provider: &Arc<CryptoProvider>) -> Option<Arc<WebPkiServerVerifier>> {
    // SSL_CERT_FILE may name anything.
    interrupt::attend_at(file);
    let file = BufReader::with_capacity(READ_AT_ONCE, File::open(file).ok()?);
    // Half a bundle is none: what the system has beside it is asked then.
    let mut failed = false;
    let certificates = bundle::certificates(file);
    let roots =
        webpki(certificates.map_while(|next| next.inspect_err(|_| failed = true).ok()), provider);
    roots.filter(|_| !failed)
}

/// A verifier that trusts these roots; `None` when none of them can be used.
fn webpki<'a>(
    certificates: impl IntoIterator<Item = CertificateDer<'a>>,
    provider: &Arc<CryptoProvider>,
) -> Option<Arc<WebPkiServerVerifier>> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates);
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build().ok()
}

fn platform(provider: &Arc<CryptoProvider>) -> Result<Verifier, rustls::Error> {
    Verifier::new(Arc::clone(provider))
}

/// Asks the one file of all roots first, and only when that does not trust a
/// certificate the whole of the system's configuration, which is a directory
/// of some hundred files more and takes three times as long to read.
#[derive(Debug)]
struct BundleFirst {
    quick: Arc<WebPkiServerVerifier>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for BundleFirst {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.quick
            .verify_server_cert(end_entity, intermediates, server, ocsp_response, now)
            .or_else(|refused| match platform(&self.provider) {
                Ok(whole) => {
                    whole.verify_server_cert(end_entity, intermediates, server, ocsp_response, now)
                }
                Err(_) => Err(refused),
            })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.quick.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.quick.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.quick.supported_verify_schemes()
    }
}
