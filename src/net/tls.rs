//! TLS: which certificates are trusted, and the handshake.

use crate::error::{Error, Kind};
use crate::net::socket::Socket;
use crate::net::trust::Anything;
use crate::net::{Options, failure, roots};
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// Secures connections. The roots are read when the first one is made, so
/// that plain HTTP does not pay for them.
#[derive(Debug)]
pub(super) struct Tls {
    cacert: Option<PathBuf>,
    system_bundle: Option<PathBuf>,
    insecure: bool,
    config: OnceLock<Arc<ClientConfig>>,
}

impl Tls {
    /// Trust in the certificates that the options name.
    pub(super) fn new(options: &Options) -> Self {
        Self {
            cacert: options.cacert.clone(),
            system_bundle: options.system_bundle.clone(),
            insecure: options.insecure,
            config: OnceLock::new(),
        }
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
            Some(file) => Arc::new(roots::from_file(file, &provider)?),
            None => Arc::new(roots::from_system(self.system_bundle.as_deref(), &provider)?),
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
