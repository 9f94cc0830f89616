//! INI files as Python's `RawConfigParser` reads them, which the tools of AWS
//! and OVHcloud do: no interpolation, no comments behind a value, keys without
//! regard to case, a value that goes on in deeper lines.

use super::{Place, text_of};
use crate::error::{Error, Result};
use crate::model::secret::Secret;
use std::fmt;
use std::path::Path;
use std::rc::Rc;
use zeroize::Zeroizing;

/// A file's sections, in order.
#[derive(Debug)]
pub(super) struct Ini {
    pub(super) path: Rc<Path>,
    pub(super) sections: Vec<Section>,
}

/// What stands under one `[name]`.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) name: String,
    pub(super) line: usize,
    entries: Vec<Entry>,
}

struct Entry {
    key: String,
    line: usize,
    value: Zeroizing<String>,
}

/// Without the value, which may be a secret.
impl fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} in line {}", self.key, self.line)
    }
}

impl Ini {
    /// Reads the file; `None` when there is none and none is needed.
    ///
    /// # Errors
    /// A config error when it cannot be read, or with the line that is wrong.
    pub(super) fn load(path: &Path, is_needed: bool) -> Result<Option<Self>> {
        let text = text_of(path, is_needed)?;
        text.map(|text| Self::parse(path, &text)).transpose()
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// A config error with file and line, which never quotes the text.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self> {
        let mut reader = Reader {
            ini: Self { path: Rc::from(path), sections: Vec::new() },
            indent: 0,
            in_entry: false,
        };
        for (number, line) in text.split('\n').enumerate() {
            reader.take(number + 1, line)?;
        }
        Ok(reader.ini)
    }

    /// The section of that name.
    pub(super) fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// Where a line of it is.
    pub(super) fn place(&self, line: usize) -> Place {
        Place { path: Rc::clone(&self.path), line: Some(line) }
    }
}

impl Section {
    /// A key's value and its line. A value may be empty.
    pub(super) fn get(&self, key: &str) -> Option<(Secret, usize)> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        Some((Secret::new(entry.value.trim_end()), entry.line))
    }

    /// The keys, in order.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.key.as_str())
    }

    /// Whether one of these keys has a value.
    pub(super) fn has_any(&self, keys: &[&str]) -> bool {
        self.entries.iter().any(|entry| keys.contains(&entry.key.as_str()))
    }
}

struct Reader {
    ini: Ini,
    /// How deep the line stands that deeper ones continue.
    indent: usize,
    /// Whether there is a value that can go on.
    in_entry: bool,
}

impl Reader {
    fn take(&mut self, number: usize, line: &str) -> Result<()> {
        let text = line.trim();
        if text.starts_with(['#', ';']) {
            return Ok(());
        }
        let indent = line.len() - line.trim_start().len();
        if self.in_entry && (text.is_empty() || indent > self.indent) {
            let section = self.ini.sections.last_mut();
            if let Some(entry) = section.and_then(|section| section.entries.last_mut()) {
                entry.value.push('\n');
                entry.value.push_str(text);
            }
            return Ok(());
        }
        if text.is_empty() {
            return Ok(());
        }
        self.indent = indent;
        let header = text.strip_prefix('[').and_then(|rest| Some(rest.rsplit_once(']')?.0));
        match header.filter(|name| !name.is_empty()) {
            Some(name) => self.open(number, name),
            None => self.add(number, text),
        }
    }

    fn open(&mut self, number: usize, name: &str) -> Result<()> {
        if let Some(other) = self.ini.section(name) {
            let name = name.escape_default();
            let why = format!("[{name}] stands in line {} already", other.line);
            return Err(self.wrong(number, &why).into());
        }
        let section = Section { name: name.to_owned(), line: number, entries: Vec::new() };
        self.ini.sections.push(section);
        self.in_entry = false;
        Ok(())
    }

    fn add(&mut self, number: usize, text: &str) -> Result<()> {
        let pair = text.split_once(['=', ':']).map(|(key, value)| (key.trim(), value.trim()));
        let Some((key, value)) = pair.filter(|(key, _)| !key.is_empty()) else {
            return Err(self.wrong(number, "neither a [section] nor KEY = VALUE").into());
        };
        let key = key.to_lowercase();
        let Some(section) = self.ini.sections.last() else {
            return Err(self.wrong(number, "a value stands above the first [section]").into());
        };
        if let Some(other) = section.entries.iter().find(|entry| entry.key == key) {
            let why = format!("{} stands in line {} already", key.escape_default(), other.line);
            return Err(self.wrong(number, &why).into());
        }
        let value = Zeroizing::new(value.to_owned());
        if let Some(section) = self.ini.sections.last_mut() {
            section.entries.push(Entry { key, line: number, value });
        }
        self.in_entry = true;
        Ok(())
    }

    fn wrong(&self, number: usize, why: &str) -> Error {
        Error::config(format!("{}: {why}", self.ini.place(number)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Ini> {
        Ini::parse(Path::new("f"), text)
    }

    fn value(text: &str, key: &str) -> (String, usize) {
        let ini = parse(text).unwrap();
        let (value, line) = ini.sections[0].get(key).unwrap();
        (value.expose().to_owned(), line)
    }

    #[test]
    fn values_are_read_as_python_reads_them() {
        for (text, expected) in [
            ("[a]\nk = v\n", "v"),
            ("[a]\nK: v\n", "v"),
            ("[a]\r\nk=v\r\n", "v"),
            ("[a]\nk = v ; no comment # either\n", "v ; no comment # either"),
            ("[a]\nk = %(x)s\n", "%(x)s"),
            ("[a]\nk = \"q\"\n", "\"q\""),
            ("[a]\nk = a=b:c\n", "a=b:c"),
            ("[a] behind\n  k =\n    x = y\n\n    z\n", "\nx = y\n\nz"),
            ("# c\n; c\n[a]\n# c\nk = v\n  # c\n  w\n", "v\nw"),
            ("[a]\nk =\n", ""),
        ] {
            assert_eq!(value(text, "k").0, expected, "{text:?}");
        }
        assert_eq!(value("[a]\n\nk = v\n", "k").1, 3);
        assert_eq!(parse("[a]b]\n").unwrap().sections[0].name, "a]b");
    }

    #[test]
    fn what_python_refuses_is_refused_with_its_line_and_not_quoted() {
        for (text, expected) in [
            ("k = geheim\n", "f:1: a value stands above the first [section]"),
            ("[a]\nk = geheim\n[a]\n", "f:3: [a] stands in line 1 already"),
            ("[a]\nk = v\nK = geheim\n", "f:3: k stands in line 2 already"),
            ("[a]\ngeheim\n", "f:2: neither a [section] nor KEY = VALUE"),
            ("[a]\n= geheim\n", "f:2: neither"),
            ("[]\n", "f:1: neither"),
        ] {
            let told = parse(text).unwrap_err().to_string();
            assert!(told.starts_with(expected) && !told.contains("geheim"), "{text:?}: {told}");
        }
    }
}
