//! Candlepin as its clients meet it; the bodies are those of the real server.

use crate::sandbox::testing::{Client, sandbox, send_raw};
use serde_json::json;

fn message(problem: &str) -> String {
    format!("OAuth problem encountered. Internal message is: {problem}")
}

#[test]
fn a_signed_request_is_answered() {
    let sandbox = sandbox();
    let seen = Client::new(&sandbox, "candlepin").get("/owners/admin?a=2&a=1");
    assert_eq!((seen.status, seen.json()["displayName"].as_str()), (200, Some("Admin Owner")));
    assert_eq!(send_raw(&sandbox, b"GET /candlepin/status HTTP/1.0\r\n\r\n").status, 200);
}

#[test]
fn a_wrong_signature_is_a_401() {
    let sandbox = sandbox();
    let client = || Client::new(&sandbox, "candlepin");
    for client in [client().with("consumer_secret", "x"), client().with("consumer_key", "x")] {
        let seen = client.get("/owners");
        assert_eq!(seen.status, 401);
        assert_eq!(seen.json()["displayMessage"], "Invalid OAuth unit or secret");
        assert_eq!(seen.headers.text("www-authenticate").unwrap(), "Basic Realm=candlepin");
        assert!(seen.note().starts_with("key: "), "{}", seen.note());
    }
    let seen = send_raw(&sandbox, b"GET /candlepin/owners HTTP/1.0\r\n\r\n");
    assert_eq!(
        (seen.status, seen.json()["displayMessage"].as_str()),
        (401, Some("Invalid Credentials"))
    );
}

#[test]
fn every_other_refusal_is_a_200() {
    let sandbox = sandbox();
    let client = || Client::new(&sandbox, "candlepin");
    let mut late = client();
    late.ahead = -301;
    let mut early = client();
    early.ahead = 301;
    for (client, problem) in [
        (late, "timestamp_refused"),
        (early, "timestamp_refused"),
        (client().with("version", "2.0"), "version_rejected"),
        (client().with("signature_method", "HMAC-SHA256"), "signature_method_rejected"),
    ] {
        let seen = client.get("/owners");
        assert_eq!(seen.status, 200);
        assert_eq!(seen.json()["displayMessage"], message(problem));
        assert_eq!(seen.json()["signreq_sandbox"].as_str(), Some(seen.note().as_str()));
    }
}

#[test]
fn a_nonce_is_used_once_for_each_timestamp() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox, "candlepin");
    client.nonce = Some("once");
    assert!(client.get("/owners").json().is_array());
    assert_eq!(client.get("/owners").json()["displayMessage"], message("nonce_used"));
    client.ahead = 1;
    assert!(client.get("/owners").json().is_array());
}

#[test]
fn pages_are_linked() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "candlepin");
    assert_eq!(client.get("/consumers").json().as_array().unwrap().len(), 30);
    let seen = client.get("/consumers?page=2&per_page=12&order=asc&sort_by=name");
    assert_eq!(seen.json().as_array().unwrap().len(), 12);
    assert_eq!(seen.headers.text("x-total-count").unwrap(), "30");
    let link = seen.headers.text("link").unwrap();
    let next = format!(
        "<http://{}/candlepin/consumers?per_page=12&order=asc&sort_by=name&page=3>; rel=\"next\"",
        sandbox.address()
    );
    assert!(link.contains(&next), "{link}");
    let last = client.get("/consumers?page=3&per_page=12");
    assert_eq!(last.json().as_array().unwrap().len(), 6);
    assert!(!last.headers.text("link").unwrap().contains("\"next\""));
    let seen = client.get("/consumers?per_page=3001");
    assert_eq!(seen.status, 400);
    assert_eq!(seen.json()["displayMessage"], "page size cannot exceed 3000 elements");
}

#[test]
fn an_owner_is_created_changed_and_deleted() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "candlepin");
    let body = json!({"key": "lab", "displayName": "Lab"});
    assert_eq!(client.send_json("POST", "/owners", &body).status, 200);
    client.send_json("PUT", "/owners/lab", &json!({"displayName": "The Lab"}));
    assert_eq!(client.get("/owners/lab").json()["displayName"], "The Lab");
    let consumer = client.send_json("POST", "/consumers?owner=lab", &json!({"name": "one"}));
    assert_eq!(consumer.json()["owner"]["key"], "lab");
    let of_lab = client.get("/owners/lab/consumers").json();
    assert_eq!(of_lab.as_array().unwrap().len(), 1);
    assert_eq!(client.send("DELETE", "/owners/lab", &[], "").status, 204);
    assert_eq!(client.get("/owners/lab").status, 404);
    assert_eq!(client.get("/nosuch").status, 404);
}
