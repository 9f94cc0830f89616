//! Bodies as they may be shown: what is named like a credential masked, in
//! JSON, XML, forms and multipart bodies; all else stays byte for byte.

use super::form;
use crate::model::headers::media_type;
use crate::model::secret::MASK;
use std::borrow::Cow;

/// What every private key in PEM begins with (RFC 7468 sections 10 and 11).
const PRIVATE_KEY: &str = "PRIVATE KEY-----";

/// A body as it may be shown. What it is, is told by its Content-Type or, where
/// that does not help, by its first byte.
pub fn body<'b>(bytes: &'b [u8], content_type: Option<&str>) -> Cow<'b, [u8]> {
    let kind = content_type.map(media_type).unwrap_or_default();
    let Ok(text) = std::str::from_utf8(bytes) else {
        return match boundary(&kind, content_type) {
            Some(boundary) => Cow::Owned(multipart(bytes, &boundary)),
            None => Cow::Borrowed(bytes),
        };
    };
    let first = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).bytes().next();
    let masked = match (&*kind, first) {
        ("application/x-www-form-urlencoded", _) => form(text).into_bytes(),
        (kind, _) if boundary(kind, content_type).is_some() => {
            multipart(bytes, &boundary(kind, content_type).unwrap_or_default())
        }
        (_, Some(b'{' | b'[')) => json(text).into_bytes(),
        (_, Some(b'<')) => xml(text).into_bytes(),
        _ if text.contains(PRIVATE_KEY) => MASK.into(),
        _ => return Cow::Borrowed(bytes),
    };
    Cow::Owned(masked)
}

/// Whether a member, element or field of that name holds a secret. Stricter
/// than the rule for parameters of URLs: many a body has a `key` or a `code`
/// that is none.
fn is_secret(name: &str) -> bool {
    const WITHIN: &[&str] = &[
        "accesstoken",
        "apikey",
        "applicationsecret",
        "authkey",
        "clientassertion",
        "consumerkey",
        "passphrase",
        "passwd",
        "password",
        "privatekey",
        "secret",
        "token",
    ];
    const WORDS: &[&str] = &["authorization", "jwt", "otp", "pass", "pwd", "sessionid"];
    let words = words(name);
    let bare = words.concat();
    // What S3, and lists of other APIs, name their places in a list.
    let is_place = ["continuationtoken", "nexttoken", "pagetoken"];
    !is_place.iter().any(|place| bare.ends_with(place))
        && (WITHIN.iter().any(|part| bare.contains(part))
            || words.last().is_some_and(|last| WORDS.contains(&last.as_str())))
}

