//! Servers and proxies that repeat the request, credential and all, in the
//! reason phrase or in a message: it is told without.

use crate::environment::{Pattern, TestEnvironment};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

/// A server that answers each request with what `answer` makes of it, line
/// breaks replaced.
fn repeating(answer: impl Fn(&str) -> String + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let request = received(&mut stream).replace("\r\n", " | ");
            // Whoever has seen enough hangs up.
            let _ = stream.write_all(answer(&request).as_bytes());
        }
    });
    port
}

/// A request with its body; what came of one that ended early.
fn received(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let mut byte = [0];
    let is_whole = |text: &[u8]| {
        let text = String::from_utf8_lossy(text).to_lowercase();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        Some(body.len() >= length.map_or(0, |length| length.parse().unwrap()))
    };
    while is_whole(&text) != Some(true) && stream.read_exact(&mut byte).is_ok() {
        text.extend(byte);
    }
    String::from_utf8(text).unwrap()
}

/// The request in the reason phrase of an answer with this status.
fn in_reason(status: u16) -> impl Fn(&str) -> String + Send + 'static {
    move |request| {
        format!(
            "HTTP/1.1 {status} Saw {request}\r\nConnection: close\r\nRetry-After: 0\r\n\
             Content-Length: 2\r\n\r\nhi"
        )
    }
}

/// The request in the message of an API's JSON.
fn in_message(status: u16) -> impl Fn(&str) -> String + Send + 'static {
    move |request| message(status, request)
}

