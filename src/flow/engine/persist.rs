//! Sends again: when trouble may pass, and when what was known of the server
//! explains a refusal.

use super::{Engine, Exchanged, Watch, read_away};
use crate::error::{self, Again, Result};
use crate::flow::redirect::Hop;
use crate::flow::retry::{self, Decision, Standing, Trouble};
use crate::flow::{clock, diagnose};
use crate::model::request::Draft;
use crate::sign::State;

impl Engine<'_> {
    /// Sends one request of the way, again where trouble may pass.
    pub(super) fn persist(
        &self,
        hop: &Hop,
        retried: &mut u32,
        watch: &mut Watch<'_>,
    ) -> Result<Exchanged> {
        loop {
            let mut outcome = self.exchange(hop, watch);
            let Some((trouble, told)) = self.trouble(&mut outcome) else { return outcome };
            if !self.waits_for_another_time(hop, trouble, &told, *retried)? {
                return outcome;
            }
            *retried += 1;
            if let Ok(exchanged) = outcome {
                read_away(exchanged.answer);
            }
        }
    }

    /// Whether a request whose answer's body failed is to be sent again: then
    /// the time for it has come.
    ///
    /// # Errors
    /// When there are no random bytes.
    pub fn resumes(
        &self,
        draft: &Draft,
        failure: &anyhow::Error,
        retried: &mut u32,
    ) -> Result<bool> {
        let hop = Hop::first(draft.clone());
        let Some(trouble) = retry::trouble_of(failure) else { return Ok(false) };
        let waited =
            self.waits_for_another_time(&hop, trouble, &error::one_line(failure), *retried)?;
        *retried += u32::from(waited);
        Ok(waited)
    }

    /// Whether trouble with a request may pass: then some time of it has.
    ///
    /// # Errors
    /// When there are no random bytes.
    pub fn waits(
        &self,
        draft: &Draft,
        outcome: &mut Result<Exchanged>,
        retried: &mut u32,
    ) -> Result<bool> {
        let Some((trouble, told)) = self.trouble(outcome) else { return Ok(false) };
        let hop = Hop::first(draft.clone());
        let waited = self.waits_for_another_time(&hop, trouble, &told, *retried)?;
        *retried += u32::from(waited);
        Ok(waited)
    }

    /// What a request came to that may be otherwise the next time, and how that
    /// is told; `None` when it is final. A refusal always is: Foreman locks
    /// out whoever repeats one.
    pub fn trouble<'o>(&self, outcome: &'o mut Result<Exchanged>) -> Option<(Trouble<'o>, String)> {
        let exchanged = match outcome {
            Err(error) => return Some((retry::trouble_of(error)?, error::one_line(error))),
            Ok(exchanged) => exchanged,
        };
        let is_final = exchanged.refusal.is_some()
            || !diagnose::is_transient(self.profile, &mut exchanged.answer);
        (!is_final).then(|| {
            let (head, wire) = (&exchanged.answer.head, &exchanged.request.wire);
            let status = diagnose::status_text(self.profile, wire, &exchanged.beside, head);
            let told = format!("{} answered {status}", diagnose::request_line(wire));
            (Trouble::Answered(head), told)
        })
    }

    /// Whether a request is to be sent again: then the time for it has come.
    fn waits_for_another_time(
        &self,
        hop: &Hop,
        trouble: Trouble<'_>,
        told: &str,
        retried: u32,
    ) -> Result<bool> {
        let policy = &self.conduct.retries;
        // A given nonce allows one attempt.
        if policy.retries == 0 || (hop.is_signed && self.pinned_nonce.is_some()) {
            return Ok(false);
        }
        let standing = Standing {
            retried,
            elapsed: (self.pace.elapsed)(),
            left: self.exchange.time_left(),
            now: (self.clock)(),
            jitter: (self.pace.jitter)()?,
        };
        match retry::decide(policy, hop.method(), trouble, &standing) {
            Decision::Stop => Ok(false),
            Decision::Unsafe => {
                (self.warn)(&format!(
                    "{told}; not sent again, since a {} may have been carried out: \
                     --retry-unsafe sends it all the same",
                    hop.method()
                ));
                Ok(false)
            }
            Decision::TooLong(asked) => {
                let asked = asked.as_secs();
                (self.warn)(&format!(
                    "{told}; the server asks to wait {asked}s, longer than there is time for: \
                     --retry-max-time {}s waits",
                    asked.saturating_mul(2)
                ));
                Ok(false)
            }
            Decision::Wait(pause) => {
                let (number, of) = (retried + 1, policy.retries);
                let seconds = pause.as_secs_f64();
                (self.warn)(&format!("{told}; trying again in {seconds:.1}s ({number} of {of})"));
                (self.pace.sleep)(pause);
                Ok(true)
            }
        }
    }

    /// Sends one request of the way, over a new connection where a kept one
    /// turns out to be closed (RFC 9112 section 9.3.1): at once, since nobody is
    /// in trouble. What may do a thing twice is not sent twice unasked, nor is a
    /// body: MAAS appends those of PUT.
    fn attempt_on_any_connection(
        &self,
        hop: &Hop,
        known: State,
        watch: &mut Watch<'_>,
    ) -> Result<Exchanged> {
        let outcome = self.attempt(hop, known.clone(), watch);
        let is_stale = outcome.as_ref().is_err_and(|error| error::again_of(error) == Again::Stale);
        let can_sign_again = !(hop.is_signed && self.pinned_nonce.is_some());
        let is_harmless = retry::is_idempotent(hop.method()) && hop.request().body.is_none();
        if is_stale && can_sign_again && is_harmless {
            return self.attempt(hop, known, watch);
        }
        outcome
    }

    /// Sends one request of the way, a second time where what was known of the
    /// server explains a refusal. The refused request was not carried out, so
    /// this is safe for every method; a given nonce allows one attempt.
    fn exchange(&self, hop: &Hop, watch: &mut Watch<'_>) -> Result<Exchanged> {
        let known = self.remembered(hop.url());
        let mut exchanged = self.attempt_on_any_connection(hop, known.clone(), watch)?;
        let asked_less;
        let mut hop = hop;
        // RFC 9110 section 15.5.18: a server on the way knows no such question.
        let is_unexpected = exchanged.answer.head.status == 417 && hop.expects();
        if is_unexpected && !(hop.is_signed && self.pinned_nonce.is_some()) {
            asked_less = hop.without_expectation();
            hop = &asked_less;
            read_away(exchanged.answer);
            exchanged = self.attempt(hop, known.clone(), watch)?;
        }
        if !hop.is_signed || self.pinned_nonce.is_some() {
            return Ok(exchanged);
        }
        if self.is_outdated(&known, &exchanged)? {
            return self.attempt(hop, State::default(), watch);
        }
        match self.corrected_offset(&known, &exchanged)? {
            Some(offset) => self.attempt_corrected(hop, known, offset, watch),
            None => Ok(exchanged),
        }
    }

    /// Whether a time offset or token that was asked for in an earlier run may
    /// be wrong by now.
    fn is_outdated(&self, known: &State, exchanged: &Exchanged) -> Result<bool> {
        let may_be = match known.token {
            Some(_) => exchanged.refusal.is_some() || exchanged.answer.head.status == 401,
            None => self.may_be_clock(exchanged),
        };
        Ok(may_be && self.uses(known)?)
    }

    fn may_be_clock(&self, exchanged: &Exchanged) -> bool {
        let Exchanged { answer, refusal, .. } = exchanged;
        !self.conduct.keeps_clock
            && self.pinned_time.is_none()
            && diagnose::may_be_clock(self.profile, answer, refusal.as_ref())
    }

    /// The offset to sign with instead, where a refusal and the answer's Date
    /// say that the time was wrong. A scheme that asks for the time was told
    /// it better than by a Date.
    fn corrected_offset(&self, known: &State, exchanged: &Exchanged) -> Result<Option<i64>> {
        if !self.may_be_clock(exchanged) || self.asks_for_time()? {
            return Ok(None);
        }
        let signed_with = known.clock_offset.unwrap_or_default();
        Ok(clock::corrected_offset(&exchanged.answer.head, (self.clock)(), signed_with))
    }

    /// Sends with another offset, and remembers it when it is not refused too.
    fn attempt_corrected(
        &self,
        hop: &Hop,
        known: State,
        offset: i64,
        watch: &mut Watch<'_>,
    ) -> Result<Exchanged> {
        let origin = hop.url().origin();
        (self.warn)(&clock::correction(&origin.authority(), offset));
        let state = State { clock_offset: Some(offset).filter(|offset| *offset != 0), ..known };
        let exchanged = self.attempt(hop, state.clone(), watch)?;
        let key = self.key(hop.url());
        let holds = state.clock_offset.is_some() && !self.may_be_clock(&exchanged);
        let kept = match holds {
            true => self.store.keep(key, (self.clock)(), &State { token: None, ..state }),
            false => self.store.forget_offset(key),
        };
        if let Err(error) = kept {
            (self.warn)(&format!("the clock's offset was not remembered: {error}"));
        }
        Ok(exchanged)
    }
}
