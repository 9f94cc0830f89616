//! From what the user asked for and the profile to a [`Draft`].

use crate::error::{Error, Kind, Result};
use crate::flow::body::{self, Inputs};
use crate::model::body::Body;
use crate::model::fields::{Content, Field, FieldsAs, Input, Value};
use crate::model::headers::{Header, Headers};
use crate::model::method::Method;
use crate::model::request::Draft;
use crate::model::url::{Origin, Protocol, WireUrl};
use crate::profile::Profile;
use anyhow::Context as _;

/// A body longer than this, in bytes, is sent when the server has said that it
/// wants it (RFC 9110 section 10.1.1), as by curl: a refusal then costs a head.
const SENT_UNASKED: u64 = 1024 * 1024;

/// A request as the user asked for it, nothing read yet.
#[derive(Debug)]
pub struct RequestPlan {
    /// The method.
    pub method: Method,
    /// The PATH or URL as typed.
    pub target: String,
    /// What to do to the headers, in order.
    pub headers: Vec<HeaderEdit>,
    /// Query parameters to add, in order.
    pub query: Vec<(String, Value)>,
    /// The body.
    pub body: RequestBody,
}

/// One change to the headers that a request has by default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderEdit {
    /// Add a field; the first of a name replaces the default ones.
    Add {
        /// The name as typed.
        name: String,
        /// The value.
        value: Value,
    },
    /// Drop the default fields of this name.
    Remove {
        /// The name.
        name: String,
    },
    /// Send a field without a value.
    Empty {
        /// The name.
        name: String,
    },
    /// The edits that the lines of a file are.
    Lines(Input),
}

impl HeaderEdit {
    /// The name of the field, where it is known without reading a file.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Add { name, .. } | Self::Remove { name } | Self::Empty { name } => Some(name),
            Self::Lines(_) => None,
        }
    }

    /// Reads `Name: value`, `Name:` or `Name;`; `None` when it is none.
    pub fn parse_line(line: &str) -> Option<Self> {
        let at = line.find([':', ';'])?;
        let (name, value) = (line[..at].to_owned(), line[at + 1..].trim());
        match (&line[at..=at], value.is_empty()) {
            (":", true) => Some(Self::Remove { name }),
            (":", false) => Some(Self::Add { name, value: Value::Text(value.to_owned()) }),
            (_, true) => Some(Self::Empty { name }),
            (_, false) => None,
        }
    }
}

/// What the body is made of.
#[derive(Debug)]
pub enum RequestBody {
    /// There is none.
    None,
    /// Fields, encoded as asked or as the profile does.
    Fields {
        /// The fields.
        fields: Vec<Field>,
        /// What `--as` says.
        asked: Option<FieldsAs>,
    },
    /// Bytes as given, pieces joined by `&`.
    Data {
        /// The pieces.
        data: Vec<Value>,
        /// What `--as` says: it sets the Content-Type.
        asked: Option<FieldsAs>,
        /// Whether `--json` gave some of it.
        is_json: bool,
    },
    /// The bytes of a file.
    File {
        /// The file.
        input: Input,
        /// What `--as` says: it sets the Content-Type.
        asked: Option<FieldsAs>,
    },
}

impl RequestPlan {
    /// Standard input can be read once.
    ///
    /// # Errors
    /// Wrong usage when two parts of the request read it.
    pub fn refuse_two_readers_of_stdin(&self) -> Result<()> {
        let from_value = |value: &Value| matches!(value, Value::From(Input::Stdin));
        let in_headers = self.headers.iter().filter(|edit| match edit {
            HeaderEdit::Add { value, .. } => from_value(value),
            HeaderEdit::Lines(input) => *input == Input::Stdin,
            HeaderEdit::Remove { .. } | HeaderEdit::Empty { .. } => false,
        });
        let in_query = self.query.iter().filter(|(_, value)| from_value(value));
        let in_body = match &self.body {
            RequestBody::None => 0,
            RequestBody::Fields { fields, .. } => fields
                .iter()
                .filter(|field| match &field.content {
                    Content::Text { value, .. } | Content::Json(value) => from_value(value),
                    Content::File { input, .. } => *input == Input::Stdin,
                })
                .count(),
            RequestBody::Data { data, .. } => data.iter().filter(|piece| from_value(piece)).count(),
            RequestBody::File { input, .. } => usize::from(*input == Input::Stdin),
        };
        if in_headers.count() + in_query.count() + in_body > 1 {
            return Err(Error::usage(
                "standard input ('-') is read in two places, but can be read once",
            )
            .hint("put one of them into a file")
            .into());
        }
        Ok(())
    }
}

