//! `signreq sign`: prints what signs a request.

use crate::cli::args::SignArgs;
use crate::cli::plan;
use crate::cli::session::{Session, color, end_when_interrupted};
use crate::cli::world::World;
use crate::context::RunContext;
use crate::error::{Error, Result};
use crate::flow::draft::RequestBody;
use crate::flow::engine::{Event, Network, SignedRequest};
use crate::model::fields::{Input, Value};
use crate::out::mask::Secrets;
use crate::out::request::{curl, headers, http, json};
use clap::{ArgMatches, FromArgMatches as _};
use std::path::{Path, PathBuf};

/// Runs it.
pub(in crate::cli) fn run(context: &mut RunContext, matches: &ArgMatches) -> Result<u8> {
    let arguments =
        SignArgs::from_arg_matches(matches).map_err(|error| Error::usage(error.to_string()))?;
    let style = color(&arguments.request).style(context.terminal.stdout, &context.environment);
    end_when_interrupted(context, color(&arguments.request), false);
    let (mut world, stdout) = World::of(context, &arguments.request, false);
    let plan = plan::plan("signreq sign", &arguments.request, plan::data_in_order(matches))?;
    let file = body_file(&plan.request.body);
    let session = Session::open(&mut world, &arguments.request, &plan)?;
    let show = |event: Event<'_>| {
        if arguments.verbose {
            world.show_head(&event, session.secrets);
        }
        Ok(())
    };
    let signed = session.with_engine(&world, |engine| {
        engine.sign(&session.draft, Network::Allowed, &mut { show })
    })?;
    show(Event::Sending(&signed.wire))?;
    if ["headers", "curl"].contains(&arguments.format.as_str()) {
        refuse_other_than_headers(&session, &signed)?;
    }
    match arguments.format.as_str() {
        "curl" => curl::write(stdout, &signed.wire, file.as_deref())?,
        "http" => http::write(stdout, &signed.wire)?,
        "json" => json::write(stdout, &signed.wire, Secrets::Shown, style)?,
        _ => headers::write(stdout, &signed.wire, &signing_headers(&session, &signed))?,
    };
    Ok(0)
}

/// Headers alone sign nothing where the signature is in the query or the body.
fn refuse_other_than_headers(session: &Session, signed: &SignedRequest) -> Result<()> {
    let name = &session.profile.name;
    let place = match (&signed.signed.patch.query, &signed.signed.patch.body) {
        (Some(_), _) => "the query",
        (_, Some(_)) => "the body",
        (None, None) => return Ok(()),
    };
    Err(Error::usage(format!("profile {name}: the signature goes into {place}, not into headers"))
        .hint(format!("signreq presign {name} … prints a signed URL"))
        .hint(format!("signreq sign --format http {name} … prints the whole request"))
        .into())
}

/// Every header that the signature sets or covers, and the identity headers.
fn signing_headers<'a>(session: &'a Session, signed: &'a SignedRequest) -> Vec<&'a str> {
    let patch = &signed.signed.patch;
    let set = patch.headers.iter().chain(&session.profile.identity).map(|header| &*header.name);
    set.chain(patch.covered.iter().map(String::as_str)).collect()
}

/// The file that is the whole body, so that curl can send it itself.
fn body_file(body: &RequestBody) -> Option<PathBuf> {
    let input = match body {
        RequestBody::File { input, .. } => input,
        RequestBody::Data { data, .. } => match data.as_slice() {
            [Value::From(input)] => input,
            _ => return None,
        },
        RequestBody::None | RequestBody::Fields { .. } => return None,
    };
    match input {
        Input::Path(path) => Some(Path::new(path).to_owned()),
        Input::Stdin => None,
    }
}
