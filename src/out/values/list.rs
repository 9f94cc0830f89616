//! The items in an answer, whatever lies around them.

use super::cells::part;
use crate::model::listing::Listing;
use jaq_json::Val;
use std::borrow::Cow;

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// It is what the server answered in JSON.
    Json,
    /// It is what the server answered in XML.
    Xml,
    /// It is what an expression made of the answer.
    Expression,
}

/// The items of a list; a value that is no list is its only item.
pub(super) fn items<'a>(value: &'a Val, from: From, listing: &Listing) -> Cow<'a, [Val]> {
    match value {
        // An expression gives rows as arrays, as for jq's @csv.
        Val::Arr(elements) if from != From::Expression || are_objects(elements) => {
            Cow::Borrowed(elements)
        }
        Val::Obj(_) => match inside(value, from, listing) {
            Some(items) => Cow::Owned(items),
            None => Cow::Borrowed(std::slice::from_ref(value)),
        },
        _ => Cow::Borrowed(std::slice::from_ref(value)),
    }
}

fn are_objects(elements: &[Val]) -> bool {
    !elements.is_empty() && elements.iter().all(|element| matches!(element, Val::Obj(_)))
}

/// The items of a list with something around it.
fn inside(value: &Val, from: From, listing: &Listing) -> Option<Vec<Val>> {
    let Val::Obj(members) = value else { return None };
    let mut found: Option<Vec<Val>> = None;
    for column in &listing.members {
        match part(value, &column.path) {
            Some(Val::Arr(elements)) => {
                found.get_or_insert_default().extend(elements.iter().cloned());
            }
            // XML does not tell a list of one from that one.
            Some(one) if from == From::Xml => found.get_or_insert_default().push(one),
            _ => {}
        }
    }
    let is_list = listing.beside.iter().any(|name| members.contains_key(&Val::from(name.clone())));
    if found.is_none() && is_list {
        let mut arrays = members.values().filter_map(|member| match member {
            Val::Arr(elements) => Some(elements.to_vec()),
            _ => None,
        });
        return Some(arrays.next().unwrap_or_default());
    }
    found
}
