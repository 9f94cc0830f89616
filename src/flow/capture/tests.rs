use super::*;
use crate::error::{hints_of, kind_of, one_line};
use proptest::prelude::*;

fn no_files(name: &str) -> Result<Vec<u8>> {
    match name {
        "data.txt" => Ok(b"a\r\nb\n".to_vec()),
        "headers.txt" => Ok(b"X-A: 1\n\nX-B: 2\n".to_vec()),
        name => Err(Error::new(Kind::Read, format!("{name}: there is none")).into()),
    }
}

fn reading() -> Reading {
    Reading { form: None, protocol: Protocol::Https, entry: None }
}

#[track_caller]
fn received(text: &str) -> Received {
    read(text.as_bytes(), reading(), &no_files).unwrap().received
}

/// The error and its hints in one line.
#[track_caller]
fn refused(text: &str) -> String {
    let error = read(text.as_bytes(), reading(), &no_files).unwrap_err();
    assert_ne!(kind_of(&error), Kind::Internal, "{error}");
    format!("{} {}", one_line(&error), hints_of(&error).join(" "))
}

fn body(received: &Received) -> &str {
    std::str::from_utf8(&received.body).unwrap()
}

#[test]
fn forms_are_told_by_their_content() {
    for (text, form) in [
        ("GET /x HTTP/1.1\r\nHost: h\r\n\r\n", Some(Form::Http)),
        ("\nPROPFIND http://h/ HTTP/1.1\n", Some(Form::Http)),
        ("* Connected\n> GET / HTTP/1.1\n> Host: h\n", Some(Form::Http)),
        ("{\"log\":{}}", Some(Form::Har)),
        ("# remark\n$ curl http://h/", Some(Form::Curl)),
        ("/usr/bin/curl 'http://h/'", Some(Form::Curl)),
        ("# remark\n$ http://h/?a", Some(Form::Url)),
        ("wget http://h/", None),
        ("", None),
    ] {
        assert_eq!(Form::of(text.as_bytes()), form, "{text}");
    }
}

#[test]
fn raw_requests_are_read_byte_for_byte() {
    for line_end in ["\r\n", "\n"] {
        let text = "\nPOST /a%2f//b/../?c=[é]&d HTTP/1.1\nHost: H:8443\nx-a:  1 \n folded\n\
                    Content-Length: 3\n\na\rb\n"
            .replace('\n', line_end);
        let text = text.replace("a\rb", "a b");
        let got = received(&text);
        assert_eq!(got.method.as_str(), "POST");
        assert_eq!(got.url.to_string(), "https://h:8443/a%2f//b/../?c=[é]&d");
        assert_eq!(got.headers.text("host").as_deref(), Some("H:8443"));
        assert_eq!(got.headers.text("X-A").as_deref(), Some("1 folded"));
        assert_eq!(body(&got), "a b");
    }
}

#[test]
fn targets_in_absolute_form_say_their_scheme() {
    let got = received("GET http://api.example/x?y HTTP/1.1\nHost: proxy\n\n");
    assert_eq!(got.url.to_string(), "http://api.example/x?y");
}

#[test]
fn bodies_are_framed_as_they_say() {
    let head = "POST /x HTTP/1.1\nHost: h\n";
    let chunked = format!(
        "{head}Transfer-Encoding: chunked\n\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: r\r\n\r\n"
    );
    assert_eq!(body(&received(&chunked)), "abc0123456789");
    assert_eq!(body(&received(&format!("{head}\n{{\"a\":1}}\n"))), "{\"a\":1}\n");
    assert_eq!(body(&received(&format!("{head}\n\r\n\n"))), "");
    for (rest, why) in [
        ("Content-Length: 4\n\nabc", "has 3 bytes"),
        ("Content-Length: 2\n\nabc", "says 2"),
        ("Content-Length: -1\n\n", "no number"),
        ("Transfer-Encoding: gzip\n\n", "gzip"),
        ("Transfer-Encoding: chunked\n\nffffffffffffffff\r\n", "ends early"),
        ("Transfer-Encoding: chunked\n\n2\r\nabc\r\n0\r\n\r\n", "longer"),
        ("Transfer-Encoding: chunked\n\nx\r\n", "hexadecimal"),
        ("Transfer-Encoding: chunked\n\n", "missing"),
    ] {
        assert!(refused(&format!("{head}{rest}")).contains(why), "{rest}");
    }
}

