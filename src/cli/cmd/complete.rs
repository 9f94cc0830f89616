//! `signreq __complete …`: what the completion scripts ask.

use crate::cli::cmd;
use crate::cli::complete::{self, Candidate, FieldQuestion, ProfileQuestion};
use crate::context::{Environment, RunContext};
use crate::error::Result;
use crate::profile::{self, Config, Preset, Request, describe, schema};
use crate::sandbox;
use crate::sign;

/// Answers `arguments`, those after the hidden first word.
pub(in crate::cli) fn run(context: &mut RunContext, arguments: &[String]) -> Result<u8> {
    let environment = &context.environment;
    let text =
        complete::answer(arguments, &|question| profiles(question, environment), &|question| {
            fields(question, environment)
        });
    cmd::print(context, &text)?;
    Ok(0)
}

/// Which words can be PROFILE. A config that cannot be read offers none of
/// its names: completing is no time for errors.
fn profiles(question: ProfileQuestion<'_>, environment: &Environment) -> Vec<Candidate> {
    let config = match question {
        ProfileQuestion { sandbox: true, .. } => {
            let preset = |name: &&str| Candidate {
                text: (*name).to_owned(),
                about: "in the sandbox".to_owned(),
            };
            return sandbox::PRESETS.iter().map(preset).collect();
        }
        ProfileQuestion { config, .. } => config.map_or(Config::Usual, Config::File),
    };
    profile::list(config, environment)
        .unwrap_or_default()
        .into_iter()
        .map(|(text, about)| Candidate { text, about })
        .collect()
}

/// The fields that a profile has, or will have once it is added, each behind
/// its equals sign.
fn fields(question: FieldQuestion<'_>, environment: &Environment) -> Vec<Candidate> {
    let FieldQuestion { profile: name, preset, scheme, config } = question;
    let config = config.map_or(Config::Usual, Config::File);
    let of_preset = |preset: Preset| Some((sign::scheme(&preset.scheme)?, Some(preset)));
    let kind = match (preset, scheme) {
        (Some(preset), _) => Preset::load(preset).ok().flatten().and_then(of_preset),
        (None, Some(scheme)) => sign::scheme(scheme).map(|scheme| (scheme, None)),
        (None, None) => describe::kind(&Request { name, config, sets: &[], environment })
            .ok()
            .flatten()
            .map(|(preset, scheme)| (scheme, preset)),
    };
    let Some((scheme, preset)) = kind else { return Vec::new() };
    schema::fields(preset.as_ref(), scheme)
        .into_iter()
        .map(|field| Candidate { text: format!("{}=", field.name), about: field.about })
        .collect()
}
