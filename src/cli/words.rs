//! Which word decides what runs, found before clap parses.
//!
//! The first word that is neither an option nor an option's value is a command
//! or the PROFILE; no later word is ever a command. clap alone would read
//! `maas -v sign` as a command and `-v sign maas` as a profile.

use crate::cli::args;
use clap::CommandFactory as _;
use std::collections::HashMap;
use std::ffi::OsString;

/// Where the first word stands among the arguments; `None` when all of them
/// are options.
pub fn first_word(arguments: &[OsString]) -> Option<usize> {
    // Made only when an option comes first: most lines begin with a word.
    let mut options: Option<Options> = None;
    let mut index = 0;
    while let Some(argument) = arguments.get(index) {
        let text = argument.to_string_lossy();
        if text == "--" {
            return (index + 1 < arguments.len()).then_some(index + 1);
        }
        if !text.starts_with('-') || text == "-" {
            return Some(index);
        }
        if index + 1 == arguments.len() {
            return None;
        }
        let options = options.get_or_insert_with(Options::of_every_command);
        index += if options.takes_next(&text) { 2 } else { 1 };
    }
    None
}

/// Which options take a value.
struct Options {
    long: HashMap<String, bool>,
    short: HashMap<char, bool>,
}

impl Options {
    fn of_every_command() -> Self {
        let (mut long, mut short) = (HashMap::new(), HashMap::new());
        for command in args::commands().iter().chain([&args::SendArgs::command()]) {
            for argument in command.get_arguments() {
                let takes_value = argument.get_action().takes_values();
                if let Some(name) = argument.get_long() {
                    long.insert(name.to_owned(), takes_value);
                }
                if let Some(letter) = argument.get_short() {
                    short.insert(letter, takes_value);
                }
            }
        }
        Self { long, short }
    }

    /// Whether the argument after this option is its value.
    fn takes_next(&self, option: &str) -> bool {
        if let Some(name) = option.strip_prefix("--") {
            return !name.contains('=') && self.long.get(name).copied().unwrap_or(false);
        }
        let mut letters = option.chars().skip(1);
        while let Some(letter) = letters.next() {
            if self.short.get(&letter).copied().unwrap_or(false) {
                // `-ofile` holds its value, `-o file` does not.
                return letters.next().is_none();
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(line: &str) -> Option<String> {
        let arguments: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        first_word(&arguments).map(|at| arguments[at].to_string_lossy().into_owned())
    }

    #[test]
    fn the_first_word_is_no_option_and_no_options_value() {
        for (line, expected) in [
            ("maas get /x", Some("maas")),
            ("-v sign maas get /x", Some("sign")),
            ("maas -v sign", Some("maas")),
            ("--sandbox maas get /x", Some("maas")),
            ("-H A:1 -o out maas", Some("maas")),
            ("-sSo out maas", Some("maas")),
            ("-sSoout maas", Some("maas")),
            ("-o -v maas", Some("maas")),
            ("--config=f maas", Some("maas")),
            ("--config f maas", Some("maas")),
            ("--listen 127.0.0.1:1 sandbox", Some("sandbox")),
            ("--format curl sign", Some("sign")),
            ("-- sign", Some("sign")),
            ("--version", None),
            ("-v --", None),
            ("", None),
        ] {
            assert_eq!(word(line).as_deref(), expected, "{line}");
        }
    }
}
