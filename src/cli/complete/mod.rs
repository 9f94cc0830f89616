//! What could stand at the cursor: the answer to the completion scripts, which
//! ask it with `signreq __complete =CURRENT [WORD]...`.
//!
//! CURRENT is the word at the cursor up to the cursor, behind an equals sign
//! so that it is never an empty argument, which PowerShell would drop; the
//! WORDs are those before it, without the program's name. The answer is one
//! candidate a line, `text<TAB>description`, or one line `:files<TAB>PREFIX`:
//! names of files, written behind PREFIX.

mod line;

use crate::cli::args;
use crate::model::method::KNOWN_METHODS;
use clap::{Arg, Command};
use line::Line;
use std::path::Path;

/// The hidden first word by which completion scripts ask.
pub const WORD: &str = "__complete";

/// A word that could stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The whole word.
    pub text: String,
    /// What it is, in a line.
    pub about: String,
}

/// Which profiles there are is asked with what the line says about that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProfileQuestion<'line> {
    /// Only presets have a meaning.
    pub sandbox: bool,
    /// The config file that the line names.
    pub config: Option<&'line Path>,
}

/// Which fields there are is asked with what the line says about that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FieldQuestion<'line> {
    /// The profile, which need not exist yet.
    pub profile: &'line str,
    /// The preset that the line names.
    pub preset: Option<&'line str>,
    /// The scheme that the line names.
    pub scheme: Option<&'line str>,
    /// The config file that the line names.
    pub config: Option<&'line Path>,
}

/// The answer to `arguments`, those after [`WORD`]. `profiles` gives the names
/// of the profiles and what each is, `fields` those of a profile's fields.
pub fn answer(
    arguments: &[String],
    profiles: &dyn Fn(ProfileQuestion) -> Vec<Candidate>,
    fields: &dyn Fn(FieldQuestion) -> Vec<Candidate>,
) -> String {
    let Some((current, before)) = arguments.split_first() else { return String::new() };
    let mut definition = args::full_command();
    definition.build();
    let line = Line::read(&definition, before);
    let current = current.strip_prefix('=').unwrap_or(current);
    match line.possible(current, profiles, fields) {
        Possible::Files { prefix } => format!(":files\t{prefix}\n"),
        Possible::Words(candidates) => candidates
            .iter()
            .filter(|candidate| candidate.text.starts_with(current))
            .map(|candidate| format!("{}\t{}\n", candidate.text, candidate.about))
            .collect(),
    }
}

enum Possible {
    Words(Vec<Candidate>),
    Files { prefix: String },
}

impl Line<'_> {
    fn possible(
        &self,
        current: &str,
        profiles: &dyn Fn(ProfileQuestion) -> Vec<Candidate>,
        fields: &dyn Fn(FieldQuestion) -> Vec<Candidate>,
    ) -> Possible {
        if let Some(option) = self.option {
            return values(option, current, "");
        }
        if !self.only_words && current.starts_with('-') {
            return match current.split_once('=') {
                None => Possible::Words(options(self.scope(), current)),
                Some((name, value)) => match self.find(name) {
                    Some(option) => values(option, value, &format!("{name}=")),
                    None => Possible::Words(Vec::new()),
                },
            };
        }
        let question = ProfileQuestion { sandbox: self.sandbox, config: self.config };
        match (self.command.map(Command::get_name), self.words.len()) {
            (None, 0) => {
                let mut candidates = profiles(question);
                candidates.extend(commands(self.definition));
                Possible::Words(candidates)
            }
            (
                Some(
                    "sign" | "presign" | "explain" | "verify" | "upload" | "doctor" | "login"
                    | "logout",
                ),
                0,
            ) => Possible::Words(profiles(question)),
            (None | Some("sign" | "presign" | "explain"), 1) if !self.method_given => {
                Possible::Words(methods(current))
            }
            (None | Some("sign" | "presign" | "explain" | "upload"), _) => match current.rfind('@')
            {
                // `k@path`, `@path`, `k=@path`: an item that names a file.
                Some(at) => Possible::Files { prefix: current[..=at].to_owned() },
                None => Possible::Words(Vec::new()),
            },
            (Some("help"), 0) => Possible::Words(commands(self.definition)),
            (Some(_), 0) if self.scope().has_subcommands() => {
                Possible::Words(commands(self.scope()))
            }
            (Some(_), count) if self.names_profile(count) => Possible::Words(profiles(question)),
            (Some(_), count) if count > 0 && self.takes_fields() => {
                Possible::Words(fields(FieldQuestion { config: self.config, ..self.fields }))
            }
            (Some(_), count) => match self.scope().get_positionals().nth(count) {
                Some(positional) => values(positional, current, ""),
                None => Possible::Words(Vec::new()),
            },
        }
    }
}

