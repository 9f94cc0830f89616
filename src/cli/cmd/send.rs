//! Sends a request and prints its answer: what runs when the first word is a
//! profile.

mod archive;
mod more;
mod print;
mod trail;
mod wait;

use self::more::More;
use self::print::{Printer, on_stdout, received};
use self::trail::Trail;
use crate::cli::args::{RequestArgs, SendArgs};
use crate::cli::conduct;
use crate::cli::download::{self, Download};
use crate::cli::filter;
use crate::cli::format::Reader;
use crate::cli::paging;
use crate::cli::plan::{self, Plan};
use crate::cli::session::{self, Session, color, end_when_it_lasts};
use crate::cli::until;
use crate::cli::world::World;
use crate::context::RunContext;
use crate::error::{self, Error, Kind, Result};
use crate::flow::archive::Archive;
use crate::flow::diagnose::{self, Asked};
use crate::flow::draft::RequestBody;
use crate::flow::engine::{Event, Exchanged, Network, unwatched};
use crate::flow::paginate::Received;
use crate::flow::resume::Place;
use crate::flow::{redirect, retry};
use crate::model::fields::{Input, Value};
use crate::model::listing::Listing;
use crate::model::method::Method;
use crate::model::request::Draft;
use crate::model::response::ResponseHead;
use crate::out::mask::{self, Secrets};
use crate::out::message;
use crate::out::request::dry_run;
use crate::out::values::Form;
use crate::out::write_out::{self, Times, Transfer};
use crate::profile::preset::paging::Paging;
use anyhow::Context as _;
use std::time::Instant;

/// Runs it; the exit code is what the answer says.
pub(in crate::cli) fn run(
    context: &mut RunContext,
    arguments: &SendArgs,
    data: Vec<Value>,
) -> Result<u8> {
    let is_terminal = context.terminal.stdout;
    let width = context.terminal.width;
    let style = color(&arguments.request).style(is_terminal, &context.environment);
    let is_quiet = arguments.silent && !arguments.show_error;
    end_when_it_lasts(context, color(&arguments.request), is_quiet);
    let shows_progress = context.terminal.stderr && !arguments.silent;
    let (mut world, stdout) = World::of(context, &arguments.request, arguments.silent);
    let printer = Printer {
        arguments,
        stdout,
        is_terminal,
        width,
        style,
        shows_progress,
        download: None,
        program: None,
        form: None,
        listing: Listing::default(),
        limit_rate: None,
        decodes: false,
        can_go_on: false,
    };
    let mut sending = Sending { arguments, printer, paging: None, archive: None };
    let outcome = sending.run(&mut world, data);
    match archive::finish(sending.archive.as_ref(), &world, outcome) {
        Ok(()) => Ok(0),
        Err(error) => {
            let error = session::advised(error, &arguments.request);
            if !is_quiet {
                world.tell(|out| message::error(out, &error, world.style));
            }
            Ok(error::kind_of(&error).exit_code())
        }
    }
}

struct Sending<'a> {
    arguments: &'a SendArgs,
    printer: Printer<'a>,
    /// How more pages are found, when they are wanted.
    paging: Option<Paging>,
    /// Where what is sent and received is recorded.
    archive: Option<Archive>,
}

