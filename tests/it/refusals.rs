//! How the sandbox refuses a signature: in each system's own words and with its
//! own status, and naming the step that differs.

use crate::environment::{Pattern, Ran, TestEnvironment};

/// Runs a shell line with the profiles of a sandbox.
fn in_sandbox(line: &str) -> Ran {
    TestEnvironment::new().program("signreq", &["sandbox", "--", "sh", "-c", line])
}

/// A refusal that is as the system gives it: exit code 77, the system's own
/// words, and beside them the step that differs.
#[track_caller]
fn refused(line: &str, status: &str, body: &str, step: &str) {
    let answered = format!("answered {status}");
    let hint = "hint: signreq explain ";
    in_sandbox(line).gives(77, Pattern::holds(&[body]), Pattern::holds(&[&answered, hint]));
    // The step is in a header, where no system's own body can hide it.
    let step = format!("< X-Signreq-Sandbox: {step}: ");
    let verbose = line.replacen("signreq ", "signreq -v ", 1);
    in_sandbox(&verbose).gives(77, Pattern::holds(&[body]), Pattern::holds(&[&step]));
}

/// What is explained has to be what was refused: the query is signed.
#[test]
fn the_command_that_explains_has_the_whole_query() {
    let wrong = "SIGNREQ_FOREMAN_CONSUMER_SECRET=wrong signreq foreman";
    for (words, hint) in [
        (
            "get '/api/v2/hosts?page=2' search=='a b' X-T:1",
            "hint: signreq explain foreman GET '/api/v2/hosts?page=2&search=a%20b'\n",
        ),
        ("post /api/v2/domains name=a", "hint: signreq explain foreman POST /api/v2/domains …\n"),
    ] {
        let ran = in_sandbox(&format!("{wrong} {words}"));
        ran.gives(77, Pattern::Something, Pattern::holds(&[hint]));
    }
}

#[test]
fn a_wrong_secret_is_refused_as_each_system_does() {
    for (line, status, body) in [
        (
            "SIGNREQ_MAAS_KEY=SandboxConsumerKey:SandboxTokenKey001:wrong signreq maas get /machines/",
            "401 Unauthorized",
            "Authorization Error: 'Invalid signature. Expected signature base string: ***",
        ),
        (
            "SIGNREQ_FOREMAN_CONSUMER_SECRET=wrong signreq foreman get /api/v2/hosts",
            "401 Unauthorized",
            "{\"error\":{\"message\":\"Unable to authenticate user \"",
        ),
        (
            "SIGNREQ_CANDLEPIN_CONSUMER_SECRET=wrong signreq candlepin get /owners",
            "401 Unauthorized",
            "{\"displayMessage\":\"Invalid OAuth unit or secret\"",
        ),
        (
            "SIGNREQ_OVH_APPLICATION_SECRET=wrong signreq ovh get /me",
            "400 Bad Request",
            "{\"errorCode\":\"INVALID_SIGNATURE\",\"httpCode\":\"400 Bad Request\",\"message\":\"Invalid signature\"",
        ),
        (
            "SIGNREQ_DCI_SECRET_KEY=wrong signreq dci get /api/v1/jobs",
            "400 Bad Request",
            "{\"status_code\":400,\"message\":\"HmacMechanism failed: signature is invalid\"",
        ),
        (
            "SIGNREQ_S3_SECRET_KEY=wrong signreq s3 get /",
            "403 Forbidden",
            "<Code>SignatureDoesNotMatch</Code>",
        ),
        (
            "SIGNREQ_AWS_SECRET_KEY=wrong signreq aws get '/?Action=GetCallerIdentity&Version=2011-06-15'",
            "403 Forbidden",
            "<Code>SignatureDoesNotMatch</Code>",
        ),
    ] {
        refused(line, status, body, "key");
    }
}

