//! DCI: a variant of SigV4 under `/api/v1`.

mod authentication;
mod data;
mod listing;
#[cfg(test)]
mod tests;

use super::System;
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use crate::sandbox::collection::{Collection, field_text, merge, set};
use crate::sign::digest::sha256_hex;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// The longest body, as the control server has it by default, in bytes.
const BODY_LIMIT: usize = 20 * 1024 * 1024;

/// DCI with its state.
pub(in crate::sandbox) struct Dci {
    resources: Vec<Resource>,
    /// The files' bytes by their `id`.
    contents: HashMap<String, (String, Vec<u8>)>,
}

/// A kind of object.
struct Resource {
    /// `jobs`: in the path and around a list.
    plural: &'static str,
    /// `job`: around one object.
    singular: &'static str,
    /// What a new one must have.
    required: &'static [&'static str],
    items: Collection,
}

impl Dci {
    /// DCI as it is before the first request.
    pub(in crate::sandbox) fn new() -> Self {
        let resource = |plural, singular, required, items: Vec<Value>| Resource {
            plural,
            singular,
            required,
            items: Collection::new(items),
        };
        let resources = vec![
            resource("jobs", "job", &["components"], data::jobs()),
            resource("topics", "topic", &["name", "product_id"], data::topics()),
            resource("components", "component", &["name", "type", "topic_id"], data::components()),
            resource("remotecis", "remoteci", &["name", "team_id"], data::remotecis()),
            resource("products", "product", &["name", "label"], data::products()),
            resource("teams", "team", &["name"], data::teams()),
            resource("jobstates", "jobstate", &["job_id", "status"], Vec::new()),
            resource("files", "file", &[], Vec::new()),
        ];
        Self { resources, contents: HashMap::new() }
    }

    fn route(&mut self, call: &Call<'_>, route: &[&str]) -> Answer {
        if call.received.body.len() > BODY_LIMIT {
            return error(413, "Request Entity Too Large", json!({}));
        }
        match (call.route_method(), route) {
            ("GET", ["identity"]) => return Answer::json(200, &data::identity()),
            ("POST", ["files"]) => return self.create_file(call),
            ("GET", ["files", id, "content"]) => {
                return self.contents.get(*id).map_or_else(
                    || missing("file", id),
                    |(media_type, bytes)| Answer::bytes(200, media_type, bytes.clone()),
                );
            }
            ("GET", ["topics", id, "components"]) => {
                let of_topic = |item: &&Value| field_text(item, "topic_id") == *id;
                let all = self.resource("components").map(|r| r.items.all()).unwrap_or_default();
                let items: Vec<Value> = all.iter().filter(of_topic).cloned().collect();
                return listing::list(call, "components", &items);
            }
            _ => {}
        }
        let (name, rest) = match route {
            [name, rest @ ..] => (*name, rest),
            [] => return no_route(),
        };
        let Some(resource) = self.resources.iter_mut().find(|r| r.plural == name) else {
            return no_route();
        };
        match (call.route_method(), rest) {
            ("GET", []) => listing::list(call, resource.plural, resource.items.all()),
            ("POST", []) => resource.create(call),
            ("GET", [id]) => resource.show(id),
            ("PUT", [id]) => resource.update(call, id),
            ("DELETE", [id]) => resource.delete(call, id),
            _ => no_route(),
        }
    }

    fn resource(&self, plural: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.plural == plural)
    }

    /// `POST /files`: the body is the file, the rest is in headers.
    fn create_file(&mut self, call: &Call<'_>) -> Answer {
        let Some(name) = call.header("dci-name") else {
            return error(400, "HTTP header DCI-NAME must be specified", json!({}));
        };
        let job_id = call.header("dci-job-id");
        let jobstate_id = call.header("dci-jobstate-id");
        if job_id.is_none() && jobstate_id.is_none() {
            let why = "HTTP headers DCI-JOBSTATE-ID or DCI-JOB-ID must be specified";
            return error(400, why, json!({}));
        }
        let media_type = call.header("dci-mime").or_else(|| call.header("content-type"));
        let media_type = media_type.unwrap_or_else(|| "application/octet-stream".into());
        let body = &call.received.body;
        let Some(files) = self.resources.iter_mut().find(|r| r.plural == "files") else {
            return no_route();
        };
        let mut file = data::object("file", files.items.all().len(), &name, call.now);
        set(&mut file, "mime", media_type.clone());
        set(&mut file, "size", body.len());
        set(&mut file, "job_id", job_id.map_or(Value::Null, Value::from));
        set(&mut file, "jobstate_id", jobstate_id.map_or(Value::Null, Value::from));
        files.items.add(file.clone());
        self.contents.insert(field_text(&file, "id"), (media_type, body.clone()));
        Answer::json(201, &json!({"file": file}))
    }
}

