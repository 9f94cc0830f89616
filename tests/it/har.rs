//! `--har`: what stands in the archive, and that `verify` reads it.

use crate::capture::{Capture, EMPTY_OK};
use crate::environment::{Pattern, TestEnvironment};
use serde_json::{Value, json};
use std::io::Write as _;

/// The entries of an archive of the working directory.
fn entries(environment: &TestEnvironment, name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(environment.work().join(name)).unwrap();
    let archive: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(archive["log"]["version"], "1.2");
    assert_eq!(archive["log"]["creator"]["name"], "signreq");
    archive["log"]["entries"].as_array().unwrap().clone()
}

/// The values at a place of each entry.
fn each(entries: &[Value], place: &str) -> Vec<Value> {
    entries.iter().map(|entry| entry.pointer(place).cloned().unwrap_or_default()).collect()
}

fn shop(server: &Capture) -> TestEnvironment {
    let environment = TestEnvironment::new();
    environment.config(&format!(
        "[profile.p]\nscheme = 'oauth1'\nsignature_method = 'PLAINTEXT'\nurl = '{}'\n\
         consumer_key = 'k'\nconsumer_secret = 'geheim/1'\ntoken = 't'\ntoken_secret = 'geheim+2'\n",
        server.url()
    ));
    environment
}

fn answer(fields: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{fields}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

#[test]
fn all_that_leads_to_an_answer_is_an_entry() {
    let busy =
        b"HTTP/1.1 503 No\r\nRetry-After: 0\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbusy";
    let moved = b"HTTP/1.1 307 Moved\r\nLocation: /b?code=geheim3\r\nContent-Length: 0\r\n\r\n";
    let page = |items: &str, more: &str| answer(more, items.as_bytes());
    let first = page("[1]", "Link: </b?page=2>; rel=next\r\nContent-Type: application/json\r\n");
    let server = Capture::answering(&[busy, moved, &first, &page("[2]", "")]);
    let environment = shop(&server);
    let words = ["p", "/a", "--retry", "1", "-L", "--paginate", "-sS", "--har", "run.har"];
    environment.signreq(&words).gives(0, "[1,2]", "");
    let entries = entries(&environment, "run.har");
    assert_eq!(each(&entries, "/response/status"), [503, 307, 200, 200]);
    let url = |path: &str| json!(format!("{}{path}", server.url()));
    let urls = ["/a", "/a", "/b?code=***", "/b?page=2"].map(url);
    assert_eq!(each(&entries, "/request/url"), urls);
    assert_eq!(each(&entries, "/response/content/text"), ["busy", "", "[1]", "[2]"]);
    assert_eq!(entries[1]["response"]["redirectURL"], "/b?code=***");
    assert_eq!(entries[2]["response"]["content"]["mimeType"], "application/json");
    for entry in &entries {
        assert_eq!(entry["serverIPAddress"], "127.0.0.1");
        let spans = ["dns", "connect", "send", "wait", "receive"];
        let spans = spans.iter().map(|name| entry["timings"][name].as_f64().unwrap());
        let sum: f64 = spans.filter(|span| *span > 0.0).sum();
        assert!((entry["time"].as_f64().unwrap() - sum).abs() < 0.01, "{entry}");
        assert!(entry["timings"]["_sign"].as_f64().unwrap() >= 0.0, "{entry}");
    }
    let times = each(&entries, "/startedDateTime");
    assert!(times.is_sorted_by_key(|time| time.as_str().unwrap().to_owned()), "{times:?}");
}

#[test]
fn what_is_asked_before_signing_is_an_entry() {
    let environment = TestEnvironment::new();
    let words = ["--sandbox", "ovh", "get", "/me", "--jq", ".state", "--har", "run.har"];
    environment.signreq(&words).gives(0, "complete\n", "");
    let entries = entries(&environment, "run.har");
    let urls = each(&entries, "/request/url");
    assert_eq!(urls.len(), 2);
    assert!(urls[0].as_str().unwrap().ends_with("/auth/time"), "{urls:?}");
    assert!(urls[1].as_str().unwrap().ends_with("/me"), "{urls:?}");
}

#[test]
fn secrets_are_masked_wherever_they_stand() {
    let echo = answer(
        "Content-Type: application/json\r\nSet-Cookie: s=geheim4\r\nX-Echo: geheim/1\r\n",
        b"{\"echo\":\"geheim/1 geheim%2B2 geheim5 geheim6\",\"access_token\":\"geheim7\"}",
    );
    let server = Capture::answering(&[&echo]);
    let environment = shop(&server);
    let words = [
        "p",
        "post",
        "/x",
        "api_key==geheim5",
        "X-Own:geheim6",
        "password=geheim8",
        "b[token]=geheim9",
        "--har",
        "run.har",
        "-f",
    ];
    environment.signreq(&words).gives(0, Pattern::Something, Pattern::holds(&[]));
    let text = std::fs::read_to_string(environment.work().join("run.har")).unwrap();
    assert!(!text.contains("geheim"), "{text}");
    assert!(text.contains("Secrets are masked"), "{text}");
    let entries = entries(&environment, "run.har");
    assert_eq!(
        entries[0]["request"]["postData"]["text"],
        r#"{"password":"***","b":{"token":"***"}}"#
    );
    let told = r#"{"echo":"*** *** *** ***","access_token":"***"}"#;
    assert_eq!(entries[0]["response"]["content"]["text"], told);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let file = std::fs::metadata(environment.work().join("run.har")).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }
    let shown = [&words[..], &["--show-secrets"]].concat();
    environment.signreq(&shown).gives(0, Pattern::Something, Pattern::holds(&[]));
    let text = std::fs::read_to_string(environment.work().join("run.har")).unwrap();
    for number in [1, 2, 4, 5, 6, 7, 8, 9] {
        assert!(
            ["/", "%2B", ""].iter().any(|c| text.contains(&format!("geheim{c}{number}"))),
            "{number}"
        );
    }
    assert!(!text.contains("Secrets are masked"), "{text}");
}