impl Sending<'_> {
    fn run(&mut self, world: &mut World<'_>, data: Vec<Value>) -> Result<()> {
        let started = Instant::now();
        let plan = plan::plan("signreq", &self.arguments.request, data)?;
        let write_out = self
            .arguments
            .write_out
            .as_deref()
            .map(|text| write_out_format(world, text))
            .transpose()?;
        self.printer.program = filter::program(&self.arguments.filter)?;
        self.printer.form = self.form()?;
        let mut conduct = conduct::conduct(&self.arguments.conduct)?;
        let secrets = Secrets::of(self.arguments.request.show_secrets);
        let wanted = until::wanted(&self.arguments.until, &self.arguments.filter, secrets)?;
        if wanted.is_some() {
            until::refuse_changes(&plan.request.method, conduct.retries.repeats_all)?;
        }
        let mut session = Session::open(world, &self.arguments.request, &plan)?;
        if let (Some(preset), Some(_)) = (&session.profile.preset, &self.printer.form) {
            self.printer.listing = preset.lists()?.listing;
        }
        let limit_rate = download::limit_rate(self.arguments.download.limit_rate.as_deref())?;
        self.printer.limit_rate = limit_rate;
        self.printer.download = Download::plan(&self.arguments.download, &session.draft)?;
        conduct.decodes = download::ask_compressed(
            &self.arguments.download,
            self.printer.download.as_ref(),
            &plan.request,
            &mut session.draft,
        );
        self.ask(&mut session)?;
        self.paging = paging::paging(&self.arguments.paging, &session.profile, &session.draft)?;
        // Pages are joined and conditions hold for documents, which no coding
        // may hide.
        conduct.decodes |= self.paging.is_some() || wanted.is_some();
        if self.arguments.dry_run {
            let signed = session.with_engine(world, |engine| {
                engine.sign(&session.draft, Network::Forbidden, &mut unwatched)
            })?;
            dry_run::write(self.printer.stdout, &signed.wire, session.secrets, self.printer.style)?;
            return Ok(());
        }
        session.conduct = conduct;
        self.archive = archive::begin(self.arguments, world)?;
        session.archive.clone_from(&self.archive);
        session.limit_rate = limit_rate;
        session.shows_progress = self.printer.shows_progress;
        self.printer.decodes = conduct.decodes;
        let mut trail = Trail::new(&session, started);
        let (outcome, transfer) = match &wanted {
            None => self.send(world, &mut session, &plan, &mut trail)?,
            Some(wanted) => self.wait(world, &mut session, &plan, wanted, &mut trail),
        };
        if let Some(format) = write_out {
            let transfer = trail.complete(transfer, outcome.as_ref().err());
            let style = world.style;
            let mut written = Ok(());
            world.tell(|stderr| {
                written =
                    write_out::write(&format, &transfer, &mut *self.printer.stdout, stderr, style);
                Ok(())
            });
            on_stdout(written)?;
        }
        outcome
    }

    /// Sends until the whole of an answer has been printed, or what is missing
    /// of it cannot be asked for.
    fn send(
        &mut self,
        world: &World<'_>,
        session: &mut Session,
        plan: &Plan,
        trail: &mut Trail,
    ) -> Result<(Result<()>, Transfer)> {
        let mut retried = 0;
        loop {
            let exchanged = session.with_engine(world, |engine| {
                engine.send(&session.draft, &mut retried, &mut |event| {
                    let followed = self.see(world, session, event, trail);
                    followed.map_or(Ok(()), |head| self.printer.head(head))
                })
            });
            let (outcome, transfer) = match exchanged {
                Ok(exchanged) => self.answer(world, session, plan, exchanged, &mut retried, None),
                Err(error) => return Ok((Err(error), Transfer::default())),
            };
            match outcome {
                Err(failure) if self.printer.can_go_on => {
                    let resumes = session.with_engine(world, |engine| {
                        engine.resumes(&session.draft, &failure, &mut retried)
                    })?;
                    if !resumes {
                        return Ok((Err(failure), transfer));
                    }
                    self.ask(session)?;
                }
                outcome => return Ok((outcome, transfer)),
            }
        }
    }

    /// The form of what is printed, if it is not the body itself.
    fn form(&self) -> Result<Option<Form>> {
        let Printer { is_terminal, width, style, .. } = self.printer;
        let reader = Reader { is_terminal, width, style };
        let SendArgs { format, filter, download, .. } = self.arguments;
        let has_file = download.output.is_some() || download.remote_name;
        let form = format.form(reader, has_file)?;
        if form.is_some() && filter.join_output {
            let why = format!("--join-output does not go with --format {}", format.name());
            return Err(Error::usage(why).hint("leave one of them out").into());
        }
        let is_filtered = self.printer.program.is_some();
        if is_filtered && format.name() == "xml" {
            let why = "--jq gives JSON, which --format xml cannot print";
            return Err(Error::usage(why).hint("leave one of them out").into());
        }
        Ok(form.or_else(|| {
            is_filtered.then(|| Form::Json(format.printing(reader, filter.join_output)))
        }))
    }

    /// Asks for what is missing of the file that the body goes to.
    fn ask(&self, session: &mut Session) -> Result<()> {
        self.printer.download.as_ref().map_or(Ok(()), |download| download.ask(&mut session.draft))
    }

    /// Shows what happens on the way to the answer, and takes note of it. Gives
    /// the head of a redirect that is followed.
    fn see<'e>(
        &self,
        world: &World<'_>,
        session: &Session,
        event: Event<'e>,
        trail: &mut Trail,
    ) -> Option<&'e ResponseHead> {
        if self.arguments.verbose {
            world.show_head(&event, session.secrets);
        }
        match event {
            Event::Asking(_) | Event::Answered(_) => None,
            Event::Sending(wire) => {
                trail.sending(wire);
                None
            }
            Event::Following(answer) => {
                trail.following();
                Some(answer)
            }
        }
    }

    /// Prints the answer and judges it, unless the verdict stands already.
    fn answer(
        &mut self,
        world: &World<'_>,
        session: &Session,
        plan: &Plan,
        mut exchanged: Exchanged,
        retried: &mut u32,
        verdict: Option<Error>,
    ) -> (Result<()>, Transfer) {
        self.printer.can_go_on = false;
        let place =
            self.printer.download.as_ref().map(|download| download.place(&exchanged.answer.head));
        let place = match place.transpose() {
            Ok(place) => place.flatten(),
            Err(error) => return (Err(error), Transfer::default()),
        };
        let judged = match place {
            Some(Place::Nowhere) => None,
            _ => verdict.or_else(|| judge(session, &self.arguments.request, &mut exchanged)),
        };
        let Exchanged { request, mut answer, .. } = exchanged;
        let url = request.wire.url();
        if judged.is_some() && session.secrets == Secrets::Masked {
            diagnose::mask_body(&session.profile, &mut answer);
        }
        let head = answer.head.clone();
        let timings = answer.timings;
        let is_redirect = redirect::is_redirect(answer.head.status);
        let leads_to = is_redirect.then(|| redirect::leads_to(url, &answer.head).ok()).flatten();
        let mut transfer = Transfer {
            redirect_url: leads_to.map(|place| place.to_string()),
            response: Some(head.clone()),
            remote: answer.remote,
            size_upload: answer.uploaded,
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
        let method = request.wire.method().as_str();
        let failure = judged.as_ref().map(Error::kind);
        let printed = match self.paging.as_ref().filter(|_| failure.is_none()) {
            None => self.printer.print(world, method, &head, &mut answer.body, place, failure),
            Some(paging) => {
                let as_lists = self.printer.takes_items();
                let more = More::of(&self.printer, world, session, paging, as_lists);
                let first = Received::read(url.clone(), head.clone(), &mut answer.body);
                let first = first.context("page 1");
                first.and_then(|first| {
                    more.read(first, retried, &mut |pages| {
                        self.printer.print(world, method, &head, pages, place, failure)
                    })
                })
            }
        };
        let judged = judged.map(|error| match error.kind() {
            Kind::Refused => {
                error.hint(explain_command(&self.arguments.request, plan, &session.draft))
            }
            _ => {
                let download = self.printer.download.as_ref();
                let advice = download.and_then(|download| download.advice(&head));
                advice.into_iter().fold(error, Error::hint)
            }
        });
        let outcome = match (printed, judged) {
            (Ok(shown), judged) => {
                transfer.size_download = shown.map_or(0, |shown| shown.length);
                judged.map_or(Ok(()), |error| Err(error.into()))
            }
            // What was answered says more than that not all of it came.
            (Err(error), Some(judged))
                if judged.kind() == Kind::Refused || error::kind_of(&error) != Kind::Write =>
            {
                Err(judged.hint(error::one_line(&received(error))).into())
            }
            (Err(error), _) => Err(self.cut_short(received(error), request.wire.method())),
        };
        (outcome, transfer)
    }

    /// How a body that ended early is got whole, where asking again is safe.
    fn cut_short(&self, error: anyhow::Error, method: &Method) -> anyhow::Error {
        let is_advisable = error::kind_of(&error) == Kind::EndedEarly
            && self.arguments.conduct.retry.is_none()
            && retry::is_idempotent(method);
        match (is_advisable, &self.printer.download) {
            (false, _) => error,
            (true, Some(_)) => Error::of_chain(&error).hint("--retry 3 asks again").into(),
            (true, None) => Error::of_chain(&error).hint("-o FILE --retry 3 asks again").into(),
        }
    }
}

