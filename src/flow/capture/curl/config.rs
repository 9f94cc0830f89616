//! curl's config files (`-K`, `--config`): an option a line.

/// The words that the lines of a config file stand for.
///
/// # Errors
/// What is wrong with it.
pub(super) fn words(file: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let mut words = Vec::new();
    let lines = file.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with(b"#")) {
        // The option ends at white space, `=` or `:`.
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'=' | b':');
        let (option, value) = line.split_at(line.iter().position(is_end).unwrap_or(line.len()));
        words.push(match option {
            [b'-', ..] => option.to_vec(),
            [_] => [b"-", option].concat(),
            _ => [b"--", option].concat(),
        });
        let start = value.iter().position(|byte| !is_end(byte)).unwrap_or(value.len());
        match &value[start..] {
            [] => {}
            [b'"', quoted @ ..] => words.push(unquoted(quoted)?),
            bare => {
                let end = bare.iter().position(u8::is_ascii_whitespace).unwrap_or(bare.len());
                words.push(bare[..end].to_vec());
            }
        }
    }
    Ok(words)
}

/// The value whose opening quote was read.
fn unquoted(text: &[u8]) -> Result<Vec<u8>, String> {
    let mut value = Vec::new();
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return Ok(value),
            b'\\' => match bytes.next() {
                Some(b't') => value.push(b'\t'),
                Some(b'n') => value.push(b'\n'),
                Some(b'r') => value.push(b'\r'),
                Some(b'v') => value.push(11),
                Some(other) => value.push(other),
                None => {}
            },
            other => value.push(other),
        }
    }
    Err("a value in its config file has no closing quote".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The forms that curl's manual shows under `-K`.
    #[test]
    fn lines_are_options() {
        let file = "# remark\nurl = \"http://h/\"\n-X PUT\nsilent\n\
                    data-raw=\"a\\\"\\n\\t\\\\b\"\nuser-agent: x y\n";
        let expected: Vec<Vec<u8>> = [
            "--url",
            "http://h/",
            "-X",
            "PUT",
            "--silent",
            "--data-raw",
            "a\"\n\t\\b",
            "--user-agent",
            "x",
        ]
        .map(|word| word.into())
        .into();
        assert_eq!(words(file.as_bytes()).unwrap(), expected);
        assert!(words(b"data = \"open\n").is_err());
    }
}
