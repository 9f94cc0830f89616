use super::*;
use crate::error::{Kind, hints_of, kind_of};

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn from(path: &str) -> Value {
    Value::From(Input::new(path))
}

fn read(word: &str) -> Item {
    parse(word).unwrap_or_else(|error| panic!("{word}: {error}"))
}

fn header(name: &str, value: Value) -> Item {
    Item::Header { name: name.into(), value }
}

fn query(name: &str, value: Value) -> Item {
    Item::Query { name: name.into(), value }
}

fn field(word: &str) -> Field {
    match read(word) {
        Item::Field(field) => field,
        other => panic!("{word}: {other:?}"),
    }
}

/// Name and text of a `k=v` item.
fn pair(word: &str) -> (String, String) {
    match field(word) {
        Field { name, content: Content::Text { value: Value::Text(text), .. }, .. } => (name, text),
        other => panic!("{word}: {other:?}"),
    }
}

fn owned(name: &str, value: &str) -> (String, String) {
    (name.into(), value.into())
}

fn file(word: &str) -> (Input, Option<String>, Option<String>) {
    match field(word).content {
        Content::File { input, content_type, file_name } => (input, content_type, file_name),
        other => panic!("{word}: {other:?}"),
    }
}

#[test]
fn each_separator_has_its_meaning() {
    assert_eq!(read("X-Team:ops"), header("X-Team", text("ops")));
    assert_eq!(read("Accept:"), Item::RemoveHeader { name: "Accept".into() });
    assert_eq!(read("Accept;"), Item::EmptyHeader { name: "Accept".into() });
    assert_eq!(read("search==os = Debian"), query("search", text("os = Debian")));
    assert_eq!(pair("fieldType=A"), owned("fieldType", "A"));
    assert_eq!(field("ttl:=60").content, Content::Json(text("60")));
    assert_eq!(file("disk@a/b.img"), (Input::new("a/b.img"), None, None));
    assert_eq!(read("@a/b.img"), Item::Body(Input::new("a/b.img")));
}

#[test]
fn an_at_sign_reads_the_value_from_a_file() {
    assert_eq!(read("X-Team:@f"), header("X-Team", from("f")));
    assert_eq!(read("k==@f"), query("k", from("f")));
    let content = Content::Text { value: from("f"), content_type: None };
    assert_eq!(field("k=@f").content, content);
    assert_eq!(field("k:=@f").content, Content::Json(from("f")));
}

#[test]
fn a_hyphen_is_standard_input() {
    assert_eq!(read("@-"), Item::Body(Input::Stdin));
    assert_eq!(read("k==@-"), query("k", Value::From(Input::Stdin)));
    assert_eq!(file("k@-").0, Input::Stdin);
    assert_eq!(file("k@./-").0, Input::new("./-"));
}

#[test]
fn the_leftmost_separator_wins() {
    assert_eq!(pair("a=b:c==d@e"), owned("a", "b:c==d@e"));
    assert_eq!(read("X:a=b"), header("X", text("a=b")));
    assert_eq!(file("a@b=c").0, Input::new("b=c"));
    assert_eq!(read("X:http://h:80/"), header("X", text("http://h:80/")));
}

#[test]
fn at_the_same_place_the_longest_wins() {
    assert_eq!(read("a==b"), query("a", text("b")));
    assert_eq!(read("a===b"), query("a", text("=b")));
    assert_eq!(field("a:=\"=\"").content, Content::Json(text("\"=\"")));
    assert_eq!(field("a:=@b").content, Content::Json(from("b")));
}

#[test]
fn a_backslash_escapes_separators_in_names_and_values() {
    assert_eq!(pair(r"a\=b=c\=d"), owned("a=b", "c=d"));
    assert_eq!(pair(r"a\:b\@c\;=d"), owned("a:b@c;", "d"));
    assert_eq!(pair(r"a=\@b"), owned("a", "@b"));
    assert_eq!(read(r"a:\=b=c"), header("a", text("=b=c")));
}

