//! `signreq presign`: prints a URL that is signed.

use crate::cli::args::PresignArgs;
use crate::cli::session::{Session, color, end_when_interrupted};
use crate::cli::world::World;
use crate::cli::{cmd, plan};
use crate::context::RunContext;
use crate::error::{Error, Result};
use crate::flow::engine::{Network, unwatched};
use crate::model::duration;
use crate::sign::{Placement, Scheme, Wire};
use anyhow::Context as _;
use clap::{ArgMatches, FromArgMatches as _};

/// Runs it.
pub(in crate::cli) fn run(context: &mut RunContext, matches: &ArgMatches) -> Result<u8> {
    let arguments =
        PresignArgs::from_arg_matches(matches).map_err(|error| Error::usage(error.to_string()))?;
    let expires = arguments.expires.as_deref().map(seconds).transpose()?;
    end_when_interrupted(context, color(&arguments.request), false);
    let (mut world, _) = World::of(context, &arguments.request, false);
    let plan = plan::plan("signreq presign", &arguments.request, plan::data_in_order(matches))?;
    let mut session = Session::open(&mut world, &arguments.request, &plan)?;
    session.placement = Placement::Query { expires };
    let signed = session.with_engine(&world, |engine| {
        engine.sign(&session.draft, Network::Forbidden, &mut unwatched)
    })?;
    if signed.signed.patch.query.is_none() {
        let scheme = session.profile.scheme.id();
        let why = format!("profile {}: {scheme} signs no URLs", session.profile.name);
        return Err(Error::usage(why)
            .hint(format!("signreq sign {} … prints headers", session.profile.name))
            .into());
    }
    if session.profile.params.get("signature_method") == Some("PLAINTEXT") {
        world.warn(
            "the URL holds the secret itself (OAuth1 PLAINTEXT): who has it can sign any request",
        );
    }
    if let Some(preset) = &session.profile.preset
        && preset.ignores_signed_urls
    {
        world.warn(&format!(
            "{} looks for signatures in the Authorization header only, and refuses this URL: \
             signreq sign {} … prints the header",
            preset.title, session.profile.name
        ));
    }
    let headers = headers_to_send(session.profile.scheme, &signed.wire);
    if !headers.is_empty() {
        world.warn(&format!("the URL holds only with the same headers sent: {headers}"));
    }
    cmd::print(context, &format!("{}\n", signed.wire.url()))?;
    Ok(0)
}

/// The headers that are signed besides Host, which every client sends.
fn headers_to_send(scheme: &dyn Scheme, wire: &Wire) -> String {
    let Ok(presented) = scheme.presented(&wire.received(Vec::new())) else { return String::new() };
    let list = presented.chosen.iter().find(|(name, _)| *name == "signed_headers_list");
    let names = list.map_or("", |(_, list)| list).split(';');
    names.filter(|name| !["", "host"].contains(name)).collect::<Vec<_>>().join(", ")
}

/// `--expires`, in whole seconds.
fn seconds(text: &str) -> Result<u64> {
    let span = duration::parse(text).context("--expires")?;
    match (span.as_secs(), span.subsec_nanos()) {
        (seconds, 0) if seconds > 0 => Ok(seconds),
        _ => Err(Error::usage("--expires takes whole seconds, at least one")
            .hint("--expires 15m")
            .into()),
    }
}
