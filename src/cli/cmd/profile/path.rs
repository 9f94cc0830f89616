//! `signreq profile path`.

use crate::cli::cmd;
use crate::context::RunContext;
use crate::error::{Error, Result};
use crate::profile::{self, Config};

/// Prints where the config file is, or would be.
pub(super) fn run(context: &mut RunContext, config: Config<'_>) -> Result<u8> {
    let path = profile::file::path(config, &context.environment).ok_or_else(|| {
        Error::config("there is no home directory to look for a config file in")
            .hint("signreq profile path --config FILE")
    })?;
    let mut bytes = path.into_os_string().into_encoded_bytes();
    bytes.push(b'\n');
    cmd::write(context, &bytes)?;
    Ok(0)
}
