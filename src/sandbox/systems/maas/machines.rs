//! `machines/`: listing, changing and the operations that take time.

use super::super::fleet::{self, MACHINES};
use super::{Request, no_match};
use crate::sandbox::answer::Answer;
use crate::sandbox::collection::{Collection, field_text, set};
use crate::sandbox::form::Fields;
use serde_json::{Value, json};
use std::collections::HashMap;

/// MAAS's numbers for its statuses.
const STATUSES: &[(&str, u64)] = &[
    ("New", 0),
    ("Commissioning", 1),
    ("Ready", 4),
    ("Deployed", 6),
    ("Broken", 8),
    ("Deploying", 9),
    ("Allocated", 10),
    ("Failed deployment", 11),
    ("Releasing", 12),
];

/// How often a machine is looked at until a long operation is over.
const LOOKS: u8 = 2;

/// The fields that a PUT may change.
const CHANGEABLE: &[&str] = &["hostname", "description", "architecture", "power_type"];

/// The machines and the long operations on them.
pub(super) struct Machines {
    machines: Collection,
    /// By `system_id`: how many more looks it takes, and the status after.
    pending: HashMap<String, (u8, &'static str)>,
}

impl Machines {
    pub(super) fn new() -> Self {
        let machines = MACHINES.iter().enumerate().map(|(place, row)| {
            let mut machine = blank(place, row.name, row.architecture);
            set(&mut machine, "cpu_count", row.cores);
            set(&mut machine, "memory", row.memory * 1024);
            set(&mut machine, "storage", row.disk * 1000);
            set(&mut machine, "zone", super::resources::zone(row.zone));
            set(&mut machine, "distro_series", row.system);
            set(&mut machine, "osystem", if row.system.is_empty() { "" } else { "ubuntu" });
            if row.status == "Deployed" {
                set(&mut machine, "power_state", "on");
                set(&mut machine, "owner", "admin");
                set(&mut machine, "ip_addresses", json!([fleet::address(place)]));
            }
            let kind: String = row.name.chars().take_while(char::is_ascii_alphabetic).collect();
            set(&mut machine, "tag_names", json!([kind]));
            set_status(&mut machine, row.status);
            machine
        });
        Self { machines: Collection::new(machines), pending: HashMap::new() }
    }

    /// Those that carry a tag.
    pub(super) fn tagged(&self, tag: &str) -> Vec<Value> {
        let has_tag = |machine: &&Value| {
            machine["tag_names"].as_array().is_some_and(|names| names.iter().any(|n| n == tag))
        };
        self.machines.all().iter().filter(has_tag).cloned().collect()
    }

    /// Puts a tag on machines or takes it off.
    pub(super) fn set_tag(&mut self, tag: &str, ids: &[&str], is_on: bool) -> usize {
        let mut changed = 0;
        for id in ids {
            let Some(machine) = self.machines.find_mut("system_id", id) else { continue };
            if let Some(names) = machine["tag_names"].as_array_mut() {
                names.retain(|name| name != tag);
                if is_on {
                    names.push(tag.into());
                }
                changed += 1;
            }
        }
        changed
    }

    pub(super) fn answer(&mut self, request: &Request<'_>, route: &[&str]) -> Option<Answer> {
        match route {
            [] => Some(self.collection(request)),
            [id] => Some(self.one(request, id)),
            _ => None,
        }
    }

    fn collection(&mut self, request: &Request<'_>) -> Answer {
        match (request.call.method(), request.op) {
            ("GET", None) => Answer::json(200, &self.list(request).into()),
            ("POST", None | Some("create")) => self.create(&request.fields),
            ("POST", Some("allocate")) => self.allocate(&request.fields),
            _ => request.unrecognised(),
        }
    }

    /// The machines that match every given filter; a filter given more than
    /// once matches any of its values.
    fn list(&self, request: &Request<'_>) -> Vec<Value> {
        let query = &request.call.query;
        let matches = |machine: &&Value, name: &str, read: &dyn Fn(&Value) -> String| {
            let mut wanted = query.iter().filter(|(other, _)| other == name).peekable();
            wanted.peek().is_none() || wanted.any(|(_, value)| *value == read(machine))
        };
        let all = self.machines.all().iter();
        all.filter(|m| matches(m, "hostname", &|m| field_text(m, "hostname")))
            .filter(|m| matches(m, "id", &|m| field_text(m, "system_id")))
            .filter(|m| matches(m, "zone", &|m| field_text(&m["zone"], "name")))
            .filter(|m| matches(m, "pool", &|m| field_text(&m["pool"], "name")))
            .filter(|m| matches(m, "domain", &|m| field_text(&m["domain"], "name")))
            .filter(|m| matches(m, "status", &|m| field_text(m, "status_name").to_lowercase()))
            .filter(|m| {
                matches(m, "mac_address", &|m| field_text(&m["boot_interface"], "mac_address"))
            })
            .cloned()
            .collect()
    }

