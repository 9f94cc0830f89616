//! Candlepin.
use super::System;
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
/// Candlepin.
pub(in crate::sandbox) struct Candlepin;
impl Candlepin {
    pub(in crate::sandbox) fn new() -> Self {
        Self
    }
}
impl System for Candlepin {
    fn answer(&mut self, _call: &Call<'_>) -> Answer {
        Answer::empty(501)
    }
}
