//! What is known to be a secret, wherever it stands.

use crate::model::secret::MASK;
use crate::sign::encode::encode_strict;

/// What is shorter would be masked where it is part of a word, in bytes.
const SHORTEST: usize = 5;

/// A text without these secrets: as they are, percent-encoded, and as a string
/// of JSON holds them.
pub fn without<'s>(text: &str, secrets: impl IntoIterator<Item = &'s str>) -> String {
    // What is masked is UTF-8, and so is what stays.
    String::from_utf8_lossy(&without_in_bytes(text.as_bytes(), secrets)).into_owned()
}

/// The same of bytes that need not be text.
pub fn without_in_bytes<'s>(bytes: &[u8], secrets: impl IntoIterator<Item = &'s str>) -> Vec<u8> {
    let forms = forms(secrets);
    let mut masked = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, behind)) = rest.split_first() {
        match forms.iter().find(|form| rest.starts_with(form.as_bytes())) {
            Some(form) => {
                masked.extend_from_slice(MASK.as_bytes());
                rest = &rest[form.len()..];
            }
            None => {
                masked.push(*first);
                rest = behind;
            }
        }
    }
    masked
}

/// How secrets are written; the longest first, since one may begin with another.
fn forms<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Vec<String> {
    // The header field of a dry run, say: no secret, and a value of many a JSON.
    let is_secret = |text: &&str| text.len() >= SHORTEST && *text != "false";
    let mut forms: Vec<String> = secrets
        .into_iter()
        .filter(is_secret)
        .flat_map(|secret| {
            let string = serde_json::Value::from(secret).to_string();
            let in_json = string[1..string.len() - 1].to_owned();
            // RFC 8259 section 7 lets a slash be escaped; PHP does.
            let with_slashes = in_json.replace('/', "\\/");
            [secret.to_owned(), encode_strict(secret.as_bytes()), in_json, with_slashes]
        })
        .collect();
    forms.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    forms.dedup();
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_goes_however_it_is_written() {
        for (text, masked) in [
            ("a geheim/1 b", "a *** b"),
            ("?t=geheim%2F1&x=geheim", "?t=***&x=geheim"),
            (r#"{"t":"geheim\/1"}"#, r#"{"t":"***"}"#),
            (r#"{"t":"q\"uoted"}"#, r#"{"t":"***"}"#),
            ("q\"uoted", "***"),
            ("é", "é"),
        ] {
            assert_eq!(without(text, ["geheim/1", "q\"uoted"]), masked);
        }
    }

    #[test]
    fn one_that_begins_with_another_goes_whole() {
        assert_eq!(without("geheim-2abc geheim", ["geheim", "geheim-2abc"]), "*** ***");
    }

    #[test]
    fn bytes_that_are_no_text_stay_but_for_the_secret() {
        assert_eq!(without_in_bytes(b"\xff geheim \xfe", ["geheim"]), b"\xff *** \xfe");
    }

    #[test]
    fn what_is_short_or_a_word_of_json_is_no_secret() {
        assert_eq!(without("false abcd", ["false", "abcd"]), "false abcd");
    }
}