    fn create(&mut self, fields: &Fields) -> Answer {
        let missing = |name: &&str| fields.get(name).is_none_or(str::is_empty);
        let required = ["architecture", "mac_addresses"];
        let errors: serde_json::Map<String, Value> = required
            .iter()
            .filter(|name| missing(name))
            .map(|name| ((*name).to_owned(), json!(["This field is required."])))
            .collect();
        if !errors.is_empty() {
            return Answer::json(400, &errors.into());
        }
        let place = self.machines.all().len();
        let hostname =
            fields.get("hostname").map_or_else(|| format!("node-{place}"), str::to_owned);
        if self.machines.find("hostname", &hostname).is_some() {
            let error = json!({"hostname": ["Node with this Hostname already exists."]});
            return Answer::json(400, &error);
        }
        let architecture = fields.get("architecture").unwrap_or_default();
        let mut machine = blank(place, &hostname, architecture);
        if let Some(mac) = fields.get("mac_addresses") {
            machine["boot_interface"]["mac_address"] = mac.into();
        }
        change(&mut machine, fields);
        set_status(&mut machine, "Commissioning");
        self.pending.insert(field_text(&machine, "system_id"), (LOOKS, "Ready"));
        self.machines.add(machine.clone());
        Answer::json(200, &machine)
    }

    fn allocate(&mut self, fields: &Fields) -> Answer {
        let wanted = fields.get("name");
        let fits = |machine: &&Value| {
            machine["status_name"] == "Ready"
                && wanted.is_none_or(|name| field_text(machine, "hostname") == name)
        };
        let found = self.machines.all().iter().find(fits).map(|m| field_text(m, "system_id"));
        let machine = found.and_then(|id| self.machines.find_mut("system_id", &id));
        let Some(machine) = machine else {
            let why = "No machine matching the given constraints could be found.";
            return Answer::text(409, why);
        };
        set_status(machine, "Allocated");
        set(machine, "owner", "admin");
        Answer::json(200, machine)
    }

    fn one(&mut self, request: &Request<'_>, id: &str) -> Answer {
        self.look(id);
        let Some(machine) = self.machines.find_mut("system_id", id) else {
            return no_match("Machine");
        };
        match (request.call.method(), request.op) {
            ("GET", None) => Answer::json(200, machine),
            ("GET", Some("query_power_state")) => {
                Answer::json(200, &json!({"state": machine["power_state"]}))
            }
            ("GET", Some("power_parameters")) => {
                let address = field_text(machine, "power_type");
                Answer::json(200, &json!({"power_type": address, "power_id": id}))
            }
            ("PUT", None) => {
                change(machine, &request.fields);
                Answer::json(200, machine)
            }
            ("DELETE", None) => {
                self.machines.remove("system_id", id);
                Answer::empty(204)
            }
            ("POST", Some(op)) => match operate(machine, op) {
                Some(Operation::Done) => Answer::json(200, machine),
                Some(Operation::Takes(status)) => {
                    let answer = Answer::json(200, machine);
                    self.pending.insert(id.to_owned(), (LOOKS, status));
                    answer
                }
                Some(Operation::Conflict(why)) => Answer::text(409, why),
                None => request.unrecognised(),
            },
            _ => request.unrecognised(),
        }
    }

