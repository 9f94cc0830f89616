//! Gets the pages that follow an answer.

use super::judge;
use super::print::Printer;
use crate::cli::args::SendArgs;
use crate::cli::session::Session;
use crate::cli::world::World;
use crate::error::Result;
use crate::flow::paginate::{Listener, Manner, Pages, Received, Rules};
use crate::model::request::Draft;
use crate::model::url::Origin;
use crate::out::paced;
use crate::profile::preset::paging::Paging;
use std::io::Read;

/// How pages are got.
pub(super) struct More<'a, 'world> {
    pub(super) session: &'a Session,
    pub(super) world: &'a World<'world>,
    pub(super) arguments: &'a SendArgs,
    pub(super) paging: &'a Paging,
    /// How they are given.
    pub(super) manner: Manner,
    /// Whether it is shown how many there are.
    pub(super) shows_progress: bool,
}

impl<'a, 'world> More<'a, 'world> {
    /// Pages for a printer, which it reads as one document or, `as_lists`, each
    /// by itself.
    pub(super) fn of<'printer: 'a>(
        printer: &Printer<'printer>,
        world: &'a World<'world>,
        session: &'a Session,
        paging: &'a Paging,
        as_lists: bool,
    ) -> Self {
        let arguments = printer.arguments;
        let manner = Manner { limit: arguments.paging.max_pages, as_lists };
        let shows_progress = printer.shows_progress && printer.is_silent_meanwhile();
        Self { session, world, arguments, paging, manner, shows_progress }
    }

    /// Calls `print` with the list that begins with `first`; each page is
    /// signed anew. `retried` counts how often something was sent again.
    pub(super) fn read<T>(
        &self,
        first: Received,
        retried: &mut u32,
        print: &mut dyn FnMut(&mut dyn Read) -> Result<T>,
    ) -> Result<T> {
        let signs_for = |origin: &Origin| self.session.signs_for(origin);
        let warn = |text: &str| self.world.warn(text);
        let progress = |pages, items| self.show(pages, items);
        let listener = Listener { warn: &warn, progress: &progress };
        let mut fetch = |draft: &Draft| self.fetch(draft, retried);
        let rules = Rules { paging: self.paging, signs_for: &signs_for };
        let draft = self.session.draft.clone();
        let mut pages = Pages::new(rules, draft, first, self.manner, &mut fetch, listener);
        print(&mut Ending { pages: &mut pages, world: self.world })
    }

    /// Shows how far it is: nothing of the first page, which may be the only one.
    fn show(&self, pages: u32, items: u64) {
        if self.shows_progress && pages > 1 {
            self.world.show_line(&paced::pages(pages, items));
        }
    }

    /// Gets a page, again where its body was cut off and may be asked for
    /// again.
    fn fetch(&self, draft: &Draft, retried: &mut u32) -> Result<Received> {
        loop {
            let mut exchanged = self.session.with_engine(self.world, |engine| {
                engine.send(draft, retried, &mut |event| {
                    if self.arguments.verbose {
                        self.world.show_head(&event, self.session.secrets);
                    }
                    Ok(())
                })
            })?;
            if let Some(error) = judge(self.session, &self.arguments.request, &mut exchanged) {
                return Err(error.into());
            }
            let url = exchanged.request.wire.url().clone();
            let mut answer = exchanged.answer;
            let failure = match Received::read(url, answer.head, &mut answer.body) {
                Err(failure) => failure,
                received => return received,
            };
            let resumes = self
                .session
                .with_engine(self.world, |engine| engine.resumes(draft, &failure, retried))?;
            if !resumes {
                return Err(failure);
            }
        }
    }
}

/// Pages that take the line of their progress away when they end.
struct Ending<'a, 'world> {
    pages: &'a mut dyn Read,
    world: &'a World<'world>,
}

impl Read for Ending<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.pages.read(buffer);
        if !matches!(read, Ok(1..)) {
            self.world.clear_line();
        }
        read
    }
}
