//! `signreq doctor`: examines the config and a profile, and tries it.

use crate::cli::args::doctor::DoctorArgs;
use crate::cli::bench::Bench;
use crate::cli::session::{self, sandbox_environment};
use crate::cli::transport;
use crate::context::{Clock, Environment, RunContext};
use crate::error::{self, Error, Kind, Result};
use crate::flow::body::Inputs;
use crate::flow::doctor;
use crate::flow::draft::{self, RequestBody, RequestPlan};
use crate::flow::state::StateStore;
use crate::model::certificates::Certificates;
use crate::model::method::Method;
use crate::model::request::Draft;
use crate::net::{self, Options, TlsOptions, Ureq};
use crate::out::findings::{self, Finding, Verdict};
use crate::out::style::ColorChoice;
use crate::profile::examine::{ConfigState, Depth, Examined, Examiner};
use crate::profile::{Config, Profile};
use crate::sandbox::Sandbox;
use clap::parser::ValueSource;
use clap::{ArgMatches, FromArgMatches as _};

/// Runs it; the exit code is what sending would give.
pub(in crate::cli) fn run(context: &mut RunContext, matches: &ArgMatches) -> Result<u8> {
    let arguments =
        DoctorArgs::from_arg_matches(matches).map_err(|error| Error::usage(error.to_string()))?;
    needs_profile(matches, &arguments)?;
    session::end_when_interrupted(context, ColorChoice::parse(&arguments.color), false);
    let sandbox = start_sandbox(&arguments, &context.clock)?;
    let environment = match (&sandbox, &arguments.profile) {
        (Some(sandbox), Some(name)) => sandbox_environment(sandbox, name)?,
        _ => context.environment.clone(),
    };
    let config = match (&sandbox, &arguments.config) {
        (Some(_), _) => Config::None,
        (None, Some(path)) => Config::File(path),
        (None, None) => Config::Usual,
    };
    let examiner = Examiner::open(config, &environment);
    let state = match sandbox {
        Some(_) => None,
        None => environment.cache_directory().map(|directory| directory.join("signreq")),
    };
    let mut found = match sandbox {
        Some(_) => Vec::new(),
        None => doctor::config(&examiner),
    };
    found.extend(state.iter().flat_map(|directory| doctor::state_files(directory)));
    match &arguments.profile {
        Some(name) => {
            let sets = session::settings(&arguments.set)?;
            let examined = examiner.profile(name, &sets, Depth::Everything);
            let store = state.as_deref().map_or_else(StateStore::nowhere, StateStore::in_directory);
            let patient = Patient { arguments: &arguments, environment: &environment, store };
            let about = of_profile(context, &patient, &examined, is_told(&examiner, &examined))?;
            found.extend(about.into_iter().map(|finding| finding.of(name)));
        }
        None => {
            let look_into = |name: &str| {
                let examined = examiner.profile(name, &[], Depth::Quietly);
                let about = doctor::fields(&examined).into_iter();
                about.map(|finding| finding.of(name)).collect::<Vec<Finding>>()
            };
            found.extend(examiner.names().flat_map(look_into));
            for listed in examiner.implicit() {
                match &listed.system {
                    Ok(_) => found.extend(look_into(&listed.name)),
                    // Of several accounts none need be chosen until one is used.
                    Err(error) => found
                        .push(Finding::warn("profile", error::one_line(error)).of(&listed.name)),
                }
            }
        }
    }
    let color = ColorChoice::parse(&arguments.color);
    let style = color.style(context.terminal.stdout, &context.environment);
    match arguments.format.as_str() {
        "json" => findings::json(&mut context.stdout, &found, style)?,
        _ => findings::text(&mut context.stdout, &found, style)?,
    };
    outcome(&found, arguments.profile.as_deref())
}

/// Without a PROFILE nothing is sent and no field is set: an option that would
/// do so is wrong usage rather than passed over.
fn needs_profile(matches: &ArgMatches, arguments: &DoctorArgs) -> Result<()> {
    if arguments.profile.is_some() {
        return Ok(());
    }
    let idle = ["config", "format", "color", "sandbox"];
    let given = |id: &&str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let mut ids = matches.ids().map(clap::Id::as_str).filter(|id| !idle.contains(id));
    match ids.find(given) {
        Some(id) => Err(Error::usage(format!(
            "doctor --{} without a PROFILE: there is nothing to try it with",
            id.replace('_', "-")
        ))
        .hint("signreq doctor [OPTIONS] PROFILE")
        .into()),
        None => Ok(()),
    }
}

fn start_sandbox(arguments: &DoctorArgs, clock: &Clock) -> Result<Option<Sandbox>> {
    if arguments.sandbox && arguments.profile.is_none() {
        return Err(Error::usage(
            "doctor --sandbox without a PROFILE: there is no config to check",
        )
        .hint("signreq doctor --sandbox maas")
        .into());
    }
    arguments.sandbox.then(|| Sandbox::start(None, Clock::clone(clock))).transpose()
}