/// What an answer means for the exit code.
fn judge(session: &Session, arguments: &RequestArgs, exchanged: &mut Exchanged) -> Option<Error> {
    let Exchanged { request, answer, refusal, unfollowed, is_signed, conditions, beside } =
        exchanged;
    let command = |words: &[&str]| {
        session::request_command(arguments, &[&[&*session.profile.name], words].concat())
    };
    let asked = Asked {
        wire: &request.wire,
        beside,
        line: &diagnose::request_line(&request.wire),
        is_conditional: request.wire.headers().iter().any(|header| is_condition(&header.name)),
        unsigned_at: (!*is_signed).then(|| request.wire.url().origin()),
        refusal: refusal.as_ref(),
        unfollowed: unfollowed.as_ref(),
        conditions: *conditions,
        command: &command,
    };
    diagnose::judge(&session.profile, &asked, answer)
}

/// The command that shows how the same request is signed, its query whole.
/// Headers and what makes a body are left out, an ellipsis standing for a
/// body: they may hold secrets.
fn explain_command(arguments: &RequestArgs, plan: &Plan, draft: &Draft) -> String {
    let path = plan.request.target.split('?').next().unwrap_or_default();
    let query = draft.url.query().map_or_else(String::new, |query| format!("?{query}"));
    let target = mask::url(&format!("{path}{query}"), Secrets::Masked);
    let words = [&*plan.profile, plan.request.method.as_str(), &target];
    let command = session::command("explain", arguments, &words);
    if matches!(plan.request.body, RequestBody::None) { command } else { format!("{command} …") }
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
