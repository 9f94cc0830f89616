//! What each system checks and answers, one file or directory a system.

use super::answer::Answer;
use super::call::Call;

pub(super) mod aws;
pub(super) mod candlepin;
mod dates;
pub(super) mod dci;
pub(super) mod echo;
mod fleet;
pub(super) mod foreman;
pub(super) mod maas;
pub(super) mod ovh;
pub(super) mod s3;
mod sigv4;
mod xml;

/// A system: its keys, its nonces and its state.
pub(super) trait System {
    /// Answers a request, the signature's check included.
    fn answer(&mut self, call: &Call<'_>) -> Answer;
}
