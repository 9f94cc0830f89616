//! Bodies signed chunk by chunk as they stream: `aws-chunked` (AWS, "Signature
//! calculations for the Authorization header: transferring payload in multiple
//! chunks", with and without trailing headers).
//!
//! Each chunk's signature covers the one before; the first covers that of the
//! request. The length on the wire is known before the first byte.

use crate::error::{Error, Result};
use crate::model::body::{Body, BodySource};
use crate::sign::digest::{Algorithm, base64, hex, sha256_hex};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use std::io::{self, Read};
use std::sync::Arc;
use zeroize::Zeroizing;

/// How much of the body a chunk holds. AWS wants at least 8 KiB in all but
/// the last.
const CHUNK: usize = 64 * 1024;

/// The length of a signature in hex.
const SIGNATURE_LENGTH: u64 = 64;

/// A checksum that is sent behind the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trailer {
    /// `x-amz-checksum-sha1`.
    Sha1,
    /// `x-amz-checksum-sha256`.
    Sha256,
}

impl Trailer {
    /// Reads the value of `X-Amz-Trailer`.
    pub(super) fn parse(name: &str) -> Result<Self> {
        match name.trim().to_ascii_lowercase().as_str() {
            "x-amz-checksum-sha1" => Ok(Self::Sha1),
            "x-amz-checksum-sha256" => Ok(Self::Sha256),
            other => {
                let why = format!("X-Amz-Trailer '{}' cannot be computed", other.escape_default());
                Err(Error::usage(why).hint("X-Amz-Trailer:x-amz-checksum-sha256").into())
            }
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
        }
    }

    /// The hash function.
    pub(super) fn algorithm(self) -> Algorithm {
        match self {
            Self::Sha1 => Algorithm::Sha1,
            Self::Sha256 => Algorithm::Sha256,
        }
    }

    /// How long its value is: base64 of 20 or 32 bytes.
    fn value_length(self) -> u64 {
        match self {
            Self::Sha1 => 28,
            Self::Sha256 => 44,
        }
    }
}

/// What every chunk's signature is made with.
#[derive(Clone)]
pub(super) struct ChunkSigner {
    /// `AWS4-HMAC-SHA256`.
    pub(super) algorithm: String,
    pub(super) timestamp: String,
    pub(super) scope: String,
    pub(super) key: Zeroizing<Vec<u8>>,
}

impl ChunkSigner {
    /// The signature of a chunk behind one with the signature `previous`.
    pub(super) fn of_chunk(&self, previous: &str, data: &[u8]) -> String {
        let (nothing, data) = (sha256_hex(b""), sha256_hex(data));
        self.sign("PAYLOAD", previous, &format!("{nothing}\n{data}"))
    }

    /// The signature of the lines behind the last chunk.
    pub(super) fn of_trailer(&self, previous: &str, lines: &str) -> String {
        self.sign("TRAILER", previous, &sha256_hex(lines.as_bytes()))
    }

    fn sign(&self, kind: &str, previous: &str, hashes: &str) -> String {
        let Self { algorithm, timestamp, scope, key } = self;
        let string_to_sign =
            format!("{algorithm}-{kind}\n{timestamp}\n{scope}\n{previous}\n{hashes}");
        hex(&Algorithm::Sha256.hmac(key, string_to_sign.as_bytes()))
    }
}

/// A body in frames.
pub(super) struct ChunkedBody {
    pub(super) inner: Body,
    pub(super) signer: Arc<ChunkSigner>,
    /// The signature of the request.
    pub(super) seed: String,
    pub(super) trailer: Option<Trailer>,
}

impl BodySource for ChunkedBody {
    fn length(&self) -> u64 {
        let (chunk, whole) = (CHUNK as u64, self.inner.length());
        let rest = whole % chunk;
        let rest = if rest > 0 { frame_length(rest) } else { 0 };
        let data = (whole / chunk) * frame_length(chunk) + rest;
        let last = match self.trailer {
            None => frame_length(0),
            // Its frame has no line end of its own: the trailers follow.
            Some(trailer) => {
                let checksum = trailer.name().len() as u64 + 1 + trailer.value_length() + 2;
                let signature = "x-amz-trailer-signature:".len() as u64 + SIGNATURE_LENGTH + 2;
                frame_length(0) - 2 + checksum + signature + 2
            }
        };
        data + last
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(Frames {
            inner: self.inner.open()?,
            signer: Arc::clone(&self.signer),
            previous: self.seed.clone(),
            trailer: self.trailer.map(|trailer| (trailer, Checksum::new(trailer))),
            frame: Vec::new(),
            sent: 0,
            is_done: false,
        }))
    }
}

/// `hex;chunk-signature=…\r\n` data `\r\n`.
fn frame_length(data: u64) -> u64 {
    let digits = format!("{data:x}").len() as u64;
    digits + ";chunk-signature=".len() as u64 + SIGNATURE_LENGTH + 2 + data + 2
}

