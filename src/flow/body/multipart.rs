//! `multipart/form-data` (RFC 7578).

use super::concatenation::concatenate;
use super::inputs::Inputs;
use super::{json, media_type};
use crate::error::Result;
use crate::model::body::Body;
use crate::model::fields::{Content, Field, Input, Value};

/// One part a field. Text and JSON parts have a Content-Type only when one is
/// given: RFC 7578 section 4.4 makes text the default, and servers take any
/// part without a file name as a plain value.
pub(super) fn encode(fields: &[Field], boundary: &str, inputs: &mut Inputs<'_>) -> Result<Body> {
    let mut parts = Vec::with_capacity(fields.len() * 3 + 1);
    for field in fields {
        let mut head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"",
            escape(&field.name)
        );
        let (content, content_type) = match &field.content {
            Content::Text { value: Value::Text(text), content_type } => {
                (Body::bytes(text.as_str()), content_type.as_deref())
            }
            Content::Text { value: Value::From(input), content_type } => {
                (inputs.body(input)?, content_type.as_deref())
            }
            Content::Json(value) => (Body::bytes(json::text_of(value, inputs)?), None),
            Content::File { input, content_type, file_name } => {
                let own_name = last_segment(input);
                let file_name = file_name.as_deref().unwrap_or(own_name);
                head.push_str(&format!("; filename=\"{}\"", escape(file_name)));
                let guessed = || media_type::of_file(own_name);
                (inputs.body(input)?, Some(content_type.as_deref().unwrap_or_else(guessed)))
            }
        };
        if let Some(content_type) = content_type {
            head.push_str(&format!("\r\nContent-Type: {content_type}"));
        }
        head.push_str("\r\n\r\n");
        parts.extend([Body::bytes(head), content, Body::bytes("\r\n")]);
    }
    parts.push(Body::bytes(format!("--{boundary}--\r\n")));
    Ok(concatenate(parts))
}

/// Escapes a name as browsers and curl do (the WHATWG HTML standard, "multipart
/// form data"); RFC 7578 section 2 leaves it open. A backslash stays itself.
fn escape(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// The name that a server is told; standard input is called `-`, as by curl,
/// since a part without a file name is no file to most servers.
fn last_segment(input: &Input) -> &str {
    match input {
        Input::Stdin => "-",
        Input::Path(path) => path.rsplit(std::path::is_separator).next().unwrap_or(path),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{encoded, field, file, json_field};
    use crate::model::fields::{Content, Field, FieldsAs::Multipart};

    /// A file `content` of this name, and its path.
    fn disk(name: &str) -> (tempfile::TempDir, String) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(name);
        std::fs::write(&path, "content").unwrap();
        let path = path.to_str().unwrap().to_owned();
        (directory, path)
    }

    #[test]
    fn parts_are_laid_out_as_rfc7578_says() {
        let (_directory, path) = disk("notes.txt");
        let fields = [field("a[]", "1"), json_field("j", "{\"x\": 1.10}"), file("f", &path)];
        assert_eq!(
            encoded(&fields, Multipart),
            "--XX\r\nContent-Disposition: form-data; name=\"a[]\"\r\n\r\n1\r\n\
             --XX\r\nContent-Disposition: form-data; name=\"j\"\r\n\r\n{\"x\": 1.10}\r\n\
             --XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"notes.txt\"\r\n\
             Content-Type: text/plain\r\n\r\ncontent\r\n--XX--\r\n"
        );
    }

    #[test]
    fn type_and_file_name_given_are_used() {
        let (_directory, path) = disk("notes.txt");
        let mut part = file("f", &path);
        if let Content::File { content_type, file_name, .. } = &mut part.content {
            *content_type = Some("image/x-raw".into());
            *file_name = Some("a\"b\\c\r\n.txt".into());
        }
        let body = encoded(&[part], Multipart);
        assert!(body.contains("filename=\"a%22b\\c%0D%0A.txt\""), "{body}");
        assert!(body.contains("\r\nContent-Type: image/x-raw\r\n\r\n"), "{body}");
    }

    #[test]
    fn the_type_is_guessed_from_the_file_that_is_read() {
        let (_directory, path) = disk("disk.img");
        let mut part = file("f", &path);
        if let Content::File { file_name, .. } = &mut part.content {
            *file_name = Some("x.json".into());
        }
        let body = encoded(&[part], Multipart);
        assert!(body.contains("Content-Type: application/octet-stream\r\n"), "{body}");
    }

    #[test]
    fn text_parts_carry_the_type_they_are_given() {
        let mut part = field("k", "<a/>");
        if let Content::Text { content_type, .. } = &mut part.content {
            *content_type = Some("text/xml".into());
        }
        let body = encoded(&[part], Multipart);
        assert!(body.contains("name=\"k\"\r\nContent-Type: text/xml\r\n\r\n<a/>\r\n"), "{body}");
    }

    #[test]
    fn names_cannot_break_out_of_their_header() {
        let body = encoded(&[field("a\"; b\r\nX: 1", "")], Multipart);
        assert!(body.contains("name=\"a%22; b%0D%0AX: 1\"\r\n\r\n"), "{body}");
    }

    #[test]
    fn no_field_is_the_closing_boundary_alone() {
        let none: [Field; 0] = [];
        assert_eq!(encoded(&none, Multipart), "--XX--\r\n");
    }
}
