//! What can be asked of OVHcloud once the signature holds.

use super::{data, error, invalid_url, missing};
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use crate::sandbox::collection::{Collection, field_text, merge, page, set};
use serde_json::{Map, Value, json};

/// How many objects a page has when the request does not say.
const PAGE_SIZE: usize = 20;

/// The types of records that a zone may have.
const RECORD_TYPES: &[&str] =
    &["A", "AAAA", "CAA", "CNAME", "DNAME", "MX", "NS", "PTR", "SRV", "SSHFP", "TLSA", "TXT"];

/// The state behind the routes.
pub(super) struct Routes {
    me: Value,
    domains: Collection,
    zones: Collection,
    records: Collection,
    servers: Collection,
    projects: Collection,
    policies: Collection,
}

impl Routes {
    pub(super) fn new() -> Self {
        Self {
            me: data::me(),
            domains: Collection::new(data::domains()),
            zones: Collection::new(data::zones()),
            records: Collection::new(data::records()),
            servers: Collection::new(data::servers()),
            projects: Collection::new(data::projects()),
            policies: Collection::new(data::policies()),
        }
    }

    pub(super) fn answer(&mut self, call: &Call<'_>, route: &[&str]) -> Answer {
        if call.segments.first().is_some_and(|version| version == "v2") {
            return match (call.method(), route) {
                ("GET", ["iam", "policy"]) => by_cursor(call, self.policies.all()),
                ("GET", ["iam", "policy", id]) => show(&self.policies, "id", id),
                _ => invalid_url(),
            };
        }
        match (call.method(), route) {
            ("GET", ["me"]) => Answer::json(200, &self.me),
            ("PUT", ["me"]) => change(call, Some(&mut self.me)),
            ("GET", ["domain"]) => list(call, self.domains.all(), "domain"),
            (_, ["domain", "zone", rest @ ..]) => self.zone(call, rest),
            ("GET", ["domain", name]) => show(&self.domains, "domain", name),
            ("PUT", ["domain", name]) => change(call, self.domains.find_mut("domain", name)),
            ("GET", ["domain", name, "serviceInfos"]) => match self.domains.find("domain", name) {
                Some(_) => Answer::json(200, &data::service_infos(name)),
                None => missing(name),
            },
            ("GET", ["dedicated", "server"]) => list(call, self.servers.all(), "name"),
            ("GET", ["dedicated", "server", name]) => show(&self.servers, "name", name),
            ("PUT", ["dedicated", "server", name]) => {
                change(call, self.servers.find_mut("name", name))
            }
            ("POST", ["dedicated", "server", name, "reboot"]) => {
                match self.servers.find("name", name) {
                    Some(_) => Answer::json(
                        200,
                        &json!({"taskId": 1, "function": "hardReboot", "status": "todo",
                            "comment": "Reboot asked", "doneDate": null}),
                    ),
                    None => missing(name),
                }
            }
            ("GET", ["cloud", "project"]) => list(call, self.projects.all(), "project_id"),
            ("GET", ["cloud", "project", id]) => show(&self.projects, "project_id", id),
            _ => invalid_url(),
        }
    }

    fn zone(&mut self, call: &Call<'_>, route: &[&str]) -> Answer {
        let zone = match route {
            [] => return list(call, self.zones.all(), "name"),
            [zone, ..] => *zone,
        };
        let Some(found) = self.zones.find("name", zone) else { return missing(zone) };
        let is_of_zone = |record: &&Value| field_text(record, "zone") == zone;
        match (call.method(), &route[1..]) {
            ("GET", []) => Answer::json(200, found),
            ("POST", ["refresh"]) => done(),
            ("GET", ["record"]) => {
                let fits = |record: &&Value, name: &str| {
                    call.query_value(name).is_none_or(|wanted| field_text(record, name) == wanted)
                };
                let all = self.records.all().iter().filter(is_of_zone);
                let found = all.filter(|r| fits(r, "fieldType")).filter(|r| fits(r, "subDomain"));
                list(call, &found.cloned().collect::<Vec<_>>(), "id")
            }
            ("POST", ["record"]) => self.create_record(call, zone),
            (method, ["record", id]) => {
                if self.records.find("id", id).filter(is_of_zone).is_none() {
                    return missing(id);
                }
                match method {
                    "GET" => show(&self.records, "id", id),
                    "PUT" => change(call, self.records.find_mut("id", id)),
                    "DELETE" => self.records.remove("id", id).map_or_else(invalid_url, |_| done()),
                    _ => invalid_url(),
                }
            }
            _ => invalid_url(),
        }
    }

