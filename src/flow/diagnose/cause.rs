//! The causes of a refusal: one row a cause, with the evidence that shows it
//! and the commands that mend it.

use super::causes::ALL;
use super::evidence::Evidence;

/// How many causes are named where none is certain.
const MOST: usize = 3;

/// Why a server may have refused a request.
pub struct Cause {
    /// The presets whose systems refuse so; any server when there are none.
    pub systems: &'static [&'static str],
    /// Whether the evidence leaves no other cause.
    pub is_certain: bool,
    /// The cause.
    pub about: &'static str,
    /// What shows it.
    pub evidence: &'static str,
    /// What mends it.
    pub mend: &'static str,
    find: fn(&Evidence<'_>) -> Option<Found>,
}

/// A cause as it was met with.
pub(super) struct Found {
    why: String,
    commands: Vec<String>,
}

impl Found {
    /// A cause, told in one line, that nothing on this side mends.
    pub(super) fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), commands: Vec::new() }
    }

    /// The same with a command that mends it.
    pub(super) fn mend(mut self, command: impl Into<String>) -> Self {
        self.commands.push(command.into());
        self
    }
}

/// A row whose evidence leaves no other cause.
pub(super) const fn certain(
    systems: &'static [&'static str],
    about: &'static str,
    evidence: &'static str,
    mend: &'static str,
    find: fn(&Evidence<'_>) -> Option<Found>,
) -> Cause {
    Cause { systems, is_certain: true, about, evidence, mend, find }
}

/// A row whose evidence may have another cause.
pub(super) const fn likely(
    systems: &'static [&'static str],
    about: &'static str,
    evidence: &'static str,
    mend: &'static str,
    find: fn(&Evidence<'_>) -> Option<Found>,
) -> Cause {
    Cause { is_certain: false, ..certain(systems, about, evidence, mend, find) }
}

/// Every cause: those of any server first, then system by system.
pub fn causes() -> impl Iterator<Item = &'static Cause> {
    ALL.iter().copied().flatten()
}

/// What explains a refusal, as lines: each cause and behind it the commands
/// that mend it. Of those that are certain the first explains the others, and
/// leaves no place for what is likely.
pub(super) fn explain(evidence: &Evidence<'_>) -> Vec<String> {
    let of_system =
        |cause: &&Cause| cause.systems.is_empty() || cause.systems.contains(&evidence.system());
    let found = |is_certain: bool, most: usize| {
        let rows = causes().filter(of_system).filter(move |cause| cause.is_certain == is_certain);
        rows.filter_map(|cause| (cause.find)(evidence)).take(most).collect::<Vec<Found>>()
    };
    let (label, causes) = match found(true, 1) {
        certain if certain.is_empty() => ("likely", found(false, MOST)),
        certain => ("cause", certain),
    };
    let mut lines: Vec<String> = Vec::new();
    for Found { why, commands } in causes {
        lines.push(format!("{label}: {why}"));
        for command in commands {
            if !lines.contains(&command) {
                lines.push(command);
            }
        }
    }
    lines
}
