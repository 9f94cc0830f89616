//! Gets the pages that follow an answer.

use super::judge;
use crate::cli::args::SendArgs;
use crate::cli::session::Session;
use crate::cli::world::World;
use crate::error::Result;
use crate::flow::paginate::{Pages, Received, Rules};
use crate::model::request::Draft;
use crate::model::url::Origin;
use crate::profile::preset::paging::Paging;
use std::io::Read;

/// How pages are got.
pub(super) struct More<'a, 'world> {
    pub(super) session: &'a Session,
    pub(super) world: &'a World<'world>,
    pub(super) arguments: &'a SendArgs,
    pub(super) paging: &'a Paging,
    /// How many at most.
    pub(super) limit: Option<u32>,
}

impl More<'_, '_> {
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
        let mut fetch = |draft: &Draft| self.fetch(draft, retried);
        let rules = Rules { paging: self.paging, signs_for: &signs_for };
        let draft = self.session.draft.clone();
        print(&mut Pages::new(rules, draft, first, self.limit, &mut fetch, &warn))
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
