//! Candlepin: two-legged OAuth1 under `/candlepin`, with refusals that come
//! as HTTP 200.

mod authentication;
mod data;
#[cfg(test)]
mod tests;

use super::System;
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use crate::sandbox::collection::{Collection, field_text, merge, page, set};
use crate::sandbox::nonces::Nonces;
use serde_json::{Map, Value, json};

/// The identifier of every request to the sandbox.
const REQUEST_UUID: &str = "5a4dc4f1-0000-4000-8000-0000000000ff";
/// The most items of a page.
const PAGE_LIMIT: usize = 3000;

/// Candlepin with its state.
pub(in crate::sandbox) struct Candlepin {
    nonces: Nonces,
    owners: Collection,
    consumers: Collection,
    pools: Collection,
    products: Collection,
}

impl Candlepin {
    /// Candlepin as it is before the first request.
    pub(in crate::sandbox) fn new() -> Self {
        Self {
            nonces: Nonces::default(),
            owners: Collection::new(data::owners()),
            consumers: Collection::new(data::consumers()),
            pools: Collection::new(data::pools()),
            products: Collection::new(data::products()),
        }
    }

    fn route(&mut self, call: &Call<'_>, route: &[&str]) -> Answer {
        match (call.route_method(), route) {
            ("GET", ["owners"]) => list(call, self.owners.all()),
            ("POST", ["owners"]) => self.create_owner(call),
            (_, ["owners", key]) => one(call, &mut self.owners, ("owner", "key"), key),
            ("GET", ["owners", key, kind @ ("consumers" | "pools" | "products")]) => {
                if self.owners.find("key", key).is_none() {
                    return missing("owner", "key", key);
                }
                let all = match *kind {
                    "consumers" => self.consumers.all(),
                    "pools" => self.pools.all(),
                    _ => return list(call, self.products.all()),
                };
                let of_owner = |item: &&Value| field_text(&item["owner"], "key") == *key;
                list(call, &all.iter().filter(of_owner).cloned().collect::<Vec<_>>())
            }
            ("GET", ["consumers"]) => list(call, self.consumers.all()),
            ("POST", ["consumers"]) => self.create_consumer(call),
            (_, ["consumers", uuid]) => one(call, &mut self.consumers, ("consumer", "uuid"), uuid),
            ("GET", ["pools"]) => list(call, self.pools.all()),
            ("GET", ["pools", id]) => one(call, &mut self.pools, ("pool", "id"), id),
            ("GET", ["products"]) => list(call, self.products.all()),
            ("GET", ["products", id]) => one(call, &mut self.products, ("product", "id"), id),
            _ => {
                error(404, &format!("Could not find resource for full path: {}", call.received.url))
            }
        }
    }

    fn create_owner(&mut self, call: &Call<'_>) -> Answer {
        let body = match object(call) {
            Ok(body) => body,
            Err(answer) => return answer,
        };
        let key = body.get("key").and_then(Value::as_str).unwrap_or_default();
        if key.is_empty() {
            return error(400, "Owners must be created with a valid key");
        }
        if self.owners.find("key", key).is_some() {
            return error(400, &format!("An owner with key \"{key}\" already exists"));
        }
        let mut owner = data::owner(self.owners.all().len(), key, key);
        merge(&mut owner, &body);
        self.owners.add(owner.clone());
        Answer::json(200, &owner)
    }

    fn create_consumer(&mut self, call: &Call<'_>) -> Answer {
        let body = match object(call) {
            Ok(body) => body,
            Err(answer) => return answer,
        };
        let key = call.query_value("owner").unwrap_or_default();
        let Some(owner) = self.owners.find("key", key) else {
            return error(400, &format!("Organization {key} does not exist."));
        };
        let name = body.get("name").and_then(Value::as_str).unwrap_or_default();
        if name.is_empty() {
            return error(400, "System name cannot be null.");
        }
        let mut consumer =
            data::consumer(self.consumers.all().len(), name, &field_text(owner, "key"));
        merge(&mut consumer, &body);
        self.consumers.add(consumer.clone());
        Answer::json(200, &consumer)
    }
}

