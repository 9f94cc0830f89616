//! `verify`: captured requests of every scheme, valid and spoiled.

mod commands;
mod masked;
mod theirs;
mod urls;

use crate::environment::{Output, Pattern, Ran, TestEnvironment};

const CONFIG: &str = r#"
[profile.foreman]
preset = "foreman"
url = "https://foreman.example"
consumer_key = "katello"
consumer_secret = "geheim-f"
user = "ares"

[profile.maas]
preset = "maas"
url = "https://maas.example:5240/MAAS"
key = "consumer:token:geheim-m"

[profile.ovh]
preset = "ovh"
endpoint = "ovh-eu"
application_key = "application"
application_secret = "geheim-o"
consumer_key = "geheim-c"

[profile.dci]
preset = "dci"
access_key = "remoteci/1"
secret_key = "geheim-d"

[profile.s3]
preset = "s3"
url = "https://store.example"
region = "us-east-1"
access_key = "AK"
secret_key = "geheim-s"

[profile.basic]
scheme = "basic"
url = "https://api.example"
user = "me"
password = "geheim-b"

[profile.bearer]
scheme = "bearer"
url = "https://api.example"
token = "geheim-t"

[profile.tokens]
scheme = "oauth2"
url = "https://api.example"
token_url = "https://tokens.example/"
client_id = "id"
client_secret = "geheim-i"

[profile.none]
scheme = "none"
url = "https://api.example"
"#;

/// Each scheme's profile and a request that it signs.
const REQUESTS: &[&[&str]] = &[
    &["foreman", "post", "/api/v2/hosts", "search==a b", "name=ü"],
    &["foreman", "get", "/api/v2/hosts", "search==os = 'Debian'"],
    &["maas", "post", "/tags/", "--as", "form", "name=a b", "note=it's \"x\" $y\\n"],
    &["ovh", "post", "/domain/zone/example.com/record", "ttl:=60"],
    &["dci", "get", "/api/v1/jobs", "where==name:a"],
    &["s3", "put", "/bucket/a key+(1)", "--data-raw", "two\nlines\n"],
    &["basic", "get", "/a//b/../c"],
    &["bearer", "delete", "/x?[1]"],
];

fn world() -> TestEnvironment {
    let environment = TestEnvironment::new();
    environment.config(CONFIG);
    environment
}

/// The request as signreq writes it in that format.
fn signed(environment: &TestEnvironment, format: &str, words: &[&str]) -> String {
    let fixed = ["sign", "--timestamp", "1440938160", "--nonce", "n1", "--format", format];
    let words = [&fixed, words].concat();
    environment.signreq(&words).gives(0, Pattern::Something, "").stdout
}

fn verify(environment: &TestEnvironment, words: &[&str], capture: &str) -> Ran {
    environment.signreq_reading(&[&["verify"], words].concat(), capture)
}

/// The exit code 77 with these texts on standard output; no secret is shown.
#[track_caller]
fn invalid(ran: Ran, texts: &[&str]) -> Output {
    let errors = Pattern::holds(&["signreq: the signature does not hold: "]);
    let output = ran.gives(77, Pattern::holds(texts), errors);
    for stream in [&output.stdout, &output.stderr] {
        assert!(!stream.contains("geheim"), "{stream}");
    }
    output
}

#[test]
fn what_signreq_signs_is_valid_in_every_form() {
    let environment = world();
    for words in REQUESTS {
        for format in ["http", "curl", "json"] {
            let capture = signed(&environment, format, words);
            let form = if format == "json" { "har" } else { format };
            for input in [&["--input", form][..], &[]] {
                let ran = verify(&environment, &[&[words[0]], input].concat(), &capture);
                let output = ran.gives(0, Pattern::holds(&["valid: "]), Pattern::holds(&[]));
                let is_timed = !["basic", "bearer"].contains(&words[0]);
                assert_eq!(output.stderr.contains("too old by now"), is_timed, "{words:?}");
                assert!(!output.stdout.contains("geheim"), "{}", output.stdout);
            }
        }
    }
}

