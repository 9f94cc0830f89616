//! Ovh.
use super::System;
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
/// Ovh.
pub(in crate::sandbox) struct Ovh;
impl Ovh {
    pub(in crate::sandbox) fn new() -> Self {
        Self
    }
}
impl System for Ovh {
    fn answer(&mut self, _call: &Call<'_>) -> Answer {
        Answer::empty(501)
    }
}
