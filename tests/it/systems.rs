//! Each system through its preset: what a request to it looks like, where its
//! paths lie, and which of its answers is no refusal of the signature.

use crate::capture::{Capture, EMPTY_OK};
use crate::environment::{Pattern, TestEnvironment};

/// A profile of each preset, for the server at `url`.
fn profiles(url: &str) -> String {
    format!(
        r#"
[profile.maas]
preset = "maas"
url = "{url}/MAAS"
key = "ck:tk:ts"

[profile.foreman]
preset = "foreman"
url = "{url}"
consumer_key = "ck"
consumer_secret = "cs"
user = "ares"

[profile.candlepin]
preset = "candlepin"
url = "{url}/candlepin"
consumer_key = "ck"
consumer_secret = "cs"
user = "admin"

[profile.candlepin-consumer]
preset = "candlepin"
url = "{url}/candlepin"
consumer_key = "ck"
consumer_secret = "cs"
consumer = "c0ffee"

[profile.ovh]
preset = "ovh"
endpoint = "{url}/1.0"
application_key = "ak"
application_secret = "as"
consumer_key = "ck"

[profile.dci]
preset = "dci"
url = "{url}"
access_key = "remoteci/1"
secret_key = "s"

[profile.aws]
preset = "aws"
url = "{url}"
service = "sts"
region = "eu-west-1"
access_key = "AK"
secret_key = "s"

[profile.s3]
preset = "s3"
url = "{url}"
access_key = "AK"
secret_key = "s"
"#
    )
}

struct World {
    environment: TestEnvironment,
    capture: Capture,
}

impl World {
    fn new() -> Self {
        let capture = Capture::answering(&[EMPTY_OK]);
        let environment = TestEnvironment::new();
        environment.config(&profiles(&capture.url()));
        Self { environment, capture }
    }

    /// What arrived for these words, OVHcloud's time being given.
    #[track_caller]
    fn sent(&self, words: &[&str]) -> String {
        let words = [&["--timestamp", "1700000000"], words].concat();
        self.environment.signreq(&words).gives(0, "", "");
        String::from_utf8(self.capture.requests().pop().unwrap()).unwrap()
    }

    #[track_caller]
    fn header(&self, name: &str, words: &[&str]) -> Option<String> {
        let sent = self.sent(words);
        let prefix = format!("{name}: ");
        sent.lines().find_map(|line| line.strip_prefix(&prefix)).map(str::to_owned)
    }
}

const JSON_FIRST: &str = "application/json, */*;q=0.5";

#[test]
fn each_preset_has_its_headers_and_its_kind_of_body() {
    let world = World::new();
    // profile, Accept, how fields travel, Content-Type of -d
    for (profile, accept, fields, raw) in [
        ("maas", "*/*", "multipart/form-data; boundary=", None),
        ("foreman", JSON_FIRST, "application/json", Some("application/json")),
        ("candlepin", JSON_FIRST, "application/json", Some("application/json")),
        ("ovh", "*/*", "application/json", Some("application/json")),
        ("dci", "*/*", "application/json", Some("application/json")),
        ("aws", "*/*", "application/json", None),
        ("s3", "*/*", "application/json", None),
    ] {
        assert_eq!(world.header("Accept", &[profile, "get", "/x"]).as_deref(), Some(accept));
        let sent = world.header("Content-Type", &[profile, "post", "/x", "a=1"]).unwrap();
        assert!(sent.starts_with(fields), "{profile}: {sent}");
        let sent = world.header("Content-Type", &[profile, "post", "/x", "-d", "{}"]);
        assert_eq!(sent.as_deref(), raw, "{profile}");
        let sent =
            world.header("Content-Type", &[profile, "post", "/x", "-d", "a", "--as", "form"]);
        assert_eq!(sent.as_deref(), Some("application/x-www-form-urlencoded"), "{profile}");
        // Foreman answers 415 to a POST or PUT without one, be it empty.
        for (method, foreman) in [("post", true), ("put", true), ("get", false), ("delete", false)]
        {
            let sent = world.header("Content-Type", &[profile, method, "/x"]);
            assert_eq!(sent.is_some(), foreman && profile == "foreman", "{profile} {method}");
        }
        assert_eq!(world.header("Cookie", &[profile, "get", "/x"]), None);
    }
}

