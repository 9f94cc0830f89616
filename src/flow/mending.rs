//! Commands that put a profile's value right where it comes from.

use crate::model::place::shell_word;
use crate::profile::vendor::Place as VendorPlace;
use crate::profile::{Profile, Provenance};
use std::path::Path;

/// The last parts of the config file's usual path; another one has to be
/// named.
const USUAL: &str = "signreq/config.toml";

/// How to change a value where it stands; `None` where a profile's own command
/// or option does.
pub(in crate::flow) fn elsewhere(provenance: &Provenance) -> Option<String> {
    match provenance {
        Provenance::Vendor(VendorPlace { path, line: Some(line) }) => Some(edit(path, *line)),
        Provenance::Environment(name) => Some(format!("export {name}=…")),
        _ => None,
    }
}

/// How to open a file at a line.
pub(in crate::flow) fn edit(path: &Path, line: usize) -> String {
    format!("\"${{EDITOR:-vi}}\" +{line} {}", quoted(path))
}

/// A path as a word of a shell.
pub(in crate::flow) fn quoted(path: &Path) -> String {
    shell_word(&path.to_string_lossy()).into_owned()
}

/// How to give a field of a profile a value; `None` asks for a secret one,
/// which no command line may hold.
pub(in crate::flow) fn set(profile: &Profile, field: &str, value: Option<&str>) -> String {
    let word = value.map(shell_word);
    let assigned = format!("{field}={}", word.as_deref().unwrap_or("-"));
    let name = shell_word(&profile.name);
    let own = profile.origins.get(field);
    let given = own.into_iter().chain(profile.origins.values());
    let is_file = |origin: &&Provenance| matches!(origin, Provenance::File { .. });
    match (own, given.clone().find(is_file)) {
        (Some(Provenance::CommandLine), _) if value.is_some() => format!("--set {assigned}"),
        (Some(Provenance::Environment(variable)), _) => {
            format!("export {variable}={}", word.as_deref().unwrap_or("…"))
        }
        (Some(vendor @ Provenance::Vendor(VendorPlace { line: Some(_), .. })), _) => {
            elsewhere(vendor).unwrap_or_default()
        }
        (_, Some(Provenance::File { path, .. })) => {
            let config = match path.ends_with(USUAL) {
                true => String::new(),
                false => format!("--config {} ", quoted(path)),
            };
            format!("signreq profile set {config}{name} {assigned}")
        }
        _ => {
            let name = profile.name.replace('-', "_").to_ascii_uppercase();
            let field = field.to_ascii_uppercase();
            format!("export SIGNREQ_{name}_{field}={}", word.as_deref().unwrap_or("…"))
        }
    }
}
