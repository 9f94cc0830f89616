//! A `dcirc.sh`: assignments and exports of a POSIX shell, csh's `setenv`, or
//! YAML with the same keys. No shell is run.

use super::Place;
use crate::error::{Error, Result};
use crate::model::secret::Secret;
use std::path::Path;
use std::rc::Rc;

/// A variable that the file sets.
#[derive(Debug)]
pub(super) struct Assignment {
    pub(super) name: String,
    pub(super) text: Secret,
    pub(super) place: Place,
}

/// Reads a file's text; of a name that is set twice the last value counts.
///
/// # Errors
/// A config error with the line that only a shell can read.
pub(super) fn parse(path: &Path, text: &str) -> Result<Vec<Assignment>> {
    let path: Rc<Path> = Rc::from(path);
    let mut found: Vec<Assignment> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let place = Place { path: Rc::clone(&path), line: Some(number + 1) };
        for (name, text) in assignments(line.trim(), &place)? {
            found.retain(|other| other.name != name);
            found.push(Assignment { name, text: Secret::new(text), place: place.clone() });
        }
    }
    Ok(found)
}

fn assignments(line: &str, place: &Place) -> Result<Vec<(String, String)>> {
    if line.is_empty() || line.starts_with('#') || line == "---" {
        return Ok(Vec::new());
    }
    let sets = |text: &str| text.contains('=') || text.contains(':') || text.contains("setenv");
    let wrong = |why: &str| {
        Error::config(format!("{place}: {why}"))
            .hint(format!(". {}; signreq profile import dci", place.path.display()))
    };
    // Whether quotes keep a shell from expanding it is its affair alone.
    if sets(line) && line.contains(['$', '`']) {
        return Err(wrong("only a shell can tell what it expands to").into());
    }
    if let Some((name, value)) = line.split_once(':').filter(|(name, _)| is_name(name)) {
        let words = shlex::split(value).ok_or_else(|| wrong("a quote is not closed"))?;
        return Ok(words.into_iter().take(1).map(|value| (name.to_owned(), value)).collect());
    }
    let words = shlex::split(line).ok_or_else(|| wrong("a quote is not closed"))?;
    let mut words = words.iter().map(|word| word.strip_suffix(';').unwrap_or(word));
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        if word == "setenv" {
            if let (Some(name), Some(value)) = (words.next(), words.next()) {
                found.push((name.to_owned(), value.to_owned()));
            }
        } else if let Some((name, value)) = word.split_once('=').filter(|(name, _)| is_name(name)) {
            found.push((name.to_owned(), value.to_owned()));
        }
    }
    Ok(found)
}

/// Whether it is the name of a variable.
fn is_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let found = parse(Path::new("f"), text).unwrap();
        found.into_iter().map(|it| (it.name, it.text.expose().to_owned())).collect()
    }

    #[test]
    fn every_form_is_read() {
        let expected =
            [("A".to_owned(), "remoteci/1".to_owned()), ("B".to_owned(), "x y".to_owned())];
        for text in [
            "A='remoteci/1'\nB=\"x y\"\nexport A\nexport B\n",
            "#!/bin/sh\n# c\nexport A=remoteci/1 B='x y' # c\n",
            "export A=remoteci/1; export B='x y';\r\n",
            "setenv A remoteci/1\nsetenv B 'x y'\n",
            "A=old\nA=remoteci/1; B=x\\ y; export A B\n",
            "---\nA: remoteci/1\nB: 'x y'\n",
            "A=remoteci/1\nB='x y'\nif [ -n \"$C\" ]; then echo; fi\n",
        ] {
            assert_eq!(read(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_only_a_shell_can_read_is_refused_and_not_quoted() {
        for (text, told) in [
            ("A=1\nB=\"$(pass geheim)\"\n", "f:2: only a shell can tell"),
            ("B=geheim`x`\n", "f:1: only a shell can tell"),
            ("B='geheim\n", "f:1: a quote is not closed"),
        ] {
            let error = parse(Path::new("f"), text).unwrap_err().to_string();
            assert!(error.starts_with(told) && !error.contains("geheim"), "{text:?}: {error}");
        }
    }
}