#[test]
fn bodies_are_decoded_text_or_base64_and_not_too_long() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(b"packed text").unwrap();
    let packed = packed.finish().unwrap();
    let large = vec![b'x'; 1024 * 1024 + 1];
    for (fields, body, expected) in [
        ("Content-Encoding: gzip\r\n", &packed[..], json!({ "size": 11, "text": "packed text" })),
        ("", b"\x89PNG", json!({ "size": 4, "text": "iVBORw==", "encoding": "base64" })),
        // The secret in it is masked.
        ("", b"\xff geheim/1", json!({ "size": 10, "text": "/yAqKio=", "encoding": "base64" })),
        ("", br#"{"a":"geheim\/1"}"#, json!({ "size": 17, "text": r#"{"a":"***"}"# })),
        ("", &large, json!({ "size": large.len(), "comment": "longer than 1 MiB, left out" })),
    ] {
        let server = Capture::answering(&[&answer(fields, body)]);
        let environment = shop(&server);
        let words = ["p", "/x", "-o", "out", "--compressed", "--har", "run.har"];
        environment.signreq(&words).gives(0, "", Pattern::holds(&[]));
        let entry = &entries(&environment, "run.har")[0];
        let mut content = entry["response"]["content"].clone();
        content.as_object_mut().unwrap().remove("mimeType");
        assert_eq!(content, expected);
        assert_eq!(entry["response"]["bodySize"], body.len());
    }
}

