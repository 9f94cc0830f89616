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
    let mut system = None;
    for cause in causes() {
        if system != Some(cause.systems) {
            system = Some(cause.systems);
            let heading = match cause.systems {
                [] => "Any server".to_owned(),
                systems => format!("The preset {}", systems.join(" or ")),
            };
            roff.control("SS", [heading.as_str()]);
        }
        let likely = if cause.is_certain { "" } else { " (likely)" };
        let mended = format!("Shown by: {}. Mended by: {}.", cause.evidence, cause.mend);
        roff.control("TP", []).text([bold(cause.about), roman(likely)]).text([roman(mended)]);
    }
}
