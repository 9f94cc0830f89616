//! Queries: what is lost, moved or written otherwise in them.

use crate::sign::encode::decode;
use crate::sign::verify::case::{Case, Suspect};
use crate::sign::verify::causes::orders;
use crate::sign::verify::causes::place::other_hex;

/// So many parameters are left out one by one.
const SINGLES: usize = 32;

/// So many parameters are tried in every order.
const PERMUTED: usize = 5;

fn with_query<'a>(case: &Case<'a>, query: Option<String>) -> Case<'a> {
    case.with_url(case.draft.url.with_query(query))
}

/// The case with each other query.
fn changed<'a>(case: &Case<'a>, queries: Vec<(String, &str)>) -> Vec<Suspect<'a>> {
    let own = case.draft.url.query().unwrap_or_default();
    let others = queries.into_iter().filter(|(query, _)| query != own);
    others.map(|(query, how)| with_query(case, Some(query)).suspect(how)).collect()
}

pub(super) fn less<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let Some(query) = case.draft.url.query() else { return Vec::new() };
    let mut suspects = vec![with_query(case, None).suspect("without the query")];
    let pairs: Vec<&str> = query.split('&').collect();
    for index in (0..pairs.len()).rev().filter(|_| pairs.len() > 1).take(SINGLES) {
        let mut rest = pairs.clone();
        let name = rest.remove(index).split('=').next().unwrap_or_default();
        let how = format!("without the query parameter {}", name.escape_default());
        suspects.push(with_query(case, Some(rest.join("&"))).suspect(how));
    }
    suspects
}

pub(super) fn order<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let Some(query) = case.draft.url.query() else { return Vec::new() };
    let pairs: Vec<&str> = query.split('&').collect();
    let mut sorted = pairs.clone();
    sorted.sort_unstable();
    let mut queries = vec![(sorted.join("&"), "for the sorted query")];
    // Other schemes than OVHcloud's sort it themselves.
    if case.scheme.id() == "ovh" && pairs.len() <= PERMUTED {
        let orders = orders(pairs.len());
        let how = "for the query's parameters in another order";
        let ordered = |order: Vec<usize>| order.into_iter().map(|i| pairs[i]).collect::<Vec<_>>();
        queries.extend(orders.into_iter().map(|order| (ordered(order).join("&"), how)));
    }
    changed(case, queries)
}

pub(super) fn spaces<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let Some(query) = case.draft.url.query() else { return Vec::new() };
    changed(
        case,
        vec![
            (query.replace("%20", "+"), "for the query with + for %20"),
            (query.replace('+', "%20"), "for the query with %20 for +"),
            (query.replace('+', "%2B"), "for the query with its + as a literal one"),
            (query.replace("%20", "%2B"), "for the query with %20 signed as a literal +"),
        ],
    )
}

pub(super) fn escapes<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let Some(query) = case.draft.url.query() else { return Vec::new() };
    let decoded = String::from_utf8_lossy(&decode(query.as_bytes())).into_owned();
    changed(
        case,
        vec![
            (query.replace('%', "%25"), "for the query encoded once more"),
            (query.replace("%25", "%"), "for the query encoded once less"),
            (decoded, "for the decoded query"),
            (other_hex(query), "for the query with its escapes in other hex digits"),
        ],
    )
}

/// The canonical request with the query as it is sent.
pub(super) fn raw<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let Some(message) = case.own_message() else { return Vec::new() };
    let lines: Vec<&str> = message.splitn(4, '\n').collect();
    let [method, path, own, rest] = lines[..] else { return Vec::new() };
    let query = case.draft.url.query().unwrap_or_default();
    let mut sorted: Vec<&str> = query.split('&').collect();
    sorted.sort_unstable();
    [
        (query.to_owned(), "for the query as it is sent, neither sorted nor encoded"),
        (sorted.join("&"), "for the query sorted, but as it is sent"),
        (other_hex(own), "for the query with its escapes in lower-case hex"),
        (own.replace("%20", "+"), "for the query with + for a space"),
    ]
    .into_iter()
    .filter(|(query, _)| query != own)
    .map(|(query, how)| case.with_message([method, path, &query, rest].join("\n")).suspect(how))
    .collect()
}
