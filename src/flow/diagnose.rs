//! Reads from an answer whether the signature or the credential was refused,
//! what the API itself says, and why it may have been.

mod cause;
mod causes;
mod evidence;
mod hidden;
mod quoted;

pub use cause::{Cause, causes};
pub use evidence::Conditions;
pub use hidden::{mask_body, without_secrets};
pub(super) use hidden::{mask_error, mask_reason, secrets};

use crate::error::{Error, Kind};
use crate::flow::redirect::Unfollowed;
use crate::model::headers::Header;
use crate::model::response::ResponseHead;
use crate::model::secret::Secret;
use crate::model::url::Origin;
use crate::net::Answer;
use crate::out::mask::{self, Secrets};
use crate::profile::Profile;
use crate::profile::preset::answer::usual_message;
use crate::sign::Wire;
use evidence::Evidence;
use std::borrow::Cow;
use std::fmt;
use std::io::Read as _;

/// How much of a body is looked at, in bytes: error bodies are short, and a
/// signature's canonical request among them is a few KiB at most.
const LOOK: u64 = 64 * 1024;

/// How much of the API's own words is repeated, in characters.
const MESSAGE_LIMIT: usize = 500;

/// What an answer that is no success says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The API's own message, secrets masked; `None` when it has none.
    pub message: Option<String>,
    /// Whether a wrong timestamp gets this answer.
    pub may_be_clock: bool,
}

/// Whether the preset recognises a refusal of the signature or the credential.
/// What is read of the body to find out is put back.
pub fn refusal(profile: &Profile, answer: &mut Answer) -> Option<Refusal> {
    let preset = profile.preset.as_ref()?;
    if !preset.answer.may_refuse(answer.head.status) {
        return None;
    }
    let beginning = look_at(answer);
    preset.answer.is_refusal(&answer.head, &beginning).then(|| Refusal {
        message: preset.answer.message(&answer.head, &beginning),
        may_be_clock: preset.answer.may_be_clock(&answer.head, &beginning),
    })
}

/// Whether a wrong clock may have got this answer. Where it is not known how
/// the system refuses, any refusal of who asks may be one.
pub fn may_be_clock(profile: &Profile, answer: &Answer, refusal: Option<&Refusal>) -> bool {
    match (&profile.preset, refusal) {
        (Some(_), refusal) => refusal.is_some_and(|refusal| refusal.may_be_clock),
        (None, _) => profile.scheme.signs_time() && matches!(answer.head.status, 401 | 403),
    }
}

/// Whether the same request may be answered otherwise the next time. What is
/// read of the body to find out is put back.
pub fn is_transient(profile: &Profile, answer: &mut Answer) -> bool {
    let rules = profile.preset.as_ref().map(|preset| Cow::Borrowed(&preset.answer));
    let rules = rules.unwrap_or_default();
    rules.may_be_transient(answer.head.status) && {
        let beginning = look_at(answer);
        rules.is_transient(&answer.head, &beginning)
    }
}

/// What an answer is an answer to, and what became of it.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The request.
    pub wire: &'a Wire,
    /// What was shown to others on its way: a proxy's password.
    pub beside: &'a [Secret],
    /// The request, as it is told to have been answered.
    pub line: &'a str,
    /// Whether 304 is what was asked for.
    pub is_conditional: bool,
    /// Where it was sent unsigned, when it was: the profile does not sign there.
    pub unsigned_at: Option<&'a Origin>,
    /// How the answer refuses the signature or the credential, when it does.
    pub refusal: Option<&'a Refusal>,
    /// Why it was not followed, when it is a redirect.
    pub unfollowed: Option<&'a Unfollowed>,
    /// How it was signed and sent.
    pub conditions: Conditions,
    /// A command for the same profile with these words, as a hint to type.
    pub command: &'a dyn Fn(&[&str]) -> String,
}

impl Asked<'_> {
    /// The text without secrets of the profile and of what was sent.
    fn without_secrets(&self, profile: &Profile, text: &str) -> String {
        without_secrets(profile, self.wire, self.beside, text)
    }
}

impl fmt::Debug for Asked<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Asked").field("line", &self.line).finish_non_exhaustive()
    }
}

