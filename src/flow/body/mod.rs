//! Bodies: from fields, files and standard input to bytes that can be read
//! more than once.

mod concatenation;
mod failure;
mod file;
mod form;
mod inputs;
pub mod json;
mod media_type;
mod multipart;
mod spool;

pub use concatenation::join;
pub use failure::read_failure;
pub use inputs::Inputs;

use crate::error::Result;
use crate::model::body::Body;
use crate::model::fields::{Field, FieldsAs};

/// A body and the value of its Content-Type header.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// The body.
    pub body: Body,
    /// Its media type with parameters.
    pub content_type: String,
}

/// Encodes fields, in their order.
///
/// `boundary` separates the parts of a multipart body (RFC 2046 section
/// 5.1.1): up to 70 letters and digits that occur in no part, so random ones.
///
/// # Errors
/// Wrong usage when the fields do not fit together or not this encoding; what
/// [`Inputs`] tells of files that cannot be read.
pub fn encode_fields(
    fields: &[Field],
    kind: FieldsAs,
    boundary: &str,
    inputs: &mut Inputs<'_>,
) -> Result<Encoded> {
    let (body, content_type) = match kind {
        FieldsAs::Json => (json::encode(fields, inputs)?, "application/json".to_owned()),
        FieldsAs::Form => {
            (form::encode(fields, inputs)?, "application/x-www-form-urlencoded".to_owned())
        }
        FieldsAs::Multipart => (
            multipart::encode(fields, boundary, inputs)?,
            format!("multipart/form-data; boundary={boundary}"),
        ),
    };
    Ok(Encoded { body, content_type })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fields::{Content, Input, Value};

    /// `name=text`.
    pub(super) fn field(name: &str, text: &str) -> Field {
        let value = Value::Text(text.into());
        with(name, Content::Text { value, content_type: None })
    }

    /// `name:=text`.
    pub(super) fn json_field(name: &str, text: &str) -> Field {
        with(name, Content::Json(Value::Text(text.into())))
    }

    /// `name@path`.
    pub(super) fn file(name: &str, path: &str) -> Field {
        let input = Input::new(path);
        with(name, Content::File { input, content_type: None, file_name: None })
    }

    /// A field whose name holds no separator.
    pub(super) fn with(name: &str, content: Content) -> Field {
        Field { name: name.into(), typed_name: name.into(), content }
    }

    fn encode(fields: &[Field], kind: FieldsAs) -> Result<Encoded> {
        let mut stdin = std::io::empty();
        encode_fields(fields, kind, "XX", &mut Inputs::new(&mut stdin, None))
    }

    /// The body of these fields.
    pub(super) fn encoded(fields: &[Field], kind: FieldsAs) -> String {
        let body = encode(fields, kind).unwrap().body;
        let bytes = body.read_all().unwrap();
        assert_eq!(bytes.len() as u64, body.length());
        String::from_utf8(bytes).unwrap()
    }

    /// Why these fields are no body.
    pub(super) fn refused(fields: &[Field], kind: FieldsAs) -> anyhow::Error {
        encode(fields, kind).unwrap_err()
    }

    #[test]
    fn each_encoding_has_its_content_type() {
        for (kind, expected) in [
            (FieldsAs::Json, "application/json"),
            (FieldsAs::Form, "application/x-www-form-urlencoded"),
            (FieldsAs::Multipart, "multipart/form-data; boundary=XX"),
        ] {
            assert_eq!(encode(&[field("a", "b")], kind).unwrap().content_type, expected);
        }
    }
}
