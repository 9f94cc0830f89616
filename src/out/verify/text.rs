//! The report as people read it.

use super::{Comparison, Report, moment};
use crate::error::Result;
use crate::out::style::{Role, Style};
use crate::out::visible;
use crate::out::written::{STANDARD_OUTPUT, Written, written};
use std::io::Write;

/// So much of a long line is shown before and after the first byte that
/// differs, in characters.
const BEFORE: usize = 50;
const AFTER: usize = 50;

/// Writes the report to be read by people.
///
/// # Errors
/// [`crate::error::Kind::Write`] when the output cannot be written.
pub fn text(out: &mut dyn Write, report: &Report, style: Style) -> Result<Written> {
    let mut shown = headline(report, style);
    if let Some(difference) = report.difference() {
        shown.push_str(&style.paint(Role::Mark, "differs:"));
        let line = format!(" {}: {}", difference.step, difference.explanation);
        shown.push_str(&visible::line(line.as_bytes()));
        shown.push('\n');
        if let Some(comparison) = report.first_difference() {
            push_comparison(&mut shown, &comparison, "theirs", style);
        }
        if report.server.is_none()
            && let Some(step) = report.what_was_signed()
        {
            push_title(&mut shown, step.name, step.section, style);
            for line in report.shown(step).split('\n') {
                shown.push_str(&format!("   | {}\n", visible::line(line.as_bytes())));
            }
        }
    }
    if let Some((step, comparison)) = report.against_server() {
        match comparison {
            Some(comparison) => push_comparison(&mut shown, &comparison, "server", style),
            None => {
                push_title(&mut shown, step.name, step.section, style);
                shown.push_str("   the server's is the same as ours\n");
            }
        }
    }
    written(out.write_all(shown.as_bytes()), STANDARD_OUTPUT)
}

fn headline(report: &Report, style: Style) -> String {
    let word = if report.verdict.is_valid() { "valid:" } else { "invalid:" };
    let mut line = format!(" {}", report.scheme);
    if let Some(method) = report.method() {
        line.push_str(&format!(" {method}"));
    }
    if !report.presented.key_id.is_empty() {
        line.push_str(&format!(", key {}", report.presented.key_id));
    }
    if let Some(time) = report.presented.time {
        line.push_str(&format!(", signed {}", moment(time, report.now)));
    }
    format!("{}{}\n", style.paint(Role::Title, word), visible::line(line.as_bytes()))
}

fn push_title(shown: &mut String, step: &str, section: &str, style: Style) {
    shown.push('\n');
    shown.push_str(&style.paint(Role::Title, step));
    shown.push_str(&format!(", {section}\n"));
}

/// Both lines, one under the other, and a caret under the first byte that
/// differs.
fn push_comparison(shown: &mut String, comparison: &Comparison, other: &str, style: Style) {
    let Comparison { step, section, part, line, equal_bytes, ours, theirs } = comparison;
    push_title(shown, step, section, style);
    if let Some(part) = part {
        shown.push_str(&format!("   in the {part}"));
        shown.push_str(&if *line > 1 { format!(", line {line}\n") } else { "\n".to_owned() });
    }
    let Some(equal_bytes) = *equal_bytes else {
        shown.push_str("   differs in what is masked; --show-secrets shows it\n");
        return;
    };
    let gutter = |name: &str| style.paint(Role::Mark, &format!("{name:>9} |"));
    let (our_part, column) = clipped(&ours.line, equal_bytes);
    let (their_part, _) = clipped(&theirs.line, equal_bytes);
    shown.push_str(&format!("{} {our_part}\n{} {their_part}\n", gutter("ours"), gutter(other)));
    let caret = style.paint(Role::Error, "^");
    shown.push_str(&format!(
        "{:>9}   {}{caret} byte {}\n",
        "",
        " ".repeat(column),
        equal_bytes + 1
    ));
    if let (Some(ours), Some(theirs)) = (&ours.decoded, &theirs.decoded) {
        let decoded = |text: &str| match text {
            "" => style.paint(Role::Mark, "(nothing)"),
            text => visible::line(text.as_bytes()),
        };
        shown.push_str("   which is, decoded:\n");
        shown.push_str(&format!("{} {}\n", gutter("ours"), decoded(ours)));
        shown.push_str(&format!("{} {}\n", gutter(other), decoded(theirs)));
    }
}

/// The surroundings of a place in a line, made safe to show, and the column of
/// the place in them.
fn clipped(line: &str, place: usize) -> (String, usize) {
    let (before, after) = line.split_at_checked(place).unwrap_or((line, ""));
    let skipped = before.chars().count().saturating_sub(BEFORE);
    let start: String = before.chars().skip(skipped).collect();
    let end: String = after.chars().take(AFTER).collect();
    let mut shown = if skipped > 0 { "…".to_owned() } else { String::new() };
    shown.push_str(&visible::line(start.as_bytes()));
    let column = shown.chars().count();
    shown.push_str(&visible::line(end.as_bytes()));
    if end.len() < after.len() {
        shown.push('…');
    }
    (shown, column)
}
