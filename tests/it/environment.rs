//! A world for one run of the program: its own home directory, its own
//! environment and nothing of the machine's.

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A run that takes longer than this is killed and fails its test.
const PATIENCE: Duration = Duration::from_secs(60);

/// An empty home directory and an environment that knows nothing else.
pub(crate) struct TestEnvironment {
    directory: tempfile::TempDir,
    variables: Vec<(OsString, OsString)>,
}

impl TestEnvironment {
    /// A home without config, cache or history.
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut environment = Self { directory, variables: Vec::new() };
        for (variable, place) in [
            ("HOME", "home"),
            ("XDG_CONFIG_HOME", "home/.config"),
            ("XDG_CACHE_HOME", "home/.cache"),
            ("XDG_DATA_HOME", "home/.local/share"),
            ("XDG_STATE_HOME", "home/.local/state"),
            ("XDG_RUNTIME_DIR", "run"),
            ("TMPDIR", "tmp"),
        ] {
            let path = environment.directory.path().join(place);
            std::fs::create_dir_all(&path).unwrap();
            environment.set(variable, path);
        }
        std::fs::create_dir(environment.work()).unwrap();
        // The tools that a `{ command = … }` secret or a README example calls,
        // and the program itself under its own name.
        let program = Path::new(env!("CARGO_BIN_EXE_signreq"));
        let mut path = OsString::from(program.parent().unwrap());
        path.push(":/usr/bin:/bin");
        environment.set("PATH", path);
        environment
    }

    /// Sets a variable for the runs that follow.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.into(), value.into()));
    }

    /// The home directory.
    pub(crate) fn home(&self) -> PathBuf {
        self.directory.path().join("home")
    }

    /// The directory that runs start in.
    pub(crate) fn work(&self) -> PathBuf {
        self.directory.path().join("work")
    }

    /// The directory that all others are in.
    pub(crate) fn root(&self) -> PathBuf {
        self.directory.path().to_owned()
    }

    /// Where the program looks for its config.
    pub(crate) fn config_path(&self) -> PathBuf {
        self.home().join(".config/signreq/config.toml")
    }

    /// Writes the config, readable by its owner only.
    pub(crate) fn config(&self, text: &str) {
        let path = self.config_path();
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        write_with_mode(&path, text.as_bytes(), 0o600);
    }

    /// Writes a file into the directory that runs start in.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.work().join(name);
        write_with_mode(&path, content.as_ref(), 0o644);
        path
    }

    /// Runs the program with these words and an empty standard input.
    pub(crate) fn signreq(&self, words: &[&str]) -> Ran {
        self.signreq_reading(words, "")
    }

    /// Runs the program with these words and this standard input.
    pub(crate) fn signreq_reading(&self, words: &[&str], stdin: impl AsRef<[u8]>) -> Ran {
        self.run(OsStr::new(env!("CARGO_BIN_EXE_signreq")), words, stdin.as_ref())
    }

    /// Runs a line of a POSIX shell, in which `signreq` is the program.
    pub(crate) fn shell(&self, line: &str) -> Ran {
        self.program("sh", &["-c", line])
    }

    /// Runs a program of the machine with these words and an empty standard input.
    pub(crate) fn program(&self, name: &str, words: &[&str]) -> Ran {
        self.run(OsStr::new(name), words, b"")
    }

    /// A program with these words in this world.
    pub(crate) fn command(&self, program: &OsStr, words: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(words)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.work());
        command
    }

    fn run(&self, program: &OsStr, words: &[&str], stdin: &[u8]) -> Ran {
        let started = Instant::now();
        let mut child = self
            .command(program, words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let bytes = stdin.to_vec();
        // The program may end without reading its input: that is no failure.
        std::thread::spawn(move || drop(input.write_all(&bytes)));
        let stdout = collect(child.stdout.take().unwrap());
        let stderr = collect(child.stderr.take().unwrap());
        let line = format!("{} {}", Path::new(program).display(), words.join(" "));
        let status = wait(&mut child, started, &line);
        Ran {
            line,
            status,
            stdout: stdout.join().unwrap(),
            stderr: stderr.join().unwrap(),
            home: self.home().display().to_string(),
        }
    }
}

fn collect(mut stream: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        bytes
    })
}

