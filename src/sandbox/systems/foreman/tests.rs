//! Foreman as its clients meet it; the bodies are those of the real server.

use crate::sandbox::testing::{Client, sandbox, send_raw};
use serde_json::json;

#[test]
fn a_signed_request_is_answered() {
    let sandbox = sandbox();
    for method in ["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"] {
        let client = Client::new(&sandbox, "foreman").with("signature_method", method);
        let seen = client.get("/api/v2/hosts?search=os%20%3D%20Debian&per_page=2");
        assert_eq!(seen.status, 200, "{seen:?}");
        assert_eq!(seen.json()["total"], 30);
    }
    let current = Client::new(&sandbox, "foreman").get("/api/v2/current_user").json();
    assert_eq!(current["login"], "admin");
}

#[test]
fn every_refusal_is_the_same_401() {
    let sandbox = sandbox();
    let client = || Client::new(&sandbox, "foreman");
    for (client, step) in [
        (client().with("consumer_secret", "wrong"), "key: "),
        (client().with("consumer_key", "wrong"), "key: "),
        (client().acting_as("X-Nothing", ""), "user: "),
        (client().acting_as("FOREMAN-USER", "nobody"), "user: "),
    ] {
        let seen = client.get("/api/v2/hosts");
        assert_eq!(seen.status, 401);
        assert_eq!(seen.json()["error"]["message"], "Unable to authenticate user ");
        assert_eq!(seen.json()["error"]["signreq_sandbox"].as_str(), Some(seen.note().as_str()));
        assert!(seen.note().starts_with(step), "{}", seen.note());
    }
}

#[test]
fn neither_clock_nor_nonce_matters() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox, "foreman");
    client.nonce = Some("again");
    for ahead in [0, 0, -86_400, 86_400] {
        client.ahead = ahead;
        assert_eq!(client.get("/api/v2/status").status, 200, "{ahead}");
    }
}

#[test]
fn the_step_that_differs_is_named() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "foreman");
    let seen = client.send_changed("GET", "/api/v2/hosts?page=2", &[], "", |text| {
        text.replace("GET ", "DELETE ")
    });
    assert_eq!(seen.note(), "method: it was made for the method GET");
    let seen = client.send_changed("GET", "/api/v2/hosts", &[], "", |text| {
        text.replace("/hosts HTTP", "/hosts?page=2 HTTP")
    });
    assert_eq!(seen.note(), "query: it was made without the query");
}

#[test]
fn malformed_and_unknown_signatures_are_errors_of_the_server() {
    let sandbox = sandbox();
    let seen = send_raw(
        &sandbox,
        b"GET /api/v2/hosts HTTP/1.0\r\nAuthorization: OAuth realm=\"a\", b\r\n\r\n",
    );
    assert_eq!(seen.status, 500);
    let seen = Client::new(&sandbox, "foreman").with("signature_method", "HMAC-SHA512");
    let seen = seen.get("/api/v2/hosts");
    assert_eq!((seen.status, seen.json()), (500, json!({"error": {"message": "HMAC-SHA512"}})));
}

#[test]
fn a_cookie_is_set_and_refused_when_it_comes_back() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "foreman");
    let cookie = client.get("/api/v2/status").headers.text("set-cookie").unwrap();
    let cookie = format!("Cookie: {}", cookie.split(';').next().unwrap());
    let seen = client.send("GET", "/api/v2/status", &[&cookie], "");
    assert_eq!(seen.status, 401);
    assert!(seen.note().starts_with("cookie: "), "{}", seen.note());
}

#[test]
fn lists_have_pages_an_order_and_a_search() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "foreman");
    let first = client.get("/api/v2/hosts").json();
    assert_eq!(
        (&first["page"], &first["per_page"], first["results"].as_array().unwrap().len()),
        (&json!(1), &json!(20), 20)
    );
    let second = client.get("/api/v2/hosts?page=2").json();
    assert_eq!(second["results"].as_array().unwrap().len(), 10);
    let all = client.get("/api/v2/hosts?per_page=all").json();
    assert_eq!(all["results"].as_array().unwrap().len(), 30);
    let last = client.get("/api/v2/hosts?order=id%20DESC&per_page=1").json();
    assert_eq!(last["results"][0]["id"], 30);
    assert_eq!(last["sort"], json!({"by": "id", "order": "DESC"}));
    for (search, count) in [
        ("name~web", 5),
        ("web-0", 5),
        ("name%20%3D%20web-01.example.com", 1),
        ("hostgroup%3Dweb%20and%20location%3Dsouth", 3),
        ("name!~web", 25),
        ("os%20%3D%20Debian", 10),
        ("id%3E28", 2),
    ] {
        let found = client.get(&format!("/api/v2/hosts?search={search}")).json();
        assert_eq!(found["subtotal"], count, "{search}");
        assert_eq!(found["total"], 30);
    }
    let seen = client.get("/api/v2/hosts?search=colour%3Dred");
    assert_eq!(seen.status, 400);
    assert_eq!(seen.json()["error"]["message"], "Field 'colour' not recognized for searching!");
}

#[test]
fn a_host_is_created_changed_and_deleted() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "foreman");
    let body = json!({"host": {"name": "new.example.com", "comment": "x"}});
    let made = client.send_json("POST", "/api/v2/hosts", &body);
    assert_eq!(made.status, 201, "{made:?}");
    let path = format!("/api/v2/hosts/{}", made.json()["id"]);
    assert_eq!(client.get(&path).json()["comment"], "x");
    assert_eq!(client.get("/api/hosts/new.example.com").json()["id"], made.json()["id"]);
    client.send_json("PUT", &path, &json!({"comment": "y"}));
    assert_eq!(client.get(&path).json()["comment"], "y");
    let power = format!("{path}/power");
    client.send_json("PUT", &power, &json!({"power_action": "on"}));
    let state = client.send_json("PUT", &power, &json!({"power_action": "state"})).json();
    assert_eq!(state, json!({"power": "on"}));
    let taken = client.send_json("POST", "/api/v2/hosts", &body);
    assert_eq!(taken.status, 422);
    assert_eq!(taken.json()["error"]["full_messages"], json!(["Name has already been taken"]));
    assert_eq!(client.send("DELETE", &path, &[], "").status, 200);
    let gone = client.get(&path);
    assert_eq!(gone.status, 404);
    let message = format!("Resource host not found by id '{}'", made.json()["id"]);
    assert_eq!(gone.json()["error"]["message"], message);
}

#[test]
fn bodies_must_be_json_even_when_empty() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "foreman");
    for (headers, body) in
        [(&["Content-Type: application/x-www-form-urlencoded"][..], "a=b"), (&[], "")]
    {
        assert_eq!(client.send("POST", "/api/v2/hosts", headers, body).status, 415);
    }
    let seen = client.send("PUT", "/api/v2/hosts/1", &["Content-Type: application/json"], "{");
    assert_eq!((seen.status, seen.json()["status"].as_u64()), (400, Some(400)));
}

#[test]
fn a_viewer_may_not_change_anything() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "foreman").acting_as("FOREMAN-USER", "viewer");
    assert_eq!(client.get("/api/v2/hosts/1").status, 200);
    let seen = client.send("DELETE", "/api/v2/hosts/1", &[], "");
    assert_eq!(seen.status, 403);
    assert_eq!(seen.json()["error"]["missing_permissions"], json!(["destroy_hosts"]));
}
