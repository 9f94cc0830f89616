//! Every scheme, method and transmission from end to end: `explain` tells of
//! it, what `sign` writes in each format is what `verify` finds valid, one byte
//! more or another one is found and its part is named, and bash and curl send
//! what was signed.

use crate::capture::{Capture, EMPTY_OK};
use crate::environment::{Pattern, TestEnvironment};
use serde_json::json;

const RSA_KEY: &str = include_str!("../vectors/cases/rsa-test-key.pem");

/// What stands in every secret and in nothing else.
const SECRET: &str = "geheim";

/// A change of a request on its way and what `verify` says of it.
type Change<'a> = (&'a str, &'a str, &'a str);

/// What says nothing of the part that was changed, since nothing can.
const UNKNOWN: &str = "key: no known change of the request explains the signature: it was made \
                       with another secret, or for another path, query or body";

/// A profile, a request that it signs and changes of that.
struct Row<'a> {
    name: &'a str,
    fields: &'a str,
    words: &'a [&'a str],
    changes: &'a [Change<'a>],
    sent: Sent,
}

/// How the signed request goes to where it is verified.
#[derive(Clone, Copy, PartialEq)]
enum Sent {
    /// Pasted from `sign --format curl` into bash.
    Pasted,
    /// As the URL that `presign` prints, by curl.
    Presigned,
    /// As `sign --format http` has it: curl's form is for signatures in headers.
    Raw,
}

impl Row<'_> {
    #[track_caller]
    fn is_walked(&self, scheme: &str) {
        let server = Capture::answering(&[EMPTY_OK]);
        let environment = TestEnvironment::new();

        environment.config(&format!(
            "[profile.p]\nscheme = \"{scheme}\"\nurl = \"{}/base\"\n{}\n",
            server.url(),
            self.fields
        ));
        let words = |command: &[&str]| [command, &["p"], self.words].concat().join(" ");
        let run = |line: &str| environment.shell(line).gives(0, Pattern::Something, "").stdout;
        let verify = |capture: &str| environment.signreq_reading(&["verify", "p"], capture);

        if scheme == "oauth2" {
            run(&words(&["signreq", "sign"]));
        }
        let explained = run(&words(&["signreq", "explain"]));
        assert!(explained.starts_with(&format!("{scheme} (")), "{}: {explained}", self.name);
        assert!(!explained.contains(SECRET), "{}: {explained}", self.name);

        let mut raw = None;
        for (format, capture) in self.captures(&words, &run) {
            let output = verify(&capture).gives(0, Pattern::holds(&["valid: "]), "");
            assert!(!output.stdout.contains(SECRET), "{}: {}", self.name, output.stdout);
            match format {
                "http" => raw = Some(capture),
                "curl" => {
                    let script = environment.file("run.sh", capture);
                    let ran = environment.program("bash", &[script.to_str().unwrap()]);
                    ran.gives(0, "", Pattern::holds(&[]));
                }
                _ => {}
            }
        }
        let raw = raw.unwrap();
        for (from, to, finding) in self.changes {
            let changed = changed(&raw, from, to);
            assert_ne!(changed, raw, "{}: {from} is not in\n{raw}", self.name);
            let found = format!("differs: {finding}");
            let errors = Pattern::holds(&["signreq: the signature does not hold: "]);
            let ran = verify(&changed);
            ran.gives(77, Pattern::holds(&[&found]), errors);
        }

        // What arrived when it was sent.
        if self.sent != Sent::Raw {
            let sent = server.requests();
            let sent = String::from_utf8(sent.last().unwrap().clone()).unwrap();
            verify(&sent).gives(0, Pattern::holds(&["valid: "]), "");
        }
    }

    /// The signed request in each format that `verify` reads.
    fn captures(
        &self,
        words: &dyn Fn(&[&str]) -> String,
        run: &dyn Fn(&str) -> String,
    ) -> Vec<(&'static str, String)> {
        let signed = |format| (format, run(&words(&["signreq", "sign", "--format", format])));
        match self.sent {
            Sent::Pasted => return ["http", "json", "curl"].map(signed).to_vec(),
            Sent::Raw => return ["http", "json"].map(signed).to_vec(),
            Sent::Presigned => {}
        }
        // With PLAINTEXT a warning says what the URL holds.
        let url = run(&format!("{} 2> warned", words(&["signreq", "presign"])));
        let url = url.trim();
        let (host, target) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let har = json!({"method": "GET", "url": url, "httpVersion": "HTTP/1.1", "headers": []});
        vec![
            ("http", format!("GET /{target} HTTP/1.1\r\nHost: {host}\r\n\r\n")),
            ("json", har.to_string()),
            ("curl", format!("curl -sSf --path-as-is -g '{url}'\n")),
        ]
    }
}

