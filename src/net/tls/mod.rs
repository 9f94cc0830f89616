//! TLS: which certificates are trusted, which are shown, and the handshake.

mod bundle;
pub(super) mod certificate;
mod identity;
mod pins;
mod roots;
pub(super) mod trust;

pub use self::pins::PinnedKeys;
pub use self::roots::system_bundle;

use crate::error::{Error, Kind};
use crate::model::certificates::Certificates;
use crate::model::origin::{Origin, Protocol};
use crate::model::secret::DeferredSecret;
use crate::net::failure;
use crate::net::stream::Stream;
use rustls::client::ResolvesClientCert;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;
use rustls::sign::SingleCertAndKey;
use rustls::{ClientConfig, ClientConnection, StreamOwned, SupportedProtocolVersion, version};
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// What is spoken, shown and trusted over TLS.
#[derive(Clone, Debug, Default)]
pub struct TlsOptions {
    /// Certificates trusted instead of the system's.
    pub cacert: Option<Certificates>,
    /// The system's roots in one file, as [`system_bundle`] finds it: quicker
    /// to read than all of the system's configuration, which stays the judge
    /// of what this file does not trust.
    pub system_bundle: Option<PathBuf>,
    /// Trust any certificate.
    pub insecure: bool,
    /// The certificate shown to servers that ask for one.
    pub identity: Option<Identity>,
    /// The oldest version that is spoken.
    pub minimum: TlsVersion,
    /// The newest version that is spoken; `None` for the newest there is.
    pub maximum: Option<TlsVersion>,
    /// Keys of which the server must have one.
    pub pinned: Option<PinnedKeys>,
}

/// A client's certificate.
#[derive(Clone, Debug)]
pub struct Identity {
    /// A PEM file with the certificate, and after it those of its issuers.
    pub certificate: PathBuf,
    /// A PEM file with its private key; `None` when the first file holds it.
    pub key: Option<PathBuf>,
    /// What opens the key when it is encrypted.
    pub passphrase: DeferredSecret,
    /// Whom it is shown to; others, that a redirect leads to, learn nothing.
    pub home: Vec<Origin>,
}

/// A version of TLS that is spoken, the older first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// RFC 5246.
    #[default]
    V1_2,
    /// RFC 8446.
    V1_3,
}

impl TlsVersion {
    /// `1.2` or `1.3`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "1.2" => Some(Self::V1_2),
            "1.3" => Some(Self::V1_3),
            _ => None,
        }
    }
}

/// Secures connections. What that takes is read when the first one is made,
/// so that plain HTTP does not pay for it.
#[derive(Debug)]
pub(super) struct Tls {
    options: TlsOptions,
    config: OnceLock<Arc<ClientConfig>>,
    /// The same without our certificate.
    nameless: OnceLock<Arc<ClientConfig>>,
}

impl Tls {
    /// TLS by these options.
    pub(super) fn new(options: TlsOptions) -> Self {
        Self { options, config: OnceLock::new(), nameless: OnceLock::new() }
    }

    /// Reads what the first handshake would. To be called before time limits
    /// run: a passphrase may be asked for.
    ///
    /// # Errors
    /// When a file, or what it holds, cannot be used.
    pub(super) fn prepare(&self, host: &str, port: u16) -> Result<(), Error> {
        self.config(host, port).map(drop)
    }

    /// Shakes hands with the server on `stream` that is to be `host`, a name or
    /// an address; `peer` is who that is, for messages.
    ///
    /// # Errors
    /// When the roots cannot be used, the certificate is not trusted or the
    /// handshake fails.
    pub(super) fn secure(
        &self,
        mut stream: Stream,
        host: &str,
        port: u16,
        peer: &str,
    ) -> Result<StreamOwned<ClientConnection, Stream>, Error> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(bare.to_owned()).map_err(|_| {
            Error::new(Kind::Handshake, format!("{host} is no name that a certificate can be for"))
        })?;
        let mut connection = ClientConnection::new(self.config(host, port)?, name)
            .map_err(|error| failure::of_rustls(&error, peer))?;
        while connection.is_handshaking() {
            if let Err(error) = connection.complete_io(&mut stream) {
                return Err(match refusal(&mut connection, &mut stream, &error) {
                    Some(refusal) => failure::of_rustls(&refusal, peer),
                    None => failure::of_handshake(error, peer),
                });
            }
        }
        Ok(StreamOwned::new(connection, stream))
    }

    fn config(&self, host: &str, port: u16) -> Result<Arc<ClientConfig>, Error> {
        let is_home = |origin: &Origin| {
            origin.protocol == Protocol::Https && origin.host == host && origin.port == port
        };
        let identity =
            self.options.identity.as_ref().filter(|identity| identity.home.iter().any(is_home));
        let place = if identity.is_some() { &self.config } else { &self.nameless };
        if let Some(config) = place.get() {
            return Ok(Arc::clone(config));
        }
        let config = Arc::new(self.build(identity)?);
        Ok(Arc::clone(place.get_or_init(|| config)))
    }

    fn build(&self, identity: Option<&Identity>) -> Result<ClientConfig, Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let fault = |error: rustls::Error| Error::new(Kind::Internal, format!("TLS: {error}"));
        let verifier = self.verifier(&provider)?;
        let shown: Option<Arc<dyn ResolvesClientCert>> = match identity {
            Some(identity) => {
                Some(Arc::new(SingleCertAndKey::from(identity::load(identity, &provider)?)))
            }
            None => None,
        };
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&self.versions())
            .map_err(fault)?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let mut config = match shown {
            Some(shown) => builder.with_client_cert_resolver(shown),
            None => builder.with_no_client_auth(),
        };
        // RFC 7301: a server that speaks only HTTP/2 here refuses in words.
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }

    fn verifier(
        &self,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Arc<dyn ServerCertVerifier>, Error> {
        let TlsOptions { cacert, system_bundle, insecure, pinned, .. } = &self.options;
        let verifier: Arc<dyn ServerCertVerifier> = match cacert {
            _ if *insecure => Arc::new(trust::Anything),
            Some(own) => Arc::new(roots::of_user(own, provider)?),
            None => Arc::new(roots::from_system(system_bundle.as_deref(), provider)?),
        };
        Ok(match pinned {
            Some(keys) => {
                let algorithms = provider.signature_verification_algorithms;
                Arc::new(pins::Pinned::new(verifier, keys.hashes()?, algorithms))
            }
            None => verifier,
        })
    }

    fn versions(&self) -> Vec<&'static SupportedProtocolVersion> {
        [(TlsVersion::V1_2, &version::TLS12), (TlsVersion::V1_3, &version::TLS13)]
            .into_iter()
            .filter(|(version, _)| *version >= self.options.minimum)
            .filter(|(version, _)| self.options.maximum.is_none_or(|newest| *version <= newest))
            .map(|(_, spoken)| spoken)
            .collect()
    }
}

/// The alert with which a server refused before it took no more: it came
/// while we were still writing.
fn refusal(
    connection: &mut ClientConnection,
    stream: &mut Stream,
    error: &io::Error,
) -> Option<rustls::Error> {
    if error.kind() != ErrorKind::BrokenPipe {
        return None;
    }
    connection.read_tls(stream).ok()?;
    connection.process_new_packets().err()
}
