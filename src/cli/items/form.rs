//! curl's `-F`: `name=text`, `name=<file`, `name=@file`, each with
//! `;type=…`, files with `;filename=…`.
//!
//! As with curl, text and path may stand in double quotes, in which a backslash
//! escapes a quote or a backslash. Unlike with curl, a semicolon that begins
//! neither parameter belongs to what it stands in, where curl drops what
//! follows it, and a comma does not separate files.

use super::file::is_media_type;
use crate::error::{Error, Result};
use crate::model::fields::{Content, Field, Input, Value};
use crate::model::place::quoted;

/// Reads the value of one `-F`.
///
/// # Errors
/// Wrong usage that tells what is missing or not offered.
pub fn parse_form_option(option: &str) -> Result<Field> {
    let fail = |why: &str| Error::usage(format!("--form {}: {why}", quoted(option)));
    let (name, typed) = option.split_once('=').ok_or_else(|| {
        fail("no '=' in it").hint("write -F name=text, -F name=@file or -F name=<file")
    })?;
    let (mark, typed) = match typed.chars().next() {
        Some(mark @ ('@' | '<')) => (Some(mark), &typed[1..]),
        _ => (None, typed),
    };
    let (content, mut rest) = take(typed);
    let (mut content_type, mut file_name) = (None, None);
    while let Some((parameter, after)) = parameter(rest) {
        let (value, following) = take(after);
        match parameter {
            "type" if is_media_type(&value) => content_type = Some(value),
            "type" => {
                return Err(fail(&format!("{} is no media type", quoted(&value))).into());
            }
            "filename" => file_name = Some(value),
            _ => return Err(fail(&format!("';{parameter}=' is not offered")).into()),
        }
        rest = following;
    }
    if !rest.is_empty() {
        return Err(fail("text after the closing quote").into());
    }
    if mark.is_some() && content.is_empty() {
        return Err(fail("no file is named").into());
    }
    if mark != Some('@') && file_name.is_some() {
        return Err(fail("';filename=' belongs to a file").hint("write -F name=@file").into());
    }
    let content = match mark {
        Some('@') => Content::File { input: Input::new(&content), content_type, file_name },
        Some(_) => Content::Text { value: Value::From(Input::new(&content)), content_type },
        None => Content::Text { value: Value::Text(content), content_type },
    };
    Ok(Field { name: name.to_owned(), typed_name: name.to_owned(), content })
}

/// The parameters of curl's form parts, those that are not offered included:
/// they must not become part of a file's name.
const PARAMETERS: &[&str] = &["type", "filename", "headers", "encoder"];

/// A parameter's name and what follows its `=`, when `text` begins with one.
fn parameter(text: &str) -> Option<(&'static str, &str)> {
    let text = text.strip_prefix(';')?.trim_start_matches(' ');
    PARAMETERS.iter().find_map(|name| {
        let after = text.strip_prefix(name)?.strip_prefix('=')?;
        Some((*name, after))
    })
}

/// A text, quoted or up to the next parameter, and what follows it.
fn take(text: &str) -> (String, &str) {
    if let Some(unquoted) = text.strip_prefix('"').and_then(unquote) {
        return unquoted;
    }
    let begins_one = |(at, _): &(usize, &str)| parameter(&text[*at..]).is_some();
    let end = text.match_indices(';').find(begins_one).map_or(text.len(), |(at, _)| at);
    (text[..end].to_owned(), &text[end..])
}

/// The text up to the closing quote and what follows that; `None` when there
/// is none or when it does not end the text: then the quotes are part of it.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut unquoted = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                let rest = &text[at + 1..];
                let ends = rest.is_empty() || parameter(rest).is_some();
                return ends.then_some((unquoted, rest));
            }
            '\\' => match characters.next() {
                Some((_, next @ ('"' | '\\'))) => unquoted.push(next),
                Some((_, next)) => unquoted.extend(['\\', next]),
                None => return None,
            },
            _ => unquoted.push(character),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Kind, kind_of};

    fn text(option: &str) -> (String, Option<String>) {
        match parse_form_option(option).unwrap().content {
            Content::Text { value: Value::Text(text), content_type } => (text, content_type),
            other => panic!("{option}: {other:?}"),
        }
    }

    fn file(option: &str) -> (Input, Option<String>, Option<String>) {
        match parse_form_option(option).unwrap().content {
            Content::File { input, content_type, file_name } => (input, content_type, file_name),
            other => panic!("{option}: {other:?}"),
        }
    }

    // The parts that curl 7.88.1 makes of these.
    #[test]
    fn texts_are_read_as_curl_reads_them() {
        assert_eq!(text("a=b=c"), ("b=c".into(), None));
        assert_eq!(text("a="), (String::new(), None));
        assert_eq!(text("a=b;type=text/x;y"), ("b".into(), Some("text/x;y".into())));
        assert_eq!(text(r#"a="b;c\"d";type=text/x"#), ("b;c\"d".into(), Some("text/x".into())));
    }

    #[test]
    fn files_have_a_type_and_a_name() {
        let option = r#"a=@f1.txt;type=text/plain;charset=utf-8;filename="q;\"x""#;
        let plain = Some("text/plain;charset=utf-8".to_owned());
        assert_eq!(file(option), (Input::new("f1.txt"), plain, Some("q;\"x".into())));
        assert_eq!(file("a=@-"), (Input::Stdin, None, None));
        assert_eq!(file("a=@\"x;type=y\"").0, Input::new("x;type=y"));
    }

    #[test]
    fn a_text_can_be_read_from_a_file() {
        let field = parse_form_option("a=<f1.txt;type=text/x").unwrap();
        let value = Value::From(Input::new("f1.txt"));
        let content_type = Some("text/x".into());
        assert_eq!(field.content, Content::Text { value, content_type });
    }

    #[test]
    fn semicolons_and_quotes_that_mean_nothing_are_text() {
        assert_eq!(text("a=b;c").0, "b;c");
        assert_eq!(text("a=\"b\" c").0, "\"b\" c");
        assert_eq!(text("a=\"b").0, "\"b");
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        for (option, why) in [
            ("a", "no '='"),
            ("a=@", "no file is named"),
            ("a=<;type=text/x", "no file is named"),
            ("a=b;type=x", "'x' is no media type"),
            ("a=b;filename=c", "belongs to a file"),
            ("a=b;headers=X: 1", "';headers=' is not offered"),
        ] {
            let error = parse_form_option(option).unwrap_err();
            assert!(error.to_string().contains(why), "{option}: {error}");
            assert_eq!(kind_of(&error), Kind::Usage);
        }
    }
}
