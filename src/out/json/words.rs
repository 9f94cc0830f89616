//! Looks at eight bytes of a string at once.

/// A byte repeated in each of the eight of a word.
const fn repeated(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

const HIGH_BITS: u64 = repeated(0x80);

/// Marks with its high bit the lowest byte of `word` that is less than `bound`,
/// which is at most 0x80. Bytes above it may be marked wrongly by the borrow,
/// those below it are never.
#[inline(always)]
const fn less(word: u64, bound: u8) -> u64 {
    word.wrapping_sub(repeated(bound)) & !word
}

/// How many bytes from the beginning of `bytes` are printable ASCII that
/// stands for itself in a string: neither `"`, `\`, control nor beyond ASCII.
#[inline(always)]
pub(super) fn plain_length(bytes: &[u8]) -> usize {
    let mut length = 0;
    while let Some(chunk) = bytes.get(length..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        // This changes places of two that stand side by side, so that `"` and
        // the space do: what is less than 0x21 then is `"` or a control.
        let quote_or_control = less(word ^ repeated(b'"' ^ b' '), 0x21);
        let backslash = less(word ^ repeated(b'\\'), 1);
        // DEL, and what has its high bit set anyway.
        let delete_or_beyond = word.wrapping_add(repeated(1)) | word;
        let unusual = (quote_or_control | backslash | delete_or_beyond) & HIGH_BITS;
        if unusual != 0 {
            return length + unusual.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    let is_plain = |byte: &&u8| matches!(byte, 0x20..=0x7e) && !matches!(byte, b'"' | b'\\');
    length + bytes[length..].iter().take_while(is_plain).count()
}

/// How many bytes from the beginning of `bytes` are neither `"` nor `\`.
#[inline(always)]
pub(in crate::out) fn quoted_length(bytes: &[u8]) -> usize {
    let mut length = 0;
    while let Some(chunk) = bytes.get(length..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        let quote = less(word ^ repeated(b'"'), 1);
        let backslash = less(word ^ repeated(b'\\'), 1);
        let special = (quote | backslash) & HIGH_BITS;
        if special != 0 {
            return length + special.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    length + bytes[length..].iter().take_while(|byte| !matches!(byte, b'"' | b'\\')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_text_ends_at_the_first_byte_that_is_not() {
        for unusual in (0_u8..=0x1f).chain([b'"', b'\\', 0x7f, 0x80, 0xc3, 0xff]) {
            for length in 0..20 {
                let mut bytes = vec![b'~'; length];
                bytes.push(unusual);
                bytes.extend_from_slice(b"ab\x00\xffcdefghijk");
                assert_eq!(plain_length(&bytes), length, "{unusual:#x}");
            }
        }
        let all: Vec<u8> = (0x20..=0x7e).filter(|byte| !matches!(byte, b'"' | b'\\')).collect();
        assert_eq!(plain_length(&all), all.len());
    }

    #[test]
    fn a_quoted_text_ends_at_a_quote_or_backslash_only() {
        for special in [b'"', b'\\'] {
            for length in 0..20 {
                let mut bytes = vec![b'#'; length];
                bytes.push(special);
                bytes.extend_from_slice(b"a\"bcdefghijk");
                assert_eq!(quoted_length(&bytes), length, "{special:#x}");
            }
        }
        let all: Vec<u8> = (0..=0xff).filter(|byte| !matches!(byte, b'"' | b'\\')).collect();
        assert_eq!(quoted_length(&all), all.len());
    }
}
