//! Reads pages one after the other, as one body.

use super::document::Document;
use super::next::{Answered, Next, Rules, next};
use crate::error::{Error, Kind, Result};
use crate::model::request::Draft;
use crate::model::response::ResponseHead;
use crate::model::url::WireUrl;
use anyhow::Context as _;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::io::{self, Read};

/// The longest page, in bytes: one is in memory at a time.
const PAGE_LIMIT: u64 = 256 * 1024 * 1024;

/// How many pages may be empty one after the other: S3 gives some where much
/// was deleted, a server gone wrong gives nothing else.
const EMPTY_LIMIT: u32 = 100;

/// An answer with a page.
pub struct Received {
    /// The URL that answered.
    pub url: WireUrl,
    /// Its head.
    pub head: ResponseHead,
    /// Its body, content codings undone.
    pub body: Vec<u8>,
}

impl Received {
    /// Reads a page whole.
    ///
    /// # Errors
    /// Those of the body, and [`Kind::Unexpected`] when it does not end.
    pub fn read(url: WireUrl, head: ResponseHead, body: &mut dyn Read) -> Result<Self> {
        let mut text = Vec::new();
        body.take(PAGE_LIMIT + 1).read_to_end(&mut text).map_err(crate::net::typed)?;
        if text.len() as u64 > PAGE_LIMIT {
            let why = format!("it is longer than {} MiB", PAGE_LIMIT >> 20);
            return Err(Error::new(Kind::Unexpected, why)
                .hint("ask for fewer items a page")
                .into());
        }
        Ok(Self { url, head, body: text })
    }
}

/// Signs and sends the request for a page, and reads the answer.
pub type Fetch<'a> = dyn FnMut(&Draft) -> Result<Received> + 'a;

/// How pages are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// How many are asked for at most.
    pub limit: Option<u32>,
    /// Whether the items of each page are a document of their own, where they
    /// are JSON: then they can be read without the pages that follow.
    pub as_lists: bool,
}

/// Who is told of pages.
#[derive(Clone, Copy)]
pub struct Listener<'a> {
    /// Is told what is missing.
    pub warn: &'a dyn Fn(&str),
    /// Is told how many pages with how many items have come.
    pub progress: &'a dyn Fn(u32, u64),
}

/// A list's pages as one document: what stands around the first page's items,
/// and between it the items of all pages, as they came. What tells of a page
/// alone is left out. A page is asked for when it is wanted.
///
/// Its errors become ours again by [`crate::net::typed`].
pub struct Pages<'a> {
    rules: Rules<'a>,
    fetch: &'a mut Fetch<'a>,
    listener: Listener<'a>,
    manner: Manner,
    state: State,
    /// What is to be given next, and how much of it was.
    ready: Vec<u8>,
    given: usize,
    so_far: SoFar,
}

enum State {
    First(Box<(Draft, Received)>),
    Next(Box<Draft>),
    Failed(anyhow::Error),
    Done,
}

/// What the pages so far were.
#[derive(Default)]
struct SoFar {
    pages: u32,
    items: u64,
    /// Pages without items, one after the other.
    empty: u32,
    /// The requests for them.
    asked: HashSet<u64>,
    /// The items of the last one that had some.
    last: Option<u64>,
    /// What follows the items of the last one.
    ending: String,
}

impl<'a> Pages<'a> {
    /// The list that begins with `first`, the answer to `draft`. `fetch` gets
    /// the others.
    pub fn new(
        rules: Rules<'a>,
        draft: Draft,
        first: Received,
        manner: Manner,
        fetch: &'a mut Fetch<'a>,
        listener: Listener<'a>,
    ) -> Self {
        let state = State::First(Box::new((draft, first)));
        let so_far = SoFar::default();
        Self { rules, fetch, listener, manner, state, ready: Vec::new(), given: 0, so_far }
    }

    /// Makes the next page ready; `false` when there is none.
    fn advance(&mut self) -> Result<bool> {
        self.ready.clear();
        self.given = 0;
        let (number, items) = (self.so_far.pages + 1, self.so_far.items);
        let place = || format!("page {number}, after {}", counted(items, "item"));
        match std::mem::replace(&mut self.state, State::Done) {
            State::Done => return Ok(false),
            State::Failed(error) => return Err(error.context(place())),
            State::First(first) => self.take(&first.0, &first.1)?,
            State::Next(draft) => {
                let received = (self.fetch)(&draft).with_context(place)?;
                self.take(&draft, &received).with_context(place)?;
            }
        }
        Ok(true)
    }