impl System for Candlepin {
    fn answer(&mut self, call: &Call<'_>) -> Answer {
        let route = call.route_after(1);
        let answer = match route.as_slice() {
            ["status"] => status(call),
            _ => match authentication::check(call, &mut self.nonces) {
                Ok(()) => self.route(call, &route),
                Err(refusal) => refusal,
            },
        };
        answer.header("X-Version", "4.4.10-1").header("x-candlepin-request-uuid", REQUEST_UUID)
    }
}

fn status(call: &Call<'_>) -> Answer {
    Answer::json(
        200,
        &json!({"mode": "NORMAL", "result": true, "version": "4.4.10", "release": "1",
            "standalone": true, "timeUTC": data::stamp(call.now), "rulesSource": "default",
            "rulesVersion": "5.44",
            "managerCapabilities": ["cores", "ram", "instance_multiplier"]}),
    )
}

/// A list, in pages only when the request asks for a page.
fn list(call: &Call<'_>, items: &[Value]) -> Answer {
    let number = call.query_number("page");
    let size = call.query_number("per_page");
    if number.is_none() && size.is_none() {
        return Answer::json(200, &items.into());
    }
    let (number, size) = (number.unwrap_or(1).max(1), size.unwrap_or(10).max(1));
    if size > PAGE_LIMIT {
        return error(400, &format!("page size cannot exceed {PAGE_LIMIT} elements"));
    }
    let mut sorted = items.to_vec();
    let by = call.query_value("sort_by").unwrap_or("created");
    sorted.sort_by_key(|item| field_text(item, by));
    if !call.query_value("order").is_some_and(|order| order.to_lowercase().starts_with("asc")) {
        sorted.reverse();
    }
    let part = page(&sorted, (number - 1).saturating_mul(size), size);
    let answer = Answer::json(200, &part.into()).header("X-total-count", items.len().to_string());
    let last = items.len().div_ceil(size).max(1);
    let mut links = vec![("first", 1), ("last", last)];
    if number > 1 {
        links.push(("prev", number - 1));
    }
    if number < last {
        links.push(("next", number + 1));
    }
    let links: Vec<String> = links.iter().map(|(rel, page)| link(call, rel, *page)).collect();
    answer.header("Link", links.join(", "))
}

/// The request's own URL with another page.
fn link(call: &Call<'_>, rel: &str, page: usize) -> String {
    let mut url = call.received.url.with_query(None);
    for (name, value) in call.query.iter().filter(|(name, _)| name != "page") {
        url.push_query(name.as_bytes(), value.as_bytes());
    }
    url.push_query(b"page", page.to_string().as_bytes());
    format!("<{url}>; rel=\"{rel}\"")
}

/// GET, PUT and DELETE of what has `wanted` in a field.
fn one(call: &Call<'_>, items: &mut Collection, kind: (&str, &str), wanted: &str) -> Answer {
    let (model, field) = kind;
    match call.route_method() {
        "GET" => items.find(field, wanted).map(|item| Answer::json(200, item)),
        "PUT" => {
            let mut changes = match object(call) {
                Ok(changes) => changes,
                Err(answer) => return answer,
            };
            changes.shift_remove(field);
            items.find_mut(field, wanted).map(|item| {
                merge(item, &changes);
                set(item, "updated", data::stamp(call.now));
                Answer::json(200, item)
            })
        }
        "DELETE" => items.remove(field, wanted).map(|_| Answer::empty(204)),
        _ => return error(405, "Method Not Allowed"),
    }
    .unwrap_or_else(|| missing(model, field, wanted))
}

fn object(call: &Call<'_>) -> Result<Map<String, Value>, Answer> {
    match call.json() {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(error(400, "The body is no JSON object")),
        Err(why) => Err(error(400, &format!("Invalid JSON: {why}"))),
    }
}

fn missing(model: &str, field: &str, wanted: &str) -> Answer {
    error(404, &format!("{model} with {field}: {wanted} could not be found."))
}

/// Candlepin's one shape of errors.
fn error(status: u16, message: &str) -> Answer {
    Answer::json(status, &json!({"displayMessage": message, "requestUuid": REQUEST_UUID}))
}
