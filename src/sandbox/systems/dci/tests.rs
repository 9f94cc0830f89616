//! DCI as its clients meet it; the bodies are those of the real server.

use crate::sandbox::testing::{Client, sandbox, send_raw};
use serde_json::json;

#[test]
fn a_signed_request_is_answered() {
    let sandbox = sandbox();
    for algorithm in ["DCI2-HMAC-SHA256", "AWS4-HMAC-SHA256"] {
        let client = Client::new(&sandbox, "dci").with("algorithm", algorithm);
        let seen = client.get("/api/v1/jobs?b=&a=2&a=1&c=%20+");
        assert_eq!((seen.status, &seen.json()["_meta"]), (200, &json!({"count": 45})), "{seen:?}");
    }
    let client = Client::new(&sandbox, "dci").with("region", "us-east-1");
    assert_eq!(client.get("/api/v1/identity").json()["identity"]["type"], "remoteci");
}

#[test]
fn refusals_have_their_words() {
    let sandbox = sandbox();
    let client = || Client::new(&sandbox, "dci");
    let mut late = client();
    late.ahead = -901;
    let mut early = client();
    early.ahead = 901;
    for (client, status, message) in [
        (client().with("secret_key", "x"), 400, "HmacMechanism failed: signature is invalid"),
        (late, 400, "HmacMechanism failed: signature is expired"),
        (early, 400, "HmacMechanism failed: signature is expired"),
        (client().with("access_key", "remoteci/x"), 401, "identity does not exists."),
        (
            client().with("access_key", "remoteci%2Fx"),
            400,
            "HmacMechanism failed: bad or incomplete headers.",
        ),
        (client().with("algorithm", "XYZ4-HMAC-SHA256"), 401, "Authorization scheme unknown"),
    ] {
        let seen = client.get("/api/v1/jobs");
        assert_eq!((seen.status, seen.json()["message"].as_str()), (status, Some(message)));
        assert_eq!(seen.json()["status_code"], status);
        let note = &seen.json()["payload"]["signreq_sandbox"];
        assert_eq!(note.as_str(), Some(seen.note().as_str()));
    }
    let mut within = client();
    within.ahead = -900;
    assert_eq!(within.get("/api/v1/jobs").status, 200);
    let seen = send_raw(&sandbox, b"GET /api/v1/jobs HTTP/1.0\r\n\r\n");
    let expected = Some("Authorization header missing");
    assert_eq!((seen.status, seen.json()["message"].as_str()), (401, expected));
}

#[test]
fn the_header_must_be_spaced_as_the_server_splits_it() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "dci");
    let seen = client
        .send_changed("GET", "/api/v1/jobs", &[], "", |text| text.replace(", Signed", ",Signed"));
    assert_eq!(seen.status, 500);
}

#[test]
fn the_step_that_differs_is_named() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "dci");
    let seen = client.send_changed("GET", "/api/v1/jobs", &[], "", |text| {
        text.replace("/jobs HTTP", "/jobs/ HTTP")
    });
    assert_eq!(seen.note(), "path: it was made for the path without the trailing slash");
}

#[test]
fn lists_have_limits_offsets_orders_and_conditions() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "dci");
    let list = |query: &str| client.get(&format!("/api/v1/jobs{query}")).json();
    assert_eq!(list("")["jobs"].as_array().unwrap().len(), 20);
    assert_eq!(list("?limit=200&offset=40")["jobs"].as_array().unwrap().len(), 5);
    assert_eq!(list("")["jobs"][0]["name"], "nightly-44");
    assert_eq!(list("?sort=name&limit=1")["jobs"][0]["name"], "nightly-00");
    let failed = list("?where=status:failure,state:active");
    assert_eq!(failed["_meta"]["count"], 8);
    assert_eq!(client.get("/api/v1/jobs?where=nosuch:x").status, 400);
}

#[test]
fn a_topic_is_created_changed_and_deleted_by_its_etag() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "dci");
    let body = json!({"name": "new", "product_id": "x"});
    let made = client.send_json("POST", "/api/v1/topics", &body);
    assert_eq!(made.status, 201, "{made:?}");
    let topic = made.json()["topic"].clone();
    let path = format!("/api/v1/topics/{}", topic["id"].as_str().unwrap());
    let change = json!({"name": "renamed"});
    assert_eq!(client.send_json("PUT", &path, &change).status, 412);
    let etag = format!("If-match: {}", topic["etag"].as_str().unwrap());
    let headers = [etag.as_str(), "Content-Type: application/json"];
    assert_eq!(client.send("PUT", &path, &headers, &change.to_string()).status, 200);
    assert_eq!(client.send("PUT", &path, &headers, &change.to_string()).status, 409);
    let seen = client.get(&path);
    assert_eq!(seen.json()["topic"]["name"], "renamed");
    assert_eq!(client.send("DELETE", &path, &headers, "").status, 400);
    let etag = format!("If-match: {}", seen.headers.text("etag").unwrap());
    assert_eq!(client.send("DELETE", &path, &[&etag], "").status, 204);
    assert_eq!(client.get(&path).status, 404);
    let bad = client.send_json("POST", "/api/v1/topics", &json!({}));
    assert_eq!((bad.status, bad.json()["message"].as_str()), (400, Some("Request malformed")));
}

#[test]
fn a_file_is_uploaded_and_read_again() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "dci");
    assert_eq!(client.send("POST", "/api/v1/files", &[], "log").status, 400);
    let headers = ["DCI-NAME: a.log", "DCI-JOB-ID: x", "Content-Type: text/plain"];
    let made = client.send("POST", "/api/v1/files", &headers, "log");
    assert_eq!((made.status, &made.json()["file"]["size"]), (201, &json!(3)));
    let id = made.json()["file"]["id"].as_str().unwrap().to_owned();
    assert_eq!(client.get(&format!("/api/v1/files/{id}/content")).body, "log");
}

#[test]
fn forms_are_signed_as_empty_bodies() {
    let sandbox = sandbox();
    let form = ["Content-Type: application/x-www-form-urlencoded"];
    let seen = Client::new(&sandbox, "dci").send("POST", "/api/v1/topics", &form, "name=x");
    assert_eq!(seen.json()["message"], "Request malformed");
}
