//! S3.
use super::System;
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
/// S3.
pub(in crate::sandbox) struct S3;
impl S3 {
    pub(in crate::sandbox) fn new(_now: crate::model::time::Time) -> Self {
        Self
    }
}
impl System for S3 {
    fn answer(&mut self, _call: &Call<'_>) -> Answer {
        Answer::empty(501)
    }
}
