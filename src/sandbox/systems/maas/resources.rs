//! What MAAS keeps beside its machines: tags, zones, subnets, users, events.

use super::machines::Machines;
use super::{Request, no_match};
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use crate::sandbox::collection::{Collection, set};
use crate::sandbox::form::Fields;
use serde_json::{Value, json};

/// How many events there are.
const EVENTS: usize = 250;

/// The lists that MAAS keeps.
pub(super) struct Resources {
    tags: Collection,
    zones: Collection,
}

/// `version/`, which needs no signature.
pub(super) fn version(call: &Call<'_>) -> Answer {
    if call.method() != "GET" {
        return Answer::text(405, "Method Not Allowed").header("Allow", "GET");
    }
    let capabilities = ["networks-management", "static-ipaddresses", "devices-management"];
    Answer::json(
        200,
        &json!({"version": "3.6.0", "subversion": "sandbox", "capabilities": capabilities}),
    )
}

/// A zone as it stands in other objects.
pub(super) fn zone(name: &str) -> Value {
    let id = match name {
        "default" => 1,
        "north" => 2,
        "south" => 3,
        _ => 4,
    };
    json!({"id": id, "name": name, "description": "",
        "resource_uri": format!("/MAAS/api/2.0/zones/{name}/")})
}

fn tag(name: &str, comment: &str) -> Value {
    json!({"name": name, "definition": "", "comment": comment, "kernel_opts": "",
        "resource_uri": format!("/MAAS/api/2.0/tags/{name}/")})
}

impl Resources {
    pub(super) fn new() -> Self {
        let tags = ["web", "db", "build", "storage", "gpu"].map(|name| tag(name, ""));
        let zones = ["default", "north", "south", "lab"].map(zone);
        Self { tags: Collection::new(tags), zones: Collection::new(zones) }
    }

    /// Answers for every route but the machines'; `None` when there is none.
    pub(super) fn answer(
        &mut self,
        request: &Request<'_>,
        route: &[&str],
        machines: &mut Machines,
    ) -> Option<Answer> {
        let read_only = |value: Value| match (request.call.method(), request.op) {
            ("GET", None) => Answer::json(200, &value),
            _ => request.unrecognised(),
        };
        Some(match route {
            ["users"] => match (request.call.method(), request.op) {
                ("GET", None) => Answer::json(200, &json!([user("admin"), user("operator")])),
                ("GET", Some("whoami")) => Answer::json(200, &user("admin")),
                _ => request.unrecognised(),
            },
            ["users", name @ ("admin" | "operator")] => read_only(user(name)),
            ["users", _] => no_match("User"),
            ["tags", name] if request.op.is_some() => {
                if self.tags.find("name", name).is_none() {
                    return Some(no_match("Tag"));
                }
                match (request.call.method(), request.op) {
                    ("GET", Some("machines" | "nodes")) => {
                        Answer::json(200, &machines.tagged(name).into())
                    }
                    ("POST", Some("update_nodes")) => {
                        let added = machines.set_tag(name, &request.fields.all("add"), true);
                        let removed = machines.set_tag(name, &request.fields.all("remove"), false);
                        Answer::json(200, &json!({"added": added, "removed": removed}))
                    }
                    _ => request.unrecognised(),
                }
            }
            ["tags", rest @ ..] if rest.len() < 2 => {
                named(&mut self.tags, request, rest, "Tag", tag)
            }
            ["zones", rest @ ..] if rest.len() < 2 => {
                named(&mut self.zones, request, rest, "Zone", |name, description| {
                    let mut zone = zone(name);
                    set(&mut zone, "description", description);
                    zone
                })
            }
            ["subnets"] => {
                read_only(json!([subnet(1, "192.0.2.0/24"), subnet(2, "198.51.100.0/24")]))
            }
            ["subnets", "1"] => read_only(subnet(1, "192.0.2.0/24")),
            ["subnets", "2"] => read_only(subnet(2, "198.51.100.0/24")),
            ["subnets", _] => no_match("Subnet"),
            ["regioncontrollers"] => read_only(json!([{"system_id": "4y3h7n",
                "hostname": "maas", "node_type": 4, "node_type_name": "Region controller",
                "resource_uri": "/MAAS/api/2.0/regioncontrollers/4y3h7n/"}])),
            ["events"] => match (request.call.method(), request.op) {
                ("GET", Some("query")) => events(request.call),
                _ => request.unrecognised(),
            },
            _ => return None,
        })
    }
}

