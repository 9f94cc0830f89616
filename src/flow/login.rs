//! Gets a credential: asks the questions of [`crate::sign::login`] one after
//! the other, and waits for the user in between.

use crate::error::{Error, Kind, Result, reason};
use crate::flow::engine::Engine;
use crate::model::secret::Secret;
use crate::model::url::WireUrl;
use crate::net::Callback;
use crate::sign::login::oauth1::{self, Credentials, OUT_OF_BAND};
use crate::sign::login::ovh::{self, Requested, Rule, Status};
use crate::sign::{Params, Token};
use std::time::Duration;

/// How often a server is asked whether the user has decided.
const INTERVAL: Duration = Duration::from_secs(2);

/// Asks OVHcloud for a consumer key that is good for these calls.
///
/// # Errors
/// Those of asking; [`Kind::Refused`] when the application is not known.
pub fn request_consumer_key(engine: &Engine<'_>, rules: &[Rule]) -> Result<Requested> {
    let step = ovh::request(&engine.profile.params, rules)?;
    engine.step(&step.draft.url, &step)
}

/// Waits until the user has allowed the key of `params`, for `limit` at most.
///
/// # Errors
/// [`Kind::TimedOut`] when the user has not; [`Kind::Refused`] when the key or
/// the application is refused; those of asking.
pub fn wait_for_consumer_key(engine: &Engine<'_>, params: &Params, limit: Duration) -> Result<()> {
    let step = ovh::status(params)?;
    let end = (engine.pace.elapsed)().saturating_add(limit);
    loop {
        if engine.step(&step.draft.url, &step)? == Status::Validated {
            return Ok(());
        }
        let left = end.saturating_sub((engine.pace.elapsed)());
        if left.is_zero() {
            let waited = limit.as_secs();
            return Err(Error::new(
                Kind::TimedOut,
                format!("the consumer key was not allowed within {waited} seconds"),
            )
            .hint("run it again, and allow it on the page; --wait 30m waits longer")
            .into());
        }
        (engine.pace.sleep)(left.min(INTERVAL));
    }
}

/// Ends the consumer key of the profile.
///
/// # Errors
/// Those of asking.
pub fn end_consumer_key(engine: &Engine<'_>) -> Result<()> {
    let step = ovh::log_out(&engine.profile.params)?;
    engine.step(&step.draft.url, &step)
}

/// How the user's consent comes back.
pub enum Return {
    /// As a verifier that the user is shown and hands over.
    ByHand,
    /// As a request of the browser to this machine.
    ByCallback(Callback),
}

impl Return {
    fn callback(&self) -> String {
        match self {
            Self::ByHand => OUT_OF_BAND.to_owned(),
            Self::ByCallback(callback) => callback.url(),
        }
    }
}

/// Asks for OAuth 1.0's temporary credentials; `warn` is told of a server of
/// the version without verifiers.
///
/// # Errors
/// Those of asking; [`Kind::Refused`] when the client is not known.
pub fn request_temporary(engine: &Engine<'_>, back: &Return) -> Result<Credentials> {
    let step = oauth1::temporary(&engine.profile.params, &back.callback())?;
    let temporary = engine.step(&step.draft.url, &step)?;
    if !temporary.callback_confirmed {
        (engine.warn)("the server does not confirm the callback, as OAuth 1.0a demands");
    }
    Ok(temporary)
}

/// Trades temporary credentials that the user has allowed for lasting ones.
///
/// # Errors
/// Those of asking.
pub fn request_token(
    engine: &Engine<'_>,
    temporary: &Credentials,
    verifier: &Secret,
) -> Result<Credentials> {
    let step = oauth1::token(&engine.profile.params, temporary, verifier.expose())?;
    engine.step(&step.draft.url, &step)
}

/// Forgets the OAuth 2.0 token of the profile; says whether there was one.
///
/// # Errors
/// [`Kind::Write`] when the cache cannot be written.
pub fn forget_token(engine: &Engine<'_>) -> Result<bool> {
    let Some(base) = &engine.profile.base else { return Ok(false) };
    let forgotten = engine.store.forget_token(engine.key(base));
    forgotten.map_err(|error| {
        Error::new(Kind::Write, format!("the cached token: {}", reason(&error))).into()
    })
}

/// Fetches a new OAuth 2.0 token, which is kept for the runs that follow.
///
/// # Errors
/// Those of asking.
pub fn fetch_token(engine: &Engine<'_>, url: &WireUrl) -> Result<Token> {
    let state = engine.renew(url)?;
    state.token.ok_or_else(|| Error::new(Kind::Internal, "a login without a token").into())
}