fn message(status: u16, request: &str) -> String {
    let body = serde_json::json!({ "message": request, "error": { "message": request } });
    let body = body.to_string();
    format!(
        "HTTP/1.1 {status} \r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Runs the words with every option that shows a head or an error line, and
/// gives all that was told: standard error, the head on standard output, and
/// the archive.
fn told(environment: &TestEnvironment, words: &[&str]) -> String {
    let har = environment.work().join("run.har");
    let mut told = String::new();
    for options in [&["-v", "--har", "run.har"][..], &["-i", "--retry", "1"], &["-f"]] {
        let _ = std::fs::remove_file(&har);
        let (_, stdout, stderr) = environment.signreq(&[words, options].concat()).streams();
        told += &String::from_utf8(stdout).unwrap();
        told += &String::from_utf8(stderr).unwrap();
        told += &std::fs::read_to_string(&har).unwrap_or_default();
    }
    told
}

const PASSWORD: &str = "PROXYPASSWORD";

/// The ways to name a proxy on this port and who we are there: lines of the
/// config, and a variable.
fn ways(port: u16) -> [(String, String); 2] {
    let lines = format!(
        "proxy = 'http://127.0.0.1:{port}'\nproxy_user = 'joe'\nproxy_password = '{PASSWORD}'"
    );
    [(lines, String::new()), (String::new(), format!("http://joe:{PASSWORD}@127.0.0.1:{port}"))]
}

#[test]
fn a_proxy_is_not_told_to_have_been_shown_the_password() {
    let encoded = STANDARD.encode(format!("joe:{PASSWORD}"));
    for status in [200, 403, 502, 503] {
        let port = repeating(in_reason(status));
        for (lines, variable) in ways(port) {
            for target in ["http://origin.invalid", "https://origin.invalid"] {
                let mut environment = TestEnvironment::new();
                environment
                    .config(&format!("[profile.p]\nscheme = 'none'\nurl = '{target}'\n{lines}\n"));
                environment.set("all_proxy", &*variable);
                let mut told = told(&environment, &["p", "get", "/x"]);
                let (_, stdout, stderr) = environment.signreq(&["doctor", "p"]).streams();
                told += &String::from_utf8([stdout, stderr].concat()).unwrap();
                let is_told = status != 200 || target.starts_with("http:");
                assert_eq!(told.contains("Proxy-Authorization: Basic ***"), is_told, "{told}");
                assert!(!told.contains(&encoded) && !told.contains(PASSWORD), "{told}");
            }
        }
    }
}

#[test]
fn a_message_is_told_without_the_proxys_password() {
    let encoded = STANDARD.encode(format!("joe:{PASSWORD}"));
    let port = repeating(in_message(404));
    for (lines, variable) in ways(port) {
        let mut environment = TestEnvironment::new();
        environment.config(&format!(
            "[profile.p]\nscheme = 'none'\nurl = 'http://origin.invalid'\n{lines}\n\
             [profile.f]\npreset = 'foreman'\nurl = 'http://origin.invalid'\nconsumer_key = 'k'\n\
             consumer_secret = 'geheim-1'\n{lines}\n"
        ));
        environment.set("all_proxy", &*variable);
        for profile in ["p", "f"] {
            let ran = environment.signreq(&[profile, "get", "/api/v2/x", "-f"]);
            let told = ran.gives(4, "", Pattern::holds(&["Proxy-Authorization: Basic ***"]));
            assert!(!told.stderr.contains(&encoded), "{}", told.stderr);
        }
    }
}

/// What is masked in the URL is masked where a server repeats it, however that
/// decodes it.
#[test]
fn credentials_of_the_query_are_not_told() {
    let decoded = |request: &str| request.replace("%2F", "/").replace('+', " ");
    let typed = "/x?access_token=QSE%2FCRETQ&X-Amz-Signature=SIG+NED&page=12345";
    for status in [200, 302, 404, 503] {
        let as_sent = repeating(in_reason(status));
        let answer = in_reason(status);
        let as_read = repeating(move |request| answer(&decoded(request)));
        for port in [as_sent, as_read, repeating(in_message(404))] {
            let environment = TestEnvironment::new();
            environment.config(&format!(
                "[profile.p]\nscheme = 'none'\nurl = 'http://127.0.0.1:{port}'\n"
            ));
            // A message in a body that is printed is the user's.
            let words = ["p", "get", typed, "--jq", "empty"];
            let told = told(&environment, &words);
            let told = told.lines().filter(|line| !line.starts_with('{')).collect::<String>();
            assert!(told.contains("page=12345"), "{told}");
            for secret in ["QSE%2FCRETQ", "QSE/CRETQ", "SIG+NED", "SIG NED"] {
                assert!(!told.contains(secret), "{secret}: {told}");
            }
        }
    }
}

#[test]
fn a_signature_in_the_query_or_a_form_is_not_told() {
    let port = repeating(in_reason(404));
    for (transmit, words) in [
        ("query", &["p", "get", "/x"][..]),
        ("form", &["p", "post", "/x", "--as", "form", "password=hunter+22 é"]),
    ] {
        let environment = TestEnvironment::new();
        environment.config(&format!(
            "[profile.p]\nscheme = 'oauth1'\nurl = 'http://127.0.0.1:{port}'\n\
             consumer_key = 'k'\nconsumer_secret = 'geheim-1'\ntransmit = '{transmit}'\n"
        ));
        let told = told(&environment, words);
        let answered = told.split("Saw ").skip(1);
        assert!(answered.clone().count() >= 4, "{told}");
        for line in answered.map(|text| text.lines().next().unwrap()) {
            assert!(line.contains("oauth_signature=***"), "{line}");
            assert!(!line.contains("hunter"), "{line}");
        }
    }
}

#[test]
fn show_secrets_shows_the_reason_phrase_as_it_came() {
    let port = repeating(in_reason(200));
    let environment = TestEnvironment::new();
    environment.config(&format!(
        "[profile.p]\nscheme = 'bearer'\nurl = 'http://127.0.0.1:{port}'\ntoken = 'geheim-1'\n"
    ));
    let show = |words: &[&str]| {
        let words = [&["p", "get", "/x?token=geheim-2"], words].concat();
        let (_, stdout, stderr) = environment.signreq(&words).streams();
        let archive = std::fs::read_to_string(environment.work().join("run.har")).unwrap();
        String::from_utf8([stdout, stderr].concat()).unwrap() + &archive
    };
    let options = ["-v", "-i", "--har", "run.har"];
    let masked = show(&options);
    assert!(masked.contains("Saw GET /x?token=*** ") && !masked.contains("geheim"), "{masked}");
    let shown = show(&[&options[..], &["--show-secrets"]].concat());
    let phrases: Vec<&str> = shown.split("200 Saw GET").skip(1).collect();
    assert_eq!(phrases.len(), 2, "{shown}");
    assert!(shown.contains("\"statusText\":\"Saw GET /x?token=geheim-2 "), "{shown}");
    for phrase in phrases {
        let line = phrase.lines().next().unwrap();
        assert!(line.contains("token=geheim-2") && line.contains("Bearer geheim-1"), "{line}");
    }
}

/// An error stands in logs: what is shown is asked for with -v.
#[test]
fn an_error_is_told_without_secrets_in_any_case() {
    let port = repeating(in_reason(404));
    let environment = TestEnvironment::new();
    environment.config(&format!(
        "[profile.p]\nscheme = 'bearer'\nurl = 'http://127.0.0.1:{port}'\ntoken = 'geheim-1'\n"
    ));
    let ran = environment.signreq(&["p", "get", "/x", "-f", "--show-secrets"]);
    let told = ran.gives(4, "", Pattern::holds(&["404 Saw GET /x", "Bearer ***"]));
    assert!(!told.stderr.contains("geheim"), "{}", told.stderr);
}

#[test]
fn what_is_waited_for_is_told_without_secrets() {
    let port = repeating(in_message(200));
    let environment = TestEnvironment::new();
    environment.config(&format!("[profile.p]\nscheme = 'none'\nurl = 'http://127.0.0.1:{port}'\n"));
    let words = ["p", "get", "/x?token=geheim", "--until", ".message == \"\"", "--for", "0s"];
    let told = environment.signreq(&words);
    let told = told.gives(65, Pattern::Something, Pattern::holds(&["\"GET /x?token=*** "]));
    assert!(!told.stderr.contains("geheim"), "{}", told.stderr);
}
