//! The server's clock against ours.

use crate::error::{Error, Kind};
use crate::model::time::Time;
use crate::out::findings::Finding;

/// What an answer's way and a Date of whole seconds explain, in seconds.
const SLACK: i64 = 5;

/// The narrowest tolerance of the systems there are presets for, in seconds:
/// Foreman's and Amazon's are five minutes and more; some stores take less.
const TOLERANCE: i64 = 60;

/// Judges the Date of an answer that came at `now`. `is_refused` says that the
/// answer refused the credential: a clock that is far off may be why.
pub fn clock(date: Option<Time>, now: Time, is_refused: bool) -> Finding {
    const CHECK: &str = "clock";
    const MEND: &str = "sudo timedatectl set-ntp true";
    let Some(date) = date else {
        return Finding::pass(CHECK, "the server does not say what time it is");
    };
    let offset = date.epoch().saturating_sub(now.epoch());
    let side = if offset > 0 { "behind" } else { "ahead of" };
    let fact = match offset {
        0 => "the server's clock is ours".to_owned(),
        _ => format!("this clock is {} seconds {side} the server's", offset.unsigned_abs()),
    };
    match offset.saturating_abs() {
        ..=SLACK => Finding::pass(CHECK, fact),
        TOLERANCE.. if is_refused => {
            Finding::fail(CHECK, &Error::new(Kind::Refused, fact).hint(MEND).into())
        }
        _ => Finding::warn(CHECK, fact).mend(MEND),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::out::findings::Verdict;

    #[test]
    fn only_a_clock_far_off_can_be_why_a_credential_was_refused() {
        const NOW: Time = Time::from_epoch(1_700_000_000);
        let judged = |offset, is_refused| clock(Some(NOW.plus(offset)), NOW, is_refused);
        for (offset, is_refused, verdict) in [
            (0, true, Verdict::Pass),
            (-5, true, Verdict::Pass),
            (6, true, Verdict::Warn),
            (-59, true, Verdict::Warn),
            (60, true, Verdict::Fail),
            (-600, true, Verdict::Fail),
            (-600, false, Verdict::Warn),
        ] {
            assert_eq!(judged(offset, is_refused).verdict, verdict, "{offset} {is_refused}");
        }
        assert_eq!(judged(600, false).fact, "this clock is 600 seconds behind the server's");
        assert_eq!(judged(-600, false).fact, "this clock is 600 seconds ahead of the server's");
        assert_eq!(clock(None, NOW, true).verdict, Verdict::Pass);
    }
}
