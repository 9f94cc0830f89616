//! Contestants that take turns, so that whatever else the machine does meets
//! all of them.

use std::time::{Duration, Instant};

/// How often each contestant has its turn.
const ROUNDS: usize = 1000;

/// How many times the job is done in a turn: short enough that many turns pass
/// without the machine doing anything else.
const TURN: u32 = 200;

/// One way to do a job.
pub struct Contestant<'a> {
    /// What it is called.
    pub name: String,
    /// Does the job that many times and says how long it took.
    pub turn: Box<dyn FnMut(u32) -> Duration + 'a>,
}

impl<'a> Contestant<'a> {
    /// One whose every job starts from the same things.
    pub fn new<T>(name: impl Into<String>, mut job: impl FnMut() -> T + 'a) -> Self {
        let turn = move |count| {
            let start = Instant::now();
            for _ in 0..count {
                std::hint::black_box(job());
            }
            start.elapsed()
        };
        Self { name: name.into(), turn: Box::new(turn) }
    }
}

/// Lets them take turns and gives what one job takes each, in nanoseconds, in
/// its best turn: what disturbs a turn only ever makes it longer.
fn run(contestants: &mut [Contestant<'_>]) -> Vec<f64> {
    let mut best = vec![f64::INFINITY; contestants.len()];
    for _ in 0..ROUNDS {
        for (contestant, best) in contestants.iter_mut().zip(&mut best) {
            let time = (contestant.turn)(TURN).as_secs_f64() * 1e9 / f64::from(TURN);
            *best = best.min(time);
        }
    }
    best
}

/// Prints signatures a second and how many times faster the first is.
pub fn report(title: &str, contestants: &mut [Contestant<'_>]) {
    println!("{title}");
    let times = run(contestants);
    for (contestant, time) in contestants.iter().zip(&times) {
        let (rate, ratio) = (1e9 / time, time / times[0]);
        println!("  {:<34} {rate:>9.0} /s  {time:>6.0} ns  {ratio:>5.2}", contestant.name);
    }
}
