//! `verify` of captures in which signreq masked the secrets.

use super::verify;
use crate::capture::{Capture, EMPTY_OK};
use crate::environment::{Pattern, TestEnvironment};

/// Each scheme's fields, the words of a request, and the part of its archive
/// that is masked.
const MASKED: &[(&str, &[&str], &str)] = &[
    (
        "preset = 'maas'\nkey = 'consumer:token:geheim'",
        &["get", "/machines/"],
        "its signature holds ***",
    ),
    (
        "scheme = 'ovh'\napplication_key = 'a'\napplication_secret = 'geheim'\n\
         consumer_key = 'geheim-2'",
        &["get", "/me", "--timestamp", "1700000000"],
        "its consumer_key holds ***",
    ),
    ("scheme = 'bearer'\ntoken = 'geheim'", &["get", "/x"], "its token holds ***"),
    (
        "scheme = 'basic'\nuser = 'me'\npassword = 'geheim'",
        &["get", "/x"],
        "its Authorization header holds ***",
    ),
    (SHOP, &["get", "/x", "token==geheim-3"], "its URL holds ***"),
    (SHOP, &["get", "/x", "--set", "transmit=query"], "its signature holds ***"),
    (S3, &["get", "/b", "X-Amz-Meta-Own:geheim-3"], "its x-amz-meta-own header holds ***"),
    (S3, &["put", "/b/k", "password=geheim-3"], "its body holds ***"),
    (S3, &["put", "/b/k", "--as", "form", "a=1", "password=geheim-3"], "its body holds ***"),
    (S3, &["put", "/b/k", "--as", "multipart", "password=geheim-3"], "its body holds ***"),
    (S3, &["put", "/b/k", "--data-raw", "<a><Password>geheim-3</Password></a>"], "its body holds"),
];

const SHOP: &str = "scheme = 'oauth1'\nconsumer_key = 'k'\nconsumer_secret = 'geheim'";

const PLAIN: &str = "scheme = 'oauth1'\nconsumer_key = 'k'\nconsumer_secret = 'geheim-1'\n\
                     signature_method = 'PLAINTEXT'\ntransmit = 'query'";

const S3: &str =
    "scheme = 'sigv4'\nservice = 's3'\nregion = 'r'\naccess_key = 'a'\nsecret_key = 'geheim'";

/// A world with a profile for a server that takes all.
fn shop(fields: &str) -> (TestEnvironment, Capture) {
    let server = Capture::answering(&[EMPTY_OK]);
    let environment = TestEnvironment::new();
    let base = if fields.contains("maas") { "/MAAS" } else { "" };
    environment.config(&format!("[profile.p]\nurl = '{}{base}'\n{fields}\n", server.url()));
    (environment, server)
}

#[test]
fn a_masked_archive_is_told_from_a_wrong_signature() {
    for (fields, words, part) in MASKED {
        let (environment, _server) = shop(fields);
        let words = [&["p"], *words, &["--har", "run.har"]].concat();
        environment.signreq(&words).gives(0, "", Pattern::holds(&[]));
        let told = ["signreq: the capture is masked: ", part, "hint: --show-secrets beside --har"];
        environment.signreq(&["verify", "p", "run.har"]).gives(65, "", Pattern::holds(&told));
        environment.signreq(&[&words[..], &["--show-secrets"]].concat()).gives(
            0,
            "",
            Pattern::holds(&[]),
        );
        let ran = environment.signreq(&["verify", "p", "run.har"]);
        ran.gives(0, Pattern::holds(&["valid: "]), Pattern::holds(&[]));
    }
}

#[test]
fn what_minus_v_shows_is_masked_too() {
    let (environment, _server) = shop(MASKED[0].0);
    let shown = environment.signreq(&["p", "get", "/machines/", "-v"]);
    let shown = shown.gives(0, "", Pattern::holds(&["> GET "])).stderr;
    let sent: String = shown
        .lines()
        .filter(|line| line.starts_with('>'))
        .fold(String::new(), |text, line| text + line + "\n");
    let told = Pattern::holds(&["the capture is masked: its signature holds ***"]);
    verify(&environment, &["p"], &sent).gives(65, "", told);
}