#[test]
fn requests_that_none_can_send_are_refused() {
    for (text, why) in [
        ("GET /x HTTP/1.1\n\n", "no Host"),
        ("GET /x HTTP/1.1\nHost: a\nHost: b\n\n", "several Host"),
        ("GET /x HTTP/1.1\nHost: a/b\n\n", "is no host"),
        ("GET /x HTTP/1.1\nHost: h\nno colon\n\n", "no colon"),
        ("GET /x HTTP/1.1\nHost: h\nb d: 1\n\n", "header name"),
        ("GET /x HTTP/1.1\n Host: h\n\n", "indented"),
        ("GET x HTTP/1.1\nHost: h\n\n", "no path"),
        ("OPTIONS * HTTP/1.1\nHost: h\n\n", "no path"),
        ("GET /x y HTTP/1.1\nHost: h\n\n", "first line"),
        ("GET /#x HTTP/1.1\nHost: h\n\n", "'#'"),
        ("G@T /x HTTP/1.1\nHost: h\n\n", "no method"),
        ("GET /x HTTP/1.1\nHost: h\nA: b\rc\n\n", "line break"),
        ("GET /x HTTP/1.1\nHost: h\nA: b\0c\n\n", "line break or NUL"),
        ("wget http://h/", "neither"),
        ("\u{feff} ", "empty"),
    ] {
        assert!(refused(text).contains(why), "{text}: {}", refused(text));
    }
}

#[test]
fn what_curl_shows_of_a_request_is_read() {
    let text = "*   Trying 127.0.0.1\n* Connected\n> GET /x HTTP/2\n> Host: h\n> A: b\n>\n* done\n\
                < HTTP/1.1 200 OK\n< Server: s\n";
    let got = received(text);
    assert_eq!(got.url.to_string(), "https://h/x");
    assert_eq!(got.headers.text("a").as_deref(), Some("b"));
    assert!(!got.headers.has("server"));
}

const ENTRY: &str = r#"{"request":{"method":"POST","url":"http://h/a%2f?b=c#top","httpVersion":"h2",
    "headers":[{"name":":authority","value":"H"},{"name":":path","value":"/a"},
    {"name":"x-a","value":"1"}],"postData":{"mimeType":"x","text":"ä=1"}}}"#;