/// The request with a text changed, its body's length told again.
fn changed(raw: &str, from: &str, to: &str) -> String {
    let changed = raw.replacen(from, to, 1);
    let length = |text: &str| text.split_once("\r\n\r\n").map_or(0, |(_, body)| body.len());
    let line = |length: usize| format!("\r\nContent-Length: {length}\r\n");
    changed.replacen(&line(length(raw)), &line(length(&changed)), 1)
}

const OAUTH1: &str = "consumer_key = \"ck\"\nconsumer_secret = \"geheim-c&s\"\ntoken = \"t\"\n\
                      token_secret = \"geheim%t\"\n";
const SIGV4: &str = "access_key = \"AK\"\nsecret_key = \"geheim-s\"\nregion = \"r-1\"\n\
                     session_token = \"geheim-session\"\n";
const GET: &[&str] = &["get", "/hosts", "'search==a b'", "page==2"];
const FORM: &[&str] = &["post", "/tags", "--as", "form", "'name=a b'", "page=2"];

/// The methods that sign the request, beside those that send a secret.
fn walk_oauth1(method: &str) {
    let key = format!("private_key = \"\"\"\n{RSA_KEY}\"\"\"\n");
    for (transmit, words) in [("header", GET), ("query", GET), ("form", FORM)] {
        let fields =
            format!("{OAUTH1}{key}signature_method = \"{method}\"\ntransmit = \"{transmit}\"\n");
        let own = if transmit == "header" { "oauth_signature=\"" } else { "oauth_signature=" };
        let changed_signature = format!("{own}x");
        let mut changes = vec![(own, changed_signature.as_str(), UNKNOWN)];
        if method != "PLAINTEXT" {
            changes.extend([
                ("oauth_nonce=", "oauth_nonce=x", UNKNOWN),
                ("page=2", "page=3", UNKNOWN),
                (" HTTP/1.1\r\nHost: 127", " HTTP/1.1\r\nHost: 128", "host: "),
            ]);
            match transmit {
                "form" => changes.extend([
                    ("POST ", "PUT ", "method: it was made for the method POST"),
                    ("/base/tags", "/base/tags/", "path: it was made for the path without the"),
                    ("name=a", "name=b", UNKNOWN),
                ]),
                _ => changes.extend([
                    ("GET ", "HEAD ", "method: it was made for the method GET"),
                    ("/hosts?", "/hosts/?", "path: it was made for the path without the"),
                    ("search=", "x=&search=", "query: it was made without the query parameter x"),
                ]),
            }
        }
        // Where nothing explains a signature, fifty were made: too long for RSA.
        if method.starts_with("RSA") {
            changes.retain(|(_, _, finding)| finding.starts_with("method"));
        }
        let name = format!("{method} in the {transmit}");
        let sent = if transmit == "header" { Sent::Pasted } else { Sent::Raw };
        let row = Row { name: &name, fields: &fields, words, changes: &changes, sent };
        row.is_walked("oauth1");
        // By its URL it goes to curl, too.
        if transmit == "query" {
            Row { sent: Sent::Presigned, ..row }.is_walked("oauth1");
        }
    }
}

/// Headers alone sign nothing there; what does is named.
#[test]
fn curls_form_is_refused_where_the_signature_is_in_no_header() {
    let environment = TestEnvironment::new();
    for (transmit, words) in [("query", GET), ("form", FORM)] {
        environment.config(&format!(
            "[profile.p]\nscheme = \"oauth1\"\nurl = \"http://127.0.0.1:1\"\n{OAUTH1}\
             transmit = \"{transmit}\"\n"
        ));
        let line = format!("signreq sign --format curl p {}", words.join(" "));
        let errors = Pattern::holds(&["not into headers", "sign --format http p … prints"]);
        environment.shell(&line).gives(2, "", errors);
    }
}

#[test]
fn oauth1_with_each_hmac_is_explained_verified_and_sent() {
    for method in ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512"] {
        walk_oauth1(method);
    }
}

#[test]
fn oauth1_with_each_rsa_is_explained_verified_and_sent() {
    for method in ["RSA-SHA1", "RSA-SHA256", "RSA-SHA512"] {
        walk_oauth1(method);
    }
}

#[test]
fn oauth1_in_plaintext_is_explained_verified_and_sent() {
    walk_oauth1("PLAINTEXT");
}

