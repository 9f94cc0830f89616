//! What the process is given: arguments, environment, terminal, clock,
//! randomness, signals and the three streams. Made once in `main` and handed down, so
//! that every part below can be run by a test with a world of its own.

#![allow(clippy::disallowed_methods, reason = "the one place that reads the process's world")]

pub mod hidden;
pub mod interrupt;
#[cfg(unix)]
mod stdout;

use crate::error::{Error, Kind, Result};
use crate::model::time::Time;
use interrupt::Interrupts;
use rand::TryRng as _;
use rand::rngs::SysRng;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{IsTerminal as _, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Fills a buffer with random bytes, or says why it cannot.
pub type Randomness = Box<dyn Fn(&mut [u8]) -> Result<()> + Send + Sync>;

/// Tells what time it is.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// Lets time pass.
pub type Sleep = Box<dyn Fn(Duration) + Send + Sync>;

/// Tells how long the run has lasted; unlike the clock, nobody sets it.
pub type Stopwatch = Arc<dyn Fn() -> Duration + Send + Sync>;

/// The world of one run.
pub struct RunContext {
    /// The words after the program's name.
    pub arguments: Vec<OsString>,
    /// The environment variables.
    pub environment: Environment,
    /// Which streams are terminals.
    pub terminal: Terminal,
    /// What time it is.
    pub clock: Clock,
    /// How long the run has lasted.
    pub stopwatch: Stopwatch,
    /// How to wait.
    pub sleep: Sleep,
    /// Where nonces come from.
    pub randomness: Randomness,
    /// Decides what SIGINT and SIGTERM do; until then they end the process.
    pub interrupts: Interrupts,
    /// Standard input.
    pub stdin: Box<dyn Read + Send>,
    /// Standard output: data only.
    pub stdout: Box<dyn Write + Send>,
    /// Standard error: everything else.
    pub stderr: Box<dyn Write + Send>,
}

/// Which of the three streams are terminals, and how wide the terminal is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminal {
    /// Standard input is one.
    pub stdin: bool,
    /// Standard output is one.
    pub stdout: bool,
    /// Standard error is one.
    pub stderr: bool,
    /// How many columns the terminal of standard output has, where that is
    /// known.
    pub width: Option<usize>,
    /// The same of standard error.
    pub stderr_width: Option<usize>,
}

/// The environment, read once.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<OsString, OsString>);

/// The names alone: values may be secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

impl Environment {
    /// The environment of this process. `HOME` is the home directory that the
    /// system knows where the variable is not set.
    fn of_process() -> Self {
        let mut environment = Self::new(std::env::vars_os());
        if environment.home().is_none()
            && let Some(home) = dirs::home_dir()
        {
            environment.0.insert("HOME".into(), home.into());
        }
        environment
    }

    /// An environment of these variables.
    pub fn new(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        Self(variables.into_iter().collect())
    }

    /// A variable's text; `None` when it is unset, empty or not UTF-8.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(OsStr::new(name))?.to_str().filter(|text| !text.is_empty())
    }

    /// A variable as a path; `None` when it is unset or empty.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.0.get(OsStr::new(name)).filter(|value| !value.is_empty()).map(PathBuf::from)
    }

    /// Where state that may be lost is kept: `$XDG_CACHE_HOME`, else the
    /// system's place for it.
    pub fn cache_directory(&self) -> Option<PathBuf> {
        let own = self.path("XDG_CACHE_HOME").filter(|path| path.is_absolute());
        own.or_else(|| self.home().map(|home| home.join(".cache")))
    }

    /// The user's home directory.
    pub fn home(&self) -> Option<PathBuf> {
        self.path("HOME")
    }

    /// The variables that a command gets which this program runs for itself:
    /// all but the program's own, which may hold secrets.
    pub fn passed_on(&self) -> impl Iterator<Item = (&OsString, &OsString)> {
        let is_own =
            |name: &OsStr| name.to_string_lossy().to_ascii_uppercase().starts_with("SIGNREQ_");
        self.iter().filter(move |(name, _)| !is_own(name))
    }

    /// All variables.
    pub fn iter(&self) -> impl Iterator<Item = (&OsString, &OsString)> {
        self.0.iter()
    }
}

