//! `credential_process`: a command that prints a credential as JSON.

use super::super::{Content, Late, Question, Value};
use crate::context::Environment;
use crate::error::{Error, Result};
use crate::model::secret::{DeferredSecret, Secret};
use crate::profile::source::{Command, Source};
use anyhow::Context as _;
use serde_json::Value as Json;

/// What the command prints, by the fields that it gives.
const MEMBERS: [(&str, &str); 3] = [
    ("access_key", "AccessKeyId"),
    ("secret_key", "SecretAccessKey"),
    ("session_token", "SessionToken"),
];

/// The credential that the command in `line` prints. Where no command may be
/// run, its key and secret as what is still to be looked up.
pub(super) fn read(question: &Question<'_>, line: &Value) -> Result<Vec<Value>> {
    let text = line.named().unwrap_or_default();
    let wrong =
        |why: &str| Error::config(format!("{}: credential_process: {why}", line.provenance));
    let words = shlex::split(&text).ok_or_else(|| wrong("a quote is not closed"))?;
    if words.first().is_none_or(String::is_empty) {
        return Err(wrong("it is empty").into());
    }
    let of = |field: &str, content: Content| Value {
        field: field.to_owned(),
        content,
        provenance: line.provenance.clone(),
    };
    if question.may_run_commands {
        let printed = run(&words, question.environment, &line.provenance)?;
        let given = MEMBERS
            .iter()
            .filter_map(|(field, member)| Some(of(field, Content::Text(printed.member(member)?))));
        return Ok(given.collect());
    }
    let late = |(field, member): &(&'static str, &'static str)| {
        let (words, environment) = (words.clone(), question.environment.clone());
        let (provenance, member) = (line.provenance.to_string(), *member);
        let read = move || {
            let printed = run(&words, &environment, &provenance)?;
            printed
                .member(member)
                .ok_or_else(|| Error::config(format!("{member} is missing")).into())
        };
        let secret = DeferredSecret::new(read);
        of(field, Content::Late(Late { command: text.clone(), secret }))
    };
    Ok(MEMBERS[..2].iter().map(late).collect())
}

/// What a command printed.
struct Printed(Json);

impl Printed {
    fn member(&self, name: &str) -> Option<Secret> {
        self.0.get(name)?.as_str().filter(|text| !text.is_empty()).map(Secret::new)
    }
}

fn run(
    words: &[String],
    environment: &Environment,
    place: &impl std::fmt::Display,
) -> Result<Printed> {
    let context = || format!("{place}: credential_process");
    let source = Source::Command(Command::Words(words.to_vec()));
    let text = source.read("credential_process", None, environment).with_context(context)?;
    // Neither what it printed nor where it is wrong is told: it holds secrets.
    let printed: Json = serde_json::from_str(text.expose())
        .map_err(|_| Error::config("it prints no JSON"))
        .with_context(context)?;
    let printed = Printed(printed);
    if printed.0.get("Version").and_then(Json::as_u64) != Some(1) {
        return Err(Error::config("it prints no \"Version\": 1")).with_context(context);
    }
    for (_, member) in &MEMBERS[..2] {
        if printed.member(member).is_none() {
            return Err(Error::config(format!("it prints no {member}"))).with_context(context);
        }
    }
    Ok(printed)
}
