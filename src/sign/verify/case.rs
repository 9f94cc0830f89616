//! A request as it may have looked to whoever signed it, and signing it.

use crate::error::Result;
use crate::model::body::Body;
use crate::model::headers::{Header, Piece};
use crate::model::request::{Draft, Received};
use crate::model::secret::Secret;
use crate::model::time::Time;
use crate::model::url::{Origin, WireUrl};
use crate::sign::digest::equal_in_constant_time;
use crate::sign::verify::Setting;
use crate::sign::{
    Params, Payload, PayloadNeed, Presented, Scheme, Signer, SigningContext, Step, Trace, Tracing,
};
use std::rc::Rc;

/// How many bytes of bodies are signed in search of a cause.
const BUDGET: u64 = 4 * 1024 * 1024 * 1024;

/// The step that holds the request whole, by the name each scheme gives it.
const MESSAGES: &[&str] = &["signature base string", "canonical request"];

/// A cause that is to be proved.
pub(super) struct Suspect<'a> {
    /// In what way the signature was made, behind "it was made".
    pub(super) how: String,
    /// The profile's field that would make the profile sign alike.
    pub(super) setting: Option<Setting>,
    /// What was signed then.
    pub(super) case: Case<'a>,
}

/// What is signed and with what.
#[derive(Clone)]
pub(super) struct Case<'a> {
    pub(super) scheme: &'a dyn Scheme,
    pub(super) presented: &'a Presented,
    /// The profile's fields as they are.
    pub(super) own: &'a Params,
    /// The fields to sign with.
    pub(super) params: Params,
    pub(super) draft: Draft,
    pub(super) time: Option<Time>,
    /// What is signed instead of the step that the draft gives.
    pub(super) message: Option<String>,
    /// The key text instead of the one that the fields give.
    pub(super) key: Option<String>,
    /// The signature it is to have.
    pub(super) signature: String,
    /// The body as the signer of the unchanged request needs it.
    pub(super) payload: Option<Rc<(PayloadNeed, Payload)>>,
    /// The steps of the unchanged request.
    pub(super) trace: Option<Rc<Trace>>,
}

impl<'a> Case<'a> {
    /// The request as received.
    pub(super) fn of(
        scheme: &'a dyn Scheme,
        own: &'a Params,
        mut params: Params,
        received: &Received,
        presented: &'a Presented,
    ) -> Self {
        for (name, value) in &presented.chosen {
            params.set(name, value);
        }
        Self {
            scheme,
            presented,
            own,
            params,
            draft: draft_of(received, presented),
            time: presented.time,
            message: None,
            key: None,
            signature: presented.signature.clone(),
            payload: None,
            trace: None,
        }
    }

    /// The same, its body read and its steps known.
    pub(super) fn knowing(&self, trace: &Trace) -> Self {
        let read = || {
            let need = self.scheme.build(&self.params)?.payload(&self.draft);
            anyhow::Ok((need, Payload::read(need, &mut self.draft.body.open()?)?))
        };
        let payload = read().ok().map(Rc::new);
        Self { payload, trace: Some(Rc::new(trace.clone())), ..self.clone() }
    }

    /// How many signatures may be made.
    pub(super) fn budget(&self) -> u64 {
        match self.payload.as_deref() {
            Some((PayloadNeed::Raw, _)) => BUDGET / self.draft.body.length().max(1),
            _ => u64::MAX,
        }
    }

    /// Signs it.
    ///
    /// # Errors
    /// When it cannot be signed so.
    pub(super) fn sign(&self) -> Result<Trace> {
        let signer = self.scheme.build(&self.params)?;
        let context = SigningContext {
            time: self.time.unwrap_or(Time::from_epoch(0)),
            nonce: self.presented.nonce.clone().unwrap_or_default(),
            placement: self.presented.placement,
            token: self.params.get("token").map(Secret::new),
            tracing: Tracing::On,
        };
        if self.message.is_some() || self.key.is_some() {
            return Ok(self.signed_message(&*signer, &context).unwrap_or_default());
        }
        let need = signer.payload(&self.draft);
        match self.payload.as_deref() {
            Some((known, payload)) if *known == need => {
                Ok(signer.sign(&self.draft, payload, &context)?.trace)
            }
            _ => {
                let payload = Payload::read(need, &mut self.draft.body.open()?)?;
                Ok(signer.sign(&self.draft, &payload, &context)?.trace)
            }
        }
    }

    /// The data of a body whose parts carry signatures of their own; see
    /// [`Signer::read_parts`].
    pub(super) fn signed_parts(&self, received: &Received) -> Option<Result<Vec<u8>, String>> {
        self.scheme.build(&self.params).ok()?.read_parts(received, self.presented)
    }

    /// The steps of the unchanged request with another message or key.
    fn signed_message(&self, signer: &dyn Signer, context: &SigningContext) -> Option<Trace> {
        let ours = self.trace.as_deref()?;
        let message = self.message.clone().or_else(|| self.own_message()).unwrap_or_default();
        let signature = signer.sign_message(&message, self.key.as_deref(), &self.draft, context)?;
        let last = ours.steps.len().checked_sub(1)?;
        let step = |(index, step): (usize, &Step)| {
            let pieces = match (step.name, &self.key) {
                _ if index == last => like(step, &signature),
                ("key", Some(key)) => vec![Piece::secret(key)],
                (name, _) if MESSAGES.contains(&name) => like(step, &message),
                _ => step.pieces.clone(),
            };
            Step { pieces, ..step.clone() }
        };
        Some(Trace { steps: ours.steps.iter().enumerate().map(step).collect() })
    }

