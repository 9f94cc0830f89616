//! What `verify` suspects and proves, as a section of its man page, made from
//! the table that it tries.

use crate::sign::verify::{CAUSES, Cause};
use clap_mangen::roff::{Roff, bold, roman};

/// Writes the section.
pub(super) fn section(roff: &mut Roff) {
    roff.control("SH", ["CAUSES"]).control("PP", []).text([roman(
        "Each is tried in this order and named only when the signature holds under it. A \
         signature is found to be made:",
    )]);
    for cause in CAUSES {
        let term = format!("{}: {}", cause.step, cause.about);
        roff.control("TP", []).text([bold(term)]).text([roman(mended(cause))]);
    }
}

/// What mends it, and where it is met.
fn mended(cause: &Cause) -> String {
    let mut letters = cause.mend.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let schemes = match cause.schemes {
        [] => String::new(),
        schemes => format!(" ({})", schemes.join(", ")),
    };
    format!("{first}{}{schemes}.", letters.as_str())
}
