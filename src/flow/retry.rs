//! Whether and when a request is sent again.
//!
//! Pure: [`decide`] reads what a request came to and says how long to wait.
//! `engine` waits, signs afresh and sends.

use crate::error::{self, Again, Kind};
use crate::model::method::Method;
use crate::model::response::ResponseHead;
use crate::model::time::Time;
use std::time::Duration;

/// The first pause; each further one is twice as long, as in curl.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause, as in curl, and the longest that a server gets for
/// asking.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

/// What `--retry` and its like ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// How many more times a request is sent, at most.
    pub retries: u32,
    /// No attempt begins later than this after the start.
    pub max_time: Option<Duration>,
    /// Whether requests are repeated that may do a thing twice.
    pub repeats_all: bool,
}

/// What a request came to that may be otherwise the next time.
#[derive(Clone, Copy, Debug)]
pub enum Trouble<'a> {
    /// It failed.
    Failed(Kind),
    /// It failed before anything of it was sent.
    Unsent,
    /// It was answered with what this system answers when it is in trouble.
    Answered(&'a ResponseHead),
}

/// Where a run stands.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// How many times requests were sent again so far.
    pub retried: u32,
    /// How long it has taken so far.
    pub elapsed: Duration,
    /// How long it may still take; `None` without a limit.
    pub left: Option<Duration>,
    /// What time it is.
    pub now: Time,
    /// A number from 0 to 1, another one each time.
    pub jitter: f64,
}

/// What to do about a trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing: it would not help, or all attempts were made.
    Stop,
    /// Nothing, since the request may have been carried out.
    Unsafe,
    /// Nothing, since the server asks for a longer pause than there is time.
    TooLong(Duration),
    /// Send it again after this time.
    Wait(Duration),
}

/// Decides whether a request with `method` is sent again.
pub fn decide(
    policy: &Policy,
    method: &Method,
    trouble: Trouble<'_>,
    standing: &Standing,
) -> Decision {
    let was_sent = match trouble {
        _ if !may_be_over(trouble) => return Decision::Stop,
        Trouble::Unsent | Trouble::Failed(Kind::Resolve | Kind::Connect) => false,
        Trouble::Failed(_) | Trouble::Answered(_) => true,
    };
    let Standing { retried, elapsed, .. } = *standing;
    let limit = policy.max_time.map(|limit| limit.saturating_sub(elapsed));
    let is_over = [limit, standing.left].into_iter().flatten().any(|left| left.is_zero());
    if retried >= policy.retries || is_over {
        return Decision::Stop;
    }
    if was_sent && !policy.repeats_all && !is_idempotent(method) {
        return Decision::Unsafe;
    }
    let asked = match trouble {
        Trouble::Answered(head) => retry_after(head, standing.now),
        Trouble::Failed(_) | Trouble::Unsent => None,
    };
    let pause = asked.unwrap_or_else(|| backoff(retried, standing.jitter));
    let longest = limit.unwrap_or(LONGEST_PAUSE);
    let longest = standing.left.map_or(longest, |left| left.min(longest));
    match (asked, pause > longest) {
        (_, false) => Decision::Wait(pause),
        (Some(asked), true) => Decision::TooLong(asked),
        (None, true) => Decision::Stop,
    }
}

/// What a failure is; `None` when it is final.
pub fn trouble_of(error: &anyhow::Error) -> Option<Trouble<'static>> {
    let trouble = match error::again_of(error) {
        Again::ByKind | Again::Stale => Trouble::Failed(error::kind_of(error)),
        Again::Unsent => Trouble::Unsent,
        Again::InVain => return None,
    };
    Some(trouble)
}

/// Whether trouble may be over the next time.
pub fn may_be_over(trouble: Trouble<'_>) -> bool {
    match trouble {
        Trouble::Failed(kind) => may_pass(kind),
        Trouble::Unsent | Trouble::Answered(_) => true,
    }
}

