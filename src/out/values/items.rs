//! The values in a body, as they come.

use super::list::{self, From};
use super::source::{is_xml, parse_xml, parsed, refusal};
use super::stream::{Piece, Stream};
use crate::error::Result;
use crate::model::listing::Listing;
use jaq_json::{Val, read};
use std::collections::VecDeque;
use std::io::Read;

/// The values in a body of JSON or XML: its documents, or the items of the
/// lists that they are.
pub(in crate::out) struct Values<'r> {
    stream: Stream<'r>,
    option: &'r str,
    /// How items are found, when they are wanted.
    listing: Option<&'r Listing>,
    ready: VecDeque<Val>,
    /// Whether it is XML; not known before it is looked at.
    is_xml: Option<bool>,
}

impl<'r> Values<'r> {
    /// Those of `body`; with a `listing` the items. `option` is what asked for
    /// them, for messages.
    pub(in crate::out) fn new(
        body: &'r mut dyn Read,
        option: &'r str,
        listing: Option<&'r Listing>,
    ) -> Self {
        let stream = Stream::new(body, option, listing.is_some());
        Self { stream, option, listing, ready: VecDeque::new(), is_xml: None }
    }

    /// How many bytes came.
    pub(in crate::out) fn length(&self) -> u64 {
        self.stream.length()
    }

    /// The next one; `None` at the end, and where `waiting`, which is called
    /// before more is waited for, says that no more is wanted.
    ///
    /// # Errors
    /// [`crate::error::Kind::Unexpected`] where the body is neither JSON nor
    /// XML. An I/O error of the body is passed through as it is.
    pub(in crate::out) fn next(
        &mut self,
        waiting: &mut dyn FnMut() -> Result<bool>,
    ) -> Result<Option<Val>> {
        if self.is_xml.is_none() {
            let may_be_xml = self.stream.first()? == Some(b'<');
            let text = if may_be_xml { self.stream.rest()? } else { b"" };
            let is_xml = is_xml(text);
            self.is_xml = Some(is_xml);
            if is_xml {
                let document = parse_xml(text, self.option)?;
                self.take(document, From::Xml);
            }
        }
        loop {
            if let Some(value) = self.ready.pop_front() {
                return Ok(Some(value));
            }
            if self.is_xml == Some(true) {
                return Ok(None);
            }
            let parse = |text| parsed(read::parse_single(text));
            let refuse = |why: String| refusal(self.option, &why);
            match self.stream.next(waiting)? {
                None => return Ok(None),
                Some(Piece::Element(text)) => {
                    return parse(text).map(Some).map_err(|why| refuse(why).into());
                }
                Some(Piece::Document(text)) => {
                    let document = parse(text).map_err(refuse)?;
                    self.take(document, From::Json);
                }
            }
        }
    }

    fn take(&mut self, document: Val, from: From) {
        match self.listing {
            Some(listing) => {
                self.ready.extend(list::items(&document, from, listing).into_owned());
            }
            None => self.ready.push_back(document),
        }
    }
}