impl RunContext {
    /// The world this process runs in.
    pub fn from_process() -> Self {
        let started = Instant::now();
        Self {
            arguments: std::env::args_os().skip(1).collect(),
            environment: Environment::of_process(),
            terminal: Terminal {
                stdin: std::io::stdin().is_terminal(),
                stdout: std::io::stdout().is_terminal(),
                stderr: std::io::stderr().is_terminal(),
                width: width_of(std::io::stdout()),
                stderr_width: width_of(std::io::stderr()),
            },
            clock: Arc::new(system_time),
            stopwatch: Arc::new(move || started.elapsed()),
            sleep: Box::new(attended_sleep),
            randomness: Box::new(system_randomness),
            interrupts: interrupt::of_process,
            stdin: Box::new(std::io::stdin()),
            #[cfg(unix)]
            stdout: stdout::Unhindered::of_process(),
            #[cfg(not(unix))]
            stdout: Box::new(std::io::stdout()),
            stderr: Box::new(std::io::stderr()),
        }
    }
}

#[cfg(unix)]
fn width_of(stream: impl std::os::fd::AsFd) -> Option<usize> {
    columns(terminal_size::terminal_size_of(stream))
}

#[cfg(windows)]
fn width_of(stream: impl std::os::windows::io::AsHandle) -> Option<usize> {
    columns(terminal_size::terminal_size_of(stream))
}

fn columns(size: Option<(terminal_size::Width, terminal_size::Height)>) -> Option<usize> {
    size.map(|(width, _)| usize::from(width.0)).filter(|width| *width > 0)
}

/// A word of `length` letters and digits.
///
/// # Errors
/// When there are no random bytes.
pub fn random_word(randomness: &Randomness, length: usize) -> Result<String> {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut word = String::with_capacity(length);
    let mut bytes = [0_u8; 64];
    while word.len() < length {
        randomness(&mut bytes)?;
        // 248 is the largest multiple of 62 in a byte: the rest would make
        // some letters likelier than others.
        let usable = bytes.iter().filter(|byte| **byte < 248);
        let letters = usable.map(|byte| char::from(ALPHABET[usize::from(*byte) % 62]));
        word.extend(letters.take(length - word.len()));
    }
    Ok(word)
}

/// A number from 0 to 1, all equally likely.
///
/// # Errors
/// When there are no random bytes.
pub fn random_fraction(randomness: &Randomness) -> Result<f64> {
    let mut bytes = [0_u8; 4];
    randomness(&mut bytes)?;
    Ok(f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
}

fn attended_sleep(pause: Duration) {
    interrupt::attend();
    std::thread::sleep(pause);
}

fn system_time() -> Time {
    // A clock before 1970 counts backwards from it.
    let seconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => -i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX),
    };
    Time::from_epoch(seconds)
}

fn system_randomness(buffer: &mut [u8]) -> Result<()> {
    SysRng.try_fill_bytes(buffer).map_err(|error| {
        Error::new(Kind::Internal, format!("the system gives no random bytes: {error}")).into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_of_variables_are_not_debugged() {
        let environment = Environment::new([("TOKEN".into(), "geheim".into())]);
        assert_eq!(format!("{environment:?}"), "{\"TOKEN\"}");
    }

    #[test]
    fn random_words_are_letters_and_digits_of_the_length_asked() {
        let context = RunContext::from_process();
        let word = random_word(&context.randomness, 28).unwrap();
        assert_eq!(word.len(), 28);
        assert!(word.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{word}");
        assert_ne!(word, random_word(&context.randomness, 28).unwrap());
    }
}