/// Whether what failed may not fail the next time.
pub fn may_pass(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Resolve
            | Kind::Connect
            | Kind::TimedOut
            | Kind::EmptyAnswer
            | Kind::Send
            | Kind::Receive
            | Kind::EndedEarly
    )
}

/// Whether a request that is carried out twice does no more than once (RFC
/// 9110 section 9.2.2).
pub fn is_idempotent(method: &Method) -> bool {
    method.is_safe() || matches!(method.as_str(), "PUT" | "DELETE")
}

/// Between half of and the whole of a pause that doubles each time, so that
/// many clients that failed together do not come back together.
fn backoff(retried: u32, jitter: f64) -> Duration {
    let whole = FIRST_PAUSE.saturating_mul(1 << retried.min(16)).min(LONGEST_PAUSE);
    whole.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
}

/// How long the server asks to wait (RFC 9110 section 10.2.3): seconds, or a
/// date, read by the server's own clock where it tells its time.
pub fn retry_after(head: &ResponseHead, now: Time) -> Option<Duration> {
    let text = head.headers.text("retry-after")?;
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let until = Time::parse_http_date(text)?;
    let date = head.headers.text("date").and_then(|date| Time::parse_http_date(&date));
    let seconds = until.epoch().saturating_sub(date.unwrap_or(now).epoch());
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::headers::Header;

    const NOW: Time = Time::from_epoch(1_440_938_160);

    fn standing(retried: u32) -> Standing {
        Standing { retried, elapsed: Duration::ZERO, left: None, now: NOW, jitter: 1.0 }
    }

    fn policy(retries: u32) -> Policy {
        Policy { retries, ..Policy::default() }
    }

    fn answer(headers: &[(&str, &str)]) -> ResponseHead {
        let headers = headers.iter().map(|(name, value)| Header::new(*name, *value)).collect();
        ResponseHead { version: "HTTP/1.1", status: 503, reason: "".into(), headers }
    }

    fn method(name: &str) -> Method {
        Method::parse(name).unwrap()
    }

    fn seconds(seconds: u64) -> Decision {
        Decision::Wait(Duration::from_secs(seconds))
    }

    #[test]
    fn what_may_pass_is_tried_again_and_all_else_is_final() {
        for (kind, expected) in [
            (Kind::Connect, true),
            (Kind::Resolve, true),
            (Kind::TimedOut, true),
            (Kind::EmptyAnswer, true),
            (Kind::Send, true),
            (Kind::Receive, true),
            (Kind::EndedEarly, true),
            (Kind::Certificate, false),
            (Kind::Handshake, false),
            (Kind::Config, false),
            (Kind::Refused, false),
            (Kind::Write, false),
            (Kind::Read, false),
        ] {
            let decision = decide(&policy(1), &Method::get(), Trouble::Failed(kind), &standing(0));
            assert_eq!(decision != Decision::Stop, expected, "{kind:?}");
        }
    }

    #[test]
    fn only_what_does_no_more_twice_is_repeated_unless_asked() {
        let head = answer(&[]);
        for name in ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"] {
            let decision =
                decide(&policy(1), &method(name), Trouble::Answered(&head), &standing(0));
            assert_eq!(decision, seconds(1), "{name}");
        }
        for name in ["POST", "PATCH", "PURGE"] {
            let (safe, all) = (policy(1), Policy { repeats_all: true, ..policy(1) });
            for trouble in [Trouble::Answered(&head), Trouble::Failed(Kind::TimedOut)] {
                let decide = |policy| decide(policy, &method(name), trouble, &standing(0));
                assert_eq!(decide(&safe), Decision::Unsafe, "{name}");
                assert_eq!(decide(&all), seconds(1), "{name}");
            }
            // What never left this machine was not carried out.
            for unsent in [Trouble::Failed(Kind::Connect), Trouble::Unsent] {
                assert_eq!(decide(&policy(1), &method(name), unsent, &standing(0)), seconds(1));
            }
        }
    }

    #[test]
    fn pauses_double_up_to_ten_minutes_and_differ() {
        let pause = |retried, jitter| {
            let standing = Standing { jitter, ..standing(retried) };
            decide(&policy(99), &Method::get(), Trouble::Failed(Kind::Connect), &standing)
        };
        for (retried, expected) in [(0, 1), (1, 2), (2, 4), (9, 512), (10, 600), (90, 600)] {
            assert_eq!(pause(retried, 1.0), seconds(expected));
        }
        assert_eq!(pause(1, 0.0), seconds(1));
        assert_eq!(pause(0, 0.5), Decision::Wait(Duration::from_millis(750)));
    }

    #[test]
    fn as_many_attempts_are_made_as_were_asked_for() {
        let decision = |retried| {
            decide(&policy(3), &Method::get(), Trouble::Failed(Kind::Connect), &standing(retried))
        };
        assert_ne!(decision(2), Decision::Stop);
        assert_eq!(decision(3), Decision::Stop);
        let none = decide(&policy(0), &Method::get(), Trouble::Failed(Kind::Connect), &standing(0));
        assert_eq!(none, Decision::Stop);
    }

    #[test]
    fn a_server_says_how_long_in_either_form() {
        let date = "Sun, 30 Aug 2015 12:36:00 GMT";
        for (headers, expected) in [
            (&[("Retry-After", "7")][..], seconds(7)),
            (&[("Retry-After", "0")], seconds(0)),
            // By our clock, which reads the epoch of that date.
            (&[("Retry-After", "Sun, 30 Aug 2015 12:36:20 GMT")], seconds(20)),
            // By the server's own, which is ten seconds ahead.
            (
                &[
                    ("Retry-After", "Sun, 30 Aug 2015 12:36:20 GMT"),
                    ("Date", "Sun, 30 Aug 2015 12:36:10 GMT"),
                ],
                seconds(10),
            ),
            (&[("Retry-After", date)], seconds(0)),
            (&[("Retry-After", "soon")], seconds(1)),
            (&[("Retry-After", "-1")], seconds(1)),
            (&[("Retry-After", "601")], Decision::TooLong(Duration::from_secs(601))),
            (
                &[("Retry-After", "99999999999999999999999")],
                Decision::TooLong(Duration::from_secs(u64::MAX)),
            ),
        ] {
            let head = answer(headers);
            let decision =
                decide(&policy(1), &Method::get(), Trouble::Answered(&head), &standing(0));
            assert_eq!(decision, expected, "{headers:?}");
        }
    }

    #[test]
    fn no_attempt_begins_after_the_time_that_there_is() {
        let head = answer(&[("Retry-After", "20")]);
        let with = |max_time: Option<u64>, left: Option<u64>, elapsed, trouble| {
            let policy = Policy { max_time: max_time.map(Duration::from_secs), ..policy(9) };
            let left = left.map(Duration::from_secs);
            let elapsed = Duration::from_secs(elapsed);
            let standing = Standing { left, elapsed, ..standing(0) };
            decide(&policy, &Method::get(), trouble, &standing)
        };
        let answered = Trouble::Answered(&head);
        let failed = Trouble::Failed(Kind::Connect);
        let too_long = Decision::TooLong(Duration::from_secs(20));
        assert_eq!(with(Some(30), None, 10, answered), seconds(20));
        assert_eq!(with(Some(30), None, 11, answered), too_long);
        assert_eq!(with(Some(10), None, 0, failed), seconds(1));
        assert_eq!(with(Some(10), None, 10, failed), Decision::Stop);
        assert_eq!(with(None, Some(19), 0, answered), too_long);
        assert_eq!(with(None, Some(0), 0, failed), Decision::Stop);
        // Whoever gives a time is willing to wait.
        let long = answer(&[("Retry-After", "3600")]);
        assert_eq!(with(Some(4000), None, 0, Trouble::Answered(&long)), seconds(3600));
    }
}
