//! Signs and sends: the one place where a draft becomes an answer.

mod known;
mod persist;

use crate::error::Result;
use crate::flow::archive::Archive;
use crate::flow::body;
use crate::flow::diagnose::{self, Conditions, Refusal};
use crate::flow::draft::readable_on_the_way;
use crate::flow::redirect::{self, Hop, Rules, Unfollowed};
use crate::flow::retry;
use crate::flow::state::StateStore;
use crate::model::request::Draft;
use crate::model::response::ResponseHead;
use crate::model::secret::Secret;
use crate::model::time::Time;
use crate::model::url::Origin;
use crate::net::{self, Answer, Around, Exchange};
use crate::out::mask::Secrets;
use crate::profile::Profile;
use crate::sign::{
    self, Params, Payload, Placement, Scheme as _, Signed, SigningContext, State, Tracing, Wire,
};
use anyhow::Context as _;
use std::time::Duration;

/// How long a nonce is: long enough never to repeat, short enough for servers
/// that allow 20 to 30 characters (oauthlib).
const NONCE_LENGTH: usize = 28;

/// The longest body of a redirect that is read to keep its connection, in
/// bytes; for a longer one a new connection is cheaper.
const WORTH_READING: u64 = 16 * 1024;

/// What signing needs besides the request.
#[derive(Clone)]
pub struct Engine<'a> {
    /// Whose signature it is.
    pub profile: &'a Profile,
    /// Sends.
    pub exchange: &'a dyn Exchange,
    /// What time it is here.
    pub clock: &'a dyn Fn() -> Time,
    /// A word of letters and digits of that length, never given before.
    pub random_word: &'a dyn Fn(usize) -> Result<String>,
    /// What earlier runs left behind.
    pub store: &'a StateStore,
    /// A time to sign with in place of the clock's.
    pub pinned_time: Option<Time>,
    /// A nonce to sign with in place of a random one.
    pub pinned_nonce: Option<String>,
    /// Where the signature goes.
    pub placement: Placement,
    /// Where else the profile's credential may be used, besides its own origin.
    pub allowed_origins: &'a [Origin],
    /// What is done besides sending once.
    pub conduct: Conduct,
    /// Waiting between attempts.
    pub pace: Pace<'a>,
    /// Stands around the sending of each body.
    pub around_body: &'a Around<'a>,
    /// Tells the user something that is no failure.
    pub warn: &'a dyn Fn(&str),
    /// Whether what a server repeats of them is masked in the heads it sends.
    pub secrets: Secrets,
    /// Records what is sent and received.
    pub archive: Option<&'a Archive>,
}

/// What is done with an answer that is not the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conduct {
    /// How many redirects are followed; `None` when none is.
    pub redirects: Option<u32>,
    /// When a request is sent again.
    pub retries: retry::Policy,
    /// Whether a body's content codings are undone; those of an error answer
    /// always are, since it is read here.
    pub decodes: bool,
    /// Whether a refusal that a wrong clock explains is left as it is.
    pub keeps_clock: bool,
}

/// How time passes for an engine.
#[derive(Clone, Copy)]
pub struct Pace<'a> {
    /// How long the run has lasted.
    pub elapsed: &'a dyn Fn() -> Duration,
    /// Waits.
    pub sleep: &'a dyn Fn(Duration),
    /// A number from 0 to 1, another one each time.
    pub jitter: &'a dyn Fn() -> Result<f64>,
}