/// What the answer means for the exit code: nothing for a success, an error
/// that repeats the API's own words for all else.
pub fn judge(profile: &Profile, asked: &Asked<'_>, answer: &mut Answer) -> Option<Error> {
    let status = answer.head.status;
    let kind = match (asked.refusal, status) {
        (Some(_), _) => Kind::Refused,
        (None, 200..=299) => return None,
        (None, 304) if asked.is_conditional => return None,
        (None, 300..=399) => match asked.unfollowed {
            Some(Unfollowed::TooMany(_)) => Kind::TooManyRedirects,
            _ => Kind::Redirected,
        },
        (None, 500..) => Kind::ServerError,
        (None, _) => Kind::ClientError,
    };
    let message = match asked.refusal {
        Some(refusal) => refusal.message.clone(),
        None => own_words(profile, answer),
    };
    let message = message.map(|message| asked.without_secrets(profile, &message));
    let told = match asked.unfollowed {
        Some(why @ Unfollowed::TooMany(_)) => format!(": {why}"),
        _ => {
            message.as_ref().map(|message| format!(": {}", shortened(message))).unwrap_or_default()
        }
    };
    let place = asked.unfollowed.map(|why| {
        let location = answer.head.headers.get("location");
        leads_to(location.map(|location| safe_place(profile, asked, location)), why)
    });
    let place = place.unwrap_or_default();
    let status = status_text(profile, asked.wire, asked.beside, &answer.head);
    let line = format!("{} answered {status}{place}{told}", asked.line);
    let mut error = Error::new(kind, line);
    if let Some(why) = asked.unfollowed {
        error = hint_at_redirect(error, why);
    }
    let may_be_clock = may_be_clock(profile, answer, asked.refusal);
    let beginning = look_at(answer);
    let evidence = Evidence::new(profile, asked, answer, &beginning, may_be_clock);
    let lines = cause::explain(&evidence);
    Some(lines.into_iter().fold(error, Error::hint))
}

/// A redirect's place as it may be told: what it hands over is masked as it is
/// in the answer's head.
fn safe_place(profile: &Profile, asked: &Asked<'_>, location: &Header) -> String {
    let place = mask::header_value(location, Secrets::Masked);
    shortened(&asked.without_secrets(profile, &String::from_utf8_lossy(&place)))
}

/// What the line says of where a redirect leads.
fn leads_to(place: Option<String>, why: &Unfollowed) -> String {
    match (place, why) {
        (Some(place), Unfollowed::NotAsked) => format!(", leading to {place} ({why})"),
        (Some(place), _) => format!(", leading to {place}"),
        (None, _) => ", leading nowhere: it names no place to go to".to_owned(),
    }
}

/// Adds why a redirect was not followed, and what to do about it.
fn hint_at_redirect(error: Error, why: &Unfollowed) -> Error {
    match why {
        // The line says it.
        Unfollowed::NotAsked | Unfollowed::NoLocation => error,
        Unfollowed::TooMany(limit) => error
            .hint(format!("--max-redirs {}, unless it is a loop", limit.saturating_mul(2).max(10))),
        Unfollowed::KeptHere(_, origin) => error
            .hint(why.to_string())
            .hint(format!("--allow-origin {origin}, if the credential may go there")),
        _ => error.hint(why.to_string()),
    }
}

/// A request as messages name it: its method, and its URL without secrets.
pub fn request_line(wire: &Wire) -> String {
    format!("{} {}", wire.method(), mask::url(&wire.url().to_string(), Secrets::Masked))
}

/// `403 Forbidden`, without the secrets of what was asked: some servers repeat
/// the request in the reason phrase.
pub(super) fn status_text(
    profile: &Profile,
    wire: &Wire,
    beside: &[Secret],
    head: &ResponseHead,
) -> String {
    let reason = match &head.reason {
        Cow::Borrowed(usual) => Cow::Borrowed(*usual),
        Cow::Owned(own) => shortened(&without_secrets(profile, wire, beside, own)).into(),
    };
    format!("{} {reason}", head.status).trim_end().to_owned()
}

fn own_words(profile: &Profile, answer: &mut Answer) -> Option<String> {
    let beginning = look_at(answer);
    match &profile.preset {
        Some(preset) => preset.answer.message(&answer.head, &beginning),
        None => usual_message(&answer.head, &beginning),
    }
}

/// The message's first paragraph: AWS puts its canonical request into the
/// others, which are in the body too.
fn shortened(message: &str) -> String {
    let message = message.split("\n\n").next().unwrap_or_default().trim_end();
    let mut words: String = message.chars().take(MESSAGE_LIMIT).collect();
    if words.len() < message.len() {
        words.push('…');
    }
    words
}

/// The beginning of the body, which stays to be read, as does the error that
/// may end it.
fn look_at(answer: &mut Answer) -> Vec<u8> {
    let mut beginning = Vec::new();
    let failure = answer.body.by_ref().take(LOOK).read_to_end(&mut beginning).err();
    let rest = std::mem::replace(&mut answer.body, Box::new(std::io::empty()));
    let seen = std::io::Cursor::new(beginning.clone());
    answer.body = match failure {
        Some(failure) => Box::new(seen.chain(Failing(Some(failure)))),
        None => Box::new(seen.chain(rest)),
    };
    beginning
}

/// A reader that fails, once.
struct Failing(Option<std::io::Error>);

impl std::io::Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