/// A list whose items go by their names.
fn named(
    items: &mut Collection,
    request: &Request<'_>,
    route: &[&str],
    model: &str,
    make: impl Fn(&str, &str) -> Value,
) -> Answer {
    let fields: &Fields = &request.fields;
    match (request.call.method(), request.op, route) {
        ("GET", None, []) => Answer::json(200, &items.all().into()),
        ("POST", None | Some("new"), []) => {
            let Some(name) = fields.get("name").filter(|name| !name.is_empty()) else {
                return Answer::json(400, &json!({"name": ["This field is required."]}));
            };
            if items.find("name", name).is_some() {
                let why = format!("{model} with this Name already exists.");
                return Answer::json(400, &json!({"name": [why]}));
            }
            let remark = fields.get("comment").or(fields.get("description")).unwrap_or_default();
            let item = make(name, remark);
            items.add(item.clone());
            Answer::json(200, &item)
        }
        ("GET", None, [name]) => {
            items.find("name", name).map_or_else(|| no_match(model), |i| Answer::json(200, i))
        }
        ("PUT", None, [name]) => {
            let Some(item) = items.find_mut("name", name) else { return no_match(model) };
            for field in ["comment", "definition", "description", "kernel_opts"] {
                if let (Some(value), true) = (fields.get(field), item.get(field).is_some()) {
                    set(item, field, value);
                }
            }
            Answer::json(200, item)
        }
        ("DELETE", None, [name]) => {
            items.remove("name", name).map_or_else(|| no_match(model), |_| Answer::empty(204))
        }
        _ => request.unrecognised(),
    }
}

fn user(name: &str) -> Value {
    json!({"is_superuser": name == "admin", "username": name,
        "email": format!("{name}@maas.example"), "is_local": true, "resource_uri": format!("/MAAS/api/2.0/users/{name}/")})
}

fn subnet(id: u64, cidr: &str) -> Value {
    json!({"id": id, "name": cidr, "cidr": cidr, "gateway_ip": null, "dns_servers": [],
        "managed": true, "space": "undefined",
        "vlan": {"id": 5000 + id, "vid": 0, "name": "untagged", "mtu": 1500, "dhcp_on": false},
        "resource_uri": format!("/MAAS/api/2.0/subnets/{id}/")})
}

/// `events/?op=query`, newest first: `limit` of them before or after an id.
fn events(call: &Call<'_>) -> Answer {
    let limit = call.query_number("limit").unwrap_or(100);
    if limit > 1000 {
        let why = format!("Requested number of events {limit} is greater than limit: 1000");
        return Answer::text(400, why);
    }
    let before = call.query_number("before").unwrap_or(EVENTS + 1);
    let after = call.query_number("after");
    let newest = match after {
        Some(after) => (after + limit).min(EVENTS),
        None => before.saturating_sub(1).min(EVENTS),
    };
    let oldest = after.map_or(newest.saturating_sub(limit), |after| after.min(newest));
    let events: Vec<Value> = (oldest + 1..=newest).rev().map(event).collect();
    let uri =
        |side: &str, id: usize| format!("/MAAS/api/2.0/events/?op=query&{side}={id}&limit={limit}");
    Answer::json(
        200,
        &json!({"count": events.len(), "events": events,
            "next_uri": uri("after", newest), "prev_uri": uri("before", oldest + 1)}),
    )
}

fn event(id: usize) -> Value {
    let machines = super::super::fleet::MACHINES;
    let hostname = machines[id % machines.len()].name;
    let types = ["Powering on", "Ready", "Deploying", "Deployed", "Node powered off"];
    let (hour, minute) = (id / 60 % 24, id % 60);
    json!({"id": id, "hostname": hostname, "username": "admin", "level": "INFO",
        "type": types[id % types.len()], "description": "",
        "created": format!("Mon, 03 Mar. 2025 {hour:02}:{minute:02}:00")})
}
