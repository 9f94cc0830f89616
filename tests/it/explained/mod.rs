//! Refusals that explain themselves: each cause provoked, in a sandbox where
//! it plays it, else at a server that answers as the system does; and the page
//! that lists them.

mod answered;
mod played;
mod profiles;

use self::answered::ANSWERED;
use self::played::PLAYED;
use self::profiles::FOREMAN;
use crate::capture::Capture;
use crate::environment::{Pattern, TestEnvironment};
use signreq::flow::diagnose::causes;
use signreq::model::time::Time;
use signreq::sandbox::Sandbox;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

const PAGE: &str = include_str!("../../../docs/refusals.md");

/// The page is what the table says.
#[test]
fn the_page_of_refusals_lists_the_table() {
    let mut table = String::from("| system | cause | shown by | is | mended by |\n");
    table.push_str("|---|---|---|---|---|\n");
    for cause in causes() {
        let systems = match cause.systems {
            [] => "any".to_owned(),
            systems => systems.join(", "),
        };
        let is = if cause.is_certain { "certain" } else { "likely" };
        let (about, evidence, mend) = (cause.about, cause.evidence, cause.mend);
        writeln!(table, "| {systems} | {about} | {evidence} | {is} | {mend} |").unwrap();
    }
    assert!(PAGE.ends_with(&table), "docs/refusals.md has to end in\n{table}");
}

/// No cause goes without a test that provokes it.
#[test]
fn every_cause_is_provoked() {
    let provoked = PLAYED.iter().map(|case| case.0).chain(ANSWERED.iter().map(|case| case.about));
    let provoked: BTreeSet<&str> = provoked.chain([CHANGED, UNSIGNED]).collect();
    let listed: BTreeSet<&str> = causes().map(|cause| cause.about).collect();
    let missing: Vec<_> = listed.difference(&provoked).collect();
    let unknown: Vec<_> = provoked.difference(&listed).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "missing {missing:?}, unknown {unknown:?}");
    assert!(listed.len() >= 30, "{}", listed.len());
}

#[test]
fn what_the_sandbox_plays_is_explained() {
    for (about, line, status, hints) in PLAYED {
        let environment = TestEnvironment::new();
        let ran = environment.program("signreq", &["sandbox", "--", "sh", "-c", line]);
        let output = ran.gives(*status, Pattern::Something, Pattern::holds(hints));
        assert!(is_told(about, hints[0], &output.stderr), "{about}: {}", output.stderr);
        for secret in ["TokenSecretOfNoValue", "sandbox-foreman-secret", "AppSecretOfNoValue"] {
            let told = [&output.stdout, &output.stderr].map(|text| text.contains(secret));
            assert_eq!(told, [false; 2], "{line}\n{}\n{}", output.stdout, output.stderr);
        }
    }
}

/// Whether a hint names a cause, with the certainty that the table gives it.
fn is_told(about: &str, why: &str, stderr: &str) -> bool {
    causes().filter(|cause| cause.about == about).any(|cause| {
        let label = if cause.is_certain { "hint: cause: " } else { "hint: likely: " };
        stderr.lines().any(|line| line.starts_with(label) && line.contains(why))
    })
}

/// Rows that need a proxy or a redirect, see below.
const CHANGED: &str = "the request was changed on the way: Host, port, scheme, path, query, a header \
                       or the body";
const UNSIGNED: &str = "a redirect led to where the profile does not sign";

/// A world with a profile for a server that gives this answer.
fn answering(head: &str, body: &str, profile: &str) -> (TestEnvironment, Capture) {
    let length = body.len();
    let answer = format!("{head}\r\nContent-Length: {length}\r\n\r\n{body}");
    let capture = Capture::answering(&[answer.as_bytes()]);
    let environment = TestEnvironment::new();
    let field = if profile.contains("'ovh'") { "endpoint" } else { "url" };
    environment.config(&format!("[profile.p]\n{field} = '{}'\n{profile}", capture.url()));
    (environment, capture)
}

#[test]
fn what_other_servers_say_is_explained() {
    for case in ANSWERED {
        let (environment, capture) = answering(case.head, case.body, case.profile);
        let words: Vec<String> =
            case.words.iter().map(|word| word.replace("HERE", &capture.authority())).collect();
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        if words.contains(&"--connect-to") {
            words.extend(["--set", "url=http://rhdl.example"]);
        }
        let ran = environment.signreq(&words);
        // MAAS's quotation may be the secret itself, so it is never shown.
        let quoting = "signature base string: ";
        let shown = match case.body.split_once(quoting) {
            Some((before, _)) => format!("{before}{quoting}***"),
            None => case.body.to_owned(),
        };
        let output = ran.gives(case.status, shown, Pattern::holds(case.hints));
        assert!(is_told(case.about, case.hints[0], &output.stderr), "{}", output.stderr);
        assert!(!output.stderr.contains("geheim"), "{}", output.stderr);
    }
}