/// The values of an option or a positional, each behind `prefix`.
fn values(argument: &Arg, current: &str, prefix: &str) -> Possible {
    let names_file = argument
        .get_value_names()
        .is_some_and(|names| names.iter().any(|name| ["FILE", "DIR"].contains(&name.as_str())));
    if names_file {
        return Possible::Files { prefix: prefix.to_owned() };
    }
    let possible = argument.get_possible_values();
    if let (true, Some(at)) = (possible.is_empty(), current.rfind('@')) {
        // `-d @file`, `-H @file`, `-F name=@file`.
        return Possible::Files { prefix: format!("{prefix}{}", &current[..=at]) };
    }
    let candidate = |value: &clap::builder::PossibleValue| Candidate {
        text: format!("{prefix}{}", value.get_name()),
        about: String::new(),
    };
    Possible::Words(possible.iter().map(candidate).collect())
}

/// A command's options: the long ones, and the short ones at a lone `-`.
fn options(command: &Command, current: &str) -> Vec<Candidate> {
    let visible = command.get_arguments().filter(|argument| !argument.is_hide_set());
    visible
        .flat_map(|option| {
            let about = option.get_help().map(first_line).unwrap_or_default();
            let long = option.get_long().map(|name| format!("--{name}"));
            let short =
                option.get_short().filter(|_| current == "-").map(|name| format!("-{name}"));
            short.into_iter().chain(long).map(move |text| Candidate { text, about: about.clone() })
        })
        .collect()
}

fn commands(definition: &Command) -> Vec<Candidate> {
    let visible = definition.get_subcommands().filter(|command| !command.is_hide_set());
    visible
        .map(|command| Candidate {
            text: command.get_name().to_owned(),
            about: command.get_about().map(first_line).unwrap_or_default(),
        })
        .collect()
}

/// The known methods in the case that was begun.
fn methods(current: &str) -> Vec<Candidate> {
    let upper = current.starts_with(|letter: char| letter.is_ascii_uppercase());
    let written = |name: &str| if upper { name.to_owned() } else { name.to_ascii_lowercase() };
    KNOWN_METHODS
        .iter()
        .map(|name| Candidate { text: written(name), about: String::new() })
        .collect()
}

