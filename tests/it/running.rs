//! A run of the program that is still going on: it can be looked at, sent
//! signals, and waited for.

use crate::environment::{Ran, TestEnvironment, wait};
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long something is waited for before the test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// The run; its standard input stays open and empty until it ends. It is
/// killed when it is dropped before.
pub(crate) struct Running {
    line: String,
    home: String,
    child: Ended,
    stdout: Stream,
    stderr: Stream,
}

/// A process that ends with the test at the latest.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // One that has been waited for is not killed again.
        let _ = self.0.kill();
    }
}

/// What a stream has given so far.
struct Stream {
    bytes: Arc<Mutex<Vec<u8>>>,
    thread: JoinHandle<()>,
}

impl TestEnvironment {
    /// Starts the program with these words.
    pub(crate) fn start(&self, words: &[&str]) -> Running {
        self.start_with(words, Stdio::piped(), Stdio::piped())
    }

    /// The same with a standard error of the caller's.
    pub(crate) fn start_telling(&self, words: &[&str], stderr: Stdio) -> Running {
        self.start_with(words, Stdio::piped(), stderr)
    }

    /// The same with both streams of the caller's, who reads them.
    pub(crate) fn start_with(&self, words: &[&str], stdout: Stdio, stderr: Stdio) -> Running {
        let mut child = self
            .command(env!("CARGO_BIN_EXE_signreq").as_ref(), words)
            .stdin(Stdio::piped())
            .stdout(stdout)
            .stderr(stderr)
            .spawn()
            .unwrap();
        let stdout = Stream::of(child.stdout.take());
        let stderr = Stream::of(child.stderr.take());
        let home = self.home().display().to_string();
        Running { line: words.join(" "), home, child: Ended(child), stdout, stderr }
    }
}

impl Stream {
    /// Of a stream that is the caller's nothing is known.
    fn of(stream: Option<impl Read + Send + 'static>) -> Self {
        match stream {
            Some(stream) => Self::collect(stream),
            None => Self::collect(std::io::empty()),
        }
    }

    fn collect(mut from: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&bytes);
        let thread = std::thread::spawn(move || {
            let mut buffer = [0; 1024];
            while let Ok(count @ 1..) = from.read(&mut buffer) {
                into.lock().unwrap().extend_from_slice(&buffer[..count]);
            }
        });
        Self { bytes, thread }
    }

    fn whole(self) -> Vec<u8> {
        self.thread.join().unwrap();
        std::mem::take(&mut *self.bytes.lock().unwrap())
    }
}

impl Running {
    /// The id of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.0.id()
    }

    /// Waits until `is_so`.
    #[track_caller]
    pub(crate) fn until(&self, is_so: impl Fn() -> bool) {
        let started = Instant::now();
        while !is_so() {
            assert!(started.elapsed() < PATIENCE, "{}: waited in vain", self.line);
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Waits until standard output holds this text.
    #[track_caller]
    pub(crate) fn until_stdout(&self, text: &str) {
        let bytes = &self.stdout.bytes;
        self.until(|| String::from_utf8_lossy(&bytes.lock().unwrap()).contains(text));
    }

    /// Waits until standard error holds this text.
    #[track_caller]
    pub(crate) fn until_stderr(&self, text: &str) {
        let bytes = &self.stderr.bytes;
        self.until(|| String::from_utf8_lossy(&bytes.lock().unwrap()).contains(text));
    }

    /// Waits until it handles SIGINT itself: proc(5), SigCgt.
    #[track_caller]
    pub(crate) fn until_it_handles_signals(&self) {
        let file = format!("/proc/{}/status", self.child.0.id());
        self.until(|| {
            let status = std::fs::read_to_string(&file).unwrap();
            let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
            // SIGINT is 2: the second bit.
            u64::from_str_radix(caught.trim(), 16).unwrap() & 2 != 0
        });
    }

    /// Waits until a signal has stopped it: proc(5), State.
    #[track_caller]
    pub(crate) fn until_it_is_stopped(&self) {
        let file = format!("/proc/{}/status", self.child.0.id());
        self.until(|| std::fs::read_to_string(&file).unwrap().contains("\nState:\tT"));
    }

    /// Waits until it holds a TCP socket.
    #[track_caller]
    pub(crate) fn until_it_connects(&self) {
        let tcp = format!("/proc/{}/net/tcp", self.child.0.id());
        let directory = format!("/proc/{}/fd", self.child.0.id());
        self.until(|| {
            // Those that are being connected, with their inodes.
            let table = std::fs::read_to_string(&tcp).unwrap();
            let connecting: Vec<String> = table
                .lines()
                .filter_map(|line| {
                    let fields: Vec<_> = line.split_whitespace().collect();
                    let is_syn_sent = fields.get(3) == Some(&"02");
                    is_syn_sent.then(|| format!("socket:[{}]", fields[9]))
                })
                .collect();
            std::fs::read_dir(&directory).unwrap().filter_map(Result::ok).any(|entry| {
                std::fs::read_link(entry.path())
                    .is_ok_and(|to| connecting.iter().any(|socket| to.as_os_str() == &**socket))
            })
        });
    }

    /// Waits until a thread of it waits for signals, and sends it one.
    #[track_caller]
    pub(crate) fn signal(&self, name: &str) {
        let tasks = format!("/proc/{}/task", self.child.0.id());
        self.until(|| {
            let mut tasks = std::fs::read_dir(&tasks).unwrap().filter_map(Result::ok);
            tasks.any(|task| {
                let name = std::fs::read_to_string(task.path().join("comm"));
                name.is_ok_and(|name| name == "signals\n")
            })
        });
        self.signal_now(name);
    }

    /// Sends it a signal, by the name that `kill` has for it.
    pub(crate) fn signal_now(&self, name: &str) {
        let line = format!("kill -{name} {}", self.child.0.id());
        assert!(Command::new("sh").args(["-c", &line]).status().unwrap().success(), "{line}");
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.0.try_wait().unwrap().is_some()
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Ran {
        let status = wait(&mut self.child.0, Instant::now(), &self.line);
        let Self { line, home, stdout, stderr, .. } = self;
        Ran { line, status, stdout: stdout.whole(), stderr: stderr.whole(), home }
    }
}
