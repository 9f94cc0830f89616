//! What happens when the process is asked to end: by SIGINT, which Ctrl-C
//! sends, or SIGTERM.
//!
//! A thread waits for the signal and ends the process itself, since what the
//! others may be at (a lookup, a read of standard input, a full pipe) cannot be
//! told to stop. So what must not outlive the process is listed here, in one
//! list of the process, as a signal comes to a process and to no part of it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tempfile::NamedTempFile;

/// Decides what a signal does from now on.
pub type Interrupts = fn(Ending) -> std::io::Result<()>;

/// What a signal does.
#[derive(Clone, Debug)]
pub enum Ending {
    /// Ends the process as interrupted, after this text on standard error.
    Interrupted {
        /// The line, its end included; empty says nothing.
        message: String,
    },
    /// Ends the process as it is meant to end.
    Done,
    /// Goes to the command that runs here, whose end is the process's.
    PassedOn(Companion),
}

/// What an interrupt undoes.
enum Leftover {
    File(PathBuf),
    Command(Arc<Mutex<Child>>),
    #[cfg(unix)]
    Terminal(unix::Modes),
}

static LEFTOVERS: Mutex<Vec<(u64, Leftover)>> = Mutex::new(Vec::new());

/// Keeps something in the list of what an interrupt undoes until it is dropped.
#[derive(Debug)]
pub struct Listed(u64);

impl Listed {
    fn new(list: &mut Vec<(u64, Leftover)>, leftover: Leftover) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        list.push((id, leftover));
        Self(id)
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        lock(&LEFTOVERS).retain(|(id, _)| *id != self.0);
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a temporary file in `directory` that an interrupt removes.
///
/// # Errors
/// Those of making it.
pub fn temporary_file(
    builder: &tempfile::Builder<'_, '_>,
    directory: &Path,
) -> std::io::Result<(NamedTempFile, Listed)> {
    // Locked first: an interrupt finds either no file or a listed one.
    let mut list = lock(&LEFTOVERS);
    let file = builder.tempfile_in(directory)?;
    let listed = Listed::new(&mut list, Leftover::File(file.path().to_owned()));
    Ok((file, listed))
}

/// Starts a command that an interrupt kills. To be asked for its end, not
/// waited for: while it is locked it cannot be killed.
///
/// # Errors
/// Those of starting it.
pub fn command(command: &mut Command) -> std::io::Result<(Arc<Mutex<Child>>, Listed)> {
    let mut list = lock(&LEFTOVERS);
    let child = Arc::new(Mutex::new(command.spawn()?));
    let listed = Listed::new(&mut list, Leftover::Command(Arc::clone(&child)));
    Ok((child, listed))
}

/// Remembers how the terminal is set, whose echo is about to be turned off:
/// an interrupt sets it so again. `None` where there is no terminal.
#[cfg(unix)]
pub(super) fn terminal() -> Option<Listed> {
    let modes = unix::Modes::of_terminal()?;
    Some(Listed::new(&mut lock(&LEFTOVERS), Leftover::Terminal(modes)))
}

/// Elsewhere the system does that.
#[cfg(not(unix))]
pub(super) fn terminal() -> Option<Listed> {
    None
}

/// A command that a process runs for its user, who means it with every signal.
#[derive(Clone, Debug, Default)]
pub struct Companion(Arc<Mutex<Option<u32>>>);

impl Companion {
    /// Runs the command to its end.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn run(&self, command: &mut Command) -> std::io::Result<ExitStatus> {
        let mut child = {
            let mut process = lock(&self.0);
            let child = command.spawn()?;
            *process = Some(child.id());
            child
        };
        let status = child.wait();
        *lock(&self.0) = None;
        status
    }
}

/// How a command ended that did not succeed, to stand behind its name.
pub fn how_it_ended(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("ended with exit code {code}"),
        None => "was killed by a signal".to_owned(),
    }
}

/// Decides what SIGINT and SIGTERM do to this process.
///
/// # Errors
/// When the system has no thread or no pipe left; signals do then what they
/// do to any process.
#[cfg(unix)]
pub(super) fn of_process(ending: Ending) -> std::io::Result<()> {
    unix::watch(ending)
}

