//! `verify --theirs`: what a server says that it computed.

use super::{REQUESTS, signed, world};
use crate::environment::Pattern;

#[test]
fn a_servers_canonical_request_is_compared() {
    let environment = world();
    let capture = signed(&environment, "http", &["s3", "get", "/bucket/a b"]);
    environment.file("request.http", &capture);
    let explained = ["--timestamp", "1440938160", "s3", "get", "/bucket/a b"];
    let steps = environment.signreq(&[&["explain", "--format", "json"], &explained[..]].concat());
    let steps = steps.gives(0, Pattern::Something, "").stdout;
    let steps: serde_json::Value = serde_json::from_str(&steps).unwrap();
    let canonical = steps["steps"][0]["text"].as_str().unwrap();
    let answer = |text: &str| {
        let text = text.replace('&', "&amp;");
        format!("<Error><CanonicalRequest>{text}</CanonicalRequest></Error>")
    };
    let compare = ["verify", "s3", "request.http", "--theirs", "-"];
    environment.signreq_reading(&compare, answer(canonical)).gives(
        0,
        Pattern::holds(&["valid: ", "the server's is the same as ours"]),
        Pattern::holds(&["too old"]),
    );
    let other = canonical.replace("/bucket/a%20b", "/bucket/a%2520b");
    environment.signreq_reading(&compare, answer(&other)).gives(
        77,
        Pattern::holds(&[
            "canonical request, AWS Signature Version 4\n   in the canonical URI, line 2\n",
            "     ours | /bucket/a%20b\n",
            "   server | /bucket/a%2520b\n",
            "                       ^ byte 12\n",
            "     ours | /bucket/a b\n",
            "   server | /bucket/a%20b\n",
        ]),
        Pattern::holds(&["the signature holds, but the server's canonical request differs"]),
    );
    let unknown = environment.signreq_reading(&compare, "<Error/>");
    unknown.gives(65, "", Pattern::holds(&["like no step", "canonical request, string to sign"]));
}

#[test]
fn maas_answers_are_compared_and_keep_their_secret() {
    let environment = world();
    environment.file("request.http", signed(&environment, "http", REQUESTS[2]));
    let answer = "Authorization Error: 'Invalid signature. Expected signature base string: \
                  &geheim-server'";
    let words = ["verify", "maas", "request.http", "--theirs", "-"];
    let ran = environment.signreq_reading(&words, answer);
    let differs = Pattern::holds(&["differs in what is masked"]);
    let output = ran.gives(77, differs, Pattern::holds(&["the server's signature differs"]));
    assert!(!output.stdout.contains("geheim"), "{}", output.stdout);
}
