//! `signreq profile remove`.

use super::ask;
use crate::cli::args::profile::RemoveArgs;
use crate::context::RunContext;
use crate::error::{Error, Result};
use crate::profile::Config;
use crate::profile::edit::{self, Editor};

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
    let mut editor = Editor::open(config, &context.environment)?;
    editor.remove(name)?;
    editor.save()?;
    Ok(0)
}
