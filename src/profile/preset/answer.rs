//! How a system's answers are read: whether one refuses the signature or the
//! credential, and what it says in its own words.

use crate::model::headers::media_type;
use crate::model::response::ResponseHead;
use crate::model::secret::MASK;
use serde_json::Value;
use std::ops::RangeInclusive;

/// The statuses that say of any server that it is in trouble, as curl's
/// `--retry` has them.
const USUALLY_TRANSIENT: &[u16] = &[408, 429, 500, 502, 503, 504];

/// How a system's answers are read.
#[derive(Clone, Debug, Default)]
pub struct AnswerRules {
    /// An answer to which any of these applies is a refusal.
    pub refused: Vec<RefusalRule>,
    /// An answer to which any of these applies may be another one the next
    /// time; empty where this system does not differ from any other.
    pub transient: Vec<Rule>,
    /// Where the system's own error code stands; the first found counts.
    pub code: Vec<Part>,
    /// Where the system's own message stands; the first found counts.
    pub message: Vec<Part>,
    /// What follows one of these texts, up to the end of the line, is secret.
    pub mask_after: Vec<String>,
}

/// A kind of answer.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The statuses it has.
    pub statuses: Vec<RangeInclusive<u16>>,
    /// Its error codes; empty when any or none will do.
    pub codes: Vec<String>,
    /// What its message begins with; empty when anything will do.
    pub messages: Vec<String>,
}

/// A kind of answer that refuses the signature or the credential.
#[derive(Clone, Debug)]
pub struct RefusalRule {
    /// The answer.
    pub rule: Rule,
    /// Whether a wrong timestamp gets this answer.
    pub may_be_clock: bool,
}

/// A part of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The member of a JSON document at this path.
    Json(Vec<String>),
    /// A JSON object of fields, each with what is wrong with it: Django's
    /// form errors.
    Fields,
    /// The text of the first XML element of this name.
    Xml(String),
    /// The header of this name.
    Header(String),
    /// The first line of a body that is plain text.
    Text,
}

/// Where an API that no preset knows says what is wrong, by what is usual:
/// RFC 9457 section 3.1 (`detail`, `title`), RFC 6749 section 5.2
/// (`error_description`, `error`), S3 and its kin (`Message`).
const USUAL: &[&str] = &[
    "json:message",
    "json:error.message",
    "json:error_description",
    "json:detail",
    "json:title",
    "json:error",
    "json:errors",
    "xml:Message",
];

/// What a system that no preset knows says in its own words; `None` when it
/// says it in no usual place.
pub fn usual_message(head: &ResponseHead, body: &[u8]) -> Option<String> {
    let places: Vec<Part> = USUAL.iter().filter_map(|place| Part::parse(place)).collect();
    Answer::new(head, body).find(&places)
}

impl Part {
    /// Reads `json:a.b`, `fields`, `xml:Name`, `header:Name` or `text`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some(("json", path)) => Some(Self::Json(path.split('.').map(str::to_owned).collect())),
            Some(("xml", name)) => Some(Self::Xml(name.to_owned())),
            Some(("header", name)) => Some(Self::Header(name.to_owned())),
            None if text == "text" => Some(Self::Text),
            None if text == "fields" => Some(Self::Fields),
            _ => None,
        }
    }
}

impl Rule {
    fn has_status(&self, status: u16) -> bool {
        self.statuses.iter().any(|statuses| statuses.contains(&status))
    }

    fn applies(&self, rules: &AnswerRules, answer: &Answer<'_>) -> bool {
        self.has_status(answer.head.status)
            && (self.codes.is_empty()
                || answer
                    .find(&rules.code)
                    .is_some_and(|code| self.codes.iter().any(|known| known == bare_code(&code))))
            && (self.messages.is_empty()
                || answer.find(&rules.message).is_some_and(|message| {
                    self.messages.iter().any(|known| message.starts_with(known.as_str()))
                }))
    }
}

impl AnswerRules {
    /// Whether an answer says that the signature or the credential was
    /// refused. `body` may be cut off after some thousand bytes.
    pub fn is_refusal(&self, head: &ResponseHead, body: &[u8]) -> bool {
        !self.applying(head, body).is_empty()
    }

    /// Whether an answer is a refusal that a wrong timestamp gets.
    pub fn may_be_clock(&self, head: &ResponseHead, body: &[u8]) -> bool {
        self.applying(head, body).iter().any(|rule| rule.may_be_clock)
    }

    /// The kinds of refusal that an answer is.
    fn applying(&self, head: &ResponseHead, body: &[u8]) -> Vec<&RefusalRule> {
        let answer = Answer::new(head, body);
        self.refused.iter().filter(|refusal| refusal.rule.applies(self, &answer)).collect()
    }

    /// Whether an answer says that the system is in trouble, and may not be
    /// the next time.
    pub fn is_transient(&self, head: &ResponseHead, body: &[u8]) -> bool {
        if self.transient.is_empty() {
            return USUALLY_TRANSIENT.contains(&head.status);
        }
        let answer = Answer::new(head, body);
        self.transient.iter().any(|rule| rule.applies(self, &answer))
    }

