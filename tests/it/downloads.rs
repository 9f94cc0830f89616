//! Bodies that go to files: named by the URL, gone on with, whole or not there.

use crate::capture::Capture;
use crate::environment::{Pattern, TestEnvironment};
use crate::world::World;
use std::io::Write as _;
use std::time::Duration;

fn config(server: &Capture) -> String {
    format!("[profile.p]\nscheme = 'none'\nurl = '{}'\n", server.url())
}

fn environment(server: &Capture) -> TestEnvironment {
    let environment = TestEnvironment::new();
    environment.config(&config(server));
    environment
}

fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}").into_bytes()
}

/// The first bytes of an answer of ten, and then nothing.
fn cut(status: &str, headers: &str, body: &str, length: usize) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

fn answering(answers: &[Vec<u8>]) -> Capture {
    Capture::answering(&answers.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

fn header(server: &Capture, at: usize, name: &str) -> Option<String> {
    let text = String::from_utf8(server.requests()[at].clone()).unwrap();
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::to_owned)
}

fn read(environment: &TestEnvironment, name: &str) -> String {
    std::fs::read_to_string(environment.work().join(name)).unwrap()
}

fn names(environment: &TestEnvironment) -> Vec<String> {
    let entries = std::fs::read_dir(environment.work()).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_file_is_named_by_the_url() {
    let server = answering(&[answer("200 OK", "", "bytes")]);
    let environment = environment(&server);
    environment.signreq(&["-O", "p", "/a/disk.img?version=1/2"]).gives(0, "", "");
    assert_eq!(
        (names(&environment), read(&environment, "disk.img").as_str()),
        (vec!["disk.img".into()], "bytes")
    );
    environment.signreq(&["-O", "p", "/a/"]).gives(
        2,
        "",
        Pattern::holds(&["no file name", "-o FILE"]),
    );
    environment.signreq(&["-O", "p", "/a/.."]).gives(2, "", Pattern::holds(&["no file name"]));
    environment.signreq(&["-O", "-o", "x", "p", "/a"]).gives(2, "", Pattern::Something);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn what_is_there_is_gone_on_with() {
    let server =
        answering(&[answer("206 Partial Content", "Content-Range: bytes 5-9/10\r\n", "56789")]);
    let environment = environment(&server);
    environment.file("f", "01234");
    environment.signreq(&["-C", "-", "-o", "f", "p", "/x"]).gives(0, "", "");
    assert_eq!(read(&environment, "f"), "0123456789");
    assert_eq!(header(&server, 0, "Range").as_deref(), Some("bytes=5-"));
    assert_eq!(header(&server, 0, "If-Range"), None, "nothing is known of what is there");
}

#[test]
fn a_file_that_is_not_there_begins_and_grows() {
    for before in [None, Some("")] {
        let server = answering(&[cut("200 OK", "", "01234", 10)]);
        let environment = environment(&server);
        before.into_iter().for_each(|text| drop(environment.file("x", text)));
        environment.signreq(&["-OC", "-", "p", "/x"]).gives(
            18,
            "",
            Pattern::holds(&["after 5 of 10"]),
        );
        assert_eq!(read(&environment, "x"), "01234");
        assert_eq!(header(&server, 0, "Range"), None);
    }
}

#[test]
fn a_server_without_ranges_begins_anew_and_an_early_end_costs_nothing() {
    let server = answering(&[cut("200 OK", "", "abc", 10), answer("200 OK", "", "abcdefghij")]);
    let environment = environment(&server);
    environment.file("f", "01234");
    let words = ["-C", "-", "-o", "f", "p", "/x"];
    let told = "signreq: warning: the server sends the whole: f begins anew\n";
    environment.signreq(&words).gives(18, "", Pattern::holds(&[told]));
    assert_eq!((names(&environment).len(), read(&environment, "f").as_str()), (1, "01234"));
    environment.signreq(&words).gives(0, "", told);
    assert_eq!(read(&environment, "f"), "abcdefghij");
}

#[test]
fn the_end_is_told_from_a_file_that_is_another() {
    let end = |range: &str| {
        answering(&[answer(
            "416 Range Not Satisfiable",
            &format!("Content-Range: {range}\r\n"),
            "no",
        )])
    };
    let server = end("bytes */5");
    let whole = environment(&server);
    whole.file("f", "01234");
    let words = ["-C", "-", "-o", "f", "p", "/x", "-w", "%{http_code}"];
    whole.signreq(&words).gives(0, "416", "signreq: warning: f is whole already\n");
    let server = end("bytes */3");
    let longer = environment(&server);
    longer.file("f", "01234");
    let advice = "hint: f has 5 bytes and is no beginning of what the server has: remove it\n";
    longer.signreq(&words).gives(4, "no416", Pattern::holds(&[advice]));
    assert_eq!((read(&whole, "f"), read(&longer, "f")), ("01234".into(), "01234".into()));
}

#[test]
fn another_part_than_was_asked_for_is_not_taken() {
    let server = answering(&[answer(
        "206 Partial Content",
        "Content-Range: bytes 0-9/10\r\n",
        "0123456789",
    )]);
    let environment = environment(&server);
    environment.file("f", "01234");
    environment.signreq(&["-C", "-", "-o", "f", "p", "/x"]).gives(
        56,
        "",
        Pattern::holds(&[
            "going on with f: what follows byte 5 was asked for, but the server sent byte 0",
        ]),
    );
    assert_eq!(read(&environment, "f"), "01234");
}

#[test]
fn going_on_needs_a_file_and_a_get() {
    let server = answering(&[answer("200 OK", "", "")]);
    for (words, why) in [
        (&["-C", "-", "p", "/x"][..], "names none"),
        (&["-C", "-", "-o", "-", "p", "/x"], "names none"),
        (&["-C", "5", "-o", "f", "p", "/x"], "Range:bytes=5-"),
        (&["-C", "-", "-o", "f", "p", "post", "/x"], "not with POST"),
        (&["-C", "-", "-o", "f", "p", "/x", "Range:bytes=1-"], "so does a header"),
        (&["--limit-rate", "fast", "p", "/x"], "--limit-rate: 'fast' is not a size"),
    ] {
        environment(&server).signreq(words).gives(2, "", Pattern::holds(&[why]));
    }
    let directory = environment(&server);
    directory.signreq(&["-C", "-", "-o", ".", "p", "/x"]).gives(
        23,
        "",
        Pattern::holds(&["no regular file"]),
    );
    assert!(server.requests().is_empty());
}

/// Runs in a directory of its own, in which no pause takes time.
fn run(server: &Capture, words: &[&str]) -> (crate::world::Ran, String) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("f").to_str().unwrap().to_owned();
    let words: Vec<&str> =
        words.iter().map(|word| if *word == "FILE" { &*file } else { word }).collect();
    let mut world = World::new(&words);
    world.profile(&config(server));
    let ran = world.run();
    (ran, std::fs::read_to_string(&file).unwrap_or_default())
}

#[test]
fn a_body_that_is_cut_is_asked_for_again_where_nobody_saw_a_part_of_it() {
    let answers =
        [cut("200 OK", "ETag: \"a\"\r\n", "01234", 10), answer("200 OK", "", "0123456789")];
    let server = answering(&answers);
    let (ran, file) = run(&server, &["--retry", "2", "-o", "FILE", "p", "/x"]);
    assert_eq!((ran.code, file.as_str()), (0, "0123456789"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("after 5 of 10 bytes") && ran.stderr.contains("(1 of 2)"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.slept, [Duration::from_secs(1)]);
    assert_eq!(header(&server, 1, "Range"), None);

    let server = answering(&answers);
    let (ran, _) = run(&server, &["--retry", "2", "p", "/x"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (18, "01234"), "{}", ran.stderr);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_file_that_grows_is_gone_on_with_if_it_is_the_same_thing() {
    let part = |range: &str, body: &str| {
        answer("206 Partial Content", &format!("Content-Range: bytes {range}/10\r\n"), body)
    };
    let server = answering(&[
        cut("200 OK", "ETag: \"a\"\r\n", "01234", 10),
        cut("206 Partial Content", "ETag: \"a\"\r\nContent-Range: bytes 5-9/10\r\n", "56", 5),
        part("7-9", "789"),
    ]);
    let (ran, file) = run(&server, &["--retry", "5", "-C", "-", "-o", "FILE", "p", "/x"]);
    assert_eq!((ran.code, file.as_str()), (0, "0123456789"), "{}", ran.stderr);
    assert_eq!(header(&server, 2, "Range").as_deref(), Some("bytes=7-"));
    assert_eq!(header(&server, 2, "If-Range").as_deref(), Some("\"a\""));

    // Changed meanwhile: the server sends the new one whole.
    let server =
        answering(&[cut("200 OK", "ETag: \"a\"\r\n", "01234", 10), answer("200 OK", "", "new")]);
    let (ran, file) = run(&server, &["--retry", "5", "-C", "-", "-o", "FILE", "p", "/x"]);
    assert_eq!((ran.code, file.as_str()), (0, "new"), "{}", ran.stderr);
}

#[test]
fn a_rate_is_kept() {
    let server = answering(&[answer("200 OK", "", &"x".repeat(3000))]);
    let (ran, file) = run(&server, &["--limit-rate", "1k", "-o", "FILE", "p", "/x"]);
    assert_eq!((ran.code, file.len()), (0, 3000), "{}", ran.stderr);
    let slept: Duration = ran.slept.iter().sum();
    assert!(
        slept > Duration::from_millis(2900) && slept < Duration::from_millis(3000),
        "{slept:?}"
    );
}

/// `hello` and a line feed, by Python's gzip.
const GZIP: &[u8] = &[
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xe7,
    0x02, 0x00, 0x20, 0x30, 0x3a, 0x36, 0x06, 0x00, 0x00, 0x00,
];

fn compressed(status: &str, body: &[u8]) -> Capture {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Encoding: gzip\r\nContent-Type: text/plain\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    Capture::answering(&[&[head.as_bytes(), body].concat()])
}

#[test]
fn what_is_printed_is_asked_for_compressed_and_decompressed() {
    let server = compressed("200 OK", GZIP);
    let environment = environment(&server);
    environment.signreq(&["p", "/x"]).gives(0, "hello\n", "");
    let accepted = Some("gzip, deflate, br, zstd".to_owned());
    assert_eq!(header(&server, 0, "Accept-Encoding"), accepted);
    environment.signreq(&["--compressed", "-o", "f", "p", "/x"]).gives(0, "", "");
    assert_eq!(
        (header(&server, 1, "Accept-Encoding"), read(&environment, "f")),
        (accepted, "hello\n".into())
    );
    environment.signreq(&["-o", "g", "p", "/x"]).gives(0, "", "");
    assert_eq!(header(&server, 2, "Accept-Encoding"), None);
    assert_eq!(std::fs::read(environment.work().join("g")).unwrap(), GZIP);
}

#[test]
fn what_the_user_says_of_compression_stays() {
    let server = compressed("200 OK", GZIP);
    let environment = environment(&server);
    for (words, sent) in [
        (&["p", "/x", "Accept-Encoding:br"][..], Some("br")),
        (&["p", "/x", "accept-encoding:"], None),
        (&["p", "/x", "Range:bytes=0-9"], None),
    ] {
        environment.signreq(words).gives(0, "hello\n", "");
        let last = server.requests().len() - 1;
        assert_eq!(header(&server, last, "Accept-Encoding").as_deref(), sent, "{words:?}");
    }
    environment.signreq(&["-I", "p", "/x"]).gives(0, Pattern::Something, "");
    let last = server.requests().len() - 1;
    assert_eq!(header(&server, last, "Accept-Encoding"), None);
}

#[test]
fn a_compressed_refusal_is_read_too() {
    let server = compressed("401 Unauthorized", GZIP);
    let environment = TestEnvironment::new();
    environment.config(&format!("[profile.maas]\nurl = '{}'\nkey = 'a:b:c'\n", server.url()));
    for output in [&[][..], &["-o", "f"]] {
        let words = [output, &["maas", "get", "/x/"]].concat();
        let told = "answered 401 Unauthorized: hello\n";
        environment.signreq(&words).gives(77, "hello\n", Pattern::holds(&[told]));
    }
}

#[test]
fn what_cannot_be_decompressed_is_56() {
    let server = compressed("200 OK", &GZIP[..20]);
    environment(&server).signreq(&["p", "/x"]).gives(
        56,
        Pattern::holds(&[]),
        Pattern::holds(&[
            "sent as gzip, but cannot be decoded: it ends too early",
            "hint: -o FILE",
        ]),
    );
}

#[test]
fn a_bomb_goes_off_neither_on_paper_nor_in_a_file() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    (0..64).for_each(|_| encoder.write_all(&[0; 1 << 20]).unwrap());
    let bomb = encoder.finish().unwrap();
    let server = compressed("200 OK", &bomb);
    let environment = environment(&server);
    let told = ["of gzip become more than 200 times as many", "hint: -o FILE"];
    let shown =
        environment.signreq(&["p", "/x"]).gives(56, Pattern::Something, Pattern::holds(&told));
    assert!(shown.stdout.len() < 16 << 20, "{}", shown.stdout.len());
    let words = ["p", "/x", "--compressed", "-o", "f"];
    environment.signreq(&words).gives(56, "", Pattern::holds(&told));
    assert!(names(&environment).is_empty());
    // As it comes it does no harm.
    environment.signreq(&["p", "/x", "-o", "f"]).gives(0, "", "");
    assert_eq!(std::fs::read(environment.work().join("f")).unwrap(), bomb);
}
