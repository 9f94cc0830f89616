//! Changes within a parsed document.

use crate::error::{Error, Result};
use crate::profile::toml_text::toml_value;
use serde_json::Value as Json;
use toml_edit::{DocumentMut, InlineTable, Item, Key, Table, TableLike, Value};

/// The table that holds the profiles.
const PROFILE: &str = "profile";

fn profiles(document: &DocumentMut) -> Option<&dyn TableLike> {
    document.get(PROFILE)?.as_table_like()
}

fn fields<'document>(
    document: &'document mut DocumentMut,
    profile: &str,
) -> Option<&'document mut dyn TableLike> {
    document.get_mut(PROFILE)?.as_table_like_mut()?.get_mut(profile)?.as_table_like_mut()
}

/// The names of the profiles, in their order.
pub(super) fn profile_names(document: &DocumentMut) -> Vec<String> {
    let names = profiles(document).map(|table| table.iter().map(|(name, _)| name.to_owned()));
    names.into_iter().flatten().collect()
}

/// Whether a profile has a value for a field.
pub(super) fn has_field(document: &DocumentMut, profile: &str, field: &str) -> bool {
    let fields = profiles(document).and_then(|table| table.get(profile)?.as_table_like());
    fields.is_some_and(|table| table.contains_key(field))
}

/// Adds an empty profile.
pub(super) fn add(document: &mut DocumentMut, profile: &str) -> Result<()> {
    let is_first = document.as_table().is_empty();
    let holder = document.entry(PROFILE).or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let mut table = Table::new();
    if !is_first {
        table.decor_mut().set_prefix("\n");
    }
    let item = match holder {
        Item::Table(_) => Item::Table(table),
        _ => Item::Value(Value::InlineTable(InlineTable::new())),
    };
    let holder = holder.as_table_like_mut().ok_or_else(|| Error::config("profile is no table"))?;
    holder.insert(profile, item);
    Ok(())
}

/// Gives a field its value; the comment behind the old one stays. Of an
/// object given for `headers` each entry is set for itself. Null takes away.
pub(super) fn set(
    document: &mut DocumentMut,
    profile: &str,
    field: &str,
    value: &Json,
) -> Result<()> {
    let table = fields(document, profile)
        .ok_or_else(|| Error::config(format!("profile {profile} is no table")))?;
    match (field, value) {
        ("headers", Json::Object(headers)) => {
            if table.get("headers").and_then(Item::as_table_like).is_none() {
                table.insert("headers", Item::Value(InlineTable::new().into()));
            }
            if let Some(own) = table.get_mut("headers").and_then(Item::as_table_like_mut) {
                headers.iter().for_each(|(name, value)| put(own, name, value));
            }
        }
        _ => put(table, field, value),
    }
    Ok(())
}

fn put(table: &mut dyn TableLike, name: &str, value: &Json) {
    if value.is_null() {
        table.remove(name);
        return;
    }
    let mut new = toml_value(value);
    match table.get_mut(name) {
        Some(Item::Value(old)) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        Some(other) => *other = Item::Value(new),
        None => drop(table.insert(name, Item::Value(new))),
    }
}

/// Gives a profile another name in the same place.
pub(super) fn rename(document: &mut DocumentMut, old: &str, new: &str) -> Result<()> {
    let renamed = |key: Key| match key.get() == old {
        true => Key::new(new)
            .with_leaf_decor(key.leaf_decor().clone())
            .with_dotted_decor(key.dotted_decor().clone()),
        false => key,
    };
    match document.get_mut(PROFILE) {
        Some(Item::Table(table)) => {
            let names: Vec<String> = table.iter().map(|(name, _)| name.to_owned()).collect();
            let entries = names.iter().filter_map(|name| table.remove_entry(name));
            for (key, item) in entries.collect::<Vec<_>>() {
                table.insert_formatted(&renamed(key), item);
            }
            Ok(())
        }
        Some(Item::Value(Value::InlineTable(table))) => {
            let names: Vec<String> = table.iter().map(|(name, _)| name.to_owned()).collect();
            let entries = names.iter().filter_map(|name| table.remove_entry(name));
            for (key, value) in entries.collect::<Vec<_>>() {
                table.insert_formatted(&renamed(key), value);
            }
            Ok(())
        }
        _ => Err(Error::config("profile is no table").into()),
    }
}

/// Takes a profile away. Comments right above it go with it; those that an
/// empty line parts from it stay.
pub(super) fn remove(document: &mut DocumentMut, profile: &str) {
    let holder = document.get_mut(PROFILE).and_then(Item::as_table_like_mut);
    let Some(Item::Table(table)) = holder.and_then(|holder| holder.remove(profile)) else {
        return;
    };
    let above = table.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
    let Some((kept, _)) = above.rsplit_once("\n\n").filter(|(kept, _)| !kept.trim().is_empty())
    else {
        return;
    };
    let kept = format!("{kept}\n");
    let mut next = None;
    let place = table.position().unwrap_or(isize::MAX);
    following(document.as_table(), place, &mut next);
    match next.and_then(|place| table_at(document.as_table_mut(), place)) {
        Some(table) => {
            let decor = table.decor_mut();
            let own = decor.prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
            let joined = format!("{kept}{own}");
            decor.set_prefix(joined);
        }
        None => {
            let own = document.trailing().as_str().unwrap_or_default();
            let joined = format!("{kept}{own}");
            document.set_trailing(joined);
        }
    }
}

/// The position of the first table behind `place`.
fn following(table: &Table, place: isize, next: &mut Option<isize>) {
    for below in table.iter().filter_map(|(_, item)| item.as_table()) {
        if let Some(position) = below.position().filter(|position| *position > place)
            && !below.is_implicit()
            && next.is_none_or(|nearest| position < nearest)
        {
            *next = Some(position);
        }
        following(below, place, next);
    }
}

/// The table at a position.
fn table_at(table: &mut Table, place: isize) -> Option<&mut Table> {
    for (_, item) in table.iter_mut() {
        let Some(below) = item.as_table_mut() else { continue };
        if below.position() == Some(place) && !below.is_implicit() {
            return Some(below);
        }
        if let Some(found) = table_at(below, place) {
            return Some(found);
        }
    }
    None
}