#[test]
fn a_bearer_token_that_was_asked_for_is_compared_with_the_cached_one() {
    use crate::capture::Capture;
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 71\r\n\r\n\
        {\"access_token\":\"geheim-a\",\"token_type\":\"Bearer\",\"expires_in\":3599    }";
    let server = Capture::answering(&[answer]);
    let environment = TestEnvironment::new();
    environment.config(&CONFIG.replace("https://tokens.example", &server.url()));
    let request = |token: &str| {
        format!("GET / HTTP/1.1\nHost: api.example\nAuthorization: Bearer {token}\n\n")
    };
    let missing = Pattern::holds(&["no access token is cached", "hint: signreq sign tokens get /"]);
    verify(&environment, &["tokens"], &request("geheim-a")).gives(78, "", missing);
    let ran = environment.signreq(&["sign", "tokens", "get", "/"]);
    ran.gives(0, "Authorization: Bearer geheim-a\n", Pattern::holds(&[]));
    verify(&environment, &["tokens"], &request("geheim-a")).gives(0, "valid: oauth2\n", "");
    invalid(verify(&environment, &["tokens"], &request("geheim-b")), &["differs: key: "]);
}

#[test]
fn line_feeds_alone_and_a_file_do_too() {
    let environment = world();
    let capture = signed(&environment, "http", REQUESTS[1]).replace("\r\n", "\n");
    environment.file("request.http", capture);
    environment.signreq(&["verify", "foreman", "request.http"]).gives(
        0,
        Pattern::holds(&[
            "valid: oauth1 HMAC-SHA1, key katello, signed 2015-08-30T12:36:00Z (",
            " days ago)\n",
        ]),
        "signreq: a server that looks at the time finds the signature too old by now\n",
    );
}

/// A change of each signed part, by what a client or proxy does to requests.
#[test]
fn a_change_is_named() {
    let environment = world();
    for (index, from, to, finding, both) in [
        (0, "POST /api", "PUT /api", "method: it was made for the method POST", "in the method"),
        (1, "hosts?", "hosts/?", "path: it was made for the path without the trailing", "byte 37"),
        (
            1,
            "search=",
            "x=1&search=",
            "query: it was made without the query parameter x",
            "parameters",
        ),
        (1, "foreman.example", "foreman.example:3000", "host: it was made for", "base string URI"),
        (3, "POST /1.0", "PUT /1.0", "method: it was made for the method POST", "pre-image"),
        (3, "{\"ttl\":60}", "{\"ttl\":61}", "key: no known change", "signature"),
        (4, "GET /api", "HEAD /api", "method: it was made for the method GET", "in the method"),
        (5, "two\nlines", "two\nlanes", "body: the body received has another hash", ""),
        (5, "PUT /bucket", "PUT /bocket", "key: no known change", "canonical request"),
    ] {
        let words = REQUESTS[index];
        let capture = signed(&environment, "http", words);
        let changed = capture.replacen(from, to, 1);
        assert_ne!(changed, capture, "{from} is not in\n{capture}");
        invalid(
            verify(&environment, &[words[0]], &changed),
            &["invalid: ", &format!("differs: {finding}"), both],
        );
    }
}

#[test]
fn the_scheme_is_the_profiles_or_as_told() {
    let environment = world();
    let capture = signed(&environment, "http", REQUESTS[1]);
    let output = invalid(
        verify(&environment, &["foreman", "--scheme", "http"], &capture),
        &[
            "differs: scheme: it was made for https://foreman.example",
            "base string URI, RFC 5849 section 3.4.1.2",
            "     ours | http://foreman.example/api/v2/hosts\n",
            "   theirs | https://foreman.example/api/v2/hosts\n",
            "                ^ byte 5\n",
        ],
    );
    assert!(output.stderr.contains("hint: a proxy has to hand on"), "{}", output.stderr);
}

#[test]
fn another_secret_or_key_is_told_from_a_changed_request() {
    let environment = world();
    for (index, from, to) in [
        (0, "geheim-f", "geheim-f2"),
        (2, "geheim-m", "geheim-m2"),
        (3, "geheim-o", "geheim-o2"),
        (4, "geheim-d", "geheim-d2"),
        (5, "geheim-s", "geheim-s2"),
    ] {
        let capture = signed(&environment, "http", REQUESTS[index]);
        let other = TestEnvironment::new();
        other.config(&CONFIG.replacen(from, to, 1));
        let found = "differs: key: no known change of the request explains";
        let output = invalid(verify(&other, &[REQUESTS[index][0]], &capture), &[found]);
        assert!(output.stderr.contains("hint: --theirs FILE"), "{}", output.stderr);
    }
    for (index, from, to, what) in
        [(6, "geheim-b", "geheim-b2", "password"), (7, "geheim-t", "geheim-t2", "token")]
    {
        let capture = signed(&environment, "http", REQUESTS[index]);
        let other = TestEnvironment::new();
        other.config(&CONFIG.replacen(from, to, 1));
        let found = format!("differs: key: it shows another {what} than the profile's");
        let output = invalid(verify(&other, &[REQUESTS[index][0]], &capture), &[&found]);
        assert!(output.stderr.contains("hint: signreq sign PROFILE"), "{}", output.stderr);
        assert!(!output.stderr.contains("--theirs"), "{}", output.stderr);
    }
    for (index, from, to, finding) in [
        (0, "\"katello\"", "\"kat\"", "it is signed by consumer_key katello, the profile has kat"),
        (2, "consumer:token", "consumer:t", "it is signed by token token, the profile has t"),
        (3, "\"application\"", "\"app\"", "it is signed by application_key application"),
        (3, "geheim-c", "geheim-x", "it is signed with another consumer_key than the profile's"),
        (4, "remoteci/1", "remoteci/2", "it is signed by access_key remoteci/1, the profile has"),
        (5, "\"AK\"", "\"AKX\"", "it is signed by access_key AK, the profile has AKX"),
        (6, "\"me\"", "\"you\"", "it is signed by user me, the profile has you"),
    ] {
        let capture = signed(&environment, "http", REQUESTS[index]);
        let other = TestEnvironment::new();
        other.config(&CONFIG.replacen(from, to, 1));
        invalid(verify(&other, &[REQUESTS[index][0]], &capture), &[&format!("key: {finding}")]);
    }
}

#[test]
fn a_secret_copied_with_its_line_break_is_found() {
    let environment = world();
    let other = TestEnvironment::new();
    other.config(&CONFIG.replacen("geheim-f", "geheim-f\\n", 1));
    let capture = signed(&other, "http", REQUESTS[0]);
    invalid(
        verify(&environment, &["foreman"], &capture),
        &["differs: key: it was made with a consumer_secret that has a trailing line break"],
    );
}

#[test]
fn a_signed_header_that_is_gone_is_named() {
    let environment = world();
    let capture = signed(&environment, "http", &["s3", "get", "/b", "X-Team:ops"]);
    let changed = capture.replace("X-Team: ops\r\n", "");
    let found = "differs: header: it covers the header 'x-team', which the request has not";
    invalid(verify(&environment, &["s3"], &changed), &[found]);
}

#[test]
fn what_carries_no_signature_is_unreadable() {
    let environment = world();
    for (profile, capture, message) in [
        ("foreman", "GET /x HTTP/1.1\nHost: h\n\n", "the request carries no oauth1 signature"),
        ("foreman", "GET /x HTTP/1.1\n\n", "it has no Host header"),
        ("foreman", "hello", "neither an HTTP request, a HAR, a curl command nor a URL"),
        ("foreman", "", "the capture is empty"),
        (
            "foreman",
            "GET /x HTTP/1.1\nHost: h\nAuthorization: OAuth oauth_nonce=\"1\"\n\n",
            "its oauth1 signature cannot be read: ",
        ),
        (
            "foreman",
            "GET /x HTTP/1.1\nHost: h\nAuthorization: Bearer x\n\n",
            "hint: it carries one of the scheme oauth2 or bearer",
        ),
        ("foreman", "curl -F a=b http://h/", "the curl command cannot be read: -F: "),
        ("foreman", "{\"log\":1}", "the HAR cannot be read: "),
    ] {
        verify(&environment, &[profile], capture).gives(65, "", Pattern::holds(&[message]));
    }
}

#[test]
fn wrong_usage_and_config_have_their_own_codes() {
    let environment = world();
    let get = "GET /x HTTP/1.1\nHost: h\n\n";
    for (words, status, message) in [
        (&["none"][..], 78, "profile none: its scheme is none"),
        (&["absent"], 78, "absent"),
        (&["foreman", "-", "--theirs", "-"], 2, "both the request and --theirs"),
        (&["foreman", "--entry", "1"], 2, "--entry picks a request of a HAR"),
        (&["foreman", "absent.http"], 26, "absent.http: cannot be read"),
        (&[], 2, "PROFILE"),
    ] {
        verify(&environment, words, get).gives(status, "", Pattern::holds(&[message]));
    }
}

#[test]
fn findings_are_data() {
    let environment = world();
    let capture = signed(&environment, "http", REQUESTS[1]).replace("hosts?", "hosts/?");
    let words = ["foreman", "--format", "json"];
    let output = invalid(verify(&environment, &words, &capture), &["\"valid\""]);
    let found: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(found["valid"], false);
    assert_eq!((&found["scheme"], &found["key"]), (&"oauth1".into(), &"katello".into()));
    assert_eq!(found["signed"], "2015-08-30T12:36:00Z");
    assert_eq!(found["difference"]["step"], "path");
    let comparison = &found["difference"]["comparison"];
    assert_eq!(comparison["step"], "base string URI");
    assert_eq!(comparison["byte"], "https://foreman.example/api/v2/hosts/".len());
    assert_eq!(comparison["theirs"], "https://foreman.example/api/v2/hosts");
    assert!(found["server"].is_null() && found["steps"].is_array());
}

#[test]
fn the_sandboxs_secrets_verify_what_it_is_sent() {
    let environment = TestEnvironment::new();
    let words = ["sign", "--sandbox", "--format", "curl", "maas", "get", "/version/"];
    let capture = environment.signreq(&words).gives(0, Pattern::Something, "").stdout;
    let ran = environment.signreq_reading(&["verify", "--sandbox", "maas"], &capture);
    ran.gives(0, Pattern::holds(&["valid: oauth1 PLAINTEXT, key ", " ago)"]), "");
}