    /// One look at a machine brings its long operation nearer to its end.
    fn look(&mut self, id: &str) {
        let Some((looks, status)) = self.pending.get_mut(id) else { return };
        if *looks > 0 {
            *looks -= 1;
            return;
        }
        if let Some(machine) = self.machines.find_mut("system_id", id) {
            set_status(machine, status);
        }
        self.pending.remove(id);
    }
}

/// What comes of an operation on a machine.
enum Operation {
    Done,
    /// It is over after some looks, with this status.
    Takes(&'static str),
    Conflict(String),
}

/// Runs an operation; `None` when there is none of that name.
fn operate(machine: &mut Value, op: &str) -> Option<Operation> {
    let status = field_text(machine, "status_name");
    Some(match op {
        "power_on" | "power_off" => {
            set(machine, "power_state", op.trim_start_matches("power_"));
            Operation::Done
        }
        "deploy" if matches!(status.as_str(), "Ready" | "Allocated") => {
            set_status(machine, "Deploying");
            set(machine, "power_state", "on");
            set(machine, "owner", "admin");
            set(machine, "osystem", "ubuntu");
            set(machine, "distro_series", "noble");
            Operation::Takes("Deployed")
        }
        "release" if status != "New" => {
            set_status(machine, "Releasing");
            set(machine, "power_state", "off");
            set(machine, "owner", Value::Null);
            set(machine, "osystem", "");
            set(machine, "distro_series", "");
            Operation::Takes("Ready")
        }
        "commission" if matches!(status.as_str(), "New" | "Ready" | "Broken") => {
            set_status(machine, "Commissioning");
            Operation::Takes("Ready")
        }
        "mark_broken" => {
            set_status(machine, "Broken");
            Operation::Done
        }
        "lock" | "unlock" => {
            set(machine, "locked", op == "lock");
            Operation::Done
        }
        "deploy" | "release" | "commission" => Operation::Conflict(format!(
            "Can't {op} a machine that is in the '{}' state",
            status.to_lowercase()
        )),
        _ => return None,
    })
}

fn change(machine: &mut Value, fields: &Fields) {
    for name in CHANGEABLE {
        if let Some(value) = fields.get(name) {
            set(machine, name, value);
        }
    }
    if let Some(zone) = fields.get("zone") {
        set(machine, "zone", super::resources::zone(zone));
    }
    let fqdn = format!("{}.maas", field_text(machine, "hostname"));
    set(machine, "fqdn", fqdn);
}

fn set_status(machine: &mut Value, name: &str) {
    let number = STATUSES.iter().find(|(other, _)| *other == name).map_or(0, |row| row.1);
    set(machine, "status", number);
    set(machine, "status_name", name);
}

/// A machine nothing is known of but its name, place and architecture.
fn blank(place: usize, hostname: &str, architecture: &str) -> Value {
    let system_id = system_id(place);
    let architecture = match architecture.contains('/') {
        true => architecture.to_owned(),
        false => format!("{architecture}/generic"),
    };
    json!({
        "system_id": system_id,
        "hostname": hostname,
        "fqdn": format!("{hostname}.maas"),
        "status": 0,
        "status_name": "New",
        "status_message": "",
        "power_state": "off",
        "power_type": "ipmi",
        "architecture": architecture,
        "cpu_count": 0,
        "memory": 0,
        "storage": 0.0,
        "ip_addresses": [],
        "osystem": "",
        "distro_series": "",
        "owner": null,
        "description": "",
        "locked": false,
        "netboot": true,
        "tag_names": [],
        "zone": super::resources::zone("default"),
        "pool": {"id": 0, "name": "default", "description": "Default pool",
            "resource_uri": "/MAAS/api/2.0/resourcepool/0/"},
        "domain": {"id": 0, "name": "maas", "authoritative": true, "ttl": null,
            "resource_uri": "/MAAS/api/2.0/domains/0/"},
        "boot_interface": {"id": place + 1, "name": "eno1", "type": "physical",
            "mac_address": fleet::mac(place), "enabled": true,
            "resource_uri": format!("/MAAS/api/2.0/nodes/{system_id}/interfaces/{}/", place + 1)},
        "node_type": 0,
        "node_type_name": "Machine",
        "resource_uri": format!("/MAAS/api/2.0/machines/{system_id}/"),
    })
}

/// Six letters and digits without vowels, as MAAS gives them.
fn system_id(place: usize) -> String {
    const LETTERS: &[u8; 24] = b"bcdfghkmnpqrstwxy3467aeh";
    // A fixed scramble, so that neighbours do not look alike.
    let mut number = (place + 1).wrapping_mul(2_654_435_761) % 191_102_976;
    let mut id = String::new();
    for _ in 0..6 {
        id.push(char::from(LETTERS[number % 24]));
        number /= 24;
    }
    id
}
