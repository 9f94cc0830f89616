use super::{Formatter, Layout, is_likely, is_media_type};
use crate::out::fault::Fault;
use crate::out::style::Style;

/// Formats `text` whole and cut into pieces of several lengths.
fn formatted_as(style: Style, text: &[u8]) -> (String, Option<Fault>) {
    laid_out(style, Layout::Indented, text)
}

fn laid_out(style: Style, layout: Layout, text: &[u8]) -> (String, Option<Fault>) {
    let mut results: Vec<_> = [1, 2, 3, 7, text.len().max(1)]
        .map(|length| {
            let mut out = Vec::new();
            let mut formatter = Formatter::new(style, layout);
            for piece in text.chunks(length) {
                formatter.push(piece, &mut out).unwrap();
            }
            let fault = formatter.finish(&mut out).unwrap();
            (String::from_utf8(out).unwrap(), fault.map(|fault| (fault.reason, fault)))
        })
        .into();
    let (text, fault) = results.pop().unwrap();
    for (other, other_fault) in results {
        assert_eq!(other, text);
        assert_eq!(other_fault.map(|fault| fault.0), fault.map(|fault| fault.0));
    }
    (text, fault.map(|fault| fault.1))
}

fn formatted(text: &str) -> String {
    let (shown, fault) = formatted_as(Style::PLAIN, text.as_bytes());
    assert_eq!(fault, None, "{text}");
    shown
}

fn faulty(text: &[u8]) -> (String, Fault) {
    let (shown, fault) = formatted_as(Style::PLAIN, text);
    (shown, fault.unwrap_or_else(|| panic!("no fault in {text:?}")))
}

#[test]
fn objects_and_arrays_are_indented_by_two() {
    assert_eq!(
        formatted(r#" {"b":[1,{"a":null}, [ ] ,{}],"a" :true,"a":"x"} "#),
        r#"{
  "b": [
    1,
    {
      "a": null
    },
    [],
    {}
  ],
  "a": true,
  "a": "x"
}
"#
    );
}

#[test]
fn the_compact_layout_has_a_document_a_line() {
    let text = br#" {"b" : [1, {"a": null}, [ ], { }],
        "c": -1.50, "d": "x y" }  [1, 2] "#;
    let (shown, fault) = laid_out(Style::PLAIN, Layout::Compact, text);
    let expected = r#"{"b":[1,{"a":null},[],{}],"c":-1.50,"d":"x y"}"#;
    assert_eq!((shown, fault), (format!("{expected}\n[1,2]\n"), None));
}

#[test]
fn numbers_and_strings_stay_as_they_were_written() {
    for same in [
        "123456789012345678901234567890",
        "1.10",
        "-0",
        "1E+2",
        "0.1e-0",
        r#""\u00e9\/é€😀\ud83d""#,
        "\"\u{2028}\"",
    ] {
        assert_eq!(formatted(same), format!("{same}\n"));
    }
}

#[test]
fn documents_may_follow_one_another() {
    assert_eq!(
        formatted("1 2\n{\"a\":1}\n[]\"x\"true\n"),
        "1\n2\n{\n  \"a\": 1\n}\n[]\n\"x\"\ntrue\n"
    );
    assert_eq!(formatted("  \n"), "");
    assert_eq!(faulty(b"2024-01").0, "2024\n-01\n");
}

#[test]
fn from_a_fault_on_the_text_is_shown_as_it_is() {
    for (text, shown, offset) in [
        ("{\"a\":1,}  x", "{\n  \"a\": 1,}  x\n", 7),
        ("[1 oops\n]\n", "[\n  1 oops\n]\n", 3),
        ("<html>", "<html>\n", 0),
        ("[01]", "[\n  01]\n", 2),
        ("[1.]", "[\n  1.]\n", 3),
        ("[tru]", "[\n  tru]\n", 4),
        ("[\"a\\x\"]", "[\n  \"a\\x\"]\n", 4),
        ("[}", "[}\n", 1),
        ("[1}", "[\n  1}\n", 2),
        ("[\n", "[\n", 2),
        ("{\"a", "{\n  \"a\n", 3),
        ("-", "-\n", 1),
        ("truefalse", "true\nfalse\n", 4),
        ("NaN", "NaN\n", 0),
    ] {
        let (result, fault) = faulty(text.as_bytes());
        assert_eq!((result.as_str(), fault.offset), (shown, offset), "{text}");
        assert!(fault.ends_formatting, "{text}");
    }
}

#[test]
fn nothing_in_a_string_reaches_the_terminal_as_a_command() {
    let (shown, fault) = formatted_as(Style::PLAIN, "\"\u{9b}2J\u{202e}\u{7f}\"".as_bytes());
    assert_eq!((shown.as_str(), fault), ("\"\\u009b2J\\u202e\\u007f\"\n", None));
    // Against section 7 and 8.1 of RFC 8259, but no reason to stop formatting.
    let (shown, fault) = faulty(b"[\"\x1b]0;\xff\n\xe2\x82\"]");
    assert_eq!(shown, "[\n  \"\\u001b]0;<FF>\\n<E2><82>\"\n]\n");
    assert!(!fault.ends_formatting && fault.offset == 2, "{fault:?}");
    assert_eq!(faulty(b"[\x1b[2J").0, "[^[[2J\n");
}

