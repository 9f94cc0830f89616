//! What a server answers: JSON and XML laid out as they stream, texts made visible, the
//! systems' own messages, and the canonical requests they quote.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signreq::flow::body::json::check;
use signreq::flow::theirs;
use signreq::model::headers::{Header, Headers};
use signreq::model::response::ResponseHead;
use signreq::out::fault::Fault;
use signreq::out::json::{Formatter, Layout};
use signreq::out::style::Style;
use signreq::out::text::TextWriter;
use signreq::out::xml;
use signreq::profile::preset::{self, Preset};
use signreq::sign::Trace;

/// The text laid out, given in pieces of that size.
fn formatted(bytes: &[u8], layout: Layout, size: usize) -> (Vec<u8>, Option<Fault>) {
    let mut formatter = Formatter::new(Style::PLAIN, layout);
    let mut out = Vec::new();
    for piece in bytes.chunks(size) {
        formatter.push(piece, &mut out).expect("a vector takes all");
    }
    let fault = formatter.finish(&mut out).expect("a vector takes all");
    (out, fault)
}

/// The same for XML.
fn formatted_xml(bytes: &[u8], size: usize) -> (Vec<u8>, Option<Fault>) {
    let mut formatter = xml::Formatter::new(Style::PLAIN);
    let mut out = Vec::new();
    for piece in bytes.chunks(size) {
        formatter.push(piece, &mut out).expect("a vector takes all");
    }
    let fault = formatter.finish(&mut out).expect("a vector takes all");
    (out, fault)
}

/// Line ends stay, CR LF too; a carriage return alone would overwrite a line.
fn assert_shows_no_control(out: &[u8]) {
    let is_control = |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\n' | b'\t');
    let is_harmful = |line: &[u8]| line.strip_suffix(b"\r").unwrap_or(line).iter().any(is_control);
    let shown = String::from_utf8_lossy(out);
    assert!(!out.split(|byte| *byte == b'\n').any(is_harmful), "{}", shown.escape_debug());
}

fuzz_target!(|bytes: &[u8]| {
    for layout in [Layout::Indented, Layout::Compact] {
        let (whole, fault) = formatted(bytes, layout, usize::MAX);
        let (in_pieces, other) = formatted(bytes, layout, 1);
        assert_eq!(whole, in_pieces, "pieces make a difference");
        // Of several faults within one string, pieces may tell another first.
        assert_eq!(fault.is_some(), other.is_some(), "{fault:?} {other:?}");
        assert_shows_no_control(&whole);
        if fault.is_none() {
            assert_eq!(formatted(&whole, layout, usize::MAX), (whole, None), "laid out twice");
        }
    }
    let (whole, fault) = formatted_xml(bytes, usize::MAX);
    assert_eq!((&whole, fault), (&formatted_xml(bytes, 1).0, formatted_xml(bytes, 1).1));
    assert_shows_no_control(&whole);
    if let Some(text) = std::str::from_utf8(bytes).ok().and_then(|text| check(text).ok()) {
        serde_json::from_str::<&serde_json::value::RawValue>(text).expect("checked JSON is JSON");
    }

    let mut out = Vec::new();
    let mut writer = TextWriter::new();
    writer.push(bytes, &mut out).expect("a vector takes all");
    writer.finish(&mut out).expect("a vector takes all");
    assert_shows_no_control(&out);

    let _ = theirs::read(bytes, &Trace::default());
    for name in preset::names() {
        let preset = Preset::load(name).expect("it is checked in").expect("it is there");
        for status in [200, 400, 401, 403] {
            let headers: Headers = [
                Header::new("Content-Type", "application/json"),
                Header::new("WWW-Authenticate", bytes),
            ]
            .into_iter()
            .collect();
            let head = ResponseHead { version: "HTTP/1.1", status, reason: "".into(), headers };
            preset.answer.is_refusal(&head, bytes);
            preset.answer.code(&head, bytes);
            if let Some(message) = preset.answer.message(&head, bytes) {
                preset.answer.mask(&message);
            }
        }
    }
});
