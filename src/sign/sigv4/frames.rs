//! Reads a body that was signed chunk by chunk, and checks what each chunk is
//! signed with: the other side of [`chunked`](super::chunked).

use crate::sign::digest::{base64, equal_in_constant_time};
use crate::sign::sigv4::chunked::{ChunkSigner, Trailer};

/// What every frame's first line has behind the length.
const SIGNATURE: &str = ";chunk-signature=";
const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature:";

/// The data of a body in frames, whose first signature follows `seed`, that of
/// the request. `has_trailer` when lines of their own follow the last frame.
///
/// # Errors
/// What is wrong, as a sentence about the body.
pub(super) fn read(
    body: &[u8],
    signer: &ChunkSigner,
    seed: &str,
    has_trailer: bool,
) -> Result<Vec<u8>, String> {
    let mut rest = body;
    let mut data = Vec::new();
    let mut previous = seed.to_owned();
    for number in 1_u64.. {
        let unreadable = || format!("chunk {number} of the body received cannot be read");
        let frame = Frame::read(&mut rest).ok_or_else(unreadable)?;
        let expected = signer.of_chunk(&previous, frame.data);
        if !is_same(&expected, frame.signature) {
            return Err(format!(
                "chunk {number} of the body received has another signature than its \
                 {} bytes and the chunks before it give",
                frame.data.len()
            ));
        }
        data.extend_from_slice(frame.data);
        previous = expected;
        if frame.data.is_empty() {
            break;
        }
        rest = rest.strip_prefix(b"\r\n").ok_or_else(unreadable)?;
    }
    if has_trailer {
        read_trailer(&mut rest, signer, &previous, &data)?;
    }
    match rest {
        b"\r\n" => Ok(data),
        _ => Err("the body received does not end behind its last chunk".to_owned()),
    }
}

/// `hex;chunk-signature=…\r\n` and the data behind it.
struct Frame<'a> {
    signature: &'a str,
    data: &'a [u8],
}

impl<'a> Frame<'a> {
    fn read(rest: &mut &'a [u8]) -> Option<Self> {
        let (length, signature) = line(rest)?.split_once(SIGNATURE)?;
        // A sign, which the number's own reader takes, is no hex digit.
        let is_hex = length.bytes().all(|byte| byte.is_ascii_hexdigit());
        let length = usize::from_str_radix(length, 16).ok().filter(|_| is_hex)?;
        let (data, behind) = rest.split_at_checked(length)?;
        *rest = behind;
        Some(Self { signature, data })
    }
}

/// Checks the lines behind the last chunk, and the checksum that they tell.
fn read_trailer(
    rest: &mut &[u8],
    signer: &ChunkSigner,
    previous: &str,
    data: &[u8],
) -> Result<(), String> {
    let mut signed = String::new();
    loop {
        let line = line(rest).ok_or("the trailer of the body received cannot be read")?;
        if let Some(signature) = line.strip_prefix(TRAILER_SIGNATURE) {
            return match is_same(&signer.of_trailer(previous, &signed), signature) {
                true => Ok(()),
                false => Err("the trailer of the body received has another signature than \
                              its lines and the chunks before it give"
                    .to_owned()),
            };
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        // Other checksums than those made here are believed.
        if let Ok(trailer) = Trailer::parse(name)
            && base64(&trailer.algorithm().hash(data)) != value
        {
            return Err(format!("the body received has another hash than {name} says"));
        }
        signed.push_str(line);
        signed.push('\n');
    }
}

/// The text up to the next line end, which is taken away too.
fn line<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
    let (line, behind) = rest.split_at(end);
    *rest = &behind[2..];
    std::str::from_utf8(line).ok()
}

fn is_same(expected: &str, signature: &str) -> bool {
    equal_in_constant_time(expected.as_bytes(), signature.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::sigv4::chunked::tests::{SEED, example, framed};

    const TRAILERS: [Option<Trailer>; 3] = [None, Some(Trailer::Sha1), Some(Trailer::Sha256)];

    fn read_text(text: &str, has_trailer: bool) -> Result<Vec<u8>, String> {
        read(text.as_bytes(), &example(0, None).signer, SEED, has_trailer)
    }

    #[test]
    fn amazons_example_is_read_again_in_every_form() {
        for trailer in TRAILERS {
            for length in [0, 1, 65_536, 66_560] {
                let text = framed(&example(length, trailer));
                let read = read_text(&text, trailer.is_some());
                assert_eq!(read, Ok(vec![b'a'; length]), "{length} {trailer:?}");
                assert!(read_text(&text, trailer.is_none()).is_err(), "{length} {trailer:?}");
            }
        }
    }

    #[test]
    fn a_change_of_any_byte_is_found() {
        for trailer in TRAILERS {
            let text = framed(&example(5, trailer));
            for index in 0..text.len() {
                let mut changed = text.clone().into_bytes();
                changed[index] ^= 1;
                let read = read(&changed, &example(0, None).signer, SEED, trailer.is_some());
                assert!(read.is_err(), "byte {index} of {text}");
                assert!(read_text(&text[..index], trailer.is_some()).is_err(), "{index}");
            }
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let whole = framed(&example(66_560, Some(Trailer::Sha256)));
        let name = "x-amz-checksum-sha256:";
        for (from, to, why) in [
            ("10000;", "+10000;", "chunk 1 of the body received cannot be read"),
            ("400;", "40g;", "chunk 2 of the body received cannot be read"),
            ("a\r\n400;", "b\r\n400;", "chunk 1 of the body received has another signature"),
            ("a\r\n0;", "b\r\n0;", "chunk 2 of the body received has another signature"),
            (name, "x-amz-other:", "the trailer of the body received has another signature"),
            (name, "x-amz-checksum-sha256: ", "has another hash than x-amz-checksum-sha256"),
            ("x-amz-trailer-signature", "x", "the trailer of the body received cannot be read"),
        ] {
            assert!(whole.contains(from), "{from}");
            let found = read_text(&whole.replacen(from, to, 1), true).unwrap_err();
            assert!(found.contains(why), "{from}: {found}");
        }
        let longer = format!("{whole}more");
        assert!(read_text(&longer, true).unwrap_err().contains("does not end behind"));
    }
}
