//! `signreq login`: gets a credential and stores it in the profile.

mod store;

pub(super) use store::Place;

use crate::cli::args::login::{AccessArgs, LoginArgs};
use crate::cli::bench::Bench;
use crate::cli::{cmd, opener, session, transport};
use crate::context::RunContext;
use crate::error::{Error, Kind, Result, reason};
use crate::flow::login::{self, Return};
use crate::flow::state::StateStore;
use crate::model::duration;
use crate::model::secret::Secret;
use crate::net::{Callback, Ureq};
use crate::out::message;
use crate::out::style::ColorChoice;
use crate::profile::{self, Config, Profile, Request};
use crate::sign::login::oauth1;
use crate::sign::login::ovh::Rule;
use clap::{ArgMatches, FromArgMatches as _};
use std::io::Read as _;
use std::time::Duration;
use zeroize::Zeroizing;

/// What is asked for when the user does not say: to read everything.
const USUAL_RULE: &str = "GET /*";

/// The longest verifier, in bytes.
const LONGEST_VERIFIER: usize = 1024;

/// Runs it.
pub(in crate::cli) fn run(context: &mut RunContext, matches: &ArgMatches) -> Result<u8> {
    let arguments =
        LoginArgs::from_arg_matches(matches).map_err(|error| Error::usage(error.to_string()))?;
    let wait = duration::parse(&arguments.wait)?;
    let access = Access::open(context, &arguments.profile, &arguments.access, Lacking::Allowed)?;
    match access.profile.scheme.id() {
        "ovh" => consumer_key(context, &arguments, &access, wait)?,
        "oauth2" => access_token(context, &arguments, &access)?,
        "oauth1" if access.profile.params.get("request_token_url").is_some() => {
            oauth1_token(context, &arguments, &access, wait)?;
        }
        _ => return Err(access.no_login().into()),
    }
    Ok(0)
}

/// Whether the profile may lack what a login gets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lacking {
    Allowed,
    Forbidden,
}

/// A profile and the way to its server.
pub(super) struct Access {
    pub(super) profile: Profile,
    pub(super) store: StateStore,
    exchange: Ureq,
}

impl Access {
    pub(super) fn open(
        context: &mut RunContext,
        name: &str,
        arguments: &AccessArgs,
        lacking: Lacking,
    ) -> Result<Self> {
        session::end_when_interrupted(context, ColorChoice::Auto, false);
        let request = Request {
            name,
            config: config(arguments),
            sets: &session::settings(&arguments.set)?,
            environment: &context.environment,
        };
        let profile = match lacking {
            Lacking::Allowed => profile::resolve_for_login(&request)?,
            Lacking::Forbidden => profile::resolve(&request)?,
        };
        let home = profile.base.as_ref().map(|base| base.origin());
        let options =
            transport::options(&arguments.transport, &profile, &context.environment, home, false)?;
        let store = match context.environment.cache_directory() {
            Some(directory) => StateStore::in_directory(&directory.join("signreq")),
            None => StateStore::nowhere(),
        };
        for warning in &profile.warnings {
            tell(context, |out, style| message::warning(out, warning, style));
        }
        Ok(Self { profile, store, exchange: Ureq::new(options) })
    }

    pub(super) fn bench(&self) -> Bench<'_> {
        Bench { profile: &self.profile, exchange: &self.exchange, store: &self.store }
    }

    /// There is nothing to log in to.
    pub(super) fn no_login(&self) -> Error {
        let Profile { name, scheme, .. } = &self.profile;
        let told = format!("profile {name} signs with {}, which has no login", scheme.id());
        let error = Error::usage(told).hint(format!("signreq profile show {name}"));
        match scheme.id() {
            "oauth1" if self.profile.preset.is_none() => {
                error.hint("request_token_url, authorize_url and access_token_url make one")
            }
            _ => error,
        }
    }
}

/// The config file that the options mean.
pub(super) fn config(arguments: &AccessArgs) -> Config<'_> {
    arguments.config.as_deref().map_or(Config::Usual, Config::File)
}

fn consumer_key(
    context: &mut RunContext,
    arguments: &LoginArgs,
    access: &Access,
    wait: Duration,
) -> Result<()> {
    let mut rules = Vec::new();
    for text in &arguments.allow {
        rules.extend(Rule::parse(text)?);
    }
    if rules.is_empty() {
        rules = Rule::parse(USUAL_RULE)?;
    }
    let place = place(context, arguments, &["consumer_key"])?;
    let bench = access.bench();
    let requested = bench.run(context, |engine| login::request_consumer_key(engine, &rules))?;
    show_page(context, arguments, &requested.validation_url);
    let mut params = access.profile.params.clone();
    params.set("consumer_key", requested.consumer_key.expose());
    bench.run(context, |engine| login::wait_for_consumer_key(engine, &params, wait))?;
    finish(context, place, &[("consumer_key", &requested.consumer_key)])
}