/// What happens on the way to an answer.
#[derive(Debug)]
pub enum Event<'a> {
    /// This goes out before, to learn what the signature needs: a time, a token.
    Asking(&'a Wire),
    /// This goes out now.
    Sending(&'a Wire),
    /// This came back.
    Answered(&'a ResponseHead),
    /// What came back is followed; another request goes out next.
    Following(&'a ResponseHead),
}

/// Is told what happens; its error ends the exchange.
pub type Watch<'a> = dyn FnMut(Event<'_>) -> Result<()> + 'a;

/// A [`Watch`] for those who need not know.
///
/// # Errors
/// None.
pub fn unwatched(_: Event<'_>) -> Result<()> {
    Ok(())
}

/// Whether signing may ask the server for what it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// It may.
    Allowed,
    /// It signs with what is known.
    Forbidden,
}

/// A signed request and how its signature came about.
#[derive(Debug)]
pub struct SignedRequest {
    /// What may be sent.
    pub wire: Wire,
    /// The signature.
    pub signed: Signed,
}

/// A request that was answered.
pub struct Exchanged {
    /// What was sent last.
    pub request: SignedRequest,
    /// Its answer.
    pub answer: Answer,
    /// Why it is a refusal of the signature or the credential, when it is.
    pub refusal: Option<Refusal>,
    /// Why it was not followed, when it is a redirect.
    pub unfollowed: Option<Unfollowed>,
    /// Whether it was signed; the profile does not sign for every origin that
    /// a redirect leads to.
    pub is_signed: bool,
    /// How it was signed and sent.
    pub conditions: Conditions,
    /// What was shown to others on the way: a proxy's password.
    pub beside: Vec<Secret>,
}

impl Engine<'_> {
    /// Signs a draft, with every step in the trace; `watch` sees what is asked
    /// before.
    ///
    /// # Errors
    /// When a field is missing, the body cannot be read, or a question to the
    /// server fails.
    pub fn sign(
        &self,
        draft: &Draft,
        network: Network,
        watch: &mut Watch<'_>,
    ) -> Result<SignedRequest> {
        let known = self.remembered(&draft.url);
        let state = self.complete(&draft.url, known, network, watch)?;
        self.sign_with(draft, &state, Tracing::On)
    }

    /// Signs a draft and sends it, and what its answers lead to; `watch` sees
    /// everything that happens on the way. `retried` counts how often
    /// something was sent again.
    ///
    /// # Errors
    /// Those of signing, of the transport and of `watch`; an answer is never
    /// an error.
    pub fn send(
        &self,
        draft: &Draft,
        retried: &mut u32,
        watch: &mut Watch<'_>,
    ) -> Result<Exchanged> {
        let mut hop = Hop::first(draft.clone());
        let mut followed = 0;
        loop {
            let mut exchanged = self.persist(&hop, retried, watch)?;
            match self.next(&hop, &exchanged, followed) {
                None => return Ok(exchanged),
                Some(Err(why)) => {
                    exchanged.unfollowed = Some(why);
                    return Ok(exchanged);
                }
                Some(Ok(next)) => {
                    watch(Event::Following(&exchanged.answer.head))?;
                    read_away(exchanged.answer);
                    followed += 1;
                    hop = next;
                }
            }
        }
    }

    /// Where an answer leads, or why it is not followed; `None` when it is no
    /// redirect.
    fn next(
        &self,
        hop: &Hop,
        exchanged: &Exchanged,
        followed: u32,
    ) -> Option<Result<Hop, Unfollowed>> {
        let head = &exchanged.answer.head;
        if !redirect::is_redirect(head.status) || exchanged.refusal.is_some() {
            return None;
        }
        let Some(limit) = self.conduct.redirects else { return Some(Err(Unfollowed::NotAsked)) };
        let next = hop.next(
            head,
            &Rules {
                signs_for: &|origin| {
                    self.profile.signs_for(origin) || self.allowed_origins.contains(origin)
                },
                sends_secret: readable_on_the_way(self.profile).is_some(),
                can_sign_again: self.pinned_nonce.is_none(),
            },
        );
        Some(match next {
            Ok(_) if followed >= limit => Err(Unfollowed::TooMany(limit)),
            next => next,
        })
    }

    fn attempt(&self, hop: &Hop, known: State, watch: &mut Watch<'_>) -> Result<Exchanged> {
        let draft = hop.request();
        let state = match hop.is_signed {
            true => Some(self.complete(&draft.url, known, Network::Allowed, watch)?),
            false => None,
        };
        let began = (self.pace.elapsed)();
        let request = match state {
            Some(state) => self.sign_with(&draft, &state, Tracing::Off)?,
            None => self.leave_unsigned(&draft)?,
        };
        let signing = (self.pace.elapsed)().saturating_sub(began);
        watch(Event::Sending(&request.wire))?;
        let mut answer = self.deliver(&request.wire, signing, self.around_body)?;
        watch(Event::Answered(&answer.head))?;
        if self.conduct.decodes || !answer.head.is_success() {
            answer = net::decoded(answer);
        }
        // Nobody can refuse what was not shown.
        let refusal = hop.is_signed.then(|| diagnose::refusal(self.profile, &mut answer)).flatten();
        let conditions = Conditions {
            is_time_given: self.pinned_time.is_some(),
            is_nonce_given: self.pinned_nonce.is_some(),
            keeps_clock: self.conduct.keeps_clock,
        };
        Ok(Exchanged {
            request,
            answer,
            refusal,
            unfollowed: None,
            is_signed: hop.is_signed,
            conditions,
            beside: self.exchange.secrets(),
        })
    }

    /// Sends what took `signing` to sign, and records it where that is wanted.
    fn deliver(&self, wire: &Wire, signing: Duration, around: &Around<'_>) -> Result<Answer> {
        let entry = self.archive.map(|archive| archive.begin(self.profile, wire, signing));
        let mut outcome = self.exchange.send_through(wire, around);
        let beside = self.exchange.secrets();
        if let (Ok(answer), Secrets::Masked) = (&mut outcome, self.secrets) {
            diagnose::mask_reason(self.profile, wire, &beside, &mut answer.head);
        }
        let outcome = match entry {
            // A secret that was asked for on the way is known by now.
            Some(entry) => entry.end(outcome, diagnose::secrets(self.profile, wire, &beside)),
            None => outcome,
        };
        outcome.map_err(|error| diagnose::mask_error(self.profile, wire, &beside, error))
    }

    /// A request for an origin that the profile does not sign for.
    fn leave_unsigned(&self, draft: &Draft) -> Result<SignedRequest> {
        let signer = sign::none::Unsigned.build(&Params::new())?;
        let context = self.signing_context(&State::default(), Tracing::Off)?;
        let signed = signer.sign(draft, &Payload::None, &context)?;
        Ok(SignedRequest { wire: sign::apply(draft, &signed), signed })
    }

    fn sign_with(&self, draft: &Draft, state: &State, tracing: Tracing) -> Result<SignedRequest> {
        let params = self.profile.params_for(&draft.url).with_context(|| self.name())?;
        let signer = self.profile.scheme.build(&params).with_context(|| self.name())?;
        let need = signer.payload(draft);
        let payload = draft
            .body
            .open()
            .and_then(|mut body| Payload::read(need, &mut body))
            .map_err(body::read_failure)?;
        let context = self.signing_context(state, tracing)?;
        let signed = signer.sign(draft, &payload, &context).with_context(|| self.name())?;
        Ok(SignedRequest { wire: sign::apply(draft, &signed), signed })
    }

    fn signing_context(&self, state: &State, tracing: Tracing) -> Result<SigningContext> {
        let time = self
            .pinned_time
            .unwrap_or_else(|| (self.clock)().plus(state.clock_offset.unwrap_or_default()));
        let nonce = match &self.pinned_nonce {
            Some(nonce) => nonce.clone(),
            None if !self.profile.scheme.signs_nonce() => String::new(),
            None => (self.random_word)(NONCE_LENGTH)?,
        };
        let token = state.token.as_ref().map(|token| token.access_token.clone());
        Ok(SigningContext { time, nonce, placement: self.placement, token, tracing })
    }

    fn name(&self) -> String {
        format!("profile {}", self.profile.name)
    }
}

/// Reads the body of an answer that is followed, so that its connection can be
/// used again, where that is little work.
fn read_away(mut answer: Answer) {
    let length = answer.head.headers.text("content-length").and_then(|text| text.parse().ok());
    if length.is_some_and(|length: u64| length <= WORTH_READING) {
        // A failure shows when the next request needs a connection.
        let _ = std::io::copy(&mut answer.body, &mut std::io::sink());
    }
}
