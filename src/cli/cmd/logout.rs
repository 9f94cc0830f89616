//! `signreq logout`: ends a credential that login got, and forgets it.

use super::login::{Access, Lacking, Place, config, note};
use crate::cli::args::login::LogoutArgs;
use crate::context::RunContext;
use crate::error::{Error, Result};
use crate::flow::login;
use clap::{ArgMatches, FromArgMatches as _};

/// Runs it.
pub(in crate::cli) fn run(context: &mut RunContext, matches: &ArgMatches) -> Result<u8> {
    let arguments =
        LogoutArgs::from_arg_matches(matches).map_err(|error| Error::usage(error.to_string()))?;
    let access = Access::open(context, &arguments.profile, &arguments.access, Lacking::Forbidden)?;
    match access.profile.scheme.id() {
        "ovh" => access.bench().run(context, login::end_consumer_key)?,
        "oauth2" => {
            let had = access.bench().run(context, login::forget_token)?;
            let told = if had { "the cached token is forgotten" } else { "no token was cached" };
            note(context, told);
            return Ok(0);
        }
        // RFC 5849 knows no end of a token: it is forgotten here.
        "oauth1" if access.profile.params.get("request_token_url").is_some() => {}
        _ => return Err(access.no_login().into()),
    }
    let fields = access.profile.scheme.obtained();
    let config = config(&arguments.access);
    for line in Place::remove(config, &arguments.profile, fields, &context.environment)? {
        note(context, &line);
    }
    Ok(0)
}