#[test]
fn archives_are_read() {
    let with = |text: &str| {
        let got = received(text);
        assert_eq!(got.url.to_string(), "http://h/a%2f?b=c");
        assert_eq!(got.headers.text("host").as_deref(), Some("H"));
        assert_eq!((got.headers.iter().count(), body(&got)), (2, "ä=1"));
    };
    with(ENTRY);
    with(&format!(r#"{{"log":{{"entries":[{ENTRY}]}}}}"#));
    let bare = r#"{"method":"PUT","url":"https://h:1/","headers":[],"body":"x"}"#;
    let got = received(bare);
    assert_eq!((got.headers.text("host").as_deref(), body(&got)), (Some("h:1"), "x"));
    let binary = ENTRY.replace("\"text\":\"ä=1\"", "\"text\":\"/w==\",\"encoding\":\"base64\"");
    assert_eq!(received(&binary).body, b"\xff");
}

#[test]
fn one_of_several_entries_is_picked() {
    let other = r#"{"request":{"method":"GET","url":"http://h/?token=geheim&a=1"}}"#;
    let log = format!(r#"{{"log":{{"entries":[{ENTRY},{other}]}}}}"#);
    let told = refused(&log);
    assert!(told.contains("--entry 1  is POST http://h/a%2f?b=c"), "{told}");
    assert!(told.contains("--entry 2  is GET http://h/?token=***&a=1"), "{told}");
    let pick = |entry| {
        let reading = Reading { entry: Some(entry), ..reading() };
        read(log.as_bytes(), reading, &no_files)
    };
    assert_eq!(pick(2).unwrap().received.method.as_str(), "GET");
    for entry in [0, 3] {
        assert_eq!(kind_of(&pick(entry).unwrap_err()), Kind::Usage, "{entry}");
    }
    let reading = Reading { entry: Some(1), ..reading() };
    assert!(read(b"curl http://h/", reading, &no_files).is_err());
}

#[test]
fn archives_that_hold_no_whole_request_are_refused() {
    let with = |fields: &str| {
        refused(&format!(r#"{{"request":{{"method":"POST","url":"http://h/"{fields}}}}}"#))
    };
    for (fields, why) in [
        (r#","bodySize":5"#, "leaves out"),
        (r#","postData":{"params":[{"name":"a"}]}"#, "not the text"),
        (r#","postData":{"text":"!","encoding":"base64"}"#, "base64"),
        (r#","body":{"bytes":3}"#, "not text"),
        (r#","headers":{}"#, "no list"),
        (r#","headers":[{"name":"a"}]"#, "no value"),
        (r#","headers":[{"name":"a b","value":""}]"#, "header name"),
        (r#","headers":[{"name":"a","value":"b\nc: d"}]"#, "line break"),
    ] {
        assert!(with(fields).contains(why), "{fields}: {}", with(fields));
    }
    for (text, why) in [
        ("{", "EOF"),
        ("{}", "no method"),
        (r#"{"log":{"entries":[]}}"#, "no entries"),
        (r#"{"log":{"entries":{}}}"#, "no list"),
        (r#"{"log":{"entries":[{}]}}"#, "no request"),
        (r#"{"method":"GET","url":"ftp://h/"}"#, "neither http"),
        (r#"{"method":"GET","url":"http://h/a b"}"#, "space"),
    ] {
        assert!(refused(text).contains(why), "{text}: {}", refused(text));
    }
}

/// What Chrome and Firefox copy, and what curl 7.88 sends for it.
#[test]
fn curl_commands_are_what_curl_sends() {
    let got = received(
        "curl 'https://h/a?b=\\[1\\]' \\\n  -H 'accept: a/b' \\\n  -H 'x-a: 1' -H 'X-A: 2' \\\n  \
         --data-raw $'{\"a\":\"\\u0021\\'\"}' \\\n  --compressed --insecure",
    );
    assert_eq!(got.method.as_str(), "POST");
    assert_eq!(got.url.to_string(), "https://h/a?b=[1]");
    assert_eq!(body(&got), "{\"a\":\"!'\"}");
    let all: Vec<String> =
        got.headers.iter().map(|header| format!("{}: {}", header.name, header.text())).collect();
    let expected = [
        "Host: h",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Length: 10",
        "accept: a/b",
        "x-a: 1",
        "X-A: 2",
    ];
    assert_eq!(all, expected);
}

#[test]
fn methods_follow_from_options() {
    for (options, method) in [
        ("", "GET"),
        ("-d a", "POST"),
        ("-I", "HEAD"),
        ("-T data.txt", "PUT"),
        ("-XPATCH -d a", "PATCH"),
        ("-sSXDELETE", "DELETE"),
        ("-G -d a", "GET"),
        ("--json {}", "POST"),
    ] {
        let got = received(&format!("curl {options} http://h/"));
        assert_eq!(got.method.as_str(), method, "{options}");
    }
}

#[test]
fn data_and_headers_follow_from_options() {
    for (options, expected) in [
        ("-d a -d @data.txt", "a&ab"),
        ("--data-binary @data.txt --data-raw @x", "a\r\nb\n&@x"),
        ("--json '{\"a\"' --json :1}", "{\"a\":1}"),
        ("--data-urlencode 'a b=c d' --data-urlencode =é", "a b=c+d&%C3%A9"),
        ("--data-urlencode f@data.txt", "f=a%0D%0Ab%0A"),
        ("-T data.txt", "a\r\nb\n"),
        ("-d @- <<'E'\na\nb\nE\n#", "ab"),
    ] {
        let command = format!("curl http://h/ {options}");
        assert_eq!(body(&received(&command)), expected, "{command}");
    }
    let got = received(
        "curl -u me:geheim -A agent -e from -b 'a=b' -b jar -r 0-1 -H @headers.txt -H Accept: \
         -H 'X-E;' --json 1 http://h/",
    );
    for (name, value) in [
        ("User-Agent", Some("agent")),
        ("Referer", Some("from")),
        ("Cookie", Some("a=b")),
        ("Range", Some("bytes=0-1")),
        ("X-A", Some("1")),
        ("X-B", Some("2")),
        ("X-E", Some("")),
        ("Accept", None),
        ("Content-Type", Some("application/json")),
        ("Authorization", None),
    ] {
        assert_eq!(got.headers.text(name).as_deref(), value, "{name}");
    }
    let bearer = received("curl --oauth2-bearer t --url http://h/?a -G --data-urlencode 'b=c d'");
    assert_eq!(bearer.headers.text("authorization").as_deref(), Some("Bearer t"));
    assert_eq!(bearer.url.target(), "/?a&b=c+d");
}

#[test]
fn commands_that_cannot_be_known_are_refused() {
    for (command, why) in [
        ("curl", "no URL"),
        ("curl http://a/ http://b/", "several URLs"),
        ("curl http://h/ -F a=b", "boundary"),
        ("curl --aws-sigv4 aws http://h/", "only when it runs"),
        ("curl http://h/ --next http://h/", "second request"),
        ("curl --no-such http://h/", "not known here"),
        ("curl -$ http://h/", "not known here"),
        ("curl http://h/ -H", "no value"),
        ("curl http://h/ -H 'no colon'", "no colon"),
        ("curl http://h/ -H 'a b: c'", "header name"),
        ("curl http://h/ -H Host:", "Host"),
        ("curl http://h/ -d @-", "no here-document"),
        ("curl http://h/ -d @absent", "absent: there is none"),
        ("curl $URL", "$URL"),
        ("curl -K - <<E\nconfig = -\nE\n", "name each other"),
        ("curl -X 'a b' http://h/", "no method"),
        ("curl http://h/ -H 'a: b\nc: d'", "line break"),
    ] {
        assert!(refused(command).contains(why), "{command}: {}", refused(command));
    }
}

/// Each descriptor's config file names the next one a hundred times over: a
/// limit on how deep they nest would let that run for hours.
#[test]
fn config_files_that_fan_out_end() {
    let mut command = "curl -K /dev/fd/3".to_owned();
    for descriptor in 3..8 {
        command.push_str(&format!(" {descriptor}<<'E{descriptor}'"));
    }
    command.push('\n');
    for descriptor in 3..8 {
        let line = match descriptor {
            7 => "silent\n".to_owned(),
            other => format!("config = /dev/fd/{}\n", other + 1),
        };
        command.push_str(&format!("{}E{descriptor}\n", line.repeat(100)));
    }
    assert!(refused(&command).contains("more than 16 config files"), "{}", refused(&command));
}

/// White space that unfolding leaves belongs to no value: a fuzzer found it.
#[test]
fn folded_lines_leave_no_white_space_around_a_value() {
    let got = received("GET /x HTTP/1.1\nHost: h\nA:\n b\nC: d\n \n\n");
    assert_eq!(got.headers.text("a").as_deref(), Some("b"));
    assert_eq!(got.headers.text("c").as_deref(), Some("d"));
}

/// Only ASCII's white space surrounds a value (RFC 9110 section 5.5): a fuzzer
/// found that a HAR's reader took more away.
#[test]
fn what_is_no_white_space_of_http_stays_in_a_value() {
    let text =
        r#"{"method":"GET","url":"http://h/","headers":[{"name":"A","value":" \u000bb\u00a0 "}]}"#;
    assert_eq!(received(text).headers.text("a").as_deref(), Some("\u{b}b\u{a0}"));
}

/// A header that an option of its own makes is held to the same rules as one of
/// `-H`: a fuzzer found a NUL in one, which no other notation can hold.
#[test]
fn headers_that_options_make_are_field_values_too() {
    for command in ["curl h -A 'a\0b'", "curl h -e 'a\nb'", "curl h -b 'a=\rb'"] {
        assert!(refused(command).contains("line break or NUL"), "{command:?}");
    }
    assert_eq!(received("curl h -A ' a '").headers.text("user-agent").as_deref(), Some("a"));
}

/// Pieces of which hostile captures are made.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..20),
        prop::sample::select(vec![
            "GET /x HTTP/1.1\r\n",
            "Host: h\n",
            "Transfer-Encoding: chunked\n\n",
            "5\r\nab",
            "Content-Length: 99999999999999999999\n",
            "\n",
            "curl ",
            "-H ",
            "-d @- ",
            "<<'E'\n",
            "E\n",
            "$'\\u",
            "\\x",
            "$'\\777",
            "'",
            "\"",
            "\\",
            "http://[::1",
            "{a,b}",
            "--config ",
            "/dev/fd/3 ",
            "3<<E\n",
            "{\"log\":{\"entries\":[",
            "{\"request\":",
            "\"url\":\"http://é",
            "]}}",
            "-",
            "%",
            "-G ",
            "é",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_capture_ends_in_a_panic(bytes in hostile(), form in prop::option::of(0..3_usize)) {
        let form = form.map(|index| Form::ALL[index]);
        let _ = read(&bytes, Reading { form, ..reading() }, &no_files);
    }
}
