//! A value that a command prints, such as a password manager.

use super::{Command, LONGEST, credential};
use crate::context::Environment;
use crate::context::interrupt::{self, Listed};
use crate::error::{Error, Result, reason};
use crate::model::secret::Secret;
use crate::profile::document::{Located, Value};
use std::io::Read;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How long a command may take.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// How often a command is looked at that keeps its output open.
const INTERVAL: Duration = Duration::from_millis(20);

/// How long a command's output is waited for once it has ended: a process it
/// left behind may hold the pipe open for ever.
const GRACE: Duration = Duration::from_millis(500);

/// How much of what a command says on standard error is repeated.
const LONGEST_COMPLAINT: usize = 2000;

/// Words by which a shell joins and redirects commands. As an argument one
/// would change the secret without a word: `echo key | tr -d x` prints all of it.
const OPERATORS: &[&str] = &["|", "||", "&&", ";", "&", ">", "<", "2>/dev/null"];

/// Reads how the config writes a command: a string, split into shell words
/// without expansion, or an array of words.
pub(super) fn parse(key: &str, value: &Located, shell: bool) -> Result<Command> {
    match &value.value {
        Value::Text(line) if shell => Ok(Command::Shell(line.expose().to_owned())),
        Value::Array(_) if shell => {
            let message = format!("{key}: with shell = true the command is one string");
            Err(value.place.error(message).into())
        }
        Value::Text(line) => {
            let words = shlex::split(line.expose()).ok_or_else(|| {
                value.place.error(format!("{key}: a quote in the command is not closed"))
            })?;
            if let Some(operator) = words.iter().find(|word| OPERATORS.contains(&word.as_str())) {
                let message =
                    format!("{key}: no shell runs the command, '{operator}' means nothing");
                let hint = "{ command = \"…\", shell = true }, or an array of words";
                return Err(value.place.error(message).hint(hint).into());
            }
            non_empty(key, value, words)
        }
        Value::Array(_) => non_empty(key, value, value.texts("command")?),
        _ => Err(value.expected("command", "a string or an array of strings").into()),
    }
}

fn non_empty(key: &str, value: &Located, words: Vec<String>) -> Result<Command> {
    if words.first().is_none_or(String::is_empty) {
        return Err(value.place.error(format!("{key}: the command is empty")).into());
    }
    Ok(Command::Words(words))
}

/// Runs the command and takes what it prints, without one trailing line
/// break.
pub(super) fn read(command: &Command, environment: &Environment) -> Result<Secret> {
    read_within(command, environment, TIME_LIMIT)
}

/// The same within a time limit, after which the command is killed.
pub(super) fn read_within(
    command: &Command,
    environment: &Environment,
    limit: Duration,
) -> Result<Secret> {
    // Arguments may hold what must not be shown, the program's name does not.
    let shown = match command {
        Command::Words(words) => {
            format!("command '{}'", words.first().map_or("", String::as_str).escape_debug())
        }
        Command::Shell(_) => "the shell command".to_owned(),
    };
    let (child, _listed) = start(command, environment)
        .map_err(|error| Error::config(format!("{shown} cannot be run: {}", reason(&error))))?;
    let (stdout, stderr) = {
        let mut child = lock(&child);
        (child.stdout.take(), child.stderr.take())
    };
    let mut output = Collected::start(stdout);
    let mut complaint = Collected::start(stderr);
    let status = wait(&child, &mut output, Instant::now() + limit).map_err(|error| {
        Error::config(format!("{shown} cannot be waited for: {}", reason(&error)))
    })?;
    let Some(status) = status else {
        // It may have ended by itself just now; either way it is gone.
        let mut child = lock(&child);
        let _ = child.kill();
        let _ = child.wait();
        if output.is_too_long() {
            return Err(too_long(&shown));
        }
        let complaint = complained(&complaint);
        let message = format!("{shown} did not end within {}{complaint}", shown_limit(limit));
        return Err(Error::config(message).into());
    };
    if !status.success() {
        complaint.finish(GRACE);
        let how = interrupt::how_it_ended(status);
        return Err(Error::config(format!("{shown} {how}{}", complained(&complaint))).into());
    }
    if output.is_too_long() {
        return Err(too_long(&shown));
    }
    credential(output.take(), &shown)
}

