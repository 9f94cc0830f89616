//! What `doctor` examines, one file a group of checks. What was seen is
//! gathered elsewhere or at the end of a file; judging it is a function of
//! values and gives [`Finding`]s.
//!
//! ```text
//! config   the config file, modes      network     name, TCP, TLS
//! fields   values and their shapes     clock       the server's against ours
//! proxy    what the environment says   credential  the preset's cheapest call
//! ```

mod clock;
mod config;
mod credential;
mod fields;
mod files;
mod network;
mod proxy;

pub use clock::clock;
pub use config::{config, state_files};
pub use credential::{Checked, check, server_date};
pub use fields::fields;
pub use network::network;
pub use proxy::proxy;

use crate::flow::mending;
use crate::out::findings::Finding;
use crate::profile::Provenance;

/// Adds the command with which a value is put right where it comes from.
fn mend_at(finding: Finding, provenance: &Provenance) -> Finding {
    let command = match provenance {
        Provenance::File { path, line } | Provenance::Defaults { path, line } => {
            Some(mending::edit(path, *line))
        }
        other => mending::elsewhere(other),
    };
    command.into_iter().fold(finding, Finding::mend)
}
