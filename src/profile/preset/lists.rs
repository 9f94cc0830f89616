//! How a system gives lists, a part of its own in a preset's file.

use super::paging::Paging;
use super::read::{tables, texts};
use crate::error::Result;
use crate::model::listing::{Column, Listing, View};
use crate::profile::document::{self, Table};

/// The tables that the part holds; one of them is its first.
const TABLES: [&str; 2] = ["paging", "list"];

/// How a system gives lists.
#[derive(Clone, Debug)]
pub struct Lists {
    /// How it gives long ones; `None` where each of its services has a way of
    /// its own.
    pub paging: Option<Paging>,
    /// How it lays out what it lists.
    pub listing: Listing,
}

/// A preset's file, its answer rules taken off, without and with the part that
/// is about lists.
pub(super) fn split(text: &'static str) -> (&'static str, &'static str) {
    let start = |table: &&str| text.find(&format!("\n[{table}]\n"));
    let first = TABLES.iter().filter_map(start).min();
    text.split_at(first.map_or(text.len(), |at| at + 1))
}

impl Lists {
    /// Reads that part.
    ///
    /// # Errors
    /// When it is malformed or holds something else.
    pub(super) fn read(text: &str) -> Result<Self> {
        let root = document::parse(&document::built_in("lists"), text)?;
        if let Some(other) = root.iter().find(|entry| !TABLES.contains(&entry.key.as_str())) {
            return Err(other.place.error("only answer may be behind paging and list").into());
        }
        Ok(Self {
            paging: root
                .get("paging")
                .map(|table| Paging::read(table.table("paging")?))
                .transpose()?,
            listing: match root.get("list") {
                Some(table) => listing(table.table("list")?)?,
                None => Listing::default(),
            },
        })
    }
}

fn listing(table: &Table) -> Result<Listing> {
    let views = tables(table, "view")?;
    Ok(Listing {
        members: columns(table, "members")?,
        beside: texts(table, "beside")?,
        views: views
            .into_iter()
            .map(|view| Ok(View { has: texts(view, "has")?, columns: columns(view, "columns")? }))
            .collect::<Result<_>>()?,
    })
}

/// Parts of a value, each written as `--columns` has it.
fn columns(table: &Table, key: &str) -> Result<Vec<Column>> {
    let lists = texts(table, key)?.into_iter().map(|text| Column::parse_list(&text));
    Ok(lists.collect::<Result<Vec<_>>>()?.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::preset::{self, Preset};

    #[test]
    fn those_of_every_preset_can_be_read() {
        for name in preset::names() {
            let lists = Preset::load(name).unwrap().unwrap().lists().unwrap();
            // Amazon's services agree in nothing.
            let is_known = name != "aws";
            assert_eq!(lists.paging.is_some(), is_known, "{name}");
            assert_eq!(!lists.listing.views.is_empty(), is_known, "{name}");
        }
    }

    #[test]
    fn what_is_not_about_lists_does_not_stand_among_them() {
        for text in ["[paging]\n[url]\n", "[list]\n[settings]\nx = 'y'\n"] {
            let error = Lists::read(text).unwrap_err();
            assert!(error.to_string().contains("only answer may be behind"), "{error}");
        }
    }
}
