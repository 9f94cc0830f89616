//! `field=value` words: which field gets which value, and what is no value
//! for a command line.

use crate::cli::cmd::profile::ask;
use crate::context::RunContext;
use crate::error::{Error, Kind, Result};
use crate::model::nearest::nearest;
use crate::model::secret::Secret;
use crate::profile::schema::{Field, FieldKind};
use crate::profile::{is_secret_header, source_names};
use serde_json::{Map, Value as Json};
use std::io::Read as _;

/// The most that is read from standard input: no credential is longer.
const LONGEST: u64 = 1 << 20;

/// What the words give each field; null takes a field away.
pub(super) type Assignments = Vec<(String, Json)>;

/// Reads the words for a profile of these fields.
///
/// # Errors
/// Wrong usage when a word names no field, gives a secret where others can
/// see it, or has a form that its field does not take.
pub(super) fn read(
    context: &mut RunContext,
    fields: &[Field],
    words: &[String],
) -> Result<Assignments> {
    let mut assigned: Assignments = Vec::new();
    let mut stdin_reader: Option<&str> = None;
    for word in words {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word.as_str(), None),
        };
        let (name, below) = match name.split_once('.') {
            Some((name, below)) => (name, Some(below)),
            None => (name, None),
        };
        let field = find(fields, name)?;
        let value = match (below, value) {
            (Some(below), Some(value)) => {
                let value = entry(field, below, value)?;
                merged(&mut assigned, name, below, value);
                continue;
            }
            (Some(below), None) => {
                let why = format!("{name}.{below} has no value");
                return Err(Error::usage(why).hint(format!("{name}.{below}=…")).into());
            }
            (None, Some("")) => Json::Null,
            (None, Some("-") | None) => {
                if let Some(other) = stdin_reader.replace(&field.name)
                    && !context.terminal.stdin
                {
                    let why = format!("{other} and {name} cannot both be read from standard input");
                    return Err(Error::usage(why).into());
                }
                Json::from(typed(context, field)?.expose())
            }
            (None, Some(value)) => plain(field, value)?,
        };
        assigned.retain(|(other, _)| other != name);
        assigned.push((name.to_owned(), value));
    }
    Ok(assigned)
}

fn find<'fields>(fields: &'fields [Field], name: &str) -> Result<&'fields Field> {
    if let Some(field) = fields.iter().find(|field| field.name == name) {
        return Ok(field);
    }
    let known: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let error = Error::usage(format!("there is no field '{}'", name.escape_default()));
    Err(match nearest(name, known.iter().copied()) {
        Some(near) => error.hint(format!("did you mean {near}?")),
        None => error.hint(format!("the fields are {}", known.join(", "))),
    }
    .into())
}

/// A value that stands in the word itself.
fn plain(field: &Field, value: &str) -> Result<Json> {
    if field.secret {
        let name = &field.name;
        return Err(Error::usage(format!(
            "{name}: a secret among the words of a command can be seen by others"
        ))
        .hint(format!("{name}=- reads it from standard input, or asks for it at a terminal"))
        .hint(format!(
            "{name}.command='pass show …', {name}.env=VARIABLE or {name}.file=PATH say where it is"
        ))
        .into());
    }
    match (field.kind, value) {
        (FieldKind::Headers, _) => {
            Err(Error::usage("headers are set one by one").hint("headers.Name=value").into())
        }
        (FieldKind::Flag, "true" | "false") => Ok(Json::from(value == "true")),
        (FieldKind::Flag, _) => {
            Err(Error::usage(format!("{} must be true or false", field.name)).into())
        }
        _ => Ok(Json::from(value)),
    }
}

/// `field.env=NAME` and its like; `headers.Name=value`.
fn entry(field: &Field, below: &str, value: &str) -> Result<Json> {
    let name = &field.name;
    match field.kind {
        FieldKind::Headers if value.is_empty() => Ok(Json::Null),
        FieldKind::Headers if is_secret_header(below) => Err(Error::usage(format!(
            "the header {below} most likely holds a secret, which others can see here"
        ))
        .hint(format!("write it into the file: {below} = {{ env = \"…\" }}; signreq profile edit"))
        .into()),
        FieldKind::Headers => Ok(Json::from(value)),
        FieldKind::Text | FieldKind::Url => {
            let known = || source_names().chain(["shell", "kernel"]);
            if !known().any(|source| source == below) {
                let below = below.escape_default();
                let error = Error::usage(format!("{name}.{below} is no source of a value"));
                return Err(match nearest(&below.to_string(), known()) {
                    Some(near) => error.hint(format!("did you mean {name}.{near}?")),
                    None => {
                        let known: Vec<&str> = known().collect();
                        error.hint(format!("the sources are {}", known.join(", ")))
                    }
                }
                .into());
            }
            match (below, value) {
                (_, "") => Err(Error::usage(format!("{name}.{below} is empty")).into()),
                ("shell" | "kernel" | "prompt", "true" | "false") => {
                    Ok(Json::from(value == "true"))
                }
                ("shell" | "kernel" | "prompt", _) => {
                    Err(Error::usage(format!("{name}.{below} must be true or false")).into())
                }
                _ => Ok(Json::from(value)),
            }
        }
        _ => Err(Error::usage(format!("{name} takes no source: {name}=VALUE")).into()),
    }
}

/// Joins `name.below` to what earlier words say of the same field.
fn merged(assigned: &mut Assignments, name: &str, below: &str, value: Json) {
    match assigned.iter_mut().find(|(other, value)| other == name && value.is_object()) {
        Some((_, Json::Object(object))) => drop(object.insert(below.to_owned(), value)),
        _ => {
            assigned.retain(|(other, _)| other != name);
            let object = Map::from_iter([(below.to_owned(), value)]);
            assigned.push((name.to_owned(), Json::Object(object)));
        }
    }
}

/// A value that is typed at the terminal, hidden when it is a secret, or else
/// read from standard input to its end, without one trailing line break.
fn typed(context: &mut RunContext, field: &Field) -> Result<Secret> {
    if context.terminal.stdin {
        let answer = ask::field(context, field, None)?;
        return answer.ok_or_else(|| Error::usage(format!("{} is empty", field.name)).into());
    }
    let fail = |why: String| Error::new(Kind::Read, format!("standard input: {why}"));
    let mut bytes = zeroize::Zeroizing::new(Vec::new());
    let mut stdin = (&mut context.stdin).take(LONGEST + 1);
    stdin.read_to_end(&mut bytes).map_err(|error| fail(error.to_string()))?;
    if bytes.len() as u64 > LONGEST {
        return Err(fail(format!("{} is longer than 1 MiB", field.name)).into());
    }
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| fail(format!("{} holds bytes that are not UTF-8", field.name)))?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return Err(fail(format!("{} is empty", field.name)).into());
    }
    Ok(Secret::new(text))
}
