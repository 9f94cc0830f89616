//! What goes to standard output, what to standard error and what into a file,
//! under the options that say so.

use crate::bad_input::on_a_terminal;
use crate::capture::Capture;
use crate::environment::{Pattern, TestEnvironment};

/// An environment whose profile `p` does not sign, for a server that answers so.
fn answering(head: &str, body: &str) -> (TestEnvironment, Capture) {
    let answer = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let capture = Capture::answering(&[answer.as_bytes()]);
    let environment = TestEnvironment::new();
    let url = capture.url();
    environment.config(&format!("[profile.p]\nscheme = \"none\"\nurl = \"{url}\"\n"));
    (environment, capture)
}

#[test]
fn the_head_goes_before_the_body_and_not_into_the_file() {
    let (environment, _capture) = answering("200 OK\r\nX-Odd:  1", "body");
    let head = "HTTP/1.1 200 OK\r\nX-Odd: 1\r\nContent-Length: 4\r\n\r\n";
    environment.signreq(&["-i", "p", "/x"]).gives(0, format!("{head}body"), "");
    environment.signreq(&["-i", "-o", "file", "p", "/x"]).gives(0, head, "");
    assert_eq!(std::fs::read(environment.work().join("file")).unwrap(), b"body");
    let (environment, _capture) = answering("404 Not Found", "body");
    let head = "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\n";
    let told = || Pattern::holds(&["answered 404 Not Found"]);
    environment.signreq(&["-i", "p", "/x"]).gives(4, format!("{head}body"), told());
    environment.signreq(&["-if", "p", "/x"]).gives(4, head, told());
    environment.signreq(&["-io", "file", "p", "/x"]).gives(4, format!("{head}body"), told());
    assert!(!environment.work().join("file").exists());
}

#[test]
fn a_file_is_replaced_whole_or_not_at_all() {
    let (environment, _capture) = answering("200 OK", "new");
    let path = environment.file("file", "a longer one before");
    environment.signreq(&["-o", "file", "p", "/x"]).gives(0, "", "");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
    let cut = Capture::answering(&[
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nn",
    ]);
    let set = format!("url={}", cut.url());
    let told = Pattern::holds(&["ended after 1 of 9"]);
    environment.signreq(&["-o", "file", "p", "/x", "--set", &set]).gives(18, "", told);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
    assert_eq!(std::fs::read_dir(environment.work()).unwrap().count(), 1);
}

#[test]
fn verbose_shows_what_is_asked_before_too() {
    let environment = TestEnvironment::new();
    let heads = [
        "> GET /1.0/auth/time HTTP/1.1\n> Host: 127.0.0.1:",
        "> GET /1.0/me HTTP/1.1\n> Host: 127.0.0.1:",
        "> X-Ovh-Consumer: ***\n",
    ];
    let body = Pattern::holds(&["\"nichandle\""]);
    let sent = environment.signreq(&["-v", "--sandbox", "ovh", "get", "/me"]);
    let sent = sent.gives(0, body, Pattern::holds(&heads)).stderr;
    assert!(sent.find("/auth/time") < sent.find("/me HTTP"), "{sent}");
    assert_eq!(sent.matches("< HTTP/1.1 200 OK\n").count(), 2, "{sent}");
    // Of signing alone, the request is shown and has no answer.
    let signed = environment.signreq(&["sign", "-v", "--sandbox", "ovh", "get", "/me"]);
    let headers = Pattern::holds(&["X-Ovh-Consumer: SandboxConsumerKey"]);
    let signed = signed.gives(0, headers, Pattern::holds(&heads)).stderr;
    assert_eq!(signed.matches("< HTTP/1.1 200 OK\n").count(), 1, "{signed}");
    let quiet = environment.signreq(&["sign", "--sandbox", "ovh", "get", "/me"]);
    quiet.gives(0, Pattern::holds(&["X-Ovh-Signature: $1$"]), "");
}

#[test]
fn colour_is_as_asked_else_by_the_terminal() {
    let (mut environment, _capture) = answering("200 OK\r\nContent-Type: application/json", "[1]");
    let is_coloured = |environment: &TestEnvironment, options: &[&str]| {
        let words = [&["--format", "json", "p", "/x"], options].concat();
        let output = environment.signreq(&words).gives(0, Pattern::Something, "");
        output.stdout.contains('\u{1b}')
    };
    assert!(!is_coloured(&environment, &[]));
    assert!(is_coloured(&environment, &["--color", "always"]));
    environment.set("CLICOLOR_FORCE", "1");
    assert!(is_coloured(&environment, &[]));
    assert!(!is_coloured(&environment, &["--color=never"]));
    environment.set("NO_COLOR", "1");
    assert!(!is_coloured(&environment, &[]));
    assert!(is_coloured(&environment, &["--color", "always"]));
    // Without a format to print, a pipe gets the bytes in every case.
    environment.signreq(&["--color", "always", "p", "/x"]).gives(0, "[1]", "");
}

#[test]
fn control_characters_are_visible_to_people_only() {
    let text = "a\u{1b}]0;title\u{7}b\n";
    let (environment, _capture) = answering("200 OK\r\nContent-Type: text/plain", text);
    environment.signreq(&["p", "/x"]).gives(0, text, "");
    let shown = on_a_terminal(&environment, "signreq p /x", 0, &["a^[]0;title^Gb"]).stdout;
    assert!(!shown.contains('\u{7}'), "{shown}");
}

#[test]
fn write_out_tells_of_the_transfer_as_curl_does() {
    let (environment, capture) = answering("201 Created\r\nContent-Type: text/x", "body");
    let format = "|%{http_code} %{response_code} %{method} %{url_effective} %{content_type} \
        %{size_download} %{size_upload} %{num_redirects} %{http_version} %{exitcode}%{errormsg} %%|\\n";
    let url = format!("{}/x", capture.url());
    environment.signreq(&["p", "/x", "-d", "abc", "-w", format]).gives(
        0,
        format!("body|201 201 POST {url} text/x 4 3 0 1.1 0 %|\n"),
        "",
    );
    // Each time, in seconds and in the order in which things happen.
    let times = "%{time_namelookup} %{time_connect} %{time_pretransfer} \
        %{time_starttransfer} %{time_total}";
    let told = environment.signreq(&["p", "/x", "-o", "/dev/null", "-w", times]);
    let told = told.gives(0, Pattern::Something, "").stdout;
    let times: Vec<f64> = told.split(' ').map(|time| time.parse().unwrap()).collect();
    assert!(times.len() == 5 && times.is_sorted(), "{told}");
    assert!(told.split(' ').all(|time| time.split_once('.').unwrap().1.len() == 6), "{told}");
    environment.file("format", "%{http_code}%header{content-type}");
    environment.signreq(&["p", "/x", "-w", "@format"]).gives(0, "body201text/x", "");
    environment.signreq(&["p", "/x", "-w", "%{nothing}."]).gives(
        0,
        "body.",
        Pattern::holds(&["unknown --write-out variable: 'nothing'"]),
    );
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let set = format!("url=http://{free}");
    let format = "%{http_code} %{exitcode} %{errormsg}\\n";
    environment.signreq(&["p", "/x", "-w", format, "--set", &set]).gives(
        7,
        format!("000 7 could not connect to {free}: connection refused\n"),
        Pattern::holds(&["could not connect"]),
    );
}