#[test]
fn sigv4_in_each_of_its_rows_is_explained_verified_and_sent() {
    let service = |name: &str| format!("{SIGV4}service = \"{name}\"\n");
    let common: &[Change<'_>] = &[
        ("GET ", "HEAD ", "method: it was made for the method GET"),
        ("/hosts?", "/hosts/?", "path: it was made for the path without the"),
        ("search=", "x=&search=", "query: it was made without the query parameter x"),
        ("page=2", "page=3", UNKNOWN),
        ("Host: 127", "Host: 128", "host: "),
    ];
    let header: &[Change<'_>] = &[
        ("Signature=", "Signature=x", UNKNOWN),
        ("X-Amz-Security-Token: g", "X-Amz-Security-Token: h", "key: it is signed with another"),
    ];
    for name in ["iam", "s3"] {
        let changes = [common, header].concat();
        let fields = service(name);
        Row { name, fields: &fields, words: GET, changes: &changes, sent: Sent::Pasted }
            .is_walked("sigv4");
        let changes = [common, &[("Signature=", "Signature=x", UNKNOWN)]].concat();
        Row { name, fields: &fields, words: GET, changes: &changes, sent: Sent::Presigned }
            .is_walked("sigv4");
    }
    let put: &[&str] = &["put", "/a+b", "Content-Type:text/plain", "--data-raw", "'one two'"];
    let body = "body: the body received has another hash than x-amz-content-sha256";
    Row {
        name: "s3 with a body",
        fields: &service("s3"),
        words: put,
        changes: &[
            ("one", "ane", body),
            ("text/plain", "text/plane", "header: it was made for content-type: text/plain"),
        ],
        sent: Sent::Pasted,
    }
    .is_walked("sigv4");
    let chunked = format!("{}payload = \"chunked\"\n", service("s3"));
    let chunk = "body: chunk 1 of the body received has another signature";
    let changes: &[Change<'_>] = &[
        ("one", "ane", chunk),
        (";chunk-signature=", ";chunk-signature=x", chunk),
        ("7;chunk", "6;chunk", chunk),
        ("\r\n0;chunk-signature=", "\r\n0;chunk-signature=x", "body: chunk 2 of the body"),
        ("Decoded-Content-Length: 7", "Decoded-Content-Length: 8", UNKNOWN),
    ];
    Row { name: "chunks", fields: &chunked, words: put, changes, sent: Sent::Raw }
        .is_walked("sigv4");
    let trailer = [put, &["X-Amz-Trailer:x-amz-checksum-sha256"]].concat();
    let behind: &[Change<'_>] = &[
        ("sha256:", "sha256:x", "body: the body received has another hash than x-amz-checksum"),
        ("trailer-signature:", "trailer-signature:x", "body: the trailer of the body received"),
    ];
    let changes = &[changes, behind].concat();
    Row { name: "a trailer", fields: &chunked, words: &trailer, changes, sent: Sent::Raw }
        .is_walked("sigv4");
    let dci = format!(
        "{}algorithm = \"DCI2-HMAC-SHA256\"\npath_encoding = \"decoded-twice\"\n\
         query_rule = \"first\"\npayload_rule = \"no-forms\"\nsigned_headers = \"date-only\"\n",
        service("api").replace("session_token = \"geheim-session\"\n", "")
    );
    let changes = [common, &header[..1]].concat();
    Row { name: "dci", fields: &dci, words: GET, changes: &changes, sent: Sent::Pasted }
        .is_walked("sigv4");
}

#[test]
fn ovh_is_explained_verified_and_sent() {
    let fields = "application_key = \"ak\"\napplication_secret = \"geheim-a\"\n\
                  consumer_key = \"geheim-c\"\n";
    let words = &["--timestamp", "$(date +%s)", "post", "/a", "x==1", "ttl:=60"];
    let changes = &[
        ("POST ", "PUT ", "method: it was made for the method POST"),
        ("/a?", "/a/?", "path: it was made for the path without the"),
        ("?x=1", "?x=1&y=", "query: it was made without the query parameter y"),
        ("{\"ttl\":60}", "{\"ttl\": 60}", "body: it was made for the body as JSON without spaces"),
        ("{\"ttl\":60}", "{\"ttl\":61}", UNKNOWN),
        ("X-Ovh-Signature: $1$", "X-Ovh-Signature: $1$x", UNKNOWN),
        ("X-Ovh-Consumer: g", "X-Ovh-Consumer: h", "key: it is signed with another consumer_key"),
        ("X-Ovh-Application: a", "X-Ovh-Application: b", "key: it is signed by application_key"),
        ("Host: 127", "Host: 128", "host: "),
    ];
    Row { name: "ovh", fields, words, changes, sent: Sent::Pasted }.is_walked("ovh");
}

