//! Whether the server takes the credential: the preset's cheapest call.

use crate::error::{self, Kind, Result};
use crate::flow::diagnose::{self, Asked};
use crate::flow::engine::Engine;
use crate::model::body::Body;
use crate::model::headers::Headers;
use crate::model::method::Method;
use crate::model::request::Draft;
use crate::model::response::ResponseHead;
use crate::model::time::Time;
use crate::model::url::WireUrl;
use crate::net::Exchange;
use crate::out::findings::Finding;
use crate::out::mask::{self, Secrets};
use crate::sign::none::Unsigned;
use crate::sign::{self, Params, Payload, Scheme as _, SigningContext};

/// What a call with the credential came to.
#[derive(Debug)]
pub struct Checked {
    /// What is to be said about the credential.
    pub finding: Finding,
    /// The Date of the answer.
    pub date: Option<Time>,
    /// A proxy that the answer came through, by its own account.
    pub via: Option<String>,
    /// Whether the answer refused the signature or the credential.
    pub is_refused: bool,
}

/// Sends the signed request `draft` and judges its answer.
pub fn check(engine: &Engine<'_>, draft: &Draft) -> Checked {
    const CHECK: &str = "credential";
    let line = format!("{} {}", draft.method, mask::url(&draft.url.to_string(), Secrets::Masked));
    let explain = || {
        let target = draft.url.to_string();
        let target = shlex::try_quote(&target).unwrap_or_default();
        format!("signreq explain {} {} {target}", engine.profile.name, draft.method)
    };
    let exchanged = match engine.send(draft, &mut 0, &mut |_| Ok(())) {
        Ok(exchanged) => exchanged,
        Err(error) => {
            let is_refused = error::kind_of(&error) == Kind::Refused;
            let finding = Finding::fail(CHECK, &error);
            return Checked { finding, date: None, via: None, is_refused };
        }
    };
    let mut answer = exchanged.answer;
    let refusal = exchanged.refusal.as_ref();
    let command = |words: &[&str]| {
        let words = [&["signreq", &engine.profile.name], words].concat();
        shlex::try_join(words).unwrap_or_default()
    };
    let asked = Asked {
        wire: &exchanged.request.wire,
        beside: &exchanged.beside,
        line: &line,
        is_conditional: false,
        unsigned_at: None,
        refusal,
        unfollowed: exchanged.unfollowed.as_ref(),
        conditions: exchanged.conditions,
        command: &command,
    };
    let judged = diagnose::judge(engine.profile, &asked, &mut answer);
    let finding = match judged {
        None => Finding::pass(CHECK, format!("{line} answered {}", answer.head.status)),
        Some(error) => Finding::fail(CHECK, &error.into()).mend(explain()),
    };
    Checked {
        finding,
        date: date_of(&answer.head),
        via: answer.head.headers.text("via"),
        is_refused: refusal.is_some(),
    }
}

/// What time a server says it is, asked without a credential.
///
/// # Errors
/// Those of the transport.
pub fn server_date(exchange: &dyn Exchange, url: &WireUrl) -> Result<Option<Time>> {
    let draft = Draft {
        method: Method::parse("HEAD")?,
        url: url.clone(),
        headers: Headers::new(),
        body: Body::none(),
    };
    let context = SigningContext::timeless();
    let signed = Unsigned.build(&Params::new())?.sign(&draft, &Payload::None, &context)?;
    let answer = exchange.send(&sign::apply(&draft, &signed))?;
    Ok(date_of(&answer.head))
}

fn date_of(head: &ResponseHead) -> Option<Time> {
    Time::parse_http_date(&head.headers.text("date")?)
}
