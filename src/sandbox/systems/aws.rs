//! Aws.
use super::System;
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
/// Aws.
pub(in crate::sandbox) struct Aws;
impl System for Aws {
    fn answer(&mut self, _call: &Call<'_>) -> Answer {
        Answer::empty(501)
    }
}