fn too_long(shown: &str) -> anyhow::Error {
    Error::config(format!("{shown} printed more than 1 MiB")).into()
}

fn shown_limit(limit: Duration) -> String {
    if limit.as_secs() > 0 {
        format!("{} seconds", limit.as_secs())
    } else {
        format!("{} milliseconds", limit.as_millis())
    }
}

/// Starts it without standard input, which is the request's, and without
/// this program's own variables, which may hold other secrets.
fn start(
    command: &Command,
    environment: &Environment,
) -> std::io::Result<(Arc<Mutex<Child>>, Listed)> {
    let mut process = match command {
        Command::Words(words) => {
            let mut words = words.iter();
            let mut process = std::process::Command::new(words.next().map_or("", String::as_str));
            process.args(words);
            process
        }
        Command::Shell(line) => {
            let mut process = std::process::Command::new("sh");
            process.args(["-c", line]);
            process
        }
    };
    process
        .env_clear()
        .envs(environment.passed_on())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    interrupt::command(&mut process)
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a stream has given so far, read by a thread of its own, so that
/// neither stream of a command blocks the other and both can be abandoned.
struct Collected {
    bytes: Arc<Mutex<Vec<u8>>>,
    end: Receiver<()>,
    ended: bool,
}

impl Collected {
    fn start(stream: Option<impl Read + Send + 'static>) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (sender, end) = channel();
        let into = Arc::clone(&bytes);
        std::thread::spawn(move || {
            if let Some(stream) = stream {
                read_into(stream, &into);
            }
            // Nobody listens any more when the command was abandoned.
            let _ = sender.send(());
        });
        Self { bytes, end, ended: false }
    }

    /// Waits for the stream's end, but no longer than `patience`.
    fn finish(&mut self, patience: Duration) {
        self.ended = self.ended
            || !matches!(self.end.recv_timeout(patience), Err(RecvTimeoutError::Timeout));
    }

    /// Whether it has given more than a secret may have.
    fn is_too_long(&self) -> bool {
        lock(&self.bytes).len() > LONGEST
    }

    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *lock(&self.bytes))
    }
}

/// Keeps a little more than [`LONGEST`] and reads on to the end, so that the
/// command is not stopped by a full pipe.
fn read_into(mut stream: impl Read, into: &Mutex<Vec<u8>>) {
    let mut buffer = Zeroizing::new([0_u8; 4096]);
    // An error is an end: what was read before it is what there is.
    while let Ok(count @ 1..) = stream.read(&mut buffer[..]) {
        let mut bytes = lock(into);
        if bytes.len() <= LONGEST {
            bytes.extend_from_slice(&buffer[..count]);
        }
    }
}

/// Waits for the command's end and that of its output; `None` when the time
/// ran out first, or when it has printed too much to be waited for.
fn wait(
    child: &Mutex<Child>,
    output: &mut Collected,
    deadline: Instant,
) -> std::io::Result<Option<ExitStatus>> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if output.ended {
            std::thread::sleep(left.min(Duration::from_millis(1)));
        } else {
            output.finish(left.min(INTERVAL));
        }
        if let Some(status) = lock(child).try_wait()? {
            output.finish(GRACE);
            return Ok(Some(status));
        }
        if left.is_zero() || output.is_too_long() {
            return Ok(None);
        }
    }
}

/// What the command said on standard error, to stand behind what it did.
fn complained(complaint: &Collected) -> String {
    let bytes = complaint.take();
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim();
    match text.char_indices().nth(LONGEST_COMPLAINT) {
        _ if text.is_empty() => String::new(),
        Some((end, _)) => format!(": {}…", &text[..end]),
        None => format!(": {text}"),
    }
}
