//! Sends a signed GET for each line of standard input, one after the other over
//! one connection, and writes the bodies of the answers: the library as
//! `benches/transfer/run` drives it beside a curl that is given many URLs.
//! The argument names a profile, a line is a PATH or URL for it.

#![allow(clippy::disallowed_methods, reason = "it reads its own input and is no part of signreq")]

use signreq::context::{self, RunContext};
use signreq::error::{Error, Result, one_line};
use signreq::flow::body::Inputs;
use signreq::flow::draft::{self, RequestBody, RequestPlan};
use signreq::flow::engine::{Conduct, Engine, Pace, unwatched};
use signreq::flow::state::StateStore;
use signreq::model::method::Method;
use signreq::net::{Options, Ureq, straight};
use signreq::out::mask::Secrets;
use signreq::profile::{self, Config, Profile};
use signreq::sign::Placement;
use std::alloc::System;
use std::io::{BufRead, BufWriter, Write};
use std::process::ExitCode;
use zeroizing_alloc::ZeroAlloc;

/// As the program has it: what it costs is measured too.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    let mut context = RunContext::from_process();
    let Err(error) = run(&mut context) else { return ExitCode::SUCCESS };
    let _ = writeln!(context.stderr, "{}", one_line(&error));
    ExitCode::FAILURE
}

fn run(context: &mut RunContext) -> Result<()> {
    let name = context.arguments.first().and_then(|name| name.to_str());
    let profile = profile::resolve(&profile::Request {
        name: name.ok_or_else(|| Error::usage("the name of a profile is missing"))?,
        config: Config::Usual,
        sets: &[],
        environment: &context.environment,
    })?;
    let store = match context.environment.cache_directory() {
        Some(directory) => StateStore::in_directory(&directory.join("signreq")),
        None => StateStore::nowhere(),
    };
    let randomness = &context.randomness;
    let engine = Engine {
        profile: &profile,
        exchange: &Ureq::new(Options::default()),
        clock: &*context.clock,
        random_word: &|length| context::random_word(randomness, length),
        store: &store,
        pinned_time: None,
        pinned_nonce: None,
        placement: Placement::Own,
        allowed_origins: &[],
        conduct: Conduct::default(),
        pace: Pace {
            elapsed: &*context.stopwatch,
            sleep: &*context.sleep,
            jitter: &|| context::random_fraction(randomness),
        },
        around_body: &straight,
        warn: &|_| {},
        secrets: Secrets::Masked,
        archive: None,
    };
    let mut out = BufWriter::new(&mut *context.stdout);
    for line in std::io::stdin().lock().lines() {
        get(&engine, &profile, line?, &mut out)?;
    }
    Ok(out.flush()?)
}

/// Sends one request and writes what it is answered.
fn get(engine: &Engine<'_>, profile: &Profile, target: String, out: &mut dyn Write) -> Result<()> {
    let plan = RequestPlan {
        method: Method::get(),
        target,
        headers: Vec::new(),
        query: Vec::new(),
        body: RequestBody::None,
    };
    let mut nothing = std::io::empty();
    let draft = draft::build(&plan, profile, &[], &mut Inputs::new(&mut nothing, None), "")?;
    let mut answer = engine.send(&draft, &mut 0, &mut unwatched)?.answer;
    if !answer.head.is_success() {
        let (target, status) = (&plan.target, answer.head.status);
        return Err(Error::usage(format!("{target} was answered {status}")).into());
    }
    std::io::copy(&mut answer.body, out)?;
    Ok(())
}
