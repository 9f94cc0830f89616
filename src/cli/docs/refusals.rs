//! Why servers refuse, as a section of the man page, made from the table that
//! is looked through.

use crate::flow::diagnose::causes;
use clap_mangen::roff::{Roff, bold, roman};

/// Writes the section.
pub(super) fn section(roff: &mut Roff) {
    roff.control("SH", ["REFUSALS"]).control("PP", []).text([roman(
        "A refusal is told with its cause where the evidence leaves one only, else with up to \
         three that are likely, and with what mends each. The evidence is the request, the answer \
         and the profile; nothing more is sent to find out.",
    )]);
    let mut systems: Vec<&[&str]> = Vec::new();
    for cause in causes().filter(|cause| !cause.systems.is_empty()) {
        if !systems.contains(&cause.systems) {
            systems.push(cause.systems);
        }
    }
    for of in std::iter::once(&[][..]).chain(systems) {
        let heading = match of {
            [] => "Any server".to_owned(),
            [one] => format!("The preset {one}"),
            several => format!("The presets {}", several.join(", ")),
        };
        roff.control("SS", [heading.as_str()]);
        for cause in causes().filter(|cause| cause.systems == of) {
            let likely = if cause.is_certain { "" } else { " (likely)" };
            let mended = format!("Shown by: {}. Mended by: {}.", cause.evidence, cause.mend);
            roff.control("TP", []).text([bold(cause.about), roman(likely)]).text([roman(mended)]);
        }
    }
}
