//! The URL type: whatever is typed, what comes out can be sent, and reading it
//! again changes nothing.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signreq::error::{Kind, Result, kind_of};
use signreq::model::url::WireUrl;

/// RFC 3986's characters of a path or query, escapes included.
fn may_be_sent(target: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?%".contains(&byte);
    let escapes = target.split('%').skip(1).all(|rest| {
        rest.as_bytes().get(..2).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit))
    });
    target.bytes().all(allowed) && escapes
}

fn check(url: Result<WireUrl>) -> Option<WireUrl> {
    let url = match url {
        Ok(url) => url,
        Err(error) => {
            assert_eq!(kind_of(&error), Kind::Usage);
            return None;
        }
    };
    assert!(may_be_sent(&url.target()), "{:?}", url.target());
    assert!(url.path().starts_with('/'));
    let again = WireUrl::parse(&url.to_string());
    assert_eq!(again.expect("what was read can be read"), url);
    Some(url)
}

fuzz_target!(|text: &str| {
    let (first, second) = text.split_once('\n').unwrap_or((text, ""));
    let Some(url) = check(WireUrl::parse(first)) else { return };
    check(WireUrl::from_target(url.origin(), second));
    if let Some(joined) = check(url.join(second)) {
        assert_eq!(joined.origin(), url.origin(), "a path leads nowhere else");
    }
    let mut longer = url.clone();
    longer.push_query(first.as_bytes(), second.as_bytes());
    let longer = check(Ok(longer)).expect("it was no error");
    let pairs = signreq::sign::encode::parse_form(longer.query().unwrap_or_default().as_bytes());
    let (name, value) = pairs.last().expect("one was added");
    assert_eq!((name.as_slice(), value.as_slice()), (first.as_bytes(), second.as_bytes()));
});
