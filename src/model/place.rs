//! Words in messages, with a mark under the place that is wrong.

use std::borrow::Cow;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::Path;

/// How many characters of a word a message shows around the place.
const WIDTH: usize = 72;

/// Two lines: `text`, and below it carets under the characters of `place`
/// followed by `note`. A place behind the end is marked by one caret there. Of
/// a long text only the surroundings of the place are shown, and control
/// characters as U+FFFD, so that each takes one column.
pub fn mark(text: &str, place: Range<usize>, note: &str) -> String {
    let characters: Vec<char> = text.chars().map(visible).collect();
    let start = place.start.min(characters.len());
    let from = match characters.len() > WIDTH {
        true => start.saturating_sub(WIDTH / 2),
        false => 0,
    };
    let to = characters.len().min(from + WIDTH);
    let mut shown = String::new();
    shown.extend((from > 0).then_some('…'));
    shown.extend(&characters[from..to]);
    shown.extend((to < characters.len()).then_some('…'));
    let indent = start - from + usize::from(from > 0);
    let carets = place.end.min(to).saturating_sub(start).max(1);
    format!("{shown}\n{}{} {note}", " ".repeat(indent), "^".repeat(carets))
}

/// A word as messages quote it: a long one is cut, control characters show as
/// U+FFFD.
pub fn quoted(word: &str) -> String {
    let mut characters = word.chars().map(visible);
    let mut shown: String = characters.by_ref().take(WIDTH / 2).collect();
    shown.extend(characters.next().map(|_| '…'));
    format!("'{shown}'")
}

/// The command that shows what is there instead of a file that could not be
/// read: the directory where it was looked for, or its owner and mode.
pub fn command_to_look_at(path: &Path, why: ErrorKind) -> String {
    let (command, place) = match why {
        ErrorKind::NotFound => {
            let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
            ("ls", parent.unwrap_or(Path::new(".")))
        }
        ErrorKind::IsADirectory => ("ls", path),
        _ => ("ls -l", path),
    };
    format!("{command} {}", shell_word(&place.to_string_lossy()))
}

/// A word as a shell has to be given it, for hints that are commands.
pub fn shell_word(word: &str) -> Cow<'_, str> {
    // Only a NUL byte cannot be quoted, and no word has one.
    shlex::try_quote(word).unwrap_or(Cow::Borrowed(word))
}

fn visible(character: char) -> char {
    if character.is_control() { char::REPLACEMENT_CHARACTER } else { character }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_stands_under_the_place() {
        assert_eq!(mark("a[b]=1", 1..4, "here"), "a[b]=1\n ^^^ here");
        assert_eq!(mark("é\n=1", 2..3, "here"), "é\u{fffd}=1\n  ^ here");
    }

    #[test]
    fn a_place_behind_the_end_has_a_mark() {
        assert_eq!(mark("ab", 2..2, "end"), "ab\n  ^ end");
        assert_eq!(mark("", 5..9, "end"), "\n^ end");
    }

    #[test]
    fn of_a_long_text_the_surroundings_are_shown() {
        let text = format!("{}!{}", "a".repeat(500), "b".repeat(500));
        let marked = mark(&text, 500..501, "here");
        let (shown, carets) = marked.split_once('\n').unwrap();
        assert!(shown.starts_with('…') && shown.ends_with('…'), "{shown}");
        assert_eq!(shown.chars().position(|c| c == '!'), carets.find('^'));
        assert!(shown.chars().count() <= WIDTH + 2);
    }

    #[test]
    fn quoted_words_are_short_and_of_one_line() {
        assert_eq!(quoted("a\nb"), "'a\u{fffd}b'");
        assert!(quoted(&"x".repeat(1000)).chars().count() < 50);
    }
}