/// The words of a name, in lower case: `rootPass`, `root_pass`, `ROOT-PASS`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_after_lower = false;
    for character in name.chars() {
        let begins = character.is_uppercase() && is_after_lower;
        is_after_lower = character.is_lowercase();
        if begins || !character.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| character.is_alphanumeric()) {
            word.extend(character.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// JSON, or the beginning of it.
fn json(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('"') {
        let (before, from) = rest.split_at(at);
        masked.push_str(before);
        let (string, after) = from.split_at(value_length(from));
        rest = after;
        let gap = after.len() - after.trim_start().len();
        let is_name = after[gap..].starts_with(':');
        if !is_name {
            masked.push_str(if string.contains(PRIVATE_KEY) { "\"***\"" } else { string });
            continue;
        }
        masked.push_str(string);
        if !serde_json::from_str::<String>(string).is_ok_and(|name| is_secret(&name)) {
            continue;
        }
        let behind_colon = &after[gap + 1..];
        let begins = gap + 1 + (behind_colon.len() - behind_colon.trim_start().len());
        masked.push_str(&after[..begins]);
        let (value, after) = after[begins..].split_at(value_length(&after[begins..]));
        let is_harmless = matches!(value, "null" | "true" | "false" | "\"\"" | "");
        masked.push_str(if is_harmless { value } else { "\"***\"" });
        rest = after;
    }
    masked.push_str(rest);
    masked
}

/// How long the JSON value is that a text begins with.
fn value_length(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => {
                let mut is_escaped = false;
                let end = bytes.find(|(_, byte)| {
                    let ends = *byte == b'"' && !is_escaped;
                    is_escaped = *byte == b'\\' && !is_escaped;
                    ends
                });
                match end {
                    Some((end, _)) if depth == 0 => return end + 1,
                    Some(_) => {}
                    None => return text.len(),
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return at + depth,
            b'}' | b']' => depth -= 1,
            b',' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

/// XML: the text of elements, as Amazon's services put credentials.
fn xml(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut parts = text.split('<');
    masked.push_str(parts.next().unwrap_or_default());
    for part in parts {
        masked.push('<');
        let (tag, content) = part.split_at(part.find('>').map_or(part.len(), |at| at + 1));
        let name = tag.split(['>', ' ', '/', '\t', '\r', '\n']).next().unwrap_or_default();
        let name = name.rsplit(':').next().unwrap_or_default();
        masked.push_str(tag);
        let is_masked =
            (is_secret(name) && !content.trim().is_empty()) || content.contains(PRIVATE_KEY);
        masked.push_str(if is_masked { MASK } else { content });
    }
    masked
}

/// What separates the parts of a multipart body (RFC 2046 section 5.1.1).
fn boundary(kind: &str, content_type: Option<&str>) -> Option<String> {
    if !kind.starts_with("multipart/") {
        return None;
    }
    let parameters = content_type?.split(';').skip(1).filter_map(|part| part.split_once('='));
    let is_boundary = |(name, _): &(&str, &str)| name.trim().eq_ignore_ascii_case("boundary");
    let (_, value) = parameters.into_iter().find(is_boundary)?;
    Some(format!("--{}", value.trim().trim_matches('"')))
}

/// A multipart body: the content of the parts that are named so.
fn multipart(bytes: &[u8], boundary: &str) -> Vec<u8> {
    let mut masked = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        let next = find(&rest[1..], boundary.as_bytes()).map_or(rest.len(), |at| at + 1);
        let (part, after) = rest.split_at(next);
        rest = after;
        let head = find(part, b"\r\n\r\n").map_or(part.len(), |at| at + 4);
        let (head, content) = part.split_at(head);
        masked.extend_from_slice(head);
        let end = content.len() - if content.ends_with(b"\r\n") { 2 } else { 0 };
        let is_masked = part_name(head).is_some_and(|name| is_secret(&name)) && end > 0;
        masked.extend_from_slice(if is_masked { MASK.as_bytes() } else { &content[..end] });
        masked.extend_from_slice(&content[end..]);
    }
    masked
}

/// The name of a part (RFC 7578 section 4.2).
fn part_name(head: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(head);
    let (_, from) = head.split_once(" name=\"").or_else(|| head.split_once(";name=\""))?;
    Some(from.split('"').next().unwrap_or_default().to_owned())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str, content_type: &str) -> String {
        let masked = body(text.as_bytes(), Some(content_type));
        String::from_utf8(masked.into_owned()).unwrap()
    }

    #[test]
    fn members_named_like_a_credential_are_masked_and_nothing_else_changes() {
        for (text, expected) in [
            (
                r#" {"id": 1.0, "consumerKey" :  "geheim\"x", "a":[{"token_secret":"geheim"}] }"#,
                r#" {"id": 1.0, "consumerKey" :  "***", "a":[{"token_secret":"***"}] }"#,
            ),
            (
                r#"{"tokens":[1,{"a":"]"}],"password":12,"pass\u0077ord":{"a":"b"},"b":2}"#,
                r#"{"tokens":"***","password":"***","pass\u0077ord":"***","b":2}"#,
            ),
            (r#"{"root_pass":"g","rootPass":"g"}"#, r#"{"root_pass":"***","rootPass":"***"}"#),
            (
                r#"{"key":"-----BEGIN RSA PRIVATE KEY-----\nMII","cert":"c"}"#,
                r#"{"key":"***","cert":"c"}"#,
            ),
            (r#"[{"secret":"gehei"#, r#"[{"secret":"***""#),
        ] {
            assert_eq!(masked(text, "application/json"), expected);
        }
        for harmless in [
            r#"{"key":"admin","code":"NoSuchKey","status":"passed","bypass":true}"#,
            r#"{"password":null,"token":"","has_secret":false,"NextContinuationToken":"x"}"#,
            r#"["token","secret",{"name":"password"}]"#,
            r#"{"a""#,
        ] {
            assert_eq!(masked(harmless, "application/json"), harmless);
            assert_eq!(masked(harmless, "text/plain"), harmless);
        }
    }

    #[test]
    fn elements_are_masked_by_their_names() {
        let text = "<?xml version=\"1.0\"?><C><AccessKeyId>AKIA</AccessKeyId>\n\
                    <a:SessionToken x=\"1\">geheim</a:SessionToken><Key>k</Key><Token/></C>";
        let expected = text.replace("geheim", "***");
        assert_eq!(masked(text, "text/xml"), expected);
    }

    #[test]
    fn fields_of_forms_and_parts_are_masked() {
        let form = masked("a=1&client_secret=geheim", "application/x-www-form-urlencoded");
        assert_eq!(form, "a=1&client_secret=***");
        let part = |name: &str, content: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
        };
        let text = |secret: &str| part("user", "u") + &part("power_pass", secret) + "--b--\r\n";
        let kind = "multipart/form-data; boundary=\"b\"";
        assert_eq!(masked(&text("geheim"), kind), text("***"));
        // A file beside it is no text.
        let mut bytes = text("geheim").into_bytes();
        bytes.splice(0..0, b"--b\r\n\r\n\xff\r\n".iter().copied());
        let masked = body(&bytes, Some(kind)).into_owned();
        assert!(find(&masked, b"geheim").is_none() && find(&masked, b"\xff").is_some());
    }

    #[test]
    fn other_bodies_stay_unless_they_are_a_key() {
        for bytes in [&b"\x89PNG"[..], b"plain token=1", b""] {
            assert_eq!(&*body(bytes, None), bytes);
        }
        assert_eq!(&*body(b"-----BEGIN PRIVATE KEY-----\nMII", None), b"***");
    }
}