impl Resource {
    fn wrapped(&self, status: u16, item: &Value) -> Answer {
        Answer::json(status, &json!({self.singular: item})).header("ETag", field_text(item, "etag"))
    }

    fn show(&self, id: &str) -> Answer {
        let found = self.items.find("id", id);
        found.map_or_else(|| missing(self.singular, id), |item| self.wrapped(200, item))
    }

    fn create(&mut self, call: &Call<'_>) -> Answer {
        let fields = match object(call) {
            Ok(fields) => fields,
            Err(answer) => return answer,
        };
        let absent = self.required.iter().filter(|name| !fields.contains_key(**name));
        let errors: Vec<String> =
            absent.map(|name| format!("'{name}' is a required property")).collect();
        if !errors.is_empty() {
            return malformed(&errors);
        }
        let name = fields.get("name").and_then(Value::as_str).unwrap_or_default();
        let mut item = data::object(self.singular, self.items.all().len(), name, call.now);
        let id = item["id"].clone();
        merge(&mut item, &fields);
        set(&mut item, "id", id);
        if self.plural == "jobs" {
            set(&mut item, "status", "new");
        }
        self.items.add(item.clone());
        self.wrapped(201, &item)
    }

    fn update(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let Some(etag) = call.header("if-match") else { return no_etag() };
        let mut changes = match object(call) {
            Ok(changes) => changes,
            Err(answer) => return answer,
        };
        changes.shift_remove("id");
        let Some(item) = self.items.find_mut("id", id) else { return missing(self.singular, id) };
        if field_text(item, "etag") != etag {
            let why = format!("'{}' conflict on etag", self.singular);
            return error(409, &why, json!({}));
        }
        merge(item, &changes);
        set(item, "updated_at", data::stamp(call.now));
        let next = sha256_hex(format!("{etag} {item}").as_bytes());
        set(item, "etag", next.get(..32).unwrap_or_default());
        let item = item.clone();
        self.wrapped(200, &item)
    }

    fn delete(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let Some(etag) = call.header("if-match") else { return no_etag() };
        let matches = self.items.find("id", id).is_some_and(|i| field_text(i, "etag") == etag);
        if !matches {
            let why = format!("{} already deleted or etag not matched.", self.singular);
            return error(400, &why, json!({}));
        }
        self.items.remove("id", id);
        Answer::empty(204)
    }
}

impl System for Dci {
    fn answer(&mut self, call: &Call<'_>) -> Answer {
        match authentication::check(call) {
            Ok(()) => self.route(call, &call.route_after(2)),
            Err(refusal) => refusal,
        }
    }
}

fn object(call: &Call<'_>) -> Result<Map<String, Value>, Answer> {
    match call.json() {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(malformed(&["the body is no JSON object".into()])),
    }
}

fn malformed(errors: &[String]) -> Answer {
    error(400, "Request malformed", json!({"errors": errors, "error": ""}))
}

fn no_etag() -> Answer {
    error(412, "'If-match' header must be provided", json!({}))
}

fn missing(singular: &str, id: &str) -> Answer {
    error(404, &format!("{singular} {id} not found"), json!({}))
}

fn no_route() -> Answer {
    error(404, "The requested URL was not found on the server.", json!({}))
}

/// DCI's one shape of errors.
fn error(status: u16, message: &str, payload: Value) -> Answer {
    let body = json!({"status_code": status, "message": message, "payload": payload});
    Answer::json(status, &body)
}
