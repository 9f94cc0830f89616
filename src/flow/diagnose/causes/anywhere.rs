//! What spoils a signature whatever the system: the profile's values, the
//! clock, the nonce.

use crate::flow::diagnose::cause::{Cause, Found, certain, likely};
use crate::flow::diagnose::evidence::Evidence;
use crate::profile::slips::Slip;

pub(super) const ROWS: &[Cause] = &[
    certain(
        &[],
        "a value stands in another's place, such as a key's parts in another order",
        "the value has the shape of another one",
        "signreq profile set NAME FIELD=-",
        mistaken,
    ),
    certain(
        &[],
        "the time given by --timestamp is not the server's",
        "the refusal, the signed time and the answer's Date",
        "the same command without --timestamp",
        time_given,
    ),
    certain(
        &[],
        "this machine's clock is wrong",
        "the refusal, the signed time and the answer's Date",
        "sudo timedatectl set-ntp true",
        clock,
    ),
    certain(
        &["maas", "candlepin"],
        "the nonce given by --nonce was used before",
        "the refusal and the option",
        "the same command without --nonce",
        nonce_given,
    ),
    likely(
        &["maas", "candlepin"],
        "something on the way sends requests twice",
        "the refusal of a nonce that was made for this request",
        "send past the proxy: --noproxy '*'",
        nonce_repeated,
    ),
    likely(
        &[],
        "white space, a line break or quotes are taken for a part of a key or secret",
        "the value",
        "signreq profile set NAME FIELD=-",
        stray,
    ),
    likely(
        &[],
        "a key or secret is cut off or not the right one",
        "the value has not the usual shape",
        "signreq profile set NAME FIELD=-",
        unusual,
    ),
];

fn of_slip(evidence: &Evidence<'_>, slip: Slip) -> Option<Found> {
    if !evidence.is_refused() {
        return None;
    }
    let slipped = evidence.slips().iter().find(|slipped| slipped.slip == slip)?;
    let found = Found::new(format!("{}: {}", slipped.field, slipped.what));
    Some(found.mend(evidence.ask(&slipped.field)))
}

fn mistaken(evidence: &Evidence<'_>) -> Option<Found> {
    // DCI's own row knows the value that would be right.
    let says_more = super::dci::client_type(evidence).is_some();
    (!says_more).then(|| of_slip(evidence, Slip::Mistaken)).flatten()
}

fn stray(evidence: &Evidence<'_>) -> Option<Found> {
    of_slip(evidence, Slip::Stray)
}

fn unusual(evidence: &Evidence<'_>) -> Option<Found> {
    of_slip(evidence, Slip::Unusual)
}

fn time_given(evidence: &Evidence<'_>) -> Option<Found> {
    let conditions = evidence.asked.conditions;
    let gap = evidence.clock_gap().filter(|_| conditions.is_time_given && evidence.may_be_clock)?;
    let seconds = gap.unsigned_abs();
    let side = if gap > 0 { "behind" } else { "ahead of" };
    let server = evidence.server();
    Some(
        Found::new(format!("the time given by --timestamp is {seconds}s {side} that of {server}"))
            .mend("the same command without --timestamp"),
    )
}

fn clock(evidence: &Evidence<'_>) -> Option<Found> {
    let conditions = evidence.asked.conditions;
    let gap =
        evidence.clock_gap().filter(|_| !conditions.is_time_given && evidence.may_be_clock)?;
    let seconds = gap.unsigned_abs();
    let side = if gap > 0 { "behind" } else { "ahead of" };
    let found = Found::new(format!(
        "this machine's clock is {seconds}s {side} that of {}",
        evidence.server()
    ));
    let found = match (conditions.keeps_clock, conditions.is_nonce_given) {
        (true, _) => found.mend("the same command without --no-clock-fix"),
        (_, true) => found.mend("the same command without --nonce"),
        _ => found,
    };
    Some(found.mend("sudo timedatectl set-ntp true"))
}

fn is_nonce_refused(evidence: &Evidence<'_>) -> bool {
    evidence.says("Authorization Error: 'Nonce already used")
        || evidence.says("OAuth problem encountered. Internal message is: nonce_used")
}

fn nonce_given(evidence: &Evidence<'_>) -> Option<Found> {
    (is_nonce_refused(evidence) && evidence.asked.conditions.is_nonce_given).then(|| {
        Found::new("the nonce given by --nonce was used before")
            .mend("the same command without --nonce")
    })
}

fn nonce_repeated(evidence: &Evidence<'_>) -> Option<Found> {
    (is_nonce_refused(evidence) && !evidence.asked.conditions.is_nonce_given).then(|| {
        Found::new("the nonce is new: something on the way sends requests twice")
            .mend("send past the proxy: --noproxy '*'")
    })
}
