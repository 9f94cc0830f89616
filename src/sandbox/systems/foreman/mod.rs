//! Foreman: two-legged OAuth1 under `/api/v2`, the user named by a header.

mod authentication;
mod data;
mod listing;
#[cfg(test)]
mod tests;

use super::System;
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use crate::sandbox::collection::{Collection, field_text, merge, set};
use authentication::User;
use serde_json::{Map, Value, json};

/// The session that Foreman opens for every request. Whoever sends it back
/// acts as its user, whatever the signature says.
const SESSION: &str = "_session_id=5eb0f4d1sandbox; path=/; HttpOnly; SameSite=Lax";

/// Foreman with its state: each resource by its name in the path.
pub(in crate::sandbox) struct Foreman {
    resources: Vec<Resource>,
}

/// A kind of object.
struct Resource {
    /// `hosts`: in the path.
    plural: &'static str,
    /// `host`: in messages, and around the fields of a body.
    singular: &'static str,
    items: Collection,
}

impl Foreman {
    /// Foreman as it is before the first request.
    pub(in crate::sandbox) fn new() -> Self {
        let resource = |plural, singular, items: Vec<Value>| Resource {
            plural,
            singular,
            items: Collection::new(items),
        };
        let resources = vec![
            resource("hosts", "host", data::hosts()),
            resource(
                "architectures",
                "architecture",
                data::named(&["x86_64", "aarch64", "ppc64le"]),
            ),
            resource("operatingsystems", "operatingsystem", data::operating_systems()),
            resource("hostgroups", "hostgroup", data::hostgroups()),
            resource("domains", "domain", data::named(&["example.com", "lab.example.com"])),
            resource(
                "organizations",
                "organization",
                data::named(&["Default Organization", "Lab"]),
            ),
            resource("locations", "location", data::named(&["north", "south", "lab"])),
            resource("users", "user", data::users()),
        ];
        Self { resources }
    }

    fn route(&mut self, call: &Call<'_>, user: &User) -> Answer {
        // `/api` is `/api/v2`.
        let after = if call.segments.get(1).is_some_and(|part| part == "v2") { 2 } else { 1 };
        let route = call.route_after(after);
        match (call.route_method(), route.as_slice()) {
            ("GET", ["status"]) => return status(),
            ("GET", ["current_user"]) => return Answer::json(200, &user.shown()),
            _ => {}
        }
        let (name, rest) = match route.as_slice() {
            [name, rest @ ..] => (*name, rest),
            [] => return not_found(),
        };
        let Some(resource) = self.resources.iter_mut().find(|r| r.plural == name) else {
            return not_found();
        };
        let is_change = call.route_method() != "GET";
        if is_change && !user.may_change() {
            return resource.denied(call.method());
        }
        match (call.route_method(), rest) {
            ("GET", []) => listing::list(call, resource.items.all()),
            ("GET", [id]) => resource.show(id),
            ("POST", []) => resource.create(call),
            ("PUT", [id]) => resource.update(call, id),
            ("DELETE", [id]) => resource.delete(id),
            ("PUT", [id, "power"]) if name == "hosts" => resource.power(call, id),
            _ => not_found(),
        }
    }
}

