use super::*;
use crate::model::headers::Header;
use crate::out::style::Style;
use crate::sign::Trace;
use proptest::prelude::*;

fn presented(signature: &str) -> Presented {
    Presented {
        key_id: "katello".into(),
        token: None,
        time: Some(Time::from_epoch(1_440_938_160)),
        nonce: None,
        chosen: vec![("signature_method", "HMAC-SHA1".into())],
        strip: Vec::new(),
        placement: crate::sign::Placement::Own,
        query: None,
        body: None,
        signature: signature.into(),
    }
}

fn trace(uri: &str, secret: &str, signature: &str) -> Trace {
    let mut trace = Trace::default();
    trace.text("base string URI", "RFC 5849 section 3.4.1.2", uri);
    let base = format!("GET&{}&a%3D1", crate::sign::encode::encode_strict(uri.as_bytes()));
    trace.text("signature base string", "RFC 5849 section 3.4.1.1", base);
    trace.pieces(
        "key",
        "RFC 5849 section 3.4.2",
        vec![crate::model::headers::Piece::secret(secret)],
    );
    trace.text("signature", "RFC 5849 section 3.4.2", signature);
    trace
}

fn differing(step: &'static str, theirs: Option<Trace>) -> Verdict {
    let difference = Difference::new(step, "it was made for another one");
    Verdict {
        trace: trace("http://h/a/", "geheim&", "b3Vycw=="),
        difference: Some(difference),
        theirs,
    }
}

