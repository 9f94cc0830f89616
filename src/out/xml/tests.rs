use super::layout::AHEAD;
use super::scanner::TAG_LIMIT;
use super::{Formatter, is_likely, is_media_type};
use crate::out::fault::Fault;
use crate::out::style::Style;
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Formats `text`, cut into pieces of several lengths.
fn formatted_in(style: Style, text: &[u8]) -> (String, Option<Fault>) {
    let lengths = [1, 2, 3, 5, 7, 100, 8192, usize::MAX];
    let mut results: Vec<_> = lengths
        .iter()
        .map(|length| {
            let mut out = Vec::new();
            let mut formatter = Formatter::new(style);
            for piece in text.chunks((*length).min(text.len().max(1))) {
                formatter.push(piece, &mut out).unwrap();
            }
            let fault = formatter.finish(&mut out).unwrap();
            (String::from_utf8(out).unwrap(), fault)
        })
        .collect();
    results.dedup();
    assert_eq!(results.len(), 1, "depends on where {:?} is cut", String::from_utf8_lossy(text));
    results.remove(0)
}

#[track_caller]
fn gives(text: &str, expected: &str) {
    let (shown, fault) = formatted_in(Style::PLAIN, text.as_bytes());
    assert_eq!((shown.as_str(), fault), (expected, None));
    // It is laid out already.
    assert_eq!(formatted_in(Style::PLAIN, expected.as_bytes()).0, expected);
}

#[test]
fn elements_stand_on_lines_of_their_own() {
    gives(
        "<?xml version=\"1.0\"?>\n<r xmlns='u'><a>1</a><b k=\"v\" l='\"'><c/>  <d></d></b></r>",
        "<?xml version=\"1.0\"?>\n<r xmlns='u'>\n  <a>1</a>\n  <b k=\"v\" l='\"'>\n    <c/>\n    <d></d>\n  </b>\n</r>\n",
    );
    gives("<r/>", "<r/>\n");
    gives("\n <r\n a = '1'\t/> \n", "<r\n a = '1'\t/>\n");
    gives("<é:ü>ö</é:ü >", "<é:ü>ö</é:ü >\n");
    gives(
        "<!DOCTYPE r SYSTEM \"a>b\"><!-- c -- > --><r><!--x--><?p > ?><a/></r><!--y-->",
        "<!DOCTYPE r SYSTEM \"a>b\">\n<!-- c -- > -->\n<r>\n  <!--x-->\n  <?p > ?>\n  <a/>\n</r>\n<!--y-->\n",
    );
    gives("", "");
}

#[test]
fn what_is_said_stays_as_it_was() {
    for (what, inside) in [
        ("text", " a\n b "),
        ("white space alone", " \n "),
        ("mixed", "a <b><c> </c> <d/></b> e"),
        ("mixed, text last", " <b> <c/> <d> <e/></d></b> e"),
        ("mixed, CDATA", " <b/> <![CDATA[]]> "),
        ("mixed, reference", " <b/> &#32; <c/>"),
        ("a comment alone", " <!-- c --> "),
        ("CDATA", "<![CDATA[ <a> ]] ]]]>"),
        ("references", "&amp;&#x26;&unknown; > ]]"),
    ] {
        let text = format!("<r><k>{inside}</k></r>");
        let (shown, fault) = formatted_in(Style::PLAIN, text.as_bytes());
        assert_eq!((shown, fault), (format!("<r>\n  <k>{inside}</k>\n</r>\n"), None), "{what}");
    }
    gives(
        "<r xml:space='preserve'> <a> <b/></a></r>",
        "<r xml:space='preserve'> <a> <b/></a></r>\n",
    );
    gives(
        "<r xml:space='default'> <a> <b/></a></r>",
        "<r xml:space='default'>\n  <a>\n    <b/>\n  </a>\n</r>\n",
    );
    // Mixed content inside of what is not, and the other way round.
    gives(
        "<r> <p>a<i>b</i></p> <p> <q> <i/> </q> c</p></r>",
        "<r>\n  <p>a<i>b</i></p>\n  <p> <q> <i/> </q> c</p>\n</r>\n",
    );
}

