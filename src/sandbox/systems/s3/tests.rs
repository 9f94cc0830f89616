//! S3 as its clients meet it; the codes are those of the real server.

use crate::sandbox::testing::{Client, sandbox};

/// The text of the first element of that name.
fn element<'a>(document: &'a str, name: &str) -> &'a str {
    let after = document.split_once(&format!("<{name}>")).map_or("", |(_, after)| after);
    after.split_once(&format!("</{name}>")).map_or("", |(text, _)| text)
}

#[test]
fn a_signed_request_is_answered() {
    let seen = Client::new(&sandbox(), "s3").get("/");
    assert_eq!(seen.status, 200, "{seen:?}");
    assert!(seen.body.contains("<Name>backups</Name>"), "{}", seen.body);
}

#[test]
fn refusals_have_their_codes() {
    let sandbox = sandbox();
    let client = || Client::new(&sandbox, "s3");
    let mut late = client();
    late.ahead = -901;
    let mut early = client();
    early.ahead = 901;
    for (client, status, code, step) in [
        (client().with("secret_key", "wrong"), 403, "SignatureDoesNotMatch", "key: "),
        (client().with("access_key", "AKIAX"), 403, "InvalidAccessKeyId", "key: "),
        (client().with("region", "eu-west-1"), 400, "AuthorizationHeaderMalformed", "region: "),
        (late, 403, "RequestTimeTooSkewed", "timestamp: "),
        (early, 403, "RequestTimeTooSkewed", "timestamp: "),
    ] {
        let seen = client.get("/backups");
        assert_eq!((seen.status, element(&seen.body, "Code")), (status, code), "{seen:?}");
        assert!(seen.note().starts_with(step), "{}", seen.note());
        assert_eq!(element(&seen.body, "SignreqSandbox"), seen.note());
    }
}

#[test]
fn a_mismatch_shows_what_would_have_been_signed() {
    let sandbox = sandbox();
    let seen = Client::new(&sandbox, "s3").send_changed("GET", "/backups", &[], "", |text| {
        text.replace("/backups HTTP", "/backups/ HTTP")
    });
    assert!(element(&seen.body, "CanonicalRequest").starts_with("GET\n/backups/\n\nhost:"));
    let string_to_sign = element(&seen.body, "StringToSign");
    assert!(string_to_sign.starts_with("AWS4-HMAC-SHA256\n20150830T123600Z\n"), "{string_to_sign}");
    assert_eq!(seen.note(), "path: it was made for the path without the trailing slash");
}

#[test]
fn the_body_must_have_the_hash_that_was_signed() {
    let seen =
        Client::new(&sandbox(), "s3").send_changed("PUT", "/backups/x", &[], "one", |text| {
            text.replace("\r\n\r\none", "\r\n\r\ntwo")
        });
    assert_eq!((seen.status, element(&seen.body, "Code")), (400, "XAmzContentSHA256Mismatch"));
    assert!(seen.note().starts_with("body: "), "{}", seen.note());
}

#[test]
fn chunks_are_refused_or_put_together() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "s3").with("payload", "chunked");
    for (trailer, path) in
        [("x-amz-meta-a: b", "/backups/c"), ("X-Amz-Trailer: x-amz-checksum-sha256", "/backups/d")]
    {
        let headers = ["Content-Encoding: gzip", trailer];
        let put = client.send("PUT", path, &headers, "one two");
        assert_eq!(put.status, 200, "{put:?}");
        let seen = Client::new(&sandbox, "s3").get(path);
        assert_eq!(seen.body, "one two");
        assert_eq!(seen.headers.text("content-encoding").unwrap(), "gzip");
    }
    let change = |text: String| text.replace("one two", "one twa");
    let seen = client.send_changed("PUT", "/backups/c", &[], "one two", change);
    assert_eq!((seen.status, element(&seen.body, "Code")), (403, "SignatureDoesNotMatch"));
    assert!(seen.note().starts_with("body: chunk 1 of the body"), "{}", seen.note());
    let other = ["x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER"];
    let seen = Client::new(&sandbox, "s3").send("PUT", "/backups/c", &other, "0\r\n\r\n");
    assert_eq!((seen.status, element(&seen.body, "Code")), (501, "NotImplemented"));
}

#[test]
fn objects_are_put_read_and_deleted() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "s3");
    assert_eq!(client.send("PUT", "/new-bucket", &[], "").status, 200);
    let headers = ["Content-Type: text/plain", "x-amz-meta-owner: me"];
    let path = "/new-bucket/a%20b/c%2Bd=(e)";
    let made = client.send("PUT", path, &headers, "0123456789");
    assert_eq!(made.status, 200, "{made:?}");
    let seen = client.get(path);
    assert_eq!((seen.status, seen.body.as_str()), (200, "0123456789"));
    assert_eq!(seen.headers.text("content-type").unwrap(), "text/plain");
    assert_eq!(seen.headers.text("x-amz-meta-owner").unwrap(), "me");
    assert_eq!(seen.headers.text("etag"), made.headers.text("etag"));

    let part = client.send("GET", path, &["Range: bytes=7-"], "");
    assert_eq!((part.status, part.body.as_str()), (206, "789"));
    assert_eq!(part.headers.text("content-range").unwrap(), "bytes 7-9/10");
    let beyond = client.send("GET", path, &["Range: bytes=10-"], "");
    assert_eq!((beyond.status, element(&beyond.body, "Code")), (416, "InvalidRange"));
    let etag = format!("If-None-Match: {}", made.headers.text("etag").unwrap());
    assert_eq!(client.send("GET", path, &[&etag], "").status, 304);
    let head = client.send("HEAD", path, &[], "");
    assert_eq!(
        (head.headers.text("content-length").unwrap(), head.body.as_str()),
        ("10".into(), "")
    );

    let full = client.send("DELETE", "/new-bucket", &[], "");
    assert_eq!((full.status, element(&full.body, "Code")), (409, "BucketNotEmpty"));
    assert_eq!(client.send("DELETE", path, &[], "").status, 204);
    let gone = client.get(path);
    assert_eq!((gone.status, element(&gone.body, "Code")), (404, "NoSuchKey"));
    assert_eq!(client.send("DELETE", "/new-bucket", &[], "").status, 204);
    assert_eq!(element(&client.get("/new-bucket").body, "Code"), "NoSuchBucket");
}

#[test]
fn lists_have_prefixes_delimiters_and_pages() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "s3");
    let seen = client.get("/backups?list-type=2&delimiter=/");
    assert_eq!(element(&seen.body, "KeyCount"), "3");
    assert!(seen.body.contains("<CommonPrefixes><Prefix>2025/</Prefix></CommonPrefixes>"));
    assert!(seen.body.contains("<Key>with space &amp; (signs).txt</Key>"));
    let seen = client.get("/backups?list-type=2&encoding-type=url&prefix=with");
    assert_eq!(element(&seen.body, "Key"), "with%20space%20%26%20%28signs%29.txt");

    let mut keys = Vec::new();
    let mut path = "/backups?list-type=2&max-keys=2".to_owned();
    loop {
        let page = client.get(&path).body;
        let found = page.split("<Key>").skip(1);
        keys.extend(found.map(|text| text.split('<').next().unwrap().to_owned()));
        let token = element(&page, "NextContinuationToken");
        if token.is_empty() {
            break;
        }
        let token = token.replace('=', "%3D").replace('+', "%2B").replace('/', "%2F");
        path = format!("/backups?list-type=2&max-keys=2&continuation-token={token}");
    }
    assert_eq!(keys.len(), 5);
    assert!(keys.is_sorted(), "{keys:?}");
}
