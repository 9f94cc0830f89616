use super::*;
use crate::model::headers::{Header, Headers};
use crate::profile::preset::answers::Answers;
use crate::profile::preset::{Preset, names};

fn head(status: u16, headers: &[(&str, &str)]) -> ResponseHead {
    let headers: Headers = headers.iter().map(|(name, value)| Header::new(*name, *value)).collect();
    ResponseHead { version: "HTTP/1.1", status, reason: "".into(), headers }
}

fn rules(preset: &str) -> Answers {
    Preset::load(preset).unwrap().unwrap().answer
}

#[track_caller]
fn refused(preset: &str, status: u16, body: &str) -> bool {
    rules(preset).is_refusal(&head(status, &[]), body.as_bytes())
}

fn message(preset: &str, body: &str) -> Option<String> {
    rules(preset).message(&head(400, &[]), body.as_bytes())
}

#[test]
fn a_401_is_a_refusal_everywhere_and_a_bare_403_or_404_nowhere() {
    for name in names() {
        assert!(refused(name, 401, ""), "{name}");
        for status in [200, 403, 404, 500] {
            assert!(!refused(name, status, ""), "{name} {status}");
            assert!(!refused(name, status, "{\"message\":\"Not found\"}"), "{name} {status}");
        }
    }
}

