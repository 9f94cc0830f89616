//! What `verify` names as the cause of a signature that does not hold, for
//! mistakes as clients, proxies and people make them; and the page that lists
//! them.

use crate::environment::{Pattern, TestEnvironment};
use signreq::sign::verify::CAUSES;
use std::fmt::Write as _;

const PAGE: &str = include_str!("../../docs/causes.md");

/// The page is what the table says.
#[test]
fn the_page_of_causes_lists_the_table() {
    let mut table = String::from("| differs | with | the signature was made | mended by |\n");
    table.push_str("|---|---|---|---|\n");
    for cause in CAUSES {
        let schemes = match cause.schemes {
            [] => "every scheme".to_owned(),
            schemes => schemes.join(", "),
        };
        writeln!(table, "| {} | {schemes} | {} | {} |", cause.step, cause.about, cause.mend)
            .unwrap();
    }
    assert!(PAGE.ends_with(&table), "docs/causes.md has to end in\n{table}");
}

const OAUTH: &str = "scheme = \"oauth1\"\nconsumer_key = \"ck\"\n";
const OAUTH_KEYS: &str = "consumer_secret = \"c s\"\ntoken = \"t\"\ntoken_secret = \"geheim+t\"\n";
const S3: &str = "scheme = \"sigv4\"\nservice = \"s3\"\nregion = \"r\"\naccess_key = \"AK\"\n";
const IAM: &str = "scheme = \"sigv4\"\nservice = \"iam\"\nregion = \"r\"\naccess_key = \"AK\"\n";
const SECRET: &str = "secret_key = \"geheim-s\"\n";
const OVH: &str = "scheme = \"ovh\"\napplication_key = \"ak\"\n";
const OVH_KEYS: &str = "application_secret = \"geheim-a\"\nconsumer_key = \"geheim-c\"\n";
const BASIC: &str = "scheme = \"basic\"\nuser = \"me\"\n";

fn profile(fields: &[&str]) -> TestEnvironment {
    let environment = TestEnvironment::new();
    environment
        .config(&format!("[profile.p]\nurl = \"https://api.example/base\"\n{}", fields.concat()));
    environment
}

/// A request signed by a profile with `signer`'s fields, changed from one text
/// to another on the way, and verified by one with `verifier`'s.
struct Mistake<'a> {
    signer: &'a [&'a str],
    verifier: &'a [&'a str],
    words: &'a [&'a str],
    changes: &'a [(&'a str, &'a str)],
    /// The step and what is said of it.
    finding: &'a str,
    /// What is among the hints.
    hint: &'a str,
}

impl Mistake<'_> {
    #[track_caller]
    fn is_found(&self) {
        let fixed = ["sign", "--format", "http", "--timestamp", "1440938160", "--nonce", "n1"];
        let words = [&fixed[..], &["p"], self.words].concat();
        let signed = profile(self.signer).signreq(&words).gives(0, Pattern::Something, "");
        let mut capture = signed.stdout;
        for (from, to) in self.changes {
            assert!(capture.contains(from), "{from} is not in\n{capture}");
            capture = capture.replacen(from, to, 1);
        }
        let ran = profile(self.verifier).signreq_reading(&["verify", "p"], &capture);
        let found = format!("differs: {}", self.finding);
        let output = ran.gives(77, Pattern::holds(&[&found]), Pattern::holds(&[self.hint]));
        for text in [&output.stdout, &output.stderr] {
            assert!(!text.contains("geheim"), "{text}");
        }
    }
}

const JSON: &[&str] = &["post", "/x", "Content-Type:application/json", "--data-raw"];

