//! DCI's lists: `limit`, `offset`, `sort` and `where`.

use super::error;
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use crate::sandbox::collection::{field_text, page};
use serde_json::{Value, json};

/// How many objects a list has when the request does not say.
const LIMIT: usize = 20;
/// The most that a request may ask for.
const MOST: usize = 200;

/// The answer to `GET` on a list, whose key is the name of the resource.
pub(super) fn list(call: &Call<'_>, plural: &str, items: &[Value]) -> Answer {
    let mut found = items.to_vec();
    for condition in call.query_value("where").unwrap_or_default().split(',') {
        if condition.is_empty() {
            continue;
        }
        let Some((name, wanted)) = condition.split_once(':') else {
            let why = format!("where: '{condition}' must have the form 'key:value'");
            return error(400, &why, json!({}));
        };
        if !items.is_empty() && items.iter().all(|item| item.get(name).is_none()) {
            let why = format!("Invalid where key: '{name}'");
            return error(400, &why, json!({"where": name}));
        }
        found.retain(|item| field_text(item, name) == wanted);
    }
    for key in call.query_value("sort").unwrap_or("-created_at").split(',').rev() {
        let name = key.trim_start_matches('-');
        found.sort_by_key(|item| field_text(item, name));
        if key.starts_with('-') {
            found.reverse();
        }
    }
    let limit = call.query_number("limit").unwrap_or(LIMIT).min(MOST);
    let offset = call.query_number("offset").unwrap_or(0);
    let part = page(&found, offset, limit);
    Answer::json(200, &json!({plural: part, "_meta": {"count": found.len()}}))
}