#[test]
fn long_documents_are_not_kept_back() {
    let item = "<a> <b>1</b> </a>";
    let text = format!("<r> {} </r>", item.repeat(2 * AHEAD / item.len()));
    let mut formatter = Formatter::new(Style::PLAIN);
    let mut out = Vec::new();
    formatter.push(text.as_bytes(), &mut out).unwrap();
    assert!(out.len() > AHEAD, "{}", out.len());
    let line = "\n  <a>\n    <b>1</b>\n  </a>";
    let expected = format!("<r>{}\n</r>\n", line.repeat(2 * AHEAD / item.len()));
    assert!(formatted_in(Style::PLAIN, text.as_bytes()) == (expected, None));
    // Text that comes so late changes only what stands behind it.
    let late = text.replace(" </r>", " x <c/> </r>");
    let (shown, fault) = formatted_in(Style::PLAIN, late.as_bytes());
    assert!(shown.ends_with("  </a> x <c/> </r>\n"), "{}", &shown[shown.len() - 99..]);
    assert_eq!(fault, None);
    for long in [" ".repeat(2 * AHEAD), "t".repeat(2 * AHEAD)] {
        let (shown, _) = formatted_in(Style::PLAIN, format!("<r><a>{long}</a></r>").as_bytes());
        assert!(shown == format!("<r>\n  <a>{long}</a>\n</r>\n"));
    }
}

#[test]
fn what_is_no_xml_is_shown_as_it_is_from_there() {
    for (text, shown, offset, reason) in [
        ("gone", "gone\n", 0, "text stands outside of the root element"),
        ("<r/> x", "<r/>x\n", 5, "text stands outside of the root element"),
        ("<r/><s/>", "<r/>\n<s/>\n", 4, "a second root element begins"),
        ("<r> <a> </b></r>", "<r>\n  <a> </b></r>\n", 8, "an end tag has another name"),
        ("</r>", "</r>\n", 0, "an end tag has no start tag"),
        ("<r> <a/> < b", "<r>\n  <a/> < b\n", 9, "'<' begins no tag"),
        ("<r><!x>", "<r><!x>\n", 3, "'<' begins no tag"),
        ("<r><a b></a>", "<r><a b></a>\n", 3, "an attribute is not written"),
        ("<r a=1/>", "<r a=1/>\n", 0, "an attribute is not written"),
        ("<r a='<'/>", "<r a='<'/>\n", 0, "'<' in an attribute"),
        ("<r></r a='1'>", "<r></r a='1'>\n", 3, "an end tag has attributes"),
        ("<r> <a/> ", "<r>\n  <a/> \n", 9, "it ends before its root element does"),
        ("<r><a", "<r><a\n", 3, "it ends inside of markup"),
        ("<r><!-- x", "<r><!-- x\n", 9, "it ends inside of markup"),
        ("<?xml ?>", "<?xml ?>\n", 8, "it has no root element"),
        (
            "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>",
            "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>\n",
            0,
            "a document type with",
        ),
        ("<r/><!DOCTYPE a>", "<r/><!DOCTYPE a>\n", 4, "a document type stands behind"),
    ] {
        let (actual, fault) = formatted_in(Style::PLAIN, text.as_bytes());
        let fault = fault.unwrap_or_else(|| panic!("{text} is no fault: {actual}"));
        assert_eq!((actual.as_str(), fault.offset), (shown, offset), "{text}: {fault}");
        assert!(fault.reason.starts_with(reason) && fault.language == "XML", "{text}: {fault}");
    }
    let deep = "<a>".repeat(513);
    let fault = formatted_in(Style::PLAIN, deep.as_bytes()).1.unwrap();
    assert_eq!((fault.offset, fault.reason), (1536, "elements nest more than 512 deep"));
    let long = format!("<r><a b='{}'/></r>", "x".repeat(TAG_LIMIT));
    let (shown, fault) = formatted_in(Style::PLAIN, long.as_bytes());
    assert_eq!(shown, format!("{long}\n"));
    assert_eq!(fault.unwrap().reason, "a tag is longer than 32 KiB");
}

