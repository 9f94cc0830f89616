//! `--each`, and `--format ndjson`: the items of a list as they come.

use crate::capture::Capture;
use crate::environment::{Pattern, TestEnvironment};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

fn page(fields: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\n{fields}Content-Length: {length}\r\n\r\n{body}").into_bytes()
}

fn linked(body: &str) -> Vec<u8> {
    page("Link: </next>; rel=next\r\n", body)
}

fn environment(url: &str) -> TestEnvironment {
    let environment = TestEnvironment::new();
    environment.config(&format!("[profile.p]\nscheme = 'none'\nurl = '{url}'\n"));
    environment
}

/// Runs words on one answer.
fn on(body: &str, words: &[&str]) -> crate::environment::Ran {
    let server = Capture::answering(&[&page("", body)]);
    environment(&server.url()).signreq(&[&["p", "/"], words].concat())
}

#[test]
fn an_expression_runs_on_each_item() {
    for (body, words, printed) in [
        (r#"[{"a":1.0},{"a":"x"}]"#, &["--jq", ".a"][..], "1.0\nx\n"),
        ("[1,2,3] [4]", &["--jq", "[., input]"], "[1,2]\n[3,4]\n"),
        ("[1,2,3]", &["--jq", "select(. != 2)", "--format", "json"], "1\n3\n"),
        (r#"[{"a":1},{"a":2}]"#, &["--jq", "{b: .a}", "-t"], "b\n1\n2\n"),
        ("[[1,2],[3]]", &["--jq", "length"], "2\n1\n"),
        // What is no list is its only item.
        (r#"{"name":"x"}"#, &["--jq", "keys[0]"], "name\n"),
        ("7", &["--jq", ". + 1"], "8\n"),
        ("[]", &["--jq", "1"], ""),
    ] {
        on(body, &[&["--each"], words].concat()).gives(0, printed, "");
    }
    // The list is found where the preset knows it, in XML too.
    for (line, printed) in [
        ("foreman get /api/v2/hosts per_page==2 --jq .id", "1\n2\n"),
        ("s3 get /backups max-keys==1 --jq .Key", "2025/01/db-01.sql\n"),
    ] {
        let line = format!("signreq --sandbox {line} --each");
        TestEnvironment::new().shell(&line).gives(0, printed, Pattern::holds(&[]));
    }
}

#[test]
fn what_comes_before_an_error_stands_printed() {
    for (body, printed, told) in [
        ("[1,2,oh]", "2\n3\n", "--jq: the body is not valid JSON at byte 5"),
        ("[1,\"x\",3]", "2\n", "--jq: cannot calculate"),
        ("[1,2", "2\n", "--jq: the body is not valid JSON at byte 4"),
        ("", "", "--jq: the body is empty, not JSON"),
        ("<a><b>", "", "--jq: the body is not valid XML"),
    ] {
        on(body, &["--each", "--jq", ". + 1"]).gives(65, printed, Pattern::holds(&[told]));
    }
    let told = Pattern::holds(&["--format ndjson: the body is not valid JSON at byte 5"]);
    on("[1,2,oh]", &["--format", "ndjson"]).gives(65, "1\n2\n", told);
}

#[test]
fn all_systems_pages_give_their_items() {
    for (line, count) in [
        ("foreman get /api/v2/hosts per_page==7", 30),
        ("dci get /api/v1/jobs", 45),
        ("candlepin get /owners per_page==2", 3),
        ("maas get /events/ op==query limit==100", 250),
        ("maas get /machines/", 30),
        ("ovh get /domain X-Pagination-Mode:CachedObjectList-Pages X-Pagination-Size:3", 4),
        ("s3 get /backups list-type==2 max-keys==2", 5),
    ] {
        // Of one sandbox, whose objects are as old as it is.
        let both = format!(
            "signreq {line} --paginate --format ndjson | tee lines; \
             signreq {line} --paginate --each --jq . --format compact > each; cmp lines each"
        );
        let ran = TestEnvironment::new().program("signreq", &["sandbox", "--", "sh", "-c", &both]);
        let lines = ran.gives(0, Pattern::Something, "").stdout;
        assert_eq!(lines.lines().count(), count, "{line}");
    }
}

#[test]
fn pages_of_no_preset_give_items_and_an_error_says_where() {
    let busy = b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n".to_vec();
    let answers = [linked("[1, 2]"), page("", "{\"x\":0,\"items\":[3]}")];
    let two = |answers: &[Vec<u8>]| {
        Capture::answering(&answers.iter().map(Vec::as_slice).collect::<Vec<_>>())
    };
    let server = two(&answers);
    let words = ["p", "/", "--paginate", "--each", "--jq", ". * 2"];
    environment(&server.url()).signreq(&words).gives(0, "2\n4\n6\n", "");
    let server = two(&[linked("[1,2]"), busy]);
    let told = Pattern::holds(&["page 2, after 2 items: GET http://", "answered 503"]);
    environment(&server.url()).signreq(&words).gives(5, "2\n4\n", told);
}

fn head(stream: &mut TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
}

#[test]
fn a_page_is_printed_before_the_next_one_comes() {
    for words in [&["--each", "--jq", "."][..], &["--format", "ndjson"]] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let environment = environment(&url);
        let running = environment.start(&[&["p", "/", "--paginate"], words].concat());
        let mut stream = listener.accept().unwrap().0;
        head(&mut stream);
        stream.write_all(&linked("[1,2]")).unwrap();
        // The next page was asked for and is not answered yet.
        head(&mut stream);
        running.until_stdout("1\n2\n");
        stream.write_all(&page("", "[3]")).unwrap();
        running.end().gives(0, "1\n2\n3\n", "");
    }
}

#[test]
fn an_item_is_printed_before_the_rest_of_its_page_comes() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let environment = environment(&format!("http://{}", listener.local_addr().unwrap()));
    let running = environment.start(&["p", "/", "--each", "--jq", ".a"]);
    let mut stream = listener.accept().unwrap().0;
    head(&mut stream);
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n[{\"a\":1},").unwrap();
    running.until_stdout("1\n");
    stream.write_all(b"{\"a\":2}]").unwrap();
    running.end().gives(0, "1\n2\n", "");
}

#[test]
fn each_needs_an_expression() {
    on("[]", &["--each"]).gives(
        2,
        "",
        Pattern::holds(&["--each or --join-output has a meaning with --jq only"]),
    );
}