/// Builds the draft: URL under the profile's rules, headers, body.
///
/// # Errors
/// Wrong usage for what cannot be sent or may not be signed, an input error
/// for a file that cannot be read.
pub fn build(
    plan: &RequestPlan,
    profile: &Profile,
    allowed_origins: &[Origin],
    inputs: &mut Inputs<'_>,
    boundary: &str,
) -> Result<Draft> {
    let mut url = profile.target(&plan.target, allowed_origins)?;
    for (name, value) in &plan.query {
        let value = inputs.line(value).with_context(|| format!("query parameter {name}"))?;
        url.push_query(name.as_bytes(), &value);
    }
    let edits = read_edits(&plan.headers, inputs)?;
    let (body, content_type) = match &plan.body {
        RequestBody::None => (Body::none(), bodyless_content_type(plan, profile)),
        RequestBody::Fields { fields, asked } => {
            let kind = FieldsAs::choose(*asked, profile.fields_as, fields);
            let encoded = body::encode_fields(fields, kind, boundary, inputs)?;
            (encoded.body, Some(encoded.content_type))
        }
        RequestBody::Data { data, asked, is_json } => {
            let body = body::join(data, "&", inputs)?;
            let content_type = match is_json {
                true => Some("application/json".to_owned()),
                false => raw_content_type(profile, *asked),
            };
            (body, content_type)
        }
        RequestBody::File { input, asked } => {
            (inputs.body(input)?, raw_content_type(profile, *asked))
        }
    };
    let wants_json = matches!(plan.body, RequestBody::Data { is_json: true, .. });
    let mut defaults = default_headers(profile, content_type, wants_json);
    if body.length() > SENT_UNASKED {
        defaults.push(Header::new("Expect", "100-continue").by_default());
    }
    let headers = edited(defaults, &edits);
    let draft = Draft { method: plan.method.clone(), url, headers, body };
    check_framing(&draft)?;
    check_authorization(&draft, profile)?;
    Ok(draft)
}

/// A warning when the profile's scheme or identity headers would go in clear
/// text to a host that is not this machine.
pub fn cleartext_warning(profile: &Profile, url: &WireUrl) -> Option<String> {
    // What asks for tokens sends the client's secret, as Basic does.
    let token_url = profile.params.get("token_url").and_then(|url| WireUrl::parse(url).ok());
    let is_clear = |origin: &&Origin| origin.protocol == Protocol::Http && !origin.is_loopback();
    let origins = std::iter::once(url).chain(&token_url).map(WireUrl::origin);
    let origin = origins.into_iter().find(is_clear)?;
    let what = readable_on_the_way(profile)?;
    (!profile.settings.cleartext).then(|| {
        format!(
            "{what} goes over http:// to {} in clear text; `cleartext = true` in profile {} \
             says that this is meant",
            origin.authority(),
            profile.name
        )
    })
}

/// What of a profile's requests gives its credential, or somebody's name, to
/// whoever reads the connection; `None` when signatures give away nothing.
pub(super) fn readable_on_the_way(profile: &Profile) -> Option<&'static str> {
    let is_plaintext = profile.params.get("signature_method") == Some("PLAINTEXT");
    match profile.scheme.id() {
        "bearer" | "basic" | "oauth2" => Some("the credential"),
        "oauth1" if is_plaintext => Some("the secret (OAuth1 PLAINTEXT)"),
        _ if !profile.identity.is_empty() => Some("the identity header"),
        _ => None,
    }
}

/// Foreman demands a Content-Type of every POST and PUT, also of empty ones.
fn bodyless_content_type(plan: &RequestPlan, profile: &Profile) -> Option<String> {
    let preset =
        profile.preset.as_ref().filter(|_| ["POST", "PUT"].contains(&plan.method.as_str()));
    preset.and_then(|preset| preset.bodyless_content_type.clone())
}