#[test]
fn a_request_says_for_whom_it_is_made() {
    let world = World::new();
    for (profile, name, value) in [
        ("foreman", "FOREMAN-USER", "ares"),
        ("candlepin", "cp-user", "admin"),
        ("candlepin-consumer", "cp-consumer", "c0ffee"),
    ] {
        assert_eq!(world.header(name, &[profile, "get", "/x"]).as_deref(), Some(value));
        // One of them only: Candlepin would take the first it looks for.
        let sent = world.sent(&[profile, "get", "/x"]);
        let known = ["FOREMAN-USER: ", "cp-user: ", "cp-consumer: "];
        let count = known.iter().filter(|name| sent.contains(*name)).count();
        assert_eq!(count, 1, "{sent}");
        let word = format!("{name}:someone");
        let sent = world.header(name, &[profile, "get", "/x", &word]);
        assert_eq!(sent.as_deref(), Some("someone"));
        // It is no part of the signature, but needed to be let in.
        let printed = world.environment.signreq(&["sign", profile, "get", "/x"]);
        printed.gives(0, Pattern::holds(&[&format!("{name}: {value}\n"), "Authorization: "]), "");
    }
}

#[test]
fn oauth_headers_have_no_realm_and_maas_signs_in_plaintext() {
    let world = World::new();
    for (profile, method, token) in [
        ("maas", "PLAINTEXT", true),
        ("foreman", "HMAC-SHA1", false),
        ("candlepin", "HMAC-SHA1", false),
    ] {
        let sent = world.header("Authorization", &[profile, "get", "/x"]).unwrap();
        assert!(sent.starts_with("OAuth oauth_"), "{sent}");
        assert!(!sent.contains("realm") && !sent.contains("oauth_body_hash"), "{sent}");
        assert!(sent.contains(&format!("oauth_signature_method=\"{method}\"")), "{sent}");
        // An empty oauth_token is taken for a token by many servers.
        assert_eq!(sent.contains("oauth_token="), token, "{sent}");
        for name in ["oauth_timestamp=", "oauth_nonce=", "oauth_version=\"1.0\""] {
            assert!(sent.contains(name), "{profile}: {sent}");
        }
    }
}