fn access_token(context: &mut RunContext, arguments: &LoginArgs, access: &Access) -> Result<()> {
    let base = access.profile.base.as_ref().ok_or_else(|| access.no_login())?;
    let token = access.bench().run(context, |engine| login::fetch_token(engine, base))?;
    if arguments.print {
        return cmd::print(context, &format!("{}\n", token.access_token.expose()));
    }
    let until = token.expires.rfc3339();
    note(context, &format!("the token holds until {until}, and is fetched afresh after that"));
    Ok(())
}

fn oauth1_token(
    context: &mut RunContext,
    arguments: &LoginArgs,
    access: &Access,
    wait: Duration,
) -> Result<()> {
    let place = place(context, arguments, &["token", "token_secret"])?;
    let back = match arguments.callback {
        true => Return::ByCallback(Callback::listen()?),
        false => Return::ByHand,
    };
    let bench = access.bench();
    let temporary = bench.run(context, |engine| login::request_temporary(engine, &back))?;
    let page = oauth1::authorization_page(&access.profile.params, &temporary)?;
    show_page(context, arguments, &page);
    let verifier = match back {
        Return::ByCallback(callback) => {
            callback.wait(wait, |query| oauth1::verifier(query, &temporary))?
        }
        Return::ByHand => read_verifier(context, arguments)?,
    };
    let got = bench.run(context, |engine| login::request_token(engine, &temporary, &verifier))?;
    finish(context, place, &[("token", &got.token), ("token_secret", &got.secret)])
}

/// Where the credential goes; known to be possible before anybody is asked.
fn place(context: &RunContext, arguments: &LoginArgs, fields: &[&str]) -> Result<Option<Place>> {
    if arguments.print {
        return Ok(None);
    }
    let config = config(&arguments.access);
    Place::find(config, &arguments.profile, fields, &context.environment).map(Some)
}

/// Stores or prints what was got. What cannot be stored is printed: it is got
/// once only.
fn finish(
    context: &mut RunContext,
    place: Option<Place>,
    values: &[(&str, &Secret)],
) -> Result<()> {
    let shown: Zeroizing<String> =
        Zeroizing::new(values.iter().map(|(_, value)| format!("{}\n", value.expose())).collect());
    let Some(place) = place else { return cmd::print(context, &shown) };
    match place.store(values, &context.environment) {
        Ok(told) => {
            told.iter().for_each(|line| note(context, line));
            Ok(())
        }
        Err(error) => {
            cmd::print(context, &shown)?;
            Err(error.context("the credential is printed, for it could not be stored"))
        }
    }
}

fn show_page(context: &mut RunContext, arguments: &LoginArgs, page: &str) {
    note(context, &format!("allow it on this page: {page}"));
    if !arguments.open {
        return;
    }
    if let Err(error) = opener::open(page, &context.environment) {
        let told = crate::error::one_line(&error);
        tell(context, |out, style| message::warning(out, &told, style));
    }
}

fn read_verifier(context: &mut RunContext, arguments: &LoginArgs) -> Result<Secret> {
    let is_asked = context.terminal.stdin && !arguments.verifier;
    if !is_asked && !arguments.verifier {
        return Err(Error::usage("the verifier is asked for at a terminal, and there is none")
            .hint("--verifier reads it from standard input, --callback has the browser bring it")
            .into());
    }
    if is_asked {
        let _ = context.stderr.write_all(b"the verifier that the page shows: ");
        let _ = context.stderr.flush();
    }
    let mut bytes = Zeroizing::new(Vec::new());
    let mut byte = [0_u8];
    let fail = |error: std::io::Error| {
        Error::new(Kind::Read, format!("standard input cannot be read: {}", reason(&error)))
    };
    while bytes.len() < LONGEST_VERIFIER
        && context.stdin.read(&mut byte).map_err(fail)? == 1
        && byte != *b"\n"
    {
        bytes.extend(byte);
    }
    let text = String::from_utf8_lossy(&bytes);
    match text.trim() {
        "" => Err(Error::new(Kind::Read, "no verifier was given").into()),
        verifier => Ok(Secret::new(verifier)),
    }
}

/// Tells on standard error what is no failure.
pub(super) fn note(context: &mut RunContext, text: &str) {
    tell(context, |out, _| message::note(out, text));
}

fn tell(
    context: &mut RunContext,
    write: impl FnOnce(&mut dyn std::io::Write, crate::out::style::Style) -> std::io::Result<()>,
) {
    let style = ColorChoice::Auto.style(context.terminal.stderr, &context.environment);
    // Where standard error is closed, nobody listens.
    let _ = write(&mut *context.stderr, style);
}
