//! TLS against a server with certificates made here.

use super::*;
use crate::error::hints_of;
use crate::model::certificates::Certificates;
use crate::net::tls::certificate::Certificate as Facts;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::path::PathBuf;
use std::sync::Arc;

/// A certificate and its key.
pub(super) struct Pair {
    certificate: rcgen::Certificate,
    params: CertificateParams,
    key: KeyPair,
}

pub(super) fn params(common_name: &str, names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params
}

/// A certificate authority.
fn authority() -> Pair {
    let mut params = params("Test Root", &[]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    self_signed(params)
}

pub(super) fn self_signed(params: CertificateParams) -> Pair {
    let key = KeyPair::generate().unwrap();
    Pair { certificate: params.self_signed(&key).unwrap(), params, key }
}

fn issued(params: CertificateParams, by: &Pair) -> Pair {
    let key = KeyPair::generate().unwrap();
    let issuer = Issuer::from_params(&by.params, &by.key);
    Pair { certificate: params.signed_by(&key, &issuer).unwrap(), params, key }
}

/// A PEM file that goes away with the test.
struct PemFile(PathBuf);

impl PemFile {
    fn new(text: &str) -> Self {
        static NUMBER: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("signreq-net-{}-{number}.pem", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).unwrap();
        Self(path)
    }
}

impl Drop for PemFile {
    fn drop(&mut self) {
        // A file left behind in the temporary directory harms nobody.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Answers one request over TLS; says goodbye only when `polite`.
fn serve_tls(pair: &Pair, answer: &'static str, polite: bool) -> Served<Option<Vec<u8>>> {
    serve_chain(&[pair], answer, polite)
}

/// What a server with these certificates, its own first, needs.
pub(super) fn config(pairs: &[&Pair]) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::Pkcs8(pairs[0].key.serialize_der().into());
    let chain = pairs.iter().map(|pair| pair.certificate.der().clone()).collect();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    Arc::new(config)
}

/// The same with the certificates of issuers after the server's own.
fn serve_chain(pairs: &[&Pair], answer: &'static str, polite: bool) -> Served<Option<Vec<u8>>> {
    let config = config(pairs);
    serve(move |stream| {
        let mut tls = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
        // A client that does not trust us hangs up in the middle of this.
        while tls.conn.is_handshaking() {
            tls.conn.complete_io(&mut tls.sock).ok()?;
        }
        let request = read_request(&mut tls);
        tls.write_all(answer.as_bytes()).unwrap();
        if polite {
            tls.conn.send_close_notify();
        }
        tls.flush().unwrap();
        Some(request)
    })
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn trust_in(file: PathBuf) -> Options {
    let tls = TlsOptions { cacert: Some(Certificates::File(file)), ..TlsOptions::default() };
    Options { tls, ..Options::default() }
}

fn trusting(file: &PemFile) -> Ureq {
    Ureq::new(trust_in(file.0.clone()))
}

pub(super) fn over_tls(client: &Ureq, host: &str, port: u16) -> crate::error::Result<Answer> {
    client.send(&wire("GET", &format!("https://{host}:{port}/x"), &[], Body::none()))
}

#[test]
fn an_issued_certificate_is_trusted_by_its_issuer() {
    let root = authority();
    let file = PemFile::new(&root.certificate.pem());
    for host in ["localhost", "127.0.0.1"] {
        let own = issued(params("server", &["localhost", "127.0.0.1"]), &root);
        let server = serve_tls(&own, OK, true);
        let port = server.port;
        let answer = over_tls(&trusting(&file), host, port).unwrap();
        assert!(answer.timings.tls.is_some());
        assert_eq!(read(answer).unwrap(), b"ok");
        let expected = format!("GET /x HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n");
        assert_eq!(server.seen(), Some(expected.into_bytes()));
    }
}

#[test]
fn a_large_body_goes_over_tls() {
    let own = self_signed(params("server", &["localhost"]));
    let server = serve_tls(&own, OK, true);
    let client = Ureq::new(insecure_options());
    let body: Vec<u8> = (0..1_000_000_u32).map(|at| (at % 251) as u8).collect();
    let url = format!("https://localhost:{}/", server.port);
    let answer = client.send(&wire("PUT", &url, &[], Body::bytes(body.clone()))).unwrap();
    assert_eq!(read(answer).unwrap(), b"ok");
    assert!(server.seen().unwrap().ends_with(&body));
}

#[test]
fn a_self_signed_certificate_can_be_named_itself() {
    for is_ca in [IsCa::NoCa, IsCa::Ca(BasicConstraints::Unconstrained)] {
        let mut own = params("server", &["localhost"]);
        own.is_ca = is_ca;
        let own = self_signed(own);
        let file = PemFile::new(&own.certificate.pem());
        let server = serve_tls(&own, OK, true);
        assert_eq!(
            read(over_tls(&trusting(&file), "localhost", server.port).unwrap()).unwrap(),
            b"ok"
        );
    }
}

#[test]
fn a_named_certificate_is_still_for_its_names_and_its_time_only() {
    let mut own = params("server", &["a.example"]);
    own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let mut old = own.clone();
    old.not_after = date_time_ymd(2020, 1, 1);
    old.subject_alt_names = params("server", &["localhost"]).subject_alt_names;
    for own in [self_signed(own), self_signed(old)] {
        let file = PemFile::new(&own.certificate.pem());
        let server = serve_tls(&own, OK, true);
        let (kind, message) = failure(over_tls(&trusting(&file), "localhost", server.port));
        assert_eq!(kind, Kind::Certificate, "{message}");
    }
}

#[test]
fn why_a_certificate_is_not_trusted() {
    let root = authority();
    let file = PemFile::new(&root.certificate.pem());
    let mut expired = params("server", &["localhost"]);
    expired.not_after = date_time_ymd(2020, 2, 3);
    let mut future = params("server", &["localhost"]);
    future.not_before = date_time_ymd(4000, 1, 1);
    let mut ca = params("server", &["localhost"]);
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let stranger = self_signed({
        let mut stranger = params("Strange Root", &[]);
        stranger.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        stranger
    });
    for (own, why) in [
        (issued(expired, &root), "expired on Mon, 03 Feb 2020 00:00:00 GMT"),
        (issued(future, &root), "is not valid before Sat, 01 Jan 4000 00:00:00 GMT"),
        (
            issued(params("server", &["a.example", "*.b.example", "192.0.2.1"]), &root),
            "is for a.example, *.b.example, 192.0.2.1, not for localhost",
        ),
        (issued(params("localhost", &[]), &root), "names no host in its subjectAltName"),
        (self_signed(params("server", &["localhost"])), "is self-signed"),
        (self_signed(ca), "is self-signed"),
        (
            issued(params("server", &["localhost"]), &stranger),
            "is issued by 'Strange Root', whom --cacert does not trust",
        ),
    ] {
        let server = serve_tls(&own, OK, true);
        let error = over_tls(&trusting(&file), "localhost", server.port).err().unwrap();
        let message = one_line(&error);
        assert_eq!(kind_of(&error), Kind::Certificate, "{message}");
        let start = format!("localhost:{}: its certificate {why}", server.port);
        assert!(message.starts_with(&start), "{message}");
        assert!(hints_of(&error).last().unwrap().starts_with("-k"), "trusting blindly comes last");
        assert_eq!(server.seen(), None, "nothing was sent");
        let server = serve_tls(&own, OK, true);
        let careless = Ureq::new(insecure_options());
        assert_eq!(read(over_tls(&careless, "localhost", server.port).unwrap()).unwrap(), b"ok");
    }
}

#[test]
fn the_certificate_of_the_chain_that_fails_is_named() {
    let root = authority();
    let middle = |change: fn(&mut CertificateParams)| {
        let mut params = params("Middle", &[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        change(&mut params);
        issued(params, &root)
    };
    let file = PemFile::new(&root.certificate.pem());
    let elsewhere = PemFile::new(&authority().certificate.pem());
    for (middle, trusted, why) in [
        (
            middle(|params| params.not_after = date_time_ymd(2021, 2, 3)),
            &file,
            "the certificate of its issuer 'Middle' expired on Wed, 03 Feb 2021",
        ),
        (
            middle(|params| params.not_before = date_time_ymd(4000, 1, 1)),
            &file,
            "the certificate of its issuer 'Middle' is not valid before",
        ),
        // The one to be trusted is at the end of the chain.
        (middle(|_| {}), &elsewhere, "its certificate is issued by a 'Test Root' with another key"),
    ] {
        let own = issued(params("server", &["localhost"]), &middle);
        let server = serve_chain(&[&own, &middle], OK, true);
        let (kind, message) = failure(over_tls(&trusting(trusted), "localhost", server.port));
        assert_eq!(kind, Kind::Certificate, "{message}");
        assert!(message.contains(why), "{message}");
    }
}

#[test]
fn the_system_does_not_trust_what_it_does_not_know() {
    let root = authority();
    let bundle = PemFile::new(&root.certificate.pem());
    let stranger = self_signed(params("server", &["localhost"]));
    let server = serve_tls(&stranger, OK, true);
    let tls = TlsOptions { system_bundle: Some(bundle.0.clone()), ..TlsOptions::default() };
    let options = Options { tls, ..Options::default() };
    let (kind, message) = failure(over_tls(&Ureq::new(options.clone()), "localhost", server.port));
    assert_eq!(kind, Kind::Certificate, "{message}");
    let own = issued(params("server", &["localhost"]), &root);
    let server = serve_tls(&own, OK, true);
    assert!(over_tls(&Ureq::new(options), "localhost", server.port).is_ok());
}

#[test]
fn a_body_without_length_must_end_with_the_end_of_tls() {
    let own = self_signed(params("server", &["localhost"]));
    let client = Ureq::new(insecure_options());
    let unbounded = "HTTP/1.1 200 OK\r\n\r\nhello";
    let server = serve_tls(&own, unbounded, true);
    assert_eq!(read(over_tls(&client, "localhost", server.port).unwrap()).unwrap(), b"hello");
    let server = serve_tls(&own, unbounded, false);
    let (kind, message) = failure(over_tls(&client, "localhost", server.port).and_then(read));
    assert_eq!(kind, Kind::EndedEarly, "{message}");
    // A length says by itself whether all has come.
    let server = serve_tls(&own, OK, false);
    assert_eq!(read(over_tls(&client, "localhost", server.port).unwrap()).unwrap(), b"ok");
}

#[test]
fn a_connection_over_tls_is_used_again() {
    let own = self_signed(params("server", &["localhost"]));
    let config = config(&[&own]);
    let server = serve(move |stream| {
        let mut tls = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
        for _ in 0..2 {
            read_request(&mut tls);
            tls.write_all(OK.as_bytes()).unwrap();
            tls.flush().unwrap();
        }
    });
    let client = Ureq::new(insecure_options());
    for is_new in [true, false] {
        let answer = over_tls(&client, "localhost", server.port).unwrap();
        assert_eq!(answer.timings.tls.is_some(), is_new);
        assert_eq!(read(answer).unwrap(), b"ok");
    }
    server.seen();
}

#[test]
fn handshakes_that_fail() {
    let insecure = || Ureq::new(insecure_options());
    let plain = serve(|mut stream| {
        let _ = stream.read(&mut [0; 100]);
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
    });
    let error = over_tls(&insecure(), "127.0.0.1", plain.port).err().unwrap();
    assert_eq!(kind_of(&error), Kind::Handshake);
    assert!(one_line(&error).contains("is not TLS"), "{}", one_line(&error));
    assert!(hints_of(&error)[0].ends_with(&format!("http://127.0.0.1:{}/", plain.port)));

    let closing = serve(|mut stream| {
        let _ = stream.read(&mut [0; 10_000]);
    });
    let (kind, message) = failure(over_tls(&insecure(), "127.0.0.1", closing.port));
    assert_eq!(kind, Kind::Handshake);
    assert!(message.ends_with("the server closed the connection"), "{message}");

    // RFC 8446 section 6: a fatal alert, protocol_version.
    let refusing = serve(|mut stream| {
        let _ = stream.read(&mut [0; 10_000]);
        stream.write_all(b"\x15\x03\x03\x00\x02\x02\x46").unwrap();
    });
    let (kind, message) = failure(over_tls(&insecure(), "127.0.0.1", refusing.port));
    assert_eq!(kind, Kind::Handshake);
    assert!(message.contains("no TLS version and cipher in common"), "{message}");
}

#[test]
fn certificate_files_that_cannot_be_used() {
    let missing = PathBuf::from("/nonexistent/ca.pem");
    let empty = PemFile::new("no certificate here");
    let broken = PemFile::new("-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n");
    for (path, expected, why) in [
        (missing, Kind::Read, "--cacert /nonexistent/ca.pem: no such file"),
        (empty.0.clone(), Kind::Config, "holds no PEM certificate"),
        (broken.0.clone(), Kind::Config, "not valid PEM"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let client = Ureq::new(trust_in(path));
        let (kind, message) = failure(over_tls(&client, "127.0.0.1", port));
        assert_eq!(kind, expected, "{message}");
        assert!(message.contains(why), "{message}");
    }
}

#[test]
fn facts_of_a_certificate() {
    let root = authority();
    let mut own = params("server", &["localhost"]);
    own.not_before = date_time_ymd(2020, 1, 1);
    own.not_after = date_time_ymd(2060, 1, 1);
    let own = issued(own, &root);
    let facts = Facts::read(own.certificate.der()).unwrap();
    assert_eq!(facts.issuer_name().as_deref(), Some("Test Root"));
    assert!(!facts.is_self_signed());
    assert!(Facts::read(root.certificate.der()).unwrap().is_self_signed());
    // 2020-01-01 as UTCTime and 2060-01-01 as GeneralizedTime, each to the second.
    for (moment, valid) in [
        (1_577_836_799, false),
        (1_577_836_800, true),
        (2_840_140_800, true),
        (2_840_140_801, false),
    ] {
        assert_eq!(facts.is_valid_at(moment), valid, "{moment}");
    }
}

#[test]
fn what_is_no_certificate_has_no_facts() {
    let der = authority().certificate.der().to_vec();
    for length in 0..der.len().min(200) {
        assert!(Facts::read(&der[..length]).is_none());
    }
    assert!(Facts::read(b"\x30\x84\xff\xff\xff\xff").is_none());
    assert!(Facts::read(b"\x30\x80\x00\x00").is_none());
}