fn raw_content_type(profile: &Profile, asked: Option<FieldsAs>) -> Option<String> {
    match asked {
        Some(FieldsAs::Form) => Some("application/x-www-form-urlencoded".to_owned()),
        Some(FieldsAs::Json) => Some("application/json".to_owned()),
        Some(FieldsAs::Multipart) | None => profile.raw_content_type.clone(),
    }
}

/// An edit whose value has been read.
enum Edit {
    Add(Header),
    Remove(String),
}

fn read_edits(edits: &[HeaderEdit], inputs: &mut Inputs<'_>) -> Result<Vec<Edit>> {
    let mut read = Vec::new();
    for edit in edits {
        match edit {
            HeaderEdit::Add { name, value } => {
                let bytes = inputs.line(value).with_context(|| format!("header {name}"))?;
                read.push(Edit::Add(valid_header(name, bytes)?));
            }
            HeaderEdit::Remove { name } => read.push(Edit::Remove(name.clone())),
            HeaderEdit::Empty { name } => read.push(Edit::Add(valid_header(name, Vec::new())?)),
            HeaderEdit::Lines(input) => {
                let text = inputs.text(&Value::From(input.clone())).context("headers")?;
                let mut lines = Vec::new();
                for line in text.lines().filter(|line| !line.trim().is_empty()) {
                    lines.push(HeaderEdit::parse_line(line).ok_or_else(|| {
                        Error::new(Kind::Read, format!("{input} holds a line that is no header"))
                            .hint("each line is 'Name: value'")
                    })?);
                }
                read.extend(read_edits(&lines, inputs)?);
            }
        }
    }
    Ok(read)
}

/// A header that fits on one line: RFC 9110 sections 5.1 and 5.5.
fn valid_header(name: &str, value: Vec<u8>) -> Result<Header> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        let shown = name.escape_default();
        let error = Error::usage(format!("'{shown}' is no header name"));
        return Err(match name.trim_end() != name {
            true => error.hint(format!("write no space before the colon: '{}:…'", name.trim_end())),
            false => error,
        }
        .into());
    }
    if value.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
        let why = format!("the value of header {name} holds a line break or a NUL byte");
        return Err(Error::usage(why).into());
    }
    let value = value.trim_ascii().to_vec();
    Ok(Header::new(name, value))
}

fn default_headers(profile: &Profile, content_type: Option<String>, wants_json: bool) -> Headers {
    let mut headers = Headers::new();
    let agent = concat!("signreq/", env!("CARGO_PKG_VERSION"));
    headers.push(Header::new("User-Agent", agent).by_default());
    let accept = if wants_json { "application/json" } else { "*/*" };
    headers.push(Header::new("Accept", accept).by_default());
    for header in profile.headers.iter().chain(&profile.identity) {
        headers.set(header.clone());
    }
    if let Some(content_type) = content_type {
        headers.set(Header::new("Content-Type", content_type).by_default());
    }
    headers
}

/// Repeated headers are all kept: only what nobody typed is replaced.
fn edited(mut headers: Headers, edits: &[Edit]) -> Headers {
    for edit in edits {
        match edit {
            Edit::Add(header) => headers.remove(&header.name),
            Edit::Remove(name) => headers.remove(name),
        }
    }
    for edit in edits {
        if let Edit::Add(header) = edit {
            headers.push(header.clone());
        }
    }
    headers
}

/// The length on the wire is the body's; what says otherwise is refused.
fn check_framing(draft: &Draft) -> Result<()> {
    if draft.headers.has("transfer-encoding") {
        let why = "a Transfer-Encoding cannot be given: bodies go with their Content-Length";
        return Err(Error::usage(why).into());
    }
    if let Some(given) = draft.headers.text("content-length") {
        let length = draft.body.length().to_string();
        if given != length {
            let why = format!("Content-Length:{given} is given, but the body has {length} bytes");
            return Err(Error::usage(why).hint("leave it out: it is added").into());
        }
    }
    Ok(())
}

fn check_authorization(draft: &Draft, profile: &Profile) -> Result<()> {
    if profile.scheme.id() != "none" && draft.headers.has("authorization") {
        let why = format!("an Authorization header is given, but profile {} signs", profile.name);
        return Err(Error::usage(why)
            .hint("leave it out, or use a profile with scheme = \"none\"")
            .into());
    }
    Ok(())
}
