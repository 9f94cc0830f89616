//! Signs and sends: the one place where a draft becomes an answer.

use crate::error::Result;
use crate::flow::body;
use crate::flow::diagnose::{self, Refusal};
use crate::flow::draft::readable_on_the_way;
use crate::flow::redirect::{self, Hop, Rules, Unfollowed};
use crate::flow::state::{Key, StateStore};
use crate::model::request::Draft;
use crate::model::response::ResponseHead;
use crate::model::time::Time;
use crate::model::url::{Origin, WireUrl};
use crate::net::{self, Answer, Exchange};
use crate::profile::Profile;
use crate::sign::{
    self, Ask, Params, Payload, Placement, Prepared, Scheme as _, Signed, SigningContext, State,
    Wire,
};
use anyhow::Context as _;
use std::io::Read as _;

/// How much of an answer to a question of ours is read, in bytes.
const ASK_LIMIT: u64 = 64 * 1024;

/// How long a nonce is: long enough never to repeat, short enough for servers
/// that allow 20 to 30 characters (oauthlib).
const NONCE_LENGTH: usize = 28;

/// The longest body of a redirect that is read to keep its connection, in
/// bytes; for a longer one a new connection is cheaper.
const WORTH_READING: u64 = 16 * 1024;

/// What signing needs besides the request.
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
    /// Tells the user something that is no failure.
    pub warn: &'a dyn Fn(&str),
}

/// What is done with an answer that is not the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conduct {
    /// How many redirects are followed; `None` when none is.
    pub redirects: Option<u32>,
}

/// What happens on the way to an answer.
#[derive(Debug)]
pub enum Event<'a> {
    /// This goes out now.
    Sending(&'a Wire),
    /// This came back.
    Answered(&'a ResponseHead),
    /// What came back is followed; another request goes out next.
    Following(&'a ResponseHead),
}

/// Is told what happens; its error ends the exchange.
pub type Watch<'a> = dyn FnMut(Event<'_>) -> Result<()> + 'a;

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
}

