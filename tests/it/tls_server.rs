//! A server that speaks TLS, for as long as the test runs.

use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WantsServerCert;
use rustls::version::{TLS12, TLS13};
use rustls::{
    ConfigBuilder, ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion,
};
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

/// A certificate and its key.
pub(crate) struct Pair {
    /// The certificate in DER.
    pub(crate) certificate: CertificateDer<'static>,
    /// The certificate in PEM.
    pub(crate) pem: String,
    /// The key.
    pub(crate) key: KeyPair,
}

impl Pair {
    /// A self-signed certificate for `name`.
    pub(crate) fn new(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { certificate: certificate.der().clone(), pem: certificate.pem(), key }
    }

    /// A server's config with this certificate, out of what `build` makes of
    /// its beginning.
    pub(crate) fn config(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        build: impl FnOnce(
            ConfigBuilder<ServerConfig, rustls::WantsVerifier>,
        ) -> ConfigBuilder<ServerConfig, WantsServerCert>,
    ) -> ServerConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder =
            ServerConfig::builder_with_provider(provider).with_protocol_versions(versions).unwrap();
        let key = PrivateKeyDer::Pkcs8(self.key.serialize_der().into());
        build(builder).with_single_cert(vec![self.certificate.clone()], key).unwrap()
    }
}

/// Answers every request on a loopback port with `ok`, and gives the port.
pub(crate) fn listen(config: ServerConfig) -> u16 {
    answering(config, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".to_owned())
}

/// Answers every request with `answer`, as `localhost` with a certificate that
/// is written to `file`, and gives the port.
pub(crate) fn redirecting(answer: String, file: PathBuf) -> u16 {
    let pair = Pair::new("localhost", |_| {});
    std::fs::write(file, &pair.pem).unwrap();
    answering(pair.config(&[&TLS12, &TLS13], |builder| builder.with_no_client_auth()), answer)
}

fn answering(config: ServerConfig, answer: String) -> u16 {
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut tls = StreamOwned::new(connection, stream);
            // A client that does not trust the certificate hangs up here.
            if tls.read(&mut [0; 4096]).is_ok() {
                let _ = tls.write_all(answer.as_bytes());
                tls.conn.send_close_notify();
                let _ = tls.flush();
            }
            // Closing with bytes unread would reset the connection and take
            // what was just sent with it.
            let _ = tls.sock.shutdown(Shutdown::Write);
            let _ = std::io::copy(&mut tls.sock, &mut std::io::sink());
        }
    });
    port
}
