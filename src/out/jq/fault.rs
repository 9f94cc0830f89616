//! What is wrong with an expression, and where.

use super::natives::{Data, words};
use crate::error::{Error, Kind, Result};
use crate::model::place::mark;
use jaq_core::compile::Undefined;
use jaq_core::load::{self, lex, span};
use jaq_json::Val;
use std::fmt::{self, Write as _};

/// How much of a value an error shows.
const LONGEST: usize = 160;

/// The error of an expression that cannot be read.
pub(super) fn of_syntax(
    option: &str,
    expression: &str,
    errors: load::Errors<&str, ()>,
) -> anyhow::Error {
    let first = errors.into_iter().map(|(_, error)| match error {
        load::Error::Lex(errors) => errors.into_iter().next().map(|(expected, found)| {
            let expected = match expected {
                // Where it opens, not where its end was missed.
                lex::Expect::Delim(opening) => {
                    return (found, format!("this {opening} is not closed"));
                }
                expected => expected.as_str(),
            };
            (found, format!("expected {expected}"))
        }),
        load::Error::Parse(errors) => errors
            .into_iter()
            .next()
            .map(|(expected, found)| (found, format!("expected {}", expected.as_str()))),
        load::Error::Io(errors) => {
            errors.into_iter().next().map(|(path, _)| (path, "modules are not offered".to_owned()))
        }
    });
    match first.flatten().next() {
        Some((found, why)) => wrong(option, expression, found, &why).into(),
        None => Error::usage(format!("{option}: '{expression}' cannot be read")).into(),
    }
}

/// The error of an expression that names what there is not.
pub(super) fn of_names(
    option: &str,
    expression: &str,
    errors: jaq_core::compile::Errors<&str, ()>,
) -> anyhow::Error {
    let first = errors.into_iter().flat_map(|(_, errors)| errors).next();
    let Some((name, undefined)) = first else {
        return Error::usage(format!("{option}: '{expression}' cannot be compiled")).into();
    };
    let error = match undefined {
        Undefined::Filter(ref arity) => {
            wrong(option, expression, name, &format!("no filter {name}/{arity}"))
        }
        ref other => wrong(option, expression, name, &format!("no such {}", other.as_str())),
    };
    match (name, undefined) {
        ("$ENV" | "env", _) => {
            error.hint("the environment is not offered, it may hold secrets: --arg NAME VALUE")
        }
        (name, Undefined::Var) => {
            error.hint(format!("--arg {} VALUE gives it a value", name.trim_start_matches('$')))
        }
        _ => error,
    }
    .into()
}

fn wrong(option: &str, expression: &str, found: &str, why: &str) -> Error {
    let bytes = span(expression, found);
    let before = |end: usize| expression.get(..end).map_or(0, |text| text.chars().count());
    let place = before(bytes.start)..before(bytes.end);
    Error::usage(format!("{option}: the expression is wrong:\n{}", mark(expression, place, why)))
}

/// How an expression ended that did not come to its end: well, where it called
/// `halt`.
pub(super) fn of_run(
    option: &str,
    exception: jaq_core::Exn<'_, Val>,
    data: &Data<'_>,
) -> Result<()> {
    let exception = match exception.get_halt() {
        Ok(0) => return Ok(()),
        Ok(_) => {
            let words = data.last_words.take().unwrap_or_default();
            let words = if words.trim().is_empty() { "halted" } else { words.trim_end() };
            return Err(failed(option, words).into());
        }
        Err(exception) => exception,
    };
    Err(match exception.get_err() {
        Ok(error) => {
            let shown = failed(option, &error);
            // Only a string that was an error itself begins so: it is told without quotes.
            match shown.to_string().starts_with(&format!("{option}: \"")) {
                true => failed(option, words(&error.into_val())),
                false => shown,
            }
        }
        Err(_) => failed(option, "break without its label"),
    }
    .into())
}

fn failed(option: &str, why: impl fmt::Display) -> Error {
    let mut shown = Shortened(format!("{option}: "));
    // It only fails where it is long enough.
    let _ = write!(shown, "{why}");
    Error::new(Kind::Unexpected, shown.0)
}

/// A text that takes no more when it is long: an error may show a whole answer.
struct Shortened(String);

impl fmt::Write for Shortened {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            if self.0.len() >= LONGEST {
                self.0.push('…');
                return Err(fmt::Error);
            }
            self.0.push(character);
        }
        Ok(())
    }
}