    fn take(&mut self, draft: &Draft, received: &Received) -> Result<()> {
        let is_first = self.so_far.pages == 0;
        let text = std::str::from_utf8(&received.body).unwrap_or_default();
        let list = Document::read(text, self.rules.paging);
        let is_list = list.is_some();
        if !is_first && !is_list {
            return Err(Error::new(Kind::Unexpected, "the answer holds no list").into());
        }
        let document = list.unwrap_or_else(Document::of_no_list);
        self.so_far.note(draft, &document)?;
        let page =
            Answered { draft, url: &received.url, head: &received.head, document: &document };
        let next = next(&self.rules, &page);
        if is_first && matches!(next, Ok(Next::Nothing)) && !document.leaves_out {
            // It is no page, but the whole: it stays as it is.
            self.ready.extend_from_slice(&received.body);
            return Ok(());
        }
        if !is_list {
            next?;
            let why = "the answer has a next page but holds no list, so they cannot be joined";
            let error = Error::new(Kind::Unexpected, why);
            return Err(error.hint("without --paginate it is printed as it came").into());
        }
        (self.listener.progress)(self.so_far.pages, self.so_far.items);
        let list = self.manner.as_lists.then(|| document.list()).flatten();
        if let Some(list) = list {
            self.ready.extend_from_slice(list.as_bytes());
            match next {
                Ok(next) => self.go_on(next, &Document::of_no_list()),
                Err(error) => self.state = State::Failed(error),
            }
            return Ok(());
        }
        if is_first {
            self.ready.extend_from_slice(document.before.as_bytes());
        } else if document.count > 0 && self.so_far.items > document.count {
            self.ready.extend_from_slice(document.separator.as_bytes());
        }
        self.ready.extend_from_slice(document.items.as_bytes());
        match next {
            Ok(next) => self.go_on(next, &document),
            // What has come is given first.
            Err(error) => self.state = State::Failed(error),
        }
        Ok(())
    }

    /// Chooses between another page and the end.
    fn go_on(&mut self, next: Next, last: &Document<'_>) {
        let so_far = &mut self.so_far;
        match next {
            Next::Request(_) if self.manner.limit.is_some_and(|limit| so_far.pages >= limit) => {
                let (pages, items) =
                    (counted(so_far.pages.into(), "page"), counted(so_far.items, "item"));
                (self.listener.warn)(&format!(
                    "{pages} with {items} were read, as --max-pages says; more follow"
                ));
            }
            Next::Request(draft) => {
                if so_far.ending.is_empty() {
                    so_far.ending.clone_from(&last.after);
                }
                self.state = State::Next(draft);
                return;
            }
            Next::Missing(total) => {
                let (told, items) = (counted(total, "item"), so_far.items);
                (self.listener.warn)(&format!(
                    "the server tells of {told}, but its pages end after {items}"
                ));
            }
            Next::Nothing => {}
        }
        let ending = match so_far.ending.is_empty() {
            true => &last.after,
            false => &so_far.ending,
        };
        self.ready.extend_from_slice(ending.as_bytes());
    }
}

impl SoFar {
    /// Takes note of a page.
    ///
    /// # Errors
    /// [`Kind::Unexpected`] when pages go round in a circle or hold nothing.
    fn note(&mut self, draft: &Draft, document: &Document<'_>) -> Result<()> {
        let wrong = |why: String| Err(Error::new(Kind::Unexpected, why).into());
        let is_new = self.asked.insert(identity(draft));
        if !is_new {
            return wrong("it was read before: the pages go round in a circle".into());
        }
        self.pages += 1;
        self.items += document.count;
        if document.count == 0 {
            self.empty += 1;
            return match self.empty > EMPTY_LIMIT {
                true => wrong(format!("{EMPTY_LIMIT} pages one after the other were empty")),
                false => Ok(()),
            };
        }
        self.empty = 0;
        let last = self.last.replace(hashed(&document.items));
        if last == self.last {
            return wrong("it is the page before once more: the server does not turn pages".into());
        }
        Ok(())
    }
}

/// What tells requests for pages apart.
fn identity(draft: &Draft) -> u64 {
    let headers: Vec<(&str, &[u8])> =
        draft.headers.iter().map(|header| (&*header.name, &*header.value)).collect();
    hashed(&(draft.url.to_string(), headers))
}

fn hashed(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// `1 item`, `2 items`.
fn counted(number: u64, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

impl Read for Pages<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() {
            // In the one form that readers of bodies know.
            let advanced = self.advance();
            if !advanced.map_err(|error| io::Error::other(Error::of_chain(&error)))? {
                return Ok(0);
            }
        }
        let length = buffer.len().min(self.ready.len() - self.given);
        buffer[..length].copy_from_slice(&self.ready[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}
