//! `verify`: whether a signature holds and, when it does not, where both sides
//! part.

mod compare;
mod json;
mod text;

pub use compare::{Comparison, Side};
pub use json::json;
pub use text::text;

use crate::model::headers::{Headers, Piece};
use crate::model::secret::MASK;
use crate::model::time::Time;
use crate::out::mask::Secrets;
use crate::out::redact::redact;
use crate::sign::verify::{Difference, Verdict};
use crate::sign::{Presented, Step};

/// What is reported.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The scheme's id.
    pub scheme: &'a str,
    /// The signature as the request presents it.
    pub presented: &'a Presented,
    /// What verifying found.
    pub verdict: &'a Verdict,
    /// What the request's time is compared with.
    pub now: Time,
    /// What is worth knowing, a line each.
    pub notes: &'a [String],
    /// The request's header fields, by whose names steps are masked.
    pub headers: &'a Headers,
    /// The request's query, likewise.
    pub query: Option<&'a str>,
    /// What a server says that it signed: the name of the step and its text.
    pub server: Option<(&'a str, &'a str)>,
    /// How secrets are treated.
    pub secrets: Secrets,
}

impl<'a> Report<'a> {
    fn difference(&self) -> Option<&'a Difference> {
        self.verdict.difference.as_ref()
    }

    /// The signature method or algorithm.
    fn method(&self) -> Option<&'a str> {
        let is_method = |name: &str| name == "signature_method" || name == "algorithm";
        let found = self.presented.chosen.iter().find(|(name, _)| is_method(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The first step in which both sides differ, where both are known: from
    /// the change that explains the signature, else of the signatures.
    fn first_difference(&self) -> Option<Comparison> {
        let difference = self.difference()?;
        let ours = &self.verdict.trace.steps;
        if let Some(theirs) = &self.verdict.theirs {
            let mut pairs = ours.iter().zip(&theirs.steps);
            let (ours, theirs) = pairs.find(|(one, other)| one.pieces != other.pieces)?;
            return Some(Comparison::of(ours, &self.shown(ours), &self.shown(theirs)));
        }
        // The signature of a request that was changed says nothing more.
        let theirs = &self.presented.signature;
        let last =
            ours.last().filter(|last| difference.step == "key" && last.exposed() != *theirs)?;
        Some(Comparison::of(last, &self.shown(last), &self.foreign(last, theirs)))
    }

    /// Our step that the server's is compared with, and where they differ.
    fn against_server(&self) -> Option<(&'a Step, Option<Comparison>)> {
        let (name, text) = self.server?;
        let step = self.verdict.trace.step(name)?;
        let differs = step.exposed() != text;
        let compare = || Comparison::of(step, &self.shown(step), &self.foreign(step, text));
        Some((step, differs.then(compare)))
    }

    /// A step of ours as it may be shown.
    fn shown(&self, step: &Step) -> String {
        match self.secrets {
            Secrets::Masked => redact(&step.masked(), self.headers, self.query.unwrap_or_default()),
            Secrets::Shown => step.exposed(),
        }
    }

    /// Another's text of the same step as it may be shown: as a mask where ours
    /// is nothing but secrets, else without the secrets of ours.
    fn foreign(&self, step: &Step, text: &str) -> String {
        if self.secrets == Secrets::Shown {
            return text.to_owned();
        }
        if !step.masked().contains(|character: char| character.is_ascii_alphanumeric()) {
            return step.masked();
        }
        let mut masked = text.to_owned();
        for piece in &step.pieces {
            if let Piece::Secret(secret) = piece
                && !secret.expose().is_empty()
            {
                masked = masked.replace(secret.expose(), MASK);
            }
        }
        redact(&masked, self.headers, self.query.unwrap_or_default())
    }

    /// What was signed, as it comes out for the request as captured: the last
    /// step before the key.
    fn what_was_signed(&self) -> Option<&'a Step> {
        const NAMES: &[&str] = &["signature base string", "canonical request", "pre-image"];
        self.verdict.trace.steps.iter().rev().find(|step| NAMES.contains(&step.name))
    }
}

/// A span of time as people say it, of its largest unit.
fn span(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..=119 => (seconds, "second"),
        120..=7199 => (seconds / 60, "minute"),
        7200..=172_799 => (seconds / 3600, "hour"),
        _ => (seconds / 86400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// A time and how long ago it is.
fn moment(time: Time, now: Time) -> String {
    let seconds = now.epoch().saturating_sub(time.epoch());
    let span = span(seconds.unsigned_abs());
    match seconds {
        0.. => format!("{} ({span} ago)", time.rfc3339()),
        _ => format!("{} (in {span})", time.rfc3339()),
    }
}

#[cfg(test)]
mod tests;
