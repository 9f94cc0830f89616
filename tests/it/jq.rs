//! `--jq`. What comes out of an expression is what jq 1.7 gives for it.

use crate::capture::Capture;
use crate::environment::{Pattern, Ran, TestEnvironment};

/// Runs an expression, with further words, on a server's answer.
fn on(body: &[u8], words: &[&str]) -> Ran {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let capture = Capture::answering(&[&[head.as_bytes(), body].concat()]);
    let environment = TestEnvironment::new();
    let config = format!("[profile.p]\nscheme = \"none\"\nurl = \"{}\"\n", capture.url());
    environment.config(&config);
    environment.signreq(&[&["p", "/", "--jq"], words].concat())
}

#[test]
fn strings_come_raw_and_all_else_as_json() {
    for (body, words, printed) in [
        (r#"[{"n":"a\nb"},{"n":"ü"}]"#, &[".[] | .n"][..], "a\nb\nü\n"),
        (r#"{"b":[1,"x"],"a":null}"#, &["."], "{\"b\":[1,\"x\"],\"a\":null}\n"),
        (r#"{"b":1}"#, &[".", "--format", "json"], "{\n  \"b\": 1\n}\n"),
        (r#"["x"]"#, &[".[0]", "--format", "compact"], "\"x\"\n"),
        (r#"["x",1,{}]"#, &[".[]", "--join-output"], "x1{}"),
        // Numbers that are left alone stand as the server wrote them.
        ("[1.10,12345678901234567890123,1E2]", &["."], "[1.10,12345678901234567890123,1E2]\n"),
        ("[1.5]", &[".[0] * 2, nan, -infinite"], "3\nnull\n-1.7976931348623157e308\n"),
        ("1 2\n3", &[". + 1"], "2\n3\n4\n"),
        ("1 2 3 4", &["[., input]", "--format", "compact"], "[1,2]\n[3,4]\n"),
        (
            "[[1,[2]],\"],\",{\"a\":\"\\\"\"}] 7",
            &[".[]? | tojson"],
            "[1,[2]]\n\"],\"\n{\"a\":\"\\\"\"}\n",
        ),
        ("[ ]", &[".[] | .a"], ""),
        ("\u{feff}[1]", &["length"], "1\n"),
        ("[1,2,3]", &["halt"], ""),
    ] {
        on(body.as_bytes(), words).gives(0, printed, "");
    }
}

#[test]
fn each_element_of_a_list_alone_gives_what_the_whole_list_gives() {
    let body = br#" [ {"n":"],\"" , "m":[1,{"n":2}]}, {"n":"\\"} ,{"n":[ ]},{"n":-1.50e3 } ] [{"n":true}] "#;
    let whole = on(body, &[".[] as $each | $each.n"]).gives(0, Pattern::Something, "").stdout;
    let each = on(body, &[".[] | .n"]).gives(0, Pattern::Something, "").stdout;
    assert_eq!(each, "],\"\n\\\n[]\n-1.50e3\ntrue\n");
    assert_eq!(whole, each);
    // What is left out of the elements is what nobody looks at.
    let body =
        br#"[ {"b":{"a":[1]},"a":1.10,"c":"\"a\":2"} , {"\u0061":2,"a":3,"d":[{"a":4}]},{"c":null},
        {"d":1,"a":{"b":5},"a":{"b":6}}, {}]"#;
    for each in [
        ".a",
        ".a, .d",
        ".a?.b?",
        "{a, c}",
        "\"\\(.a) \\(.b)\"",
        "select(.c) | .a",
        "[.a, .b, .d]",
        "if .c then .a else .d end",
        ".a as $x | [$x, .b]",
        ".",
        "keys",
        "length",
        "to_entries",
        ".d | arrays | .[0].a",
        "tojson",
        "del(.a)",
        "select(.a == 3)",
        "(.a, .c) // .d",
        "try .a.b catch .",
    ] {
        let whole = on(body, &[&format!(".[] as $each | $each | {each}")]);
        let whole = whole.gives(0, Pattern::Something, "").stdout;
        on(body, &[&format!(".[] | {each}")]).gives(0, whole, "");
    }
    on(br#"[{"a":{"b":1},"c":2}]"#, &[".[].a.b | . + 1"]).gives(0, "2\n", "");
    on(b"[1,2]", &[".[] |= . + 1"]).gives(0, "[2,3]\n", "");
    // An error in the midst loses nothing of what came before.
    on(b"[1,{},2]", &[".[] | . + 1"]).gives(65, "2\n", Pattern::holds(&["cannot calculate"]));
}

#[test]
fn values_are_handed_in_by_name() {
    let words = ["$a, $b.c, $a", "--arg", "a", "-x\"", "--argjson", "b", "{\"c\":[1]}"];
    on(b"0", &words).gives(0, "-x\"\n[1]\n-x\"\n", "");
    let shown = "'{c' is not JSON: at byte 1";
    on(b"0", &["$b", "--argjson", "b", "{c"]).gives(2, "", Pattern::holds(&[shown]));
}

#[test]
fn a_wrong_expression_is_shown_with_its_place() {
    for (expression, shown) in [
        (".[] | | .b", "  .[] | | .b\n        ^ expected term\n"),
        (".a | (.b", "  .a | (.b\n          ^ this ( is not closed\n"),
        ("\"é\" | nope(1)", "  \"é\" | nope(1)\n        ^^^^ no filter nope/1\n"),
        ("$x", "  $x\n  ^^ no such variable\nhint: --arg x VALUE gives it a value\n"),
        ("", "^ expected term\n"),
        ("include \"m\"; .", "modules are not offered\n"),
    ] {
        on(b"0", &[expression]).gives(2, "", Pattern::holds(&["the expression is wrong:", shown]));
    }
}

#[test]
fn the_environment_is_out_of_reach() {
    for expression in ["env", "$ENV", "env.SIGNREQ_P_TOKEN"] {
        let hint = "hint: the environment is not offered, it may hold secrets: --arg NAME VALUE";
        on(b"0", &[expression]).gives(2, "", Pattern::holds(&[hint]));
    }
}

#[test]
fn what_is_no_json_or_fails_ends_with_65() {
    for (body, expression, shown) in [
        (&b""[..], ".", "--jq: the body is empty, not JSON"),
        (b"<html>", ".", "the body is not valid JSON at byte 0"),
        (b"<!doctype HTML><html></html>", ".", "the body is not valid JSON at byte 0"),
        (b"<a><b></a>", ".", "the body is not valid XML: at byte"),
        (b"[1,", ".[] | .", "the body is not valid JSON at byte 3"),
        // Its parser would take more than JSON.
        (b"NaN", ".", "the body is not valid JSON at byte 0"),
        (b"{\"a\":1}", ".a.b", "--jq: cannot index 1 with"),
        (b"{\"a\":1}", "error(\"no such host\")", "--jq: no such host"),
        (b"3", "\"gone\" | halt_error", "--jq: gone\n"),
        (b"3", "halt_error(1)", "--jq: 3\n"),
    ] {
        on(body, &[expression]).gives(65, "", Pattern::holds(&[shown]));
    }
}

#[test]
fn what_nests_without_end_is_refused() {
    let deep = "[".repeat(1_000_000);
    on(deep.as_bytes(), &["."]).gives(65, "", Pattern::holds(&["nest more than 512 deep"]));
    let text = format!("\"{deep}\"");
    on(text.as_bytes(), &["fromjson"]).gives(65, "", Pattern::holds(&["nest more than 512 deep"]));
}

#[test]
fn an_expression_talks_on_standard_error() {
    on(b"[1]", &[".[] | debug"]).gives(0, "1\n", "signreq: [\"DEBUG:\",1]\n");
    on(b"\"a\\u001b[2J\"", &["stderr | length"]).gives(0, "5\n", "signreq: a^[[2J\n");
}

#[test]
fn an_error_answer_is_printed_as_it_is() {
    let environment = TestEnvironment::new();
    environment
        .signreq(&["--sandbox", "foreman", "get", "/api/v2/hosts/0", "--jq", ".name"])
        .gives(4, Pattern::holds(&["{"]), Pattern::holds(&["answered 404"]));
}

#[test]
fn what_does_not_fit_together_is_wrong_usage() {
    for words in [&[".", "-o", "file"][..], &[".", "-O"], &[".", "-I"], &[".", "--arg", "a"]] {
        on(b"0", words).gives(2, "", Pattern::Something);
    }
    let environment = TestEnvironment::new();
    environment.signreq(&["--sandbox", "maas", "get", "/x", "--join-output"]).gives(
        2,
        "",
        Pattern::Something,
    );
}

#[test]
fn xml_is_looked_into_as_an_object() {
    let body =
        b"<?xml version='1.0'?><r xmlns='u'><k>1</k><i a='&amp;'><n>x</n></i><i><n>\"</n></i></r>";
    on(body, &["[.k, .i[].n]"]).gives(0, "[\"1\",\"x\",\"\\\"\"]\n", "");
    let environment = TestEnvironment::new();
    let words = ["--sandbox", "s3", "get", "/backups", "--jq", ".Contents[] | .Key"];
    environment.signreq(&words).gives(0, Pattern::holds(&["2025/01/db-01.sql\n"]), "");
}
