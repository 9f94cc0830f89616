//! Servers that ask for a client's certificate.
//!
//! The keys in `client_keys/` are one key in the forms in which OpenSSL 3.0
//! writes it; encrypted ones open with `open sesame`.

use crate::environment::{Pattern, TestEnvironment};
use crate::tls_server::{self, Pair};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn keys() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/client_keys")
}

/// A server for those whom the authority of `client_keys/` vouches for, and a
/// profile `p` of it with these lines.
fn environment(lines: &str) -> TestEnvironment {
    environment_of(lines, &[&TLS12, &TLS13])
}

fn environment_of(
    lines: &str,
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> TestEnvironment {
    let pair = Pair::new("localhost", |_| {});
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_file(keys().join("authority.pem")).unwrap();
    roots.add(authority).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
    let config = pair.config(versions, |builder| builder.with_client_cert_verifier(verifier));
    let port = tls_server::listen(config);
    let environment = TestEnvironment::new();
    environment.file("own.pem", &pair.pem);
    environment.config(&format!(
        "[profile.p]\nscheme = 'none'\nurl = 'https://localhost:{port}'\n\
         cacert = '../../../work/own.pem'\n{lines}"
    ));
    for file in std::fs::read_dir(keys()).unwrap() {
        let file = file.unwrap().path();
        let name = file.file_name().unwrap().to_str().unwrap();
        environment.file(name, std::fs::read(&file).unwrap());
    }
    environment
}

const PASSWORD: &str = "client_key_password = { command = 'echo open sesame' }\n";

#[test]
fn a_server_that_asks_gets_the_certificate() {
    for version in [&TLS12, &TLS13] {
        let environment = environment_of("", &[version]);
        for key in ["client.key", "client-sec1.key"] {
            let words = ["--cert", "client.pem", "--key", key, "p", "/x"];
            environment.signreq(&words).gives(0, "ok", "");
        }
        let (certificate, key) = (
            std::fs::read_to_string(keys().join("client.pem")).unwrap(),
            std::fs::read_to_string(keys().join("client.key")).unwrap(),
        );
        for both in [format!("{certificate}{key}"), format!("{key}\n{certificate}")] {
            environment.file("both.pem", both);
            environment.signreq(&["-E", "both.pem", "p", "/x"]).gives(0, "ok", "");
        }
    }
}

#[test]
fn encrypted_keys_open_with_the_profiles_passphrase() {
    let environment = environment(PASSWORD);
    environment
        .signreq(&["--cert", "client.pem", "--key", "client.p8", "p", "/x"])
        .gives(0, "ok", "");
}

#[test]
fn the_profile_names_certificate_and_key_and_an_option_others() {
    let lines = "client_cert = '~/../work/client.pem'\nclient_key = '~/../work/client.p8'\n";
    let environment = environment(&format!("{lines}{PASSWORD}"));
    environment.signreq(&["p", "/x"]).gives(0, "ok", "");
    environment.signreq(&["p", "/x", "--key", "client.key"]).gives(0, "ok", "");
    // The profile's key belongs to the profile's certificate.
    environment.signreq(&["p", "/x", "-E", "client.pem"]).gives(
        78,
        "",
        Pattern::holds(&["--cert client.pem: it holds no private key", "--key FILE"]),
    );
    environment.signreq(&["p", "/x", "--set", "client_key_password=x"]).gives(
        2,
        "",
        Pattern::holds(&["a secret on the command line"]),
    );
}

#[test]
fn the_passphrase_is_looked_up_only_when_it_is_needed() {
    let lines = "client_cert = '~/../work/client.pem'\nclient_key = '~/../work/client.key'\n\
                 client_key_password = { command = 'false' }\n";
    let environment = environment(lines);
    environment.signreq(&["p", "/x"]).gives(0, "ok", "");
    environment.signreq(&["--dry-run", "p", "/x"]).gives(0, Pattern::Something, "");
    environment.signreq(&["p", "/x", "--key", "client.p8"]).gives(
        78,
        "",
        Pattern::holds(&["client_key_password: ", "exit code 1"]),
    );
}

#[test]
fn keys_that_cannot_be_used_say_why_and_what_to_do() {
    let environment = environment("client_key_password = 'sesame'\n");
    environment.file("other.key", rcgen::KeyPair::generate().unwrap().serialize_pem());
    for (key, code, why) in [
        ("no/such.key", 26, &["--key no/such.key: no such file"][..]),
        ("client.pem", 78, &["client.pem: it holds no private key", "openssl pkey -in client.pem"]),
        ("client.p8", 78, &["the passphrase does not open its key"]),
        (
            "client-legacy.key",
            78,
            &[
                "Proc-Type: 4,ENCRYPTED",
                "openssl pkcs8 -topk8 -v2 aes-256-cbc -in client-legacy.key",
            ],
        ),
        ("client-pbes1.p8", 78, &["not supported", "openssl pkcs8 -topk8"]),
        ("client-sha1.p8", 78, &["not supported", "openssl pkcs8 -topk8"]),
        ("client-des3.p8", 78, &["not supported", "openssl pkcs8 -topk8"]),
        (
            "other.key",
            78,
            &["the key in other.key is not that of the certificate in client.pem", "-pubkey"],
        ),
    ] {
        let told = environment.signreq(&["--cert", "client.pem", "--key", key, "p", "/x"]).gives(
            code,
            "",
            Pattern::holds(why),
        );
        assert!(!told.stderr.contains("sesame"), "{}", told.stderr);
    }
}

/// `setsid` takes the terminal away, `script` gives one.
#[cfg(target_os = "linux")]
#[test]
fn a_passphrase_that_nobody_gives_is_asked_for_at_the_terminal() {
    let environment = environment("");
    let words = ["--cert", "client.pem", "--key", "client.p8", "p", "/x"];
    environment.program("setsid", &[&["-w", "signreq"][..], &words].concat()).gives(
        78,
        "",
        Pattern::holds(&["its key is encrypted: there is no terminal", "client_key_password"]),
    );
    let line = format!("signreq {} > out", words.join(" "));
    let script = format!("(sleep 1; printf 'open sesame\\n') | script -qec '{line}' /dev/null");
    let told = environment.shell(&script).gives(0, Pattern::Something, "").stdout;
    assert!(told.contains("passphrase of client.p8: ") && !told.contains("sesame"), "{told}");
    assert_eq!(std::fs::read_to_string(environment.work().join("out")).unwrap(), "ok");
}

#[test]
fn certificates_that_cannot_be_used_say_why_and_what_to_do() {
    let environment = environment("");
    for (certificate, code, why) in [
        ("client.key", 78, &["--cert client.key: it holds no PEM certificate"][..]),
        ("client.p12", 78, &["no PEM certificate", "openssl pkcs12 -in client.p12 -out"]),
        ("no/such.pem", 26, &["--cert no/such.pem: no such file", "hint: ls no\n"]),
        ("no.pem:geheim", 26, &["client_key_password"]),
    ] {
        environment.signreq(&["--cert", certificate, "p", "/x"]).gives(
            code,
            "",
            Pattern::holds(why),
        );
    }
    environment.signreq(&["--key", "client.key", "p", "/x"]).gives(
        2,
        "",
        Pattern::holds(&["--key without --cert"]),
    );
    environment.signreq(&["--set", "client_key=client.key", "p", "/x"]).gives(
        2,
        "",
        Pattern::holds(&["--set client_key: there is no client_cert"]),
    );
}

#[test]
fn a_server_that_gets_none_or_another_says_so() {
    for (version, none) in
        [(&TLS12, "the TLS handshake failed"), (&TLS13, "the server asks for a client certificate")]
    {
        let environment = environment_of("", &[version]);
        environment.signreq(&["p", "/x"]).gives(35, "", Pattern::holds(&[none]));
        let stranger = Pair::new("stranger", |_| {});
        environment.file("stranger.pem", stranger.pem + &stranger.key.serialize_pem());
        environment.signreq(&["p", "/x", "-E", "stranger.pem"]).gives(
            35,
            "",
            Pattern::holds(&["refuses the client certificate"]),
        );
    }
}

#[test]
fn over_http_no_certificate_is_read() {
    let environment = TestEnvironment::new();
    environment.signreq(&["--sandbox", "maas", "/version/", "-E", "no/such.pem"]).gives(
        0,
        Pattern::Something,
        "",
    );
}

#[test]
fn a_redirect_takes_the_certificate_nowhere_else() {
    let environment = environment("client_cert = '~/../work/both.pem'\n");
    let both = ["client.pem", "client.key"]
        .map(|name| std::fs::read_to_string(keys().join(name)).unwrap());
    environment.file("both.pem", both.concat());
    environment.signreq(&["-L", "p", "/x"]).gives(0, "ok", "");
    // The same server, asked for by the redirect of another.
    let config = std::fs::read_to_string(environment.config_path()).unwrap();
    let url = config.split('\'').find(|word| word.starts_with("https://")).unwrap();
    let answer = format!("HTTP/1.1 302 Found\r\nLocation: {url}/x\r\nContent-Length: 0\r\n\r\n");
    let port = tls_server::redirecting(answer, environment.work().join("home.pem"));
    let certificates = ["own.pem", "home.pem"]
        .map(|name| std::fs::read_to_string(environment.work().join(name)).unwrap());
    environment.file("all.pem", certificates.concat());
    let set = format!("url=https://localhost:{port}");
    environment.signreq(&["-L", "--cacert", "all.pem", "--set", &set, "p", "/x"]).gives(
        35,
        "",
        Pattern::holds(&["the server asks for a client certificate"]),
    );
}
