//! What every command that takes request words shares: the profile, the draft
//! and an engine for them, in the real world or against the sandbox.

use crate::cli::args::RequestArgs;
use crate::cli::plan::Plan;
use crate::cli::transport;
use crate::cli::world::World;
use crate::context::interrupt::{self, Ending};
use crate::context::{self, Clock, Environment, RunContext};
use crate::error::{Error, Kind, Result, hints_of, kind_of};
use crate::flow::archive::Archive;
use crate::flow::body;
use crate::flow::draft;
use crate::flow::engine::{Conduct, Engine, Pace};
use crate::flow::state::StateStore;
use crate::model::fields::{Field, FieldsAs};
use crate::model::headers::Header;
use crate::model::method::Method;
use crate::model::nearest::nearest;
use crate::model::place::shell_word;
use crate::model::request::Draft;
use crate::model::time::Time;
use crate::model::url::{Origin, WireUrl};
use crate::net::{Around, Ureq};
use crate::out::mask::Secrets;
use crate::out::message;
use crate::out::style::ColorChoice;
use crate::profile::{self, Config, Preset, Profile};
use crate::sandbox::{self, Sandbox};
use crate::sign::Placement;
use std::io::Read;
use std::path::Path;

/// How many random letters separate the parts of a multipart body.
const BOUNDARY_LENGTH: usize = 32;

/// A request of a profile, ready to be signed.
pub(super) struct Session {
    pub(super) profile: Profile,
    pub(super) draft: Draft,
    pub(super) secrets: Secrets,
    /// Where the signature goes.
    pub(super) placement: Placement,
    /// What is done besides sending once.
    pub(super) conduct: Conduct,
    /// The most bytes of a body a second.
    pub(super) limit_rate: Option<u64>,
    /// Whether it is shown how far a body has come.
    pub(super) shows_progress: bool,
    /// Where what is sent and received is recorded.
    pub(super) archive: Option<Archive>,
    allowed_origins: Vec<Origin>,
    exchange: Ureq,
    store: StateStore,
    pinned_time: Option<Time>,
    pinned_nonce: Option<String>,
    // Serves until the session ends.
    _sandbox: Option<Sandbox>,
}

impl Session {
    /// Resolves the profile, reads what the request is made of and warns of
    /// what is worth a warning.
    pub(super) fn open(
        world: &mut World<'_>,
        arguments: &RequestArgs,
        plan: &Plan,
    ) -> Result<Self> {
        let started = arguments
            .sandbox
            .then(|| Sandbox::start(None, Clock::clone(world.clock)))
            .transpose()?;
        let profile = match &started {
            Some(sandbox) => sandbox_profile(sandbox, &plan.profile, &arguments.set)?,
            None => profile::resolve(&profile::Request {
                name: &plan.profile,
                config: arguments.config.as_deref().map_or(Config::Usual, Config::File),
                sets: &settings(&arguments.set)?,
                environment: world.environment,
            })
            .map_err(|error| advised(error, arguments))?,
        };
        let allowed = allowed_origins(&arguments.allow_origin)?;
        let boundary = context::random_word(world.randomness, BOUNDARY_LENGTH)?;
        let mut inputs = world.inputs();
        let draft = draft::build(&plan.request, &profile, &allowed, &mut inputs, &boundary)?;
        let warnings = profile.warnings.iter().cloned();
        for warning in warnings.chain(draft::cleartext_warning(&profile, &draft.url)) {
            world.warn(&warning);
        }
        let store = match (&started, world.environment.cache_directory()) {
            (None, Some(directory)) => StateStore::in_directory(&directory.join("signreq")),
            _ => StateStore::nowhere(),
        };
        Ok(Self {
            exchange: Ureq::new(transport::options(
                &arguments.transport,
                &profile,
                world.environment,
                Some(draft.url.origin()),
                started.is_some(),
            )?),
            draft,
            secrets: Secrets::of(arguments.show_secrets),
            store,
            placement: Placement::Own,
            conduct: Conduct::default(),
            limit_rate: None,
            shows_progress: false,
            archive: None,
            allowed_origins: allowed,
            pinned_time: arguments.timestamp.map(Time::from_epoch),
            pinned_nonce: arguments.nonce.clone(),
            profile,
            _sandbox: started,
        })
    }

