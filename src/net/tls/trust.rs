//! Verifiers of server certificates: one that says in words why a certificate
//! is not trusted, and one that trusts any.

use crate::net::tls::certificate::Certificate;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Why a certificate is not trusted.
#[derive(Debug)]
pub(in crate::net) struct Untrusted {
    /// `its certificate is self-signed and …`, said of the server.
    pub(in crate::net) why: String,
    /// What can be done about it besides trusting blindly.
    pub(in crate::net) remedy: Remedy,
}

/// What can be done about a certificate that is not trusted.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::net) enum Remedy {
    /// Nothing on this side.
    None,
    /// Name the certificate of the issuer, or its own.
    NameIssuer,
    /// Pin its key, which is this one; trusting blindly would not help.
    Pin(String),
}

impl fmt::Display for Untrusted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.why)
    }
}

impl std::error::Error for Untrusted {}

/// Another verifier, whose refusals it puts into words.
#[derive(Debug)]
pub(in crate::net) struct Explaining {
    inner: Arc<dyn ServerCertVerifier>,
    /// Certificates that were named one by one, trusted also when one of them
    /// is the server's own: curl does, and self-signed servers need it.
    named: Vec<CertificateDer<'static>>,
    /// Who does the trusting, for messages.
    truster: &'static str,
}

impl Explaining {
    /// `inner` with its refusals explained.
    pub(in crate::net) fn new(
        inner: Arc<dyn ServerCertVerifier>,
        named: Vec<CertificateDer<'static>>,
        truster: &'static str,
    ) -> Self {
        Self { inner, named, truster }
    }

    /// Whether this very certificate was named, is for `server` and is valid
    /// at `now`. Webpki takes a root only as an issuer of others.
    fn is_named(&self, end_entity: &CertificateDer<'_>, server: &ServerName<'_>, now: u64) -> bool {
        self.named.iter().any(|named| named == end_entity)
            && Certificate::read(end_entity).is_some_and(|it| it.is_valid_at(now))
            && ParsedCertificate::try_from(end_entity)
                .and_then(|parsed| rustls::client::verify_server_name(&parsed, server))
                .is_ok()
    }

    fn explain(
        &self,
        error: &CertificateError,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
    ) -> Untrusted {
        let date = |moment: UnixTime| {
            httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(moment.as_secs()))
        };
        let flawed = |why: String| Untrusted { why, remedy: Remedy::None };
        let own = |why: &str| flawed(format!("its certificate {why}"));
        match error {
            CertificateError::ExpiredContext { not_after, .. } => {
                let whose = whose(end_entity, intermediates, *not_after, |it| it.not_after());
                flawed(format!("{whose} expired on {}", date(*not_after)))
            }
            CertificateError::NotValidYetContext { not_before, .. } => {
                let whose = whose(end_entity, intermediates, *not_before, |it| it.not_before());
                let date = date(*not_before);
                flawed(format!("{whose} is not valid before {date}; is the clock right?"))
            }
            CertificateError::NotValidForNameContext { expected, presented } => {
                let names: Vec<&str> = presented.iter().map(|name| bare_name(name)).collect();
                let expected = expected.to_str();
                own(&if names.is_empty() {
                    format!("names no host in its subjectAltName, so not {expected}")
                } else {
                    format!("is for {}, not for {expected}", names.join(", "))
                })
            }
            CertificateError::Revoked => own("is revoked"),
            CertificateError::UnknownIssuer | CertificateError::Other(_) => {
                self.unknown_issuer(end_entity, intermediates, false)
            }
            // Somebody of the issuer's name is trusted, but has another key.
            CertificateError::BadSignature
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
                self.unknown_issuer(end_entity, intermediates, true)
            }
            CertificateError::UnsupportedSignatureAlgorithmContext { .. } => {
                own("is signed with an algorithm that is not accepted, such as SHA-1")
            }
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                own("is not meant for servers")
            }
            CertificateError::BadEncoding => own("cannot be read"),
            _ => own("is of a form that is not supported"),
        }
    }

    /// Nobody who is trusted has signed the certificate, or the last of the
    /// chain that the server sent with it; when `has_namesake`, somebody with
    /// the issuer's name is trusted.
    fn unknown_issuer(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        has_namesake: bool,
    ) -> Untrusted {
        let truster = self.truster;
        let own = Certificate::read(end_entity);
        let issuer = own.as_ref().and_then(|own| {
            let chain: Vec<_> =
                intermediates.iter().filter_map(|it| Certificate::read(it)).collect();
            own.last_issuer(&chain)
        });
        let why = match (own, issuer) {
            (Some(own), _) if own.is_self_signed() => {
                format!("is self-signed and not trusted by {truster}")
            }
            (_, Some(issuer)) if !has_namesake => {
                format!("is issued by '{issuer}', whom {truster} does not trust")
            }
            (_, Some(issuer)) => {
                format!("is issued by a '{issuer}' with another key than the one {truster} trusts")
            }
            (_, None) => format!("is issued by nobody whom {truster} trusts"),
        };
        Untrusted { why: format!("its certificate {why}"), remedy: Remedy::NameIssuer }
    }
}

