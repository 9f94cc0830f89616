//! clap's refusals in our form: one line that says what is wrong, and hints
//! that say what to type instead.

use crate::cli::{args, elsewhere};
use crate::error::Error;
use crate::model::nearest::nearest;
use crate::out::mask::{self, Secrets};
use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Options that need another one, and that one: clap tells only the latter.
const DEPENDENT: &[(&str, &str)] = &[
    ("--max-pages", "--paginate"),
    ("--every or --for", "--until"),
    ("--arg or --argjson", "--jq or --until"),
    ("--each or --join-output", "--jq"),
];

/// The error for words that `command` cannot be parsed from.
pub(super) fn error(refused: &clap::Error, command: &Command) -> anyhow::Error {
    let name = command.get_bin_name().unwrap_or("signreq");
    let said = |kind| match refused.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let word = said(ContextKind::InvalidArg);
    let told = match (refused.kind(), word) {
        (ErrorKind::UnknownArgument, Some(option)) if option.starts_with('-') => {
            unknown_option(option, command)
        }
        (ErrorKind::UnknownArgument, Some(word)) if name == "signreq sandbox" => {
            Error::usage(format!("'{word}' is no option; a command to run stands behind --"))
                .hint(format!("signreq sandbox -- {word} …"))
        }
        (
            ErrorKind::MissingSubcommand
            | ErrorKind::InvalidSubcommand
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand,
            _,
        ) if command.has_subcommands() => {
            below(said(ContextKind::InvalidSubcommand), name, command)
        }
        (ErrorKind::MissingRequiredArgument, _) if missing_option(refused).is_some() => {
            let option = missing_option(refused).unwrap_or_default();
            let given = DEPENDENT.iter().find(|(_, on)| *on == option);
            let given = given.map_or("an option that is given", |(given, _)| given);
            Error::usage(format!("{given} has a meaning with {option} only"))
        }
        (ErrorKind::MissingRequiredArgument, _) if takes_a_request(command) => {
            Error::usage("no PROFILE and no PATH or URL")
                .hint(format!("{name} --sandbox maas get /machines/"))
        }
        _ => rendered(refused),
    };
    told.hint(format!("{name} --help")).into()
}

/// The option that another one needs beside it, or those of which it needs one.
fn missing_option(refused: &clap::Error) -> Option<String> {
    let Some(ContextValue::Strings(missing)) = refused.get(ContextKind::InvalidArg) else {
        return None;
    };
    // clap has several as `<--jq <EXPR>|--until <EXPR>>`.
    let found = missing.iter().map(|name| name.trim_start_matches('<'));
    let options = found.into_iter().find(|name| name.starts_with("--"))?;
    let names = options.split('|').filter_map(|option| option.split_whitespace().next());
    Some(names.collect::<Vec<_>>().join(" or "))
}

/// The word that picks what stands below a command is missing or unknown.
fn below(word: Option<&str>, name: &str, command: &Command) -> Error {
    let known: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    let list = format!("it is one of {}", known.join(", "));
    let Some(word) = word else { return Error::usage(format!("{name} what?")).hint(list) };
    let told = Error::usage(format!("there is no command '{name} {}'", word.escape_default()));
    match nearest(word, known.iter().copied()) {
        Some(near) => told.hint(format!("did you mean {name} {near}?")),
        None => told.hint(list),
    }
}

fn takes_a_request(command: &Command) -> bool {
    command.get_arguments().any(|argument| argument.get_id() == "words")
}

/// An option that is not here: where another program has it, what stands for
/// it here; else the option that was probably meant.
fn unknown_option(option: &str, command: &Command) -> Error {
    let told = Error::usage(format!("there is no option {option}"));
    if let Some(instead) = elsewhere::instead_of(option) {
        return told.hint(instead);
    }
    // What a login gets is of use only to a server that is there afterwards.
    match command.get_name() {
        "login" if option == "--sandbox" => {
            return told.hint("signreq sandbox -- signreq login ovh --print");
        }
        "logout" if option == "--sandbox" => {
            return told.hint("signreq sandbox -- signreq logout ovh");
        }
        "profile" if option == "--set" => {
            return told.hint("a field is a word of its own: FIELD=VALUE");
        }
        _ if option == "--sandbox" => {
            return told
                .hint("it stands beside what is signed: signreq --sandbox maas get /machines/");
        }
        _ => {}
    }
    if let Some(owner) = only_owner(option, command) {
        return told.hint(format!("{owner} has it"));
    }
    let scopes = std::iter::once(command).chain(command.get_subcommands());
    let known: Vec<String> = scopes
        .flat_map(Command::get_arguments)
        .filter(|argument| !argument.is_hide_set())
        .filter_map(|argument| argument.get_long().map(|name| format!("--{name}")))
        .collect();
    match nearest(option, known.iter().map(String::as_str)) {
        Some(near) if option.starts_with("--") => told.hint(format!("did you mean {near}?")),
        _ => told,
    }
}

/// The one command that has an option of this name: below `command`, or beside it.
fn only_owner(option: &str, command: &Command) -> Option<String> {
    let name = option.strip_prefix("--")?;
    let has_it = |command: &Command| {
        command.get_arguments().any(|it| !it.is_hide_set() && it.get_long() == Some(name))
    };
    let only = |mut owners: Vec<String>| owners.pop().filter(|_| owners.is_empty());
    let within = command.get_bin_name().unwrap_or("signreq");
    let below = command.get_subcommands().filter(|below| has_it(below));
    let beside = args::commands();
    only(below.map(|below| format!("{within} {}", below.get_name())).collect()).or_else(|| {
        let beside = beside.iter().filter(|beside| has_it(beside));
        only(beside.map(|beside| format!("signreq {}", beside.get_name())).collect())
    })
}