#[test]
fn a_backslash_is_itself_before_all_else() {
    assert_eq!(pair(r"a=C:\dir\file"), owned("a", r"C:\dir\file"));
    assert_eq!(pair(r"a=\"), owned("a", r"\"));
    // What HTTPie 3.2.4 sends: of two backslashes the second escapes nothing.
    assert_eq!(pair(r"a\\=b"), owned(r"a\\", "b"));
    assert_eq!(pair(r"a=b\\:c"), owned("a", r"b\\:c"));
}

#[test]
fn a_semicolon_separates_only_at_the_end() {
    assert_eq!(pair("a;b=c"), owned("a;b", "c"));
    assert_eq!(pair("a=b;"), owned("a", "b;"));
    assert!(parse(r"Name\;").is_err() && parse("a;b").is_err());
}

#[test]
fn names_may_be_empty_where_they_can_be_sent() {
    assert_eq!(pair("=v"), owned("", "v"));
    assert_eq!(read("==v"), query("", text("v")));
}

#[test]
fn names_keep_their_backslashes_for_json() {
    let nested = field(r"a\[b\][c\=d]=1");
    assert_eq!(nested.typed_name, r"a\[b\][c\=d]");
    assert_eq!(nested.name, r"a\[b\][c=d]");
}

#[test]
fn header_values_lose_white_space_around_them() {
    assert_eq!(read("X-Team: ops \t"), header("X-Team", text("ops")));
    assert_eq!(read("X-Team: "), Item::RemoveHeader { name: "X-Team".into() });
}

#[test]
fn json_is_kept_as_typed_without_white_space_around_it() {
    assert_eq!(field("k:= { \"a\" : 1.10 } ").content, Content::Json(text("{ \"a\" : 1.10 }")));
}

#[test]
fn files_have_a_type_and_a_name() {
    let plain = Some("text/plain;charset=utf-8".to_owned());
    let word = "k@a.txt;type=text/plain;charset=utf-8;filename=b;c.txt";
    assert_eq!(file(word), (Input::new("a.txt"), plain, Some("b;c.txt".into())));
    let word = "k@a;filename=b;type=image/png";
    assert_eq!(file(word), (Input::new("a"), Some("image/png".into()), Some("b".into())));
    assert_eq!(file(r"k@a\;type=b").0, Input::new("a;type=b"));
    assert_eq!(file("k@a;b").0, Input::new("a;b"));
}

#[test]
fn errors_show_the_word_and_mark_the_place() {
    for (word, message) in [
        (
            "foo",
            "item 'foo': no separator\n\
             foo\n\
             ^^^ expected Name:value, k==v, k=v, k:=json, k@file or @file",
        ),
        (
            "k:=[1,]",
            "item 'k:=[1,]': the value is not JSON\n\
             k:=[1,]\n      ^ expected value",
        ),
        (
            r#"k:={"a"\: x}"#,
            "item 'k:={\"a\"\\: x}': the value is not JSON\n\
             k:={\"a\"\\: x}\n          ^ expected value",
        ),
        (
            "k:=",
            "item 'k:=': the value is not JSON\n\
             k:=\n   ^ EOF while parsing a value",
        ),
        ("k@", "item 'k@': no file is named\nk@\n ^ expected a path after '@'"),
        ("k=@", "item 'k=@': no file is named\nk=@\n ^^ expected a path after '@'"),
        (":x", "item ':x': the header has no name\n:x\n^ name missing"),
        (";", "item ';': the header has no name\n;\n^ name missing"),
        ("a b:c", "item 'a b:c': this is no header\na b:c\n ^ cannot stand in a header's name"),
        (
            "X:a\r\nY:b",
            "item 'X:a\u{fffd}\u{fffd}Y:b': this is no header\n\
             X:a\u{fffd}\u{fffd}Y:b\n   ^ a control character cannot stand in a header",
        ),
        (
            "k@a;type=x",
            "item 'k@a;type=x': this is no media type\n\
             k@a;type=x\n   ^^^^^^^ expected ;type=text/plain or the like",
        ),
        (
            "@a;type=image/png",
            "item '@a;type=image/png': the whole body has no part to describe\n\
             @a;type=image/png\n^ expected a field's name before ';type=' or ';filename='",
        ),
    ] {
        let error = parse(word).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!(kind_of(&error), Kind::Usage);
    }
}

#[test]
fn errors_tell_the_way_out() {
    for (word, hint) in [
        ("k=@", "write \\@ for a value that begins with '@'"),
        ("k:=foo", "write k=… to send it as text"),
        ("a b:c", "write \\: where the colon belongs to the name of a field"),
        ("k@a;type=x", "write \\; where the semicolon belongs to the file's name"),
    ] {
        assert_eq!(hints_of(&parse(word).unwrap_err()), [hint]);
    }
}
