//! Content codings undone (RFC 9110 section 8.4): gzip, deflate, br and zstd.

use crate::error::{Error, Kind};
use crate::net::Answer;
use brotli_decompressor::Decompressor;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};
use std::io::{self, BufRead as _, BufReader, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is asked for where it is undone.
pub const ACCEPTED: &str = "gzip, deflate, br, zstd";

/// How much may come out of a body before its ratio matters, in bytes.
const ALWAYS_ALLOWED: u64 = 8 * 1024 * 1024;

/// How many times as long as it came a body may become. JSON of one machine a
/// thousand times over stays under 100; what is made to fill a disk does not.
const LARGEST_RATIO: u64 = 200;

/// The largest window of zstd, in bytes (RFC 9659 section 3).
const LARGEST_WINDOW: u64 = 8 * 1024 * 1024;

/// The most codings one on the other.
const MOST_LAYERS: usize = 3;

/// How much of br is read at once.
const BROTLI_BUFFER: usize = 8 * 1024;

/// The answer with its body's codings undone. Its head stays as it came; a
/// coding that is not known is left to the reader.
pub fn decoded(answer: Answer) -> Answer {
    let fields = answer.head.headers.iter().filter(|header| header.is("content-encoding"));
    let text: Vec<String> = fields.map(|header| header.text().to_ascii_lowercase()).collect();
    let mut codings = Vec::new();
    for name in text.iter().flat_map(|text| text.split(',')).map(str::trim) {
        match Coding::named(name) {
            Some(coding) => codings.push(coding),
            // S3 tells of the framing that an upload had.
            None if matches!(name, "" | "identity" | "aws-chunked") => {}
            None => return answer,
        }
    }
    if codings.len() > MOST_LAYERS {
        return answer;
    }
    // The last one was applied last.
    let body = codings.into_iter().rev().fold(answer.body, |body, coding| {
        Box::new(Decoder::new(body, coding)) as Box<dyn Read + Send>
    });
    Answer { body, ..answer }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    fn named(name: &str) -> Option<Self> {
        match name {
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "deflate" => Some(Self::Deflate),
            "br" => Some(Self::Brotli),
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }
}

/// What came of a body so far, shared with the decoder that reads it.
#[derive(Default)]
struct Came {
    bytes: u64,
    /// Why no more came: decoders put this into words of their own.
    failure: Option<io::Error>,
}

/// The body as it comes, counted.
struct Source {
    body: Box<dyn Read + Send>,
    came: Arc<Mutex<Came>>,
}

fn locked(came: &Mutex<Came>) -> MutexGuard<'_, Came> {
    came.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.body.read(buffer) {
            Ok(length) => {
                locked(&self.came).bytes += length as u64;
                Ok(length)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let told = io::Error::from(io::ErrorKind::UnexpectedEof);
                locked(&self.came).failure = Some(error);
                Err(told)
            }
        }
    }
}

type Input = BufReader<Source>;

enum Stream {
    /// Nothing was read yet: what is empty is no coding's.
    Waiting(Input),
    Gzip(Box<MultiGzDecoder<Input>>),
    Zlib(Box<ZlibDecoder<Input>>),
    Deflate(Box<DeflateDecoder<Input>>),
    Brotli(Box<Decompressor<Input>>),
    Zstd(Box<StreamingDecoder<Input, FrameDecoder>>),
    Ended,
}

struct Decoder {
    stream: Stream,
    coding: Coding,
    came: Arc<Mutex<Came>>,
    given: u64,
}

impl Decoder {
    fn new(body: Box<dyn Read + Send>, coding: Coding) -> Self {
        let came = Arc::new(Mutex::new(Came::default()));
        let source = Source { body, came: Arc::clone(&came) };
        Self { stream: Stream::Waiting(BufReader::new(source)), coding, came, given: 0 }
    }

    fn advance(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let length = match &mut self.stream {
                Stream::Waiting(_) => {
                    if let Stream::Waiting(input) = self.take() {
                        self.stream = self.begin(input)?;
                    }
                    continue;
                }
                Stream::Gzip(decoder) => decoder.read(buffer)?,
                Stream::Zlib(decoder) => decoder.read(buffer)?,
                Stream::Deflate(decoder) => decoder.read(buffer)?,
                Stream::Brotli(decoder) => decoder.read(buffer)?,
                Stream::Zstd(decoder) => match decoder.read(buffer)? {
                    // A body may be several frames (RFC 8878 section 3.1).
                    0 => {
                        if let Stream::Zstd(decoder) = self.take() {
                            self.stream = Stream::Waiting(decoder.into_inner());
                        }
                        continue;
                    }
                    length => length,
                },
                Stream::Ended => 0,
            };
            return Ok(length);
        }
    }

    fn take(&mut self) -> Stream {
        std::mem::replace(&mut self.stream, Stream::Ended)
    }

    fn begin(&self, mut input: Input) -> io::Result<Stream> {
        let beginning = input.fill_buf()?;
        if beginning.is_empty() {
            return Ok(Stream::Ended);
        }
        // RFC 9110 section 8.4.1.2: deflate is zlib, but some send it bare.
        // RFC 1950 section 2.2 says how zlib begins.
        let is_zlib = matches!(beginning, [method, flags, ..]
            if method & 0x0f == 8 && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0);
        Ok(match self.coding {
            Coding::Gzip => Stream::Gzip(Box::new(MultiGzDecoder::new(input))),
            Coding::Deflate if is_zlib => Stream::Zlib(Box::new(ZlibDecoder::new(input))),
            Coding::Deflate => Stream::Deflate(Box::new(DeflateDecoder::new(input))),
            Coding::Brotli => Stream::Brotli(Box::new(Decompressor::new(input, BROTLI_BUFFER))),
            Coding::Zstd => {
                let decoder = StreamingDecoder::new_with_max_window_size(input, LARGEST_WINDOW);
                Stream::Zstd(Box::new(decoder.map_err(io::Error::other)?))
            }
        })
    }

    /// The body's own failure says more than what a decoder makes of it.
    fn failed(&self, error: &io::Error) -> io::Error {
        let name = self.coding.name();
        locked(&self.came).failure.take().unwrap_or_else(|| {
            let why = match error.kind() {
                io::ErrorKind::UnexpectedEof => "it ends too early".to_owned(),
                _ => error.to_string(),
            };
            let why = format!("the body is sent as {name}, but cannot be decoded: {why}");
            io::Error::other(Error::new(Kind::Receive, why).hint(AS_IT_COMES))
        })
    }

    fn check_ratio(&self) -> io::Result<()> {
        let came = locked(&self.came).bytes.max(1);
        if self.given <= ALWAYS_ALLOWED || self.given / came <= LARGEST_RATIO {
            return Ok(());
        }
        let why = format!(
            "the body's {came} bytes of {} become more than {LARGEST_RATIO} times as many: \
             no more of it is decoded",
            self.coding.name()
        );
        Err(io::Error::other(Error::new(Kind::Receive, why).hint(AS_IT_COMES)))
    }
}

/// What the user can do about a body that is not decoded.
const AS_IT_COMES: &str = "-o FILE writes the body as it comes";

impl Read for Decoder {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.advance(buffer) {
            Ok(length) => {
                self.given += length as u64;
                self.check_ratio()?;
                Ok(length)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let told = self.failed(&error);
                self.stream = Stream::Ended;
                Err(told)
            }
        }
    }
}

#[cfg(test)]
mod tests;
