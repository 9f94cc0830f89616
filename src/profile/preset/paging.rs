//! How a system gives a long list in pages.

use super::answer::Part;
use super::read::{need, pairs, tables, text_of, texts};
use crate::error::Result;
use crate::profile::document::Table;
use anyhow::{Context as _, bail};

/// How a list's pages are asked for and joined.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paging {
    /// Where a list's items stand: the member of a JSON document, the elements
    /// of an XML document. A JSON document without any of these members may be
    /// an array, or have one array only.
    pub items: Vec<String>,
    /// The members or elements that tell of a page and not of the list.
    pub left_out: Vec<String>,
    /// How the next page is found: the first rule that applies to an answer.
    pub rules: Vec<PagingRule>,
}

/// A way to the next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PagingRule {
    /// Pages are counted from 1.
    Number {
        /// Where a request says which page it wants.
        number: Place,
        /// Where it says how long a page is.
        size: Place,
        /// Where an answer says how long a page is.
        told_size: Option<Part>,
        /// Where an answer says how many items there are in all.
        total: Part,
    },
    /// Items are counted from 0.
    Offset {
        /// Where a request says how many items come before.
        offset: Place,
        /// Where it says how long a page is.
        size: Place,
        /// Where an answer says how many items there are in all.
        total: Part,
    },
    /// An answer gives a word for the next page.
    Cursor {
        /// The request's header that takes it.
        asked: String,
        /// The answer's header that gives it.
        told: String,
    },
    /// An answer holds the addresses of its neighbours, newest items first.
    Neighbours {
        /// The member with the address of older items.
        older: String,
        /// The member with the address of newer ones.
        newer: String,
        /// The query parameter that asks for newer ones.
        forwards: String,
    },
    /// Elements of an XML answer are query parameters of the next request.
    Markers(Vec<(String, String)>),
    /// An answer's Link header leads to the next page (RFC 8288).
    Link,
}

/// Where a request says something of pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a query parameter.
    Query(String),
    /// In a header.
    Header(String),
}

impl Paging {
    /// That of a system of which nothing is known.
    pub fn of_any() -> Self {
        Self { rules: vec![PagingRule::Link], ..Self::default() }
    }

    pub(super) fn read(table: &Table) -> Result<Self> {
        let rules = tables(table, "rule")?.into_iter().map(rule).collect::<Result<_>>()?;
        Ok(Self { items: texts(table, "items")?, left_out: texts(table, "left_out")?, rules })
    }
}

fn rule(table: &Table) -> Result<PagingRule> {
    let part = |key: &str| -> Result<Part> {
        let text = need(table, key)?;
        Part::parse(&text).with_context(|| format!("'{text}' is no part"))
    };
    Ok(match need(table, "by")?.as_str() {
        "number" => PagingRule::Number {
            number: place(table, "number")?,
            size: place(table, "size")?,
            told_size: text_of(table, "told_size")?.and_then(|text| Part::parse(&text)),
            total: part("total")?,
        },
        "offset" => PagingRule::Offset {
            offset: place(table, "offset")?,
            size: place(table, "size")?,
            total: part("total")?,
        },
        "cursor" => PagingRule::Cursor { asked: need(table, "asked")?, told: need(table, "told")? },
        "neighbours" => PagingRule::Neighbours {
            older: need(table, "older")?,
            newer: need(table, "newer")?,
            forwards: need(table, "forwards")?,
        },
        "markers" => PagingRule::Markers(pairs(table, "markers")?),
        "link" => PagingRule::Link,
        other => bail!("'{other}' is no way to page"),
    })
}

/// `query:page` or `header:X-Page`.
fn place(table: &Table, key: &str) -> Result<Place> {
    let text = need(table, key)?;
    match text.split_once(':') {
        Some(("query", name)) => Ok(Place::Query(name.to_owned())),
        Some(("header", name)) => Ok(Place::Header(name.to_owned())),
        _ => bail!("'{text}' is no place"),
    }
}
