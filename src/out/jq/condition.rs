//! `--until`: whether an answer is as wanted, and what of it people want to see
//! while it is not.

use super::watched::{holds_secret, watched};
use super::{Program, Variables};
use crate::error::Result;
use crate::model::secret::MASK;
use crate::out::mask::Secrets;
use crate::out::values::{append, read_json};
use crate::out::written::Written;
use jaq_json::Val;
use std::io::Read;

/// The option that asks for it, for messages.
const OPTION: &str = "--until";

/// How many different values are shown.
const MOST_VALUES: usize = 6;

/// How much of a value is shown, in characters.
const LONGEST: usize = 60;

/// An expression that is true or not for an answer.
pub struct Condition {
    program: Program,
    /// What it compares, each with whether that is shown masked.
    watched: Vec<(Program, bool)>,
}

/// What an answer was seen to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Whether it is as wanted.
    pub holds: bool,
    /// What of it decides that, in one line.
    pub shown: String,
}

impl Condition {
    /// Compiles an expression. What it compares is shown unless it is named
    /// like a secret and these are masked.
    ///
    /// # Errors
    /// Wrong usage that shows the place.
    pub fn compile(expression: &str, variables: &Variables, secrets: Secrets) -> Result<Self> {
        let program = Program::compile(OPTION, expression, variables)?;
        let watched = watched(expression);
        let watched = watched.iter().filter_map(|part| {
            let is_masked = secrets == Secrets::Masked && holds_secret(part);
            Some((Program::compile(OPTION, part, variables).ok()?, is_masked))
        });
        let watched = watched.collect();
        Ok(Self { program, watched })
    }

    /// Looks at an answer's body: it is as wanted when the expression gives at
    /// least one value, and none that is false or null. What the expression has
    /// to say besides (`debug`, `stderr`) is told.
    ///
    /// # Errors
    /// [`crate::error::Kind::Unexpected`] when the body is not JSON or the
    /// expression fails on it.
    pub fn check(&self, body: &mut dyn Read, tell: &dyn Fn(&str)) -> Result<Seen> {
        let text = read_json(body, OPTION)?;
        let values = self.program.values(&text, tell)?;
        let is_true = |value: &Val| !matches!(value, Val::Null | Val::Bool(false));
        let holds = !values.is_empty() && values.iter().all(is_true);
        let mut shown = Vec::new();
        for (program, is_masked) in &self.watched {
            // It may fail where the whole does not, as within `try`.
            let Ok(values) = program.values(&text, &|_| ()) else { continue };
            shown.push(if *is_masked { MASK.to_owned() } else { summary(&values) });
        }
        Ok(Seen { holds, shown: shown.join(" and ") })
    }
}

impl Program {
    /// All that the expression makes of a text of JSON documents.
    fn values(&self, text: &[u8], tell: &dyn Fn(&str)) -> Result<Vec<Val>> {
        let mut values = Vec::new();
        self.evaluate(text, tell, &mut |value| {
            values.push(value.clone());
            Ok(Written::Whole)
        })?;
        Ok(values)
    }
}

/// Values in a line: each different one once, with how often it came.
fn summary(values: &[Val]) -> String {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for value in values {
        let text = short(value);
        match counted.iter_mut().find(|(known, _)| *known == text) {
            Some((_, count)) => *count += 1,
            None => counted.push((text, 1)),
        }
    }
    if counted.is_empty() {
        return "nothing".to_owned();
    }
    let more = counted.len() > MOST_VALUES;
    counted.truncate(MOST_VALUES);
    let told = counted.into_iter().map(|(text, count)| match count {
        1 => text,
        count => format!("{count} × {text}"),
    });
    let mut told: Vec<String> = told.collect();
    told.extend(more.then(|| "…".to_owned()));
    told.join(", ")
}

/// A value as JSON, cut where it is long. An object's members are not shown:
/// nobody knows what they hold.
fn short(value: &Val) -> String {
    if let Val::Obj(members) = value {
        return if members.is_empty() { "{}" } else { "{…}" }.to_owned();
    }
    if let Val::Arr(elements) = value {
        let elements: Vec<String> = elements.iter().map(short).collect();
        return cut(&format!("[{}]", elements.join(",")));
    }
    let mut json = Vec::new();
    append(value, &mut json);
    cut(&String::from_utf8_lossy(&json))
}

fn cut(text: &str) -> String {
    let mut characters = text.chars();
    let mut shown: String = characters.by_ref().take(LONGEST).collect();
    shown.extend(characters.next().map(|_| '…'));
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: &str, body: &str) -> Seen {
        let condition =
            Condition::compile(expression, &Variables::default(), Secrets::Masked).unwrap();
        condition.check(&mut body.as_bytes(), &|_| ()).unwrap()
    }

    #[test]
    fn it_holds_when_it_gives_values_that_are_all_true() {
        for (expression, body, holds) in [
            (".a == 1", r#"{"a":1}"#, true),
            (".a == 1", r#"{"a":2}"#, false),
            (".a", r#"{"a":0}"#, true),
            (".a", r#"{"a":null}"#, false),
            (".a", "{}", false),
            (".[] | .a == 1", r#"[{"a":1},{"a":1}]"#, true),
            (".[].a == 1", r#"[{"a":1},{"a":2}]"#, false),
            // Nothing is not true: a list may not be there yet.
            (".[] | .a == 1", "[]", false),
            ("all(.[]; .a == 1)", "[]", true),
            (". == 1", "1 1", true),
            (". == 1", "1 2", false),
        ] {
            assert_eq!(check(expression, body).holds, holds, "{expression} on {body}");
        }
    }

    #[test]
    fn what_decides_is_shown() {
        for (expression, body, shown) in [
            (r#".s == "Deployed""#, r#"{"s":"Deploying"}"#, r#""Deploying""#),
            (r#""Deployed" == .s"#, r#"{"s":"Deploying"}"#, r#""Deploying""#),
            (".a | length > 2", r#"{"a":[1]}"#, "1"),
            (".s == 1 and .p", r#"{"s":2,"p":null}"#, "2 and null"),
            (".[].s == 1", r#"[{"s":1},{"s":2},{"s":1}]"#, "2 × 1, 2"),
            (".[].s == 1", "[]", "nothing"),
            ("all(.[]; .s == 1)", r#"[{"s":2}]"#, "false"),
            (".a == 1", r#"{"a":{"key":"geheim"}}"#, "{…}"),
            (".a == 1", r#"{"a":[1,{"key":"geheim"}]}"#, "[1,{…}]"),
            (".secret_key == null", r#"{"secret_key":"geheim"}"#, "***"),
            (".[]", "[1,2,3,4,5,6,7]", "1, 2, 3, 4, 5, 6, …"),
        ] {
            assert_eq!(check(expression, body).shown, shown, "{expression} on {body}");
        }
        let long = check(".a == 1", &format!("{{\"a\":\"{}\"}}", "x".repeat(100)));
        assert_eq!(long.shown.chars().count(), LONGEST + 1);
    }
}
