//! A run inside the test's own process, in a world whose clock, pauses and
//! randomness are the test's: nothing waits.

use signreq::context::{Environment, RunContext, Terminal};
use signreq::model::time::Time;
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The world.
pub(crate) struct World {
    words: Vec<OsString>,
    directory: Arc<tempfile::TempDir>,
    variables: Vec<(OsString, OsString)>,
    /// How far its clock is ahead of the machine's, in seconds.
    pub ahead: i64,
}

/// What a run left.
pub(crate) struct Ran {
    /// Its exit code.
    pub code: u8,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// Each pause that it made.
    pub slept: Vec<Duration>,
}

/// The machine's clock, in seconds since the epoch.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

impl World {
    /// A world with an empty home, in which the program is given these words.
    pub(crate) fn new(words: &[&str]) -> Self {
        let directory = Arc::new(tempfile::tempdir().unwrap());
        let home = directory.path().to_owned().into_os_string();
        Self {
            words: words.iter().map(OsString::from).collect(),
            directory,
            variables: vec![("HOME".into(), home)],
            ahead: 0,
        }
    }

    /// The same world, with other words.
    pub(crate) fn again(&self, words: &[&str]) -> Self {
        Self {
            words: words.iter().map(OsString::from).collect(),
            directory: Arc::clone(&self.directory),
            variables: self.variables.clone(),
            ahead: self.ahead,
        }
    }

    /// Sets variables.
    pub(crate) fn set(&mut self, variables: Vec<(String, String)>) {
        self.variables
            .extend(variables.into_iter().map(|(name, value)| (name.into(), value.into())));
    }

    /// Writes the config.
    pub(crate) fn profile(&mut self, text: &str) {
        let path = self.directory.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        self.variables.push(("SIGNREQ_CONFIG".into(), path.into_os_string()));
    }

    /// Where clock offsets are remembered.
    pub(crate) fn offsets(&self) -> PathBuf {
        self.directory.path().join(".cache/signreq/clock-offsets.json")
    }

    /// Runs the program. Pauses take no time, but the stopwatch counts them,
    /// and each is the longest that chance may make it.
    pub(crate) fn run(self) -> Ran {
        let (stdout, stderr) = (Stream::default(), Stream::default());
        let slept = Arc::new(Mutex::new(Vec::new()));
        let (pauses, passed) = (Arc::clone(&slept), Arc::clone(&slept));
        let random = RunContext::from_process().randomness;
        let ahead = self.ahead;
        let mut context = RunContext {
            interrupts: |_| Ok(()),
            arguments: self.words,
            environment: Environment::new(self.variables),
            terminal: Terminal::default(),
            clock: Arc::new(move || Time::from_epoch(now() + ahead)),
            stopwatch: Arc::new(move || passed.lock().unwrap().iter().sum()),
            sleep: Box::new(move |pause| pauses.lock().unwrap().push(pause)),
            // Four bytes are the jitter of a pause, more are a nonce.
            randomness: Box::new(move |buffer| match buffer.len() {
                4 => {
                    buffer.fill(0xff);
                    Ok(())
                }
                _ => random(buffer),
            }),
            stdin: Box::new(std::io::empty()),
            stdout: Box::new(stdout.clone()),
            stderr: Box::new(stderr.clone()),
        };
        let code = signreq::cli::run(&mut context);
        drop(context);
        let slept = slept.lock().unwrap().clone();
        Ran { code, stdout: stdout.text(), stderr: stderr.text(), slept }
    }
}

#[derive(Clone, Default)]
struct Stream(Arc<Mutex<Vec<u8>>>);

impl Stream {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
