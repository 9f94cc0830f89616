//! What is shown while an answer is not as wanted.

use crate::model::duration;
use crate::model::place::quoted;
use std::time::Duration;

/// What is waited for, what was seen last, and for how long of how long:
/// `waiting for '.status_name == "Deployed"' (1m05s of 30m): "Deploying"`.
pub fn line(wanted: &str, seen: &str, elapsed: Duration, limit: Duration) -> String {
    format!(
        "waiting for {} ({} of {}): {seen}",
        quoted(wanted),
        duration::clock(elapsed.as_secs()),
        duration::written(limit)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_one_line() {
        let seconds = Duration::from_secs;
        assert_eq!(
            line(".a\n== 1", "2", seconds(65), seconds(1800)),
            "waiting for '.a\u{fffd}== 1' (1m05s of 30m): 2"
        );
    }
}
