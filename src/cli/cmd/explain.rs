//! `signreq explain`: shows each step from a request to its signature.

use crate::cli::args::ExplainArgs;
use crate::cli::plan;
use crate::cli::session::{Session, color, end_when_interrupted};
use crate::cli::world::World;
use crate::context::RunContext;
use crate::error::{Error, Result};
use crate::flow::engine::{Network, unwatched};
use crate::out::explain::{self, Explanation};
use clap::{ArgMatches, FromArgMatches as _};

/// Runs it.
pub(in crate::cli) fn run(context: &mut RunContext, matches: &ArgMatches) -> Result<u8> {
    let arguments =
        ExplainArgs::from_arg_matches(matches).map_err(|error| Error::usage(error.to_string()))?;
    let style = color(&arguments.request).style(context.terminal.stdout, &context.environment);
    end_when_interrupted(context, color(&arguments.request), false);
    let (mut world, stdout) = World::of(context, &arguments.request, false);
    let plan = plan::plan("signreq explain", &arguments.request, plan::data_in_order(matches))?;
    let session = Session::open(&mut world, &arguments.request, &plan)?;
    let signed = session.with_engine(&world, |engine| {
        engine.sign(&session.draft, Network::Forbidden, &mut unwatched)
    })?;
    let explanation = Explanation {
        scheme: session.profile.scheme.id(),
        spec: session.profile.scheme.spec(),
        trace: &signed.signed.trace,
        wire: &signed.wire,
    };
    match arguments.format.as_str() {
        "json" => explain::json(stdout, &explanation, session.secrets, style)?,
        _ => explain::text(stdout, &explanation, session.secrets, style)?,
    };
    Ok(0)
}
