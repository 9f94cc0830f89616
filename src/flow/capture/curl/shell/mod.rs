//! One command as a POSIX shell, or bash, splits it into words: quotes, bash's
//! `$'…'`, comments, continued lines and here-documents. Nothing is expanded
//! and nothing is run: a word that only the shell can know is an error.

mod ansi;

/// A command's words and what its here-documents put on its descriptors.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Command {
    /// The words, the program's name first; bytes, since `$'\xff'` is one.
    pub(super) words: Vec<Vec<u8>>,
    /// What each descriptor gives, 0 being standard input.
    pub(super) inputs: Vec<(u32, Vec<u8>)>,
}

/// Splits the first command of `text`.
///
/// # Errors
/// What is wrong with it.
pub(super) fn split(text: &[u8]) -> Result<Command, String> {
    let mut lexer = Lexer { rest: text, command: Command::default(), awaited: Vec::new() };
    lexer.run()?;
    Ok(lexer.command)
}

struct Lexer<'a> {
    rest: &'a [u8],
    command: Command,
    /// The here-documents whose text begins at the next line.
    awaited: Vec<HereDocument>,
}

struct HereDocument {
    descriptor: u32,
    delimiter: Vec<u8>,
    is_quoted: bool,
    drops_tabs: bool,
}

/// What ends a word outside quotes.
const ENDS_WORD: &[u8] = b" \t\r\n|&;<>()";

