//! `signreq profile remove`.

use super::{ask, keyring};
use crate::cli::args::profile::RemoveArgs;
use crate::context::RunContext;
use crate::error::{Error, Result};
use crate::profile::edit::{self, Editor};
use crate::profile::{self, Config};

/// Takes a profile out of the config file.
pub(super) fn run(
    context: &mut RunContext,
    config: Config<'_>,
    arguments: &RemoveArgs,
) -> Result<u8> {
    let name = arguments.name.as_str();
    let place = edit::need(config, &context.environment, name)?;
    if !arguments.yes {
        if !ask::is_possible(context) {
            let why = format!("nobody is at a terminal to ask whether {name} may be removed");
            let hint = format!("signreq profile remove {name} --yes");
            return Err(Error::usage(why).hint(hint).into());
        }
        let question = format!("Remove profile {name} from {}?", place.path.display());
        if !ask::yes(context, &question, false)? {
            return Ok(0);
        }
    }
    let used = profile::stored(config, &context.environment)?;
    let mut editor = Editor::open(config, &context.environment)?;
    editor.remove(name)?;
    editor.save()?;
    let mut left = keyring::left(context, config, &used)?;
    if !left.is_empty() && !arguments.keyring && !arguments.yes {
        let names: Vec<String> = left.iter().map(ToString::to_string).collect();
        let question = format!("Remove {} too?", names.join(" and "));
        if !ask::yes(context, &question, false)? {
            keyring::tell_left(context, &left);
            return Ok(0);
        }
    } else if !arguments.keyring {
        keyring::tell_left(context, &left);
        return Ok(0);
    }
    while let Some(key) = left.first() {
        if let Err(error) = key.remove(&context.environment) {
            keyring::tell_left(context, &left);
            return Err(error.context("the profile is removed, its secrets are not"));
        }
        left.remove(0);
    }
    Ok(0)
}