    fn create_record(&mut self, call: &Call<'_>, zone: &str) -> Answer {
        let fields = match object(call) {
            Ok(fields) => fields,
            Err(answer) => return answer,
        };
        let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
        let kind = text("fieldType");
        if !RECORD_TYPES.contains(&kind) {
            let message =
                format!("[fieldType] Given data ({kind}) does not belong to the enumeration");
            return error(400, "Client::BadRequest", &message);
        }
        if text("target").is_empty() {
            return error(400, "Client::BadRequest", "[target] Missing parameter");
        }
        let id = self.records.next_id();
        let mut record = data::record(id, zone, text("subDomain"), kind, text("target"));
        if let Some(ttl) = fields.get("ttl").filter(|ttl| !ttl.is_null()) {
            if !ttl.is_u64() {
                let message = format!("[ttl] Given data ({ttl}) is not valid for type long");
                return error(400, "Client::BadRequest", &message);
            }
            set(&mut record, "ttl", ttl.clone());
        }
        self.records.add(record.clone());
        Answer::json(200, &record)
    }
}

/// OVHcloud answers `null` to what succeeded and has nothing to show.
fn done() -> Answer {
    Answer::json(200, &Value::Null)
}

fn show(items: &Collection, field: &str, wanted: &str) -> Answer {
    items.find(field, wanted).map_or_else(|| missing(wanted), |item| Answer::json(200, item))
}

fn change(call: &Call<'_>, item: Option<&mut Value>) -> Answer {
    let Some(item) = item else { return missing(call.received.url.path()) };
    match object(call) {
        Ok(mut changes) => {
            changes.shift_remove("id");
            merge(item, &changes);
            done()
        }
        Err(answer) => answer,
    }
}

fn object(call: &Call<'_>) -> Result<Map<String, Value>, Answer> {
    match call.json() {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(error(400, "Client::BadRequest", "Invalid JSON received")),
    }
}

/// A list of identifiers; of whole objects, in pages, when a header asks for
/// that ("Iceberg").
fn list(call: &Call<'_>, items: &[Value], key: &str) -> Answer {
    if call.header("x-pagination-mode").as_deref() != Some("CachedObjectList-Pages") {
        let keys: Vec<&Value> = items.iter().filter_map(|item| item.get(key)).collect();
        return Answer::json(200, &json!(keys));
    }
    let number = |name: &str, default: usize| {
        call.header(name).and_then(|text| text.parse::<usize>().ok()).unwrap_or(default).max(1)
    };
    let (at, size) = (number("x-pagination-number", 1), number("x-pagination-size", PAGE_SIZE));
    let part = page(items, (at - 1).saturating_mul(size), size);
    Answer::json(200, &part.into())
        .header("X-Pagination-Elements", items.len().to_string())
        .header("X-Pagination-Number", at.to_string())
        .header("X-Pagination-Size", size.to_string())
}

/// Version 2's pages: the cursor of the next one is in a header, on the last
/// one there is none.
fn by_cursor(call: &Call<'_>, items: &[Value]) -> Answer {
    let size = call.header("x-pagination-size").and_then(|text| text.parse().ok());
    let size: usize = size.unwrap_or(PAGE_SIZE).max(1);
    let skip = match call.header("x-pagination-cursor") {
        None => 0,
        Some(cursor) => {
            let place = cursor.strip_prefix("after-").and_then(|text| text.parse::<usize>().ok());
            match place.filter(|place| *place <= items.len()) {
                Some(place) => place,
                None => return Answer::json(400, &json!({"message": "invalid cursor"})),
            }
        }
    };
    let answer = Answer::json(200, &page(items, skip, size).into());
    match skip.saturating_add(size) {
        end if end < items.len() => {
            answer.header("X-Pagination-Cursor-Next", format!("after-{end}"))
        }
        _ => answer,
    }
}
