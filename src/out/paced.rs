//! Bodies on their way, not faster than allowed and watched by the user.

use crate::model::{duration, size};
use crate::out::columns::cut;
use crate::out::visible;
use std::io::{Read, Result, Write};
use std::time::Duration;

/// How often what is shown changes.
const INTERVAL: Duration = Duration::from_millis(100);

/// A shorter transfer shows nothing.
const SHORTEST: Duration = Duration::from_millis(500);

/// The most that is read at once, in bytes.
const PIECE: u64 = 64 * 1024;

/// Reads no more bytes a second than allowed, taken from the beginning.
pub struct Limited<'a> {
    source: &'a mut dyn Read,
    bytes_per_second: u64,
    elapsed: &'a dyn Fn() -> Duration,
    sleep: &'a dyn Fn(Duration),
    /// When the first byte was asked for: what was waited for before is no
    /// credit.
    began: Option<Duration>,
    passed: u64,
}

impl<'a> Limited<'a> {
    /// `source`, slowed down.
    pub fn new(
        source: &'a mut dyn Read,
        bytes_per_second: u64,
        elapsed: &'a dyn Fn() -> Duration,
        sleep: &'a dyn Fn(Duration),
    ) -> Self {
        Self { source, bytes_per_second, elapsed, sleep, began: None, passed: 0 }
    }
}

impl Read for Limited<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        // Pieces of a tenth of a second, so that the rate is even.
        let piece = (self.bytes_per_second / 10).clamp(1, PIECE);
        let room = buffer.len().min(usize::try_from(piece).unwrap_or(usize::MAX));
        let began = *self.began.get_or_insert_with(self.elapsed);
        let length = self.source.read(&mut buffer[..room])?;
        self.passed += length as u64;
        let micros = u128::from(self.passed) * 1_000_000 / u128::from(self.bytes_per_second);
        let due = began + Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX));
        let pause = due.saturating_sub((self.elapsed)());
        if !pause.is_zero() {
            (self.sleep)(pause);
        }
        Ok(length)
    }
}

/// What takes the line that shows progress away.
const CLEARED: &str = "\r\x1b[K";

/// Shows on a terminal how far a body has come, in one request or in several;
/// the line is gone when this is.
pub struct Meter<'a> {
    show: &'a dyn Fn(&str),
    elapsed: &'a dyn Fn() -> Duration,
    began: Option<Duration>,
    shown: Option<Duration>,
    /// How many bytes were there before, and how many there will be.
    before: u64,
    whole: Option<u64>,
    passed: u64,
}

impl<'a> Meter<'a> {
    /// A meter of a body of which `length` bytes will come after the `before`
    /// that are there; `show` writes to the terminal.
    pub fn new(
        before: u64,
        length: Option<u64>,
        elapsed: &'a dyn Fn() -> Duration,
        show: &'a dyn Fn(&str),
    ) -> Self {
        let mut meter =
            Self { show, elapsed, began: None, shown: None, before, whole: None, passed: 0 };
        meter.begin(before, length);
        meter
    }

    /// Begins anew where `before` bytes are there.
    pub fn begin(&mut self, before: u64, length: Option<u64>) {
        self.before = before;
        self.whole = length.map(|length| length.saturating_add(before));
        (self.passed, self.began) = (0, None);
    }

    /// `source`, whose bytes are counted.
    pub fn watch<'m>(&'m mut self, source: &'m mut dyn Read) -> Watched<'m, 'a> {
        Watched { source, meter: self }
    }

    fn tell(&mut self) {
        let now = (self.elapsed)();
        let taken = now.saturating_sub(self.began.unwrap_or(now));
        if taken < SHORTEST || self.shown.is_some_and(|last| now < last + INTERVAL) {
            return;
        }
        self.shown = Some(now);
        (self.show)(&format!("{CLEARED}{}", line(self.before, self.passed, self.whole, taken)));
    }
}

impl Drop for Meter<'_> {
    fn drop(&mut self) {
        if self.shown.is_some() {
            (self.show)(CLEARED);
        }
    }
}

/// A body that a [`Meter`] counts.
pub struct Watched<'m, 'a> {
    source: &'m mut dyn Read,
    meter: &'m mut Meter<'a>,
}

impl Read for Watched<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.meter.began.get_or_insert_with(self.meter.elapsed);
        let length = self.source.read(buffer)?;
        self.meter.passed += length as u64;
        self.meter.tell();
        Ok(length)
    }
}

/// `45%, 450.0 MiB of 1.0 GiB, 34.2 MiB/s, 16s left`
fn line(before: u64, passed: u64, whole: Option<u64>, taken: Duration) -> String {
    let there = before.saturating_add(passed);
    let micros = taken.as_micros().max(1);
    let rate = u64::try_from(u128::from(passed) * 1_000_000 / micros).unwrap_or(u64::MAX);
    let speed = format!("{}/s", size::shown(rate));
    match whole.filter(|whole| *whole >= there && *whole > 0) {
        Some(whole) => {
            let percent = u128::from(there) * 100 / u128::from(whole);
            let left = (whole - there)
                .checked_div(rate)
                .map_or_else(String::new, |seconds| format!(", {} left", duration::clock(seconds)));
            format!("{percent}%, {} of {}, {speed}{left}", size::shown(there), size::shown(whole))
        }
        None => format!("{}, {speed}", size::shown(there)),
    }
}

/// How far a list has come: `3 pages, 60 items`.
pub fn pages(pages: u32, items: u64) -> String {
    format!("{pages} pages, {items} items")
}

