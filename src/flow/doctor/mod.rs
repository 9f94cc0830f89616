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

use crate::model::place::shell_word;
use crate::out::findings::Finding;
use crate::profile::Provenance;
use crate::profile::vendor::Place as VendorPlace;
use std::path::Path;

/// Adds the command with which a value is put right where it comes from.
fn mend_at(finding: Finding, provenance: &Provenance) -> Finding {
    match provenance {
        Provenance::File { path, line } | Provenance::Defaults { path, line } => {
            finding.mend(format!("\"${{EDITOR:-vi}}\" +{line} {}", quoted(path)))
        }
        Provenance::Vendor(VendorPlace { path, line: Some(line) }) => {
            finding.mend(format!("\"${{EDITOR:-vi}}\" +{line} {}", quoted(path)))
        }
        Provenance::Environment(name) => finding.mend(format!("export {name}=…")),
        _ => finding,
    }
}

/// A path as a word of a shell.
fn quoted(path: &Path) -> String {
    shell_word(&path.to_string_lossy()).into_owned()
}
