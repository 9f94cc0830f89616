//! The words of commands that print secrets, as they may be shown. A command
//! should get its own secret from elsewhere; some are given one as a word.

use super::header::sounds_secret;
use crate::model::secret::MASK;
use serde_json::Value as Json;

/// What an option's name ends in whose value only says where a secret is.
const PLACES: &[&str] = &["file", "id", "name", "path", "ring"];

/// Masks in a command, a line or its words, what follows an option or a
/// variable that is named like a secret, and the password of a URL.
pub(super) fn mask(command: &mut Json) {
    match command {
        Json::String(line) => {
            // A line for a shell need not be one that can be split.
            let words = shlex::split(line)
                .unwrap_or_else(|| line.split_whitespace().map(str::to_owned).collect());
            for secret in secrets(&words.iter().map(String::as_str).collect::<Vec<_>>()) {
                *line = line.replace(&secret, MASK);
            }
        }
        Json::Array(words) => {
            let texts: Vec<&str> = words.iter().filter_map(Json::as_str).collect();
            let secrets = secrets(&texts);
            for word in words {
                if let Json::String(text) = word {
                    *text = secrets.iter().fold(text.clone(), |text, it| text.replace(it, MASK));
                }
            }
        }
        _ => {}
    }
}

/// The parts of the words that are secrets.
fn secrets(words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_next = false;
    for word in words {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (*word, None),
        };
        let is_option = word.starts_with('-');
        if is_next && !is_option {
            found.push((*word).to_owned());
        }
        is_next = is_option && value.is_none() && is_telling(name);
        match value {
            Some(value) if is_telling(name) => found.push(value.to_owned()),
            _ => found.extend(password(word).map(str::to_owned)),
        }
    }
    found.retain(|text| !text.is_empty());
    found
}

fn is_telling(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    sounds_secret(&name) && !PLACES.iter().any(|place| name.ends_with(place))
}

/// What stands before the `@` of a URL's authority (RFC 3986 section 3.2).
fn password(word: &str) -> Option<&str> {
    let (_, rest) = word.split_once("://")?;
    let (user, _) = rest.split('/').next()?.rsplit_once('@')?;
    user.contains(':').then_some(user)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_stands_behind_a_telling_name_is_masked() {
        for (line, expected) in [
            ("pass show maas/api-key", "pass show maas/api-key"),
            ("vault read --token geheim x", "vault read --token *** x"),
            ("vault read --token=geheim x", "vault read --token=*** x"),
            ("op read --session 'ge heim' x", "op read --session '***' x"),
            ("PASSWORD=geheim get | head -1", "PASSWORD=*** get | head -1"),
            ("curl https://u:geheim@h/x@y", "curl https://***@h/x@y"),
            ("aws get --secret-id prod/db --region x", "aws get --secret-id prod/db --region x"),
            ("x --token --quiet y", "x --token --quiet y"),
            ("echo 'not closed --password geheim", "echo 'not closed --password ***"),
        ] {
            let mut command = json!(line);
            mask(&mut command);
            assert_eq!(command, expected);
        }
        let mut command = json!(["vault", "--token", "geheim", "--password=x"]);
        mask(&mut command);
        assert_eq!(command, json!(["vault", "--token", MASK, "--password=***"]));
    }
}
