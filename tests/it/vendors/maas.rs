//! `~/.maascli.db`, in the shape in which MAAS's own client makes it.

use super::Server;
use crate::certificates;
use crate::environment::{Pattern, TestEnvironment};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::path::Path;

/// The database with these profiles, as maascli/config.py makes it.
pub(crate) fn database(path: &Path, profiles: &[(&str, Value)]) -> Connection {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let database = Connection::open(path).unwrap();
    database
        .execute_batch(
            "CREATE TABLE IF NOT EXISTS profiles
             (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, data BLOB)",
        )
        .unwrap();
    for (name, data) in profiles {
        let insert = "INSERT INTO profiles (name, data) VALUES (?1, ?2)";
        database.execute(insert, (name, data.to_string())).unwrap();
    }
    database
}

fn profile(server: &Server) -> Value {
    let key = server.field("key");
    json!({
        "name": "any",
        "url": format!("{}/api/2.0/", server.field("url")),
        "credentials": key.split(':').collect::<Vec<_>>(),
        "description": {"resources": []},
        "cacerts": null,
    })
}

#[test]
fn a_single_profile_is_taken() {
    let server = Server::of("maas");
    for place in [".maascli.db", "snap/maas/current/.maascli.db"] {
        let environment = TestEnvironment::new();
        database(&environment.home().join(place), &[("admin", profile(&server))]);
        environment.is_answered(&["maas", "get", "/machines/"]);
        let listed =
            format!("maas  preset maas  {}/api/2.0/  [HOME]/{place}\n", server.field("url"));
        environment.signreq(&["profile", "list"]).gives(0, listed, "");
    }
}

#[test]
fn of_several_one_is_chosen() {
    let server = Server::of("maas");
    let mut environment = TestEnvironment::new();
    let other =
        json!({"url": "http://127.0.0.1:1/MAAS/api/2.0/", "credentials": ["a", "b", "geheim"]});
    let profiles = [("it's other", other), ("admin", profile(&server))];
    database(&environment.home().join(".maascli.db"), &profiles);
    environment.is_refused(
        &["maas", "get", "/machines/"],
        &[
            ".maascli.db has several accounts and none is chosen: \"it's other\", admin",
            "--set maas_profile=\"it's other\"",
        ],
    );
    environment.signreq(&["profile", "list"]).gives(
        0,
        "maas  cannot be used  -  -\n",
        Pattern::holds(&["several accounts"]),
    );
    environment.signreq(&["doctor"]).gives(0, Pattern::holds(&["warn  profile  "]), "");
    environment.is_answered(&["maas", "get", "/machines/", "--set", "maas_profile=admin"]);
    environment.config("[profile.lab]\npreset = \"maas\"\nmaas_profile = \"admin\"\n");
    environment.is_answered(&["lab", "get", "/machines/"]);
    environment.set("SIGNREQ_MAAS_MAAS_PROFILE", "admn");
    environment.is_refused(
        &["maas", "get", "/machines/"],
        &["there is no 'admn' in [HOME]/.maascli.db; did you mean 'admin'?"],
    );
    environment.set("SIGNREQ_MAAS_MAAS_PROFILE", "admin");
    environment.is_answered(&["maas", "get", "/machines/"]);
}

/// The key would go to another server in the clear.
#[test]
fn a_key_goes_to_no_other_server() {
    let server = Server::of("maas");
    let mut environment = TestEnvironment::new();
    database(&environment.home().join(".maascli.db"), &[("admin", profile(&server))]);
    environment.set("SIGNREQ_MAAS_URL", "http://127.0.0.1:1/MAAS");
    environment.is_refused(&["maas", "get", "/machines/"], &["key is not set"]);
}

#[test]
fn its_certificates_are_trusted() {
    let (url, certificate) = certificates::serve("localhost", |_| {});
    let environment = TestEnvironment::new();
    let data = |cacerts: &str| json!({"url": format!("{url}/MAAS/api/2.0/"), "credentials": ["a", "b", "c"], "cacerts": cacerts});
    let path = environment.home().join(".maascli.db");
    let written = database(&path, &[("admin", data(&certificate))]);
    environment.signreq(&["maas", "get", "/version/"]).gives(0, "ok", "");
    let update = "UPDATE profiles SET data = ?1";
    written.execute(update, (data("").to_string(),)).unwrap();
    environment.signreq(&["maas", "get", "/version/"]).gives(60, "", Pattern::Something);
    written.execute(update, (data("no PEM").to_string(),)).unwrap();
    environment.is_refused(&["maas", "get", "/version/"], &["cacert"]);
}

#[test]
fn a_database_that_cannot_be_used_is_told_of() {
    let server = Server::of("maas");
    let environment = TestEnvironment::new();
    let path = environment.home().join(".maascli.db");
    let is_refused = |told: &str| environment.is_refused(&["maas", "get", "/x"], &[told]);
    for (data, told) in [
        (
            json!({"url": "http://h/MAAS", "credentials": null}),
            "profile 'p': it is logged in without a key",
        ),
        (json!({"url": "http://h/MAAS", "credentials": ["geheim"]}), "its key has not three parts"),
        (json!({"credentials": ["a", "b", "geheim"]}), "profile 'p': it has no URL"),
        (
            json!({"url": "http://h/MAAS", "credentials": "geheim"}),
            "profile 'p': its data is damaged",
        ),
    ] {
        drop(database(&path, &[("p", data)]));
        is_refused(told);
        std::fs::remove_file(&path).unwrap();
    }
    drop(database(&path, &[]));
    is_refused("[HOME]/.maascli.db holds no profile: maas login NAME URL");
    std::fs::write(&path, "").unwrap();
    is_refused(".maascli.db: it is no database of MAAS's client: no such table: profiles");
    std::fs::write(&path, "geheim".repeat(200)).unwrap();
    is_refused(".maascli.db: it is no SQLite database, or a damaged one");
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    is_refused(".maascli.db: it is a directory, no database");
    std::fs::remove_dir(&path).unwrap();
    let writer = database(&path, &[("p", profile(&server))]);
    writer.execute_batch("BEGIN EXCLUSIVE").unwrap();
    is_refused(".maascli.db: another program has it locked for 2 seconds");
}
