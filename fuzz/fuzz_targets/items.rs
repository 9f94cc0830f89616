//! The item grammar, a word a line, and the bodies that its fields make.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;
use signreq::cli::items::{self, Item};
use signreq::error::{Error, Kind, kind_of};
use signreq::flow::body::{Inputs, encode_fields};
use signreq::model::fields::{Content, Field, FieldsAs, Value};
use signreq::sign::encode::parse_form;

/// The carets of a message stand under the word it shows, or right behind it.
fn assert_marks_a_place(message: &str) {
    let mut lines = message.lines().rev();
    let (Some(carets), Some(shown)) = (lines.next(), lines.next()) else {
        panic!("no mark in {message}");
    };
    let start = carets.find('^').unwrap_or_else(|| panic!("no caret in {message}"));
    assert!(carets[..start].bytes().all(|byte| byte == b' '), "{message}");
    let length = carets[start..].bytes().take_while(|byte| *byte == b'^').count();
    let width = shown.chars().count();
    assert!(start <= width && (length == 1 || start + length <= width), "{message}");
}

/// A field whose content stands on the command line.
fn is_inline(field: &Field) -> bool {
    matches!(
        &field.content,
        Content::Text { value: Value::Text(_), .. } | Content::Json(Value::Text(_))
    )
}

fn encode(fields: &[Field], kind: FieldsAs) -> Option<Vec<u8>> {
    let mut nothing = std::io::empty();
    let mut inputs = Inputs::new(&mut nothing, None);
    match encode_fields(fields, kind, "boundary", &mut inputs) {
        Ok(encoded) => Some(encoded.body.read_all().expect("it is in memory")),
        Err(error) => {
            assert_eq!(kind_of(&error), Kind::Usage, "{error}");
            None
        }
    }
}

fuzz_target!(|text: &str| {
    let mut fields = Vec::new();
    for word in text.lines() {
        match items::parse(word) {
            Ok(Item::Field(field)) if is_inline(&field) => fields.push(field),
            Ok(_) => {}
            Err(error) => {
                assert_eq!(kind_of(&error), Kind::Usage);
                let error: &Error = error.downcast_ref().expect("an error of the program's own");
                assert_marks_a_place(&error.to_string());
            }
        }
        let _ = items::parse_form_option(word);
    }
    if fields.is_empty() {
        return;
    }
    if let Some(body) = encode(&fields, FieldsAs::Json) {
        serde_json::from_slice::<&RawValue>(&body).expect("fields make JSON");
    }
    let form = encode(&fields, FieldsAs::Form).expect("a form takes every field");
    let sent = parse_form(&form);
    assert_eq!(sent.len(), fields.len());
    for ((name, value), field) in sent.iter().zip(&fields) {
        assert_eq!(name, field.name.as_bytes());
        if let Content::Text { value: Value::Text(text), .. } = &field.content {
            assert_eq!(value, text.as_bytes());
        }
    }
});
