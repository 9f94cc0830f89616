//! What the words mean: PROFILE, METHOD, PATH and items become a request
//! without reading anything. Parse tests stop here.

use crate::cli::args::RequestArgs;
use crate::cli::items::{self, Item};
use crate::error::{Error, Result};
use crate::flow::draft::{HeaderEdit, RequestBody, RequestPlan};
use crate::model::fields::{FieldsAs, Input, Value};
use crate::model::method::{KNOWN_METHODS, Method};
use crate::out::mask::{self, Secrets};

/// A profile's name and the request it is to sign.
#[derive(Debug)]
pub struct Plan {
    /// The profile, or under `--sandbox` the preset.
    pub profile: String,
    /// The request.
    pub request: RequestPlan,
}

/// Reads the words and options of a request.
///
/// # Errors
/// Wrong usage, with a hint to what was probably meant.
pub fn plan(command: &str, arguments: &RequestArgs, data: Vec<Value>) -> Result<Plan> {
    refuse_credentials(arguments)?;
    let command = match arguments.sandbox {
        true => &format!("{command} --sandbox"),
        false => command,
    };
    let words = split_words(command, &arguments.words, arguments.request.is_some())?;
    let mut headers = Vec::new();
    for header in &arguments.header {
        headers.push(header_option(header)?);
    }
    if let Some(name) = &arguments.user_agent {
        let value = Value::Text(name.clone());
        headers.push(HeaderEdit::Add { name: "User-Agent".into(), value });
    }
    let mut query = Vec::new();
    let mut fields = form_options(&arguments.form)?;
    let mut whole_body = arguments.upload_file.as_deref().map(Input::new);
    let has_form_options = !fields.is_empty();
    for word in words.items {
        match items::parse(word).map_err(|error| second_target(error, word, &words, arguments))? {
            Item::Header { name, value } => headers.push(HeaderEdit::Add { name, value }),
            Item::RemoveHeader { name } => headers.push(HeaderEdit::Remove { name }),
            Item::EmptyHeader { name } => headers.push(HeaderEdit::Empty { name }),
            Item::Query { name, value } => query.push((name, value)),
            Item::Field(field) => fields.push(field),
            Item::Body(input) if whole_body.is_none() => whole_body = Some(input),
            Item::Body(_) => return Err(two_bodies("two files for the whole body")),
        }
    }

    let asked = arguments.fields_as.as_deref().map(FieldsAs::parse).transpose()?;
    let asked = match (asked, has_form_options) {
        (None, true) => Some(FieldsAs::Multipart),
        (Some(FieldsAs::Json | FieldsAs::Form), true) => {
            let why = "--form makes the body multipart, --as says otherwise";
            return Err(Error::usage(why).hint("leave one of them out").into());
        }
        (asked, _) => asked,
    };
    let is_json = !arguments.json.is_empty();
    let body = match (fields.is_empty(), data.is_empty(), whole_body) {
        (true, true, None) => RequestBody::None,
        (false, true, None) => RequestBody::Fields { fields, asked },
        (true, false, None) => RequestBody::Data { data, asked, is_json },
        (true, true, Some(input)) => RequestBody::File { input, asked },
        (false, false, _) => return Err(two_bodies("both --data and fields")),
        (_, false, Some(_)) => return Err(two_bodies("both --data and a file")),
        (false, true, Some(_)) => {
            return Err(two_bodies("both fields and a file for the whole of it"));
        }
    };
    if let RequestBody::Data { asked, .. } | RequestBody::File { asked, .. } = &body
        && *asked == Some(FieldsAs::Multipart)
    {
        return Err(Error::usage("--as multipart is for fields, the body is given as a whole")
            .hint("name=value and name@file are fields, as are -F name=value and -F name=@file")
            .into());
    }
    let method = method(arguments, words.method, &body)?;
    if arguments.head && matches!(body, RequestBody::Data { .. } | RequestBody::File { .. }) {
        return Err(Error::usage("--head sends no body, as with curl")
            .hint("the METHOD HEAD in its place sends one")
            .into());
    }
    if method.is_bodyless()
        && let RequestBody::Fields { asked: None, fields } = &body
    {
        let name = fields.first().map(|field| field.name.clone()).unwrap_or_default();
        return Err(Error::usage(format!("{method} with the field '{name}' for a body"))
            .hint(format!("for a query parameter write '{name}==…'"))
            .hint("with --as json, form or multipart it is sent all the same")
            .into());
    }
    let request = RequestPlan { method, target: words.target.to_owned(), headers, query, body };
    request.refuse_two_readers_of_stdin()?;
    Ok(Plan { profile: words.profile.to_owned(), request })
}

fn refuse_credentials(arguments: &RequestArgs) -> Result<()> {
    if arguments.refused_user.is_some() {
        return Err(Error::usage("-u is not offered: no option takes a secret")
            .hint("put the credential into a profile (scheme = \"basic\" for a password)")
            .into());
    }
    if arguments.refused_cookie.is_some() || arguments.refused_cookie_jar.is_some() {
        return Err(Error::usage(
            "cookies are neither sent nor kept: a session would override the signature",
        )
        .hint("put the credential into a profile")
        .into());
    }
    Ok(())
}

fn two_bodies(what: &str) -> anyhow::Error {
    Error::usage(format!("the body is given twice: {what}"))
        .hint("a query parameter is written k==v, a header Name:value")
        .into()
}

