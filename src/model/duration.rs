//! Spans of time as users write them: `500ms`, `30s`, `15m`, `2h`.

use crate::error::{Error, Result};
use std::time::Duration;

/// The units, each with its length in milliseconds. `ms` stands before `m`
/// and `s`, which it ends and begins with.
const UNITS: &[(&str, f64)] = &[("ms", 1.0), ("s", 1000.0), ("m", 60_000.0), ("h", 3_600_000.0)];

/// The longest span that is read: a hundred years, in milliseconds.
const LONGEST: f64 = 100.0 * 365.0 * 24.0 * 3_600_000.0;

/// Reads a span of time: a number, which may have a fraction, and `ms`, `s`,
/// `m` or `h`. Without a unit it is seconds, as curl's options have it.
///
/// # Errors
/// Wrong usage when it is no such span, or longer than a hundred years.
pub fn parse(text: &str) -> Result<Duration> {
    let fail = || {
        Error::usage(format!("'{}' is not a duration", text.escape_default()))
            .hint("write it like 500ms, 30s, 15m or 2h")
    };
    let unit = UNITS.iter().find(|(name, _)| text.ends_with(name));
    let (number, milliseconds) = match unit {
        Some((name, milliseconds)) => (text.strip_suffix(name).unwrap_or(text), *milliseconds),
        None => (text, 1000.0),
    };
    let digits_and_point = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !digits_and_point || !number.starts_with(|letter: char| letter.is_ascii_digit()) {
        return Err(fail().into());
    }
    let span = number.parse::<f64>().map_err(|_| fail())? * milliseconds;
    if span > LONGEST {
        return Err(fail().into());
    }
    Ok(Duration::from_secs_f64(span / 1000.0))
}

/// A span as it passes: `16s`, `3m05s`, `2h07m`.
pub fn clock(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h{:02}m", seconds / 3600, seconds / 60 % 60),
    }
}

/// A span as [`parse`] reads it, in the largest unit that needs no fraction.
pub fn written(span: Duration) -> String {
    let milliseconds = span.as_millis();
    let fits = |length: u128| milliseconds.is_multiple_of(length) && milliseconds > 0;
    match milliseconds {
        _ if fits(3_600_000) => format!("{}h", milliseconds / 3_600_000),
        _ if fits(60_000) => format!("{}m", milliseconds / 60_000),
        _ if milliseconds.is_multiple_of(1000) => format!("{}s", milliseconds / 1000),
        _ => format!("{milliseconds}ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Kind, kind_of};

    #[test]
    fn the_units_of_the_contract_are_read() {
        for (text, milliseconds) in [
            ("500ms", 500),
            ("30s", 30_000),
            ("15m", 900_000),
            ("2h", 7_200_000),
            ("1.5s", 1_500),
            ("10", 10_000),
            ("0", 0),
        ] {
            assert_eq!(parse(text).unwrap(), Duration::from_millis(milliseconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_wrong_usage() {
        let bads = ["", "s", "-1s", "+1s", "1 s", "1d", "1e3s", "infs", "nan", "1.2.3s", ".5s"];
        for bad in bads.into_iter().chain(["99999999999999999h", "1S", "10sm"]) {
            let error = parse(bad).unwrap_err();
            assert_eq!(kind_of(&error), Kind::Usage, "{bad}");
        }
    }

    #[test]
    fn spans_that_pass_have_two_units() {
        let shown = [7620, 59, 60].map(clock);
        assert_eq!(shown, ["2h07m", "59s", "1m00s"]);
    }

    #[test]
    fn what_is_written_is_read_as_the_same() {
        for text in ["0s", "500ms", "90s", "30m", "2h", "1ms", "3601s"] {
            assert_eq!(written(parse(text).unwrap()), text);
        }
        assert_eq!(written(parse("120s").unwrap()), "2m");
    }
}