impl Engine<'_> {
    /// Signs a draft.
    ///
    /// # Errors
    /// When a field is missing, the body cannot be read, or a question to the
    /// server fails.
    pub fn sign(&self, draft: &Draft, network: Network) -> Result<SignedRequest> {
        let known = self.remembered();
        let state = self.complete(known, network)?;
        self.sign_with(draft, &state)
    }

    /// Signs a draft and sends it, and what its answers lead to; `watch` sees
    /// everything that happens on the way.
    ///
    /// # Errors
    /// Those of signing, of the transport and of `watch`; an answer is never
    /// an error.
    pub fn send(&self, draft: &Draft, watch: &mut Watch<'_>) -> Result<Exchanged> {
        let mut hop = Hop::first(draft.clone());
        let mut followed = 0;
        loop {
            let mut exchanged = self.exchange(&hop, watch)?;
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

    /// Sends one request of the way, a second time where what is remembered of
    /// the server is outdated.
    fn exchange(&self, hop: &Hop, watch: &mut Watch<'_>) -> Result<Exchanged> {
        let known = self.remembered();
        let exchanged = self.attempt(hop, known.clone(), watch)?;
        // What was remembered may be wrong by now: once more with a new time
        // offset or token. The refused request was not carried out, so this
        // is safe for every method; a given nonce allows one attempt.
        let refusal = exchanged.refusal.as_ref();
        let may_be_outdated = match known.token {
            Some(_) => refusal.is_some() || exchanged.answer.head.status == 401,
            None => refusal.is_some_and(|refusal| refusal.may_be_clock),
        };
        let can_sign_again = hop.is_signed && self.pinned_nonce.is_none();
        if may_be_outdated && can_sign_again && self.uses(&known)? {
            return self.attempt(hop, State::default(), watch);
        }
        Ok(exchanged)
    }

    fn attempt(&self, hop: &Hop, known: State, watch: &mut Watch<'_>) -> Result<Exchanged> {
        let draft = hop.request();
        let request = match hop.is_signed {
            true => self.sign_with(&draft, &self.complete(known, Network::Allowed)?)?,
            false => self.leave_unsigned(&draft)?,
        };
        watch(Event::Sending(&request.wire))?;
        let mut answer = self.exchange.send(&request.wire)?;
        watch(Event::Answered(&answer.head))?;
        // Nobody can refuse what was not shown.
        let refusal = hop.is_signed.then(|| diagnose::refusal(self.profile, &mut answer)).flatten();
        Ok(Exchanged { request, answer, refusal, unfollowed: None, is_signed: hop.is_signed })
    }

    /// A request for an origin that the profile does not sign for.
    fn leave_unsigned(&self, draft: &Draft) -> Result<SignedRequest> {
        let signer = sign::none::Unsigned.build(&Params::new())?;
        let context = self.signing_context(&State::default())?;
        let signed = signer.sign(draft, &Payload::None, &context)?;
        Ok(SignedRequest { wire: sign::apply(draft, &signed), signed })
    }

    fn sign_with(&self, draft: &Draft, state: &State) -> Result<SignedRequest> {
        let params = self.profile.params_for(&draft.url).with_context(|| self.name())?;
        let signer = self.profile.scheme.build(&params).with_context(|| self.name())?;
        let need = signer.payload(draft);
        let payload = draft
            .body
            .open()
            .and_then(|mut body| Payload::read(need, &mut body))
            .map_err(body::read_failure)?;
        let signed = signer.sign(draft, &payload, &self.signing_context(state)?)?;
        Ok(SignedRequest { wire: sign::apply(draft, &signed), signed })
    }

    fn signing_context(&self, state: &State) -> Result<SigningContext> {
        let time = self
            .pinned_time
            .unwrap_or_else(|| (self.clock)().plus(state.clock_offset.unwrap_or_default()));
        let nonce = match &self.pinned_nonce {
            Some(nonce) => nonce.clone(),
            None => (self.random_word)(NONCE_LENGTH)?,
        };
        let token = state.token.as_ref().map(|token| token.access_token.clone());
        Ok(SigningContext { time, nonce, placement: self.placement, token })
    }

    /// What earlier runs learnt of the server.
    fn remembered(&self) -> State {
        match (&self.profile.base, self.pinned_time) {
            (Some(base), None) => self.store.read(&self.key(base), (self.clock)()),
            _ => State::default(),
        }
    }

    /// Whether the scheme would have to ask, did it not know this.
    fn uses(&self, known: &State) -> Result<bool> {
        let asks = |state: &State| -> Result<bool> {
            let prepared =
                self.profile.scheme.prepare(&self.profile.params, state, (self.clock)())?;
            Ok(matches!(prepared, Prepared::Ask(_)))
        };
        Ok(self.pinned_time.is_none() && asks(&State::default())? && !asks(known)?)
    }

    /// What is known, and what the scheme needs besides asked of the server
    /// and remembered. A pinned time needs nothing.
    fn complete(&self, known: State, network: Network) -> Result<State> {
        if self.pinned_time.is_some() || network == Network::Forbidden {
            return Ok(known);
        }
        let scheme = self.profile.scheme;
        let prepared = scheme.prepare(&self.profile.params, &known, (self.clock)());
        match prepared.with_context(|| self.name())? {
            Prepared::Ready => Ok(known),
            Prepared::Ask(ask) => {
                let state = self.ask(&ask, known)?;
                let kept = match &self.profile.base {
                    Some(base) => self.store.keep(&self.key(base), (self.clock)(), &state),
                    None => Ok(()),
                };
                if let Err(error) = kept {
                    (self.warn)(&format!("{} was not remembered: {error}", ask.purpose));
                }
                Ok(state)
            }
        }
    }

    /// What the state is kept under.
    fn key(&self, base: &WireUrl) -> Key {
        Key::of(base.origin(), &self.profile.params)
    }

    /// Asks what signing depends on, signed by the scheme the question names.
    fn ask(&self, ask: &Ask, mut state: State) -> Result<State> {
        let (scheme, params) = &ask.sign_with;
        let scheme = sign::scheme(scheme).unwrap_or(&sign::none::Unsigned);
        let context = self.signing_context(&State::default())?;
        let signed = scheme.build(params)?.sign(&ask.draft, &Payload::None, &context)?;
        let while_asking = || format!("asking {} for {}", ask.draft.url, ask.purpose);
        let answer =
            self.exchange.send(&sign::apply(&ask.draft, &signed)).with_context(while_asking)?;
        let mut body = Vec::new();
        answer
            .body
            .take(ASK_LIMIT)
            .read_to_end(&mut body)
            .map_err(net::typed)
            .with_context(while_asking)?;
        (ask.read)(&answer.head, &body, (self.clock)(), &mut state)
            .map_err(|error| diagnose::mask_error(self.profile, &error))
            .with_context(while_asking)?;
        Ok(state)
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
