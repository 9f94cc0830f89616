//! Certificates, good and bad, as the program meets them.

use crate::environment::{Pattern, TestEnvironment};
use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

/// A server with a self-signed certificate for `name`, and that certificate.
fn serve(name: &str, change: impl FnOnce(&mut CertificateParams)) -> (String, String) {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        )
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut tls = StreamOwned::new(connection, stream);
            // A client that does not trust the certificate hangs up here.
            if tls.read(&mut [0; 4096]).is_ok() {
                let _ = tls.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                tls.conn.send_close_notify();
                let _ = tls.flush();
            }
        }
    });
    (format!("https://localhost:{port}"), certificate.pem())
}

fn environment(url: &str, certificate: &str) -> TestEnvironment {
    let environment = TestEnvironment::new();
    environment.config(&format!("[profile.p]\nscheme = \"none\"\nurl = \"{url}\"\n"));
    environment.file("own.pem", certificate);
    environment
}

#[test]
fn a_certificate_nobody_vouches_for_is_60_until_it_is_trusted() {
    let (url, certificate) = serve("localhost", |_| {});
    let environment = environment(&url, &certificate);
    environment.signreq(&["p", "/x"]).gives(60, "", Pattern::holds(&["localhost", "--cacert"]));
    environment.signreq(&["--cacert", "own.pem", "p", "/x"]).gives(0, "ok", "");
    environment.signreq(&["-k", "p", "/x"]).gives(0, "ok", "");
}

#[test]
fn a_namesake_with_another_key_is_not_the_issuer() {
    let (url, _) = serve("localhost", |_| {});
    let (_, namesake) = serve("localhost", |_| {});
    let output = environment(&url, &namesake).signreq(&["--cacert", "own.pem", "p", "/x"]).gives(
        60,
        "",
        Pattern::holds(&["self-signed", "--cacert"]),
    );
    assert!(!output.stderr.contains('{'), "{}", output.stderr);
}

#[test]
fn a_certificate_for_another_name_is_60_and_says_for_which() {
    let (url, certificate) = serve("other.example", |_| {});
    environment(&url, &certificate).signreq(&["--cacert", "own.pem", "p", "/x"]).gives(
        60,
        "",
        Pattern::holds(&["other.example"]),
    );
}

#[test]
fn an_expired_certificate_is_60_and_says_when() {
    let (url, certificate) = serve("localhost", |params| {
        params.not_before = date_time_ymd(2019, 1, 1);
        params.not_after = date_time_ymd(2020, 2, 3);
    });
    environment(&url, &certificate).signreq(&["--cacert", "own.pem", "p", "/x"]).gives(
        60,
        "",
        Pattern::holds(&["expired", "03 Feb 2020"]),
    );
}

#[test]
fn a_certificate_file_that_is_none_is_an_error() {
    let (url, certificate) = serve("localhost", |_| {});
    let environment = environment(&url, &certificate);
    environment.file("empty.pem", "");
    environment.signreq(&["--cacert", "empty.pem", "p", "/x"]).gives(
        78,
        "",
        Pattern::holds(&["empty.pem"]),
    );
    environment.signreq(&["--cacert", "no/such.pem", "p", "/x"]).gives(
        26,
        "",
        Pattern::holds(&["no/such.pem"]),
    );
}

#[test]
fn a_server_that_speaks_no_tls_is_35() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    environment(&url, "").signreq(&["p", "/x"]).gives(35, "", Pattern::holds(&["TLS"]));
}