/// What clap says: its first line is the message, what else it knows are hints.
fn rendered(refused: &clap::Error) -> Error {
    let text = refused.render().to_string();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let mut message = first.strip_prefix("error: ").unwrap_or(first).to_owned();
    let mut hints = Vec::new();
    for line in lines.filter(|line| !line.starts_with("For more information")) {
        if message.ends_with(':') {
            message = format!("{message} {line}");
        } else if let Some(values) = line.strip_prefix("[possible values: ") {
            hints.push(format!("it is one of {}", values.trim_end_matches(']')));
        } else if let Some(usage) = line.strip_prefix("Usage: ") {
            hints.push(usage.to_owned());
        } else if let Some(tip) = line.strip_prefix("tip: ") {
            hints.push(tip.to_owned());
        }
    }
    // It repeats words that were typed, a signed URL among them perhaps.
    let message = mask::url(&plain(&message), Secrets::Masked);
    hints.into_iter().fold(Error::usage(message), Error::hint)
}

/// What the standard library and clap say of a number, in a user's words.
fn plain(message: &str) -> String {
    let message = message
        .replace("invalid digit found in string", "it is no whole number")
        .replace("number too large to fit in target type", "it is too large")
        .replace("number too small to fit in target type", "it is too small");
    match message
        .split_once(" is not in ")
        .and_then(|(before, range)| Some((before, range.split_once("..=")?)))
    {
        Some((before, (least, most))) => format!("{before} is not between {least} and {most}"),
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::args;
    use crate::error;
    use clap::CommandFactory as _;

    /// The message and the hints for the words of a line.
    fn refusal(command: clap::Command, name: &str, line: &str) -> (String, Vec<String>) {
        let command = command.no_binary_name(true).bin_name(name);
        let refused =
            command.clone().try_get_matches_from(line.split_whitespace()).expect_err(line);
        let told = super::error(&refused, &command);
        (error::one_line(&told), error::hints_of(&told).to_vec())
    }

    #[test]
    fn an_option_of_another_program_names_what_stands_for_it() {
        for (line, option, instead) in [
            ("maas get / -G", "-G", "name==value"),
            ("maas get / -fsSG", "-G", "name==value"),
            ("maas get / --verify=no", "--verify", "-k"),
            ("maas get / --data-urlencode a=b", "--data-urlencode", "name==value"),
        ] {
            let (message, hints) = refusal(args::SendArgs::command(), "signreq", line);
            assert_eq!(message, format!("there is no option {option}"));
            assert!(hints[0].contains(instead), "{hints:?}");
            assert_eq!(hints[1..], ["signreq --help"], "{line}");
        }
    }

    #[test]
    fn a_slip_of_the_finger_is_guessed_and_nothing_else_is() {
        let (_, hints) = refusal(args::SendArgs::command(), "signreq", "maas / --verbos");
        assert_eq!(hints, ["did you mean --verbose?", "signreq --help"]);
        let (_, hints) = refusal(args::SendArgs::command(), "signreq", "maas / --frobnicate");
        assert_eq!(hints, ["signreq --help"]);
    }

    #[test]
    fn the_command_that_has_an_option_is_named() {
        let (_, hints) = refusal(args::SendArgs::command(), "signreq", "s3 get / --expires 15m");
        assert_eq!(hints, ["signreq presign has it", "signreq --help"]);
        let profile = args::profile::ProfileArgs::command();
        let (_, hints) = refusal(profile, "signreq profile", "add x --set url=x");
        assert_eq!(hints[0], "a field is a word of its own: FIELD=VALUE");
        let profile = args::profile::ProfileArgs::command();
        let (_, hints) = refusal(profile, "signreq profile", "list --sandbox");
        assert!(hints[0].ends_with("signreq --sandbox maas get /machines/"), "{hints:?}");
    }

    #[test]
    fn wrong_numbers_are_told_in_words() {
        for (line, why) in [
            ("maas get / --retry x", "it is no whole number"),
            ("maas get / --retry=-1", "-1 is not between 0 and 4294967295"),
            ("maas get / --timestamp 99999999999999999999", "it is too large"),
        ] {
            let (message, _) = refusal(args::SendArgs::command(), "signreq", line);
            assert!(message.ends_with(why), "{message}");
        }
    }

    #[test]
    fn values_are_listed_and_the_help_is_that_of_the_command() {
        let (message, hints) =
            refusal(args::SignArgs::command(), "signreq sign", "maas / --format x");
        assert_eq!(message, "invalid value 'x' for '--format <FORMAT>'");
        assert_eq!(hints, ["it is one of headers, curl, http, json", "signreq sign --help"]);
    }

    #[test]
    fn missing_words_are_named_in_one_line() {
        let (message, hints) = refusal(args::SignArgs::command(), "signreq sign", "");
        assert_eq!(message, "no PROFILE and no PATH or URL");
        assert_eq!(hints[0], "signreq sign --sandbox maas get /machines/");
        let (message, _) = refusal(args::CompletionsArgs::command(), "signreq completions", "");
        assert_eq!(message, "the following required arguments were not provided: <SHELL>");
        let (_, hints) = refusal(args::SandboxArgs::command(), "signreq sandbox", "ls -l");
        assert_eq!(hints[0], "signreq sandbox -- ls …");
    }
}
