//! Foreman.
use super::System;
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
/// Foreman.
pub(in crate::sandbox) struct Foreman;
impl Foreman {
    pub(in crate::sandbox) fn new() -> Self {
        Self
    }
}
impl System for Foreman {
    fn answer(&mut self, _call: &Call<'_>) -> Answer {
        Answer::empty(501)
    }
}