/// Stars of the request's own, or of what is not signed, explain nothing.
#[test]
fn stars_are_no_mask_where_nothing_was_masked() {
    let (environment, _server) = shop(S3);
    let sign = |words: &[&str]| {
        let words = [&["sign", "--format", "http", "p"], words].concat();
        environment.signreq(&words).gives(0, Pattern::Something, Pattern::holds(&[])).stdout
    };
    let holds = sign(&["get", "/b", "stars==***", "X-Amz-Meta-Own:***"]);
    verify(&environment, &["p"], &holds).gives(0, Pattern::holds(&["valid: "]), "");
    let spoiled = sign(&["put", "/b/k", "--data-raw", "one *** two"]).replace("one", "two");
    let told = Pattern::holds(&["differs: body: "]);
    verify(&environment, &["p"], &spoiled).gives(77, told, Pattern::Something);
    let spoiled = sign(&["get", "/b"]).replace("GET /b", "GET /b/");
    let spoiled = spoiled.replacen("\r\n", "\r\nX-Own: ***\r\n", 1);
    let told = Pattern::holds(&["differs: path: "]);
    verify(&environment, &["p"], &spoiled).gives(77, told, Pattern::Something);
}

/// A URL that is pasted may have white space around it.
#[test]
fn a_url_may_have_white_space_around_it() {
    let (environment, _server) = shop(PLAIN);
    let words = ["presign", "p", "/x"];
    let url = environment.signreq(&words).gives(0, Pattern::Something, Pattern::holds(&[])).stdout;
    for pasted in [format!(" {url}"), format!("\t{}\u{a0}", url.trim())] {
        let ran = environment.signreq(&["verify", "p", &pasted]);
        ran.gives(0, Pattern::holds(&["valid: "]), "");
    }
}

/// The signature of PLAINTEXT is the secret, and a file's name is told.
#[test]
fn what_stands_in_the_place_of_a_files_name_is_told_without_its_signature() {
    let (environment, _server) = shop(PLAIN);
    let sign = |words: &[&str]| {
        environment.signreq(words).gives(0, Pattern::Something, Pattern::holds(&[])).stdout
    };
    let url = sign(&["presign", "p", "/x"]);
    let bare = url.trim().trim_start_matches("http://");
    let query = url.trim().split_once('?').unwrap().1;
    let curl = "curl -H 'Authorization: OAuth oauth_signature=\"geheim-1%26\"' http://h/x";
    let told = "cannot be read: ";
    for (name, told) in [
        (bare, "oauth_signature=***"),
        (&*format!(" {bare} "), "oauth_signature=***"),
        (query, "oauth_signature=***"),
        (&*url.replace("http://", "http:/"), "oauth_signature=***"),
        (curl, "signreq: curl …: cannot be read: "),
        (&*sign(&["sign", "--format", "http", "p", "/x"]), told),
    ] {
        for words in [&["verify", "p", name][..], &["verify", "p", "-", "--theirs", name]] {
            let ran = environment.signreq_reading(words, &url);
            let told = Pattern::holds(&[told, "hint: a URL begins with http:// or https://"]);
            let ran = ran.gives(26, "", told);
            assert!(!ran.stderr.contains("geheim"), "{}", ran.stderr);
        }
    }
    let ran = environment.signreq(&["verify", "p", "no such.http"]);
    let told = "signreq: no such.http: cannot be read: No such file or directory\nhint: ls .\n";
    ran.gives(26, "", told);
}

/// So may a signed URL that stands where it does not belong.
#[test]
fn a_url_in_a_wrong_place_is_told_without_its_signature() {
    let (environment, _server) = shop(PLAIN);
    let url = environment.signreq(&["presign", "p", "/x"]);
    let url = url.gives(0, Pattern::Something, Pattern::holds(&[])).stdout;
    let url = url.trim();
    for (words, told) in [
        (&["verify", url][..], "a URL stands where the PROFILE does\nhint: signreq verify PROFILE"),
        (&["verify", "p", "-", url], "unexpected argument 'http://127.0.0.1:"),
        (&[url], "oauth_signature=***' stands where the PROFILE does"),
        (&["explain", url], "hint: signreq explain PROFILE get http://127.0.0.1:"),
    ] {
        let ran = environment.signreq(words).gives(2, "", Pattern::holds(&[told]));
        assert!(!ran.stderr.contains("geheim"), "{}", ran.stderr);
    }
}
