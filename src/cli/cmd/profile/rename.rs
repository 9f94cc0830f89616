//! `signreq profile rename`.

use super::warn;
use crate::cli::args::profile::RenameArgs;
use crate::context::RunContext;
use crate::error::Result;
use crate::out::message;
use crate::profile::edit::Editor;
use crate::profile::names::variable;
use crate::profile::{self, Config};

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
    let kept = profile::stored(config, &context.environment)?;
    for it in kept.iter().filter(|it| it.profile.as_ref() == Some(new)) {
        if it.key.name.strip_prefix(old.as_str()).is_some_and(|rest| rest.starts_with('.')) {
            let told = format!("{} stays in the {}", it.field, it.key);
            let _ = message::note(&mut *context.stderr, &told);
        }
    }
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
