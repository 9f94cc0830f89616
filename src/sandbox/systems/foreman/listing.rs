//! Foreman's lists: pages, order and scoped search.

use super::error;
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use crate::sandbox::collection::{field_text, page};
use serde_json::{Value, json};

/// The setting `entries_per_page`.
const PER_PAGE: usize = 20;

/// Operators of a search, each before those it begins with.
const OPERATORS: &[&str] = &["!=", "!~", "=", "~", ">", "<"];

/// The answer to `GET` on a list.
pub(super) fn list(call: &Call<'_>, items: &[Value]) -> Answer {
    let search = call.query_value("search").unwrap_or_default();
    let terms = match parse(search, items) {
        Ok(terms) => terms,
        Err(message) => return error(400, json!({"message": message})),
    };
    let mut found: Vec<Value> =
        items.iter().filter(|item| terms.iter().all(|term| term.holds(item))).cloned().collect();
    let order = call.query_value("order").unwrap_or_default();
    let (by, direction) = order.split_once(' ').unwrap_or((order, "ASC"));
    if !by.is_empty() {
        found.sort_by_key(|item| sort_key(&field_text(item, by)));
        if direction.eq_ignore_ascii_case("desc") {
            found.reverse();
        }
    }
    let subtotal = found.len();
    let asked = call.query_value("per_page");
    let per_page = match asked {
        Some("all") => subtotal.max(1),
        Some(number) => number.parse().unwrap_or(PER_PAGE).max(1),
        None => PER_PAGE,
    };
    let number = call.query_number("page").unwrap_or(1).max(1);
    let results = page(&found, (number - 1).saturating_mul(per_page), per_page);
    let shown = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
    Answer::json(
        200,
        &json!({
            "total": items.len(),
            "subtotal": subtotal,
            "page": number,
            "per_page": per_page,
            "search": shown(search),
            "sort": {"by": shown(by), "order": shown(if by.is_empty() { "" } else { direction })},
            "results": results,
        }),
    )
}

/// Numbers in their order, before texts in theirs.
fn sort_key(text: &str) -> (bool, u64, String) {
    match text.parse::<u64>() {
        Ok(number) => (false, number, String::new()),
        Err(_) => (true, 0, text.to_lowercase()),
    }
}

/// `field operator value`, or a word that the name contains.
struct Term {
    field: String,
    operator: &'static str,
    value: String,
}

impl Term {
    fn holds(&self, item: &Value) -> bool {
        let actual = match self.field.as_str() {
            // The name of the system without its version.
            "os" => system_name(item),
            field => field_text(item, field),
        }
        .to_lowercase();
        let wanted = self.value.to_lowercase();
        match self.operator {
            "=" => actual == wanted,
            "!=" => actual != wanted,
            "!~" => !actual.contains(&wanted),
            ">" => sort_key(&actual) > sort_key(&wanted),
            "<" => sort_key(&actual) < sort_key(&wanted),
            _ => actual.contains(&wanted),
        }
    }
}

/// Reads a search: terms joined by `and`.
fn parse(search: &str, items: &[Value]) -> Result<Vec<Term>, String> {
    let is_and = |word: &&str| word.eq_ignore_ascii_case("and");
    let words: Vec<&str> = search.split_ascii_whitespace().collect();
    let terms = words.split(is_and).filter(|term| !term.is_empty());
    terms.map(|words| parse_term(&words.join(" "), items)).collect()
}

fn parse_term(text: &str, items: &[Value]) -> Result<Term, String> {
    let first = OPERATORS.iter().filter_map(|operator| Some((text.find(operator)?, *operator)));
    // The leftmost, at one place the longest.
    let found = first.min_by_key(|(at, operator)| (*at, std::cmp::Reverse(operator.len())));
    let Some((at, operator)) = found else {
        return Ok(Term { field: "name".into(), operator: "~", value: unquoted(text) });
    };
    let (name, value) = (text[..at].trim(), &text[at + operator.len()..]);
    let field = match name {
        "os" => return Ok(Term { field: "os".into(), operator, value: unquoted(value) }),
        "os_title" => "operatingsystem_name",
        "architecture" | "domain" | "hostgroup" | "location" | "organization" => {
            return Ok(Term { field: format!("{name}_name"), operator, value: unquoted(value) });
        }
        other => other,
    };
    // scoped_search refuses what it does not know, also when nothing is there.
    if !items.is_empty() && items.iter().all(|item| item.get(field).is_none()) {
        return Err(format!("Field '{name}' not recognized for searching!"));
    }
    Ok(Term { field: field.to_owned(), operator, value: unquoted(value) })
}

fn system_name(item: &Value) -> String {
    let title = field_text(item, "operatingsystem_name");
    title.rsplit_once(' ').map_or(title.clone(), |(name, _)| name.to_owned())
}

fn unquoted(text: &str) -> String {
    text.trim().trim_matches('"').to_owned()
}