#[test]
fn what_proxies_change_is_found() {
    let oauth = &[OAUTH, OAUTH_KEYS];
    for (changes, finding, hint) in [
        (
            &[("Host: api.example", "Host: backend:8080")][..],
            "host: it was made for https://api.example",
            "profile set p signed_url=https://backend:8080/base",
        ),
        (
            &[("/base/x", "/x")],
            "path: it was made for the path /base/x",
            "profile set p signed_url=https://api.example\n",
        ),
        (
            &[("/base/x", "/y/base/x")],
            "path: it was made for the path /base/x",
            "profile set p signed_url=https://api.example/y/base",
        ),
        (
            &[("/base/x", "/x"), ("Host: api.example", "Host: backend:8080")],
            "path: it was made for https://api.example/base/x",
            "profile set p signed_url=https://backend:8080\n",
        ),
    ] {
        let words = &["get", "/x"];
        Mistake { signer: oauth, verifier: oauth, words, changes, finding, hint }.is_found();
    }
    let outside = &[OAUTH, OAUTH_KEYS, "signed_url = \"http://inside:81/base\"\n"];
    Mistake {
        signer: outside,
        verifier: oauth,
        words: &["get", "/x"],
        changes: &[("Host: ", "X-Forwarded-Host: inside:81\r\nHost: ")],
        finding: "host: it was made for http://inside:81",
        hint: "profile set p signed_url=http://inside:81/base",
    }
    .is_found();
    Mistake {
        signer: oauth,
        verifier: outside,
        words: &["get", "/x"],
        changes: &[],
        finding: "setting: it was made without the profile's signed_url",
        hint: "take signed_url out of the profile",
    }
    .is_found();
    let ovh = &[OVH, OVH_KEYS];
    for (words, changes, finding) in [
        (
            &["get", "/x", "a==1", "b==2", "c==3"][..],
            &[("a=1&b=2&c=3", "c=3&a=1&b=2")][..],
            "query: it was made for the sorted query",
        ),
        (
            &["get", "/x", "b==2", "a==1", "c==3"],
            &[("b=2&a=1&c=3", "c=3&a=1&b=2")],
            "query: it was made for the query's parameters in another order",
        ),
        (
            &["get", "/x", "a==1"],
            &[("a=1", "a=1&utm=2")],
            "query: it was made without the query parameter utm",
        ),
        (
            &["get", "/x", "a==1 2"],
            &[("%20", "+")],
            "query: it was made for the query with %20 for +",
        ),
        (
            &["get", "/x?a=1+2"],
            &[("1+2", "1%202")],
            "query: it was made for the query with + for %20",
        ),
        (
            &["get", "/x%2fy"],
            &[("%2f", "%2F")],
            "path: it was made for the path with its escapes in other hex digits",
        ),
    ] {
        let hint = "sign the URL byte for byte as it is sent";
        Mistake { signer: ovh, verifier: ovh, words, changes, finding, hint }.is_found();
    }
}

#[test]
fn other_versions_of_ovhclouds_api_are_found() {
    let ovh = ["url = \"https://api.example/v1\"\n", OVH, OVH_KEYS].concat();
    let environment = TestEnvironment::new();
    environment.config(&format!("[profile.p]\n{ovh}"));
    let words = ["sign", "--format", "http", "--timestamp", "1", "p", "get", "/me"];
    let capture = environment.signreq(&words);
    let capture = capture.gives(0, Pattern::Something, "").stdout.replace("/v1/me", "/1.0/me");
    let found = Pattern::holds(&["differs: path: it was made for the path /v1/me"]);
    environment.signreq_reading(&["verify", "p"], &capture).gives(77, found, Pattern::Something);
}

#[test]
fn what_happens_to_bodies_is_found() {
    let hint = "sign the bytes and the Content-Type that are sent";
    let json = |body| [JSON, &[body]].concat();
    for (fields, words, changes, finding) in [
        (
            &[OVH, OVH_KEYS],
            json("{\"a\":[1,2]}"),
            &[("Content-Length: 11", "Content-Length: 13"), ("{\"a\":[1,2]}", "{\"a\": [1, 2]}")][..],
            "body: it was made for the body as JSON without spaces",
        ),
        (
            &[OVH, OVH_KEYS],
            json("[1]\n"),
            &[("Content-Length: 4", "Content-Length: 3"), ("[1]\n", "[1]")],
            "body: it was made for the body with a line break at its end",
        ),
        (
            &[OVH, OVH_KEYS],
            json("[1]"),
            &[("Content-Length: 3", "Content-Length: 4"), ("[1]", "[1]\n")],
            "body: it was made for the body without the line break at its end",
        ),
        (
            &[IAM, SECRET],
            json("[1]"),
            &[("Content-Length: 3", "Content-Length: 4"), ("[1]", "[1]\n")],
            "body: it was made for the body without the line break at its end",
        ),
        (
            &[S3, SECRET],
            json("[1]"),
            &[("Content-Length: 3", "Content-Length: 4"), ("[1]", "[1]\n")],
            "body: the body received has another hash than x-amz-content-sha256 says, which is that of the body without the line break",
        ),
        (
            &[OAUTH, OAUTH_KEYS],
            json("a=1"),
            &[("application/json", "application/x-www-form-urlencoded")],
            "body: it was made without the body",
        ),
        (
            &[OAUTH, OAUTH_KEYS],
            ["post", "/x", "--as", "form", "a=1"].to_vec(),
            &[("application/x-www-form-urlencoded", "text/plain")],
            "body: it was made with the parameters of the body, which its Content-Type calls no form",
        ),
    ] {
        Mistake { signer: fields, verifier: fields, words: &words, changes, finding, hint }
            .is_found();
    }
    let hashed = &[OAUTH, OAUTH_KEYS, "body_hash = true\n"];
    Mistake {
        signer: hashed,
        verifier: hashed,
        words: &json("[1]"),
        changes: &[("[1]", "[2]")],
        finding: "body: the body received has another hash than oauth_body_hash says",
        hint,
    }
    .is_found();
    Mistake {
        signer: &[IAM, SECRET, "payload = \"unsigned\"\n"],
        verifier: &[IAM, SECRET],
        words: &json("[1]"),
        changes: &[],
        finding: "body: it was made with UNSIGNED-PAYLOAD for the hash of the body",
        hint,
    }
    .is_found();
}