    /// Whether an answer of this status can be a transient one, so that its
    /// body has to be looked at.
    pub fn may_be_transient(&self, status: u16) -> bool {
        match self.transient.as_slice() {
            [] => USUALLY_TRANSIENT.contains(&status),
            rules => rules.iter().any(|rule| rule.has_status(status)),
        }
    }

    /// Whether an answer of this status can be a refusal, so that its body
    /// has to be looked at: Candlepin refuses with 200.
    pub fn may_refuse(&self, status: u16) -> bool {
        self.refused.iter().any(|refusal| refusal.rule.has_status(status))
    }

    /// What the system says in its own words, secrets masked; `None` when
    /// the answer holds no message where this system puts them.
    pub fn message(&self, head: &ResponseHead, body: &[u8]) -> Option<String> {
        let message = Answer::new(head, body).find(&self.message)?;
        Some(self.mask(&message))
    }

    /// The system's own code for what went wrong, bare.
    pub fn code(&self, head: &ResponseHead, body: &[u8]) -> Option<String> {
        Answer::new(head, body).find(&self.code).map(|code| bare_code(&code).to_owned())
    }

    /// Whether this system is known to put secrets into its answers.
    pub fn masks(&self) -> bool {
        !self.mask_after.is_empty()
    }

    /// The text with every secret masked that this system is known to put
    /// into its answers.
    pub fn mask(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            let start = self
                .mask_after
                .iter()
                .filter_map(|marker| line.find(marker.as_str()).map(|at| at + marker.len()))
                .min();
            match start {
                Some(start) => {
                    out.push_str(&line[..start]);
                    out.push_str(MASK);
                    out.push_str(if line.ends_with('\n') { "\n" } else { "" });
                }
                None => out.push_str(line),
            }
        }
        out
    }
}

/// An answer whose body is parsed at most once.
struct Answer<'answer> {
    head: &'answer ResponseHead,
    text: std::borrow::Cow<'answer, str>,
    json: Option<Value>,
}

impl<'answer> Answer<'answer> {
    fn new(head: &'answer ResponseHead, body: &'answer [u8]) -> Self {
        let json = serde_json::from_slice(body).ok();
        Self { head, text: String::from_utf8_lossy(body), json }
    }

    /// The first of these parts that the answer has.
    fn find(&self, parts: &[Part]) -> Option<String> {
        parts.iter().find_map(|part| match part {
            Part::Json(path) => self.json_text(path),
            Part::Fields => self.field_texts(),
            Part::Xml(name) => xml_text(&self.text, name),
            Part::Header(name) => self.head.headers.text(name),
            Part::Text => self.plain_text(),
        })
    }

    fn json_text(&self, path: &[String]) -> Option<String> {
        let mut value = self.json.as_ref()?;
        for name in path {
            value = value.get(name)?;
        }
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Array(values) => {
                let texts: Vec<_> = values.iter().filter_map(Value::as_str).collect();
                (!texts.is_empty()).then(|| texts.join("; "))
            }
            _ => None,
        }
    }

    /// `name: This field is required.; …`
    fn field_texts(&self) -> Option<String> {
        let fields = self.json.as_ref()?.as_object()?;
        let texts: Vec<String> = fields
            .iter()
            .filter_map(|(name, value)| {
                let said: Vec<&str> = value.as_array()?.iter().filter_map(Value::as_str).collect();
                (!said.is_empty()).then(|| format!("{name}: {}", said.join(" ")))
            })
            .collect();
        (!texts.is_empty()).then(|| texts.join("; "))
    }

    fn plain_text(&self) -> Option<String> {
        let is_html = |value: &String| media_type(value).contains("html");
        let content_type = self.head.headers.text("content-type");
        let line = self.text.trim_start().lines().next()?.trim_end();
        let is_text = self.json.is_none() && !content_type.as_ref().is_some_and(is_html);
        (is_text && !line.is_empty() && !line.contains('\0')).then(|| line.to_owned())
    }
}

/// A code without what services put around it: AWS's JSON protocols write
/// `com.amazon.coral.service#Name`, its headers `Name:URL`, and some services
/// `NameException`.
fn bare_code(code: &str) -> &str {
    let code = code.rsplit('#').next().unwrap_or(code);
    let code = code.split(':').next().unwrap_or(code).trim();
    code.strip_suffix("Exception").unwrap_or(code)
}

/// The text of the first element of that name. Error documents are flat, so
/// no XML parser is needed.
fn xml_text(document: &str, name: &str) -> Option<String> {
    let start = document.find(&format!("<{name}>"))? + name.len() + 2;
    let end = start + document[start..].find(&format!("</{name}>"))?;
    let mut text = document[start..end].trim().to_owned();
    // The ampersand last, or it would make new references.
    for (reference, letter) in
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
    {
        text = text.replace(reference, letter);
    }
    Some(text)
}

#[cfg(test)]
mod tests;
