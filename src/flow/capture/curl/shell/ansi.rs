//! Bash's `$'…'`: a quoted part whose escapes are ANSI C's (bash manual, "ANSI-C
//! Quoting").

use super::Lexer;

impl Lexer<'_> {
    /// Bash's `$'…'`, whose opening was read: ANSI C's escapes.
    pub(super) fn ansi_quoted(&mut self, word: &mut Vec<u8>) -> Result<(), String> {
        const OPEN: &str = "a $' has no closing '";
        loop {
            match self.next().ok_or(OPEN)? {
                b'\'' => return Ok(()),
                b'\\' => {}
                other => {
                    word.push(other);
                    continue;
                }
            }
            match self.next().ok_or(OPEN)? {
                b'a' => word.push(7),
                b'b' => word.push(8),
                b'e' | b'E' => word.push(27),
                b'f' => word.push(12),
                b'n' => word.push(b'\n'),
                b'r' => word.push(b'\r'),
                b't' => word.push(b'\t'),
                b'v' => word.push(11),
                b'x' => self.byte(16, 2, b"\\x", word),
                b'u' => self.character(4, b"\\u", word)?,
                b'U' => self.character(8, b"\\U", word)?,
                b'c' => word.extend(self.next().map(|byte| byte & 0x1f)),
                digit @ b'0'..=b'7' => {
                    let more = self.number(8, 2);
                    let first = u32::from(digit - b'0');
                    let value =
                        more.map_or(first, |(value, digits)| (first << (3 * digits)) + value);
                    word.push((value & 0xff) as u8);
                }
                escaped @ (b'\\' | b'\'' | b'"' | b'?') => word.push(escaped),
                other => word.extend([b'\\', other]),
            }
        }
    }

    fn byte(&mut self, radix: u32, most: usize, otherwise: &[u8], word: &mut Vec<u8>) {
        match self.number(radix, most) {
            Some((value, _)) => word.push((value & 0xff) as u8),
            None => word.extend_from_slice(otherwise),
        }
    }

    fn character(
        &mut self,
        most: usize,
        otherwise: &[u8],
        word: &mut Vec<u8>,
    ) -> Result<(), String> {
        let Some((value, _)) = self.number(16, most) else {
            word.extend_from_slice(otherwise);
            return Ok(());
        };
        let character = char::from_u32(value).ok_or("a \\u escape is no character")?;
        word.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        Ok(())
    }

    /// The number of up to `most` digits that comes next, and their count.
    fn number(&mut self, radix: u32, most: usize) -> Option<(u32, u32)> {
        let (mut value, mut count) = (0_u32, 0_u32);
        while (count as usize) < most
            && let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(radix))
        {
            value = value.wrapping_mul(radix).wrapping_add(digit);
            count += 1;
            self.skip(1);
        }
        (count > 0).then_some((value, count))
    }
}
