//! Where two texts of one step begin to differ.

use crate::sign::Step;
use crate::sign::encode::decode;

/// The first line in which two texts of a step differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The step's name.
    pub step: &'static str,
    /// The section that defines it.
    pub section: &'static str,
    /// What of the step the line is, where its form tells that.
    pub part: Option<&'static str>,
    /// The number of the line, the first being 1.
    pub line: usize,
    /// How many bytes of the line are equal; `None` when both look the same
    /// because what differs is masked.
    pub equal_bytes: Option<usize>,
    /// Our line.
    pub ours: Side,
    /// The other's line.
    pub theirs: Side,
}

/// One side of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// The line.
    pub line: String,
    /// The part of it that differs, decoded, where it is percent-encoded;
    /// `Some("")` when this side lacks it.
    pub decoded: Option<String>,
}

impl Comparison {
    /// Compares two texts of `step` that differ, as they may be shown.
    pub(super) fn of(step: &Step, ours: &str, theirs: &str) -> Self {
        let (our_lines, their_lines): (Vec<&str>, Vec<&str>) =
            (ours.split('\n').collect(), theirs.split('\n').collect());
        let count = our_lines.len().max(their_lines.len());
        let at =
            |lines: &[&str], index: usize| lines.get(index).copied().unwrap_or_default().to_owned();
        let differs = |index: &usize| our_lines.get(*index) != their_lines.get(*index);
        let index = (0..count).find(differs);
        let number = index.unwrap_or_default();
        let (ours, theirs) = (at(&our_lines, number), at(&their_lines, number));
        let (our_decoded, their_decoded) = decoded(step.name, &ours, &theirs);
        Self {
            step: step.name,
            section: step.section,
            part: index.and_then(|_| part_of(step.name, &our_lines, number, &ours, &theirs)),
            line: number + 1,
            equal_bytes: index.map(|_| common_prefix(&ours, &theirs)),
            ours: Side { line: ours, decoded: our_decoded },
            theirs: Side { line: theirs, decoded: their_decoded },
        }
    }
}

/// How many bytes two texts share at their beginning, whole characters only.
fn common_prefix(one: &str, other: &str) -> usize {
    one.chars()
        .zip(other.chars())
        .take_while(|(left, right)| left == right)
        .map(|(character, _)| character.len_utf8())
        .sum()
}

/// The name of a line: the parts of SigV4's canonical request and string to
/// sign, one a line, and those of OAuth1's base string (RFC 5849 section
/// 3.4.1.1), joined by `&`.
fn part_of(
    step: &str,
    lines: &[&str],
    number: usize,
    ours: &str,
    theirs: &str,
) -> Option<&'static str> {
    match step {
        "canonical request" => {
            let headers_end =
                lines.iter().skip(3).position(|line| line.is_empty()).map(|at| at + 3);
            Some(match number {
                0 => "method",
                1 => "canonical URI",
                2 => "canonical query string",
                number if headers_end.is_none_or(|end| number < end) => "canonical headers",
                number if headers_end.is_some_and(|end| number > end + 1) => "hash of the payload",
                _ => "signed headers",
            })
        }
        "string to sign" => {
            ["algorithm", "time", "credential scope", "hash of the canonical request"]
                .get(number)
                .copied()
        }
        "signature base string" => {
            let pairs = ours.splitn(3, '&').zip(theirs.splitn(3, '&'));
            let place = pairs.into_iter().position(|(one, other)| one != other)?;
            ["method", "base string URI", "normalized parameters"].get(place).copied()
        }
        _ => None,
    }
}

/// What differs of two lines, decoded once, where that is another text.
fn decoded(step: &str, ours: &str, theirs: &str) -> (Option<String>, Option<String>) {
    let separated = |text: &str| -> Vec<String> {
        let plain = |part: &str| String::from_utf8_lossy(&decode(part.as_bytes())).into_owned();
        match step {
            "signature base string" => {
                let mut parts = text.splitn(3, '&');
                let mut pieces: Vec<String> = parts.by_ref().take(2).map(plain).collect();
                let parameters = parts.next().map(plain).unwrap_or_default();
                pieces.extend(parameters.split('&').map(str::to_owned));
                pieces
            }
            _ => text.split('&').map(plain).collect(),
        }
    };
    if !ours.contains('%') && !theirs.contains('%') {
        return (None, None);
    }
    let (ours, theirs) = (separated(ours), separated(theirs));
    let count = ours.len().max(theirs.len());
    let Some(place) = (0..count).find(|place| ours.get(*place) != theirs.get(*place)) else {
        return (None, None);
    };
    let at = |pieces: &[String]| Some(pieces.get(place).cloned().unwrap_or_default());
    (at(&ours), at(&theirs))
}
