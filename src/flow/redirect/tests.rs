use super::*;

fn draft(method: &str, url: &str, body: Option<&str>) -> Draft {
    let headers = [
        Header::new("User-Agent", "signreq"),
        Header::new("Accept", "*/*"),
        Header::new("FOREMAN-USER", "ares"),
        Header::new("Cookie", "a=b"),
        Header::new("X-Api-Key", "geheim"),
        Header::new("Range", "bytes=5-"),
        Header::new("Content-Type", "application/json"),
    ];
    Draft {
        method: Method::parse(method).unwrap(),
        url: WireUrl::parse(url).unwrap(),
        headers: headers.into_iter().collect(),
        body: body.map_or_else(Body::none, Body::bytes),
    }
}

fn head(status: u16, locations: &[&str]) -> ResponseHead {
    let headers = locations.iter().map(|location| Header::new("Location", *location)).collect();
    ResponseHead { version: "HTTP/1.1", status, reason: "".into(), headers }
}

fn is_own(origin: &Origin) -> bool {
    origin.host == "own"
}

const RULES: Rules<'static> =
    Rules { signs_for: &is_own, sends_secret: false, can_sign_again: true };

fn next(draft: Draft, head: &ResponseHead) -> Result<Hop, Unfollowed> {
    Hop::first(draft).next(head, &RULES)
}

fn names(draft: &Draft) -> Vec<&str> {
    draft.headers.iter().map(|header| header.name.as_str()).collect()
}

/// What curl 8 does without -X, and every browser: Fetch, section 4.4, and
/// RFC 9110 section 15.4.
#[test]
fn methods_change_as_they_do_in_curl() {
    for (status, method, expected) in [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
        (301, "PUT", "PUT"),
        (302, "DELETE", "DELETE"),
        (303, "PUT", "GET"),
        (303, "DELETE", "GET"),
        (303, "HEAD", "HEAD"),
        (301, "HEAD", "HEAD"),
        (307, "GET", "GET"),
        (300, "POST", "POST"),
    ] {
        let hop = next(draft(method, "http://own/a", Some("{}")), &head(status, &["/b"])).unwrap();
        let request = hop.request();
        let seen = (request.method.as_str(), request.url.to_string());
        assert_eq!(seen, (expected, "http://own/b".to_owned()), "{status} {method}");
        let keeps_body = expected == method;
        assert_eq!(!request.body.is_none(), keeps_body, "{status} {method}");
        assert_eq!(request.headers.has("content-type"), keeps_body, "{status} {method}");
    }
}

#[test]
fn another_origin_learns_nothing_of_who_asks() {
    let hop =
        next(draft("GET", "https://own/a", None), &head(302, &["https://own:444/b"])).unwrap();
    assert!(
        !next(draft("GET", "https://own/a", None), &head(302, &["https://x/"])).unwrap().is_signed
    );
    assert!(hop.is_signed, "signs_for decides, not the port");
    let away = next(draft("GET", "https://own/a", None), &head(302, &["//x/b?sig=1"])).unwrap();
    let request = away.request();
    assert_eq!(request.url.to_string(), "https://x/b?sig=1");
    assert_eq!(names(&request), ["User-Agent", "Accept", "Range"]);
    let back = away.next(&head(302, &["https://own/c"]), &RULES).unwrap();
    assert!(back.is_signed);
    assert_eq!(names(&back.request()), names(&draft("GET", "https://own/", None)));
}

#[test]
fn a_host_header_stays_at_its_origin() {
    let mut first = draft("GET", "http://own/a", None);
    first.headers.push(Header::new("Host", "name.example"));
    let same = next(first.clone(), &head(302, &["/b"])).unwrap();
    assert_eq!(same.request().host(), "name.example");
    let other = next(first, &head(302, &["http://own:81/b"])).unwrap();
    assert_eq!(other.request().host(), "own:81");
}

#[test]
fn no_body_and_no_change_goes_to_another_origin() {
    for (status, method, body) in [
        (307, "POST", Some("x")),
        (308, "PUT", Some("x")),
        (302, "DELETE", None),
        (307, "GET", Some("x")),
    ] {
        let refused = next(draft(method, "http://own/a", body), &head(status, &["http://x/"]));
        let origin = WireUrl::parse("http://x/").unwrap().origin().clone();
        let kept = Unfollowed::KeptHere(Method::parse(method).unwrap(), origin);
        assert_eq!(refused.unwrap_err(), kept, "{status} {method}");
    }
    for (status, method) in [(303, "POST"), (302, "POST"), (307, "GET"), (308, "HEAD")] {
        let body = (method == "POST").then_some("x");
        let hop = next(draft(method, "http://own/a", body), &head(status, &["http://x/"])).unwrap();
        assert!(hop.request().body.is_none() && !hop.is_signed, "{status} {method}");
    }
}

#[test]
fn what_names_no_one_place_is_not_followed() {
    let refused = |locations: &[&str]| {
        next(draft("GET", "http://own/a", None), &head(302, locations)).unwrap_err()
    };
    assert_eq!(refused(&[]), Unfollowed::NoLocation);
    assert_eq!(refused(&[""]), Unfollowed::NoLocation);
    assert_eq!(refused(&["/a", "/b"]), Unfollowed::SeveralLocations);
    assert!(matches!(refused(&["gopher://x/"]), Unfollowed::Unreadable(_)));
    next(draft("GET", "http://own/a", None), &head(302, &["/b", "/b"])).unwrap();
}

#[test]
fn a_secret_that_can_be_read_never_leaves_tls() {
    let rules = Rules { sends_secret: true, ..RULES };
    for location in ["http://own/", "http://x/"] {
        let hop = Hop::first(draft("GET", "https://own/a", None));
        let refused = hop.next(&head(302, &[location]), &rules).unwrap_err();
        assert!(matches!(refused, Unfollowed::Cleartext(_)), "{location}");
        hop.next(&head(302, &[location]), &RULES).unwrap();
    }
    let upward = Hop::first(draft("GET", "http://own/a", None));
    upward.next(&head(302, &["https://own/"]), &rules).unwrap();
}

#[test]
fn a_given_nonce_signs_once() {
    let rules = Rules { can_sign_again: false, ..RULES };
    let hop = Hop::first(draft("GET", "http://own/a", None));
    assert_eq!(hop.next(&head(302, &["/b"]), &rules).unwrap_err(), Unfollowed::UsedNonce);
    hop.next(&head(302, &["http://x/b"]), &rules).unwrap();
}

#[test]
fn only_redirects_redirect() {
    let redirects: Vec<u16> = (200..600).filter(|status| is_redirect(*status)).collect();
    assert_eq!(redirects, [300, 301, 302, 303, 307, 308]);
}
