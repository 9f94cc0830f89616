//! `--until`: asks again and again until the answer is as wanted.

use super::Sending;
use super::more::More;
use super::print::received;
use super::trail::Trail;
use crate::cli::plan::Plan;
use crate::cli::session::Session;
use crate::cli::until::Wanted;
use crate::cli::world::World;
use crate::error::{self, Error, Kind, Result};
use crate::flow::diagnose;
use crate::flow::engine::Exchanged;
use crate::flow::paginate::Received;
use crate::flow::retry::{self, Trouble};
use crate::flow::until::{Ending, Look, until};
use crate::model::duration;
use crate::model::place::quoted;
use crate::model::response::ResponseHead;
use crate::out::mask::Secrets;
use crate::out::write_out::Transfer;
use crate::out::{mask, message, waiting};
use anyhow::Context as _;
use std::io::{Cursor, Read};
use std::time::Duration;

/// What a look at the server came to.
struct Seen {
    outcome: Result<Exchanged>,
    /// What of it is shown while it is not as wanted.
    shown: String,
    /// The heads of the redirects that led to it.
    followed: Vec<ResponseHead>,
}

impl Sending<'_> {
    /// Sends until the answer is as wanted, and prints the last one.
    pub(super) fn wait(
        &mut self,
        world: &World<'_>,
        session: &mut Session,
        plan: &Plan,
        wanted: &Wanted,
        trail: &mut Trail,
    ) -> (Result<()>, Transfer) {
        let mut retried = 0;
        let mut told = String::new();
        let shows = (self.printer.shows_progress, self.arguments.silent);
        let mut show = |seen: &Seen, waited: Duration| {
            let line =
                waiting::line(&wanted.expression, &seen.shown, waited, wanted.patience.limit);
            match shows {
                (true, _) => world.show_line(&line),
                (false, false) if told != seen.shown => {
                    world.tell(|stderr| message::note(stderr, &line));
                    told.clone_from(&seen.shown);
                }
                _ => {}
            }
        };
        let ending = until(
            &wanted.patience,
            world.time(),
            &mut |number| {
                // Each request has its own time, --for is that of all.
                session.begin_anew();
                trail.begin_anew();
                self.look(world, session, wanted, number, trail, &mut retried)
            },
            &mut show,
        );
        world.clear_line();
        let (seen, verdict) = match ending {
            Ok(Ending::Seen(seen)) => (seen, None),
            Ok(Ending::RanOut(seen)) => {
                let error = ran_out(session, wanted, &seen.shown);
                (seen, Some(error))
            }
            Err(error) => return (Err(error), Transfer::default()),
        };
        // It holds all pages already.
        self.paging = None;
        if let Err(error) = seen.followed.iter().try_for_each(|head| self.printer.head(head)) {
            return (Err(error), Transfer::default());
        }
        match (seen.outcome, verdict) {
            (Ok(exchanged), verdict) => {
                self.answer(world, session, plan, exchanged, &mut retried, verdict)
            }
            (Err(_), Some(verdict)) => (Err(verdict.into()), Transfer::default()),
            (Err(error), None) => (Err(error), Transfer::default()),
        }
    }

    /// Asks once. Trouble that may be over the next time is waited out, but not
    /// the first time: a host that is misspelt would be waited for in vain.
    fn look(
        &mut self,
        world: &World<'_>,
        session: &Session,
        wanted: &Wanted,
        number: u32,
        trail: &mut Trail,
        retried: &mut u32,
    ) -> Result<Look<Seen>> {
        loop {
            let mut followed = Vec::new();
            let mut outcome = session.with_engine(world, |engine| {
                engine.send(&session.draft, retried, &mut |event| {
                    followed.extend(self.see(world, session, event, trail).cloned());
                    Ok(())
                })
            });
            if number > 1 {
                let trouble = session.with_engine(world, |engine| {
                    let trouble = engine.trouble(&mut outcome);
                    let trouble = trouble.filter(|(trouble, _)| retry::may_be_over(*trouble));
                    Ok(trouble.map(|(trouble, told)| (told, asked(trouble, world))))
                })?;
                if let Some((shown, asked)) = trouble {
                    return Ok(Look::NotYet { seen: Seen { outcome, shown, followed }, asked });
                }
            }
            let mut exchanged = outcome?;
            if exchanged.refusal.is_some() || !exchanged.answer.head.is_success() {
                let outcome = Ok(exchanged);
                return Ok(Look::Last(Seen { outcome, shown: String::new(), followed }));
            }
            let failure = match self.whole(world, session, &mut exchanged, retried) {
                Ok(body) => return compare(world, session, wanted, exchanged, body, followed),
                Err(failure) => failure,
            };
            if session
                .with_engine(world, |engine| engine.resumes(&session.draft, &failure, retried))?
            {
                continue;
            }
            let may_be_over = retry::trouble_of(&failure).is_some_and(retry::may_be_over)
                || error::kind_of(&failure) == Kind::ServerError;
            if number == 1 || !may_be_over {
                return Err(self.cut_short(failure, &session.draft.method));
            }
            let shown = error::one_line(&failure);
            let seen = Seen { outcome: Err(failure), shown, followed };
            return Ok(Look::NotYet { seen, asked: None });
        }
    }

    /// The whole body of an answer, that of the pages that follow among it.
    fn whole(
        &self,
        world: &World<'_>,
        session: &Session,
        exchanged: &mut Exchanged,
        retried: &mut u32,
    ) -> Result<Vec<u8>> {
        let body = &mut exchanged.answer.body;
        let mut read = |body: &mut dyn Read| {
            let mut text = Vec::new();
            world
                .limited(body, session.limit_rate, |body| body.read_to_end(&mut text))
                .map_err(|error| received(error.into()))?;
            Ok(text)
        };
        let Some(paging) = &self.paging else { return read(body) };
        let url = exchanged.request.wire.url().clone();
        let first = Received::read(url, exchanged.answer.head.clone(), body).context("page 1")?;
        More::of(&self.printer, world, session, paging, false).read(first, retried, &mut read)
    }
}

