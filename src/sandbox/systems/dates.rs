//! Calendar times, which every system writes in its own way.

use crate::model::time::Time;

/// `2015-08-30` and `12:36:00`, in UTC.
pub(super) fn date_and_clock(time: Time) -> (String, String) {
    // From 20150830T123600Z.
    let text = time.iso8601_basic();
    let part = |range| text.get(range).unwrap_or_default();
    (
        format!("{}-{}-{}", part(0..4), part(4..6), part(6..8)),
        format!("{}:{}:{}", part(9..11), part(11..13), part(13..15)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_date_and_a_clock() {
        let (date, clock) = date_and_clock(Time::from_epoch(1_440_938_160));
        assert_eq!((date.as_str(), clock.as_str()), ("2015-08-30", "12:36:00"));
    }
}
