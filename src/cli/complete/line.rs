//! What the words before the cursor mean: the command, the option that waits for
//! its value, and what the line says about profiles and fields.

use super::FieldQuestion;
use clap::{Arg, Command};
use std::path::Path;

/// What the words before the cursor mean.
pub(super) struct Line<'line> {
    pub(super) definition: &'line Command,
    /// The command, when the first word is one.
    pub(super) command: Option<&'line Command>,
    /// The words that are neither options nor options' values; without the command.
    pub(super) words: Vec<&'line str>,
    /// The option whose value the cursor is at.
    pub(super) option: Option<&'line Arg>,
    /// A `--` came: nothing is an option any more.
    pub(super) only_words: bool,
    pub(super) sandbox: bool,
    pub(super) method_given: bool,
    pub(super) config: Option<&'line Path>,
    /// What tells which fields a profile has.
    pub(super) fields: FieldQuestion<'line>,
}

impl<'line> Line<'line> {
    pub(super) fn read(definition: &'line Command, before: &'line [String]) -> Self {
        let mut line = Self {
            definition,
            command: None,
            words: Vec::new(),
            option: None,
            only_words: false,
            sandbox: false,
            method_given: false,
            config: None,
            fields: FieldQuestion::default(),
        };
        for word in before {
            line.take(word);
        }
        line
    }

    fn take(&mut self, word: &'line str) {
        if let Some(option) = self.option.take() {
            self.note(option, word);
        } else if self.only_words || !word.starts_with('-') || word == "-" {
            // A command, or one below a command.
            let within = self.command.unwrap_or(self.definition);
            if self.words.is_empty()
                && let Some(command) = within.find_subcommand(word)
            {
                self.command = Some(command);
                return;
            }
            if self.words.is_empty() {
                self.fields.profile = word;
            }
            self.words.push(word);
        } else if word == "--" {
            self.only_words = true;
        } else if let Some((name, value)) = word.split_once('=') {
            if let Some(option) = self.find(name) {
                self.note(option, value);
            }
        } else {
            self.sandbox |= word == "--sandbox";
            self.option = self.waiting(word);
        }
    }

    /// Keeps what matters of an option's value.
    fn note(&mut self, option: &Arg, value: &'line str) {
        match option.get_id().as_str() {
            "config" => self.config = Some(Path::new(value)),
            "request" => self.method_given = true,
            "preset" => self.fields.preset = Some(value),
            "scheme" => self.fields.scheme = Some(value),
            _ => {}
        }
    }

    /// The command whose options may stand here.
    pub(super) fn scope(&self) -> &'line Command {
        self.command.unwrap_or(self.definition)
    }

    /// The option that `--name` or `-n` names. Before the first word it may be
    /// any command's.
    pub(super) fn find(&self, word: &str) -> Option<&'line Arg> {
        let scopes = std::iter::once(self.scope()).chain(self.definition.get_subcommands());
        let scopes = scopes.flat_map(|scope| std::iter::once(scope).chain(scope.get_subcommands()));
        scopes.flat_map(Command::get_arguments).find(|option| match word.strip_prefix("--") {
            Some(name) => option.get_long() == Some(name),
            None => option.get_short().is_some_and(|letter| word.chars().eq(['-', letter])),
        })
    }

    /// The option whose value the next word is: of `-sSo` it is `-o`, of
    /// `-ofile` none.
    fn waiting(&self, word: &str) -> Option<&'line Arg> {
        let takes_value = |option: &&Arg| option.get_action().takes_values();
        if word.starts_with("--") {
            return self.find(word).filter(takes_value);
        }
        let mut letters = word.chars().skip(1);
        let option =
            letters.find_map(|letter| self.find(&format!("-{letter}")).filter(takes_value))?;
        letters.next().is_none().then_some(option)
    }

    /// Whether words behind the first are FIELD=VALUE.
    pub(super) fn takes_fields(&self) -> bool {
        let mut names = self.scope().get_positionals().filter_map(Arg::get_value_names);
        names.any(|names| names[0] == "FIELD=VALUE")
    }

    /// Whether the positional of that number is a profile that there is.
    pub(super) fn names_profile(&self, number: usize) -> bool {
        let positional = self.scope().get_positionals().nth(number);
        positional.and_then(Arg::get_value_names).is_some_and(|names| names[0] == "NAME")
    }
}
