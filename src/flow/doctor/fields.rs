//! The fields of a profile: whether each has a value that can be read and
//! looks like one.

use super::{files, mend_at};
use crate::flow::draft;
use crate::flow::mending::quoted;
use crate::out::findings::Finding;
use crate::profile::examine::{Examined, ExaminedField};
use crate::profile::{Profile, Provenance};
use std::path::Path;

/// What is to be said about each field, and about the profile they make.
pub fn fields(examined: &Examined) -> Vec<Finding> {
    let mut findings: Vec<Finding> = examined.fields.iter().flat_map(of_field).collect();
    findings.extend(exposed(examined));
    match &examined.outcome {
        Some(Ok(profile)) => findings.extend(of_profile(profile)),
        Some(Err(error)) => findings.push(Finding::fail("profile", error)),
        None => {}
    }
    findings
}

fn of_field(field: &ExaminedField) -> Vec<Finding> {
    let mut findings = Vec::new();
    match &field.doubts {
        None => findings.push(Finding::pass(
            &field.name,
            format!("from {}; its source is not asked here", field.provenance),
        )),
        Some(Err(error)) => {
            findings.push(mend_at(Finding::fail(&field.name, error), &field.provenance));
        }
        // A preset's own values are no news.
        Some(Ok(doubts)) if doubts.is_empty() => {
            if field.provenance != Provenance::Preset {
                findings.push(Finding::pass(&field.name, format!("from {}", field.provenance)));
            }
        }
        Some(Ok(doubts)) => {
            let finding = Finding::warn(&field.name, doubts.join("; "));
            let is_vendors = matches!(field.provenance, Provenance::Vendor(_));
            findings.push(match field.file.as_ref().filter(|_| !is_vendors) {
                Some(file) => finding.mend(format!("\"${{EDITOR:-vi}}\" {}", quoted(file))),
                None => mend_at(finding, &field.provenance),
            });
        }
    }
    findings
}

/// The files that others may read a secret in, each once.
fn exposed(examined: &Examined) -> Vec<Finding> {
    let mut seen: Vec<&Path> = Vec::new();
    let mut findings = Vec::new();
    for field in examined.fields.iter().filter(|field| field.secret) {
        let Some(file) = field.file.as_deref().filter(|file| !seen.contains(file)) else {
            continue;
        };
        seen.push(file);
        findings.extend(files::readable(&field.name, file, files::mode(file)));
    }
    findings
}

fn of_profile(profile: &Profile) -> Vec<Finding> {
    const CHECK: &str = "profile";
    let place = match &profile.base {
        Some(base) => format!("for {}", base.origin()),
        None => "for any URL at Amazon".to_owned(),
    };
    let signs = match profile.scheme.id() {
        "none" => "signs nothing,".to_owned(),
        scheme => format!("signs with {scheme}"),
    };
    let mut findings = vec![Finding::pass(CHECK, format!("{signs} {place}"))];
    findings.extend(profile.warnings.iter().map(|warning| Finding::warn(CHECK, warning)));
    let clear = profile.base.as_ref().and_then(|base| draft::cleartext_warning(profile, base));
    findings.extend(clear.map(|warning| Finding::warn("cleartext", warning)));
    findings
}