enum Checksum {
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Checksum {
    fn new(trailer: Trailer) -> Self {
        match trailer {
            Trailer::Sha1 => Self::Sha1(Sha1::new()),
            Trailer::Sha256 => Self::Sha256(Sha256::new()),
        }
    }

    fn update(&mut self, data: &[u8]) {
        match self {
            Self::Sha1(hash) => hash.update(data),
            Self::Sha256(hash) => hash.update(data),
        }
    }

    fn value(self) -> String {
        match self {
            Self::Sha1(hash) => base64(&hash.finalize()),
            Self::Sha256(hash) => base64(&hash.finalize()),
        }
    }
}

struct Frames {
    inner: Box<dyn Read + Send>,
    signer: Arc<ChunkSigner>,
    previous: String,
    trailer: Option<(Trailer, Checksum)>,
    frame: Vec<u8>,
    sent: usize,
    is_done: bool,
}

impl Frames {
    /// Makes the next frame; the last is the one without data.
    fn advance(&mut self) -> io::Result<()> {
        let mut data = Vec::with_capacity(CHUNK);
        self.inner.by_ref().take(CHUNK as u64).read_to_end(&mut data)?;
        self.previous = self.signer.of_chunk(&self.previous, &data);
        self.frame.clear();
        self.sent = 0;
        let head = format!("{:x};chunk-signature={}\r\n", data.len(), self.previous);
        self.frame.extend_from_slice(head.as_bytes());
        if !data.is_empty() {
            if let Some((_, checksum)) = &mut self.trailer {
                checksum.update(&data);
            }
            self.frame.extend_from_slice(&data);
        } else {
            self.is_done = true;
            if let Some((trailer, checksum)) = self.trailer.take() {
                let (name, value) = (trailer.name(), checksum.value());
                let line = format!("{name}:{value}\n");
                let signature = self.signer.of_trailer(&self.previous, &line);
                let lines = format!("{name}:{value}\r\nx-amz-trailer-signature:{signature}\r\n");
                self.frame.extend_from_slice(lines.as_bytes());
            }
        }
        self.frame.extend_from_slice(b"\r\n");
        Ok(())
    }
}

impl Read for Frames {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.sent == self.frame.len() {
            if self.is_done {
                return Ok(0);
            }
            self.advance()?;
        }
        let count = buffer.len().min(self.frame.len() - self.sent);
        buffer[..count].copy_from_slice(&self.frame[self.sent..self.sent + count]);
        self.sent += count;
        Ok(count)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The signature of the example's request.
    pub(in crate::sign::sigv4) const SEED: &str =
        "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";

    /// Amazon's example: "Authenticating requests: examples of signature
    /// calculations, chunked upload", 66560 bytes of `a`.
    pub(in crate::sign::sigv4) fn example(length: usize, trailer: Option<Trailer>) -> ChunkedBody {
        let secret = b"AWS4wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        let key = ["20130524", "us-east-1", "s3", "aws4_request"]
            .iter()
            .fold(secret.to_vec(), |key, part| Algorithm::Sha256.hmac(&key, part.as_bytes()));
        ChunkedBody {
            inner: Body::bytes(vec![b'a'; length]),
            signer: Arc::new(ChunkSigner {
                algorithm: "AWS4-HMAC-SHA256".into(),
                timestamp: "20130524T000000Z".into(),
                scope: "20130524/us-east-1/s3/aws4_request".into(),
                key: Zeroizing::new(key),
            }),
            seed: SEED.into(),
            trailer,
        }
    }

    pub(in crate::sign::sigv4) fn framed(body: &ChunkedBody) -> String {
        let mut text = String::new();
        body.open().unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn chunks_are_signed_as_amazons_example_shows() {
        let body = example(66_560, None);
        let text = framed(&body);
        assert_eq!(text.len(), 66_824, "Amazon's Content-Length");
        assert_eq!(body.length(), 66_824);
        let first = "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648";
        let second = "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497";
        let last = "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9";
        assert!(text.starts_with(&format!("10000;chunk-signature={first}\r\na")));
        assert!(text.contains(&format!("a\r\n400;chunk-signature={second}\r\na")));
        assert!(text.ends_with(&format!("a\r\n0;chunk-signature={last}\r\n\r\n")));
    }

    #[test]
    fn the_length_is_that_of_what_is_read() {
        for length in [0, 1, 65_535, 65_536, 65_537, 131_072] {
            for trailer in [None, Some(Trailer::Sha1), Some(Trailer::Sha256)] {
                let body = example(length, trailer);
                assert_eq!(body.length(), framed(&body).len() as u64, "{length} {trailer:?}");
            }
        }
    }
}