impl Resource {
    /// The name of what goes by `id`, which may be its number or its name.
    fn key(&self, id: &str) -> Option<&'static str> {
        let fields = ["id", "name", "login"];
        fields.into_iter().find(|field| self.items.find(field, id).is_some())
    }

    fn missing(&self, id: &str) -> Answer {
        let message = format!("Resource {} not found by id '{id}'", self.singular);
        error(404, json!({"message": message}))
    }

    fn denied(&self, method: &str) -> Answer {
        let action = match method {
            "POST" => "create",
            "PUT" => "edit",
            _ => "destroy",
        };
        let permission = format!("{action}_{}", self.plural);
        error(
            403,
            json!({"message": "Access denied",
                "details": format!("Missing one of the required permissions: {permission}"),
                "missing_permissions": [permission]}),
        )
    }

    fn show(&self, id: &str) -> Answer {
        let found = self.key(id).and_then(|key| self.items.find(key, id));
        found.map_or_else(|| self.missing(id), |item| Answer::json(200, item))
    }

    /// The fields of a body: those inside the resource's name, or all.
    fn changes(&self, call: &Call<'_>) -> Result<Map<String, Value>, Answer> {
        let body = call.json().map_err(|why| {
            let message = format!("There was a problem in the JSON you submitted: {why}");
            Answer::json(400, &json!({"status": 400, "error": message}))
        })?;
        let inner = body.get(self.singular).unwrap_or(&body);
        Ok(inner.as_object().cloned().unwrap_or_default())
    }

    fn create(&mut self, call: &Call<'_>) -> Answer {
        let mut changes = match self.changes(call) {
            Ok(changes) => changes,
            Err(answer) => return answer,
        };
        changes.shift_remove("id");
        let name = changes.get("name").and_then(Value::as_str).unwrap_or_default();
        if name.is_empty() {
            return unprocessable("name", "can't be blank");
        }
        if self.items.find("name", name).is_some() {
            return unprocessable("name", "has already been taken");
        }
        let mut item = json!({"id": self.items.next_id(), "name": name});
        if self.plural == "hosts" {
            data::complete_host(&mut item);
        }
        merge(&mut item, &changes);
        let stamp = data::stamp(call.now);
        set(&mut item, "created_at", stamp.clone());
        set(&mut item, "updated_at", stamp);
        self.items.add(item.clone());
        Answer::json(201, &item)
    }

    fn update(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let mut changes = match self.changes(call) {
            Ok(changes) => changes,
            Err(answer) => return answer,
        };
        changes.shift_remove("id");
        let found = self.key(id).and_then(|key| self.items.find_mut(key, id));
        let Some(item) = found else { return self.missing(id) };
        merge(item, &changes);
        set(item, "updated_at", data::stamp(call.now));
        Answer::json(200, item)
    }

    fn delete(&mut self, id: &str) -> Answer {
        let removed = self.key(id).and_then(|key| self.items.remove(key, id));
        removed.map_or_else(|| self.missing(id), |item| Answer::json(200, &item))
    }

    fn power(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let action = call.json().map(|body| field_text(&body, "power_action")).unwrap_or_default();
        let found = self.key(id).and_then(|key| self.items.find_mut(key, id));
        let Some(host) = found else { return self.missing(id) };
        match action.as_str() {
            "on" | "start" | "off" | "stop" => {
                let state = if matches!(action.as_str(), "on" | "start") { "on" } else { "off" };
                set(host, "power_state", state);
                Answer::json(200, &json!({"power": true}))
            }
            "state" | "status" => {
                Answer::json(200, &json!({"power": field_text(host, "power_state")}))
            }
            _ => {
                let message = "Unknown power action: available methods are on, off, state";
                error(422, json!({"message": message}))
            }
        }
    }
}

impl System for Foreman {
    fn answer(&mut self, call: &Call<'_>) -> Answer {
        let answer = match call.route_after(1).as_slice() {
            ["ping"] | ["v2", "ping"] => Answer::json(
                200,
                &json!({"results": {"foreman": {
                "database": {"active": true, "duration_ms": "0"}}}}),
            ),
            _ => match authentication::check(call) {
                Ok(user) => match unsupported_type(call) {
                    Some(refusal) => refusal,
                    None => self.route(call, &user),
                },
                Err(refusal) => refusal,
            },
        };
        answer
            .header("Foreman_version", "3.13.0")
            .header("Foreman_api_version", "2")
            .header("Foreman_current_organization", "; ANY")
            .header("Foreman_current_location", "; ANY")
            .header("Set-Cookie", SESSION)
    }
}

fn status() -> Answer {
    Answer::json(
        200,
        &json!({"result": "ok", "status": 200, "version": "3.13.0", "api_version": 2}),
    )
}

/// Every POST and PUT must be JSON, also with an empty body.
fn unsupported_type(call: &Call<'_>) -> Option<Answer> {
    if !matches!(call.method(), "POST" | "PUT") || call.media_type() == "application/json" {
        return None;
    }
    let given = call.header("content-type").unwrap_or_default();
    let message = format!(
        "Media type in 'Content-Type: {given}' is unsupported in API v2 for POST and PUT \
         requests. Please use 'Content-Type: application/json'."
    );
    Some(error(415, json!({"message": message})))
}

fn not_found() -> Answer {
    error(404, json!({"message": "Not found"}))
}

fn error(status: u16, error: Value) -> Answer {
    Answer::json(status, &json!({"error": error}))
}

/// Rails' answer to a field that is not valid.
fn unprocessable(field: &str, why: &str) -> Answer {
    let mut letters = field.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let full = format!("{first}{} {why}", letters.as_str());
    error(422, json!({"id": null, "errors": {field: [why]}, "full_messages": [full]}))
}
