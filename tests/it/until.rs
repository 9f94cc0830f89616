//! `--until`: what is waited for, what is shown meanwhile, and how it ends.

use crate::capture::Capture;
use crate::environment::{Pattern, TestEnvironment};
use crate::world::World;
use std::time::Duration;

const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy";

fn json(body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn state(state: &str) -> Vec<u8> {
    json(&format!("{{\"state\":\"{state}\",\"id\":7}}"))
}

fn server(answers: &[Vec<u8>]) -> Capture {
    Capture::answering(&answers.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

fn profile(server: &Capture) -> String {
    let url = server.url();
    format!(
        "[profile.p]\nscheme = 'oauth1'\nurl = '{url}'\nconsumer_key = 'k'\nconsumer_secret = 's'\n"
    )
}

/// A run whose pauses take no time.
fn world(server: &Capture, words: &[&str]) -> crate::world::Ran {
    let mut world = World::new(&[&["p", "/x"], words].concat());
    world.profile(&profile(server));
    world.run()
}

fn run(server: &Capture, words: &[&str]) -> crate::environment::Ran {
    let environment = TestEnvironment::new();
    environment.config(&profile(server));
    environment.signreq(&[&["p", "/x", "--every", "1ms"], words].concat())
}

/// The sum of all pauses.
fn waited(ran: &crate::world::Ran) -> Duration {
    ran.slept.iter().sum()
}

#[test]
fn it_asks_until_the_answer_is_as_wanted_and_signs_each_time() {
    let server = server(&[state("new"), state("new"), state("done"), state("never")]);
    let ran = world(&server, &["--until", ".state == \"done\"", "--jq", ".id"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "7\n"), "{}", ran.stderr);
    // What is shown changed once.
    assert_eq!(ran.stderr, "signreq: waiting for '.state == \"done\"' (0s of 15m): \"new\"\n");
    assert_eq!(waited(&ran), Duration::from_secs(10));
    let requests: Vec<String> =
        server.requests().into_iter().map(|bytes| String::from_utf8(bytes).unwrap()).collect();
    assert_eq!(requests.len(), 3);
    let signature = |text: &String| {
        text.lines().find(|line| line.starts_with("Authorization: ")).unwrap().to_owned()
    };
    let mut signatures: Vec<String> = requests.iter().map(signature).collect();
    signatures.sort();
    signatures.dedup();
    assert_eq!(signatures.len(), 3, "a nonce was sent twice");
}

#[test]
fn only_the_last_answer_is_printed_as_any_is() {
    let answers = [state("new"), state("done")];
    let wanted = ["--until", ".state == $s", "--arg", "s", "done", "-s"];
    for (words, printed) in [
        (&[][..], "{\"state\":\"done\",\"id\":7}"),
        (&["-t"], "state  id\ndone    7\n"),
        (&["--format", "yaml"], "state: done\nid: 7\n"),
        (&["-w", "%{http_code}", "--jq", ".id"], "7\n200"),
        (
            &["-i"],
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 23\r\n\r\n\
             {\"state\":\"done\",\"id\":7}",
        ),
    ] {
        run(&server(&answers), &[&wanted, words].concat()).gives(0, printed, "");
    }
    let environment = TestEnvironment::new();
    let server = server(&answers);
    environment.config(&profile(&server));
    let words = ["p", "/x", "--every", "1ms", "-o", "out"];
    environment.signreq(&[&words, &wanted[..]].concat()).gives(0, "", "");
    let written = std::fs::read(environment.work().join("out")).unwrap();
    assert_eq!(written, b"{\"state\":\"done\",\"id\":7}");
}

#[test]
fn of_redirects_those_that_led_to_the_last_answer_are_printed() {
    let moved =
        |to| format!("HTTP/1.1 307 M\r\nLocation: /{to}\r\nContent-Length: 0\r\n\r\n").into_bytes();
    let server = server(&[moved("a"), state("new"), moved("b"), state("done")]);
    let words = ["-L", "-i", "-s", "-w", "%{num_redirects}", "--until", ".state == \"done\""];
    let output = run(&server, &words).gives(0, Pattern::holds(&["/b\r\n", "done"]), "").stdout;
    assert!(!output.contains("/a\r\n") && output.ends_with('1'), "{output}");
}

#[test]
fn when_time_is_up_it_ends_with_65_and_says_what_was_seen() {
    let server = server(&[state("new"), state("broken")]);
    let words = ["--until", ".state == \"done\"", "--every", "20s", "--for", "50s", "--jq", ".id"];
    let ran = world(&server, &words);
    assert_eq!(ran.code, 65);
    // As an error answer: as it came.
    assert_eq!(ran.stdout, "{\"state\":\"broken\",\"id\":7}");
    let expected = format!(
        "signreq: waiting for '.state == \"done\"' (0s of 50s): \"new\"\n\
         signreq: waiting for '.state == \"done\"' (20s of 50s): \"broken\"\n\
         signreq: GET {}/x: '.state == \"done\"' was not true within 50s; last seen: \"broken\"\n\
         hint: --for 100s waits longer\n",
        server.url()
    );
    assert_eq!(ran.stderr, expected);
    // At 0, 20, 40 and 50 seconds.
    assert_eq!((waited(&ran), server.requests().len()), (Duration::from_secs(50), 4));
}

#[test]
fn no_time_is_for_one_look() {
    let environment = TestEnvironment::new();
    let server = server(&[state("new")]);
    environment.config(&profile(&server));
    std::fs::write(environment.work().join("out"), "before").unwrap();
    let words = ["p", "/x", "--until", ".state == \"done\"", "--for", "0", "-o", "out"];
    let told = Pattern::holds(&["'.state == \"done\"' was not true; seen: \"new\"\n"]);
    environment.signreq(&words).gives(65, "{\"state\":\"new\",\"id\":7}", told);
    assert_eq!(server.requests().len(), 1);
    assert_eq!(std::fs::read(environment.work().join("out")).unwrap(), b"before");
    environment.signreq(&[&words[..], &["-f", "-s"]].concat()).gives(65, "", "");
}

#[test]
fn an_error_answer_ends_it_at_once() {
    for (status, code) in [(401, 4), (404, 4), (501, 5)] {
        let refused = format!("HTTP/1.1 {status} No\r\nContent-Length: 2\r\n\r\nno").into_bytes();
        let server = server(&[state("new"), refused, state("done")]);
        let ran = world(&server, &["--no-clock-fix", "--until", ".state == \"done\""]);
        assert_eq!((ran.code, ran.stdout.as_str()), (code, "no"), "{}", ran.stderr);
        assert!(ran.stderr.contains(&format!("answered {status}")), "{}", ran.stderr);
        assert_eq!(server.requests().len(), 2);
    }
}

#[test]
fn trouble_is_waited_out_but_not_that_of_the_first_request() {
    let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\nConnection: close\r\n\r\n{\"st".to_vec();
    // Silence counts when it comes on a new connection, too.
    let silent = b"".to_vec();
    let answers = [state("new"), BUSY.to_vec(), silent.clone(), silent, cut.clone(), state("done")];
    let ran = world(&server(&answers), &["--until", ".state == \"done\"", "--jq", ".id"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "7\n"), "{}", ran.stderr);
    for told in ["/x answered 503", "closed without an answer", "ended after 4 of 20 bytes"] {
        assert!(ran.stderr.contains(told), "{told}: {}", ran.stderr);
    }
    for (first, code) in [(BUSY.to_vec(), 5), (b"".to_vec(), 52), (cut, 18)] {
        let server = server(&[first.clone(), state("done")]);
        let ran = world(&server, &["--until", ".state == \"done\""]);
        assert_eq!((ran.code, server.requests().len()), (code, 1), "{}", ran.stderr);
        let server = self::server(&[first, state("done")]);
        let ran = world(&server, &["--until", ".state == \"done\"", "--retry", "1"]);
        assert_eq!((ran.code, server.requests().len()), (0, 2), "{}", ran.stderr);
    }
}

#[test]
fn trouble_that_lasts_ends_with_65() {
    let server = server(&[state("new"), BUSY.to_vec()]);
    let ran = world(&server, &["--until", ".state == \"done\"", "--for", "6s"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (65, "busy"), "{}", ran.stderr);
    let told = "within 6s; last seen: GET http://";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
}

#[test]
fn the_server_is_left_alone_for_as_long_as_it_asks() {
    let later = |body: &str| {
        let length = body.len();
        format!("HTTP/1.1 200 OK\r\nRetry-After: 40\r\nContent-Length: {length}\r\n\r\n{body}")
            .into_bytes()
    };
    let server = server(&[later("[1]"), later("[2]"), json("[3]")]);
    let ran = world(&server, &["--until", ".[0] == 3"]);
    assert_eq!((ran.code, waited(&ran)), (0, Duration::from_secs(80)), "{}", ran.stderr);
    let server = self::server(&[later("[1]"), json("[3]")]);
    let ran = world(&server, &["--until", ".[0] == 3", "--for", "30s"]);
    assert_eq!((ran.code, waited(&ran)), (65, Duration::ZERO), "{}", ran.stderr);
}

#[test]
fn a_list_is_seen_with_all_its_pages() {
    let environment = TestEnvironment::new();
    let words = ["--sandbox", "foreman", "get", "/api/v2/hosts", "per_page==10", "--paginate"];
    let wanted = ["--until", ".results | length == 30", "--for", "0", "--jq", ".results[29].id"];
    environment.signreq(&[&words[..], &wanted].concat()).gives(0, "30\n", "");
}

#[test]
fn a_machine_of_the_sandbox_is_waited_for() {
    let line = "id=$(signreq maas get /machines/ status==ready --jq '.[0].system_id')\n\
        signreq maas post /machines/$id/ op==deploy > /dev/null\n\
        signreq maas get /machines/$id/ --until '.status_name == \"Deployed\"' --every 1ms \
        --jq .status_name";
    let told = "signreq: waiting for '.status_name == \"Deployed\"' (0s of 15m): \"Deploying\"\n";
    TestEnvironment::new().signreq(&["sandbox", "--", "sh", "-c", line]).gives(
        0,
        "Deployed\n",
        told,
    );
}

#[test]
fn secrets_of_an_answer_are_not_shown() {
    let server = server(&[json("{\"secret\":\"geheim\"}"), json("{\"secret\":null}")]);
    let told = Pattern::holds(&["'.secret == null' (0s of 15m): ***\n"]);
    let output = run(&server, &["--until", ".secret == null", "--jq", "1"]).gives(0, "1\n", told);
    assert!(!output.stderr.contains("geheim"), "{}", output.stderr);
}

#[test]
fn what_is_no_json_or_fails_ends_with_65() {
    for (body, expression, told) in [
        ("<html>", ".a", "--until: the body is not valid JSON at byte 0"),
        ("", ".a", "--until: the body is empty, not JSON"),
        ("3", ".a", "--until: cannot index 3 with \"a\""),
        ("3", "error(\"no\")", "--until: no\n"),
    ] {
        let server = server(&[json(body)]);
        run(&server, &["--until", expression]).gives(65, "", Pattern::holds(&[told]));
        assert_eq!(server.requests().len(), 1);
    }
}

#[test]
fn what_cannot_be_is_wrong_usage_and_nothing_is_sent() {
    let server = server(&[state("done")]);
    for (words, told) in [
        (&["--until", ".a = = 1"][..], "  .a = = 1\n       ^ expected term\n"),
        (&["--until", "."], "--every 0 would leave the server no pause\nhint: --every 500ms"),
        (&["--until", ".", "--every", "x"], "--every: 'x' is not a duration"),
        (&["--until", ".", "--for", "1d"], "--for: '1d' is not a duration"),
        (&["--until", ".", "-X", "POST"], "each POST may change something"),
        (&["--until", ".", "a=1"], "each POST may change something"),
        (&["--until", ".", "-X", "DELETE"], "each DELETE may change something"),
        (&["--until", ".", "-I"], "cannot be used with"),
        (&["--until", ".", "--nonce", "n"], "cannot be used with"),
        (&["--until", ".", "-C", "-", "-o", "x"], "cannot be used with"),
        (&["--for", "1s"], "--every or --for has a meaning with --until only"),
        (&["--arg", "a", "b"], "--arg or --argjson has a meaning with --jq or --until only"),
    ] {
        let environment = TestEnvironment::new();
        environment.config(&profile(&server));
        let every: &[&str] = if told.starts_with("--every 0") { &["--every", "0"] } else { &[] };
        let words = [&["p", "/x"], words, every].concat();
        environment.signreq(&words).gives(2, "", Pattern::holds(&[told]));
    }
    assert_eq!(server.requests().len(), 0);
    // The user knows better: some search by POST.
    run(&server, &["--until", ".state", "a=1", "--retry-unsafe", "--jq", ".id"])
        .gives(0, "7\n", "");
}

#[test]
fn each_request_has_the_whole_of_the_time_for_one() {
    let server = server(&[state("new"), state("new"), state("done")]);
    let environment = TestEnvironment::new();
    environment.config(&profile(&server));
    // Three requests of the pauses' length are longer than what one may take.
    let words = "p /x --max-time 3s --every 1600ms --for 10s --jq .id --until";
    let words: Vec<&str> = words.split(' ').chain([".state == \"done\""]).collect();
    let output = environment.signreq(&words).gives(0, "7\n", Pattern::Something);
    assert_eq!(output.stderr.lines().count(), 1, "{}", output.stderr);
}
