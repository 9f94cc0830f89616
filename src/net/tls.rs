//! TLS: which certificates are trusted, and the handshake.

use crate::error::{Error, Kind};
use crate::net::failure;
use crate::net::socket::Socket;
use crate::net::trust::{Anything, Explaining};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Secures connections. The roots are read when the first one is made, so
/// that plain HTTP does not pay for them.
#[derive(Debug)]
pub(super) struct Tls {
    cacert: Option<PathBuf>,
    insecure: bool,
    config: OnceLock<Arc<ClientConfig>>,
}

impl Tls {
    /// Trust in the certificates of `cacert`, else in the system's; in any
    /// when `insecure`.
    pub(super) fn new(cacert: Option<PathBuf>, insecure: bool) -> Self {
        Self { cacert, insecure, config: OnceLock::new() }
    }

    /// Shakes hands with the server on `socket` as `host`, a name or an
    /// address.
    ///
    /// # Errors
    /// When the roots cannot be used, the certificate is not trusted or the
    /// handshake fails.
    pub(super) fn secure(
        &self,
        mut socket: Socket,
        host: &str,
    ) -> Result<StreamOwned<ClientConnection, Socket>, Error> {
        let peer = socket.call().peer.clone();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(bare.to_owned()).map_err(|_| {
            Error::new(Kind::Handshake, format!("{host} is no name that a certificate can be for"))
        })?;
        let mut connection = ClientConnection::new(self.config()?, name)
            .map_err(|error| failure::of_rustls(&error, &peer))?;
        while connection.is_handshaking() {
            connection
                .complete_io(&mut socket)
                .map_err(|error| failure::of_handshake(error, &peer))?;
        }
        Ok(StreamOwned::new(connection, socket))
    }

    fn config(&self) -> Result<Arc<ClientConfig>, Error> {
        if let Some(config) = self.config.get() {
            return Ok(Arc::clone(config));
        }
        let config = Arc::new(self.build()?);
        Ok(Arc::clone(self.config.get_or_init(|| config)))
    }

    fn build(&self) -> Result<ClientConfig, Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let fault = |error: rustls::Error| Error::new(Kind::Internal, format!("TLS: {error}"));
        let verifier: Arc<dyn ServerCertVerifier> = match &self.cacert {
            _ if self.insecure => Arc::new(Anything),
            Some(file) => Arc::new(from_file(file, &provider)?),
            None => Arc::new(from_system(&provider)?),
        };
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(fault)?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        // RFC 7301: a server that speaks only HTTP/2 here refuses in words.
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// Trust as the system configures it; on Linux SSL_CERT_FILE and SSL_CERT_DIR
/// take the place of the system's bundle.
fn from_system(provider: &Arc<CryptoProvider>) -> Result<Explaining, Error> {
    let verifier =
        rustls_platform_verifier::Verifier::new(Arc::clone(provider)).map_err(|error| {
            Error::new(Kind::Certificate, format!("no certificate to trust: {error}"))
                .hint("install the package ca-certificates, or name a file: --cacert FILE")
        })?;
    Ok(Explaining::new(Arc::new(verifier), Vec::new(), "this system"))
}

/// Trust in the certificates of a PEM file and in nothing else.
fn from_file(file: &Path, provider: &Arc<CryptoProvider>) -> Result<Explaining, Error> {
    let shown = file.display();
    let text = std::fs::read(file).map_err(|error| {
        Error::new(Kind::Read, format!("--cacert {shown}: {}", failure::reason(&error)))
    })?;
    let unusable = |why: &str| {
        Error::config(format!("--cacert {shown}: {why}"))
            .hint(format!("openssl x509 -in {shown} -noout -subject"))
    };
    let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .map_err(|_| unusable("a certificate in it is not PEM"))?;
    if certificates.is_empty() {
        return Err(unusable("it holds no PEM certificate"));
    }
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates.iter().cloned());
    let verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
            .build()
            .map_err(|_| unusable("no certificate in it can be read"))?;
    Ok(Explaining::new(verifier, certificates, "--cacert"))
}
