//! `-L`: what of a request goes where a redirect leads.

use crate::capture::{Capture, EMPTY_OK};
use crate::environment::{Pattern, TestEnvironment};
use crate::tls_server;

/// An answer that leads to `place`.
fn redirect(status: u16, place: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} \r\nLocation: {place}\r\nContent-Length: 4\r\n\r\ngone").into_bytes()
}

fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn answering(answers: &[Vec<u8>]) -> Capture {
    Capture::answering(&answers.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

fn foreman(server: &Capture) -> TestEnvironment {
    let environment = TestEnvironment::new();
    environment.config(&format!(
        "[profile.foreman]\npreset = 'foreman'\nurl = '{}'\nconsumer_key = 'ck'\n\
         consumer_secret = 'cs'\nuser = 'ares'\nheaders = {{ 'X-Api-Key' = 'k' }}\n",
        server.url()
    ));
    environment
}

fn texts(server: &Capture) -> Vec<String> {
    server.requests().into_iter().map(|bytes| String::from_utf8(bytes).unwrap()).collect()
}

/// The value of a header of a request; empty when it has none.
fn header<'a>(request: &'a str, name: &str) -> &'a str {
    let line = request.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.strip_prefix(": ")).unwrap_or_default()
}

#[test]
fn without_the_option_nothing_is_followed() {
    let server = answering(&[redirect(302, "/b")]);
    foreman(&server)
        .signreq(&["foreman", "get", "/a", "-w", "|%{redirect_url}|%{num_redirects}"])
        .gives(
            3,
            format!("gone|{}/b|0", server.url()),
            Pattern::holds(&["/a answered 302 Found, leading to /b (-L follows it)"]),
        );
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_redirect_to_no_place_is_told() {
    let server = answering(&[b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n".to_vec()]);
    let told = Pattern::holds(&["answered 302", "leading nowhere: it names no place to go to\n"]);
    foreman(&server).signreq(&["foreman", "get", "/a"]).gives(3, "", told);
}

#[test]
fn on_the_own_origin_each_request_is_signed_afresh() {
    let server = answering(&[redirect(303, "b?c=d#e"), ok("there")]);
    let words = [
        "foreman",
        "post",
        "/x/a",
        "n=1",
        "-L",
        "-w",
        "|%{num_redirects} %{url_effective} %{method}",
    ];
    let expected = format!("there|1 {}/x/b?c=d GET", server.url());
    foreman(&server).signreq(&words).gives(0, expected, "");
    let requests = texts(&server);
    assert!(requests[0].starts_with("POST /x/a HTTP/1.1\r\n"), "{}", requests[0]);
    assert!(requests[1].starts_with("GET /x/b?c=d HTTP/1.1\r\n"), "{}", requests[1]);
    assert!(requests[1].ends_with("\r\n\r\n"), "no body goes with a GET: {}", requests[1]);
    assert_eq!(header(&requests[1], "Content-Type"), "");
    assert_eq!(header(&requests[1], "FOREMAN-USER"), "ares");
    let signatures = requests.iter().map(|request| header(request, "Authorization"));
    let [first, second] = signatures.collect::<Vec<_>>()[..] else { panic!("two requests") };
    assert!(first.starts_with("OAuth ") && second.starts_with("OAuth ") && first != second);
}

#[test]
fn another_origin_gets_neither_signature_nor_user_and_the_own_gets_them_again() {
    // Each has to know the port of the next.
    let back = answering(&[ok("home")]);
    let away = answering(&[redirect(302, &format!("{}/home", back.url()))]);
    let first = answering(&[redirect(302, &format!("{}/file?X-Amz-Signature=s", away.url()))]);
    let environment = foreman(&first);
    let allow = ["--allow-origin", &back.url()];
    let words =
        [&["foreman", "get", "/a", "-L", "Cookie:c=d", "Range:bytes=0-"][..], &allow].concat();
    environment.signreq(&words).gives(0, "home", "");
    let foreign = &texts(&away)[0];
    assert!(foreign.starts_with("GET /file?X-Amz-Signature=s HTTP/1.1\r\n"), "{foreign}");
    let names: Vec<&str> =
        foreign.lines().skip(1).filter_map(|line| line.split(':').next()).collect();
    assert_eq!(names, ["Host", "User-Agent", "Accept", "Range", ""]);
    for server in [&first, &back] {
        let signed = &texts(server)[0];
        assert_eq!(header(signed, "FOREMAN-USER"), "ares", "{signed}");
        assert_eq!(header(signed, "X-Api-Key"), "k", "{signed}");
        assert!(header(signed, "Authorization").starts_with("OAuth "), "{signed}");
    }
}

#[test]
fn dci_hands_files_over_to_a_store() {
    let store = answering(&[ok("bytes")]);
    let place =
        format!("{}/bucket/f?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=5", store.url());
    let dci = answering(&[redirect(302, &place)]);
    let environment = TestEnvironment::new();
    environment.config(&format!(
        "[profile.dci]\npreset = 'dci'\nurl = '{}'\naccess_key = 'remoteci/1'\nsecret_key = 's'\n",
        dci.url()
    ));
    let words = ["-L", "-o", "file", "dci", "get", "/api/v2/files/1/content"];
    environment.signreq(&words).gives(0, "", "");
    assert_eq!(std::fs::read(environment.work().join("file")).unwrap(), b"bytes");
    let request = &texts(&store)[0];
    for name in ["Authorization", "authorization", "x-dci-date", "X-DCI-Date", "Content-Type"] {
        assert_eq!(header(request, name), "", "{request}");
    }
}

#[test]
fn what_is_refused_elsewhere_is_no_refusal_of_the_signature() {
    let other = answering(&[b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n".to_vec()]);
    let own = answering(&[redirect(301, &format!("{}/a", other.url()))]);
    let hint = format!(
        "profile foreman does not sign\nhint: --allow-origin {}, if the credential may go there",
        other.url()
    );
    foreman(&own).signreq(&["-L", "foreman", "get", "/a"]).gives(
        4,
        "",
        Pattern::holds(&["answered 401 Unauthorized\nhint: cause: the redirect led to ", &hint]),
    );
}

#[test]
fn a_credential_is_not_led_to_where_it_can_be_read() {
    let environment = TestEnvironment::new();
    let answer = redirect(302, "http://localhost:1/y");
    let answer = String::from_utf8(answer).unwrap();
    let port = tls_server::redirecting(answer, environment.work().join("own.pem"));
    environment.config(&format!(
        "[profile.p]\nscheme = 'basic'\nurl = 'https://localhost:{port}'\nuser = 'u'\n\
         password = 'p'\n"
    ));
    let words = ["-L", "--cacert", "own.pem", "--allow-origin", "http://localhost:1", "p", "/x"];
    let told = "it is not followed: it leads from https to http://localhost:1";
    environment.signreq(&words).gives(3, "gone", Pattern::holds(&[told]));
}

#[test]
fn a_body_stays_at_home() {
    for status in [307, 308] {
        let other = Capture::answering(&[EMPTY_OK]);
        let own = answering(&[redirect(status, &format!("{}/b", other.url()))]);
        foreman(&own).signreq(&["-L", "foreman", "post", "/a", "n=1"]).gives(
            3,
            "gone",
            Pattern::holds(&[
                "POST would go to http://127.0.0.1:",
                "hint: --allow-origin http://127",
            ]),
        );
        assert!(other.requests().is_empty());
        let own = answering(&[redirect(status, "/b"), ok("done")]);
        foreman(&own).signreq(&["-L", "foreman", "post", "/a", "n=1"]).gives(0, "done", "");
        let request = &texts(&own)[1];
        assert!(request.starts_with("POST /b ") && request.ends_with("{\"n\":\"1\"}"), "{request}");
    }
}

#[test]
fn loops_end() {
    for (limit, sent) in [(&["--max-redirs", "3"][..], 4), (&[], 51), (&["--max-redirs", "0"], 1)] {
        let server = answering(&[redirect(302, "/a")]);
        let words = [&["-L", "foreman", "get", "/a", "-w", "%{http_code} %{num_redirects}"], limit]
            .concat();
        foreman(&server).signreq(&words).gives(
            47,
            format!("302 {}", sent - 1),
            Pattern::holds(&[
                "answered 302 Found, leading to ",
                "redirects were followed",
                "--max-redirs",
            ]),
        );
        assert_eq!(server.requests().len(), sent);
    }
}

#[test]
fn heads_of_the_way_are_shown_as_curl_shows_them() {
    let server = answering(&[redirect(302, "/b"), ok("end")]);
    let shown = foreman(&server).signreq(&["-L", "-i", "-v", "foreman", "get", "/a"]).gives(
        0,
        Pattern::holds(&["HTTP/1.1 302 Found\r\n", "\r\n\r\nHTTP/1.1 200 OK\r\n", "\r\n\r\nend"]),
        Pattern::holds(&[
            "> GET /a HTTP/1.1\n",
            "< HTTP/1.1 302",
            "> GET /b HTTP/1.1\n",
            "< HTTP/1.1 200",
        ]),
    );
    assert!(!shown.stdout.contains("gone"), "{}", shown.stdout);
    let server = answering(&[redirect(302, "/b"), EMPTY_OK.to_vec()]);
    let shown =
        foreman(&server).signreq(&["-LI", "foreman", "/a"]).gives(0, Pattern::Something, "");
    assert!(texts(&server)[1].starts_with("HEAD /b "));
    assert_eq!(shown.stdout.matches("HTTP/1.1 ").count(), 2, "{}", shown.stdout);
}

#[test]
fn places_that_cannot_be_gone_to_are_told() {
    for (answer, why) in [
        (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n".to_vec(), "names no place to go to"),
        (redirect(302, "/x\r\nLocation: /y"), "names several places to go to"),
        (redirect(302, "ftp://h/x"), "URL scheme 'ftp' is not spoken"),
        (redirect(302, "http://me:geheim@h/"), "a user name or password in a URL is not sent"),
    ] {
        let server = answering(&[answer]);
        let told = foreman(&server).signreq(&["-Lf", "foreman", "/a"]).gives(
            3,
            "",
            Pattern::holds(&[why]),
        );
        assert!(!told.stderr.contains("geheim"), "{}", told.stderr);
        assert_eq!(server.requests().len(), 1);
    }
}

#[test]
fn places_are_read_as_servers_write_them() {
    for (place, target) in [
        ("/a b", "/a%20b"),
        ("../\u{e9}?q=\u{e9}", "/%C3%A9?q=%C3%A9"),
        ("?x", "/p/q?x"),
        ("r#s", "/p/r"),
    ] {
        let server = answering(&[redirect(302, place), EMPTY_OK.to_vec()]);
        foreman(&server).signreq(&["-L", "foreman", "/p/q"]).gives(0, "", "");
        let request = &texts(&server)[1];
        assert!(request.starts_with(&format!("GET {target} HTTP/1.1\r\n")), "{place}: {request}");
    }
}

#[test]
fn a_given_nonce_is_sent_once() {
    let server = answering(&[redirect(302, "/b")]);
    foreman(&server).signreq(&["-L", "--nonce", "n", "foreman", "/a"]).gives(
        3,
        "gone",
        Pattern::holds(&["--nonce allows one signed request"]),
    );
    assert_eq!(server.requests().len(), 1);
}
