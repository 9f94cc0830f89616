//! Dci.
use super::System;
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
/// Dci.
pub(in crate::sandbox) struct Dci;
impl Dci {
    pub(in crate::sandbox) fn new() -> Self {
        Self
    }
}
impl System for Dci {
    fn answer(&mut self, _call: &Call<'_>) -> Answer {
        Answer::empty(501)
    }
}
