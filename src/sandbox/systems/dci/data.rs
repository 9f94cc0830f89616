//! What DCI knows before the first request.

use super::super::dates::date_and_clock;
use crate::model::time::Time;
use crate::sandbox::collection::set;
use crate::sandbox::credentials::dci::ACCESS_KEY;
use crate::sign::digest::sha256_hex;
use serde_json::{Value, json};

/// How many jobs there are.
const JOBS: usize = 45;

/// 2025-03-03 09:00:00 UTC, when the first object was made.
const FIRST: i64 = 1_740_992_400;

/// A time as DCI writes it.
pub(super) fn stamp(time: Time) -> String {
    let (date, clock) = date_and_clock(time);
    format!("{date}T{clock}.000000")
}

/// The identifier of the object of that kind at that place.
fn id(kind: &str, place: usize) -> String {
    let hash = sha256_hex(kind.as_bytes());
    format!("{}-0000-4000-8000-{:012x}", hash.get(..8).unwrap_or_default(), place + 1)
}

/// What every object has.
pub(super) fn object(kind: &str, place: usize, name: &str, made: Time) -> Value {
    let id = id(kind, place);
    let etag = sha256_hex(id.as_bytes());
    json!({"id": id, "name": name, "created_at": stamp(made), "updated_at": stamp(made),
        "etag": etag.get(..32), "state": "active"})
}

fn known(kind: &str, place: usize, name: &str) -> Value {
    let minutes = i64::try_from(place).unwrap_or(0) * 60;
    object(kind, place, name, Time::from_epoch(FIRST + minutes))
}

fn named(kind: &str, names: &[&str]) -> Vec<Value> {
    names.iter().enumerate().map(|(place, name)| known(kind, place, name)).collect()
}

pub(super) fn identity() -> Value {
    json!({"identity": {"id": ACCESS_KEY.rsplit('/').next(), "name": "sandbox-ci",
        "type": "remoteci", "teams": {(id("team", 0)): {"id": id("team", 0), "name": "Sandbox"}}}})
}

pub(super) fn teams() -> Vec<Value> {
    named("team", &["Sandbox"])
}

pub(super) fn products() -> Vec<Value> {
    let mut products = named("product", &["RHEL", "OpenShift"]);
    for product in &mut products {
        let label = product["name"].as_str().unwrap_or_default().to_uppercase();
        set(product, "label", label);
    }
    products
}

pub(super) fn topics() -> Vec<Value> {
    let mut topics = named("topic", &["RHEL-9.5", "RHEL-10.0", "OCP-4.17", "OCP-4.18"]);
    for (place, topic) in topics.iter_mut().enumerate() {
        set(topic, "product_id", id("product", place / 2));
        set(topic, "component_types", json!([if place < 2 { "compose" } else { "ocp" }]));
        set(topic, "export_control", true);
    }
    topics
}

pub(super) fn components() -> Vec<Value> {
    let topics = topics();
    let rows = topics.iter().flat_map(|topic| (1..=6).map(move |number| (topic, number)));
    rows.enumerate()
        .map(|(place, (topic, number))| {
            let name = format!("{}-2025030{number}.0", topic["name"].as_str().unwrap_or_default());
            let mut component = known("component", place, &name);
            set(&mut component, "topic_id", topic["id"].clone());
            set(&mut component, "type", topic["component_types"][0].clone());
            set(&mut component, "display_name", name);
            set(&mut component, "tags", json!(["build:ga"]));
            component
        })
        .collect()
}

pub(super) fn remotecis() -> Vec<Value> {
    let mut remotecis = named("remoteci", &["sandbox-ci", "lab-ci"]);
    for remoteci in &mut remotecis {
        set(remoteci, "team_id", id("team", 0));
        set(remoteci, "public", false);
    }
    if let (Some(first), Some(own)) = (remotecis.first_mut(), ACCESS_KEY.rsplit('/').next()) {
        set(first, "id", own);
    }
    remotecis
}

pub(super) fn jobs() -> Vec<Value> {
    let statuses = ["success", "success", "failure", "success", "error", "running"];
    (0..JOBS)
        .map(|place| {
            let topic = place % 4;
            let mut job = known("job", place, &format!("nightly-{place:02}"));
            set(&mut job, "status", statuses[place % statuses.len()]);
            set(&mut job, "topic_id", id("topic", topic));
            set(&mut job, "team_id", id("team", 0));
            set(&mut job, "remoteci_id", ACCESS_KEY.rsplit('/').next());
            set(&mut job, "components", json!([{"id": id("component", topic * 6)}]));
            set(&mut job, "duration", 600 + 7 * place);
            set(&mut job, "tags", json!([]));
            job
        })
        .collect()
}
