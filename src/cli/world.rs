//! What a request's command has of the process: it tells users things, lets
//! time pass and reads what values are made of.

use crate::cli::args::RequestArgs;
use crate::cli::session::color;
use crate::context::{Clock, Environment, Randomness, RunContext, Sleep, Stopwatch};
use crate::flow::body::Inputs;
use crate::flow::engine::Event;
use crate::flow::until;
use crate::model::time::Time;
use crate::out::mask::Secrets;
use crate::out::paced::{self, Limited, Meter};
use crate::out::style::Style;
use crate::out::{head, message};
use std::cell::{Cell, RefCell};
use std::io::{Read, Write};
use std::time::Duration;

/// How wide a terminal is taken for that does not tell.
const USUAL_WIDTH: usize = 80;

/// The parts of a [`RunContext`] that a session uses, apart from standard
/// output, which commands write to meanwhile.
pub(super) struct World<'a> {
    pub(super) environment: &'a Environment,
    pub(super) clock: &'a Clock,
    pub(super) stopwatch: &'a Stopwatch,
    pub(super) sleep: &'a Sleep,
    pub(super) randomness: &'a Randomness,
    stdin: &'a mut (dyn Read + Send),
    /// Standard error, written to from wherever something is to be told.
    stderr: RefCell<&'a mut (dyn Write + Send)>,
    /// Whether a line of progress stands there.
    has_line: Cell<bool>,
    /// How many columns that line may take.
    width: usize,
    /// How standard error is coloured.
    pub(super) style: Style,
    is_quiet: bool,
}

impl<'a> World<'a> {
    /// Splits the context into the world and standard output.
    pub(super) fn of(
        context: &'a mut RunContext,
        arguments: &RequestArgs,
        is_quiet: bool,
    ) -> (Self, &'a mut (dyn Write + Send)) {
        let style = color(arguments).style(context.terminal.stderr, &context.environment);
        let world = Self {
            style,
            environment: &context.environment,
            clock: &context.clock,
            stopwatch: &context.stopwatch,
            sleep: &context.sleep,
            randomness: &context.randomness,
            stdin: &mut *context.stdin,
            stderr: RefCell::new(&mut *context.stderr),
            has_line: Cell::new(false),
            width: context.terminal.stderr_width.unwrap_or(USUAL_WIDTH),
            is_quiet,
        };
        (world, &mut *context.stdout)
    }

    /// What values and bodies are read from.
    pub(super) fn inputs(&mut self) -> Inputs<'_> {
        Inputs::new(&mut *self.stdin, self.environment.home())
    }

    /// Calls `job` with a body that comes no faster than `limit` bytes a
    /// second. `progress` shows how far it is: how many bytes were there
    /// before, and how many come, where that is known.
    pub(super) fn paced<T>(
        &self,
        body: &mut dyn Read,
        limit: Option<u64>,
        progress: Option<(u64, Option<u64>)>,
        job: impl FnOnce(&mut dyn Read) -> T,
    ) -> T {
        match progress {
            Some((before, length)) => {
                let show = |text: &str| self.show(text);
                let mut meter = Meter::new(before, length, self.elapsed(), &show);
                self.limited(body, limit, |body| job(&mut meter.watch(body)))
            }
            None => self.limited(body, limit, job),
        }
    }

    /// Calls `job` with a body that comes no faster than `limit` bytes a
    /// second.
    pub(super) fn limited<T>(
        &self,
        body: &mut dyn Read,
        limit: Option<u64>,
        job: impl FnOnce(&mut dyn Read) -> T,
    ) -> T {
        match limit {
            Some(limit) => job(&mut Limited::new(body, limit, self.elapsed(), &**self.sleep)),
            None => job(body),
        }
    }

    /// How long the run has lasted.
    pub(super) fn elapsed(&self) -> &dyn Fn() -> Duration {
        &**self.stopwatch
    }

    /// Shows how far something is, in a line that goes when another is told.
    pub(super) fn show(&self, text: &str) {
        self.has_line.set(paced::show(&mut **self.stderr.borrow_mut(), text));
    }

    /// Shows a line in the place of the one that stands there.
    pub(super) fn show_line(&self, text: &str) {
        self.show(&paced::in_place(text, self.width));
    }

    /// Takes away the line that stands there, if one does.
    pub(super) fn clear_line(&self) {
        self.tell(|_| Ok(()));
    }

    /// What time it is.
    pub(super) fn now(&self) -> Time {
        (self.clock)()
    }

    /// How time passes.
    pub(super) fn time(&self) -> until::Time<'_> {
        until::Time { elapsed: self.elapsed(), sleep: &**self.sleep }
    }

    /// Tells the user something that is no failure.
    pub(super) fn warn(&self, text: &str) {
        if !self.is_quiet {
            self.tell(|out| message::warning(out, text, self.style));
        }
    }

    /// Shows the head of what goes out or came back, as `-v` has it.
    pub(super) fn show_head(&self, event: &Event<'_>, secrets: Secrets) {
        self.tell(|out| match event {
            Event::Asking(wire) | Event::Sending(wire) => {
                head::request(out, head::SENT, wire, secrets, self.style)
            }
            Event::Answered(answer) => {
                head::response(out, head::RECEIVED, answer, secrets, self.style)
            }
            Event::Following(_) => Ok(()),
        });
    }

    /// Writes to standard error. Where that is closed, nobody listens.
    pub(super) fn tell(&self, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) {
        let stderr = &mut **self.stderr.borrow_mut();
        if self.has_line.take() {
            let _ = paced::clear(stderr);
        }
        let _ = write(stderr);
    }
}