/// oauthlib's servers, unless told otherwise, take a nonce of 20 to 30 letters
/// and digits and a timestamp of ten digits (`RequestValidator`).
#[test]
fn a_nonce_and_a_timestamp_are_what_the_strictest_servers_take() {
    let world = World::new();
    for profile in ["maas", "foreman", "candlepin"] {
        let sent = world.header("Authorization", &[profile, "get", "/x"]).unwrap();
        let value = |name: &str| {
            let rest = sent.split(&format!("{name}=\"")).nth(1).unwrap();
            rest.split('"').next().unwrap().to_owned()
        };
        let nonce = value("oauth_nonce");
        assert!((20..=30).contains(&nonce.len()), "{nonce}");
        assert!(nonce.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{nonce}");
        let time = value("oauth_timestamp");
        assert!(time.len() == 10 && time.bytes().all(|byte| byte.is_ascii_digit()), "{time}");
    }
}

/// The first line and the Host of the request that these words make.
#[track_caller]
fn goes_to(environment: &TestEnvironment, words: &[&str]) -> (String, String) {
    let words = [&["--dry-run"], words].concat();
    let shown = environment.signreq(&words).gives(0, Pattern::Something, "").stdout;
    let mut lines = shown.lines();
    let line = lines.next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
    (line, lines.next().unwrap().trim_start_matches("Host: ").to_owned())
}

#[test]
fn every_endpoint_of_ovhcloud_has_a_name() {
    for (name, host) in [
        ("ovh-eu", "eu.api.ovh.com"),
        ("ovh-ca", "ca.api.ovh.com"),
        ("ovh-us", "api.us.ovhcloud.com"),
        ("kimsufi-eu", "eu.api.kimsufi.com"),
        ("kimsufi-ca", "ca.api.kimsufi.com"),
        ("soyoustart-eu", "eu.api.soyoustart.com"),
        ("soyoustart-ca", "ca.api.soyoustart.com"),
        ("https://api.eu.ovhcloud.com/1.0", "api.eu.ovhcloud.com"),
        ("https://ovh.example:8443/1.0/", "ovh.example:8443"),
    ] {
        let environment = World::new().environment;
        let set = format!("endpoint={name}");
        for (path, expected) in [
            ("/me", "/1.0/me"),
            ("me", "/1.0/me"),
            ("/1.0/me", "/1.0/me"),
            ("/v1/me", "/v1/me"),
            ("/v2/iam/policy?a=b", "/v2/iam/policy?a=b"),
            ("/v2", "/v2"),
            ("/v2x", "/1.0/v2x"),
            ("/ip/127.0.0.1%2F29/reverse", "/1.0/ip/127.0.0.1%2F29/reverse"),
        ] {
            let went = goes_to(&environment, &["--set", &set, "ovh", "get", path]);
            assert_eq!(went, (format!("GET {expected}"), host.to_owned()), "{name} {path}");
        }
    }
    World::new().environment.signreq(&["--set", "endpoint=ovh-ue", "ovh", "get", "/me"]).gives(
        2,
        "",
        Pattern::holds(&["'ovh-ue'", "ovh-eu"]),
    );
}

#[test]
fn maas_paths_lie_under_its_api_and_a_resource_uri_is_taken_as_it_is() {
    let environment = TestEnvironment::new();
    for url in
        ["http://127.0.0.1:9/MAAS", "http://127.0.0.1:9/MAAS/", "http://127.0.0.1:9/MAAS/api/2.0/"]
    {
        environment.config(&profiles("").replace("\"/MAAS\"", &format!("\"{url}\"")));
        for (path, expected) in [
            ("/machines/", "/MAAS/api/2.0/machines/"),
            ("machines/", "/MAAS/api/2.0/machines/"),
            ("/machines", "/MAAS/api/2.0/machines"),
            ("/MAAS/api/2.0/machines/abc/", "/MAAS/api/2.0/machines/abc/"),
            ("/MAASX/", "/MAAS/api/2.0/MAASX/"),
        ] {
            let went = goes_to(&environment, &["maas", "get", path]);
            assert_eq!(went.0, format!("GET {expected}"), "{url} {path}");
        }
    }
}

#[test]
fn aws_takes_any_url_at_amazon_and_reads_the_scope_from_it() {
    let environment = TestEnvironment::new();
    let keys = "preset = \"aws\"\naccess_key = \"AK\"\nsecret_key = \"s\"\n";
    environment.config(&format!(
        "[profile.bare]\n{keys}[profile.full]\n{keys}service = \"ec2\"\nregion = \"eu-west-3\"\n"
    ));
    let scope = |profile: &str, url: &str| {
        let words = ["sign", profile, "get", url];
        let signed = environment.signreq(&words).gives(0, Pattern::Something, "").stdout;
        let scope = signed.split_once("Credential=AK/").unwrap().1.split_once(',').unwrap().0;
        let parts: Vec<&str> = scope.split('/').collect();
        (parts[2].to_owned(), parts[1].to_owned())
    };
    for profile in ["bare", "full"] {
        for (url, service, region) in [
            ("https://sqs.eu-west-1.amazonaws.com/q", "sqs", "eu-west-1"),
            ("https://sts.amazonaws.com/", "sts", "us-east-1"),
            ("https://ec2.cn-north-1.amazonaws.com.cn/", "ec2", "cn-north-1"),
        ] {
            assert_eq!(scope(profile, url), (service.to_owned(), region.to_owned()), "{url}");
        }
        for foreign in ["http://sqs.eu-west-1.amazonaws.com/", "https://amazonaws.com.example/"] {
            environment.signreq(&["sign", profile, "get", foreign]).gives(
                2,
                "",
                Pattern::holds(&["signs only for hosts of Amazon", "--allow-origin"]),
            );
        }
    }
    assert_eq!(scope("full", "/x"), ("ec2".to_owned(), "eu-west-3".to_owned()));
    environment.signreq(&["sign", "bare", "get", "/x"]).gives(
        2,
        "",
        Pattern::holds(&[
            "no url to join the path '/x' to",
            "https://SERVICE.REGION.amazonaws.com",
        ]),
    );
}

#[test]
fn a_known_user_without_a_permission_is_4_and_not_77() {
    for (profile, status, body) in [
        ("foreman", "403 Forbidden", r#"{"error":{"message":"Access denied"}}"#),
        ("candlepin", "403 Forbidden", r#"{"displayMessage":"Insufficient permissions"}"#),
        ("maas", "403 Forbidden", "Forbidden"),
        (
            "s3",
            "403 Forbidden",
            "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
        ),
    ] {
        let length = body.len();
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}");
        let capture = Capture::answering(&[answer.as_bytes()]);
        let environment = TestEnvironment::new();
        environment.config(&profiles(&capture.url()));
        environment.signreq(&[profile, "get", "/x"]).gives(4, body, Pattern::holds(&[status]));
    }
}

/// AWS, "Authenticating Requests: Using Query Parameters": X-Amz-Expires is from
/// 1 to 604800, seven days.
#[test]
fn a_signed_url_holds_a_week_at_most() {
    let environment = TestEnvironment::new();
    environment.config(
        "[profile.aws]\npreset = \"s3\"\nregion = \"eu-west-1\"\naccess_key = \"ak\"\n\
         secret_key = \"sk\"\n",
    );
    let presign = |span| environment.signreq(&["presign", "aws", "get", "/b/k", "--expires", span]);
    presign("8d").gives(
        2,
        "",
        Pattern::holds(&["--expires: '8d' is not a duration", "hint: write it like"]),
    );
    let maas = environment.signreq(&["presign", "--sandbox", "maas", "get", "/version/"]);
    let warned = Pattern::holds(&["warning", "the URL holds the secret itself"]);
    maas.gives(0, Pattern::holds(&["oauth_signature="]), warned);
    let with_header = environment.signreq(&["presign", "aws", "/b/k", "X-Foo:1", "X-Bar:2"]);
    let warned = Pattern::holds(&["only with the same headers sent: x-bar, x-foo\n"]);
    with_header.gives(0, Pattern::holds(&["SignedHeaders=host%3Bx-bar%3Bx-foo"]), warned);
    presign("168h").gives(0, Pattern::holds(&["&X-Amz-Expires=604800&"]), "");
    let refused = "a signed URL can hold from 1 to 604800 s, not 604801 s";
    presign("604801s").gives(2, "", Pattern::holds(&[refused, "--expires"]));
}

/// Foreman and Candlepin verify what stands in the Authorization header.
#[test]
fn a_signed_url_is_warned_of_where_it_is_not_read() {
    for (words, reads) in [
        ("foreman get /api/v2/hosts", false),
        ("candlepin get /owners", false),
        ("maas get /machines/", true),
        ("s3 get /backups", true),
    ] {
        let line = format!(
            "signreq presign {words} > url && curl -s -o answer -w '%{{http_code}}' \"$(cat url)\""
        );
        let ran = TestEnvironment::new().program("signreq", &["sandbox", "--", "sh", "-c", &line]);
        let name = words.split(' ').next().unwrap();
        let (status, warned) = match reads {
            true => ("200", Pattern::holds(&[])),
            false => ("401", Pattern::holds(&["in the Authorization header only", name])),
        };
        let output = ran.gives(0, status, warned);
        assert_eq!(output.stderr.contains("header only"), !reads, "{words}: {}", output.stderr);
    }
}