fn first_line(text: &clap::builder::StyledStr) -> String {
    text.to_string().lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profiles(question: ProfileQuestion) -> Vec<Candidate> {
        let names: &[&str] = match question {
            ProfileQuestion { sandbox: true, .. } => &["preset"],
            ProfileQuestion { config: Some(_), .. } => &["from-file"],
            ProfileQuestion { .. } => &["maas", "shop"],
        };
        let candidate = |name: &&str| Candidate { text: name.to_string(), about: "p".into() };
        names.iter().map(candidate).collect()
    }

    fn fields(question: FieldQuestion) -> Vec<Candidate> {
        let of = question.preset.or(question.scheme).unwrap_or(question.profile);
        vec![Candidate { text: format!("of-{of}="), about: "f".into() }]
    }

    /// The texts offered at the end of a line; the cursor is behind its last letter.
    fn offered(line: &str) -> Vec<String> {
        let mut words: Vec<String> = line.split(' ').map(ToOwned::to_owned).collect();
        let current = format!("={}", words.pop().unwrap());
        words.insert(0, current);
        let text = |line: &str| line.split('\t').next().unwrap().to_owned();
        answer(&words, &profiles, &fields).lines().map(text).collect()
    }

    #[test]
    fn the_first_word_is_a_profile_or_a_command() {
        assert_eq!(offered("s"), ["shop", "sign", "sandbox"]);
        assert_eq!(offered("-v --as json m"), ["maas", "man"]);
        assert_eq!(offered("--sandbox p"), ["preset", "presign", "profile"]);
        assert_eq!(offered("--config x.toml f"), ["from-file"]);
        assert_eq!(offered("--config=x.toml f"), ["from-file"]);
        assert_eq!(offered("sign "), ["maas", "shop"]);
        assert_eq!(offered("help co"), ["completions"]);
    }

    #[test]
    fn below_a_command_its_own_words_are_offered() {
        assert_eq!(offered("profile sh"), ["show"]);
        assert_eq!(offered("profile --config=x.toml show f"), ["from-file"]);
        assert_eq!(offered("profile show ma"), ["maas"]);
        assert_eq!(offered("profile list --f"), ["--format"]);
        assert_eq!(offered("profile show --format t"), ["toml"]);
        assert_eq!(offered("profile show maas m"), Vec::<String>::new());
        assert_eq!(offered("profile set maas o"), ["of-maas="]);
        assert_eq!(offered("profile add rack --preset maas a=1 o"), ["of-maas="]);
        assert_eq!(offered("profile rename sh"), ["shop"]);
        assert_eq!(offered("profile add --scheme bearer --t"), ["--try"]);
    }

    #[test]
    fn the_word_after_the_profile_is_a_method() {
        assert_eq!(offered("maas ge"), ["get"]);
        assert_eq!(offered("maas GE"), ["GET"]);
        assert_eq!(offered("sign maas -v pa"), ["patch"]);
        assert_eq!(offered("maas -X PURGE ge"), Vec::<String>::new());
        // No later word is a command or a method.
        assert_eq!(offered("maas get s"), Vec::<String>::new());
    }

    #[test]
    fn options_are_those_of_the_command() {
        assert_eq!(offered("maas --dry"), ["--dry-run"]);
        assert_eq!(offered("sign --dry"), Vec::<String>::new());
        assert_eq!(offered("sign --form"), ["--form", "--format"]);
        assert!(offered("-").contains(&"-H".to_owned()));
        assert!(!offered("--").contains(&"--cookie".to_owned()), "hidden");
        assert_eq!(offered("maas -- --dry"), Vec::<String>::new());
    }

    #[test]
    fn values_are_those_of_the_option() {
        assert_eq!(offered("--as m"), ["multipart"]);
        assert_eq!(offered("--as=m"), ["--as=multipart"]);
        assert_eq!(offered("sign --format h"), ["headers", "http"]);
        assert_eq!(offered("completions f"), ["fish"]);
        // Of a cluster the last letter waits for a value, unless it holds one.
        assert_eq!(offered("maas -sSX ge"), Vec::<String>::new());
        assert_eq!(offered("-sSoX ge"), Vec::<String>::new());
        assert_eq!(offered("-oX maas ge"), ["get"]);
    }

    #[test]
    fn files_are_left_to_the_shell() {
        for (line, prefix) in [
            ("-o x", ""),
            ("maas --cacert=x", "--cacert="),
            ("maas -d @x", "@"),
            ("-F a=@x", "a=@"),
            ("maas post /x disk@x", "disk@"),
            ("maas post /x @x", "@"),
            ("upload maas /boot-resources/ content@x", "content@"),
            ("man x", ""),
        ] {
            let mut words: Vec<String> = line.split(' ').map(ToOwned::to_owned).collect();
            let current = format!("={}", words.pop().unwrap());
            words.insert(0, current);
            assert_eq!(answer(&words, &profiles, &fields), format!(":files\t{prefix}\n"), "{line}");
        }
    }

    #[test]
    fn descriptions_are_one_line() {
        let answer = answer(&["=--".to_owned(), "sign".to_owned()], &profiles, &fields);
        assert!(answer.lines().all(|line| line.split('\t').count() == 2), "{answer}");
        assert!(answer.contains("--nonce\tSign with this nonce\n"), "{answer}");
    }
}
