//! Signals as Unix has them.

use super::{Companion, Ending, LEFTOVERS, Leftover, MOMENT, lock};
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
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

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

/// How long tidying up is left in peace: two signals in one go are no wish for
/// a rougher end. `timeout` sends one to its child and one to its whole group.
const PEACE: Duration = Duration::from_millis(500);

/// Whether a signal ends the process where it is.
static AT_ONCE: AtomicBool = AtomicBool::new(false);

/// What is to be attended to, and is not yet, and since when.
static UNATTENDED: Mutex<Option<(Ending, Instant)>> = Mutex::new(None);

/// Whether there is something in it.
static IS_UNATTENDED: AtomicBool = AtomicBool::new(false);

/// Lets a signal end the process as `ending` says, but without a line until
/// [`attend`] is called.
pub(super) fn prepare(ending: Ending) -> std::io::Result<()> {
    AT_ONCE.store(true, Ordering::Release);
    end_at_once()?;
    *lock(&UNATTENDED) = Some((ending, Instant::now()));
    IS_UNATTENDED.store(true, Ordering::Release);
    Ok(())
}

pub(super) fn attend() {
    if !IS_UNATTENDED.load(Ordering::Acquire) {
        return;
    }
    // Locked to the end: who finds nothing to do may rely on it.
    let mut unattended = lock(&UNATTENDED);
    if let Some((ending, _)) = unattended.take() {
        // Where there is no pipe for it, or no thread, a signal goes on to end
        // the process where it is.
        let _ = wait_for_signals(ending);
    }
    IS_UNATTENDED.store(false, Ordering::Release);
}

pub(super) fn attend_at(path: &Path) {
    if IS_UNATTENDED.load(Ordering::Acquire) && keeps_waiting(path) {
        attend();
    }
}

/// Whether `path` names what may be waited for: a pipe, a terminal.
fn keeps_waiting(path: &Path) -> bool {
    let is_empty = path == Path::new("/dev/null");
    let kind = || std::fs::metadata(path).map(|metadata| metadata.file_type());
    !is_empty && kind().is_ok_and(|kind| kind.is_fifo() || kind.is_char_device())
}

pub(super) fn patience() -> Option<Duration> {
    if !IS_UNATTENDED.load(Ordering::Acquire) {
        return None;
    }
    let (_, since) = *lock(&UNATTENDED).as_ref()?;
    let left = MOMENT.checked_sub(since.elapsed()).filter(|left| !left.is_zero());
    if left.is_none() {
        attend();
    }
    left
}

/// Lets the thread of [`wait_for_signals`] do as `ending` says from the start.
pub(super) fn watch(ending: Ending) -> std::io::Result<()> {
    let is_passed_on = matches!(ending, Ending::PassedOn(_));
    wait_for_signals(ending)?;
    if is_passed_on { Ok(()) } else { end_at_once() }
}

/// Lets a signal end the process where it is, while [`AT_ONCE`] holds.
fn end_at_once() -> std::io::Result<()> {
    let code = i32::from(Kind::Interrupted.exit_code());
    for signal in SIGNALS {
        flag::register_conditional_shutdown(signal, code, &AT_ONCE)?;
    }
    Ok(())
}

fn wait_for_signals(ending: Ending) -> std::io::Result<()> {
    let mut signals = SignalsInfo::<WithOrigin>::new(SIGNALS)?;
    let wait = move || {
        for origin in &mut signals {
            match &ending {
                Ending::Interrupted { message } => {
                    end(&origin, Kind::Interrupted.exit_code(), &**message)
                }
                Ending::Done => end(&origin, 0, &String::new),
                Ending::PassedOn(companion) => pass_on(&origin, companion),
            }
        }
    };
    // From here on a signal waits until the thread runs, however late that is.
    AT_ONCE.store(false, Ordering::Release);
    match std::thread::Builder::new().name("signals".into()).spawn(wait) {
        Ok(_) => Ok(()),
        Err(error) => {
            AT_ONCE.store(true, Ordering::Release);
            Err(error)
        }
    }
}

/// Tidying up may hang, on a network's file system say: after a while another
/// signal ends the process where it is.
fn lose_patience() {
    let later = || {
        std::thread::sleep(PEACE);
        AT_ONCE.store(true, Ordering::Release);
    };
    if std::thread::Builder::new().name("patience".into()).spawn(later).is_err() {
        // Rather too soon than never.
        AT_ONCE.store(true, Ordering::Release);
    }
}

/// Ctrl-C in a terminal reaches every process in its foreground.
fn is_of_terminal(origin: &Origin) -> bool {
    origin.signal == SIGINT && origin.cause == Cause::Kernel
}

fn end(origin: &Origin, code: u8, message: &dyn Fn() -> String) {
    lose_patience();
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
    let message = message();
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
        return end(origin, Kind::Interrupted.exit_code(), &String::new);
    };
    if !is_of_terminal(origin) {
        let signal = if origin.signal == SIGINT { Signal::INT } else { Signal::TERM };
        // It may have ended just now.
        let _ = kill_process(process, signal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_in_a_moment_is_worth_no_thread() {
        let directory = tempfile::tempdir().unwrap();
        let (file, pipe) = (directory.path().join("file"), directory.path().join("pipe"));
        std::fs::write(&file, "").unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for (path, expected) in [
            (&*file, false),
            (directory.path(), false),
            (&directory.path().join("missing"), false),
            (Path::new("/dev/null"), false),
            (&pipe, true),
            (Path::new("/dev/tty"), true),
        ] {
            assert_eq!(keeps_waiting(path), expected, "{}", path.display());
        }
    }
}
