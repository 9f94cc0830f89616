//! Answers that are wrong, or no answers at all.

use super::server::Step::{Asked, Bytes, Echo, Flood, Say, Stall, Times};
use super::{Follow, Post, Row, check, row};

#[test]
fn what_is_not_http() {
    let not_http = |name, steps, says| row(name, steps, &[56], says);
    check(&[
        not_http("ssh", &[Say("SSH-2.0-OpenSSH_9.2p1\r\n"), Stall], "begins with 'SSH-2.0-"),
        not_http("smtp", &[Say("220 mail.example ESMTP\r\n"), Stall], "begins with '220 mail"),
        not_http("html", &[Asked, Say("<html>no</html>\r\n\r\n")], "begins with '<html>"),
        not_http("echo", &[Asked, Echo], "the answer is not HTTP"),
        not_http("tls", &[Asked, Bytes(b"\x15\x03\x01\x00\x02\x02\x46")], "begins with '\\x15"),
        not_http(
            "http/2",
            &[Asked, Bytes(b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0d"), Stall],
            "not HTTP",
        ),
        not_http("noise", &[Asked, Bytes(&[0x80; 4000])], "not HTTP"),
        not_http("icecast", &[Asked, Say("ICY 200 OK\r\n\r\n")], "not HTTP"),
        not_http("version", &[Asked, Say("HTTP/3.0 200 OK\r\n\r\n")], "not HTTP"),
        not_http("status", &[Asked, Say("HTTP/1.1 20 OK\r\n\r\n")], "not HTTP"),
        not_http("field", &[Asked, Say("{ok}no colon\r\n\r\n")], "not HTTP"),
        not_http("nul", &[Asked, Say("{ok}X: a\0b\r\n\r\n")], "not HTTP"),
        not_http(
            "upgrade",
            &[Asked, Say("HTTP/1.1 101 Switching Protocols\r\n\r\n"), Stall],
            "101",
        ),
    ]);
}

#[test]
fn lengths_that_contradict() {
    let wrong = |name, steps, says| row(name, steps, &[56], says);
    check(&[
        wrong("no number", &[Asked, Say("{ok}Content-Length: x\r\n\r\n")], "content-length"),
        wrong("negative", &[Asked, Say("{ok}Content-Length: -1\r\n\r\n")], "content-length"),
        wrong(
            "huge",
            &[Asked, Say("{ok}Content-Length: 99999999999999999999\r\n\r\n")],
            "content-length",
        ),
        wrong(
            "two",
            &[Asked, Say("{ok}Content-Length: {length}\r\nContent-Length: 3\r\n\r\n{rest}")],
            "content-length",
        ),
        wrong(
            "chunk",
            &[Asked, Say("{ok}Transfer-Encoding: chunked\r\n\r\nzz\r\n{rest}\r\n")],
            "malformed after 0 bytes",
        ),
        wrong(
            "huge chunk",
            &[Asked, Say("{ok}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n")],
            "malformed after 0 bytes",
        ),
        Row {
            arrives: None,
            ..wrong(
                "longer than its chunk",
                &[Asked, Say("{ok}Transfer-Encoding: chunked\r\n\r\n3\r\n{rest}\r\n0\r\n\r\n")],
                "malformed after ",
            )
        },
        Row {
            is_sent_again: false,
            ..row(
                "longer than told",
                &[Asked, Say("{ok}Content-Length: {length}\r\n\r\n{rest}and more")],
                &[0],
                "",
            )
        },
        Row { is_sent_again: false, ..row("no length", &[Asked, Say("{ok}\r\n{rest}")], &[0], "") },
    ]);
}

#[test]
fn more_than_is_taken() {
    let much = |name, steps, says| row(name, steps, &[56], says);
    check(&[
        much(
            "many fields",
            &[Asked, Say("{ok}"), Times(1000, "A: b\r\n"), Say("\r\n")],
            "too many headers",
        ),
        much(
            "a long field",
            &[Asked, Say("{ok}A: "), Times(70_000, "b"), Say("\r\n\r\n")],
            "larger than 32 KiB",
        ),
        much("fields without end", &[Asked, Say("{ok}"), Flood("A: b\r\n")], "too many headers"),
        much("a field without end", &[Asked, Say("{ok}A: "), Flood("b")], "larger than 32 KiB"),
        much("a line without end", &[Asked, Flood("b")], "the answer is not HTTP"),
        much(
            "a chunk's size without end",
            &[Asked, Say("{ok}Transfer-Encoding: chunked\r\n\r\n"), Flood("0")],
            "malformed",
        ),
        much(
            "a chunk's extension without end",
            &[Asked, Say("{ok}Transfer-Encoding: chunked\r\n\r\n3;"), Flood("a")],
            "malformed",
        ),
        much(
            "trailers without end",
            &[Asked, Say("{ok}Transfer-Encoding: chunked\r\n\r\n0\r\n"), Flood("A: b\r\n")],
            "malformed",
        ),
    ]);
}

#[test]
fn answers_that_lead_nowhere() {
    check(&[
        Row {
            for_good: true,
            is_sent_again: false,
            except: &[(Follow, 47, "redirects were followed"), (Post, 3, "-L follows it")],
            ..row(
                "a loop",
                &[
                    Asked,
                    Say(
                        "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                    ),
                ],
                &[3],
                "-L follows it",
            )
        },
        Row {
            for_good: true,
            is_sent_again: false,
            ..row(
                "no place",
                &[Asked, Say("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n")],
                &[3],
                "names no place",
            )
        },
        row(
            "busy",
            &[Asked, Say("HTTP/1.1 503 No\r\nRetry-After: 0\r\nContent-Length: 4\r\n\r\nbusy")],
            &[5],
            "answered 503",
        ),
        row(
            "busy and cut",
            &[Asked, Say("HTTP/1.1 503 No\r\nRetry-After: 0\r\nContent-Length: 40\r\n\r\nbusy")],
            &[5],
            "answered 503",
        ),
    ]);
}
