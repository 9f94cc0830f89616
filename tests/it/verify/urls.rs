//! `verify` of signed URLs.

use super::{invalid, verify, world};
use crate::environment::Pattern;

#[test]
fn signed_urls_are_valid_and_a_changed_one_is_not() {
    let environment = world();
    for (words, from, to) in [
        (&["s3", "get", "/bucket/a b"][..], "/bucket/", "/bucket//"),
        (&["foreman", "get", "/api/v2/hosts", "search==a b"], "hosts?", "hosts/?"),
    ] {
        let fixed = ["presign", "--timestamp", "1440938160", "--nonce", "n1"];
        let ran = environment.signreq(&[&fixed, words].concat());
        let url = ran.gives(0, Pattern::Something, Pattern::holds(&[])).stdout;
        let command = format!("curl --path-as-is -g '{}'", url.trim());
        let ran = verify(&environment, &[words[0]], &command);
        ran.gives(0, Pattern::holds(&["valid: "]), Pattern::Something);
        let changed = command.replace(from, to);
        assert_ne!(changed, command);
        invalid(verify(&environment, &[words[0]], &changed), &["invalid: "]);
    }
}

#[test]
fn a_signed_url_is_a_capture_by_itself() {
    let environment = world();
    for profile in ["s3", "foreman"] {
        let url = environment.signreq(&["presign", profile, "/b/k?a=%7e&b"]).streams().1;
        let url = String::from_utf8(url).unwrap();
        for options in [&[][..], &["--input", "url"]] {
            let words = [&[profile], options].concat();
            let told = Pattern::holds(&["valid: "]);
            verify(&environment, &words, &url).gives(0, told, Pattern::holds(&[]));
        }
        let ran = environment.signreq(&["verify", profile, url.trim()]);
        ran.gives(0, Pattern::holds(&["valid: "]), Pattern::holds(&[]));
        invalid(verify(&environment, &[profile], &url.replace("/b/k", "/b/l")), &["differs: "]);
    }
    for (capture, told) in [
        ("/b/k", "the URL cannot be read: its URL is neither http:// nor https://"),
        ("http://h/\nhttp://h/", "the URL cannot be read: it is more than one line"),
        ("http://h/?a=1&amp;b=2", "hint: a URL is a capture only where the signature is in it"),
    ] {
        let told = Pattern::holds(&[told]);
        verify(&environment, &["s3", "--input", "url"], capture).gives(65, "", told);
    }
}

#[test]
fn a_signed_url_is_valid_for_the_method_it_was_made_for() {
    let environment = world();
    for profile in ["s3", "foreman"] {
        let url = environment.signreq(&["presign", profile, "put", "/b/k"]).streams().1;
        let capture = [b"# to upload\n$ ", &*url].concat();
        let told = Pattern::holds(&["signreq: the URL is signed for the method PUT"]);
        let ran = environment.signreq_reading(&["verify", profile], capture);
        ran.gives(0, Pattern::holds(&["valid: "]), told);
    }
}

/// Of two parameters of one name a server may take either, and the canonical
/// query would hold both ("Create a canonical request", Amazon S3).
#[test]
fn a_parameter_of_the_signature_that_is_added_is_not_overlooked() {
    let environment = world();
    let url = environment.signreq(&["presign", "s3", "/b/k"]).streams().1;
    let url = String::from_utf8(url).unwrap();
    for name in ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"] {
        let capture = format!("{}&X-Amz-{name}=20200101T000000Z", url.trim());
        let told = format!("its sigv4 signature cannot be read: X-Amz-{name} is given twice");
        verify(&environment, &["s3"], &capture).gives(65, "", Pattern::holds(&[&told]));
    }
}
