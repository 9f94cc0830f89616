//! Fields as one JSON document (RFC 8259).
//!
//! Names nest as HTTPie's do: `a[b]=1` is a member of an object, `a[0]=1` an
//! element, `a[]=1` one more element, `[]=1` an element of a document that is
//! an array. A name given twice keeps its first place and its last value.

mod name;
mod node;
mod raw;

pub use raw::{Invalid, check};

use super::form::no_place_for_files;
use super::inputs::Inputs;
use crate::error::{Error, Kind, Result};
use crate::model::body::Body;
use crate::model::fields::{Content, Field, Value};
use node::Node;

/// The fields as a compact document; one without fields is `{}`.
pub(super) fn encode(fields: &[Field], inputs: &mut Inputs<'_>) -> Result<Body> {
    let mut root = Node::Null;
    for field in fields {
        let value = match &field.content {
            Content::Text { value, .. } => Node::Text(inputs.text(value)?),
            Content::Json(value) => Node::Raw(text_of(value, inputs)?),
            Content::File { .. } => return Err(no_place_for_files(field, "a JSON document")),
        };
        let steps = name::parse(&field.typed_name)?;
        root.insert(&field.typed_name, &steps, value)?;
    }
    Ok(Body::bytes(match root {
        Node::Null => "{}".to_owned(),
        root => root.to_text(),
    }))
}