/// A proxy before a sandbox that replaces a text in each head that it hands
/// on; its address.
fn rewriting(sandbox: &Sandbox, from: &str, to: &str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, backend) = (listener.local_addr().unwrap(), sandbox.address());
    let front = address.to_string();
    let (from, to) = (from.replace("FRONT", &front), to.replace("FRONT", &front));
    std::thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && client.read_exact(&mut byte).is_ok() {
                head.extend(byte);
            }
            let head = String::from_utf8(head).unwrap();
            assert!(head.contains(&from), "{from} is not in {head}");
            let head =
                head.replacen(&from, &to, 1).replacen("\r\n", "\r\nConnection: close\r\n", 1);
            let mut server = TcpStream::connect(backend).unwrap();
            server.write_all(head.as_bytes()).unwrap();
            let mut answer = Vec::new();
            server.read_to_end(&mut answer).unwrap();
            // A client that has gone away is the test's business.
            let _ = client.write_all(&answer);
        }
    });
    address
}

/// What a proxy changes, in front of the systems whose answers quote what they
/// signed.
#[test]
fn what_a_proxy_changes_is_told_from_the_servers_own_words() {
    let clock = || Time::from_epoch(crate::world::now());
    let sandbox = Sandbox::start(None, Arc::new(clock)).unwrap();
    for (system, words, from, to, why, mend) in [
        (
            "maas",
            &["get", "/machines/"][..],
            "Host: FRONT",
            "Host: inside",
            "/MAAS/api/2.0/machines/', the server 'http://inside/MAAS/api/2.0/machines/'",
            "export SIGNREQ_MAAS_SIGNED_URL=http://inside/MAAS/api/2.0",
        ),
        (
            "maas",
            &["get", "/machines/"],
            "Host: FRONT",
            "Host: inside:8080",
            "we signed the URL 'http://127.0.0.1:",
            "export SIGNREQ_MAAS_SIGNED_URL=http://inside:8080/MAAS/api/2.0",
        ),
        (
            "maas",
            &["get", "/machines/", "op==power_parameters"],
            "?op=power_parameters",
            "?op=power_parameters&via=gate",
            "we signed the parameters '', the server 'via=gate'",
            "a proxy has to hand on what was signed",
        ),
        (
            "s3",
            &["get", "/backups"],
            "Host: FRONT",
            "Host: inside",
            "the server 'host:inside'",
            "a proxy has to hand on what was signed",
        ),
        (
            "s3",
            &["get", "/backups"],
            "GET /backups",
            "GET /store/backups",
            "we signed the path '/backups', the server '/store/backups'",
            "a proxy has to hand on what was signed",
        ),
        (
            "s3",
            &["get", "/backups", "x-amz-meta-a:1"],
            "x-amz-meta-a: 1",
            "x-amz-meta-a: 2",
            "we signed the header x-amz-meta-a 'x-amz-meta-a:1', the server 'x-amz-meta-a:2'",
            "hint: signreq explain",
        ),
    ] {
        let front = rewriting(&sandbox, from, to);
        let mut environment = TestEnvironment::new();
        for (name, value) in signreq::sandbox::environment(front) {
            environment.set(&name, value);
        }
        environment.set("SIGNREQ_MAAS_SIGNATURE_METHOD", "HMAC-SHA1");
        let words = [&[system], words].concat();
        let ran = environment.signreq(&words);
        let output = ran.gives(77, Pattern::Something, Pattern::holds(&[why, mend]));
        assert!(is_told(CHANGED, why, &output.stderr), "{}", output.stderr);
    }
}

#[test]
fn a_redirect_to_where_nothing_is_signed_is_told() {
    let there = Capture::answering(&[b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"]);
    let head = format!("HTTP/1.1 302 Found\r\nLocation: {}/x", there.url());
    let (environment, _here) = answering(&head, "", FOREMAN);
    let why = format!("the redirect led to {}, where profile p does not sign", there.url());
    let ran = environment.signreq(&["-L", "p", "/x"]);
    let hint = format!("--allow-origin {}", there.url());
    let output = ran.gives(4, "", Pattern::holds(&[&why, &hint]));
    assert!(is_told(UNSIGNED, &why, &output.stderr), "{}", output.stderr);
}

/// The same path on the profile's own server would be another request.
#[test]
fn what_another_server_refused_is_asked_of_that_again() {
    let there = Capture::answering(&[b"HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n"]);
    let (environment, _here) = answering("HTTP/1.1 200 OK", "", FOREMAN);
    let url = format!("{}/x", there.url());
    let ran = environment.signreq(&["p", "DELET", &url, "--allow-origin", &there.url()]);
    let hint = format!("hint: signreq p DELETE {url} --allow-origin {}\n", there.url());
    ran.gives(4, "", Pattern::holds(&["DELET is no method of HTTP; DELETE may be meant", &hint]));
}

/// What is wrong before anything is sent.
#[test]
fn a_maas_key_of_two_parts_is_not_sent() {
    let mut environment = TestEnvironment::new();
    environment.set("SIGNREQ_MAAS_URL", "http://127.0.0.1:1/MAAS");
    environment.set("SIGNREQ_MAAS_KEY", "consumer:geheim");
    let told = ["key has 2 parts, MAAS keys have 3 (consumer:token:secret)", "maas apikey"];
    let output = environment.signreq(&["maas", "/machines/"]).gives(78, "", Pattern::holds(&told));
    assert!(!output.stderr.contains("geheim"), "{}", output.stderr);
}
