//! S3's lists: elements of an answer become parameters of the next request.
//! (Amazon S3 API Reference, ListObjectsV2, ListObjects and their like.)

use super::next::{Answered, Next, with_parameter};
use crate::error::{Error, Kind, Result};
use crate::model::request::Draft;
use crate::sign::encode::decode;

/// What follows a page; `markers` are elements and the parameters they become.
///
/// # Errors
/// [`Kind::Unexpected`] when there is more, and no way to it.
pub(super) fn next(page: &Answered<'_>, markers: &[(String, String)]) -> Result<Option<Next>> {
    let is_truncated = page.document.element("IsTruncated");
    if is_truncated.as_deref() == Some("false") {
        return Ok(Some(Next::Nothing));
    }
    let mut url = page.draft.url.clone();
    let mut is_marked = false;
    for (element, parameter) in markers {
        // An empty one says nothing: an upload's id stands beside each key.
        let value = page.document.element(element).filter(|value| !value.is_empty());
        if let Some(value) = value {
            let is_key = matches!(element.as_str(), "NextKeyMarker" | "NextMarker");
            url = with_parameter(&url, parameter, &plain(page, value, is_key));
            is_marked = true;
        }
    }
    // Version 1 of the list gives NextMarker with a delimiter only: else the
    // last key is where to go on.
    let is_first_version = || page.draft.url.query().is_none_or(|q| !q.contains("list-type"));
    if !is_marked
        && is_truncated.is_some()
        && is_first_version()
        && let Some(key) = page.document.of_last("Contents", "Key")
    {
        url = with_parameter(&url, "marker", &plain(page, key, true));
        is_marked = true;
    }
    match (is_marked, is_truncated) {
        (true, _) => Ok(Some(Next::request(Draft { url, ..page.draft.clone() }))),
        (false, None) => Ok(None),
        (false, Some(_)) => {
            let why = "the answer says that more follows, and not how to ask for it";
            Err(Error::new(Kind::Unexpected, why).into())
        }
    }
}

/// A key as it is: with `encoding-type=url` it comes encoded.
fn plain(page: &Answered<'_>, value: String, is_key: bool) -> String {
    match is_key && page.document.element("EncodingType").as_deref() == Some("url") {
        // As in a form, where a plus is a space.
        true => String::from_utf8_lossy(&decode(value.replace('+', " ").as_bytes())).into_owned(),
        false => value,
    }
}