/// Elsewhere the system ends the process.
#[cfg(not(unix))]
pub(super) fn of_process(_: Ending) -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
mod unix {
    use super::{Companion, Ending, LEFTOVERS, Leftover, lock};
    use crate::error::Kind;
    use rustix::process::{Pid, Signal, kill_process};
    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag;
    use signal_hook::iterator::SignalsInfo;
    use signal_hook::iterator::exfiltrator::WithOrigin;
    use signal_hook::low_level::siginfo::{Cause, Origin};
    use std::fs::File;
    use std::io::{IsTerminal as _, Write as _};
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    /// The terminal that the process belongs to, and how it was set.
    pub(super) struct Modes(File, Termios);

    impl Modes {
        pub(super) fn of_terminal() -> Option<Self> {
            let terminal = File::open("/dev/tty").ok()?;
            let modes = tcgetattr(&terminal).ok()?;
            Some(Self(terminal, modes))
        }

        fn restore(&self) {
            // A terminal that is gone needs no more.
            let _ = tcsetattr(&self.0, OptionalActions::Now, &self.1);
        }
    }

    const SIGNALS: [i32; 2] = [SIGINT, SIGTERM];

    pub(super) fn watch(ending: Ending) -> std::io::Result<()> {
        let is_passed_on = matches!(ending, Ending::PassedOn(_));
        let mut signals = SignalsInfo::<WithOrigin>::new(SIGNALS)?;
        let wait = move || {
            for origin in &mut signals {
                match &ending {
                    Ending::Interrupted { message } => {
                        end(&origin, Kind::Interrupted.exit_code(), message)
                    }
                    Ending::Done => end(&origin, 0, ""),
                    Ending::PassedOn(companion) => pass_on(&origin, companion),
                }
            }
        };
        std::thread::Builder::new().name("signals".into()).spawn(wait)?;
        if !is_passed_on {
            // Tidying up may hang, on a network's file system say: the second
            // signal ends the process where it is. Noted only now: a first one
            // that comes before somebody waits for it would do nothing.
            let is_second = Arc::new(AtomicBool::new(false));
            let code = i32::from(Kind::Interrupted.exit_code());
            for signal in SIGNALS {
                flag::register_conditional_shutdown(signal, code, Arc::clone(&is_second))?;
                flag::register(signal, Arc::clone(&is_second))?;
            }
        }
        Ok(())
    }

    /// Ctrl-C in a terminal reaches every process in its foreground.
    fn is_of_terminal(origin: &Origin) -> bool {
        origin.signal == SIGINT && origin.cause == Cause::Kernel
    }

    fn end(origin: &Origin, code: u8, message: &str) {
        // Stays locked: nothing new begins.
        let mut list = lock(&LEFTOVERS);
        let is_asking = list.iter().any(|(_, it)| matches!(it, Leftover::Terminal(_)));
        for (_, leftover) in list.drain(..) {
            // What is gone already needs no more.
            match leftover {
                Leftover::File(path) => drop(std::fs::remove_file(path)),
                Leftover::Command(child) => {
                    let mut child = lock(&child);
                    let _ = child.kill();
                    let _ = child.wait();
                }
                Leftover::Terminal(modes) => modes.restore(),
            }
        }
        let mut stderr = std::io::stderr();
        // The terminal shows the question, or ^C, and stays in that line.
        let is_amid_line = is_asking || is_of_terminal(origin);
        let new_line = !message.is_empty() && is_amid_line && stderr.is_terminal();
        let text = format!("{}{message}", if new_line { "\n" } else { "" });
        // Where standard error is closed nobody listens.
        let _ = stderr.write_all(text.as_bytes());
        std::process::exit(code.into())
    }

    fn pass_on(origin: &Origin, companion: &Companion) {
        let process = lock(&companion.0);
        let Some(process) = process.and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)) else {
            // Not started yet, or ended.
            return end(origin, Kind::Interrupted.exit_code(), "");
        };
        if !is_of_terminal(origin) {
            let signal = if origin.signal == SIGINT { Signal::INT } else { Signal::TERM };
            // It may have ended just now.
            let _ = kill_process(process, signal);
        }
    }
}