#[test]
fn schemes_that_send_a_secret_are_explained_verified_and_sent() {
    let another = "key: it shows another token than the profile's";
    let words = &["get", "/a"];
    let changes = &[("Authorization: Bearer g", "Authorization: Bearer h", another)];
    Row { name: "bearer", fields: "token = \"geheim\"\n", words, changes, sent: Sent::Pasted }
        .is_walked("bearer");
    let token_answer = r#"{"access_token":"geheim","expires_in":3600}"#;
    let length = token_answer.len();
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{token_answer}");
    let tokens = Capture::answering(&[answer.as_bytes()]);
    let fields = format!(
        "token_url = \"{}\"\nclient_id = \"i\"\nclient_secret = \"geheim-i\"\n",
        tokens.url()
    );
    Row { name: "oauth2", fields: &fields, words, changes, sent: Sent::Pasted }.is_walked("oauth2");
    let fields = "user = \"me\"\npassword = \"geheim\"\n";
    let changes = &[
        ("Authorization: Basic b", "Authorization: Basic c", "key: "),
        ("bWU6Z2VoZWlt", "bWU6Z2VoZWls", "key: it shows another password than the profile's"),
    ];
    Row { name: "basic", fields, words, changes, sent: Sent::Pasted }.is_walked("basic");
}

/// The scheme `none` has nothing to verify, and says so.
#[test]
fn unsigned_requests_are_explained_and_sent_as_they_are() {
    let server = Capture::answering(&[EMPTY_OK]);
    let environment = TestEnvironment::new();
    environment.config(&format!("[profile.p]\nscheme = \"none\"\nurl = \"{}\"\n", server.url()));
    environment.signreq(&["explain", "p", "get", "/a"]).gives(0, Pattern::holds(&["none"]), "");
    let line = "signreq sign --format curl p get '/a?b=1' > run.sh && bash run.sh 2>&1";
    environment.shell(line).gives(0, Pattern::Something, "");
    assert!(server.request().starts_with("GET /a?b=1 HTTP/1.1\r\n"), "{}", server.request());
    for format in ["http", "json", "curl"] {
        let line = format!("signreq sign --format {format} p get /a | signreq verify p");
        let error = Pattern::holds(&["its scheme is none: there is no signature to verify"]);
        environment.shell(&line).gives(78, "", error);
    }
}

/// What is pasted into bash is taken by every system that knows the method.
#[test]
fn the_sandbox_takes_what_is_pasted_into_bash() {
    let set = |method| format!("--set signature_method={method}");
    let mut lines = Vec::new();
    for method in ["PLAINTEXT", "HMAC-SHA1"] {
        lines.push((format!("{} maas get /tags/ 'a==b c'", set(method)), "["));
        lines.push((format!("{} candlepin get /owners 'a==b c'", set(method)), "displayName"));
    }
    for method in ["PLAINTEXT", "HMAC-SHA1", "HMAC-SHA256"] {
        let words = format!("{} foreman get /api/v2/hosts search=='a b'", set(method));
        lines.push((words, "\"subtotal\""));
    }
    for (words, holds) in [
        ("ovh post /domain/zone/example.com/record fieldType=A target=192.0.2.1", "\"id\":"),
        ("dci get /api/v1/jobs limit==1", "\"jobs\":["),
        ("aws post / --as form Action=GetCallerIdentity Version=2011-06-15", "<Arn>"),
        ("s3 get '/backups/with space & (signs).txt'", "Its key needs encoding"),
    ] {
        lines.push((words.to_owned(), holds));
    }
    let environment = TestEnvironment::new();
    for (words, holds) in lines {
        let line = format!("signreq sign --format curl {words} > run.sh && bash -e run.sh");
        let ran = environment.program("signreq", &["sandbox", "--", "bash", "-c", &line]);
        ran.gives(0, Pattern::holds(&[holds]), Pattern::holds(&[]));
    }
    // A body that carries signatures is no curl form's: it is sent.
    for trailer in ["", "X-Amz-Trailer:x-amz-checksum-sha256"] {
        let line = format!(
            "signreq --set payload=chunked s3 put /backups/c {trailer} --data-raw 'one two' && \
             signreq s3 get /backups/c"
        );
        let ran = environment.program("signreq", &["sandbox", "--", "bash", "-c", &line]);
        ran.gives(0, "one two", "");
    }
    for (words, holds) in [
        ("s3 get /backups/readme.txt", "A bucket of the sandbox"),
        ("aws get / Action==GetCallerIdentity Version==2011-06-15", "<Arn>"),
    ] {
        let line = format!("curl -sSf --path-as-is -g \"$(signreq presign {words})\"");
        let ran = environment.program("signreq", &["sandbox", "--", "bash", "-c", &line]);
        ran.gives(0, Pattern::holds(&[holds]), "");
    }
    let late = "curl -sS \"$(signreq presign --timestamp 1700000000 s3 get /backups/readme.txt)\"";
    let ran = environment.program("signreq", &["sandbox", "--", "bash", "-c", late]);
    ran.gives(0, Pattern::holds(&["<Code>AccessDenied</Code><Message>Request has expired"]), "");
}
