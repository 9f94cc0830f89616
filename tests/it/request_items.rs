//! Items, each sentence of their grammar, as a server sees what comes of it.

use crate::environment::TestEnvironment;
use crate::request_words::World;

/// A world with files to read from.
fn world() -> World {
    let world = World::new();
    world.environment.file("line", "from file\n");
    world.environment.file("json", "\n{\"n\" : 1.10}\n");
    world
}

/// What arrived for these words and this standard input.
#[track_caller]
fn sent_reading(world: &World, words: &[&str], stdin: &str) -> String {
    world.environment.signreq_reading(words, stdin).gives(0, "", "");
    String::from_utf8(world.capture.requests().pop().unwrap()).unwrap()
}

#[test]
fn an_at_sign_behind_a_separator_reads_the_value_from_a_file() {
    let world = world();
    assert_eq!(world.line(&["p", "/x", "k==@line"]), "GET /base/x?k=from%20file");
    assert_eq!(world.header("k", &["p", "/x", "k:@line"]), ["from file"]);
    assert_eq!(world.body(&["p", "/x", "k=@line"]), r#"{"k":"from file\n"}"#);
    assert_eq!(world.body(&["p", "/x", "k:=@json"]), r#"{"k":{"n" : 1.10}}"#);
    assert_eq!(world.body(&["p", "/x", "k=@line", "--as", "form"]), "k=from%20file%0A");
    assert_eq!(world.body(&["p", "/x", "@line"]), "from file\n");
    assert_eq!(world.body(&["p", "/x", r"k=\@line"]), r#"{"k":"@line"}"#);
}

#[test]
fn a_hyphen_is_standard_input() {
    let world = world();
    assert!(sent_reading(&world, &["p", "/x", "k==@-"], "1\n").starts_with("GET /base/x?k=1 "));
    assert!(sent_reading(&world, &["p", "/x", "K:@-"], "1\n").contains("\r\nK: 1\r\n"));
    assert!(sent_reading(&world, &["p", "/x", "k=@-"], "1\n").ends_with(r#"{"k":"1\n"}"#));
    assert!(sent_reading(&world, &["p", "/x", "k:=@-"], "[1]\n").ends_with(r#"{"k":[1]}"#));
    assert!(sent_reading(&world, &["p", "/x", "@-"], "all\n").ends_with("\r\n\r\nall\n"));
    assert!(sent_reading(&world, &["p", "/x", "k@-"], "all\n").contains("\r\n\r\nall\n\r\n--"));
}

#[test]
fn the_leftmost_separator_wins_and_the_longest_at_its_place() {
    let world = world();
    assert_eq!(world.header("x", &["p", "/x", "X:a=b==c@d"]), ["a=b==c@d"]);
    assert_eq!(world.body(&["p", "/x", "a=b:c==d@e"]), r#"{"a":"b:c==d@e"}"#);
    assert_eq!(world.line(&["p", "/x", "a===b"]), "GET /base/x?a=%3Db");
    assert_eq!(world.body(&["p", "/x", "a:=\"=\""]), r#"{"a":"="}"#);
    world.environment.file("b=c", "of that name");
    assert!(world.body(&["p", "/x", "a@b=c"]).contains("\r\n\r\nof that name\r\n"));
}

#[test]
fn a_backslash_escapes_a_separator_and_is_itself_otherwise() {
    let world = world();
    assert_eq!(world.body(&["p", "/x", r"a\=b=c\=d"]), r#"{"a=b":"c=d"}"#);
    assert_eq!(world.body(&["p", "/x", r"a\:b\@c\;=1"]), r#"{"a:b@c;":"1"}"#);
    assert_eq!(world.line(&["p", "/x", r"a\=b==1"]), "GET /base/x?a%3Db=1");
    assert_eq!(world.body(&["p", "/x", r"a=C:\dir"]), r#"{"a":"C:\\dir"}"#);
}

// The documents are those that HTTPie 3.2.4 makes of the same words, but for
// 007, which it takes for a number.
#[test]
fn names_nest_in_json() {
    let world = world();
    for (words, document) in [
        (&["a[b][c]=1"][..], r#"{"a":{"b":{"c":"1"}}}"#),
        (&["a[]=1", "a[]:=2"], r#"{"a":["1",2]}"#),
        (&["[]=1", "[]=2"], r#"["1","2"]"#),
        (&["a[1]=y", "a[0]=x"], r#"{"a":["x","y"]}"#),
        (&[r"a\[b\]=1"], r#"{"a[b]":"1"}"#),
        (&["007=x"], r#"{"007":"x"}"#),
    ] {
        assert_eq!(world.body(&[&["p", "/x"], words].concat()), document, "{words:?}");
    }
}

#[test]
fn a_type_conflict_shows_its_place() {
    let world = World::new();
    for (words, caret) in [
        (["a=1", "a[b]=2"], "\n  a[b]\n   ^^^ needs an object\n"),
        (["a[b]=1", "a[]=2"], "\n  a[]\n   ^^ needs an array\n"),
        (["[]=1", "a=2"], "\n  a\n  ^ needs an object\n"),
    ] {
        world.refused(&[&["p", "/x"], &words[..]].concat(), &[caret]);
    }
}

#[test]
fn what_is_repeated_is_kept_in_order() {
    let world = world();
    assert_eq!(world.line(&["p", "/x", "a==2", "b==1", "a==1"]), "GET /base/x?a=2&b=1&a=1");
    assert_eq!(world.header("a", &["p", "/x", "A:2", "B:1", "A:1"]), ["2", "1"]);
    let form = ["p", "/x", "--as", "form", "a=2", "b=1", "a=1"];
    assert_eq!(world.body(&form), "a=2&b=1&a=1");
    let body = world.body(&["p", "/x", "--as", "multipart", "a=2", "b=1", "a=1"]);
    let names: Vec<&str> =
        body.split("name=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(names, ["a", "b", "a"]);
}

#[test]
fn in_forms_names_do_not_nest_and_json_goes_as_its_text() {
    let world = world();
    let form = ["p", "/x", "--as", "form", "a[b]=1", "c:={\"d\": 1.10}"];
    assert_eq!(world.body(&form), "a%5Bb%5D=1&c=%7B%22d%22%3A%201.10%7D");
    let body = world.body(&["p", "/x", "--as", "multipart", "a[b]=1", "c:={\"d\": 1.10}"]);
    assert!(body.contains("name=\"a[b]\"\r\n\r\n1\r\n"), "{body}");
    assert!(body.contains("{\"d\": 1.10}\r\n"), "{body}");
}

#[test]
fn a_file_makes_the_body_multipart_unless_as_contradicts() {
    let world = world();
    let words = ["p", "/x", "a=1", "f@line;type=text/csv;filename=other name"];
    assert!(world.header("content-type", &words)[0].starts_with("multipart/form-data; boundary="));
    let body = world.body(&words);
    let part =
        "name=\"f\"; filename=\"other name\"\r\nContent-Type: text/csv\r\n\r\nfrom file\n\r\n";
    assert!(body.contains(part), "{body}");
    let refused = World::new();
    refused.environment.file("line", "");
    for kind in ["json", "form"] {
        refused
            .refused(&["p", "/x", "f@line", "--as", kind], &["cannot carry a file", "multipart"]);
    }
}

#[test]
fn the_parts_of_form_are_curls() {
    let world = world();
    let words = ["p", "/x", "-F", "a=1;type=text/x", "-F", "b=<line", "-F", "c=@line;filename=n"];
    assert_eq!(world.line(&words), "POST /base/x");
    let body = world.body(&words);
    for part in [
        "name=\"a\"\r\nContent-Type: text/x\r\n\r\n1\r\n",
        "name=\"b\"\r\n\r\nfrom file\n\r\n",
        "name=\"c\"; filename=\"n\"\r\n",
    ] {
        assert!(body.contains(part), "{part:?} is not in {body}");
    }
}

#[test]
fn a_bad_item_is_wrong_usage_with_a_way_out() {
    for (item, holds) in [
        ("nothing", ["'nothing'", "expected Name:value"]),
        ("k@", ["no file is named", "\n  k@\n   ^"]),
        (":x", ["the header has no name", "\n  :x\n  ^"]),
        ("a b:c", ["this is no header", "hint: write \\:"]),
        ("k:=x", ["not JSON", "hint: write k=…"]),
        ("a[b=1", ["does not nest", "hint: write \\["]),
    ] {
        World::new().refused(&["p", "/x", item], &holds);
    }
    // Without a profile too: what is wrong with the words is said first.
    let told = crate::environment::Pattern::holds(&["no separator"]);
    TestEnvironment::new().signreq(&["maas", "/x", "nothing"]).gives(2, "", told);
}