    /// Whether these are the steps of the presented signature.
    pub(super) fn holds(&self, trace: &Trace) -> bool {
        trace.signature().is_some_and(|signature| {
            equal_in_constant_time(signature.as_bytes(), self.signature.as_bytes())
        })
    }

    /// The step that holds the unchanged request whole.
    pub(super) fn own_message(&self) -> Option<String> {
        let steps = &self.trace.as_deref()?.steps;
        steps.iter().find(|step| MESSAGES.contains(&step.name)).map(Step::exposed)
    }

    /// Whether the signature covers anything of the request: passwords, tokens
    /// and PLAINTEXT do not.
    pub(super) fn covers_request(&self) -> bool {
        self.trace.as_deref().is_some_and(|trace| trace.steps.len() > 1)
    }

    /// The whole body.
    pub(super) fn body(&self) -> Vec<u8> {
        self.draft.body.read_all().unwrap_or_default()
    }

    /// A suspicion of this.
    pub(super) fn suspect(self, how: impl Into<String>) -> Suspect<'a> {
        Suspect { how: how.into(), setting: None, case: self }
    }

    /// With another URL, its Host likewise.
    pub(super) fn at(&self, origin: &Origin, path: &str) -> Self {
        let mut case = self.clone();
        case.draft.url = self.draft.url.with_origin(origin.clone()).with_path(path);
        if *origin != *self.draft.url.origin() {
            case.draft.headers.set(Header::new("Host", origin.authority().into_owned()));
        }
        case
    }

    /// With another path or query.
    pub(super) fn with_url(&self, url: WireUrl) -> Self {
        Self { draft: Draft { url, ..self.draft.clone() }, ..self.clone() }
    }

    /// With another body.
    pub(super) fn with_body(&self, body: Body) -> Self {
        Self { draft: Draft { body, ..self.draft.clone() }, payload: None, ..self.clone() }
    }

    /// With a header field, or without it.
    pub(super) fn with_header(&self, name: &str, value: Option<&[u8]>) -> Self {
        let mut case = self.clone();
        match value {
            Some(value) => case.draft.headers.set(Header::new(name, value)),
            None => case.draft.headers.remove(name),
        }
        case
    }

    /// With another value of a field.
    pub(super) fn with_field(&self, name: &str, value: &str) -> Self {
        let mut case = self.clone();
        case.params.set(name, value);
        case
    }

    /// With another text to sign.
    pub(super) fn with_message(&self, message: String) -> Self {
        Self { message: Some(message), ..self.clone() }
    }
}

impl Suspect<'_> {
    /// The same, which a field of the profile would mend.
    pub(super) fn setting(self, name: &'static str, value: impl Into<String>) -> Self {
        Self { setting: Some(Setting { name, value: Some(value.into()) }), ..self }
    }

    /// The same, which another secret in the profile would mend.
    pub(super) fn secret(self, name: &'static str) -> Self {
        Self { setting: Some(Setting { name, value: None }), ..self }
    }
}

/// The request as it was before it was signed.
fn draft_of(received: &Received, presented: &Presented) -> Draft {
    let is_part = |header: &&Header| !presented.strip.iter().any(|name| header.is(name));
    Draft {
        method: received.method.clone(),
        url: match &presented.query {
            Some(query) => received.url.with_query(Some(query.clone()).filter(|q| !q.is_empty())),
            None => received.url.clone(),
        },
        headers: received.headers.iter().filter(is_part).cloned().collect(),
        body: Body::bytes(presented.body.clone().unwrap_or_else(|| received.body.clone())),
    }
}

/// A text of a step, its parts as secret as they are in that step.
fn like(step: &Step, text: &str) -> Vec<Piece> {
    let mut pieces = vec![Piece::text(text)];
    for piece in &step.pieces {
        let Piece::Secret(secret) = piece else { continue };
        let secret = secret.expose();
        if secret.is_empty() {
            continue;
        }
        pieces = pieces.into_iter().flat_map(|piece| hidden(piece, secret)).collect();
    }
    pieces
}

/// The pieces with these texts as secrets wherever they stand in them.
pub(super) fn veiled(pieces: &[Piece], secrets: &[String]) -> Vec<Piece> {
    secrets.iter().fold(pieces.to_vec(), |pieces, secret| {
        pieces.into_iter().flat_map(|piece| hidden(piece, secret)).collect()
    })
}

/// A piece with each occurrence of a secret in it as a piece of its own.
fn hidden(piece: Piece, secret: &str) -> Vec<Piece> {
    let Piece::Text(text) = piece else { return vec![piece] };
    let mut pieces = Vec::new();
    for (index, part) in text.split(secret).enumerate() {
        if index > 0 {
            pieces.push(Piece::secret(secret));
        }
        pieces.push(Piece::text(part));
    }
    pieces
}
