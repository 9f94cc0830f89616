//! `signreq __complete …`: what the completion scripts ask.

use crate::cli::cmd;
use crate::cli::complete::{self, Candidate, ProfileQuestion};
use crate::context::{Environment, RunContext};
use crate::error::Result;
use crate::profile::{self, Config};
use crate::sandbox;

/// Answers `arguments`, those after the hidden first word.
pub(in crate::cli) fn run(context: &mut RunContext, arguments: &[String]) -> Result<u8> {
    let text = complete::answer(arguments, &|question| profiles(question, &context.environment));
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