impl Lexer<'_> {
    fn run(&mut self) -> Result<(), String> {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' => self.skip(1),
                b'\\' if self.continues_line() => {}
                b'#' => self.skip_to_line_end(),
                b'\n' => {
                    self.skip(1);
                    self.read_here_documents()?;
                    if !self.command.words.is_empty() {
                        return Ok(());
                    }
                }
                b'|' | b'&' | b';' => {
                    // What follows is another command; here-documents come
                    // after the whole line.
                    self.skip_to_line_end();
                    self.skip(1);
                    return self.read_here_documents();
                }
                b'(' | b')' => return Err("it holds a ( or ) outside quotes".into()),
                b'<' => self.input(0)?,
                b'>' => self.output()?,
                _ => {
                    let (word, is_quoted) = self.word()?;
                    let descriptor = std::str::from_utf8(&word).ok().and_then(|w| w.parse().ok());
                    match (self.peek(), descriptor) {
                        (Some(b'<'), Some(descriptor)) if !is_quoted => self.input(descriptor)?,
                        (Some(b'>'), Some(_)) if !is_quoted => self.output()?,
                        _ => self.command.words.push(word),
                    }
                }
            }
        }
        self.read_here_documents()
    }

    fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// Skips a backslash at the end of a line together with that end.
    fn continues_line(&mut self) -> bool {
        let length = match self.rest {
            [b'\\', b'\n', ..] => 2,
            [b'\\', b'\r', b'\n', ..] => 3,
            _ => return false,
        };
        self.skip(length);
        true
    }

    fn skip_to_line_end(&mut self) {
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        self.skip(end.unwrap_or(self.rest.len()));
    }

    /// The next word, and whether a part of it was quoted.
    fn word(&mut self) -> Result<(Vec<u8>, bool), String> {
        let (mut word, mut is_quoted) = (Vec::new(), false);
        while let Some(byte) = self.peek() {
            if byte == b'\\' && self.continues_line() {
                continue;
            }
            if ENDS_WORD.contains(&byte) {
                break;
            }
            self.skip(1);
            is_quoted |= matches!(byte, b'\'' | b'"' | b'\\');
            match byte {
                b'\'' => self.single_quoted(&mut word)?,
                b'"' => self.double_quoted(&mut word)?,
                b'\\' => word.extend(self.next()),
                b'`' => return Err("it holds a `command`, which is not run here".into()),
                b'$' => match self.peek() {
                    Some(b'\'') => {
                        self.skip(1);
                        is_quoted = true;
                        self.ansi_quoted(&mut word)?;
                    }
                    Some(b'"') => {}
                    _ => self.dollar(&mut word)?,
                },
                other => word.push(other),
            }
        }
        Ok((word, is_quoted))
    }

    fn single_quoted(&mut self, word: &mut Vec<u8>) -> Result<(), String> {
        let end = self.rest.iter().position(|byte| *byte == b'\'');
        let end = end.ok_or("a ' has no closing one")?;
        word.extend_from_slice(&self.rest[..end]);
        self.skip(end + 1);
        Ok(())
    }

    fn double_quoted(&mut self, word: &mut Vec<u8>) -> Result<(), String> {
        loop {
            match self.next().ok_or("a \" has no closing one")? {
                b'"' => return Ok(()),
                b'`' => return Err("it holds a `command`, which is not run here".into()),
                b'$' => self.dollar(word)?,
                b'\\' => match self.peek() {
                    Some(b'\n') => self.skip(1),
                    Some(escaped @ (b'"' | b'\\' | b'$' | b'`')) => {
                        self.skip(1);
                        word.push(escaped);
                    }
                    _ => word.push(b'\\'),
                },
                other => word.push(other),
            }
        }
    }

    /// A `$` that was just read: itself, unless it begins an expansion.
    fn dollar(&self, word: &mut Vec<u8>) -> Result<(), String> {
        let begins = |byte: u8| byte.is_ascii_alphanumeric() || b"_{(@*#?-!$".contains(&byte);
        if !self.peek().is_some_and(begins) {
            word.push(b'$');
            return Ok(());
        }
        let length = self.rest.iter().skip(1).take_while(|b| b.is_ascii_alphanumeric()).count();
        let name = String::from_utf8_lossy(&self.rest[..=length]).into_owned();
        Err(format!("it holds ${}, which only its shell can expand", name.escape_default()))
    }

    /// A redirection of input, at its `<`.
    fn input(&mut self, descriptor: u32) -> Result<(), String> {
        if !self.rest.starts_with(b"<<") {
            return Err("it reads a descriptor from a file or process; give that as @FILE".into());
        }
        self.skip(2);
        let is_string = self.peek() == Some(b'<');
        let drops_tabs = self.peek() == Some(b'-');
        if is_string || drops_tabs {
            self.skip(1);
        }
        let (word, is_quoted) = self.redirected()?;
        if is_string {
            let line = [word.as_slice(), b"\n"].concat();
            self.command.inputs.push((descriptor, line));
        } else {
            let document = HereDocument { descriptor, delimiter: word, is_quoted, drops_tabs };
            self.awaited.push(document);
        }
        Ok(())
    }

    /// A redirection of output, at its `>`, which changes nothing of the request.
    fn output(&mut self) -> Result<(), String> {
        while matches!(self.peek(), Some(b'>' | b'&' | b'|')) {
            self.skip(1);
        }
        self.redirected().map(drop)
    }

    /// The word behind a redirection.
    fn redirected(&mut self) -> Result<(Vec<u8>, bool), String> {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.skip(1);
        }
        match self.word()? {
            (word, false) if word.is_empty() => Err("a < or > has no word behind it".into()),
            found => Ok(found),
        }
    }

    fn read_here_documents(&mut self) -> Result<(), String> {
        for document in std::mem::take(&mut self.awaited) {
            let mut text = Vec::new();
            loop {
                if self.rest.is_empty() {
                    let name = String::from_utf8_lossy(&document.delimiter).into_owned();
                    return Err(format!("a here-document has no end: {}", name.escape_default()));
                }
                let end = self.rest.iter().position(|b| *b == b'\n').unwrap_or(self.rest.len());
                let mut line = &self.rest[..end];
                self.skip(end + 1);
                if document.drops_tabs {
                    let tabs = line.iter().take_while(|byte| **byte == b'\t').count();
                    line = &line[tabs..];
                }
                if line.strip_suffix(b"\r").unwrap_or(line) == document.delimiter {
                    break;
                }
                text.extend_from_slice(line);
                text.push(b'\n');
            }
            if !document.is_quoted {
                text = unquoted_document(&text)?;
            }
            self.command.inputs.push((document.descriptor, text));
        }
        Ok(())
    }
}

