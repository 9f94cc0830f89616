//! A preset's answer rules, read when an answer has to be judged by them:
//! a success of most systems needs none.

use super::answer::AnswerRules;
use super::read;
use std::ops::Deref;
use std::sync::OnceLock;

/// The answer rules of a preset; by default those of an unknown system.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    text: &'static str,
    refuses_with_success: bool,
    rules: OnceLock<AnswerRules>,
}

impl Answers {
    /// The rules that `text` holds. Only if `refuses_with_success` can an
    /// answer of a 2xx status be a refusal.
    pub(super) fn new(text: &'static str, refuses_with_success: bool) -> Self {
        Self { text, refuses_with_success, rules: OnceLock::new() }
    }

    /// Whether an answer of this status can be a refusal, so that its body
    /// has to be looked at.
    pub fn may_refuse(&self, status: u16) -> bool {
        (!is_success(status) || self.refuses_with_success) && AnswerRules::may_refuse(self, status)
    }

    /// Whether an answer of this status can be one that passes by itself; a
    /// success never is.
    pub fn may_be_transient(&self, status: u16) -> bool {
        !is_success(status) && AnswerRules::may_be_transient(self, status)
    }
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

impl Deref for Answers {
    type Target = AnswerRules;

    fn deref(&self) -> &AnswerRules {
        // The data is built in and a test reads all of it.
        self.rules.get_or_init(|| read::answer(self.text).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::preset::{self, Preset};

    #[test]
    fn the_rules_of_every_preset_can_be_read() {
        for name in preset::names() {
            let answers = Preset::load(name).unwrap().unwrap().answer;
            let rules = read::answer(answers.text).unwrap();
            assert!(!rules.refused.is_empty(), "{name}");
            let with_success = (200..300).any(|status| rules.may_refuse(status));
            assert_eq!(answers.refuses_with_success, with_success, "{name}");
            assert!(!(200..300).any(|status| rules.may_be_transient(status)), "{name}");
        }
    }

    #[test]
    fn a_success_is_judged_without_the_rules() {
        let answers = Preset::load("s3").unwrap().unwrap().answer;
        assert!(!answers.may_refuse(200) && !answers.may_be_transient(200));
        assert!(answers.rules.get().is_none());
        assert!(answers.may_refuse(403));
        assert!(answers.rules.get().is_some());
    }

    #[test]
    fn rules_before_the_rest_are_refused() {
        let error = read::answer("[answer]\n[settings]\nx = 'y'\n").unwrap_err();
        assert!(error.to_string().contains("answer has to be the last"), "{error}");
    }
}