/// A config that cannot be read explains a profile that is not there.
fn is_told(examiner: &Examiner<'_>, examined: &Examined) -> bool {
    matches!(examiner.state, ConfigState::Unusable(_))
        && examined.fields.is_empty()
        && matches!(examined.outcome, Some(Err(_)))
}

/// What the examination of one profile takes.
struct Patient<'run> {
    arguments: &'run DoctorArgs,
    environment: &'run Environment,
    store: StateStore,
}

fn of_profile(
    context: &mut RunContext,
    patient: &Patient<'_>,
    examined: &Examined,
    is_told: bool,
) -> Result<Vec<Finding>> {
    let mut found = if is_told { Vec::new() } else { doctor::fields(examined) };
    let profile = match &examined.outcome {
        Some(Ok(profile)) => Some(profile),
        _ => None,
    };
    let options = match options(patient, profile, examined) {
        Ok(options) => options,
        Err(error) => {
            found.push(Finding::fail("transport", &error));
            return Ok(found);
        }
    };
    let target = profile.and_then(Profile::check_target);
    // A preset without a URL of its own is tried where its check is.
    let draft = match (profile, &target) {
        (Some(profile), Some(target)) => Some(draft(context, profile, target)?),
        _ => None,
    };
    let Some(url) = draft.as_ref().map(|draft| &draft.url).or(examined.url.as_ref()) else {
        return Ok(found);
    };
    let reached = net::reach(url.origin(), &options);
    found.extend(doctor::network(url.origin(), &reached, &options, (context.clock)()));
    let route = options.route.clone();
    if found.iter().any(ends_the_way) {
        found.extend(doctor::proxy(url.origin(), &route, None));
        return Ok(found);
    }
    let exchange = Ureq::new(options);
    let Some((profile, draft)) = profile.zip(draft.as_ref()) else {
        found.extend(doctor::proxy(url.origin(), &route, None));
        // Without a call that a credential is needed for, an answer still
        // tells the time; that none came is no fault of the profile.
        if let Ok(date) = doctor::server_date(&exchange, url) {
            found.push(doctor::clock(date, (context.clock)(), false));
        }
        if let Some(profile) = profile {
            let fact = "no call is known that shows whether the credential is good";
            let try_it = format!("signreq {} get /PATH", profile.name);
            found.push(Finding::warn("credential", fact).mend(try_it));
        }
        return Ok(found);
    };
    let bench = Bench { profile, exchange: &exchange, store: &patient.store };
    let checked = bench.run(context, |engine| doctor::check(engine, draft));
    found.extend(doctor::proxy(url.origin(), &route, checked.via.as_deref()));
    if checked.date.is_some() {
        found.push(doctor::clock(checked.date, (context.clock)(), checked.is_refused));
    }
    found.push(checked.finding);
    Ok(found)
}

/// Whether nothing can be asked of the server.
fn ends_the_way(finding: &Finding) -> bool {
    finding.verdict == Verdict::Fail && ["name", "tcp", "tls"].contains(&finding.check.as_str())
}

/// The options of the transport; without a usable profile, what it says of them.
fn options(
    patient: &Patient<'_>,
    profile: Option<&Profile>,
    examined: &Examined,
) -> Result<Options> {
    if let Some(profile) = profile {
        let Patient { arguments, environment, .. } = patient;
        let url = profile.base.as_ref().or(examined.url.as_ref());
        let target = url.map(|url| url.origin());
        return transport::options(&arguments.transport, profile, environment, target, false);
    }
    let settings = &examined.settings;
    let asked = &patient.arguments.transport;
    let defaults = Options::default();
    Ok(Options {
        connect_timeout: settings.connect_timeout.unwrap_or(defaults.connect_timeout),
        max_time: settings.timeout,
        tls: TlsOptions {
            cacert: asked
                .cacert
                .clone()
                .map(Certificates::File)
                .or_else(|| settings.cacert.clone()),
            system_bundle: net::system_bundle(patient.environment),
            insecure: asked.insecure || settings.insecure,
            ..TlsOptions::default()
        },
        ..defaults
    })
}

fn draft(context: &mut RunContext, profile: &Profile, target: &str) -> Result<Draft> {
    let plan = RequestPlan {
        method: Method::get(),
        target: target.to_owned(),
        headers: Vec::new(),
        query: Vec::new(),
        body: RequestBody::None,
    };
    let mut inputs = Inputs::new(&mut *context.stdin, context.environment.home());
    draft::build(&plan, profile, &[], &mut inputs, "")
}

/// 0, or the failure with which sending would end.
fn outcome(found: &[Finding], profile: Option<&str>) -> Result<u8> {
    let Some(first) = findings::first_failure(found) else { return Ok(0) };
    let count = found.iter().filter(|finding| finding.verdict == Verdict::Fail).count();
    let what =
        if count == 1 { "one check fails".to_owned() } else { format!("{count} checks fail") };
    let whose = match first.profile.as_deref().or(profile) {
        Some(name) => format!("profile {name}: "),
        None => String::new(),
    };
    let kind = first.kind.unwrap_or(Kind::Internal);
    Err(Error::new(kind, format!("{whose}{what}, the first is {}", first.check)).into())
}
