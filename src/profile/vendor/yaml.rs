//! The texts of a YAML file, each with the keys that lead to it.

use super::Place;
use crate::error::{Error, Result};
use crate::model::secret::Secret;
use saphyr_parser::{Event, Parser};
use std::path::Path;
use std::rc::Rc;

/// A text in a file, and where it stands.
#[derive(Debug)]
pub(super) struct Scalar {
    /// The keys that lead to it, the outermost first, without the colon that
    /// Ruby's symbols begin with.
    pub(super) keys: Vec<String>,
    pub(super) text: Secret,
    pub(super) place: Place,
}

/// Something that is open while the file is read.
enum Open {
    /// A mapping, with the key whose value comes next.
    Mapping(Option<String>),
    Sequence,
}

/// Reads the texts of a file; those in lists are left out.
///
/// # Errors
/// A config error with the line that is wrong, which is not quoted.
pub(super) fn scalars(path: &Path, text: &str) -> Result<Vec<Scalar>> {
    let path: Rc<Path> = Rc::from(path);
    let place = |line| Place { path: Rc::clone(&path), line: Some(line) };
    let mut found = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let place = place(error.marker().line());
            Error::config(format!("{place}: it is no YAML: {}", error.info()))
        })?;
        match event {
            Event::MappingStart(..) => open.push(Open::Mapping(None)),
            Event::SequenceStart(..) => open.push(Open::Sequence),
            Event::Scalar(text, ..) => {
                let value = text.strip_prefix(':').unwrap_or(&text);
                match open.last_mut() {
                    Some(Open::Mapping(key @ None)) => *key = Some(value.to_owned()),
                    Some(Open::Mapping(Some(_))) => {
                        let (text, line) = (Secret::new(text), span.start.line());
                        found.push(Scalar { keys: keys(&open), text, place: place(line) });
                        close(&mut open);
                    }
                    Some(Open::Sequence) | None => {}
                }
            }
            Event::MappingEnd | Event::SequenceEnd => {
                open.pop();
                close(&mut open);
            }
            Event::Alias(_) => close(&mut open),
            _ => {}
        }
    }
    Ok(found)
}

fn keys(open: &[Open]) -> Vec<String> {
    let key = |open: &Open| match open {
        Open::Mapping(key) => key.clone(),
        Open::Sequence => Some(String::new()),
    };
    open.iter().filter_map(key).collect()
}

/// A value has come: what is next in a mapping is a key.
fn close(open: &mut [Open]) {
    if let Some(Open::Mapping(key)) = open.last_mut() {
        *key = match key {
            // A mapping or a list as a key leads to nothing that is looked for.
            None => Some(String::new()),
            Some(_) => None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let shown = |scalar: &Scalar| {
            format!("{}={} {}", scalar.keys.join("/"), scalar.text.expose(), scalar.place)
        };
        scalars(Path::new("f"), text).unwrap().iter().map(shown).collect()
    }

    #[test]
    fn keys_lead_to_texts() {
        let text = "---\n:a: 'x: y' # c\n:b:\n  :c: \":z\"\n  d: [1, {e: f}]\ng: h\n";
        assert_eq!(read(text), ["a=x: y f:2", "b/c=:z f:4", "b/d//e=f f:5", "g=h f:6"]);
        assert!(read("").is_empty());
    }

    #[test]
    fn what_is_no_yaml_is_told_with_its_line_and_not_quoted() {
        let told = scalars(Path::new("f"), "a: b\n  geheim: [\n").unwrap_err().to_string();
        assert!(told.starts_with("f:") && !told.contains("geheim"), "{told}");
    }
}