/// The exit code; 128 and the signal's number after a signal, as in a shell.
pub(crate) fn wait(child: &mut Child, started: Instant, line: &str) -> i32 {
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            #[cfg(unix)]
            if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
                return 128 + signal;
            }
            return status.code().unwrap();
        }
        if started.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{line}: still running after {PATIENCE:?}");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn write_with_mode(path: &Path, content: &[u8], mode: u32) {
    std::fs::write(path, content).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = mode;
}

/// What a run left. Its status and both its streams are always compared:
/// a test that looks at one of them only would miss a stray line on another.
#[must_use = "compare it with `.gives(status, stdout, stderr)`"]
pub(crate) struct Ran {
    pub(crate) line: String,
    pub(crate) status: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) home: String,
}

impl Ran {
    /// Fails unless the run ended with this status and these streams. In the
    /// streams' text the home directory reads `[HOME]`.
    #[track_caller]
    pub(crate) fn gives(
        self,
        status: i32,
        stdout: impl Into<Pattern>,
        stderr: impl Into<Pattern>,
    ) -> Output {
        let output = Output { stdout: self.text(&self.stdout), stderr: self.text(&self.stderr) };
        let mut wrong = Vec::new();
        if self.status != status {
            wrong.push(format!("status {}, expected {status}", self.status));
        }
        // The system's numbers say nothing to a user, and Debug's forms no more.
        for never in ["(os error ", "panicked at", "Error {"] {
            if output.stderr.contains(never) {
                wrong.push(format!("stderr holds '{never}'"));
            }
        }
        wrong.extend(stdout.into().misses(&output.stdout).map(|why| format!("stdout: {why}")));
        wrong.extend(stderr.into().misses(&output.stderr).map(|why| format!("stderr: {why}")));
        assert!(
            wrong.is_empty(),
            "{}\n{}\n--- status {}\n--- stdout\n{}\n--- stderr\n{}",
            self.line,
            wrong.join("\n"),
            self.status,
            output.stdout,
            output.stderr
        );
        output
    }

    /// The status and both streams, whatever they are: for tests that look at
    /// many runs in one way.
    pub(crate) fn streams(self) -> (i32, Vec<u8>, Vec<u8>) {
        (self.status, self.stdout, self.stderr)
    }

    fn text(&self, bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).replace(&self.home, "[HOME]")
    }
}

/// Both streams of a run that was as expected, for a closer look.
pub(crate) struct Output {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// What a stream is compared with.
pub(crate) enum Pattern {
    /// It is this text, byte for byte.
    Exactly(String),
    /// It holds each of these.
    Holds(Vec<String>),
    /// Anything but nothing: the caller looks at the [`Output`] itself.
    Something,
}

impl Pattern {
    /// A stream that holds each of these texts.
    pub(crate) fn holds(texts: &[&str]) -> Self {
        Self::Holds(texts.iter().map(ToString::to_string).collect())
    }

    fn misses(&self, text: &str) -> Option<String> {
        match self {
            Self::Exactly(expected) => {
                (text != expected).then(|| format!("expected exactly\n{expected}"))
            }
            Self::Holds(parts) => parts
                .iter()
                .find(|part| !text.contains(part.as_str()))
                .map(|part| format!("`{part}` is not in it")),
            Self::Something => text.is_empty().then(|| "empty".to_owned()),
        }
    }
}

impl From<&str> for Pattern {
    fn from(text: &str) -> Self {
        Self::Exactly(text.to_owned())
    }
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        Self::Exactly(text)
    }
}

#[test]
fn a_run_sees_only_its_own_environment() {
    let mut environment = TestEnvironment::new();
    environment.set("MARK", "of this test");
    let names = environment.shell("env | cut -d= -f1 | sort").gives(0, Pattern::Something, "");
    // PWD and its like are the shell's own.
    let known: Vec<&str> = names
        .stdout
        .lines()
        .filter(|name| !["PWD", "OLDPWD", "SHLVL", "_"].contains(name))
        .collect();
    let expected = [
        "HOME",
        "MARK",
        "PATH",
        "TMPDIR",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_RUNTIME_DIR",
        "XDG_STATE_HOME",
    ];
    assert_eq!(known, expected);
    environment.shell("echo \"$HOME\"; echo no >&2; exit 3").gives(3, "[HOME]\n", "no\n");
}

#[test]
#[should_panic(expected = "stderr: expected exactly")]
fn a_stray_line_on_standard_error_fails_a_comparison() {
    TestEnvironment::new().shell("echo stray >&2").gives(0, "", "");
}