#[test]
fn settings_that_differ_are_found_with_the_command_that_mends_them() {
    let request = &["get", "/x", "ids[]==2", "ids[]==1"];
    let rack = &[OAUTH, OAUTH_KEYS, "normalization = \"rack\"\n"];
    let rfc = &[OAUTH, OAUTH_KEYS];
    let s3_path = &[IAM, SECRET, "path_encoding = \"s3\"\n"];
    let iam = &[IAM, SECRET];
    for (signer, verifier, words, changes, finding, hint) in [
        (
            &rack[..],
            &rfc[..],
            &request[..],
            &[][..],
            "setting: it was made with normalization rack",
            "signreq profile set p normalization=rack",
        ),
        (
            rfc,
            rack,
            request,
            &[],
            "setting: it was made with normalization rfc5849, the profile has rack",
            "signreq profile set p normalization=rfc5849",
        ),
        (
            s3_path,
            iam,
            &["get", "/a%20b"],
            &[],
            "setting: it was made with path_encoding s3, the profile has its default",
            "signreq profile set p path_encoding=s3",
        ),
        (
            iam,
            s3_path,
            &["get", "/a%20b"],
            &[],
            "setting: it was made with path_encoding double, the profile has s3",
            "signreq profile set p path_encoding=double",
        ),
        (
            &[IAM, SECRET, "query_rule = \"first\"\n"],
            iam,
            &["get", "/x", "a==1", "a==2"],
            &[],
            "query: it was made without the query parameter a",
            "",
        ),
        (
            &[IAM, SECRET, "key_prefix = \"DCI2\"\n"],
            iam,
            &["get", "/x"],
            &[],
            "setting: it was made with key_prefix DCI2",
            "signreq profile set p key_prefix=DCI2",
        ),
    ] {
        Mistake { signer, verifier, words, changes, finding, hint }.is_found();
    }
}

#[test]
fn what_happens_to_secrets_is_found() {
    let oauth = |secret: &'static str| [OAUTH, "consumer_secret = \"", secret, "\"\n"].concat();
    let signed_with = |signer: &str, verifier: &str, finding: &str, hint: &str| {
        let words = &["get", "/x"];
        Mistake { signer: &[signer], verifier: &[verifier], words, changes: &[], finding, hint }
            .is_found();
    };
    let mend = "signreq profile set p consumer_secret=-";
    for (theirs, ours, finding) in [
        ("geheim\\n", "geheim", "has a trailing line break"),
        ("geheim", "geheim\\r\\n", "without what surrounds the profile's"),
        ("'geheim'", "geheim", "has quotes around it"),
        ("geheim", "\\\"geheim\\\"", "without what surrounds the profile's"),
        ("geheim%2F", "geheim/", "is percent-encoded"),
        ("", "geheim", "has nothing in it"),
    ] {
        let finding = format!(
            "key: it was made with a consumer_secret {}",
            match finding {
                without if without.starts_with("without") => without.to_owned(),
                with => format!("that {with}"),
            }
        );
        signed_with(&oauth(theirs), &oauth(ours), &finding, mend);
    }
    let three = |a: &str, b: &str, c: &str| format!("preset = \"maas\"\nkey = \"{a}:{b}:{c}\"\n");
    let parts = ["consumer", "token", "geheim-3"];
    let own = three(parts[0], parts[1], parts[2]);
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let [a, b, c] = order.map(|index| parts[index]);
        let finding = "key: it was made with the parts of the key in another order: ";
        signed_with(&three(a, b, c), &own, finding, "put each part of the key into its own field");
    }
    let swapped = "application_secret = \"geheim-c\"\nconsumer_key = \"geheim-a\"\n";
    signed_with(
        &[OVH, swapped].concat(),
        &[OVH, OVH_KEYS].concat(),
        "key: it was made with the parts of the key in another order: \
         consumer_key for application_secret, application_secret for consumer_key",
        "put each part of the key into its own field",
    );
    let password = |text: &str| format!("{BASIC}password = \"{text}\"\n");
    signed_with(
        &password("geheim\\n"),
        &password("geheim"),
        "key: it was made with a password that has",
        "password=-",
    );
}

#[test]
fn changed_headers_and_dates_of_amazons_are_found() {
    let s3 = &[S3, SECRET, "session_token = \"geheim-t\"\n"];
    for (changes, finding, hint) in [
        (
            &[("X-Amz-Security-Token: geheim-t\r\n", "")][..],
            "key: it is signed without a session_token",
            "",
        ),
        (
            &[("text/plain", "text/plain; charset=utf-8")],
            "header: it was made for content-type: text/plain, not text/plain; charset=utf-8",
            "keep proxies from changing signed headers",
        ),
        (
            &[("X-Via: a", "X-Via: a, proxy")],
            "header: it was made for x-via: a, not a, proxy",
            "keep proxies",
        ),
    ] {
        let words = &["put", "/x", "Content-Type:text/plain", "X-Via:a", "--data-raw", "b"];
        Mistake { signer: s3, verifier: s3, words, changes, finding, hint }.is_found();
    }
}