#[test]
fn maas() {
    let leak = "Authorization Error: 'Invalid signature. Expected signature base string: &geheim'";
    assert!(refused("maas", 401, leak));
    assert_eq!(
        message("maas", leak).unwrap(),
        "Authorization Error: 'Invalid signature. Expected signature base string: ***"
    );
    assert_eq!(rules("maas").mask(&format!("a\n{leak}\nb")).lines().last(), Some("b"));
    let malformed = "Bad Request: the following problems were found among the auth params: x";
    assert!(refused("maas", 400, malformed));
    assert!(!refused("maas", 400, "Unrecognised signature: method=GET op=None"));
    let invalid = r#"{"hostname":["taken","too long"],"pool":["This field is required."]}"#;
    let told = "hostname: taken too long; pool: This field is required.";
    assert_eq!(message("maas", invalid).unwrap(), told);
    assert_eq!(message("maas", r#"{"system_id":"abc"}"#), None);
}

#[test]
fn foreman() {
    assert!(refused("foreman", 401, r#"{"error":{"message":"Unable to authenticate user "}}"#));
    assert!(!refused("foreman", 403, r#"{"error":{"message":"Access denied"}}"#));
    let denied = r#"{"error":{"message":"Access denied","missing_permissions":["view_hosts"]}}"#;
    assert_eq!(message("foreman", denied).unwrap(), "Access denied");
    let invalid = r#"{"error":{"id":null,"full_messages":["Name is taken","IP is bad"]}}"#;
    assert_eq!(message("foreman", invalid).unwrap(), "Name is taken; IP is bad");
    let broken = r#"{"status":400,"error":"There was a problem in the JSON"}"#;
    assert_eq!(message("foreman", broken).unwrap(), "There was a problem in the JSON");
}

#[test]
fn candlepin_refuses_with_success_too() {
    let problem = r#"{"displayMessage":"OAuth problem encountered. Internal message is: timestamp_refused","requestUuid":"1"}"#;
    assert!(refused("candlepin", 200, problem));
    assert!(rules("candlepin").may_refuse(200) && !rules("maas").may_refuse(200));
    let method = r#"{"displayMessage":"OAuth error encountered. Internal message is: x"}"#;
    assert!(refused("candlepin", 400, method));
    assert!(!refused("candlepin", 403, r#"{"displayMessage":"Insufficient permissions"}"#));
    assert!(!refused("candlepin", 410, r#"{"displayMessage":"Unit X has been deleted"}"#));
    assert_eq!(message("candlepin", r#"{"displayMessage":"no"}"#).unwrap(), "no");
}

#[test]
fn ovh_in_its_older_and_newer_form() {
    let old = |code: &str| format!(r#"{{"errorCode":"{code}","message":"x"}}"#);
    for (status, code) in [
        (400, "INVALID_SIGNATURE"),
        (400, "QUERY_TIME_OUT"),
        (403, "INVALID_CREDENTIAL"),
        (403, "NOT_CREDENTIAL"),
        (403, "INVALID_KEY"),
        (403, "NOT_GRANTED_CALL"),
    ] {
        assert!(refused("ovh", status, &old(code)), "{code}");
    }
    assert!(!refused("ovh", 403, &old("FORBIDDEN")));
    let new = |class: &str, message: &str| {
        format!(r#"{{"class":"Client::{class}","message":"{message}"}}"#)
    };
    assert!(refused("ovh", 400, &new("BadRequest", "Invalid signature")));
    assert!(refused("ovh", 403, &new("Forbidden", "User not granted for this request")));
    assert!(refused("ovh", 403, &new("Forbidden", "This credential is not valid")));
    assert!(!refused("ovh", 404, &new("NotFound", "Got an invalid (or empty) URL")));
    assert!(!refused("ovh", 403, &new("Forbidden", "This service is expired")));
}

#[test]
fn dci_refuses_with_400() {
    let answer = |message: &str| format!(r#"{{"status_code":400,"message":"{message}"}}"#);
    assert!(refused("dci", 400, &answer("HmacMechanism failed: signature is invalid")));
    assert!(!refused("dci", 400, &answer("Request malformed")));
    assert!(!refused("dci", 412, &answer("team inactive")));
}

#[test]
fn amazon_names_its_errors_in_many_forms() {
    let xml = |code: &str| {
        format!(
            "<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>a &lt; b</Message></Error>"
        )
    };
    for preset in ["s3", "aws"] {
        assert!(refused(preset, 403, &xml("SignatureDoesNotMatch")), "{preset}");
        assert!(refused(preset, 403, &xml("RequestTimeTooSkewed")), "{preset}");
        assert!(refused(preset, 400, &xml("AuthorizationHeaderMalformed")), "{preset}");
        assert!(refused(preset, 400, &xml("ExpiredToken")), "{preset}");
        assert!(!refused(preset, 403, &xml("AccessDenied")), "{preset}");
        assert!(!refused(preset, 404, &xml("NoSuchKey")), "{preset}");
        assert_eq!(message(preset, &xml("X")).unwrap(), "a < b");
    }
    let json = r#"{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"x"}"#;
    assert!(refused("aws", 400, json));
    assert!(!refused("aws", 400, r#"{"__type":"AccessDeniedException"}"#));
    let header = head(403, &[("x-amzn-errortype", "InvalidSignatureException:http://x/")]);
    assert!(rules("aws").is_refusal(&header, b"{}"));
    let garage =
        "<Error><Code>AccessDenied</Code><Message>Forbidden: No such key: K</Message></Error>";
    assert!(refused("s3", 403, garage));
}

#[test]
fn a_refusal_that_a_clock_explains_is_told_from_others() {
    for (preset, status, body, expected) in [
        ("maas", 401, "Authorization Error: 'Expired timestamp: given 1 and now 2 has", true),
        ("maas", 401, "Authorization Error: 'Nonce already used: n'", false),
        ("maas", 401, "Authorization Error: Invalid API key.", false),
        (
            "candlepin",
            200,
            r#"{"displayMessage":"OAuth problem encountered. Internal message is: timestamp_refused"}"#,
            true,
        ),
        (
            "candlepin",
            200,
            r#"{"displayMessage":"OAuth problem encountered. Internal message is: nonce_used"}"#,
            false,
        ),
        ("candlepin", 401, r#"{"displayMessage":"Invalid OAuth unit or secret"}"#, false),
        ("foreman", 401, r#"{"error":{"message":"Unable to authenticate user "}}"#, false),
        ("dci", 400, r#"{"message":"HmacMechanism failed: signature is expired"}"#, true),
        ("dci", 400, r#"{"message":"HmacMechanism failed: signature is invalid"}"#, false),
        ("ovh", 400, r#"{"errorCode":"QUERY_TIME_OUT"}"#, true),
        ("s3", 403, "<Error><Code>RequestTimeTooSkewed</Code></Error>", true),
        ("s3", 403, "<Error><Code>SignatureDoesNotMatch</Code></Error>", false),
        ("aws", 403, "<Error><Code>SignatureDoesNotMatch</Code></Error>", true),
        ("aws", 403, "<Error><Code>InvalidClientTokenId</Code></Error>", false),
    ] {
        let head = head(status, &[]);
        assert!(rules(preset).is_refusal(&head, body.as_bytes()), "{preset} {body}");
        let may_be_clock = rules(preset).may_be_clock(&head, body.as_bytes());
        assert_eq!(may_be_clock, expected, "{preset} {body}");
    }
}

#[test]
fn each_system_has_its_own_answers_when_it_is_in_trouble() {
    let is_transient = |preset: &str, status, body: &str| {
        rules(preset).is_transient(&head(status, &[]), body.as_bytes())
    };
    for name in names() {
        assert!(is_transient(name, 503, "") && rules(name).may_be_transient(503), "{name}");
        for status in [200, 301, 400, 401, 403, 404, 422, 501] {
            assert!(!is_transient(name, status, ""), "{name} {status}");
        }
    }
    // As curl has it.
    let usual: Vec<u16> =
        (100..600).filter(|status| is_transient("foreman", *status, "")).collect();
    assert_eq!(usual, [408, 429, 500, 502, 503, 504]);
    assert!(!is_transient("maas", 500, "") && is_transient("dci", 413, ""));
    assert!(is_transient("ovh", 429, ""));
    let throttled = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}"#;
    assert!(is_transient("aws", 400, throttled));
    assert!(!is_transient("aws", 400, r#"{"__type":"ValidationException"}"#));
    assert!(is_transient("s3", 400, "<Error><Code>RequestTimeout</Code></Error>"));
}

#[test]
fn bodies_that_are_cut_off_or_no_text_are_no_trouble() {
    for name in names() {
        for body in [&b"\xff\x00<Code>"[..], b"{\"error\":", b"[1]", b"<Code></Code>", b""] {
            assert!(!rules(name).is_refusal(&head(403, &[]), body), "{name}");
        }
    }
    let html = head(502, &[("Content-Type", "text/html; charset=utf-8")]);
    assert_eq!(rules("maas").message(&html, b"<html>"), None);
}

/// The members are those of RFC 9457 section 3 and RFC 6749 section 5.2.
#[test]
fn without_a_preset_a_message_is_found_where_most_have_it() {
    for (body, told) in [
        (r#"{"message":"quota exceeded"}"#, Some("quota exceeded")),
        (r#"{"error":{"code":7,"message":"no such zone"}}"#, Some("no such zone")),
        (r#"{"error":"invalid_scope","error_description":"unknown scope"}"#, Some("unknown scope")),
        (r#"{"type":"about:blank","title":"Forbidden","detail":"not yours"}"#, Some("not yours")),
        (r#"{"error":"not found"}"#, Some("not found")),
        (r#"{"errors":["name is taken","size is 0"]}"#, Some("name is taken; size is 0")),
        ("<Error><Code>X</Code><Message>No key</Message></Error>", Some("No key")),
        (r#"{"message":{"en":"no"}}"#, None),
        ("[1]", None),
        ("<html>no</html>", None),
        ("", None),
    ] {
        let found = usual_message(&head(403, &[]), body.as_bytes());
        assert_eq!(found.as_deref(), told, "{body}");
    }
}
