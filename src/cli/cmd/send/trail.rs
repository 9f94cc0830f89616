//! What `-w` tells of the way to an answer.

use crate::cli::session::Session;
use crate::error;
use crate::out::mask::{self, Secrets};
use crate::out::write_out::{Times, Transfer};
use crate::sign::Wire;
use std::time::{Duration, Instant};

/// What is noted of the requests on the way to an answer.
pub(super) struct Trail {
    secrets: Secrets,
    /// The URL that was asked for first.
    url: String,
    /// The method and the URL of the last request.
    method: String,
    url_effective: String,
    redirects: u32,
    /// When the last redirect had been followed.
    redirected: Option<Duration>,
    started: Instant,
}

impl Trail {
    /// The trail of a run that started then.
    pub(super) fn new(session: &Session, started: Instant) -> Self {
        let secrets = session.secrets;
        let url = mask::url(&session.draft.url.to_string(), secrets);
        Self {
            secrets,
            method: session.draft.method.to_string(),
            url_effective: url.clone(),
            url,
            redirects: 0,
            redirected: None,
            started,
        }
    }

    pub(super) fn sending(&mut self, wire: &Wire) {
        self.method = wire.method().to_string();
        self.url_effective = mask::url(&wire.url().to_string(), self.secrets);
    }

    pub(super) fn following(&mut self) {
        self.redirects += 1;
        self.redirected = Some(self.started.elapsed());
    }

    /// Begins anew: what came before led to no answer that counts.
    pub(super) fn begin_anew(&mut self) {
        (self.redirects, self.redirected) = (0, None);
    }

    /// All that `-w` can tell, of which the answer's own part is `transfer`.
    pub(super) fn complete(self, transfer: Transfer, failure: Option<&anyhow::Error>) -> Transfer {
        let total = self.started.elapsed();
        let redirect = self.redirected;
        // The exchange's own times begin where the redirects end.
        let since_start =
            |time: Option<Duration>| time.map(|time| time + redirect.unwrap_or_default());
        let times = transfer.times;
        Transfer {
            exit_code: failure.map_or(0, |error| error::kind_of(error).exit_code()),
            error: failure.map(error::one_line),
            method: self.method,
            url: self.url,
            url_effective: self.url_effective,
            redirects: self.redirects,
            times: Times {
                name_lookup: since_start(times.name_lookup),
                connect: since_start(times.connect),
                app_connect: since_start(times.app_connect),
                pre_transfer: since_start(times.pre_transfer),
                start_transfer: since_start(times.start_transfer),
                redirect,
                total: Some(total),
            },
            ..transfer
        }
    }
}
