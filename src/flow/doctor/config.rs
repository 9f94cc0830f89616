//! The config file and what lies about it.

use super::files;
use crate::error;
use crate::flow::mending::quoted;
use crate::out::findings::Finding;
use crate::profile::examine::{ConfigState, Examiner};
use std::path::Path;

/// Whether the config file is found, can be read, and is nobody else's to read
/// or replace.
pub fn config(examiner: &Examiner<'_>) -> Vec<Finding> {
    const CHECK: &str = "config";
    let path = examiner.path.as_deref();
    let shown = path.map_or_else(|| "no file".to_owned(), |path| path.display().to_string());
    let mut findings = Vec::new();
    match &examiner.state {
        ConfigState::Absent if path.is_none() => {
            let fact = "none is read: there is no home directory to find it in";
            findings.push(Finding::pass(CHECK, fact));
        }
        ConfigState::Absent => {
            let fact = format!("there is no {shown}; presets and variables work without");
            findings.push(Finding::pass(CHECK, fact));
        }
        ConfigState::Unusable(error) => findings.push(unusable(CHECK, error, path)),
        ConfigState::Read { exposed, warnings } => {
            findings.push(match exposed {
                Some(error) => Finding::fail(CHECK, error),
                None => Finding::pass(CHECK, format!("{shown}: {}", counted(examiner))),
            });
            findings.extend(warnings.iter().map(|warning| Finding::warn(CHECK, warning)));
        }
    }
    if let Some(directory) = path.and_then(Path::parent) {
        findings.extend(files::replaceable(CHECK, directory, files::mode(directory)));
    }
    findings
}

/// Whether others may read the tokens that earlier runs left behind.
pub fn state_files(directory: &Path) -> Vec<Finding> {
    const CHECK: &str = "cache";
    let tokens = directory.join(crate::flow::state::TOKENS);
    let read = files::readable(CHECK, &tokens, files::mode(&tokens));
    read.into_iter().chain(files::replaceable(CHECK, directory, files::mode(directory))).collect()
}

fn unusable(check: &str, error: &anyhow::Error, path: Option<&Path>) -> Finding {
    let finding = Finding::fail(check, error);
    let told = error::one_line(error);
    match path {
        Some(_) if told.contains("does not exist") => {
            finding.mend("unset SIGNREQ_CONFIG, or name another file: --config FILE")
        }
        Some(path) if told.contains("ermission denied") => {
            finding.mend(format!("chmod u+rw {}", quoted(path)))
        }
        Some(path) => finding.mend(format!("\"${{EDITOR:-vi}}\" {}", quoted(path))),
        None => finding,
    }
}

fn counted(examiner: &Examiner<'_>) -> String {
    let names: Vec<&str> = examiner.names().collect();
    match names.as_slice() {
        [] => "it holds no profile".to_owned(),
        [one] => format!("one profile, {one}"),
        all => format!("{} profiles", all.len()),
    }
}
