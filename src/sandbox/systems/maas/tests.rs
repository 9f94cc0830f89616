//! MAAS as its clients meet it; the bodies are those of the real server.

use crate::sandbox::credentials::maas::TOKEN_SECRET;
use crate::sandbox::testing::{Client, NOW, sandbox, send_raw};
use serde_json::{Value, json};

#[test]
fn a_signed_request_is_answered() {
    let sandbox = sandbox();
    for method in ["PLAINTEXT", "HMAC-SHA1"] {
        let client = Client::new(&sandbox, "maas").with("signature_method", method);
        let seen = client.get("/machines/");
        assert_eq!(seen.status, 200, "{seen:?}");
        assert_eq!(seen.json().as_array().unwrap().len(), 30);
        let seen = client.get("/users/?op=whoami");
        assert_eq!(seen.json()["username"], "admin");
    }
}

#[test]
fn a_wrong_secret_is_answered_with_the_right_one_as_maas_does() {
    let sandbox = sandbox();
    let seen = Client::new(&sandbox, "maas").with("token_secret", "wrong").get("/machines/");
    assert_eq!(seen.status, 401);
    assert_eq!(seen.headers.text("www-authenticate").unwrap(), "OAuth realm=\"OAuth\"");
    let expected = format!(
        "Authorization Error: 'Invalid signature. Expected signature base string: &{TOKEN_SECRET}'"
    );
    assert!(seen.body.starts_with(&expected), "{}", seen.body);
    assert!(seen.note().starts_with("key: "), "{}", seen.note());
}

#[test]
fn each_check_has_its_words() {
    let sandbox = sandbox();
    let client = || Client::new(&sandbox, "maas");
    for (client, expected) in [
        (client().with("consumer_key", "x"), "Authorization Error: Invalid API key."),
        (client().with("token", "x"), "Authorization Error: 'Invalid access token: x'"),
        (
            client().with("version", "1.1"),
            "Authorization Error: 'OAuth version 1.1 not supported.'",
        ),
        (
            client().with("signature_method", "HMAC-SHA256"),
            "Authorization Error: 'Signature method HMAC-SHA256 not supported try one of the \
             following: PLAINTEXT, HMAC-SHA1'",
        ),
    ] {
        let seen = client.get("/machines/");
        assert_eq!((seen.status, seen.body.as_str()), (401, expected));
    }
}

#[test]
fn only_old_timestamps_are_refused() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox, "maas");
    for (ahead, status) in [(-300, 200), (86_400, 200), (-301, 401)] {
        client.ahead = ahead;
        assert_eq!(client.get("/machines/").status, status, "{ahead}");
    }
    let seen = client.get("/machines/");
    let expected = format!(
        "Authorization Error: 'Expired timestamp: given {} and now {NOW} has a greater difference \
         than threshold 300'",
        NOW - 301
    );
    assert_eq!(seen.body, expected);
    assert_eq!(seen.note(), "timestamp: it is 301 s behind the sandbox's clock");
}

#[test]
fn a_nonce_is_used_once_even_by_a_refused_request() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox, "maas").with("token_secret", "wrong");
    client.nonce = Some("once");
    assert!(client.get("/machines/").body.contains("Invalid signature"));
    let mut client = Client::new(&sandbox, "maas");
    client.nonce = Some("once");
    let seen = client.get("/machines/");
    assert_eq!(seen.body, "Authorization Error: 'Nonce already used: once'");
}

#[test]
fn the_step_that_differs_is_named() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "maas").with("signature_method", "HMAC-SHA1");
    let seen = client.send_changed("GET", "/machines", &[], "", |text| {
        text.replace("/machines HTTP", "/machines/ HTTP")
    });
    assert_eq!(seen.note(), "path: it was made for the path without the trailing slash");
    assert!(seen.body.ends_with(&format!("\nsignreq sandbox: {}", seen.note())), "{}", seen.body);
}

