//! What is known of a server besides the profile: the difference of its clock
//! and tokens, remembered from earlier runs or asked for.

use super::{Engine, Event, Network, Watch, unwatched};
use crate::error::{self, Again, Error, Result};
use crate::flow::diagnose;
use crate::flow::retry;
use crate::flow::state::Key;
use crate::model::response::ResponseHead;
use crate::model::url::WireUrl;
use crate::net;
use crate::sign::login::Step;
use crate::sign::{self, Ask, Payload, Prepared, State, Tracing};
use anyhow::Context as _;
use std::io::Read as _;
use zeroize::Zeroizing;

/// How much of an answer to a question of ours is read, in bytes.
const ASK_LIMIT: u64 = 64 * 1024;

impl Engine<'_> {
    /// What earlier runs learnt of the server behind a URL.
    pub(super) fn remembered(&self, url: &WireUrl) -> State {
        if self.pinned_time.is_some() {
            return State::default();
        }
        let mut state = self.store.read(self.key(url), (self.clock)());
        // What a scheme asked for is no correction of ours.
        if self.conduct.keeps_clock && !self.asks_for_time().unwrap_or_default() {
            state.clock_offset = None;
        }
        state
    }

    /// Whether the scheme has to ask something when it knows this.
    fn asks(&self, state: &State) -> Result<bool> {
        let prepared = self.profile.scheme.prepare(&self.profile.params, state, (self.clock)())?;
        Ok(matches!(prepared, Prepared::Ask(_)))
    }

    /// Whether the scheme would have to ask, did it not know this.
    pub(super) fn uses(&self, known: &State) -> Result<bool> {
        Ok(self.pinned_time.is_none() && self.asks(&State::default())? && !self.asks(known)?)
    }

    /// Whether the scheme asks the server for its time.
    pub(super) fn asks_for_time(&self) -> Result<bool> {
        Ok(self.profile.scheme.signs_time() && self.asks(&State::default())?)
    }

    /// What is known, and what the scheme needs besides asked of the server
    /// and remembered. A pinned time needs nothing.
    pub(super) fn complete(
        &self,
        url: &WireUrl,
        known: State,
        network: Network,
        watch: &mut Watch<'_>,
    ) -> Result<State> {
        if self.pinned_time.is_some() || network == Network::Forbidden {
            return Ok(known);
        }
        let scheme = self.profile.scheme;
        let prepared = scheme.prepare(&self.profile.params, &known, (self.clock)());
        match prepared.with_context(|| self.name())? {
            Prepared::Ready => Ok(known),
            Prepared::Ask(ask) => {
                let state = self.ask(&ask, known, watch).map_err(nothing_was_sent)?;
                let kept = self.store.keep(self.key(url), (self.clock)(), &state);
                if let Err(error) = kept {
                    (self.warn)(&format!("{} was not remembered: {error}", ask.purpose));
                }
                Ok(state)
            }
        }
    }

    /// What the state is kept under.
    pub(in crate::flow) fn key<'a>(&'a self, url: &'a WireUrl) -> Key<'a> {
        Key { origin: url.origin(), params: &self.profile.params }
    }

    /// Gets a token or whatever else the scheme asks for, anew.
    ///
    /// # Errors
    /// Those of asking.
    pub fn renew(&self, url: &WireUrl) -> Result<State> {
        self.complete(url, State::default(), Network::Allowed, &mut unwatched)
    }

    /// Asks a question of a login.
    ///
    /// # Errors
    /// Those of the transport, and of reading the answer.
    pub fn step<T>(&self, url: &WireUrl, step: &Step<T>) -> Result<T> {
        let known = match step.sign_with.0 == self.profile.scheme.id() {
            true => self.complete(url, self.remembered(url), Network::Allowed, &mut unwatched)?,
            false => State::default(),
        };
        self.ask_for(step, &known, &mut unwatched, |head, body| (step.read)(head, body))
    }

    /// Asks what signing depends on.
    fn ask(&self, ask: &Ask, mut state: State, watch: &mut Watch<'_>) -> Result<State> {
        self.ask_for(ask, &State::default(), watch, |head, body| {
            (ask.read)(head, body, (self.clock)(), &mut state)
        })?;
        Ok(state)
    }

    /// Asks, signed by the scheme that the question names with what is known,
    /// and lets `read` read the answer.
    fn ask_for<Read, T>(
        &self,
        ask: &Ask<Read>,
        known: &State,
        watch: &mut Watch<'_>,
        read: impl FnOnce(&ResponseHead, &[u8]) -> Result<T>,
    ) -> Result<T> {
        let (scheme, params) = &ask.sign_with;
        let scheme = sign::scheme(scheme).unwrap_or(&sign::none::Unsigned);
        let began = (self.pace.elapsed)();
        let context = self.signing_context(known, Tracing::Off)?;
        let signed = scheme.build(params)?.sign(&ask.draft, &Payload::None, &context)?;
        let while_asking = || format!("asking {} for {}", ask.draft.url, ask.purpose);
        let wire = sign::apply(&ask.draft, &signed);
        let signing = (self.pace.elapsed)().saturating_sub(began);
        watch(Event::Asking(&wire))?;
        let answer = self.deliver(&wire, signing, &net::straight).with_context(while_asking)?;
        watch(Event::Answered(&answer.head))?;
        let mut body = Zeroizing::new(Vec::new());
        answer
            .body
            .take(ASK_LIMIT)
            .read_to_end(&mut body)
            .map_err(net::typed)
            .with_context(while_asking)?;
        read(&answer.head, &body)
            .map_err(|error| {
                diagnose::mask_error(self.profile, &wire, &self.exchange.secrets(), error)
            })
            .with_context(while_asking)
    }
}

/// A question failed: of the request that it was for nothing was sent.
fn nothing_was_sent(error: anyhow::Error) -> anyhow::Error {
    let may_pass = retry::may_pass(error::kind_of(&error));
    match error::again_of(&error) {
        Again::ByKind if may_pass => Error::of_chain(&error).sent_again(Again::Unsent).into(),
        _ => error,
    }
}