/// Writes what [`Meter`] shows; nobody needs to know when that fails. Says
/// whether a line stands there now.
pub fn show(terminal: &mut dyn Write, text: &str) -> bool {
    let _ = terminal.write_all(text.as_bytes()).and_then(|()| terminal.flush());
    text != CLEARED
}

/// A line of progress in the place of the one before, cut to `width` columns so
/// that it stays one line.
pub fn in_place(text: &str, width: usize) -> String {
    format!("{CLEARED}{}", cut(&visible::line(text.as_bytes()), width.saturating_sub(1)))
}

/// Takes away the line that stands there, for another to be written.
///
/// # Errors
/// Those of the terminal.
pub fn clear(terminal: &mut dyn Write) -> Result<()> {
    terminal.write_all(CLEARED.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::{Cell, RefCell};

    /// A stopwatch that only pauses move on.
    struct Watch(Cell<Duration>, RefCell<Vec<Duration>>);

    impl Watch {
        fn new() -> Self {
            Self(Cell::default(), RefCell::default())
        }

        fn pass(&self, time: Duration) {
            self.0.set(self.0.get() + time);
            self.1.borrow_mut().push(time);
        }
    }

    #[test]
    fn a_limit_is_kept_over_the_whole() {
        let watch = Watch::new();
        let (elapsed, sleep) = (|| watch.0.get(), |time| watch.pass(time));
        let mut body = &[7_u8; 2500][..];
        let mut out = Vec::new();
        Limited::new(&mut body, 1000, &elapsed, &sleep).read_to_end(&mut out).unwrap();
        assert_eq!(out, [7_u8; 2500]);
        assert_eq!(watch.0.get(), Duration::from_millis(2500));
        assert!(watch.1.borrow().iter().all(|pause| *pause <= INTERVAL), "evenly");
    }

    /// Half a second for each piece.
    struct Slow<'a>(&'a Watch, u32);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
            if self.1 == 0 {
                return Ok(0);
            }
            self.1 -= 1;
            self.0.pass(Duration::from_millis(400));
            buffer[..1024].fill(0);
            Ok(1024)
        }
    }

    #[test]
    fn progress_shows_after_half_a_second_and_leaves_nothing() {
        let watch = Watch::new();
        let told = RefCell::new(Vec::new());
        let (elapsed, show) =
            (|| watch.0.get(), |text: &str| told.borrow_mut().push(text.to_owned()));
        let mut source = Slow(&watch, 2);
        let mut meter = Meter::new(2048, Some(2048), &elapsed, &show);
        let mut body = meter.watch(&mut source);
        body.read_exact(&mut [0; 1024]).unwrap();
        assert!(told.borrow().is_empty(), "0.4 s");
        body.read_exact(&mut [0; 1024]).unwrap();
        drop(meter);
        let expected = ["\r\x1b[K100%, 4.0 KiB of 4.0 KiB, 2.5 KiB/s, 0s left", "\r\x1b[K"];
        assert_eq!(*told.borrow(), expected);
    }

    #[test]
    fn a_short_transfer_shows_nothing() {
        let watch = Watch::new();
        let told = Cell::new(0);
        let (elapsed, show) = (|| watch.0.get(), |_: &str| told.set(told.get() + 1));
        let mut source = Slow(&watch, 1);
        let mut meter = Meter::new(0, None, &elapsed, &show);
        std::io::copy(&mut meter.watch(&mut source), &mut std::io::sink()).unwrap();
        drop(meter);
        assert_eq!(told.get(), 0);
    }

    #[test]
    fn a_line_stays_in_its_place() {
        assert_eq!(in_place("a\x1b[2Jbc\n", 80), "\r\x1b[Ka^[[2Jbc^J");
        assert_eq!(in_place("abcdef", 5), "\r\x1b[Kabc…");
    }

    #[test]
    fn several_bodies_are_one_transfer() {
        let watch = Watch::new();
        let told = RefCell::new(Vec::new());
        let (elapsed, show) =
            (|| watch.0.get(), |text: &str| told.borrow_mut().push(text.to_owned()));
        let mut meter = Meter::new(0, Some(4096), &elapsed, &show);
        for _ in 0..2 {
            let mut source = Slow(&watch, 1);
            std::io::copy(&mut meter.watch(&mut source), &mut std::io::sink()).unwrap();
        }
        // The server has less than was sent.
        meter.begin(1024, Some(3072));
        let mut source = Slow(&watch, 2);
        std::io::copy(&mut meter.watch(&mut source), &mut std::io::sink()).unwrap();
        let told = told.borrow();
        assert!(told[0].contains("50%, 2.0 KiB of 4.0 KiB, 2.5 KiB/s"), "{told:?}");
        assert!(told[1].contains("75%, 3.0 KiB of 4.0 KiB, 2.5 KiB/s"), "{told:?}");
        assert_eq!(told.len(), 2);
    }

    #[test]
    fn what_is_known_is_told() {
        let second = Duration::from_secs(1);
        assert_eq!(line(0, 1024, None, second), "1.0 KiB, 1.0 KiB/s");
        assert_eq!(line(0, 1024, Some(512), second), "1.0 KiB, 1.0 KiB/s");
        assert_eq!(line(0, 0, Some(512), second), "0%, 0 B of 512 B, 0 B/s");
        let left = line(1024, 1024, Some(1024 * 200), second);
        assert_eq!(left, "1%, 2.0 KiB of 200.0 KiB, 1.0 KiB/s, 3m18s left");
    }
}