/// Which certificate of the chain a time limit is of: the server's own, or
/// that of one of its issuers, by name.
fn whose(
    end_entity: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    limit: UnixTime,
    limit_of: fn(&Certificate<'_>) -> i64,
) -> String {
    let has_limit = |certificate: &Certificate<'_>| {
        u64::try_from(limit_of(certificate)).is_ok_and(|own| own == limit.as_secs())
    };
    if Certificate::read(end_entity).is_none_or(|own| has_limit(&own)) {
        return "its certificate".to_owned();
    }
    let others = intermediates.iter().filter_map(|it| Certificate::read(it));
    let name = others.filter(has_limit).find_map(|issuer| issuer.subject_name());
    match name {
        Some(name) => format!("the certificate of its issuer '{name}'"),
        None => "the certificate of its issuer".to_owned(),
    }
}

impl ServerCertVerifier for Explaining {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.inner
            .verify_server_cert(end_entity, intermediates, server, ocsp_response, now)
            .or_else(|error| match error {
                Error::InvalidCertificate(_)
                    if self.is_named(end_entity, server, now.as_secs()) =>
                {
                    Ok(ServerCertVerified::assertion())
                }
                Error::InvalidCertificate(reason) => {
                    let untrusted = Arc::new(self.explain(&reason, end_entity, intermediates));
                    Err(CertificateError::Other(OtherError(untrusted)).into())
                }
                other => Err(other),
            })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// The name itself: webpki writes `DnsName("a.example")`.
fn bare_name(presented: &str) -> &str {
    let inner = presented.split_once('(').map_or(presented, |(_, inner)| inner);
    inner.trim_end_matches(')').trim_matches('"')
}

/// Trusts any certificate: `--insecure`. Its signatures are not looked at
/// either, since a key that anybody may have proves nothing; so it also works
/// with certificates that webpki cannot read.
#[derive(Debug)]
pub(in crate::net) struct Anything;

impl ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![
            SignatureScheme::ED25519,
            SignatureScheme::ECDSA_NISTP256_SHA256,
            SignatureScheme::ECDSA_NISTP384_SHA384,
            SignatureScheme::ECDSA_NISTP521_SHA512,
            SignatureScheme::RSA_PSS_SHA256,
            SignatureScheme::RSA_PSS_SHA384,
            SignatureScheme::RSA_PSS_SHA512,
            SignatureScheme::RSA_PKCS1_SHA256,
            SignatureScheme::RSA_PKCS1_SHA384,
            SignatureScheme::RSA_PKCS1_SHA512,
            SignatureScheme::RSA_PKCS1_SHA1,
            SignatureScheme::ED448,
        ]
    }
}
