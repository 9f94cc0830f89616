//! Which word decides what runs, found before clap parses.
//!
//! The first word that is neither an option nor an option's value is a command
//! or the PROFILE; no later word is ever a command. clap alone would read
//! `maas -v sign` as a command and `-v sign maas` as a profile.

use std::ffi::OsString;

/// The options of all commands that take a value. A list of its own, compared
/// with the definitions by a test: defining every command just to find the
/// first word would take a third of a short run's time.
const WITH_VALUE: &[&str] = &[
    "account",
    "allow",
    "allow-origin",
    "arg",
    "argjson",
    "as",
    "cacert",
    "cert",
    "color",
    "columns",
    "config",
    "connect-timeout",
    "connect-to",
    "continue-at",
    "cookie",
    "cookie-jar",
    "data",
    "data-binary",
    "data-raw",
    "entry",
    "every",
    "expires",
    "for",
    "form",
    "format",
    "har",
    "header",
    "input",
    "interface",
    "jq",
    "json",
    "key",
    "limit-rate",
    "listen",
    "max-pages",
    "max-redirs",
    "max-time",
    "nonce",
    "noproxy",
    "output",
    "pinnedpubkey",
    "preset",
    "proxy",
    "request",
    "resolve",
    "retry",
    "retry-max-time",
    "scheme",
    "secrets",
    "set",
    "theirs",
    "timestamp",
    "tls-max",
    "unix-socket",
    "until",
    "upload-file",
    "user",
    "user-agent",
    "wait",
    "write-out",
];

/// Those of them that take two.
const WITH_TWO_VALUES: [&str; 2] = ["arg", "argjson"];

/// The same for options of one letter.
const LETTERS_WITH_VALUE: &str = "ACEFHTXbcdmouwx";

/// Where the first word stands among the arguments; `None` when all of them
/// are options.
pub fn first_word(arguments: &[OsString]) -> Option<usize> {
    let mut index = 0;
    while let Some(argument) = arguments.get(index) {
        let text = argument.to_string_lossy();
        if text == "--" {
            return (index + 1 < arguments.len()).then_some(index + 1);
        }
        if !text.starts_with('-') || text == "-" {
            return Some(index);
        }
        index += 1 + values_after(&text);
    }
    None
}

/// How many of the arguments after this option are its values.
fn values_after(option: &str) -> usize {
    if let Some(name) = option.strip_prefix("--") {
        let is_one_of = |names: &[&str]| usize::from(names.contains(&name));
        return is_one_of(WITH_VALUE) + is_one_of(&WITH_TWO_VALUES);
    }
    let mut letters = option.chars().skip(1);
    // `-ofile` holds its value, `-o file` does not.
    let takes_value = letters.any(|letter| LETTERS_WITH_VALUE.contains(letter));
    usize::from(takes_value && letters.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args;
    use clap::CommandFactory as _;
    use std::collections::BTreeSet;

    #[test]
    fn the_lists_are_those_of_the_definitions() {
        let (mut names, mut letters) = (BTreeSet::new(), BTreeSet::new());
        for command in args::commands().iter().chain([&args::SendArgs::command()]) {
            let below = command.get_subcommands().flat_map(clap::Command::get_arguments);
            let options = command.get_arguments().chain(below);
            for option in options.filter(|it| it.get_action().takes_values()) {
                names.extend(option.get_long().map(str::to_owned));
                letters.extend(option.get_short());
            }
        }
        assert_eq!(
            WITH_VALUE.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(),
            names
        );
        assert!(WITH_VALUE.is_sorted());
        assert_eq!(LETTERS_WITH_VALUE, letters.iter().collect::<String>());
        // No command gives an option of this name another arity.
        for command in args::commands().iter().chain([&args::SendArgs::command()]) {
            for option in command.get_arguments().filter(|it| !it.get_action().takes_values()) {
                assert!(option.get_long().is_none_or(|name| !names.contains(name)));
                assert!(option.get_short().is_none_or(|letter| !letters.contains(&letter)));
            }
        }
    }

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
            ("--jq . --arg name value --argjson n 1 maas", Some("maas")),
            ("-- sign", Some("sign")),
            ("--version", None),
            ("-v --", None),
            ("", None),
        ] {
            assert_eq!(word(line).as_deref(), expected, "{line}");
        }
    }
}
