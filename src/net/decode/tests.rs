//! The bodies were made by Python's gzip and zlib, zstd 1.5 and Node's brotli.

use super::*;
use crate::error::{hints_of, kind_of};
use crate::model::headers::Header;
use crate::model::response::ResponseHead;
use crate::net::{Timings, typed};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{Cursor, Write as _};

const TEXT: &[u8] = b"hello, hello, hello\n";

const GZIP: &[u8] = &[
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xd7,
    0x51, 0xc8, 0x40, 0xa2, 0xb8, 0x00, 0xe7, 0x42, 0x6e, 0x52, 0x14, 0x00, 0x00, 0x00,
];
const ZLIB: &[u8] = &[
    0x78, 0x9c, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xd7, 0x51, 0xc8, 0x40, 0xa2, 0xb8, 0x00, 0x4b, 0x07,
    0x06, 0xdf,
];
const BARE: &[u8] = &[0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xd7, 0x51, 0xc8, 0x40, 0xa2, 0xb8, 0x00];
const ZSTD: &[u8] = &[
    0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x68, 0x75, 0x00, 0x00, 0x40, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x2c,
    0x20, 0x0a, 0x01, 0x00, 0xe2, 0x8a, 0x11, 0x21, 0x69, 0x9d, 0x87,
];
const BROTLI: &[u8] = &[
    0x8b, 0x09, 0x80, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x2c, 0x20, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x2c,
    0x20, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x0a, 0x03,
];

fn answer(coding: &str, body: impl Read + Send + 'static) -> Answer {
    let headers = [Header::new("Content-Encoding", coding)].into_iter().collect();
    let head = ResponseHead { version: "HTTP/1.1", status: 200, reason: "OK".into(), headers };
    Answer { head, body: Box::new(body), uploaded: 0, timings: Timings::default(), remote: None }
}

fn read(coding: &str, body: &[u8]) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    decoded(answer(coding, Cursor::new(body.to_vec()))).body.read_to_end(&mut out)?;
    Ok(out)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn every_coding_is_undone() {
    for (coding, body) in [
        ("gzip", GZIP),
        ("X-GZIP", GZIP),
        ("deflate", ZLIB),
        ("deflate", BARE),
        ("br", BROTLI),
        ("zstd", ZSTD),
        ("identity", TEXT),
        ("aws-chunked, gzip", GZIP),
        ("", TEXT),
    ] {
        assert_eq!(read(coding, body).unwrap(), TEXT, "{coding}");
    }
    assert_eq!(read("gzip, gzip", &gzip(GZIP)).unwrap(), TEXT);
    assert_eq!(read("zstd, gzip", &gzip(ZSTD)).unwrap(), TEXT);
}

#[test]
fn parts_one_behind_the_other_are_all_read() {
    for (coding, body) in [("gzip", GZIP), ("zstd", ZSTD)] {
        assert_eq!(read(coding, &body.repeat(2)).unwrap(), TEXT.repeat(2), "{coding}");
    }
}

#[test]
fn what_is_empty_or_of_another_coding_stays() {
    for coding in ["gzip", "deflate", "br", "zstd"] {
        assert_eq!(read(coding, b"").unwrap(), b"", "{coding}");
    }
    assert_eq!(read("utf-8", TEXT).unwrap(), TEXT);
    assert_eq!(read("gzip, compress", GZIP).unwrap(), GZIP);
    assert_eq!(read("gzip, gzip, gzip, gzip", TEXT).unwrap(), TEXT);
}

#[test]
fn what_is_broken_or_cut_is_told() {
    let mut broken = GZIP.to_vec();
    broken[24] ^= 1;
    for (coding, body) in [
        ("gzip", broken.as_slice()),
        ("gzip", &GZIP[..20]),
        ("gzip", TEXT),
        ("deflate", &ZLIB[..10]),
        ("br", &BROTLI[..15]),
        ("zstd", &ZSTD[..15]),
        ("zstd", TEXT),
    ] {
        let error = typed(read(coding, body).unwrap_err());
        assert_eq!(kind_of(&error), Kind::Receive, "{coding}: {error}");
        let told = format!("the body is sent as {coding}, but cannot be decoded: ");
        assert!(error.to_string().starts_with(&told), "{error}");
        assert!(hints_of(&error)[0].starts_with("-o FILE"));
    }
}

#[test]
fn the_connections_own_failure_is_the_one_that_is_told() {
    struct Cut;
    impl Read for Cut {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other(Error::new(Kind::EndedEarly, "the body ended early")))
        }
    }
    for (coding, body) in [("gzip", GZIP), ("deflate", ZLIB), ("br", BROTLI), ("zstd", ZSTD)] {
        let body = Cursor::new(body[..10].to_vec()).chain(Cut);
        let mut out = Vec::new();
        let failed = decoded(answer(coding, body)).body.read_to_end(&mut out).unwrap_err();
        assert_eq!(kind_of(&typed(failed)), Kind::EndedEarly, "{coding}");
    }
}

#[test]
fn a_bomb_is_stopped() {
    let bomb = gzip(&vec![0; 32 * 1024 * 1024]);
    let error = typed(read("gzip", &bomb).unwrap_err());
    assert_eq!(kind_of(&error), Kind::Receive);
    assert!(error.to_string().contains("more than 200 times as many"), "{error}");
    // As dense, but short.
    let zeros = vec![0; 4 * 1024 * 1024];
    assert_eq!(read("gzip", &gzip(&zeros)).unwrap(), zeros);
}

#[test]
fn what_has_come_is_given_without_waiting_for_more() {
    struct Stalled;
    impl Read for Stalled {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            panic!("nothing more was needed");
        }
    }
    // A flush ends a piece, as servers that stream do.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(TEXT).unwrap();
    encoder.flush().unwrap();
    let piece = encoder.get_ref().clone();
    let mut body = decoded(answer("gzip", Cursor::new(piece).chain(Stalled))).body;
    let mut out = [0; 20];
    body.read_exact(&mut out).unwrap();
    assert_eq!(out, TEXT);
}