#[test]
fn no_byte_steers_the_terminal() {
    let text = b"<r \x1ba='\x1b]0;x\x07\x9b'>\x1b[2J<b>\xe2\x80\xae\xff</b><!--\x1b--><![CDATA[\x1b]]>\r</r>";
    let (shown, fault) = formatted_in(Style::PLAIN, text);
    assert_eq!(
        shown,
        "<r ^[a='^[]0;x^G<9B>'>^[[2J<b><U+202E><FF></b><!--^[--><![CDATA[^[]]>^M</r>\n"
    );
    assert_eq!(fault, None);
}

#[test]
fn colours_end_where_they_should() {
    let text = b"<?x?><r a='1'>\n<b>t&amp;</b><c> <d/>x</c><![CDATA[y]]></r>";
    let (shown, _) = formatted_in(Style::COLORED, text);
    let mut plain = String::new();
    let mut is_coloured = false;
    for part in shown.split_inclusive('m') {
        let Some((before, code)) = part.split_once('\u{1b}') else {
            plain.push_str(part);
            continue;
        };
        plain.push_str(before);
        assert_eq!(is_coloured, code == "[0m", "{shown:?}");
        is_coloured = !is_coloured;
    }
    assert!(!is_coloured, "{shown:?}");
    assert_eq!(plain, formatted_in(Style::PLAIN, text).0);
    let cut = formatted_in(Style::COLORED, b"<r><!-- x").0;
    assert!(cut.ends_with("\u{1b}[0m\n"), "{cut:?}");
}

#[test]
fn xml_is_told_by_type_or_looks() {
    for media_type in ["application/xml", "text/xml", "image/svg+xml"] {
        assert!(is_media_type(media_type));
    }
    for media_type in ["text/html", "application/json", "xml", ""] {
        assert!(!is_media_type(media_type));
    }
    assert!(is_likely(b"\xef\xbb\xbf<?xml version='1.0'?>"));
    assert!(!is_likely(b"<html>"));
}

/// What a parser reads of a document, but for white space between markup.
fn read(text: &str) -> Option<Vec<Event<'static>>> {
    let mut reader = Reader::from_str(text);
    let mut events = Vec::new();
    loop {
        match reader.read_event().ok()? {
            Event::Eof => return Some(events),
            Event::Text(text) if text.trim_ascii().is_empty() => {}
            event => events.push(event.into_owned()),
        }
    }
}

proptest! {
    #[test]
    fn a_parser_reads_the_same_before_and_behind(
        parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "<a>", "<a>", "</a>", "</a>", "<b x='1'>", "</b>", "<c/>", " ", "\n ", "t", "&lt;",
                "<!-- - -->", "<![CDATA[ ]]]>", "<?p?>",
            ]),
            0..24,
        )
    ) {
        let text = format!("<r>{}</r>", parts.concat());
        let (shown, fault) = formatted_in(Style::PLAIN, text.as_bytes());
        if fault.is_none() {
            prop_assert_eq!(read(&text), read(&shown));
            prop_assert!(read(&text).is_some());
            prop_assert_eq!(&formatted_in(Style::PLAIN, shown.as_bytes()).0, &shown);
        } else {
            let is_space = |character: &char| !character.is_ascii_whitespace();
            let squeezed = |text: &str| text.chars().filter(is_space).collect::<String>();
            prop_assert_eq!(squeezed(&text), squeezed(&shown));
        }
    }
}
