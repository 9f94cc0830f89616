//! Points in time as signatures write them.

use time::OffsetDateTime;

/// Seconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(i64);

impl Time {
    /// The last second of the year 9999, in seconds since the epoch: later
    /// times have no form that every signature could hold.
    pub const LATEST: i64 = 253_402_300_799;

    /// The time that many seconds after the epoch.
    pub const fn from_epoch(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    pub fn epoch(self) -> i64 {
        self.0
    }

    /// This time moved by `seconds`, which may be negative.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// ISO 8601 basic format, `20150830T123600Z`: SigV4's timestamp.
    ///
    /// Years outside 0 to 9999 have no such form and give the epoch's.
    pub fn iso8601_basic(self) -> String {
        let moment = OffsetDateTime::from_unix_timestamp(self.0)
            .ok()
            .filter(|moment| (0..=9999).contains(&moment.year()))
            .unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let (year, month) = (moment.year().unsigned_abs(), u8::from(moment.month()));
        let mut text = String::with_capacity(16);
        for number in [year / 100, year, month.into(), moment.day().into()] {
            push_two_digits(&mut text, number);
        }
        text.push('T');
        for number in [moment.hour(), moment.minute(), moment.second()] {
            push_two_digits(&mut text, number.into());
        }
        text.push('Z');
        text
    }

    /// The form of RFC 3339, `2015-08-30T12:36:00Z`, to be read by people; the
    /// same years have it as have [`Self::iso8601_basic`].
    pub fn rfc3339(self) -> String {
        let basic = self.iso8601_basic();
        let part = |range: std::ops::Range<usize>| basic.get(range).unwrap_or_default();
        let (date, clock) = ([part(0..4), part(4..6), part(6..8)], [part(9..11), part(11..13)]);
        format!("{}T{}:{}Z", date.join("-"), clock.join(":"), part(13..15))
    }

    /// Reads the form of [`Self::iso8601_basic`]; `None` when it is not one.
    pub fn parse_iso8601_basic(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 16 || bytes[8] != b'T' || bytes[15] != b'Z' {
            return None;
        }
        let number = |range: std::ops::Range<usize>| {
            let digits = text.get(range)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<i32>().ok())?
        };
        let small = |range| number(range).and_then(|value| u8::try_from(value).ok());
        let month = time::Month::try_from(small(4..6)?).ok()?;
        let date = time::Date::from_calendar_date(number(0..4)?, month, small(6..8)?).ok()?;
        let clock = time::Time::from_hms(small(9..11)?, small(11..13)?, small(13..15)?).ok()?;
        Some(Self(OffsetDateTime::new_utc(date, clock).unix_timestamp()))
    }

    /// Reads an HTTP date (RFC 9110 section 5.6.7); `None` when it is not one.
    pub fn parse_http_date(text: &str) -> Option<Self> {
        let moment = httpdate::parse_http_date(text).ok()?;
        let since = moment.duration_since(std::time::UNIX_EPOCH).ok()?;
        i64::try_from(since.as_secs()).ok().map(Self)
    }
}

/// The last two digits: `format!` takes as long as several hashes.
fn push_two_digits(text: &mut String, number: u32) {
    for digit in [number / 10 % 10, number % 10] {
        text.extend(char::from_digit(digit, 10));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sigv4_timestamps_round_trip() {
        // The moment of Amazon's signing test suite.
        let time = Time::from_epoch(1_440_938_160);
        assert_eq!(time.iso8601_basic(), "20150830T123600Z");
        assert_eq!(time.rfc3339(), "2015-08-30T12:36:00Z");
        assert_eq!(Time::parse_iso8601_basic("20150830T123600Z"), Some(time));
        for bad in ["", "20150830", "20151330T123600Z", "2015083éT123600Z", "+0150830T123600Z"] {
            assert_eq!(Time::parse_iso8601_basic(bad), None, "{bad}");
        }
    }

    #[test]
    fn http_dates_are_read() {
        let date = "Sun, 30 Aug 2015 12:36:00 GMT";
        assert_eq!(Time::parse_http_date(date), Some(Time::from_epoch(1_440_938_160)));
        assert_eq!(Time::parse_http_date("yesterday"), None);
    }
}