struct Words<'a> {
    profile: &'a str,
    method: Option<&'a str>,
    target: &'a str,
    items: &'a [String],
}

/// PROFILE, then METHOD when the next word is one, then PATH, then items.
fn split_words<'a>(
    command: &str,
    words: &'a [String],
    has_request_option: bool,
) -> Result<Words<'a>> {
    let Some((profile, rest)) = words.split_first() else {
        return Err(missing_path(&format!("{command} PROFILE /path")).into());
    };
    let is_method = |word: &str| {
        let letters = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic());
        Method::is_known(word) || (letters && rest.get(1).is_some_and(|next| starts_a_target(next)))
    };
    let (method, rest) = match rest.split_first() {
        Some((word, after)) if !has_request_option && is_method(word) => {
            (Some(word.as_str()), after)
        }
        _ => (None, rest),
    };
    // Not even a config can have such a name: it would hide what was meant.
    if starts_a_target(profile) {
        let profile = mask::url(profile, Secrets::Masked);
        let why = format!("'{profile}' stands where the PROFILE does");
        return Err(Error::usage(why)
            .hint(format!("{command} PROFILE get {profile}"))
            .hint("for an unsigned request, a profile with scheme = \"none\"")
            .into());
    }
    match rest.split_first() {
        // An empty variable of a script must not become the base URL.
        Some((target, _)) if target.is_empty() => {
            let why = "the PATH is empty";
            Err(Error::usage(why).hint("for the base URL itself, write /").into())
        }
        Some((target, items)) => Ok(Words { profile, method, target, items }),
        None => Err(match method {
            Some(method) => missing_path(&format!("{command} {profile} {method} /path"))
                .hint(format!("for the path '/{method}' write: {command} {profile} get /{method}")),
            None => missing_path(&format!("{command} {profile} get /path")),
        }
        .into()),
    }
}

/// An item that looks like the PATH: what was taken for the PATH is told.
fn second_target(
    error: anyhow::Error,
    item: &str,
    words: &Words<'_>,
    arguments: &RequestArgs,
) -> anyhow::Error {
    if !starts_a_target(item) {
        return error;
    }
    let taken = format!("the PATH is '{}'", words.target);
    let hint = match arguments.request {
        Some(_) if Method::is_known(words.target) => format!("{taken}: with -X no METHOD is read"),
        _ => format!("{taken}, what follows it are items"),
    };
    Error::of_chain(&error).hint(hint).into()
}

/// Whether a word begins as a path or URL does.
fn starts_a_target(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    ["/", "http://", "https://"].iter().any(|start| word.starts_with(start))
}

fn missing_path(usage: &str) -> Error {
    Error::usage("no PATH or URL").hint(usage)
}

fn method(arguments: &RequestArgs, word: Option<&str>, body: &RequestBody) -> Result<Method> {
    let given = arguments.request.as_deref().or(word).map(Method::parse).transpose()?;
    match (given, arguments.head) {
        (Some(method), true) if method.as_str() != "HEAD" => {
            let why = format!("--head asks for HEAD, the METHOD is {method}");
            Err(Error::usage(why).hint(format!("leave out --head or {method}")).into())
        }
        (Some(method), _) => Ok(method),
        (None, true) => Method::parse("HEAD"),
        (None, false) if arguments.upload_file.is_some() => Method::parse("PUT"),
        (None, false) if matches!(body, RequestBody::None) => Ok(Method::get()),
        (None, false) => Ok(Method::post()),
    }
}

/// `-H`: curl's forms `Name: value`, `Name:`, `Name;` and `@file`.
fn header_option(text: &str) -> Result<HeaderEdit> {
    if let Some(path) = text.strip_prefix('@') {
        return Ok(HeaderEdit::Lines(Input::new(path)));
    }
    HeaderEdit::parse_line(text).ok_or_else(|| {
        let shown = text.split_whitespace().next().unwrap_or_default();
        Error::usage(format!("header '{shown}' has no colon"))
            .hint("write -H 'Name: value', -H 'Name:' to remove it, -H 'Name;' to send it empty")
            .into()
    })
}

fn form_options(options: &[String]) -> Result<Vec<crate::model::fields::Field>> {
    options.iter().map(|option| items::parse_form_option(option)).collect()
}

/// The values of `-d` and its kin in the order they were typed.
pub fn data_in_order(matches: &clap::ArgMatches) -> Vec<Value> {
    let mut found: Vec<(usize, Value)> = Vec::new();
    for (id, reads_files) in
        [("data", true), ("data_raw", false), ("data_binary", true), ("json", true)]
    {
        let values = matches.get_many::<String>(id).into_iter().flatten();
        let indices = matches.indices_of(id).into_iter().flatten();
        for (index, value) in indices.zip(values) {
            let piece = match value.strip_prefix('@') {
                Some(path) if reads_files => Value::From(Input::new(path)),
                _ => Value::Text(value.clone()),
            };
            found.push((index, piece));
        }
    }
    found.sort_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, piece)| piece).collect()
}

/// The methods that completions offer after PROFILE.
pub fn known_methods() -> impl Iterator<Item = String> {
    KNOWN_METHODS.iter().map(|method| method.to_ascii_lowercase())
}
