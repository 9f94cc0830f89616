//! Asks again and again until an answer is as wanted, or time is up.
//!
//! Knows neither requests nor answers: what a look at the server comes to is
//! the caller's business, when the next one is due is decided here.

use crate::error::Result;
use std::time::Duration;

/// How often what is shown of a pause is renewed.
const TICK: Duration = Duration::from_secs(1);

/// How often and how long is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The pause between an answer and the next request.
    pub every: Duration,
    /// The longest time from the first request to the last.
    pub limit: Duration,
}

/// How time passes.
#[derive(Clone, Copy)]
pub struct Time<'a> {
    /// How long the run has lasted.
    pub elapsed: &'a dyn Fn() -> Duration,
    /// Waits.
    pub sleep: &'a dyn Fn(Duration),
}

/// What a look at the server came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Look<T> {
    /// It is the last one, whatever was seen.
    Last(T),
    /// It is not as wanted yet.
    NotYet {
        /// What was seen.
        seen: T,
        /// How long the server asks to wait, where it does (RFC 9110 section
        /// 10.2.3).
        asked: Option<Duration>,
    },
}

/// How waiting ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ending<T> {
    /// With a look that was the last one.
    Seen(T),
    /// With the time; this was seen last.
    RanOut(T),
}

/// Looks until a look is the last one or time is up; the last look is at the
/// end of the time, unless the server asks to be left alone until then. `look`
/// gets the number of the look, from 1; `waiting` is told what was seen and for
/// how long it has been waited, once a second.
///
/// # Errors
/// Those of `look`.
pub fn until<T>(
    patience: &Patience,
    time: Time<'_>,
    look: &mut dyn FnMut(u32) -> Result<Look<T>>,
    waiting: &mut dyn FnMut(&T, Duration),
) -> Result<Ending<T>> {
    let began = (time.elapsed)();
    let waited = || (time.elapsed)().saturating_sub(began);
    let mut number = 0_u32;
    loop {
        number = number.saturating_add(1);
        let (seen, asked) = match look(number)? {
            Look::Last(seen) => return Ok(Ending::Seen(seen)),
            Look::NotYet { seen, asked } => (seen, asked),
        };
        let Some(pause) = pause(patience, waited(), asked) else { return Ok(Ending::RanOut(seen)) };
        let due = waited().saturating_add(pause);
        loop {
            waiting(&seen, waited());
            let left = due.saturating_sub(waited());
            if left.is_zero() {
                break;
            }
            (time.sleep)(left.min(TICK));
        }
    }
}

/// How long to wait before the next look; `None` when there is no time for one.
fn pause(patience: &Patience, waited: Duration, asked: Option<Duration>) -> Option<Duration> {
    let left = patience.limit.saturating_sub(waited);
    let asked = asked.unwrap_or_default();
    if left.is_zero() || asked > left {
        return None;
    }
    Some(patience.every.max(asked).min(left))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::{Cell, RefCell};

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// What a wait came to: its end, when each look was, and what was told.
    struct Waited {
        ending: Ending<u32>,
        looks: Vec<Duration>,
        told: Vec<(u32, Duration)>,
    }

    /// Waits on a clock that only pauses move on, and looks, which take a
    /// second each. The look with the number `last` is the last one.
    fn wait(every: u64, limit: u64, last: u32, asked: Option<u64>) -> Waited {
        let clock = Cell::new(seconds(100));
        let (looks, mut told) = (RefCell::new(Vec::new()), Vec::new());
        let (elapsed, sleep) = (|| clock.get(), |pause| clock.set(clock.get() + pause));
        let ending = until(
            &Patience { every: seconds(every), limit: seconds(limit) },
            Time { elapsed: &elapsed, sleep: &sleep },
            &mut |number| {
                looks.borrow_mut().push(clock.get() - seconds(100));
                clock.set(clock.get() + seconds(1));
                Ok(match number == last {
                    true => Look::Last(number),
                    false => Look::NotYet { seen: number, asked: asked.map(seconds) },
                })
            },
            &mut |seen, waited| told.push((*seen, waited)),
        );
        Waited { ending: ending.unwrap(), looks: looks.into_inner(), told }
    }

    #[test]
    fn it_looks_at_once_and_then_after_each_pause() {
        let Waited { ending, looks, told } = wait(2, 60, 3, None);
        assert_eq!(ending, Ending::Seen(3));
        assert_eq!(looks, [0, 3, 6].map(seconds));
        let expected = [(1, 1), (1, 2), (1, 3), (2, 4), (2, 5), (2, 6)];
        assert_eq!(told, expected.map(|(seen, waited)| (seen, seconds(waited))));
        assert_eq!(wait(2, 60, 1, None).looks, [seconds(0)]);
    }

    #[test]
    fn the_last_look_is_when_time_is_up() {
        let Waited { ending, looks, .. } = wait(10, 14, 9, None);
        assert_eq!(ending, Ending::RanOut(3));
        assert_eq!(looks, [0, 11, 14].map(seconds));
        // No time at all is for one look.
        let Waited { ending, looks, told } = wait(10, 0, 9, None);
        assert_eq!((ending, looks, told), (Ending::RanOut(1), vec![seconds(0)], vec![]));
    }

    #[test]
    fn a_server_that_asks_for_a_pause_gets_it() {
        assert_eq!(wait(2, 60, 3, Some(7)).looks, [0, 8, 16].map(seconds));
        assert_eq!(wait(2, 60, 3, Some(1)).looks, [0, 3, 6].map(seconds));
        // It is not asked before, so there is nothing to wait for.
        let Waited { ending, looks, .. } = wait(2, 60, 3, Some(100));
        assert_eq!((ending, looks), (Ending::RanOut(1), vec![seconds(0)]));
    }

    #[test]
    fn the_error_of_a_look_ends_it() {
        let still = (|| Duration::ZERO, |_| ());
        let failed = until::<()>(
            &Patience { every: seconds(1), limit: seconds(9) },
            Time { elapsed: &still.0, sleep: &still.1 },
            &mut |_| Err(crate::error::Error::usage("no").into()),
            &mut |(), _| (),
        );
        failed.unwrap_err();
    }
}