#[test]
fn nesting_has_a_limit() {
    let deepest = format!("{}{}", "[".repeat(512), "]".repeat(512));
    formatted(&deepest);
    let (shown, fault) = faulty("[".repeat(100_000).as_bytes());
    assert_eq!(fault.offset, 512);
    assert!(shown.len() < 1_000_000, "{}", shown.len());
}

#[test]
fn colours_mark_what_things_are() {
    let (shown, _) = formatted_as(Style::COLORED, br#"{"k":["s",1,null]}"#);
    let expected = "{\n  \x1b[1m\"k\"\x1b[0m: [\n    \x1b[32m\"s\"\x1b[0m,\n    \
                    \x1b[35m1\x1b[0m,\n    \x1b[36mnull\x1b[0m\n  ]\n}\n";
    assert_eq!(shown, expected);
    // A colour never outlives what it marks.
    for cut in ["\"s", "1", "[-", "nul", "\"\\q", "-x"] {
        let (shown, _) = formatted_as(Style::COLORED, cut.as_bytes());
        assert_eq!(shown.matches("\x1b[0m").count(), 1, "{shown:?}");
    }
}

#[test]
fn json_is_recognised_by_type_or_by_its_beginning() {
    for yes in ["application/json", "application/problem+json", "application/x-ndjson"] {
        assert!(is_media_type(yes), "{yes}");
    }
    assert!(!is_media_type("text/html"));
    for yes in ["{}", " [1,", "{\"a\": tr", "[\n"] {
        assert!(is_likely(yes.as_bytes()), "{yes}");
    }
    for no in ["", "1", "[2024-01-01 12:00] started", "{{template}}", "[error] x"] {
        assert!(!is_likely(no.as_bytes()), "{no}");
    }
}

/// Numbers that look random and are the same in every run (xorshift64).
struct Noise(u64);

impl Noise {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn space(&mut self) -> &'static str {
        self.pick(&["", "", " ", "\n", "\t \r\n"])
    }

    fn value(&mut self, depth: usize) -> String {
        let kinds = if depth > 4 { 2 } else { 4 };
        match self.below(kinds) {
            0 => self.pick(&["0", "-1.5e+30", "true", "null", "12345678901234567890"]).into(),
            1 => self.pick(&["\"\"", "\"a b\\n\"", "\"{[,:\\\"\"", "\"é\\u202e€\""]).into(),
            2 => self.members(depth, false),
            _ => self.members(depth, true),
        }
    }

    fn members(&mut self, depth: usize, named: bool) -> String {
        let members: Vec<String> = (0..self.below(5))
            .map(|_| {
                let name = if named { "\"k\"" } else { "" };
                let colon = if named { ":" } else { "" };
                let (before, between) = (self.space(), self.space());
                let value = self.value(depth + 1);
                format!("{before}{name}{between}{colon}{between}{value}{before}")
            })
            .collect();
        let inner = members.join(",");
        if named { format!("{{{inner}}}") } else { format!("[{inner}]") }
    }
}

fn stripped(text: &str) -> String {
    text.split_ascii_whitespace().collect()
}

#[test]
fn formatting_changes_white_space_only() {
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    for _ in 0..500 {
        let text = noise.value(0);
        let shown = formatted(&text);
        assert_eq!(stripped(&shown), stripped(&text));
        assert_eq!(formatted(&shown), shown, "formatting twice differs");
    }
}

#[test]
fn its_grammar_is_that_of_serde_json() {
    const ALPHABET: &[u8] = b"{}[]:,\"\"\\u0019-+.eE tfn\n\x01";
    let mut noise = Noise(0x2545_f491_4f6c_dd1d);
    let mut valid = 0;
    for round in 0..60_000 {
        let mut text: Vec<u8> = if round % 2 == 0 {
            noise.value(2).into_bytes()
        } else {
            (0..noise.below(8)).map(|_| ALPHABET[noise.below(ALPHABET.len())]).collect()
        };
        if !text.is_empty() && round % 4 == 0 {
            let at = noise.below(text.len());
            text[at] = ALPHABET[noise.below(ALPHABET.len())];
        }
        let peer = serde_json::Deserializer::from_slice(&text)
            .into_iter::<Box<serde_json::value::RawValue>>()
            .all(|document| document.is_ok());
        let mut formatter = Formatter::new(Style::PLAIN, Layout::Indented);
        formatter.push(&text, &mut std::io::sink()).unwrap();
        let fault = formatter.finish(&mut std::io::sink()).unwrap();
        let shown = String::from_utf8_lossy(&text);
        assert_eq!(fault.is_none(), peer, "{shown:?}: {fault:?}");
        valid += usize::from(peer);
    }
    assert!((10_000..50_000).contains(&valid), "{valid}");
}

#[test]
fn any_bytes_at_all_come_out_safe() {
    let mut noise = Noise(0x0123_4567_89ab_cdef);
    for _ in 0..2_000 {
        let text: Vec<u8> = (0..noise.below(60))
            .map(|_| match noise.below(3) {
                0 => b"{}[]:,\"\\1t "[noise.below(11)],
                1 => b"\x1b\x9b\xc2\xe2\x80\xae\r\xff"[noise.below(8)],
                _ => noise.below(256) as u8,
            })
            .collect();
        let (shown, _) = formatted_as(Style::PLAIN, &text);
        let shown = shown.replace("\r\n", "\n");
        let is_safe = |character: char| {
            matches!(character, '\n' | '\t')
                || !(character.is_control() || ('\u{202a}'..='\u{202e}').contains(&character))
        };
        assert!(shown.chars().all(is_safe), "{text:?}: {shown:?}");
    }
}