fn shown(verdict: &Verdict, server: Option<(&str, &str)>, secrets: Secrets) -> String {
    let headers = [Header::new("X-Api-Key", "k")].into_iter().collect();
    let presented = presented("dGhlaXJz");
    let report = Report {
        scheme: "oauth1",
        presented: &presented,
        verdict,
        now: Time::from_epoch(1_440_938_160 + 180),
        notes: &[],
        headers: &headers,
        query: Some("a=1"),
        server,
        secrets,
    };
    let mut out = Vec::new();
    text(&mut out, &report, Style::PLAIN).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_valid_signature_is_one_line() {
    let trace = trace("http://h/a", "geheim&", "dGhlaXJz");
    let verdict = Verdict { trace, difference: None, theirs: None };
    let expected =
        "valid: oauth1 HMAC-SHA1, key katello, signed 2015-08-30T12:36:00Z (3 minutes ago)\n";
    assert_eq!(shown(&verdict, None, Secrets::Masked), expected);
}

#[test]
fn the_first_step_that_differs_is_shown_on_both_sides() {
    let verdict = differing("path", Some(trace("http://h/a", "geheim&", "dGhlaXJz")));
    let expected = "\
invalid: oauth1 HMAC-SHA1, key katello, signed 2015-08-30T12:36:00Z (3 minutes ago)
differs: path: it was made for another one

base string URI, RFC 5849 section 3.4.1.2
     ours | http://h/a/
   theirs | http://h/a
                      ^ byte 11

signature base string, RFC 5849 section 3.4.1.1
   | GET&http%3A%2F%2Fh%2Fa%2F&a%3D1
";
    assert_eq!(shown(&verdict, None, Secrets::Masked), expected);
}

#[test]
fn another_key_shows_no_secret() {
    let unknown = differing("key", None);
    let expected = "
signature, RFC 5849 section 3.4.2
     ours | b3Vycw==
   theirs | dGhlaXJz
            ^ byte 1
";
    let text = shown(&unknown, None, Secrets::Masked);
    assert!(text.contains(expected) && !text.contains("geheim"), "{text}");
    let spoiled = differing("key", Some(trace("http://h/a/", "geheim%0A&", "dGhlaXJz")));
    let text = shown(&spoiled, None, Secrets::Masked);
    assert!(text.contains("differs in what is masked") && !text.contains("geheim"), "{text}");
    assert!(shown(&spoiled, None, Secrets::Shown).contains("ours | geheim&\n"));
}

#[test]
fn a_servers_base_string_is_compared_and_decoded() {
    let server = "GET&http%3A%2F%2Fh%2Fa%2F&a%3D2";
    let verdict = differing("key", None);
    let text = shown(&verdict, Some(("signature base string", server)), Secrets::Masked);
    let expected = "
signature base string, RFC 5849 section 3.4.1.1
   in the normalized parameters
     ours | GET&http%3A%2F%2Fh%2Fa%2F&a%3D1
   server | GET&http%3A%2F%2Fh%2Fa%2F&a%3D2
                                          ^ byte 31
   which is, decoded:
     ours | a=1
   server | a=2
";
    assert!(text.ends_with(expected), "{text}");
    let same = "GET&http%3A%2F%2Fh%2Fa%2F&a%3D1";
    let text = shown(&verdict, Some(("signature base string", same)), Secrets::Masked);
    assert!(text.ends_with("the server's is the same as ours\n"), "{text}");
}

#[test]
fn a_servers_text_cannot_show_a_secret_nor_steer_a_terminal() {
    let verdict = differing("key", None);
    let text = shown(&verdict, Some(("key", "geheim")), Secrets::Masked);
    assert!(!text.contains("geheim"), "{text}");
    let text = shown(&verdict, Some(("base string URI", "http://h/\x1b[2J")), Secrets::Masked);
    assert!(!text.contains('\x1b') && text.contains("^[[2J"), "{text}");
}

#[test]
fn parts_of_a_canonical_request_have_names() {
    let request = "GET\n/a\nb=1\nhost:h\nx:y\n\nhost;x\nhash";
    for (number, part) in [
        (0, "method"),
        (1, "canonical URI"),
        (2, "canonical query string"),
        (3, "canonical headers"),
        (6, "signed headers"),
        (7, "hash of the payload"),
    ] {
        let mut lines: Vec<&str> = request.split('\n').collect();
        lines[number] = "else";
        let step = Step { name: "canonical request", section: "s", pieces: Vec::new() };
        let found = Comparison::of(&step, request, &lines.join("\n"));
        assert_eq!((found.part, found.line), (Some(part), number + 1));
    }
}

#[test]
fn long_lines_are_clipped_around_the_difference() {
    let mut verdict = differing("key", None);
    verdict.trace = trace(&format!("http://h/{}b{}", "é".repeat(200), "c".repeat(200)), "k", "s");
    let server = format!("http://h/{}d", "é".repeat(200));
    let text = shown(&verdict, Some(("base string URI", &server)), Secrets::Masked);
    let lines: Vec<&str> = text.lines().collect();
    let ours = lines.iter().position(|line| line.contains("ours | …")).unwrap();
    assert!(lines[ours].ends_with("c…") && lines[ours + 1].ends_with("éd"), "{text}");
    let caret = lines[ours + 2].chars().position(|c| c == '^').unwrap();
    assert_eq!(lines[ours].chars().nth(caret), Some('b'));
    assert_eq!(lines[ours + 1].chars().nth(caret), Some('d'));
}

#[test]
fn spans_are_said_in_their_largest_unit() {
    for (seconds, text) in [
        (0, "0 seconds"),
        (1, "1 second"),
        (180, "3 minutes"),
        (7200, "2 hours"),
        (5 * 86_400, "5 days"),
    ] {
        assert_eq!(span(seconds), text);
    }
    let time = Time::from_epoch(1_440_938_160);
    assert_eq!(moment(time, time.plus(-5)), "2015-08-30T12:36:00Z (in 5 seconds)");
}

#[test]
fn an_equal_secret_is_told_from_another_though_both_are_masked() {
    let verdict = differing("key", None);
    let text = shown(&verdict, Some(("key", "geheim&")), Secrets::Masked);
    assert!(text.ends_with("the server's is the same as ours\n"), "{text}");
    let text = shown(&verdict, Some(("key", "geheim2&")), Secrets::Masked);
    assert!(text.ends_with("differs in what is masked; --show-secrets shows it\n"), "{text}");
}

#[test]
fn our_secrets_are_masked_within_a_servers_text() {
    let mut verdict = differing("key", None);
    let pieces = [Piece::secret("geheim"), Piece::text("+GET+http://h/")];
    verdict.trace.pieces("pre-image", "s", pieces.into());
    let text = shown(&verdict, Some(("pre-image", "geheim+GET+http://i/")), Secrets::Masked);
    assert!(text.contains("server | ***+GET+http://i/\n"), "{text}");
}

proptest! {
    #[test]
    fn no_text_of_a_server_ends_in_a_panic(
        ours in "[a-z%&=é\n]{0,20}",
        theirs in "[a-z%&=é\n\\PC]{0,20}",
        name in prop::sample::select(vec![
            "canonical request", "string to sign", "signature base string", "else",
        ]),
    ) {
        let mut verdict = differing("key", None);
        verdict.trace = Trace::default();
        verdict.trace.text(name, "section", ours);
        shown(&verdict, Some((name, &theirs)), Secrets::Masked);
    }
}
