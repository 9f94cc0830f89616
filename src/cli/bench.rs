//! An engine for what is no request of the user's: checks and logins. It
//! sends once, follows nothing and signs for the profile's own origin.

use crate::context::{self, RunContext};
use crate::flow::engine::{Conduct, Engine, Pace};
use crate::flow::state::StateStore;
use crate::net::Exchange;
use crate::out::mask::Secrets;
use crate::out::message;
use crate::out::style::ColorChoice;
use crate::profile::Profile;
use crate::sign::Placement;
use std::cell::RefCell;

/// What such an engine works with.
pub(super) struct Bench<'run> {
    pub(super) profile: &'run Profile,
    pub(super) exchange: &'run dyn Exchange,
    pub(super) store: &'run StateStore,
}

impl Bench<'_> {
    /// Calls `job` with the engine.
    pub(super) fn run<T>(&self, context: &mut RunContext, job: impl FnOnce(&Engine<'_>) -> T) -> T {
        let style = ColorChoice::Auto.style(context.terminal.stderr, &context.environment);
        let stderr = RefCell::new(&mut context.stderr);
        let randomness = &context.randomness;
        let random_word = |length| context::random_word(randomness, length);
        let jitter = || context::random_fraction(randomness);
        job(&Engine {
            profile: self.profile,
            exchange: self.exchange,
            clock: &*context.clock,
            random_word: &random_word,
            store: self.store,
            pinned_time: None,
            pinned_nonce: None,
            placement: Placement::Own,
            allowed_origins: &[],
            conduct: Conduct::default(),
            pace: Pace { elapsed: &*context.stopwatch, sleep: &*context.sleep, jitter: &jitter },
            around_body: &crate::net::straight,
            warn: &|text| {
                // Where standard error is closed, nobody listens.
                let _ = message::warning(&mut **stderr.borrow_mut(), text, style);
            },
            secrets: Secrets::Masked,
            archive: None,
        })
    }
}
