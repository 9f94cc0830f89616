//! Headers that a profile gives.

use crate::error::{Error, Result};

/// Words in the names of headers whose values are most likely secrets.
const SECRET_WORDS: &[&str] =
    &["auth", "cookie", "credential", "key", "password", "secret", "session", "token"];

/// Whether a header of this name most likely holds a secret.
pub fn sounds_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// Checks that a header can be sent as it is.
///
/// # Errors
/// A config error when the name is no token (RFC 9110 section 5.6.2) or the
/// value would end the header and begin another.
pub(super) fn check(name: &str, value: &str) -> Result<(), Error> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(Error::config(format!("'{}' is no header name", name.escape_default())));
    }
    if value.bytes().any(|byte| byte < b' ' && byte != b'\t' || byte == 0x7f) {
        return Err(Error::config(format!("header {name}: the value holds a control character")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_break_a_message_is_refused() {
        assert!(check("X-Team", "ops é\t1").is_ok());
        for (name, value) in [("", "a"), ("a b", "c"), ("a:", "c"), ("a", "b\r\nc: d"), ("a", "\0")]
        {
            assert!(check(name, value).is_err(), "{name:?} {value:?}");
        }
    }
}
