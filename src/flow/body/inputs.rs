//! Where values and bodies are read from: files and, once, standard input.

use super::file::FileSource;
use super::spool::spool;
use crate::context::interrupt;
use crate::error::{Error, Kind, Result, reason};
use crate::model::body::Body;
use crate::model::fields::{Input, Value};
use crate::model::place::command_to_look_at;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::PathBuf;

/// The inputs of one run.
pub struct Inputs<'a> {
    /// `None` once it has been read.
    stdin: Option<&'a mut (dyn Read + Send)>,
    home: Option<PathBuf>,
}

impl<'a> Inputs<'a> {
    /// Inputs with this standard input. `home` is what a leading `~/` stands
    /// for: the shell leaves the one in `k=@~/x` alone.
    pub fn new(stdin: &'a mut (dyn Read + Send), home: Option<PathBuf>) -> Self {
        Self { stdin: Some(stdin), home }
    }

    /// The input as a body: a regular file is streamed, all else is read now
    /// and kept.
    ///
    /// # Errors
    /// A read error that names the input; wrong usage when it has no name or
    /// standard input is asked for a second time.
    pub fn body(&mut self, input: &Input) -> Result<Body> {
        let fail = |why: String| Error::new(Kind::Read, format!("{input}: {why}"));
        // Whoever types or writes into a pipe takes his time.
        interrupt::attend();
        let typed = match input {
            Input::Stdin => {
                let stdin = self.stdin.take().ok_or_else(|| {
                    Error::usage("standard input is asked for twice, it can be read once")
                })?;
                return Ok(spool(stdin).map_err(|error| fail(reason(&error)))?);
            }
            Input::Path(typed) if typed.is_empty() => {
                return Err(Error::usage("a file is to be read, but its name is empty")
                    .hint("@FILE names one, @- is standard input")
                    .into());
            }
            Input::Path(typed) => typed,
        };
        let path = self.expand(typed);
        let mut file = File::open(&path)
            .map_err(|error| fail(reason(&error)).hint(command_to_look_at(&path, error.kind())))?;
        let metadata = file.metadata().map_err(|error| fail(reason(&error)))?;
        if metadata.is_dir() {
            let hint = command_to_look_at(&path, ErrorKind::IsADirectory);
            return Err(fail("is a directory".into()).hint(hint).into());
        }
        // A file of /proc or /sys says 0 and is not empty: read it to find out.
        if metadata.is_file() && metadata.len() > 0 {
            return Ok(Body::source(FileSource::new(path, &metadata)));
        }
        // A pipe, as `<(command)` of a shell makes it, can be read once.
        Ok(spool(&mut file).map_err(|error| fail(reason(&error)))?)
    }

    /// The value's bytes for a header or a query parameter. Line ends at the
    /// end of a file are dropped, as HTTPie does: files end with one, these
    /// values do not.
    ///
    /// # Errors
    /// Those of [`Self::body`].
    pub fn line(&mut self, value: &Value) -> Result<Vec<u8>> {
        let mut bytes = self.bytes(value)?;
        if matches!(value, Value::From(_)) {
            let end = bytes.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
            bytes.truncate(end.map_or(0, |last| last + 1));
        }
        Ok(bytes)
    }

    /// The value's bytes as they are.
    pub(super) fn bytes(&mut self, value: &Value) -> Result<Vec<u8>> {
        match value {
            Value::Text(text) => Ok(text.clone().into_bytes()),
            Value::From(input) => {
                Ok(self.body(input)?.read_all().map_err(super::failure::read_failure)?)
            }
        }
    }

    /// The value as text.
    ///
    /// # Errors
    /// Those of [`Self::body`]; a read error when it is not UTF-8.
    pub fn text(&mut self, value: &Value) -> Result<String> {
        String::from_utf8(self.bytes(value)?).map_err(|error| {
            let name = match value {
                Value::Text(_) => "the value".to_owned(),
                Value::From(input) => input.to_string(),
            };
            let at = error.utf8_error().valid_up_to();
            Error::new(Kind::Read, format!("{name}: not UTF-8 text (byte {at})"))
                .hint("send binary data as a file part: k@path, or as the body: -d @path")
                .into()
        })
    }

    fn expand(&self, typed: &str) -> PathBuf {
        match (typed.strip_prefix("~/"), &self.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(typed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{hints_of, kind_of};

    fn from(path: &str) -> Value {
        Value::From(Input::new(path))
    }

    #[test]
    fn standard_input_is_read_once() {
        let mut stdin = &b"once"[..];
        let mut inputs = Inputs::new(&mut stdin, None);
        assert_eq!(inputs.text(&from("-")).unwrap(), "once");
        let error = inputs.body(&Input::Stdin).unwrap_err();
        assert_eq!(kind_of(&error), Kind::Usage);
        assert!(error.to_string().contains("twice"), "{error}");
    }

    #[test]
    fn files_that_cannot_be_read_are_named() {
        let mut stdin = std::io::empty();
        let mut inputs = Inputs::new(&mut stdin, None);
        let missing = inputs.body(&Input::new("no/such.bin")).unwrap_err();
        assert_eq!(missing.to_string(), "no/such.bin: No such file or directory");
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().to_str().unwrap();
        let error = inputs.body(&Input::new(path)).unwrap_err();
        assert_eq!(error.to_string(), format!("{path}: is a directory"));
        assert_eq!(hints_of(&missing), ["ls no"]);
        for error in [missing, error] {
            assert_eq!(kind_of(&error).exit_code(), 26);
        }
    }

    #[test]
    fn values_keep_their_bytes_lines_lose_their_ends() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("value"), b"a\nb\xff\r\n\n").unwrap();
        let mut stdin = std::io::empty();
        let mut inputs = Inputs::new(&mut stdin, Some(directory.path().to_owned()));
        assert_eq!(inputs.bytes(&from("~/value")).unwrap(), b"a\nb\xff\r\n\n");
        assert_eq!(inputs.line(&from("~/value")).unwrap(), b"a\nb\xff");
        assert_eq!(inputs.line(&Value::Text("a\n".into())).unwrap(), b"a\n");
        let error = inputs.text(&from("~/value")).unwrap_err();
        assert_eq!(error.to_string(), "~/value: not UTF-8 text (byte 3)");
        assert!(hints_of(&error)[0].contains("k@path"));
    }
}
