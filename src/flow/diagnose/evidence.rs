//! What a cause is read from: our request, the server's answer, and the
//! profile.

use crate::flow::diagnose::quoted::Quoted;
use crate::flow::diagnose::{Asked, shortened};
use crate::flow::{mending, theirs};
use crate::model::request::Received;
use crate::model::time::Time;
use crate::net::Answer;
use crate::out::mask::{self, Secrets};
use crate::profile::Profile;
use crate::profile::slips::{Slipped, slips};
use crate::sign::verify::{verify, verify_message};
use crate::sign::{Presented, Wire};
use std::cell::OnceCell;

/// The longest body that is signed again in search of a cause, in bytes.
const BODY_LIMIT: u64 = 8 * 1024 * 1024;

/// How far two clocks may differ, in seconds, before that is worth telling.
const TOLERATED: u64 = 30;

/// How a request was signed and sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Conditions {
    /// Whether its time was given by the user.
    pub is_time_given: bool,
    /// Whether its nonce was given by the user.
    pub is_nonce_given: bool,
    /// Whether the clock is left as it is.
    pub keeps_clock: bool,
}

/// Everything that is known of a refusal.
pub(super) struct Evidence<'a> {
    pub(super) profile: &'a Profile,
    pub(super) asked: &'a Asked<'a>,
    pub(super) answer: &'a Answer,
    /// The beginning of the answer's body.
    pub(super) body: String,
    /// The system's own words, secrets masked.
    pub(super) message: String,
    /// The system's own code.
    pub(super) code: String,
    /// Whether a wrong clock may have got this answer.
    pub(super) may_be_clock: bool,
    quoted: OnceCell<Option<Quoted>>,
    slips: OnceCell<Vec<Slipped>>,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(
        profile: &'a Profile,
        asked: &'a Asked<'a>,
        answer: &'a Answer,
        beginning: &[u8],
        may_be_clock: bool,
    ) -> Self {
        let rules = profile.preset.as_ref().map(|preset| &preset.answer);
        let message = rules.and_then(|rules| rules.message(&answer.head, beginning));
        let code = rules.and_then(|rules| rules.code(&answer.head, beginning));
        Self {
            profile,
            asked,
            answer,
            body: String::from_utf8_lossy(beginning).into_owned(),
            message: asked.without_secrets(profile, &message.unwrap_or_default()),
            code: code.unwrap_or_default(),
            may_be_clock,
            quoted: OnceCell::new(),
            slips: OnceCell::new(),
        }
    }

    pub(super) fn wire(&self) -> &'a Wire {
        self.asked.wire
    }

    pub(super) fn status(&self) -> u16 {
        self.answer.head.status
    }

    /// The preset's name; empty without one.
    pub(super) fn system(&self) -> &str {
        self.profile.preset.as_ref().map_or("", |preset| preset.name)
    }

    /// Whether the answer refuses the signature or the credential.
    pub(super) fn is_refused(&self) -> bool {
        match &self.profile.preset {
            Some(_) => self.asked.refusal.is_some(),
            None => matches!(self.status(), 401 | 403),
        }
    }

    /// Whether the system's own words begin so.
    pub(super) fn says(&self, beginning: &str) -> bool {
        self.message.starts_with(beginning)
    }

    /// A header of the request.
    pub(super) fn sent(&self, name: &str) -> Option<String> {
        self.wire().headers().text(name)
    }

    /// A header of the answer, secrets masked.
    pub(super) fn got(&self, name: &str) -> Option<String> {
        self.answer.head.headers.text(name).map(|text| self.masked(&text))
    }

    /// What the server says or was sent, in few words and without secrets.
    pub(super) fn masked(&self, text: &str) -> String {
        shortened(&self.asked.without_secrets(self.profile, text))
    }

    /// A field of the scheme; empty when it has no value.
    pub(super) fn field(&self, name: &str) -> &str {
        self.profile.params.get(name).unwrap_or_default()
    }

    /// The text of the first XML element of this name in the answer.
    pub(super) fn element(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.body.split_once(&format!("<{name}>"))?;
        rest.split_once('<').map(|(text, _)| text.trim())
    }

    /// Whether the request went to the server that the profile names, not to
    /// one of its buckets or to another that it may be sent to.
    pub(super) fn is_at_home(&self) -> bool {
        let base = self.profile.base.as_ref();
        base.is_some_and(|base| base.origin() == self.wire().url().origin())
    }

    /// The request's path, behind the profile's base where that is.
    pub(super) fn path(&self) -> &str {
        let path = self.wire().url().path();
        let base = self.profile.base.as_ref().filter(|_| self.is_at_home());
        let base = base.map_or("", |base| base.path()).trim_end_matches('/');
        path.strip_prefix(base).filter(|rest| rest.starts_with('/')).unwrap_or(path)
    }

    /// Where the request went, as it is written: `host:8080`.
    pub(super) fn server(&self) -> String {
        self.wire().url().origin().authority().into_owned()
    }

    /// The time that the request was signed with.
    pub(super) fn signed_time(&self) -> Option<Time> {
        self.presented(&self.wire().received(Vec::new()))?.time
    }

    /// What time it is there, by the answer's Date.
    pub(super) fn server_time(&self) -> Option<Time> {
        Time::parse_http_date(&self.got("date")?)
    }

    /// How many seconds the server's clock is ahead of the signed time, where
    /// that is more than clocks and answers take.
    pub(super) fn clock_gap(&self) -> Option<i64> {
        let gap = self.server_time()?.epoch().saturating_sub(self.signed_time()?.epoch());
        (gap.unsigned_abs() > TOLERATED).then_some(gap)
    }

    /// What looks wrong in the profile's values.
    pub(super) fn slips(&self) -> &[Slipped] {
        self.slips.get_or_init(|| slips(self.profile))
    }

    /// The step that the answer quotes, held against ours.
    pub(super) fn quoted(&self) -> Option<&Quoted> {
        self.quoted.get_or_init(|| self.read_quoted()).as_ref()
    }

    fn read_quoted(&self) -> Option<Quoted> {
        let text = theirs::quoted_in(&self.body)?;
        let body = self.wire().body();
        if body.length() > BODY_LIMIT {
            return None;
        }
        let received = self.wire().received(body.read_all().ok()?);
        let presented = self.presented(&received)?;
        let (scheme, params) = (self.profile.scheme, &self.profile.params_for(&received.url).ok()?);
        let trace = verify(scheme, params, &received, &presented).ok()?.trace;
        let found = theirs::matched(text, &trace)?;
        let ours = trace.step(found.step)?.exposed();
        let difference = (ours != found.text)
            .then(|| verify_message(scheme, params, &received, &presented, &found.text).ok())
            .flatten()
            .and_then(|verdict| verdict.theirs.and(verdict.difference));
        Some(Quoted { step: found.step, ours, theirs: found.text, difference })
    }

    fn presented(&self, received: &Received) -> Option<Presented> {
        self.profile.scheme.presented(received).ok()
    }

    /// The command that gives a public field this value.
    pub(super) fn set(&self, field: &str, value: &str) -> String {
        mending::set(self.profile, field, Some(value))
    }

    /// The command that asks for a secret field's value.
    pub(super) fn ask(&self, field: &str) -> String {
        mending::set(self.profile, field, None)
    }

    /// A command of the profile: `signreq NAME WORDS`.
    pub(super) fn run(&self, words: &[&str]) -> String {
        (self.asked.command)(words)
    }

    /// The same request for another [`path`](Self::path).
    pub(super) fn again(&self, path: &str) -> String {
        self.again_by(self.wire().method().as_str(), path)
    }

    /// The same by another method.
    pub(super) fn again_by(&self, method: &str, path: &str) -> String {
        self.again_with(method, path, &[])
    }

    /// The same with further items.
    pub(super) fn again_with(&self, method: &str, path: &str, items: &[&str]) -> String {
        let url = self.wire().url();
        let query = url.query().map_or_else(String::new, |query| format!("?{query}"));
        let is_at_home = self.is_at_home();
        let origin = url.origin().to_string();
        let server = if is_at_home { "" } else { &origin };
        let target = mask::url(&format!("{server}{path}{query}"), Secrets::Masked);
        let mut words = vec![method, &target];
        words.extend(items);
        if !is_at_home && !self.profile.signs_for(url.origin()) {
            words.extend(["--allow-origin", &origin]);
        }
        let command = self.run(&words);
        if self.wire().body().is_none() { command } else { format!("{command} …") }
    }
}
