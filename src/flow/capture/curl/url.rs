//! The URL that curl asks for, given the one that is typed.

use crate::flow::capture::Parts;
use crate::model::reference::without_dot_segments;
use crate::model::url::WireUrl;

/// The options that decide what curl does to a URL.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct UrlRules {
    /// `--path-as-is`.
    pub(super) path_as_is: bool,
    /// `--globoff`.
    pub(super) glob_off: bool,
}

/// Reads a URL as typed; `query` is what other options add to it.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(typed: &str, rules: UrlRules, query: &[String]) -> Result<WireUrl, String> {
    let text = if rules.glob_off { typed.to_owned() } else { without_globs(typed)? };
    // curl's manual: without a scheme it guesses, and that is http but for
    // names of hosts that no signed API has.
    let text = if text.contains("://") { text } else { format!("http://{text}") };
    let parts = Parts::of(&text)?;
    let url = parts.wire_url()?;
    let path =
        if rules.path_as_is { url.path().to_owned() } else { without_dot_segments(url.path()) };
    let url = url.with_path(ascii(&path));
    let mut added = url.query().map(str::to_owned);
    for part in query {
        let start = added.filter(|text| !text.is_empty()).map(|text| text + "&");
        added = Some(start.unwrap_or_default() + part);
    }
    // curl puts the URL together and reads it once more: a fragment ends it.
    if let Some(query) = &mut added {
        query.truncate(query.find('#').unwrap_or(query.len()));
    }
    if added.as_deref().is_some_and(|q| q.bytes().any(|b| b.is_ascii_control() || b == b' ')) {
        return Err("its query holds a space or control character".into());
    }
    Ok(url.with_query(added))
}

/// The path with all that is not ASCII encoded, in curl's lower-case hex; a
/// query goes as it is typed.
fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte.is_ascii() {
            true => out.push(char::from(byte)),
            false => out.push_str(&format!("%{byte:02x}")),
        }
    }
    out
}

/// The URL with `\[` and its like as the characters they stand for.
fn without_globs(typed: &str) -> Result<String, String> {
    let mut out = String::with_capacity(typed.len());
    let mut characters = typed.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' if characters.peek().is_some_and(|next| "[]{}".contains(*next)) => {
                out.extend(characters.next());
            }
            // The address of an IPv6 host is no range.
            '[' if out.ends_with("//") || out.ends_with('@') => {
                out.push('[');
                for inner in characters.by_ref() {
                    out.push(inner);
                    if inner == ']' {
                        break;
                    }
                }
            }
            '[' | ']' | '{' | '}' => {
                return Err(format!(
                    "its URL holds a '{character}', by which curl means several URLs without -g"
                ));
            }
            other => out.push(other),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(typed: &str) -> Result<String, String> {
        read(typed, UrlRules::default(), &[]).map(|url| url.to_string())
    }

    /// What curl 7.88 sends for these, on the request line and in Host.
    #[test]
    fn curl_asks_for_less_than_is_typed() {
        for (typed, expected) in [
            ("h/x", "http://h/x"),
            ("https://h", "https://h/"),
            ("http://me:geheim@h/x#top", "http://h/x"),
            ("http://h/a/./b/../c", "http://h/a/c"),
            ("http://h/a/..", "http://h/"),
            ("http://h/a/b/.", "http://h/a/b/"),
            ("http://h/../a//b", "http://h/a//b"),
            (r"http://h/\[a\]?\{x\}=1", "http://h/[a]?{x}=1"),
            ("http://[::1]:81/x", "http://[::1]:81/x"),
            ("http://h/a%2fb?c=%7e", "http://h/a%2fb?c=%7e"),
            ("http://h/é?é", "http://h/%c3%a9?é"),
            ("http://h?x", "http://h/?x"),
        ] {
            assert_eq!(asked(typed).unwrap(), expected, "{typed}");
        }
        for bad in ["http://h/[1-3]", "http://h/{a,b}", "ftp://h/", "http://h/a b", "http:///x"] {
            assert!(asked(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn options_keep_the_path_and_add_to_the_query() {
        let rules = UrlRules { path_as_is: true, glob_off: true };
        let added = ["x=1".to_owned(), "y".to_owned()];
        let url = read("http://h/a/../[b]", rules, &added).unwrap();
        assert_eq!(url.to_string(), "http://h/a/../[b]?x=1&y");
    }

    /// What curl 7.88 sends for `-G -d 'l#0s' -d y http://h/x?a#top`; a fuzzer
    /// found the difference.
    #[test]
    fn a_fragment_in_what_options_add_is_not_sent() {
        let added = ["l#0s".to_owned(), "y".to_owned()];
        let url = read("http://h/x?a#top", UrlRules::default(), &added).unwrap();
        assert_eq!(url.to_string(), "http://h/x?a&l");
    }
}
