//! Certificates, good and bad, as the program meets them.

use crate::environment::{Pattern, TestEnvironment};
use crate::tls_server::{self, Pair};
use rcgen::{CertificateParams, date_time_ymd};
use rustls::version::{TLS12, TLS13};
use std::io::Write as _;
use std::net::TcpListener;

/// A server with a self-signed certificate for `name`, and that certificate.
pub(crate) fn serve(name: &str, change: impl FnOnce(&mut CertificateParams)) -> (String, String) {
    let pair = Pair::new(name, change);
    let config = pair.config(&[&TLS12, &TLS13], |builder| builder.with_no_client_auth());
    (format!("https://localhost:{}", tls_server::listen(config)), pair.pem)
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
        Pattern::holds(&["no/such.pem", "hint: ls no\n"]),
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

#[test]
fn versions_that_are_not_spoken_are_35() {
    for (spoken, refused, accepted) in
        [(&TLS12, "--tlsv1.3", "--tlsv1.2"), (&TLS13, "--tls-max=1.2", "--tls-max=1.3")]
    {
        let pair = Pair::new("localhost", |_| {});
        let config = pair.config(&[spoken], |builder| builder.with_no_client_auth());
        let url = format!("https://localhost:{}", tls_server::listen(config));
        let environment = environment(&url, &pair.pem);
        let run = |option| environment.signreq(&["--cacert", "own.pem", option, "p", "/x"]);
        run(refused).gives(35, "", Pattern::holds(&["no TLS version and cipher in common"]));
        run(accepted).gives(0, "ok", "");
    }
}

#[test]
fn the_profile_says_which_versions_are_spoken_until_an_option_does() {
    let pair = Pair::new("localhost", |_| {});
    let config = pair.config(&[&TLS12], |builder| builder.with_no_client_auth());
    let port = tls_server::listen(config);
    let environment = TestEnvironment::new();
    environment.file("own.pem", &pair.pem);
    environment.config(&format!(
        "[profile.p]\nscheme = 'none'\nurl = 'https://localhost:{port}'\ntls_min = '1.3'\n"
    ));
    let told = Pattern::holds(&["no TLS version"]);
    environment.signreq(&["--cacert", "own.pem", "p", "/x"]).gives(35, "", told);
    environment.signreq(&["--cacert", "own.pem", "--tlsv1.2", "p", "/x"]).gives(0, "ok", "");
    environment.signreq(&["--tls-max", "1.2", "p", "/x"]).gives(
        2,
        "",
        Pattern::holds(&["TLS 1.3 is the oldest", "tls_min"]),
    );
    environment.signreq(&["--tls-max", "1.1", "p", "/x"]).gives(2, "", Pattern::holds(&["1.1"]));
}

#[test]
fn a_pinned_key_is_needed_besides_trust_or_without_it() {
    let (url, certificate) = serve("localhost", |_| {});
    let environment = environment(&url, &certificate);
    // The hash and the key as OpenSSL computes them of the certificate.
    let key = "openssl x509 -in own.pem -noout -pubkey | tee key.pem | openssl pkey -pubin -outform der \
               | tee key.der | openssl dgst -sha256 -binary | base64";
    let hash = environment.shell(key).gives(0, Pattern::Something, "").stdout;
    let hash = format!("sha256//{}", hash.trim());
    let other = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let both = format!("{other};{hash}");
    for pin in [hash.as_str(), both.as_str(), "key.pem", "key.der"] {
        for trust in ["--cacert=own.pem", "-k"] {
            environment.signreq(&[trust, "--pinnedpubkey", pin, "p", "/x"]).gives(0, "ok", "");
        }
        environment.signreq(&["--pinnedpubkey", pin, "p", "/x"]).gives(
            60,
            "",
            Pattern::holds(&["self-signed"]),
        );
    }
    for trust in ["--cacert=own.pem", "-k"] {
        let told = Pattern::holds(&["a key that is not pinned", &format!("--pinnedpubkey {hash}")]);
        let told =
            environment.signreq(&[trust, "--pinnedpubkey", other, "p", "/x"]).gives(60, "", told);
        assert!(!told.stderr.contains("-k sends"), "{}", told.stderr);
    }
    for (pin, code, why) in [
        ("sha256//AAAA", 2, "is no hash of a key"),
        ("no/such.pem", 26, "no/such.pem"),
        ("text", 78, "no public key"),
    ] {
        environment.file("text", "text");
        environment.signreq(&["--pinnedpubkey", pin, "p", "/x"]).gives(
            code,
            "",
            Pattern::holds(&[why]),
        );
    }
    environment.config(&format!(
        "[profile.p]\nscheme = 'none'\nurl = '{url}'\ninsecure = true\npinnedpubkey = 'sha256//x'\n"
    ));
    environment.signreq(&["p", "/x"]).gives(
        78,
        "",
        Pattern::holds(&["config.toml:5: pinnedpubkey: 'sha256//x' is no hash"]),
    );
}
