//! `signreq profile rename`.

use super::warn;
use crate::cli::args::profile::RenameArgs;
use crate::context::RunContext;
use crate::error::Result;
use crate::profile::Config;
use crate::profile::edit::Editor;
use crate::profile::names::variable;

/// Gives a profile another name.
pub(super) fn run(
    context: &mut RunContext,
    config: Config<'_>,
    arguments: &RenameArgs,
) -> Result<u8> {
    let RenameArgs { old, new } = arguments;
    let mut editor = Editor::open(config, &context.environment)?;
    editor.rename(old, new)?;
    editor.save()?;
    let prefix = variable(old, "");
    let named: Vec<String> = context
        .environment
        .iter()
        .filter_map(|(name, _)| Some(name.to_str()?.to_owned()))
        .filter(|name| name.starts_with(&prefix))
        .collect();
    for name in named {
        warn(context, &format!("{name} is still set, for the old name"));
    }
    Ok(0)
}
