//! `signreq profile set`.

use super::{keyring, words};
use crate::cli::args::profile::SetArgs;
use crate::context::RunContext;
use crate::error::Result;
use crate::profile::edit::{self, Editor};
use crate::profile::{self, Config, Request, describe, schema};

/// Gives fields of a profile other values.
pub(super) fn run(context: &mut RunContext, config: Config<'_>, arguments: &SetArgs) -> Result<u8> {
    let name = arguments.name.as_str();
    edit::need(config, &context.environment, name)?;
    let used = profile::stored(config, &context.environment)?;
    let request = Request { name, config, sets: &[], environment: &context.environment };
    // A profile that says nothing or nonsense of what it is can be mended too.
    let (fields, names) = match describe::kind(&request).ok().flatten() {
        Some((preset, scheme)) => {
            let fields = schema::fields(preset.as_ref(), scheme);
            (fields, preset.map(|preset| preset.url.names).unwrap_or_default())
        }
        None => (schema::common(), Vec::new()),
    };
    let keyring = keyring::open(context, arguments.keyring, name)?;
    let mut assigned = words::read(context, &fields, &arguments.words)?;
    super::doubt(context, &fields, &names, &assigned);
    let kept = keyring
        .map(|keyring| keyring::keep(context, keyring, name, &fields, &mut assigned, &used))
        .transpose()?;
    let write = |context: &RunContext| {
        let mut editor = Editor::open(config, &context.environment)?;
        editor.set(name, &assigned)?;
        editor.save()
    };
    super::undo_unless(write(context), kept.as_ref(), &context.environment)?;
    kept.iter().for_each(|kept| kept.tell(context));
    let left = keyring::left(context, config, &used)?;
    keyring::tell_left(context, &left);
    Ok(0)
}
