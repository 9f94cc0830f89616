//! Sends a request and prints its answer: what runs when the first word is a
//! profile.

use crate::cli::args::{RequestArgs, SendArgs};
use crate::cli::conduct;
use crate::cli::download::{self, Download};
use crate::cli::plan::{self, Plan};
use crate::cli::session::{Session, World, color, end_when_interrupted};
use crate::context::RunContext;
use crate::error::{self, Error, Kind, Result};
use crate::flow::diagnose::{self, Asked};
use crate::flow::engine::{Event, Exchanged, Network};
use crate::flow::redirect;
use crate::flow::resume::Place;
use crate::model::fields::{Input, Value};
use crate::model::response::ResponseHead;
use crate::net;
use crate::out::body::{self, Audience, Shown};
use crate::out::file::OutputFile;
use crate::out::json::Layout;
use crate::out::mask::{self, Secrets};
use crate::out::paced::Progress;
use crate::out::request::dry_run;
use crate::out::style::Style;
use crate::out::write_out::{self, Times, Transfer};
use crate::out::{head, message};
use crate::sign::Wire;
use anyhow::Context as _;
use std::io::{Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// Runs it; the exit code is what the answer says.
pub(in crate::cli) fn run(
    context: &mut RunContext,
    arguments: &SendArgs,
    data: Vec<Value>,
) -> Result<u8> {
    let is_terminal = context.terminal.stdout;
    let style = color(&arguments.request).style(is_terminal, &context.environment);
    let is_quiet = arguments.silent && !arguments.show_error;
    end_when_interrupted(context, color(&arguments.request), is_quiet);
    let shows_progress = context.terminal.stderr && !arguments.silent;
    let (mut world, stdout) = World::of(context, &arguments.request, arguments.silent);
    let mut sending = Sending {
        arguments,
        stdout,
        is_terminal,
        style,
        shows_progress,
        download: None,
        limit_rate: None,
        decodes: false,
        can_go_on: false,
    };
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
    /// Whether progress can be shown.
    shows_progress: bool,
    /// The file that the body goes to, if it is not standard output.
    download: Option<Download>,
    /// The most bytes a second.
    limit_rate: Option<u64>,
    /// Whether content codings are undone.
    decodes: bool,
    /// Whether the body went to a file when it failed, so that nobody has seen
    /// a part of it.
    can_go_on: bool,
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
        let mut conduct = conduct::conduct(&self.arguments.conduct)?;
        let mut session = Session::open(world, &self.arguments.request, &plan)?;
        let limit_rate = download::limit_rate(&self.arguments.download)?;
        self.limit_rate = limit_rate;
        self.download = Download::plan(&self.arguments.download, &session.draft)?;
        conduct.decodes = download::ask_compressed(
            &self.arguments.download,
            self.download.as_ref(),
            &plan.request,
            &mut session.draft,
        );
        self.ask(&mut session)?;
        if self.arguments.dry_run {
            let signed = session
                .with_engine(world, |engine| engine.sign(&session.draft, Network::Forbidden))?;
            dry_run::write(self.stdout, &signed.wire, session.secrets, self.style)?;
            return Ok(());
        }
        session.conduct = conduct;
        self.decodes = conduct.decodes;
        let mut trail = Trail::new(&session);
        let mut retried = 0;
        let (outcome, transfer) = loop {
            let exchanged = session.with_engine(world, |engine| {
                engine.send(&session.draft, &mut retried, &mut |event| {
                    self.see(world, &session, event, &mut trail, started)
                })
            });
            let (outcome, transfer) = match exchanged {
                Ok(exchanged) => self.answer(world, &session, &plan, exchanged),
                Err(error) => break (Err(error), Transfer::default()),
            };
            match outcome {
                Err(failure) if self.can_go_on => {
                    let resumes = session.with_engine(world, |engine| {
                        engine.resumes(&session.draft, &failure, &mut retried)
                    })?;
                    if !resumes {
                        break (Err(failure), transfer);
                    }
                    self.ask(&mut session)?;
                }
                outcome => break (outcome, transfer),
            }
        };
        if let Some(format) = write_out {
            let transfer = trail.complete(transfer, outcome.as_ref().err(), started.elapsed());
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

    /// Asks for what is missing of the file that the body goes to.
    fn ask(&self, session: &mut Session) -> Result<()> {
        self.download.as_ref().map_or(Ok(()), |download| download.ask(&mut session.draft))
    }

    /// Shows what happens on the way to the answer, and takes note of it.
    fn see(
        &mut self,
        world: &World<'_>,
        session: &Session,
        event: Event<'_>,
        trail: &mut Trail,
        started: Instant,
    ) -> Result<()> {
        let (secrets, style) = (session.secrets, world.style);
        let is_verbose = self.arguments.verbose;
        match event {
            Event::Sending(wire) => {
                trail.sending(wire);
                if is_verbose {
                    world.tell(|out| head::request(out, head::SENT, wire, secrets, style));
                }
            }
            Event::Answered(answer) => {
                if is_verbose {
                    world.tell(|out| head::response(out, head::RECEIVED, answer, secrets, style));
                }
            }
            Event::Following(answer) => {
                trail.redirects += 1;
                trail.redirected = Some(started.elapsed());
                self.print_head(answer)?;
            }
        }
        Ok(())
    }

    /// Prints the answer and judges it.
    fn answer(
        &mut self,
        world: &World<'_>,
        session: &Session,
        plan: &Plan,
        exchanged: Exchanged,
    ) -> (Result<()>, Transfer) {
        self.can_go_on = false;
        let Exchanged { request, mut answer, refusal, unfollowed, is_signed } = exchanged;
        let url = request.wire.url();
        let asked = Asked {
            line: &diagnose::request_line(&request.wire),
            is_conditional: request.wire.headers().iter().any(|header| is_condition(&header.name)),
            unsigned_at: (!is_signed).then(|| url.origin()),
            refusal: refusal.as_ref(),
            unfollowed: unfollowed.as_ref(),
        };
        let place = self.download.as_ref().map(|download| download.place(&answer.head));
        let place = match place.transpose() {
            Ok(place) => place.flatten(),
            Err(error) => return (Err(error), Transfer::default()),
        };
        let judged = match place {
            Some(Place::Nowhere) => None,
            _ => diagnose::judge(&session.profile, &asked, &mut answer),
        };
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
        let printed = self.print(world, method, &mut answer, place, failure);
        let judged = judged.map(|error| match error.kind() {
            Kind::Refused => error.hint(explain_command(&self.arguments.request, plan)),
            _ => {
                let download = self.download.as_ref();
                let advice = download.and_then(|download| download.advice(&head));
                advice.into_iter().fold(error, Error::hint)
            }
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

    /// Under -i and -I, an answer's head.
    fn print_head(&mut self, head: &ResponseHead) -> Result<()> {
        if !self.arguments.include && !self.arguments.request.head {
            return Ok(());
        }
        let mut text = Vec::new();
        // Writing into memory cannot fail.
        let _ = match self.is_terminal {
            true => head::response(&mut text, "", head, Secrets::Shown, self.style),
            false => head::response_bytes(&mut text, head, Secrets::Shown),
        };
        on_stdout(self.stdout.write_all(&text).and_then(|()| self.stdout.flush()))
    }

    /// Prints an answer to a request with `method` that means a failure of
    /// this kind, if any.
    fn print(
        &mut self,
        world: &World<'_>,
        method: &str,
        answer: &mut net::Answer,
        place: Option<Place>,
        failure: Option<Kind>,
    ) -> Result<Option<Shown>> {
        let arguments = self.arguments;
        self.print_head(&answer.head)?;
        let is_unwanted = match failure {
            // A redirect that would have been followed: curl drops its body too.
            Some(Kind::TooManyRedirects) => true,
            Some(_) => arguments.fail,
            None => false,
        };
        if method == "HEAD" || is_unwanted {
            return Ok(None);
        }
        let file = match (&mut self.download, place) {
            (Some(download), Some(place)) if failure.is_none() => {
                if place == Place::Nowhere {
                    world.warn(&format!("{} is whole already", download.path.display()));
                    return Ok(None);
                }
                if place == Place::Whole && download.length()? > 0 {
                    let path = download.path.display();
                    world.warn(&format!("the server sends the whole: {path} begins anew"));
                }
                download.note(&answer.head);
                // Heads that were printed would be printed twice.
                self.can_go_on = !arguments.include;
                Some(match place {
                    Place::Behind => OutputFile::append(&download.path)?,
                    _ => OutputFile::create(&download.path)?,
                })
            }
            _ => None,
        };
        let before = match (&self.download, place) {
            (Some(download), Some(Place::Behind)) => download.length()?,
            _ => 0,
        };
        // Where people read the body, it shows by itself how far it is.
        let shows_progress = self.shows_progress && (file.is_some() || !self.is_terminal);
        // How long a body becomes that is decoded is not told.
        let length = match answer.head.headers.has("content-encoding") && self.decodes {
            true => None,
            false => download::content_length(&answer.head),
        };
        let content_type = answer.head.headers.text("content-type");
        let audience = self.audience(content_type.as_deref());
        let stdout = &mut *self.stdout;
        let shown = world.paced(&mut answer.body, self.limit_rate, |body, elapsed, show| {
            let mut progress;
            let body = match shows_progress {
                true => {
                    progress = Progress::new(body, before, length, elapsed, show);
                    &mut progress as &mut dyn Read
                }
                false => body,
            };
            match file {
                Some(file) => body::to_file(body, file),
                None => body::to_stdout(body, audience, stdout),
            }
        })?;
        self.can_go_on = false;
        match &shown.fault {
            // A script that asked for JSON must not take this for it.
            Some(fault) if self.asked_for_json().is_some() && failure.is_none() => {
                Err(Error::new(Kind::Unexpected, fault.to_string())
                    .hint("--format raw prints the body as it came")
                    .into())
            }
            Some(fault) => {
                world.warn(&fault.to_string());
                Ok(Some(shown))
            }
            None => Ok(Some(shown)),
        }
    }

    /// The layout of JSON that was asked for.
    fn asked_for_json(&self) -> Option<Layout> {
        match self.arguments.format.as_str() {
            "json" => Some(Layout::Indented),
            "compact" => Some(Layout::Compact),
            _ => None,
        }
    }

    /// Whom standard output is for.
    fn audience<'a>(&self, content_type: Option<&'a str>) -> Audience<'a> {
        let style = self.style;
        match self.asked_for_json() {
            Some(layout) => Audience::Json { layout, style },
            None if self.is_terminal && self.arguments.format != "raw" => {
                Audience::Person { content_type, style }
            }
            None => Audience::Program,
        }
    }
}

/// What is noted of the requests on the way to an answer.
struct Trail {
    /// The URL that was asked for first.
    url: String,
    /// The method, the URL and the length of the body of the last request.
    method: String,
    url_effective: String,
    size_upload: u64,
    redirects: u32,
    /// When the last redirect had been followed.
    redirected: Option<Duration>,
}

impl Trail {
    fn new(session: &Session) -> Self {
        let url = session.draft.url.to_string();
        Self {
            method: session.draft.method.to_string(),
            url_effective: url.clone(),
            url,
            size_upload: session.draft.body.length(),
            redirects: 0,
            redirected: None,
        }
    }

    fn sending(&mut self, wire: &Wire) {
        self.method = wire.method().to_string();
        self.url_effective = wire.url().to_string();
        self.size_upload = wire.body().length();
    }

    /// All that `-w` can tell, of which the answer's own part is `transfer`.
    fn complete(
        self,
        transfer: Transfer,
        failure: Option<&anyhow::Error>,
        total: Duration,
    ) -> Transfer {
        let redirect = self.redirected;
        // The exchange's own times begin where the redirects end.
        let since_start =
            |time: Option<Duration>| time.map(|time| time + redirect.unwrap_or_default());
        let times = transfer.times;
        Transfer {
            exit_code: failure.map_or(0, |error| error::kind_of(error).exit_code()),
            error: failure.map(error::one_line),
            method: self.method,
            url: self.url,
            url_effective: self.url_effective,
            redirects: self.redirects,
            size_upload: self.size_upload,
            times: Times {
                name_lookup: since_start(times.name_lookup),
                connect: since_start(times.connect),
                app_connect: since_start(times.app_connect),
                pre_transfer: since_start(times.pre_transfer),
                start_transfer: since_start(times.start_transfer),
                redirect,
                total: Some(total),
            },
            ..transfer
        }
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
