//! Pages that are asked for by their number, or by how many items come before.
//!
//! Where an answer tells no total it is no page. A total can be out of date,
//! or wrong: an empty page ends a list that should be longer, and one that
//! should have ended goes on as long as its pages are full.

use super::next::{Answered, Next, told};
use crate::profile::preset::answer::Part;
use crate::profile::preset::paging::Place;

/// The page with the next number.
pub(super) fn by_number(
    page: &Answered<'_>,
    number: &Place,
    size: &Place,
    told_size: Option<&Part>,
    total: &Part,
) -> Option<Next> {
    let total = told(page, total)?;
    let count = page.document.count;
    let own = number.number(page.draft).unwrap_or(1).max(1);
    let size = told_size
        .and_then(|part| told(page, part))
        .or_else(|| size.number(page.draft))
        .unwrap_or(count);
    let reached = (own - 1).saturating_mul(size).saturating_add(count);
    Some(follow(total, reached, count, size, || {
        number.set(page.draft, &own.saturating_add(1).to_string())
    }))
}

/// The page that begins behind this one.
pub(super) fn by_offset(
    page: &Answered<'_>,
    offset: &Place,
    size: &Place,
    total: &Part,
) -> Option<Next> {
    let total = told(page, total)?;
    let count = page.document.count;
    let reached = offset.number(page.draft).unwrap_or_default().saturating_add(count);
    let size = size.number(page.draft).unwrap_or(count);
    Some(follow(total, reached, count, size, || offset.set(page.draft, &reached.to_string())))
}

fn follow(
    total: u64,
    reached: u64,
    count: u64,
    size: u64,
    request: impl FnOnce() -> crate::model::request::Draft,
) -> Next {
    let goes_on = match reached.cmp(&total) {
        _ if count == 0 => false,
        std::cmp::Ordering::Less => true,
        std::cmp::Ordering::Equal => false,
        std::cmp::Ordering::Greater => count >= size,
    };
    match goes_on {
        true => Next::request(request()),
        false if reached < total => Next::Missing(total),
        false => Next::Nothing,
    }
}
