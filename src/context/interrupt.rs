//! What happens when the process is asked to end: by SIGINT, which Ctrl-C
//! sends, or SIGTERM.
//!
//! A thread waits for the signal and ends the process itself, since what the
//! others may be at (a lookup, a read of standard input, a full pipe) cannot be
//! told to stop. So what must not outlive the process is listed here, in one
//! list of the process, as a signal comes to a process and to no part of it.

#[cfg(unix)]
mod unix;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tempfile::NamedTempFile;

/// How long a run may last before signals are [attended to](attend): nobody
/// presses Ctrl-C sooner.
const MOMENT: Duration = Duration::from_millis(50);

/// Decides what a signal does from now on.
pub type Interrupts = fn(Ending) -> std::io::Result<()>;

/// What a signal does.
pub enum Ending {
    /// Ends the process as interrupted, after this text on standard error.
    Interrupted {
        /// Makes the line, its end included; empty says nothing.
        message: Box<dyn Fn() -> String + Send>,
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
    attend();
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
    attend();
    let mut list = lock(&LEFTOVERS);
    let child = Arc::new(Mutex::new(command.spawn()?));
    let listed = Listed::new(&mut list, Leftover::Command(Arc::clone(&child)));
    Ok((child, listed))
}

/// Remembers how the terminal is set, whose echo is about to be turned off:
/// an interrupt sets it so again. `None` where there is no terminal.
#[cfg(unix)]
pub(super) fn terminal() -> Option<Listed> {
    attend();
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

/// Decides what SIGINT and SIGTERM do to this process. One that is
/// [`Ending::Interrupted`] says nothing until something [lasts](attend): to
/// start a thread takes longer than to send a short request.
///
/// # Errors
/// When the system has no thread or no pipe left; signals do then what they
/// do to any process.
#[cfg(unix)]
pub(super) fn of_process(ending: Ending) -> std::io::Result<()> {
    match ending {
        Ending::Interrupted { .. } => unix::prepare(ending),
        Ending::Done | Ending::PassedOn(_) => unix::watch(ending),
    }
}

/// Elsewhere the system ends the process.
#[cfg(not(unix))]
pub(super) fn of_process(_: Ending) -> std::io::Result<()> {
    Ok(())
}

/// From now on a signal that ends the process is told of, and undoes what is
/// listed here. To be called before anything that may last: whoever waits for
/// a question, a pipe or another machine may be interrupted there.
pub fn attend() {
    #[cfg(unix)]
    unix::attend();
}

/// The same before what `path` names is opened, where that may have to be
/// waited for: at a pipe, or at a terminal. A regular file is read in a moment,
/// and to attend takes one, too.
pub fn attend_at(path: &Path) {
    #[cfg(unix)]
    unix::attend_at(path);
    #[cfg(not(unix))]
    let _ = path;
}

/// How much longer something may last that begins now, without [`attend`]: what
/// takes longer begins anew then. `None` when that has been called, as it is
/// here when the moment is over.
pub fn patience() -> Option<Duration> {
    #[cfg(unix)]
    return unix::patience();
    #[cfg(not(unix))]
    None
}