/// Holds an answer against what is wanted; it can be read again after that.
fn compare(
    world: &World<'_>,
    session: &Session,
    wanted: &Wanted,
    mut exchanged: Exchanged,
    body: Vec<u8>,
    followed: Vec<ResponseHead>,
) -> Result<Look<Seen>> {
    let tell = |text: &str| world.tell(|stderr| message::note(stderr, text));
    let seen = wanted.condition.check(&mut &*body, &tell)?;
    let shown = match session.secrets {
        Secrets::Masked => {
            let Exchanged { request, beside, .. } = &exchanged;
            diagnose::without_secrets(&session.profile, &request.wire, beside, &seen.shown)
        }
        Secrets::Shown => seen.shown,
    };
    exchanged.answer.body = Box::new(Cursor::new(body));
    let asked = retry::retry_after(&exchanged.answer.head, world.now());
    let holds = seen.holds;
    let seen = Seen { outcome: Ok(exchanged), shown, followed };
    Ok(if holds { Look::Last(seen) } else { Look::NotYet { seen, asked } })
}

/// How long a server in trouble asks to wait.
fn asked(trouble: Trouble<'_>, world: &World<'_>) -> Option<Duration> {
    match trouble {
        Trouble::Answered(head) => retry::retry_after(head, world.now()),
        Trouble::Failed(_) | Trouble::Unsent => None,
    }
}

fn ran_out(session: &Session, wanted: &Wanted, shown: &str) -> Error {
    let (method, limit) = (&session.draft.method, wanted.patience.limit);
    let url = mask::url(&session.draft.url.to_string(), Secrets::Masked);
    let expression = quoted(&wanted.expression);
    let line = format!("{method} {url}: {expression} was not true");
    if limit.is_zero() {
        return Error::new(Kind::Unexpected, format!("{line}; seen: {shown}"));
    }
    let line = format!("{line} within {}; last seen: {shown}", duration::written(limit));
    let longer = duration::written(limit.saturating_mul(2));
    Error::new(Kind::Unexpected, line).hint(format!("--for {longer} waits longer"))
}
