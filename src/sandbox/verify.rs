//! What every system's check of a signature has in common.

use crate::error::one_line;
use crate::model::request::Received;
use crate::model::time::Time;
use crate::sign::verify::{Difference, verify};
use crate::sign::{Params, Presented, Scheme, Trace};

/// Why a signature does not hold.
#[derive(Clone, Debug)]
pub(super) enum Wrong {
    /// It was made over something else, or with another key.
    Differs(Box<Difference>, Trace),
    /// The request chose what cannot be verified; why.
    Unverifiable(String),
}

impl Wrong {
    /// One line for whoever signed.
    pub(super) fn note(&self) -> String {
        match self {
            Self::Differs(difference, _) => {
                format!("{}: {}", difference.step, difference.explanation)
            }
            Self::Unverifiable(why) => why.clone(),
        }
    }

    /// The outcome of the step of that name, as it should have been.
    pub(super) fn expected(&self, step: &str) -> String {
        match self {
            Self::Differs(_, trace) => trace.step(step).map(|s| s.exposed()).unwrap_or_default(),
            Self::Unverifiable(_) => String::new(),
        }
    }
}

/// Verifies a signature with the secrets in `fields`.
///
/// # Errors
/// Why it does not hold.
pub(super) fn check(
    scheme: &dyn Scheme,
    fields: &[(&str, &str)],
    received: &Received,
    presented: &Presented,
) -> Result<(), Wrong> {
    let mut params = Params::new();
    for (name, value) in fields {
        params.set(name, *value);
    }
    match verify(scheme, &params, received, presented) {
        Ok(verdict) => match verdict.difference {
            None => Ok(()),
            Some(difference) => Err(Wrong::Differs(Box::new(difference), verdict.trace)),
        },
        Err(error) => Err(Wrong::Unverifiable(one_line(&error))),
    }
}

/// The remark on a timestamp that is too far from the sandbox's clock.
pub(super) fn clock_note(signed: Time, now: Time) -> String {
    let seconds = now.epoch().saturating_sub(signed.epoch());
    let side = if seconds > 0 { "behind" } else { "ahead of" };
    format!("timestamp: it is {} s {side} the sandbox's clock", seconds.unsigned_abs())
}