#[test]
fn unsigned_requests_and_cookies_are_refused() {
    let sandbox = sandbox();
    let unsigned = b"GET /MAAS/api/2.0/machines/ HTTP/1.0\r\n\r\n";
    assert_eq!(send_raw(&sandbox, unsigned).status, 401);
    let anonymous = b"GET /MAAS/api/2.0/version/ HTTP/1.0\r\n\r\n";
    assert_eq!(send_raw(&sandbox, anonymous).status, 200);
    let seen =
        Client::new(&sandbox, "maas").send("GET", "/machines/", &["Cookie: sessionid=1"], "");
    assert_eq!(seen.status, 403);
    assert!(seen.note().starts_with("cookie: "), "{}", seen.note());
}

/// piston reads the query of a GET and the form of a POST, and no other.
#[test]
fn a_signature_may_stand_in_the_query_or_the_form() {
    let sandbox = sandbox();
    let form = ["Content-Type: application/x-www-form-urlencoded"];
    for (transmit, method, path, headers, body, status) in [
        ("query", "GET", "/users/?op=whoami", &[][..], "", 200),
        ("query", "DELETE", "/tags/web/", &[], "", 401),
        ("query", "POST", "/tags/", &form, "name=a", 401),
        ("form", "POST", "/tags/", &form, "name=a", 200),
        ("form", "PUT", "/tags/db/", &form, "comment=a", 401),
    ] {
        let client = Client::new(&sandbox, "maas").with("transmit", transmit);
        let seen = client.send(method, path, headers, body);
        assert_eq!(seen.status, status, "{transmit} {method}: {seen:?}");
    }
}

#[test]
fn paths_without_a_trailing_slash_are_unknown() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "maas");
    let seen = client.get("/machines");
    assert_eq!(seen.status, 404);
    assert_eq!(seen.body, "Unknown API endpoint: /MAAS/api/2.0/machines.");
    assert_eq!(client.get("/nosuch/").status, 404);
    assert_eq!(client.get("/machines/zzz/").body, "No Machine matches the given query.");
    let seen = client.get("/machines/?op=nosuch");
    assert_eq!(seen.status, 400);
    assert_eq!(seen.body, "Unrecognised signature: method=GET op=nosuch");
}

#[test]
fn filters_match_any_of_their_values() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "maas");
    let names = |path: &str| -> Vec<String> {
        let list = client.get(path).json();
        let names = list.as_array().unwrap().iter();
        names.map(|machine| machine["hostname"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("/machines/?hostname=db-01&hostname=db-02"), ["db-01", "db-02"]);
    assert_eq!(names("/machines/?zone=lab&hostname=lab-02"), ["lab-02"]);
    assert!(names("/machines/?hostname=nosuch").is_empty());
}

#[test]
fn a_tag_is_created_changed_and_deleted() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "maas");
    let multipart = "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nblue\r\n--b--\r\n";
    let header = "Content-Type: multipart/form-data; boundary=b";
    assert_eq!(client.send("POST", "/tags/", &[header], multipart).status, 200);
    assert_eq!(client.get("/tags/blue/").json()["name"], "blue");
    let form = "Content-Type: application/x-www-form-urlencoded";
    client.send("PUT", "/tags/blue/", &[form], "comment=sky");
    assert_eq!(client.get("/tags/blue/").json()["comment"], "sky");
    let id = client.get("/machines/?hostname=lab-01").json()[0]["system_id"].clone();
    let body = format!("add={}", id.as_str().unwrap());
    let seen = client.send("POST", "/tags/blue/?op=update_nodes", &[form], &body);
    assert_eq!(seen.json()["added"], 1);
    assert_eq!(client.get("/tags/blue/?op=machines").json()[0]["hostname"], "lab-01");
    assert_eq!(client.send("DELETE", "/tags/blue/", &[], "").status, 204);
    assert_eq!(client.get("/tags/blue/").status, 404);
}

