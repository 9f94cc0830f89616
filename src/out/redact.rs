//! What the steps of a signature repeat of a request that may not be shown.
//!
//! A scheme masks its own secrets. It signs the user's header fields and query
//! as well, and whether those are secret is known by the rules of
//! [`mask`](crate::out::mask) only.

use crate::model::headers::Headers;
use crate::model::secret::MASK;
use crate::out::mask::{self, Secrets};
use crate::sign::encode::{encode_strict, parse_form};

/// The text of a step of a request with `headers` and these parameters, in its
/// query or form: its secret header fields, on a line of their own (SigV4's
/// canonical request), and the values of its telling parameters masked.
pub(super) fn redact(step: &str, headers: &Headers, parameters: &str) -> String {
    let lines: Vec<String> = step.split('\n').map(|line| redact_field(line, headers)).collect();
    parameters.split('&').fold(lines.join("\n"), redact_parameter)
}

fn redact_field(line: &str, headers: &Headers) -> String {
    let field = line.split_once(':').and_then(|(name, _)| Some((name, headers.get(name)?)));
    match field {
        Some((name, header))
            if *mask::header_value(header, Secrets::Masked) == *MASK.as_bytes() =>
        {
            format!("{name}:{MASK}")
        }
        _ => line.to_owned(),
    }
}

/// Masks a parameter as it is in the URL, as normalized (RFC 5849 section
/// 3.4.1.3.2, SigV4's canonical query) and as that is within a base string.
fn redact_parameter(text: String, pair: &str) -> String {
    let Some((name, value)) = pair.split_once('=') else { return text };
    if value.is_empty() || !mask::is_telling_parameter(name) {
        return text;
    }
    let decoded = parse_form(pair.as_bytes());
    let normalized =
        decoded.first().map(|(name, value)| (encode_strict(name), encode_strict(value)));
    let (name_normal, value_normal) = normalized.unwrap_or_default();
    let twice = |part: &str| encode_strict(part.as_bytes());
    text.replace(pair, &format!("{name}={MASK}"))
        .replace(&format!("{name_normal}={value_normal}"), &format!("{name_normal}={MASK}"))
        .replace(
            &format!("{}%3D{}", twice(&name_normal), twice(&value_normal)),
            &format!("{}%3D{MASK}", twice(&name_normal)),
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::body::Body;
    use crate::model::headers::Header;
    use crate::out::request::sample;

    #[test]
    fn secret_header_fields_are_masked_in_a_canonical_request() {
        let headers = [Header::new("X-Api-Key", "geheim"), Header::new("Accept", "a/b")];
        let wire = sample::with_headers(headers);
        let step = "GET\n/\n\naccept:a/b\nhost:api.example\nx-api-key:geheim\n\naccept;host";
        let expected = "GET\n/\n\naccept:a/b\nhost:api.example\nx-api-key:***\n\naccept;host";
        assert_eq!(redact(step, wire.headers(), ""), expected);
    }

    #[test]
    fn telling_parameters_are_masked_however_they_are_encoded() {
        let url = "http://h/?x=1&api_token=a+b/&api_token=";
        let wire = sample::wire("GET", url, None, Body::none());
        for (step, expected) in [
            ("http://h/?x=1&api_token=a+b/&y", "http://h/?x=1&api_token=***&y"),
            ("api_token=&api_token=a%20b%2F&x=1", "api_token=&api_token=***&x=1"),
            ("GET&h&api_token%3Da%2520b%252F%26x%3D1", "GET&h&api_token%3D***%26x%3D1"),
        ] {
            assert_eq!(redact(step, wire.headers(), wire.url().query().unwrap()), expected);
        }
    }
}
