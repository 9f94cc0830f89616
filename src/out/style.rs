//! When colour is used, and which.

use crate::context::Environment;

/// `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// On a terminal, unless the environment says otherwise.
    #[default]
    Auto,
    /// Also into a pipe or file.
    Always,
    /// Nowhere.
    Never,
}

impl ColorChoice {
    /// What the word after `--color` says; any that is not known is `auto`.
    pub fn parse(word: &str) -> Self {
        match word {
            "always" => Self::Always,
            "never" => Self::Never,
            _ => Self::Auto,
        }
    }

    /// The style of a stream that is a terminal or not.
    ///
    /// The option wins over the environment. There, any non-empty `NO_COLOR`
    /// (no-color.org) comes first, then `CLICOLOR_FORCE` other than `0`
    /// (bixense.com/clicolors), then `TERM=dumb`.
    pub fn style(self, is_terminal: bool, environment: &Environment) -> Style {
        let forced =
            environment.path("CLICOLOR_FORCE").is_some_and(|value| value.as_os_str() != "0");
        let colored = match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if environment.path("NO_COLOR").is_some() => false,
            Self::Auto if forced => true,
            Self::Auto => is_terminal && environment.get("TERM") != Some("dumb"),
        };
        Style { colored }
    }
}

/// What a coloured text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A name in a JSON object.
    Key,
    /// A JSON string.
    String,
    /// A JSON number.
    Number,
    /// `true`, `false` and `null`.
    Literal,
    /// A request line, a status line, the title of a step.
    Title,
    /// The name of a header field.
    FieldName,
    /// What is ours in the midst of data: gutters, marks, remarks.
    Mark,
    /// The beginning of an error.
    Error,
    /// The beginning of a warning.
    Warning,
    /// The beginning of a hint.
    Hint,
}

/// Whether texts are coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    colored: bool,
}

impl Style {
    /// Without colour.
    pub const PLAIN: Self = Self { colored: false };

    /// With colour.
    pub const COLORED: Self = Self { colored: true };

    /// Whether it adds anything.
    pub fn is_colored(self) -> bool {
        self.colored
    }

    /// What begins a text of this role (ECMA-48 SGR).
    ///
    /// Yellow, white and bright black vanish on some backgrounds, blue on
    /// others; bold, green, magenta, cyan and red are readable on all.
    pub fn start(self, role: Role) -> &'static str {
        if !self.colored {
            return "";
        }
        match role {
            Role::Key | Role::Title => "\x1b[1m",
            Role::String => "\x1b[32m",
            Role::Number => "\x1b[35m",
            Role::Literal | Role::FieldName | Role::Hint => "\x1b[36m",
            Role::Mark => "\x1b[2m",
            Role::Error => "\x1b[1;31m",
            Role::Warning => "\x1b[1;35m",
        }
    }

    /// What ends a text of any role.
    pub fn end(self) -> &'static str {
        if self.colored { "\x1b[0m" } else { "" }
    }

    /// `text` in the colour of its role.
    pub fn paint(self, role: Role, text: &str) -> String {
        format!("{}{text}{}", self.start(role), self.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colored(choice: ColorChoice, is_terminal: bool, variables: &[(&str, &str)]) -> bool {
        let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
        choice.style(is_terminal, &Environment::new(variables)) == Style::COLORED
    }

    #[test]
    fn the_option_wins_over_the_environment() {
        assert!(colored(ColorChoice::Always, false, &[("NO_COLOR", "1"), ("TERM", "dumb")]));
        assert!(!colored(ColorChoice::Never, true, &[("CLICOLOR_FORCE", "1")]));
    }

    #[test]
    fn auto_asks_the_environment_and_the_terminal() {
        for (is_terminal, variables, expected) in [
            (true, &[][..], true),
            (false, &[], false),
            (true, &[("NO_COLOR", "0")], false),
            (true, &[("NO_COLOR", "")], true),
            (true, &[("TERM", "dumb")], false),
            (false, &[("CLICOLOR_FORCE", "1")], true),
            (false, &[("CLICOLOR_FORCE", "0")], false),
            (false, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        ] {
            assert_eq!(
                colored(ColorChoice::Auto, is_terminal, variables),
                expected,
                "{variables:?}"
            );
        }
    }

    #[test]
    fn a_plain_style_adds_nothing() {
        assert_eq!(Style::PLAIN.paint(Role::Error, "x"), "x");
        assert_eq!(Style::COLORED.paint(Role::Error, "x"), "\x1b[1;31mx\x1b[0m");
    }
}