/// A here-document whose delimiter is not quoted: it is expanded as within
/// double quotes, but for `"`.
fn unquoted_document(text: &[u8]) -> Result<Vec<u8>, String> {
    let mut lexer = Lexer { rest: text, command: Command::default(), awaited: Vec::new() };
    let mut out = Vec::new();
    while let Some(byte) = lexer.next() {
        match byte {
            b'`' => return Err("a here-document holds a `command`, which is not run here".into()),
            b'$' => lexer.dollar(&mut out)?,
            b'\\' => match lexer.peek() {
                Some(b'\n') => lexer.skip(1),
                Some(escaped @ (b'\\' | b'$' | b'`')) => {
                    lexer.skip(1);
                    out.push(escaped);
                }
                _ => out.push(b'\\'),
            },
            other => out.push(other),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let command = split(text.as_bytes()).unwrap();
        command.words.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect()
    }

    /// Each line of a shell and the words that bash 5.2 makes of it, as
    /// `printf '%s\n'` shows them.
    #[test]
    fn words_are_those_that_bash_makes() {
        for (line, expected) in [
            ("curl http://h/ -v", &["curl", "http://h/", "-v"][..]),
            (
                r#"curl 'a b' "c \"d\" \e" e\ f g'h'"i""#,
                &["curl", "a b", r#"c "d" \e"#, "e f", "ghi"],
            ),
            ("curl \\\n  a \\\r\n b\nnext", &["curl", "a", "b"]),
            (r"curl $'a\'b\n\x41\u00e9\101\t\q'", &["curl", "a'b\nA\u{e9}A\t\\q"]),
            ("# remark\n\ncurl a#b # c", &["curl", "a#b"]),
            ("curl http://h/?a=1&b=2", &["curl", "http://h/?a=1"]),
            ("curl a | jq . ", &["curl", "a"]),
            ("curl a 2>&1 > out b", &["curl", "a", "b"]),
            ("curl '' \"\" $ a$", &["curl", "", "", "$", "a$"]),
        ] {
            assert_eq!(words(line), expected, "{line}");
        }
    }

    #[test]
    fn here_documents_are_inputs() {
        let text =
            "curl -H @- --config /dev/fd/3 <<'A' 3<<\"B\" | jq\nx: $y\nA\nd = \"\\n\"\nB\nls\n";
        let command = split(text.as_bytes()).unwrap();
        assert_eq!(command.words.len(), 5);
        assert_eq!(command.inputs, [(0, b"x: $y\n".to_vec()), (3, b"d = \"\\n\"\n".to_vec())]);
        let tabs = split(b"curl -d@- <<-E\n\ta\\$b\n\tE\n").unwrap();
        assert_eq!(tabs.inputs, [(0, b"a$b\n".to_vec())]);
        let string = split(b"curl -d@- <<< 'a b'").unwrap();
        assert_eq!(string.inputs, [(0, b"a b\n".to_vec())]);
    }

    #[test]
    fn what_only_a_shell_can_know_is_refused() {
        for (line, why) in [
            ("curl $URL", "$URL"),
            ("curl \"a$(id)\"", "$("),
            ("curl `id`", "`command`"),
            ("curl -H @<(id)", "file or process"),
            ("curl 'a", "no closing"),
            ("curl \"a", "no closing"),
            ("curl $'a\\", "no closing"),
            ("curl -d @- <<E\nx\n", "no end"),
            ("curl -d @- <<E\n$x\nE\n", "$x"),
            ("curl <", "file or process"),
        ] {
            let error = split(line.as_bytes()).unwrap_err();
            assert!(error.contains(why), "{line}: {error}");
        }
    }
}
