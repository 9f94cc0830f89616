//! What Candlepin knows before the first request.

use super::super::dates::date_and_clock;
use super::super::fleet::MACHINES;
use crate::model::time::Time;
use serde_json::{Value, json};

/// Organisations: key and name.
const OWNERS: &[(&str, &str)] =
    &[("admin", "Admin Owner"), ("north", "Northern Works"), ("south", "Southern Works")];

/// Products: number and name.
const PRODUCTS: &[(&str, &str)] = &[
    ("69", "Enterprise Server"),
    ("83", "High Availability"),
    ("90", "Resilient Storage"),
    ("183", "Virtual Machine Platform"),
];

/// A time as Candlepin writes it.
pub(super) fn stamp(time: Time) -> String {
    let (date, clock) = date_and_clock(time);
    format!("{date}T{clock}+0000")
}

/// An hour of one day, later for later places.
fn created(place: usize) -> String {
    format!("2025-03-03T{:02}:{:02}:00+0000", place / 60 % 24, place % 60)
}

/// A 32-digit identifier.
fn id(kind: u8, place: usize) -> String {
    format!("4028fa{kind:02x}{place:024x}")
}

pub(super) fn owner(place: usize, key: &str, name: &str) -> Value {
    json!({"created": created(place), "updated": created(place), "id": id(1, place), "key": key,
        "displayName": name, "contentAccessMode": "org_environment",
        "href": format!("/owners/{key}")})
}

pub(super) fn owners() -> Vec<Value> {
    OWNERS.iter().enumerate().map(|(place, (key, name))| owner(place, key, name)).collect()
}

pub(super) fn consumer(place: usize, name: &str, owner_key: &str) -> Value {
    let uuid = format!("5a4dc4f1-0000-4000-8000-{place:012x}");
    json!({"created": created(place), "updated": created(place), "id": id(2, place), "uuid": uuid,
        "name": name, "username": "admin", "entitlementStatus": "disabled", "entitlementCount": 0,
        "owner": owner_reference(owner_key),
        "type": {"id": "1000", "label": "system", "manifest": false},
        "facts": {}, "href": format!("/consumers/{uuid}")})
}

pub(super) fn consumers() -> Vec<Value> {
    let owner_of = |zone: &str| if zone == "lab" { "admin".to_owned() } else { zone.to_owned() };
    let rows = MACHINES.iter().enumerate();
    rows.map(|(place, row)| {
        consumer(place, &format!("{}.example.com", row.name), &owner_of(row.zone))
    })
    .collect()
}

pub(super) fn pools() -> Vec<Value> {
    let pairs = OWNERS.iter().flat_map(|(key, _)| PRODUCTS.iter().map(move |row| (*key, row)));
    pairs
        .enumerate()
        .map(|(place, (key, (number, name)))| {
            json!({"created": created(place), "updated": created(place), "id": id(3, place),
                "type": "NORMAL", "owner": owner_reference(key), "activeSubscription": true,
                "quantity": 100, "consumed": place, "productId": number, "productName": name,
                "startDate": "2025-01-01T00:00:00+0000", "endDate": "2035-01-01T00:00:00+0000",
                "href": format!("/pools/{}", id(3, place))})
        })
        .collect()
}

pub(super) fn products() -> Vec<Value> {
    let rows = PRODUCTS.iter().enumerate();
    rows.map(|(place, (number, name))| {
        json!({"created": created(place), "updated": created(place), "uuid": id(4, place),
            "id": number, "name": name, "multiplier": 1, "attributes": [], "productContent": [],
            "href": format!("/products/{}", id(4, place))})
    })
    .collect()
}

fn owner_reference(key: &str) -> Value {
    let place = OWNERS.iter().position(|(other, _)| *other == key).unwrap_or(OWNERS.len());
    let name = OWNERS.get(place).map_or(key, |(_, name)| name);
    json!({"id": id(1, place), "key": key, "displayName": name, "href": format!("/owners/{key}")})
}