#[test]
fn a_run_that_fails_leaves_an_archive_too() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\nConnection: close\r\n\r\nhalf";
    let server = Capture::answering(&[b"", cut]);
    let environment = shop(&server);
    let har = |words: &[&str], code, error: &str, status: u16, text: Value| {
        let words = [words, &["--har", "run.har"]].concat();
        environment.signreq(&words).gives(code, Pattern::holds(&[]), Pattern::holds(&[error]));
        let entries = entries(&environment, "run.har");
        assert_eq!(each(&entries, "/response/status"), [status]);
        assert_eq!(each(&entries, "/response/content/text"), [text]);
        let told = entries[0]["response"]["_error"].as_str().unwrap();
        assert!(told.contains(error), "{told}");
    };
    har(&["p", "/x"], 52, "closed without an answer", 0, Value::Null);
    har(&["p", "/x"], 18, "ended after 4 of 20 bytes", 200, json!("half"));
    let url = format!("url=http://{closed}");
    har(&["p", "--set", &url, "/x"], 7, "refused", 0, Value::Null);
    // One that was not read to its end says so.
    let refused = b"HTTP/1.1 404 No\r\nContent-Length: 100000\r\n\r\nno";
    let server = Capture::answering(&[refused]);
    let environment = shop(&server);
    let words = ["p", "/x", "-f", "--har", "run.har", "-m", "5"];
    environment.signreq(&words).gives(4, "", Pattern::Something);
    assert_eq!(
        entries(&environment, "run.har")[0]["response"]["content"]["comment"],
        "not read to its end"
    );
}

#[test]
fn each_look_of_a_wait_is_an_entry() {
    let server = Capture::answering(&[&answer("", b"1"), &answer("", b"2"), &answer("", b"3")]);
    let environment = shop(&server);
    let words = ["p", "/x", "--until", ". == 3", "--every", "1ms", "-s", "--har", "run.har"];
    environment.signreq(&words).gives(0, "3", "");
    let texts = each(&entries(&environment, "run.har"), "/response/content/text");
    assert_eq!(texts, ["1", "2", "3"]);
}

#[test]
fn verify_reads_what_was_written() {
    for (fields, words) in [
        ("scheme = 'oauth1'\nconsumer_key = 'k'\nconsumer_secret = 'geheim'", &["a=1"][..]),
        (
            "scheme = 'sigv4'\nservice = 's3'\nregion = 'r'\naccess_key = 'a'\nsecret_key = 'geheim'",
            &["-d", "\u{fc}"],
        ),
        (
            "scheme = 'ovh'\napplication_key = 'a'\napplication_secret = 'geheim'\nconsumer_key = 'geheim-2'",
            &["-T", "binary", "--timestamp", "1700000000"],
        ),
    ] {
        let server = Capture::answering(&[EMPTY_OK]);
        let environment = TestEnvironment::new();
        environment.file("binary", b"\xff\0binary");
        environment.config(&format!("[profile.p]\nurl = '{}'\n{fields}\n", server.url()));
        let words =
            [&["p", "post", "/x y", "q==\u{fc}", "--har", "run.har", "--show-secrets"], words]
                .concat();
        environment.signreq(&words).gives(0, "", Pattern::holds(&[]));
        let told = Pattern::holds(&["valid: "]);
        environment.signreq(&["verify", "p", "run.har"]).gives(0, told, Pattern::holds(&[]));
    }
}

#[test]
fn the_file_is_whole_or_as_it_was() {
    let server = Capture::answering(&[EMPTY_OK]);
    let environment = shop(&server);
    for (words, code, told) in [
        (&["--har", "no/such/place.har"][..], 23, "--har: cannot write to no/such/place.har: "),
        (&["--har", "-"], 2, "--har writes a file: standard output is for the answer"),
        (&["--har", "x", "--dry-run"], 2, "cannot be used with"),
    ] {
        environment.signreq(&[&["p", "/x"], words].concat()).gives(
            code,
            "",
            Pattern::holds(&[told]),
        );
    }
    assert_eq!(server.requests().len(), 0);
    assert_eq!(std::fs::read_dir(environment.work()).unwrap().count(), 0);
    // A full disk is known before anything is sent.
    #[cfg(target_os = "linux")]
    environment.signreq(&["p", "/x", "--har", "/dev/full"]).gives(
        23,
        "",
        Pattern::holds(&["--har: cannot write to /dev/full: No space left on device"]),
    );
}
