//! Numbers of bytes as users write them: `10k`, `5M`, `1G`.

use crate::error::{Error, Result};

/// The units, each with its length in bytes, as curl has them.
const UNITS: &[(char, u64)] = &[('k', 1 << 10), ('m', 1 << 20), ('g', 1 << 30), ('t', 1 << 40)];

/// Reads a whole number of bytes, or of `k`, `M`, `G` or `T`, in any case.
///
/// # Errors
/// Wrong usage when it is none, nothing, or more than 64 bits hold.
pub fn parse(text: &str) -> Result<u64> {
    let unit = UNITS
        .iter()
        .find(|(letter, _)| text.ends_with(|last: char| last.eq_ignore_ascii_case(letter)));
    let (digits, unit) = match unit {
        Some((_, bytes)) => (&text[..text.len() - 1], *bytes),
        None => (text, 1),
    };
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse::<u64>().ok().filter(|_| is_number);
    let bytes = number.and_then(|number| number.checked_mul(unit)).filter(|bytes| *bytes > 0);
    bytes.ok_or_else(|| {
        Error::usage(format!("'{}' is not a size", text.escape_default()))
            .hint("write it like 500, 10k, 5M or 1G")
            .into()
    })
}

/// A number of bytes in a few letters: `1.5 MiB`.
pub fn shown(bytes: u64) -> String {
    let unit = UNITS.iter().rev().find(|(_, unit)| bytes >= *unit);
    match unit {
        Some((letter, unit)) => {
            // Tenths, without a float's rounding up to 1024.0.
            let tenths = u128::from(bytes) * 10 / u128::from(*unit);
            format!("{}.{} {}iB", tenths / 10, tenths % 10, letter.to_ascii_uppercase())
        }
        None => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Kind, kind_of};

    #[test]
    fn the_units_of_curl_are_read() {
        for (text, bytes) in
            [("500", 500), ("10k", 10_240), ("10K", 10_240), ("5M", 5_242_880), ("1g", 1 << 30)]
        {
            assert_eq!(parse(text).unwrap(), bytes, "{text}");
        }
        for bad in
            ["", "k", "0", "-1", "+1", "1.5M", "1 k", "1kB", "99999999999999999999", "1x", "\u{e9}"]
        {
            assert_eq!(kind_of(&parse(bad).unwrap_err()), Kind::Usage, "{bad}");
        }
        assert!(parse("99999999999T").is_err());
    }

    #[test]
    fn sizes_are_shown_in_the_largest_unit_that_fits() {
        for (bytes, expected) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1_572_864, "1.5 MiB"),
            (u64::MAX, "16777215.9 TiB"),
        ] {
            assert_eq!(shown(bytes), expected);
        }
    }
}