#[test]
fn an_expired_timestamp_is_refused_as_each_system_does() {
    for (line, status, body) in [
        (
            "signreq --timestamp 1700000000 maas get /machines/",
            "401 Unauthorized",
            "Authorization Error: 'Expired timestamp: given 1700000000 and now ",
        ),
        // net.oauth names no status for it, so Candlepin answers 200.
        (
            "signreq --timestamp 1700000000 candlepin get /owners",
            "200 OK",
            "{\"displayMessage\":\"OAuth problem encountered. Internal message is: timestamp_refused\"",
        ),
        (
            "signreq --timestamp 1700000000 ovh get /me",
            "400 Bad Request",
            "\"message\":\"Query out of time\"",
        ),
        (
            "signreq --timestamp 1700000000 dci get /api/v1/jobs",
            "400 Bad Request",
            "\"message\":\"HmacMechanism failed: signature is expired\"",
        ),
        (
            "signreq --timestamp 1700000000 s3 get /",
            "403 Forbidden",
            "<Code>RequestTimeTooSkewed</Code>",
        ),
        (
            "signreq --timestamp 1700000000 aws get '/?Action=GetCallerIdentity&Version=2011-06-15'",
            "403 Forbidden",
            "<Message>Signature expired: 20231114T221320Z is now earlier than ",
        ),
    ] {
        refused(line, status, body, "timestamp");
    }
    // Foreman looks at no timestamp.
    in_sandbox("signreq --timestamp 1700000000 foreman get /api/v2/hosts per_page==1").gives(
        0,
        Pattern::holds(&["\"results\":["]),
        "",
    );
}

#[test]
fn a_used_nonce_is_refused_by_maas_and_candlepin_alone() {
    let twice = |request: &str| {
        let send = format!("signreq --nonce once --timestamp $(date +%s) {request}");
        // The same second, for Candlepin's nonces belong to a timestamp.
        format!(
            "at=$(date +%s); send() {{ {}; }}; send >/dev/null && send",
            send.replace("$(date +%s)", "$at")
        )
    };
    for (request, status, body) in [
        (
            "maas get /machines/",
            "401 Unauthorized",
            "Authorization Error: 'Nonce already used: once'",
        ),
        (
            "candlepin get /owners",
            "200 OK",
            "{\"displayMessage\":\"OAuth problem encountered. Internal message is: nonce_used\"",
        ),
    ] {
        refused(&twice(request), status, body, "nonce");
    }
    for request in ["foreman get /api/v2/hosts", "ovh get /me", "dci get /api/v1/jobs", "s3 get /"]
    {
        in_sandbox(&twice(request)).gives(0, Pattern::Something, "");
    }
}

#[test]
fn the_sandbox_names_the_part_that_differs() {
    // curl sends another request than the one that was signed.
    for (signed, sent, step) in [
        ("foreman get /api/v2/hosts", "-X DELETE $SIGNREQ_FOREMAN_URL/api/v2/hosts", "method"),
        ("foreman get /api/v2/hosts", "$SIGNREQ_FOREMAN_URL/api/v2/hosts/", "path"),
        ("candlepin get /owners", "$SIGNREQ_CANDLEPIN_URL/owners?page=1", "query"),
        ("dci get /api/v1/jobs", "$SIGNREQ_DCI_URL/api/v1/jobs?limit=1", "query"),
        ("ovh get /me", "-X POST $SIGNREQ_OVH_ENDPOINT/me", "method"),
        ("ovh get /me", "$SIGNREQ_OVH_ENDPOINT/me -d x -X GET", "body"),
        ("s3 delete /backups/a", "-X DELETE $SIGNREQ_S3_URL/backups/a/", "path"),
    ] {
        let line = format!("signreq sign {signed} | curl -si -H @- {sent} | grep -i ^x-signreq");
        let expected = format!("X-Signreq-Sandbox: {step}: it was made ");
        in_sandbox(&line).gives(0, Pattern::holds(&[&expected]), "");
    }
}
