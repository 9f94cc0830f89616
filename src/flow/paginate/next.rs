//! The request for the page that follows an answer.

use super::document::Document;
use super::{count, link, markers};
use crate::error::{Error, Kind, Result};
use crate::model::headers::Header;
use crate::model::reference;
use crate::model::request::Draft;
use crate::model::response::ResponseHead;
use crate::model::url::{Origin, WireUrl};
use crate::profile::preset::answer::Part;
use crate::profile::preset::paging::{Paging, PagingRule, Place};
use crate::sign::encode::decode;

/// How pages follow each other.
pub struct Rules<'a> {
    /// The system's way.
    pub paging: &'a Paging,
    /// Whether the credential may be used at an origin.
    pub signs_for: &'a dyn Fn(&Origin) -> bool,
}

/// A page that was answered.
pub(super) struct Answered<'a> {
    /// What was asked for.
    pub(super) draft: &'a Draft,
    /// The URL that answered.
    pub(super) url: &'a WireUrl,
    pub(super) head: &'a ResponseHead,
    pub(super) document: &'a Document<'a>,
}

/// What follows a page.
#[derive(Debug)]
pub(super) enum Next {
    /// Nothing: it is the last.
    Nothing,
    /// This request.
    Request(Box<Draft>),
    /// Nothing, though more was told of: how many items there should be in all.
    Missing(u64),
}

impl Next {
    pub(super) fn request(draft: Draft) -> Self {
        Self::Request(Box::new(draft))
    }
}

/// What follows a page, by the first rule that applies.
///
/// # Errors
/// [`Kind::Unexpected`] when the answer tells of a page that may not or cannot
/// be asked for.
pub(super) fn next(rules: &Rules<'_>, page: &Answered<'_>) -> Result<Next> {
    for rule in &rules.paging.rules {
        let next = match rule {
            PagingRule::Number { number, size, told_size, total } => {
                count::by_number(page, number, size, told_size.as_ref(), total)
            }
            PagingRule::Offset { offset, size, total } => {
                count::by_offset(page, offset, size, total)
            }
            PagingRule::Cursor { asked, told } => page.head.headers.text(told).map(|cursor| {
                let place = Place::Header(asked.clone());
                Next::request(place.set(page.draft, &cursor))
            }),
            PagingRule::Neighbours { older, newer, forwards } => {
                let member = match Place::Query(forwards.clone()).value(page.draft) {
                    Some(_) => newer,
                    None => older,
                };
                // The newest page has a newer one too, which is empty.
                let uri = page.document.member(std::slice::from_ref(member));
                let uri = uri.filter(|_| page.document.count > 0);
                uri.map(|uri| rules.at(page, uri.as_bytes())).transpose()?
            }
            PagingRule::Markers(markers) => markers::next(page, markers)?,
            PagingRule::Link => link::next(&page.head.headers)
                .map(|target| rules.at(page, target.as_bytes()))
                .transpose()?,
        };
        if let Some(next) = next {
            return Ok(next);
        }
    }
    Ok(Next::Nothing)
}

impl Rules<'_> {
    /// The request for a URL that an answer gives.
    fn at(&self, page: &Answered<'_>, target: &[u8]) -> Result<Next> {
        let unexpected = |why: String| Error::new(Kind::Unexpected, why);
        let url = reference::resolve(page.url, target).map_err(|error| {
            let why = crate::error::one_line(&error);
            unexpected(format!("the address of the next page cannot be asked for: {why}"))
        })?;
        let origin = url.origin();
        if !(self.signs_for)(origin) {
            let why = format!("the next page is at {origin}, where the profile does not sign");
            return Err(unexpected(why)
                .hint(format!("--allow-origin {origin}, when that is the same system"))
                .into());
        }
        Ok(Next::request(Draft { url, ..page.draft.clone() }))
    }
}

impl Place {
    /// What a request says here.
    pub(super) fn value(&self, draft: &Draft) -> Option<String> {
        match self {
            Self::Header(name) => draft.headers.text(name),
            Self::Query(name) => {
                let pairs = draft.url.query()?.split('&');
                let mut values = pairs.filter(|pair| is_named(pair, name)).map(|pair| {
                    let value = pair.split_once('=').map_or("", |(_, value)| value);
                    String::from_utf8_lossy(&decode(value.as_bytes())).into_owned()
                });
                values.next()
            }
        }
    }

    /// The number that a request says here.
    pub(super) fn number(&self, draft: &Draft) -> Option<u64> {
        self.value(draft)?.parse().ok()
    }

    /// The same request, saying this here.
    pub(super) fn set(&self, draft: &Draft, value: &str) -> Draft {
        let mut draft = draft.clone();
        match self {
            Self::Header(name) => {
                draft.headers.remove(name);
                draft.headers.push(Header::public(name, value));
            }
            Self::Query(name) => draft.url = with_parameter(&draft.url, name, value),
        }
        draft
    }
}

/// The URL with one value of a query parameter, all others byte for byte.
pub(super) fn with_parameter(url: &WireUrl, name: &str, value: &str) -> WireUrl {
    let others = url.query().unwrap_or_default().split('&').filter(|pair| !is_named(pair, name));
    let others: Vec<&str> = others.collect();
    let mut url = url.with_query(Some(others.join("&")));
    url.push_query(name.as_bytes(), value.as_bytes());
    url
}

fn is_named(pair: &str, name: &str) -> bool {
    let own = pair.split_once('=').map_or(pair, |(own, _)| own);
    decode(own.as_bytes()) == name.as_bytes()
}

/// A number that an answer gives.
pub(super) fn told(page: &Answered<'_>, part: &Part) -> Option<u64> {
    let text = match part {
        Part::Json(path) => page.document.member(path),
        Part::Header(name) => page.head.headers.text(name),
        Part::Xml(name) => page.document.element(name),
        Part::Fields | Part::Text => None,
    };
    text?.trim().parse().ok()
}