#[test]
fn a_deployment_takes_some_looks() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "maas");
    let machine = client.get("/machines/?hostname=db-03").json()[0].clone();
    let path = machine["resource_uri"].as_str().unwrap().replace("/MAAS/api/2.0", "");
    let seen = client.send("POST", &format!("{path}?op=deploy"), &[], "");
    assert_eq!(seen.json()["status_name"], "Deploying");
    let mut states: Vec<String> = Vec::new();
    for _ in 0..4 {
        states.push(client.get(&path).json()["status_name"].as_str().unwrap().to_owned());
    }
    assert_eq!(states.first().unwrap(), "Deploying");
    assert_eq!(states.last().unwrap(), "Deployed");
    assert_eq!(client.send("POST", &format!("{path}?op=deploy"), &[], "").status, 409);
}

#[test]
fn events_come_in_pages() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "maas");
    let mut path = "/events/?op=query&limit=100".to_owned();
    let mut ids: Vec<u64> = Vec::new();
    loop {
        let page = client.get(&path).json();
        let events = page["events"].as_array().unwrap().clone();
        if events.is_empty() {
            break;
        }
        ids.extend(events.iter().map(|event| event["id"].as_u64().unwrap()));
        path = page["prev_uri"].as_str().unwrap().replace("/MAAS/api/2.0", "");
    }
    let expected: Vec<u64> = (1..=250).rev().collect();
    assert_eq!(ids, expected);
}

#[test]
fn images_are_announced_and_appended_to() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox, "maas");
    // sha256sum of "hello world".
    let sum = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";
    let form = ["Content-Type: application/x-www-form-urlencoded"];
    let post = |body: &str| client.send("POST", "/boot-resources/", &form, body);
    let put = |body: &str| {
        let bytes = ["Content-Type: application/octet-stream"];
        let seen = client.send("PUT", "/boot-resources/1/upload/1/", &bytes, body);
        (seen.status, seen.body)
    };
    let seen = post("name=custom/a&architecture=amd64");
    assert_eq!(seen.status, 400);
    for field in ["architecture", "sha256", "size"] {
        assert!(seen.json().get(field).is_some(), "{field}: {}", seen.body);
    }
    let announced = post(&format!("name=custom/a&architecture=amd64/generic&sha256={sum}&size=11"));
    assert_eq!(announced.status, 201);
    let file = |seen: &Value| {
        let set = seen["sets"].as_object().unwrap().values().next().unwrap().clone();
        (set["progress"].clone(), set["files"]["root.tgz"].clone())
    };
    let (_, told) = file(&announced.json());
    assert_eq!(announced.json()["name"], "a");
    assert_eq!(told["upload_uri"], "/MAAS/api/2.0/boot-resources/1/upload/1/");
    let refused = |why: &str| (400, why.to_owned());
    let taken = (200, "OK".to_owned());
    assert_eq!(put(""), refused("Missing data."));
    assert_eq!(put("hello"), taken);
    let (of_set, told) = file(&client.get("/boot-resources/1/").json());
    assert_eq!((&told["progress"], &of_set), (&json!(100.0 * 5.0 / 11.0), &told["progress"]));
    assert_eq!(put(" world!"), refused("Too much data received."));
    assert_eq!(put(" wor1d"), refused("Saved content does not match given SHA256 value."));
    assert_eq!(put(" world"), taken);
    assert_eq!(put("!"), refused("Cannot upload to a complete file."));
    let (_, told) = file(&client.get("/boot-resources/1/").json());
    assert_eq!((&told["complete"], told.get("upload_uri")), (&json!(true), None));
    assert_eq!(client.get("/boot-resources/?type=uploaded").json().as_array().unwrap().len(), 1);
    // Announced again, it begins anew.
    post(&format!("name=a&architecture=amd64/generic&sha256={sum}&size=11"));
    assert_eq!(file(&client.get("/boot-resources/1/").json()).1["progress"], 0.0);
    assert_eq!(client.send("DELETE", "/boot-resources/1/", &[], "").status, 204);
    assert_eq!(client.get("/boot-resources/1/").body, "No BootResource matches the given query.");
}
