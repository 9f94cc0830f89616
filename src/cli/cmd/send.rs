//! Sends a request and prints its answer: what runs when the first word is a
//! profile.

use crate::cli::args::{RequestArgs, SendArgs};
use crate::cli::plan::{self, Plan};
use crate::cli::session::{Session, World, color};
use crate::context::RunContext;
use crate::error::{self, Error, Kind, Result};
use crate::flow::diagnose;
use crate::flow::engine::{Exchanged, Network};
use crate::model::fields::{Input, Value};
use crate::net;
use crate::out::body::{self, Audience, Shown};
use crate::out::mask::{self, Secrets};
use crate::out::request::dry_run;
use crate::out::style::Style;
use crate::out::write_out::{self, Times, Transfer};
use crate::out::{head, message};
use anyhow::Context as _;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

/// Runs it; the exit code is what the answer says.
pub(in crate::cli) fn run(
    context: &mut RunContext,
    arguments: &SendArgs,
    data: Vec<Value>,
) -> Result<u8> {
    let is_terminal = context.terminal.stdout;
    let style = color(&arguments.request).style(is_terminal, &context.environment);
    let is_quiet = arguments.silent && !arguments.show_error;
    let (mut world, stdout) = World::of(context, &arguments.request, arguments.silent);
    let mut sending = Sending { arguments, stdout, is_terminal, style };
    let outcome = sending.run(&mut world, data);
    match outcome {
        Ok(()) => Ok(0),
        Err(error) => {
            if !is_quiet {
                world.tell(|out| message::error(out, &error, world.style));
            }
            Ok(error::kind_of(&error).exit_code())
        }
    }
}

struct Sending<'a> {
    arguments: &'a SendArgs,
    stdout: &'a mut (dyn Write + Send),
    is_terminal: bool,
    style: Style,
}