/// A JSON value as it was typed, without white space around it; a read error
/// when a file holds none, wrong usage when the text itself is none.
pub(super) fn text_of(value: &Value, inputs: &mut Inputs<'_>) -> Result<String> {
    let text = inputs.text(value)?;
    let read = check(&text).map(str::to_owned);
    read.map_err(|invalid| match value {
        Value::Text(_) => Error::usage(format!("not JSON: {}", invalid.reason)).into(),
        Value::From(input) => {
            let Invalid { reason, line, column, .. } = invalid;
            let message = format!("{input}:{line}:{column}: not JSON: {reason}");
            Error::new(Kind::Read, message).into()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{encoded, field, file, json_field, refused, with};
    use crate::error::{Kind, kind_of};
    use crate::model::fields::FieldsAs::Json;
    use crate::model::fields::{Content, Field, Input, Value};

    /// The document of `name=text` and `name:=json` words.
    fn document(words: &[&str]) -> String {
        encoded(&fields(words), Json)
    }

    fn fields(words: &[&str]) -> Vec<Field> {
        let read = |word: &&str| match word.split_once(":=") {
            Some((name, json)) => json_field(name, json),
            None => word.split_once('=').map(|(name, text)| field(name, text)).unwrap(),
        };
        words.iter().map(read).collect()
    }

    // What HTTPie 3.2.4 sends for the same words, white space aside.
    #[test]
    fn names_nest_as_in_httpie() {
        for (words, expected) in [
            (&["a=1", "b:=2"][..], r#"{"a":"1","b":2}"#),
            (&["a[b][c]=1", "a[b][d]=2"], r#"{"a":{"b":{"c":"1","d":"2"}}}"#),
            (&["a[]=1", "a[]=2"], r#"{"a":["1","2"]}"#),
            (&["[]=1", "[]:=2"], r#"["1",2]"#),
            (&["[0][a]=x", "[0][b]=y", "[1][a]=z"], r#"[{"a":"x","b":"y"},{"a":"z"}]"#),
            (&["a[2]=x"], r#"{"a":[null,null,"x"]}"#),
            (&["a[1][k]=x", "a[0]=y"], r#"{"a":["y",{"k":"x"}]}"#),
            (&["a[][k]=1", "a[][k]=2"], r#"{"a":[{"k":"1"},{"k":"2"}]}"#),
            (&["7=x", "7[8]=y"][1..], r#"{"7":[null,null,null,null,null,null,null,null,"y"]}"#),
            (&["=x"], r#"{"":"x"}"#),
            (&[r"a\[b\]=1"], r#"{"a[b]":"1"}"#),
            (&[r"a[\0]=1"], r#"{"a":{"0":"1"}}"#),
            (&[r"a[x\]y]=1"], r#"{"a":{"x]y":"1"}}"#),
            (&["a=1", "b=2", "a=3"], r#"{"a":"3","b":"2"}"#),
            (&["a[b]=1", "a=2"], r#"{"a":"2"}"#),
            (&[r#"a:={"x":1}"#, "a[y]=2"], r#"{"a":{"x":1,"y":"2"}}"#),
            (&["a:=[1]", "a[]=2", "a[0]=x"], r#"{"a":["x","2"]}"#),
            (&["a[007]:=1"], r#"{"a":[null,null,null,null,null,null,null,1]}"#),
        ] {
            assert_eq!(document(words), expected, "{words:?}");
        }
    }

    #[test]
    fn text_keys_of_digits_stay_text() {
        assert_eq!(document(&["007=x", "7=y"]), r#"{"007":"x","7":"y"}"#);
    }

    #[test]
    fn json_goes_out_as_typed_but_for_outer_white_space() {
        assert_eq!(
            document(&["a:= 1.10 ", "b:={ \"x\" : 1e400, \"x\":\"\\u00e9\" }\n"]),
            "{\"a\":1.10,\"b\":{ \"x\" : 1e400, \"x\":\"\\u00e9\" }}"
        );
        assert_eq!(
            document(&["a:={\"n\": 1.10, \"m\": [ 2.0 ]}", "a[m][]=x"]),
            r#"{"a":{"n":1.10,"m":[2.0,"x"]}}"#
        );
    }

    #[test]
    fn text_is_escaped_only_where_json_demands_it() {
        // RFC 8259 section 7: quotation mark, backslash and controls.
        assert_eq!(document(&["é\"=ü\\/\u{1}\n"]), "{\"é\\\"\":\"ü\\\\/\\u0001\\n\"}");
    }

    #[test]
    fn null_gives_way_to_what_is_put_into_it() {
        assert_eq!(
            document(&["a:=null", "a[b]=1", "c:=[null]", "c[0][d]=2"]),
            r#"{"a":{"b":"1"},"c":[{"d":"2"}]}"#
        );
    }

    #[test]
    fn type_conflicts_show_the_place() {
        for (words, expected) in [
            (
                &["x=5", "x[x]=7"][..],
                "field 'x[x]': x is a string, not an object\nx[x]\n ^^^ needs an object",
            ),
            (
                &["f[x]=5", "f[]=6"],
                "field 'f[]': f is an object, not an array\nf[]\n ^^ needs an array",
            ),
            (
                &["a[]=1", "a[b]=2"],
                "field 'a[b]': a is an array, not an object\na[b]\n ^^^ needs an object",
            ),
            (
                &["a:=true", "a[0]=2"],
                "field 'a[0]': a is true or false, not an array\na[0]\n ^^^ needs an array",
            ),
            (
                &["a[b]:=7", "a[b][c]=2"],
                "field 'a[b][c]': a[b] is a number, not an object\na[b][c]\n    ^^^ needs an object",
            ),
            (
                &["[]=1", "a=2"],
                "field 'a': the document is an array, not an object\na\n^ needs an object",
            ),
            (
                &["a=1", "[]=2"],
                "field '[]': the document is an object, not an array\n[]\n^^ needs an array",
            ),
        ] {
            let error = refused(&fields(words), Json);
            assert_eq!(error.to_string(), expected);
            assert_eq!(kind_of(&error), Kind::Usage);
        }
    }

    #[test]
    fn files_are_refused() {
        let error = refused(&[file("k", "x.bin")], Json);
        assert_eq!(error.to_string(), "field 'k': a JSON document cannot carry a file part");
    }

    #[test]
    fn values_in_files_are_checked_when_they_are_read() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("value");
        let read = |content: &[u8], as_json: bool| {
            std::fs::write(&path, content).unwrap();
            let value = Value::From(Input::new(path.to_str().unwrap()));
            let content = match as_json {
                true => Content::Json(value),
                false => Content::Text { value, content_type: None },
            };
            [with("k", content)]
        };
        assert_eq!(encoded(&read(b"\n {\"a\" :1.0}\n", true), Json), "{\"k\":{\"a\" :1.0}}");
        assert_eq!(encoded(&read(b"a\nb\n", false), Json), "{\"k\":\"a\\nb\\n\"}");

        let error = refused(&read(b"{\n\"a\": nul}", true), Json);
        assert!(error.to_string().contains("value:2:9: not JSON: expected ident"), "{error}");
        assert_eq!(kind_of(&error), Kind::Read);
        let error = refused(&read(b"\xff", false), Json);
        assert!(error.to_string().contains("not UTF-8"), "{error}");
    }

    #[test]
    fn no_field_is_an_empty_object() {
        assert_eq!(document(&[]), "{}");
    }
}
