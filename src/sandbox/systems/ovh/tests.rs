//! OVHcloud as its clients meet it; the bodies are those of the real server.

use crate::sandbox::credentials::ovh::APPLICATION_KEY;
use crate::sandbox::testing::{Client, NOW, sandbox, send_raw};
use serde_json::{Value, json};

#[test]
fn a_signed_request_is_answered() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "ovh");
    let seen = client.get("/me?b=2&a=1");
    assert_eq!((seen.status, seen.json()["nichandle"].as_str()), (200, Some("sb12345-ovh")));
    assert!(seen.headers.has("x-ovh-queryid"));
}

#[test]
fn the_time_is_told_to_anybody() {
    let seen = send_raw(&sandbox(), b"GET /1.0/auth/time HTTP/1.0\r\n\r\n");
    assert_eq!(seen.body, NOW.to_string());
}

#[test]
fn refusals_have_their_codes() {
    let sandbox = sandbox();
    let client = || Client::new(&sandbox, "ovh");
    let mut late = client();
    late.ahead = -301;
    let mut early = client();
    early.ahead = 301;
    for (client, status, code, step) in [
        (client().with("application_secret", "wrong"), 400, "INVALID_SIGNATURE", "key: "),
        (client().with("application_key", "wrong"), 403, "INVALID_KEY", "key: "),
        (client().with("consumer_key", "wrong"), 403, "INVALID_CREDENTIAL", "key: "),
        (late, 400, "QUERY_TIME_OUT", "timestamp: "),
        (early, 400, "QUERY_TIME_OUT", "timestamp: "),
    ] {
        let seen = client.get("/me");
        assert_eq!((seen.status, seen.json()["errorCode"].as_str()), (status, Some(code)));
        assert!(seen.note().starts_with(step), "{}", seen.note());
        assert_eq!(seen.json()["signreq_sandbox"].as_str(), Some(seen.note().as_str()));
    }
    let seen = client().with("application_secret", "wrong").get("/me").json();
    assert_eq!(
        (&seen["message"], &seen["httpCode"]),
        (&json!("Invalid signature"), &json!("400 Bad Request"))
    );
    let seen = send_raw(&sandbox, b"GET /1.0/me HTTP/1.0\r\n\r\n");
    assert_eq!((seen.status, seen.json()["errorCode"].as_str()), (403, Some("NOT_CREDENTIAL")));
}

#[test]
fn the_step_that_differs_is_named() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "ovh");
    let body = json!({"name": "x"}).to_string();
    for (target, changed, note) in [
        ("/me?b=1&a=2", ("?b=1&a=2", "?a=2&b=1"), "query: it was made for the query's parameters"),
        ("/me?a=1&b=2", ("?a=1&b=2", "?b=2&a=1"), "query: it was made for the sorted query"),
        ("/me", ("/me", "/me/"), "path: it was made for the path without the trailing slash"),
        ("/me", ("PUT ", "POST "), "method: it was made for the method PUT"),
    ] {
        let seen = client
            .send_changed("PUT", target, &[], &body, |text| text.replacen(changed.0, changed.1, 1));
        assert_eq!(seen.json()["errorCode"], "INVALID_SIGNATURE");
        assert!(seen.note().starts_with(note), "{target}: {}", seen.note());
    }
}

#[test]
fn a_record_is_created_changed_and_deleted() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "ovh");
    let records = "/domain/zone/example.com/record";
    let body = json!({"fieldType": "A", "subDomain": "new", "target": "192.0.2.1", "ttl": 60});
    let made = client.send_json("POST", records, &body);
    assert_eq!(made.status, 200, "{made:?}");
    let path = format!("{records}/{}", made.json()["id"]);
    assert_eq!(client.get(&path).json()["target"], "192.0.2.1");
    let found = client.get(&format!("{records}?fieldType=A&subDomain=new")).json();
    assert_eq!(found, json!([made.json()["id"]]));
    assert_eq!(client.send_json("PUT", &path, &json!({"ttl": 120})).json(), Value::Null);
    assert_eq!(client.get(&path).json()["ttl"], 120);
    assert_eq!(client.send("DELETE", &path, &[], "").json(), Value::Null);
    let gone = client.get(&path);
    assert_eq!((gone.status, gone.json()["class"].as_str()), (404, Some("Client::NotFound")));
    let bad = json!({"fieldType": "A", "target": "192.0.2.1", "ttl": "60"});
    assert_eq!(client.send_json("POST", records, &bad).status, 400);
}

#[test]
fn unknown_paths_are_told_as_ovh_does() {
    let seen = Client::new(&sandbox(), "ovh").get("/nosuch");
    assert_eq!(seen.status, 404);
    let expected = json!({"class": "Client::NotFound", "message": "Got an invalid (or empty) URL"});
    assert_eq!(seen.json(), expected);
}

#[test]
fn lists_become_pages_of_objects_on_request() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "ovh");
    assert_eq!(client.get("/domain").json()[0], "example.com");
    let headers = [
        "X-Pagination-Mode: CachedObjectList-Pages",
        "X-Pagination-Size: 3",
        "X-Pagination-Number: 2",
    ];
    let seen = client.send("GET", "/domain", &headers, "");
    assert_eq!(seen.headers.text("x-pagination-elements").unwrap(), "4");
    assert_eq!(seen.json()[0]["domain"], "lab.example");
}

#[test]
fn version_2_has_cursors() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox, "ovh");
    client.base = client.base.replace("/1.0", "/v2");
    let mut cursor = None;
    let mut sizes = Vec::new();
    loop {
        let header = cursor.map(|cursor| format!("X-Pagination-Cursor: {cursor}"));
        let headers: Vec<&str> = header.iter().map(String::as_str).collect();
        let seen = client.send("GET", "/iam/policy", &headers, "");
        sizes.push(seen.json().as_array().unwrap().len());
        cursor = seen.headers.text("x-pagination-cursor-next");
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [20, 20, 5]);
    let seen = client.send("GET", "/iam/policy", &["X-Pagination-Cursor: x"], "");
    assert_eq!((seen.status, seen.json()), (400, json!({"message": "invalid cursor"})));
}

#[test]
fn a_consumer_key_is_asked_for_validated_and_limited() {
    let sandbox = sandbox();
    let body = json!({"accessRules": [{"method": "GET", "path": "/me"}]}).to_string();
    let request = format!(
        "POST /1.0/auth/credential HTTP/1.1\r\nHost: {}\r\nX-Ovh-Application: {APPLICATION_KEY}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        sandbox.address(),
        body.len()
    );
    let asked = send_raw(&sandbox, request.as_bytes()).json();
    assert_eq!(asked["state"], "pendingValidation");
    let client =
        Client::new(&sandbox, "ovh").with("consumer_key", asked["consumerKey"].as_str().unwrap());
    assert_eq!(client.get("/me").json()["errorCode"], "INVALID_CREDENTIAL");
    let url = asked["validationUrl"].as_str().unwrap();
    let target = url.strip_prefix(&format!("http://{}", sandbox.address())).unwrap();
    send_raw(&sandbox, format!("GET {target} HTTP/1.0\r\n\r\n").as_bytes());
    assert_eq!(client.get("/auth/currentCredential").json()["status"], "validated");
    assert_eq!(client.get("/me").status, 200);
    let refused = client.get("/domain");
    assert_eq!(
        (refused.status, refused.json()["errorCode"].as_str()),
        (403, Some("NOT_GRANTED_CALL"))
    );
    client.send("POST", "/auth/logout", &[], "");
    assert_eq!(client.get("/me").json()["errorCode"], "INVALID_CREDENTIAL");
}
