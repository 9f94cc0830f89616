//! What Foreman knows before the first request.

use super::super::dates::date_and_clock;
use super::super::fleet::{self, MACHINES};
use crate::model::time::Time;
use crate::sandbox::collection::set;
use serde_json::{Value, json};

/// When all of it was made.
const LONG_AGO: &str = "2025-03-03 09:00:00 UTC";

/// A time as Foreman writes it.
pub(super) fn stamp(time: Time) -> String {
    let (date, clock) = date_and_clock(time);
    format!("{date} {clock} UTC")
}

/// Objects that are a name and little more.
pub(super) fn named(names: &[&str]) -> Vec<Value> {
    let numbered = names.iter().zip(1..);
    numbered
        .map(|(name, id)| {
            json!({"created_at": LONG_AGO, "updated_at": LONG_AGO, "id": id, "name": name})
        })
        .collect()
}

pub(super) fn users() -> Vec<Value> {
    let mut users = named(&["admin", "viewer"]);
    for user in &mut users {
        let login = user["name"].clone();
        set(user, "login", login.clone());
        set(user, "admin", login == "admin");
        set(user, "disabled", false);
    }
    users
}

pub(super) fn operating_systems() -> Vec<Value> {
    let mut systems = named(&["Ubuntu", "Ubuntu", "Debian"]);
    let versions = [("22", "04"), ("24", "04"), ("12", "")];
    for (system, (major, minor)) in systems.iter_mut().zip(versions) {
        let separator = if minor.is_empty() { "" } else { "." };
        let name = system["name"].as_str().unwrap_or_default();
        let title = format!("{name} {major}{separator}{minor}");
        set(system, "title", title);
        set(system, "major", major);
        set(system, "minor", minor);
        set(system, "family", "Debian");
    }
    systems
}

pub(super) fn hostgroups() -> Vec<Value> {
    let mut groups = named(&["web", "database", "build", "other"]);
    for group in &mut groups {
        let title = group["name"].clone();
        set(group, "title", title);
    }
    groups
}

/// The fleet as Foreman's hosts.
pub(super) fn hosts() -> Vec<Value> {
    let rows = MACHINES.iter().enumerate();
    rows.map(|(place, row)| {
        let (group_id, group) = match row.name.split('-').next() {
            Some("web") => (1, "web"),
            Some("db") => (2, "database"),
            Some("build") => (3, "build"),
            _ => (4, "other"),
        };
        let (system_id, system) = match row.system {
            "jammy" => (1, "Ubuntu 22.04"),
            "noble" => (2, "Ubuntu 24.04"),
            _ => (3, "Debian 12"),
        };
        let architecture = match row.architecture {
            "amd64" => "x86_64",
            "arm64" => "aarch64",
            other => other,
        };
        let is_built = row.status == "Deployed";
        json!({
            "id": place + 1,
            "name": format!("{}.example.com", row.name),
            "certname": format!("{}.example.com", row.name),
            "ip": fleet::address(place),
            "mac": fleet::mac(place),
            "architecture_name": architecture,
            "operatingsystem_id": system_id,
            "operatingsystem_name": system,
            "domain_id": 1,
            "domain_name": "example.com",
            "hostgroup_id": group_id,
            "hostgroup_name": group,
            "hostgroup_title": group,
            "location_name": row.zone,
            "organization_name": "Default Organization",
            "owner_name": "admin",
            "enabled": true,
            "managed": true,
            "build": !is_built,
            "build_status_label": if is_built { "Installed" } else { "Pending installation" },
            "global_status_label": if row.status == "Broken" { "Error" } else { "OK" },
            "power_state": if is_built { "on" } else { "off" },
            "uptime_seconds": if is_built { json!(86_400 * (place + 1)) } else { Value::Null },
            "comment": null,
            "created_at": LONG_AGO,
            "updated_at": LONG_AGO,
        })
    })
    .collect()
}

/// Gives a new host what every host has.
pub(super) fn complete_host(host: &mut Value) {
    for (field, value) in [
        ("ip", Value::Null),
        ("mac", Value::Null),
        ("organization_name", "Default Organization".into()),
        ("owner_name", "admin".into()),
        ("enabled", true.into()),
        ("managed", false.into()),
        ("build", false.into()),
        ("power_state", "off".into()),
    ] {
        set(host, field, value);
    }
}