    /// Begins anew with the longest time that sending may take.
    pub(super) fn begin_anew(&mut self) {
        self.exchange.begin_anew();
    }

    /// Whether the profile's credential may be used at an origin.
    pub(super) fn signs_for(&self, origin: &Origin) -> bool {
        self.profile.signs_for(origin) || self.allowed_origins.contains(origin)
    }

    /// Gives the request other fields, which travel as `asked` or as the
    /// profile says.
    pub(super) fn set_fields(
        &mut self,
        world: &mut World<'_>,
        fields: &[Field],
        asked: Option<FieldsAs>,
    ) -> Result<()> {
        let boundary = context::random_word(world.randomness, BOUNDARY_LENGTH)?;
        let kind = FieldsAs::choose(asked, self.profile.fields_as, fields);
        let encoded = body::encode_fields(fields, kind, &boundary, &mut world.inputs())?;
        let content_type = Header::new("Content-Type", encoded.content_type);
        self.draft.headers.set(content_type.by_default());
        self.draft.body = encoded.body;
        Ok(())
    }

    /// Calls `job` with an engine for this session.
    pub(super) fn with_engine<T>(
        &self,
        world: &World<'_>,
        job: impl FnOnce(&Engine<'_>) -> Result<T>,
    ) -> Result<T> {
        let around_body = |body: &mut dyn Read, length, send: &mut dyn FnMut(&mut dyn Read)| {
            let progress = self.shows_progress.then_some((0, Some(length)));
            world.paced(body, self.limit_rate, progress, |body| send(body));
        };
        self.with_engine_around(world, &around_body, job)
    }

    /// The same, each body being sent by way of `around_body`.
    pub(super) fn with_engine_around<T>(
        &self,
        world: &World<'_>,
        around_body: &Around<'_>,
        job: impl FnOnce(&Engine<'_>) -> Result<T>,
    ) -> Result<T> {
        let random_word = |length| context::random_word(world.randomness, length);
        let jitter = || context::random_fraction(world.randomness);
        let pace = Pace { elapsed: &**world.stopwatch, sleep: &**world.sleep, jitter: &jitter };
        let warn = |text: &str| world.warn(text);
        job(&Engine {
            profile: &self.profile,
            exchange: &self.exchange,
            clock: &**world.clock,
            random_word: &random_word,
            store: &self.store,
            pinned_time: self.pinned_time,
            pinned_nonce: self.pinned_nonce.clone(),
            placement: self.placement,
            allowed_origins: &self.allowed_origins,
            conduct: self.conduct,
            pace,
            around_body,
            warn: &warn,
            secrets: self.secrets,
            archive: self.archive.as_ref(),
        })
    }
}

/// From here on an interrupt ends the run with its own exit code and a line
/// that says so, and leaves nothing behind.
pub(super) fn end_when_interrupted(context: &RunContext, color: ColorChoice, is_quiet: bool) {
    end_when_it_lasts(context, color, is_quiet);
    interrupt::attend();
}

/// The same for a run that may be over in a moment: of so short a one an
/// interrupt is not told.
pub(super) fn end_when_it_lasts(context: &RunContext, color: ColorChoice, is_quiet: bool) {
    let style = color.style(context.terminal.stderr, &context.environment);
    let message = move || {
        let mut line = Vec::new();
        if !is_quiet {
            let interrupted = Error::new(Kind::Interrupted, "interrupted").into();
            // Writing into memory cannot fail.
            let _ = message::error(&mut line, &interrupted, style);
        }
        String::from_utf8(line).unwrap_or_default()
    };
    // Without a handler, a signal does what it does to any process.
    let _ = (context.interrupts)(Ending::Interrupted { message: Box::new(message) });
}

/// A command for the same profile, as a hint to type.
pub(super) fn command(name: &str, arguments: &RequestArgs, words: &[&str]) -> String {
    written(&["signreq", name], arguments, words)
}

/// A request for the same profile, as a hint to type.
pub(super) fn request_command(arguments: &RequestArgs, words: &[&str]) -> String {
    written(&["signreq"], arguments, words)
}

fn written(command: &[&str], arguments: &RequestArgs, words: &[&str]) -> String {
    let mut all = command.to_vec();
    all.extend(arguments.sandbox.then_some("--sandbox"));
    let config = arguments.config.as_deref().map(Path::to_string_lossy);
    all.extend(config.iter().flat_map(|path| ["--config", &**path]));
    all.extend(arguments.set.iter().flat_map(|setting| ["--set", &**setting]));
    all.extend(words);
    all.into_iter().map(shell_word).collect::<Vec<_>>().join(" ")
}

/// A failure and what to do about it: where the way to the server or the
/// profile is at fault, `doctor` looks at each part of it.
pub(super) fn advised(error: anyhow::Error, arguments: &RequestArgs) -> anyhow::Error {
    let is_for_doctor = match kind_of(&error) {
        Kind::Resolve | Kind::Connect | Kind::Handshake | Kind::Certificate => true,
        Kind::Config | Kind::EmptyAnswer | Kind::Receive => hints_of(&error).is_empty(),
        _ => false,
    };
    match arguments.words.first().filter(|_| is_for_doctor) {
        Some(profile) => {
            let command = command("doctor", arguments, &[profile]);
            Error::of_chain(&error).hint(command).into()
        }
        None => error,
    }
}

/// What `--color` says.
pub(super) fn color(arguments: &RequestArgs) -> ColorChoice {
    ColorChoice::parse(&arguments.color)
}

/// Under `--sandbox` PROFILE is a preset's name, and neither the config nor
/// the environment is looked at: the world is that of the sandbox alone.
pub(super) fn sandbox_profile(sandbox: &Sandbox, name: &str, sets: &[String]) -> Result<Profile> {
    profile::resolve(&profile::Request {
        name,
        config: Config::None,
        sets: &settings(sets)?,
        environment: &sandbox_environment(sandbox, name)?,
    })
}

/// The environment that makes profiles of the presets of a sandbox.
///
/// # Errors
/// Wrong usage when `name` is none of them.
pub(super) fn sandbox_environment(sandbox: &Sandbox, name: &str) -> Result<Environment> {
    if !sandbox::PRESETS.contains(&name) {
        let known = sandbox::PRESETS.join(", ");
        let near = nearest(name, sandbox::PRESETS.iter().copied());
        let error = Error::usage(format!("the sandbox has no '{name}'; it has {known}"));
        let error = match near {
            None if Method::is_known(name) => error.hint(profile::PROFILE_COMES_FIRST),
            _ => error,
        };
        let preset = near.unwrap_or(sandbox::PRESETS[0]);
        let path = Preset::load(preset)?.map_or_else(|| "/".to_owned(), |preset| preset.example);
        return Err(error.hint(format!("signreq --sandbox {preset} get {path}")).into());
    }
    let variables = sandbox::environment(sandbox.address());
    let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
    Ok(Environment::new(variables))
}

/// `--set FIELD=VALUE`.
pub(super) fn settings(words: &[String]) -> Result<Vec<(String, String)>> {
    let split = |word: &String| {
        let pair = word.split_once('=').filter(|(field, _)| !field.is_empty());
        pair.map(|(field, value)| (field.to_owned(), value.to_owned()))
            .ok_or_else(|| Error::usage("--set takes FIELD=VALUE").hint("--set timeout=10s").into())
    };
    words.iter().map(split).collect()
}

fn allowed_origins(words: &[String]) -> Result<Vec<Origin>> {
    words.iter().map(|word| Ok(WireUrl::parse(word)?.origin().clone())).collect()
}
