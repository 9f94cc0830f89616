//! What an answer tells about the clocks of both sides.

use crate::model::response::ResponseHead;
use crate::model::time::Time;

/// How far two clocks may differ, in seconds, before that explains a refusal:
/// well under what the strictest server allows (five minutes), and over what a
/// slow answer makes of two equal clocks.
const TOLERATED: i64 = 30;

/// How far the server's clock is ahead of ours, in seconds, when a request was
/// signed with an offset that differs from it by more than clocks do; 0 where
/// the clocks agree after all. `now` is our time when the answer came.
pub fn corrected_offset(head: &ResponseHead, now: Time, signed_with: i64) -> Option<i64> {
    // What a cache kept says nothing of the time now (RFC 9111 section 5.1).
    if head.headers.has("age") {
        return None;
    }
    let date = Time::parse_http_date(&head.headers.text("date")?)?;
    let offset = date.epoch().saturating_sub(now.epoch());
    let is_off = offset.abs_diff(signed_with) > TOLERATED.unsigned_abs();
    let is_none = offset.abs() <= TOLERATED;
    is_off.then_some(if is_none { 0 } else { offset })
}

/// What to tell a user whose request is signed again with the server's time.
pub fn correction(server: &str, offset: i64) -> String {
    let seconds = offset.unsigned_abs();
    match offset {
        0 => format!("the clock of {server} no longer differs; signing again with this machine's"),
        _ => format!(
            "this machine's clock is {seconds}s {} that of {server}; signing again with the \
             server's time",
            if offset > 0 { "behind" } else { "ahead of" }
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::headers::Header;

    /// 12:36:00 by our clock.
    const NOW: Time = Time::from_epoch(1_440_938_160);

    fn answer(headers: &[(&str, &str)]) -> ResponseHead {
        let headers = headers.iter().map(|(name, value)| Header::new(*name, *value)).collect();
        ResponseHead { version: "HTTP/1.1", status: 401, reason: "".into(), headers }
    }

    #[test]
    fn more_than_half_a_minute_explains_a_refusal() {
        for (date, signed_with, expected) in [
            ("Sun, 30 Aug 2015 12:36:31 GMT", 0, Some(31)),
            ("Sun, 30 Aug 2015 12:36:30 GMT", 0, None),
            ("Sun, 30 Aug 2015 12:35:29 GMT", 0, Some(-31)),
            ("Sun, 30 Aug 2015 12:35:30 GMT", 0, None),
            ("Sunday, 30-Aug-15 13:36:00 GMT", 0, Some(3600)),
            // A remembered offset that still holds, and some that do not.
            ("Sun, 30 Aug 2015 13:36:00 GMT", 3590, None),
            ("Sun, 30 Aug 2015 13:36:00 GMT", 60, Some(3600)),
            ("Sun, 30 Aug 2015 12:36:02 GMT", 3600, Some(0)),
            ("yesterday", 0, None),
        ] {
            let head = answer(&[("Date", date)]);
            assert_eq!(corrected_offset(&head, NOW, signed_with), expected, "{date}");
        }
        assert_eq!(corrected_offset(&answer(&[]), NOW, 0), None);
    }

    #[test]
    fn what_a_cache_kept_tells_no_time() {
        let head = answer(&[("Date", "Sun, 30 Aug 2015 11:00:00 GMT"), ("Age", "5760")]);
        assert_eq!(corrected_offset(&head, NOW, 0), None);
    }

    #[test]
    fn the_direction_is_told() {
        assert!(correction("h", 40).starts_with("this machine's clock is 40s behind that of h;"));
        assert!(correction("h", -40).contains("40s ahead of that of h;"));
        assert!(correction("h", 0).contains("no longer differs"));
    }
}