impl Sending<'_> {
    fn run(&mut self, world: &mut World<'_>, data: Vec<Value>) -> Result<()> {
        let started = Instant::now();
        let plan = plan::plan(&self.arguments.request, data)?;
        let write_out = self
            .arguments
            .write_out
            .as_deref()
            .map(|text| write_out_format(world, text))
            .transpose()?;
        let session = Session::open(world, &self.arguments.request, &plan)?;
        if self.arguments.dry_run {
            let signed = session
                .with_engine(world, |engine| engine.sign(&session.draft, Network::Forbidden))?;
            dry_run::write(self.stdout, &signed.wire, session.secrets, self.style)?;
            return Ok(());
        }
        let watch = |wire: &crate::sign::Wire| {
            if self.arguments.verbose {
                world
                    .tell(|out| head::request(out, head::SENT, wire, session.secrets, world.style));
            }
        };
        let exchanged = session.with_engine(world, |engine| engine.send(&session.draft, &watch));
        let (outcome, transfer) = match exchanged {
            Ok(exchanged) => self.answer(world, &session, &plan, exchanged),
            Err(error) => (Err(error), Transfer::default()),
        };
        if let Some(format) = write_out {
            let transfer = Transfer {
                exit_code: outcome
                    .as_ref()
                    .err()
                    .map_or(0, |error| error::kind_of(error).exit_code()),
                error: outcome.as_ref().err().map(error::one_line),
                method: session.draft.method.to_string(),
                url: session.draft.url.to_string(),
                url_effective: session.draft.url.to_string(),
                size_upload: session.draft.body.length(),
                times: Times { total: Some(started.elapsed()), ..transfer.times },
                ..transfer
            };
            let style = world.style;
            let mut written = Ok(());
            world.tell(|stderr| {
                written = write_out::write(&format, &transfer, &mut *self.stdout, stderr, style);
                Ok(())
            });
            on_stdout(written)?;
        }
        outcome
    }

    /// Prints the answer and judges it.
    fn answer(
        &mut self,
        world: &World<'_>,
        session: &Session,
        plan: &Plan,
        exchanged: Exchanged,
    ) -> (Result<()>, Transfer) {
        let Exchanged { request, mut answer, refusal } = exchanged;
        if self.arguments.verbose {
            world.tell(|out| {
                head::response(out, head::RECEIVED, &answer.head, session.secrets, world.style)
            });
        }
        let shown_url = mask::url(&request.wire.url().to_string(), Secrets::Masked);
        let line = format!("{} {shown_url}", request.wire.method());
        let is_conditional = request.wire.headers().iter().any(|header| is_condition(&header.name));
        let judged =
            diagnose::judge(&session.profile, &line, is_conditional, &mut answer, refusal.as_ref());
        if judged.is_some() && session.secrets == Secrets::Masked {
            diagnose::mask_body(&session.profile, &mut answer);
        }
        let timings = answer.timings;
        let mut transfer = Transfer {
            response: Some(answer.head.clone()),
            remote: answer.remote,
            times: Times {
                name_lookup: timings.resolve,
                connect: timings.connect,
                app_connect: timings.tls,
                pre_transfer: timings.tls.or(timings.connect),
                redirect: None,
                start_transfer: timings.first_byte,
                total: None,
            },
            ..Transfer::default()
        };
        let printed = self.print(world, session, &mut answer, judged.is_some());
        let judged = judged.map(|error| match error.kind() {
            Kind::Refused => error.hint(explain_command(&self.arguments.request, plan)),
            _ => error,
        });
        let outcome = match (printed, judged) {
            (Ok(shown), judged) => {
                transfer.size_download = shown.map_or(0, |shown| shown.length);
                judged.map_or(Ok(()), |error| Err(error.into()))
            }
            // A refusal says more than that its body could not be shown.
            (Err(_), Some(judged)) if judged.kind() == Kind::Refused => Err(judged.into()),
            (Err(error), _) => Err(received(error)),
        };
        (outcome, transfer)
    }

    fn print(
        &mut self,
        world: &World<'_>,
        session: &Session,
        answer: &mut net::Answer,
        is_error: bool,
    ) -> Result<Option<Shown>> {
        let arguments = self.arguments;
        if arguments.include || arguments.request.head {
            let mut text = Vec::new();
            // Writing into memory cannot fail.
            let _ = match self.is_terminal {
                true => head::response(&mut text, "", &answer.head, Secrets::Shown, self.style),
                false => head::response_bytes(&mut text, &answer.head, Secrets::Shown),
            };
            self.write(&text)?;
        }
        let is_head = session.draft.method.as_str() == "HEAD";
        if is_head || (arguments.fail && is_error) {
            return Ok(None);
        }
        let file = arguments.output.as_deref().filter(|path| *path != Path::new("-"));
        let shown = match file {
            Some(path) if !is_error => body::to_file(&mut answer.body, path)?,
            _ => {
                let content_type = answer.head.headers.text("content-type");
                let audience = match self.is_terminal {
                    true => Audience::Person {
                        content_type: content_type.as_deref(),
                        style: self.style,
                    },
                    false => Audience::Program,
                };
                body::to_stdout(&mut answer.body, audience, &mut *self.stdout)?
            }
        };
        if let Some(fault) = &shown.fault {
            world.warn(&fault.to_string());
        }
        Ok(Some(shown))
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        on_stdout(self.stdout.write_all(bytes).and_then(|()| self.stdout.flush()))
    }
}

/// The command that shows how the same request is signed. Headers and what
/// makes a body are left out: they may hold secrets.
fn explain_command(arguments: &RequestArgs, plan: &Plan) -> String {
    let config = arguments.config.as_deref().map(Path::to_string_lossy);
    let target = mask::url(&plan.request.target, Secrets::Masked);
    let mut words = vec!["signreq", "explain"];
    if arguments.sandbox {
        words.push("--sandbox");
    }
    if let Some(config) = &config {
        words.extend(["--config", config]);
    }
    words.extend([&*plan.profile, plan.request.method.as_str(), &target]);
    let quoted = words.into_iter().map(|word| shlex::try_quote(word).unwrap_or(word.into()));
    quoted.collect::<Vec<_>>().join(" ")
}

/// What writing to standard output came to; a closed pipe ends quietly.
fn on_stdout(written: std::io::Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::new(Kind::Write, format!("standard output: {error}")).into())
        }
        _ => Ok(()),
    }
}

/// RFC 9110 section 13.1: the headers that make a request conditional.
fn is_condition(name: &str) -> bool {
    ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range"]
        .iter()
        .any(|condition| name.eq_ignore_ascii_case(condition))
}

/// `-w` takes its format as a word, or out of a file.
fn write_out_format(world: &mut World<'_>, text: &str) -> Result<String> {
    match text.strip_prefix('@') {
        Some(path) => world.inputs().text(&Value::From(Input::new(path))).context("--write-out"),
        None => Ok(text.to_owned()),
    }
}

/// The error of a body, which the transport put into an I/O error.
fn received(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<std::io::Error>() {
        Ok(error) => net::typed(error),
        Err(error) => error,
    }
}
