//! `application/x-www-form-urlencoded`.

use super::inputs::Inputs;
use super::json;
use crate::error::{Error, Result};
use crate::model::body::Body;
use crate::model::fields::{Content, Field};
use crate::model::place::quoted;
use crate::model::url::encode_strict;

/// Encodes all but unreserved characters (RFC 3986 section 2.3), a space as
/// `%20`: every form parser reads that as a space, in a query too, while `+`
/// is one only to those that know what they read.
pub(super) fn encode(fields: &[Field], inputs: &mut Inputs<'_>) -> Result<Body> {
    let mut pairs = Vec::with_capacity(fields.len());
    for field in fields {
        let value = match &field.content {
            Content::Text { value, .. } => inputs.bytes(value)?,
            Content::Json(value) => json::text_of(value, inputs)?.into_bytes(),
            Content::File { .. } => return Err(no_place_for_files(field, "a form")),
        };
        pairs.push(format!("{}={}", encode_strict(field.name.as_bytes()), encode_strict(&value)));
    }
    Ok(Body::bytes(pairs.join("&")))
}

/// The error for a file part where there are no parts.
pub(super) fn no_place_for_files(field: &Field, kind: &str) -> anyhow::Error {
    let name = &field.typed_name;
    Error::usage(format!("field {}: {kind} cannot carry a file part", quoted(name)))
        .hint("use --as multipart")
        .hint("write =@ in place of @ to send the file's text as the value")
        .into()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{encoded, field, file, json_field, refused};
    use crate::error::{Kind, hints_of, kind_of};
    use crate::model::fields::FieldsAs::Form;

    #[test]
    fn all_but_unreserved_characters_are_encoded() {
        // The characters of RFC 5849 section 3.4.1.3.1's example and the rest.
        let fields = [field("b5", "=%3D"), field("c@", ""), field("a b", "r+b~-._*é")];
        assert_eq!(encoded(&fields, Form), "b5=%3D%253D&c%40=&a%20b=r%2Bb~-._%2A%C3%A9");
    }

    #[test]
    fn repeated_names_stay_in_order_and_do_not_nest() {
        let fields = [field("a[b]", "2"), field("x", "1"), field("a[b]", "1")];
        assert_eq!(encoded(&fields, Form), "a%5Bb%5D=2&x=1&a%5Bb%5D=1");
    }

    #[test]
    fn json_is_sent_as_text() {
        assert_eq!(encoded(&[json_field("k", "[1.10]")], Form), "k=%5B1.10%5D");
    }

    #[test]
    fn files_are_refused_with_a_way_out() {
        let error = refused(&[file("k", "x.bin")], Form);
        assert_eq!(kind_of(&error), Kind::Usage);
        assert_eq!(error.to_string(), "field 'k': a form cannot carry a file part");
        assert_eq!(hints_of(&error)[0], "use --as multipart");
    }
}
