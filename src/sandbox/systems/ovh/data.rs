//! What OVHcloud knows before the first request.

use serde_json::{Value, json};

/// The domains, each with a zone.
const DOMAINS: &[&str] = &["example.com", "example.net", "example.org", "lab.example"];

/// The records of every zone: subdomain, type, target.
const RECORDS: &[(&str, &str, &str)] = &[
    ("", "NS", "dns.ovh.example."),
    ("", "A", "192.0.2.10"),
    ("", "MX", "10 mail"),
    ("www", "CNAME", "@"),
    ("mail", "A", "192.0.2.34"),
    ("", "TXT", "\"v=spf1 mx -all\""),
];

pub(super) fn me() -> Value {
    json!({"nichandle": "sb12345-ovh", "customerCode": "1234-5678-90", "firstname": "Sand",
        "name": "Box", "email": "sandbox@example.com", "organisation": "",
        "legalform": "individual", "country": "FR", "language": "en_GB", "ovhCompany": "ovh", "ovhSubsidiary": "FR",
        "currency": {"code": "EUR", "symbol": "€"}, "state": "complete"})
}

pub(super) fn domains() -> Vec<Value> {
    let domain = |name: &&str| {
        json!({"domain": name, "lastUpdate": "2025-03-03T09:00:00+00:00",
            "nameServerType": "hosted", "offer": "gold", "transferLockStatus": "locked", "dnssecSupported": true,
            "state": "ok", "renewalState": "automatic_renew"})
    };
    DOMAINS.iter().map(domain).collect()
}

/// A domain's contract.
pub(super) fn service_infos(domain: &str) -> Value {
    json!({"serviceId": 1, "domain": domain, "status": "ok", "creation": "2015-01-01",
        "expiration": "2035-01-01", "renewalType": "automaticV2016", "contactAdmin": "sb12345-ovh",
        "contactTech": "sb12345-ovh", "contactBilling": "sb12345-ovh",
        "renew": {"automatic": true, "deleteAtExpiration": false, "forced": false, "period": 12}})
}

pub(super) fn zones() -> Vec<Value> {
    let zone = |name: &&str| {
        json!({"name": name, "dnssecSupported": true, "hasDnsAnycast": false,
            "lastUpdate": "2025-03-03T09:00:00+00:00",
            "nameServers": ["dns.ovh.example", "ns.ovh.example"]})
    };
    DOMAINS.iter().map(zone).collect()
}

pub(super) fn record(id: u64, zone: &str, subdomain: &str, kind: &str, target: &str) -> Value {
    json!({"id": id, "zone": zone, "subDomain": subdomain, "fieldType": kind, "target": target,
        "ttl": 0})
}

pub(super) fn records() -> Vec<Value> {
    let rows = DOMAINS.iter().flat_map(|zone| RECORDS.iter().map(move |row| (*zone, row)));
    rows.zip(5_000_001..)
        .map(|((zone, (subdomain, kind, target)), id)| record(id, zone, subdomain, kind, target))
        .collect()
}

pub(super) fn servers() -> Vec<Value> {
    let places = ["gra3", "rbx8", "sbg5", "bhs7", "waw1"];
    let server = |(place, datacenter): (usize, &str)| {
        let name = format!("ns100000{place}.ip-192-0-2.example");
        json!({"serverId": 1_000_000 + place, "name": name,
            "ip": format!("192.0.2.{}", 100 + place), "reverse": format!("{name}."),
            "datacenter": datacenter, "rack": format!("G{place}A0{place}"),
            "commercialRange": "advance", "os": "debian12_64", "state": "ok",
            "powerState": "poweron", "bootId": 1, "monitoring": true, "professionalUse": false, "supportLevel": "pro"})
    };
    places.into_iter().enumerate().map(server).collect()
}

pub(super) fn projects() -> Vec<Value> {
    let names = ["production", "staging"];
    let project = |(place, name): (usize, &str)| {
        json!({"project_id": format!("{:032x}", 0x5a4d_c4f1 + place), "description": name,
            "planCode": "project.2018", "status": "ok", "unleash": false})
    };
    names.into_iter().enumerate().map(project).collect()
}

/// What version 2 of the API lists by cursor.
pub(super) fn policies() -> Vec<Value> {
    let policy = |place: u64| {
        json!({"id": format!("5a4dc4f1-0000-4000-8000-{place:012x}"), "owner": "sb12345-ovh",
            "name": format!("policy-{place:02}"), "readOnly": place < 3, "identities": [],
            "resources": [], "permissions": {"allow": [{"action": "domain:apiovh:get"}]},
            "createdAt": "2025-03-03T09:00:00Z"})
    };
    (0..45).map(policy).collect()
}
