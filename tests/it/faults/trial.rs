//! One run: something goes wrong while something is asked for.

use super::server::{Server, WHOLE};
use super::{Case, Follow, Get, Place, Post, Resume, Retry, Row};
use crate::capture::Capture;
use crate::environment::TestEnvironment;
use std::collections::BTreeMap;

/// Sent in every request, in the clear, and in no output.
const SECRET: &str = "q7Geheimnis";

/// What is there of the file that is gone on with.
const BEGUN: &str = "01234";

/// What is in the file that is to be replaced.
const BEFORE: &str = "before";

/// Files by their names.
type Files = BTreeMap<String, Vec<u8>>;

/// The world of a run.
struct Setting {
    case: Case,
    environment: TestEnvironment,
    server: Server,
    url: String,
    options: Vec<String>,
    /// Leads to the server; up as long as the run.
    _front: Capture,
}

/// What a run came to.
struct Outcome {
    code: i32,
    stdout: String,
    stderr: String,
    before: Files,
    after: Files,
    connections: usize,
}

/// Runs one case of a row and tells what is wrong with what it came to.
pub(super) fn run(row: &Row, case: Case) -> Option<String> {
    let outcome = Setting::new(row, case).run();
    let wrong: Vec<String> = [
        outcome.told_wrongly(row, case),
        outcome.shows_what_it_must_not(),
        outcome.lost_or_left(row, case),
        outcome.tried_wrongly(row, case),
    ]
    .concat();
    (!wrong.is_empty()).then(|| {
        let wrong = wrong.join("; ");
        let Outcome { stdout, stderr, .. } = outcome;
        let lines: Vec<&str> = stderr.lines().filter(|line| !line.starts_with("> ")).collect();
        format!("{} × {case:?}: {wrong}\n{}\n--- {stdout:.200}\n", row.name, lines.join("\n"))
    })
}

impl Setting {
    fn new(row: &Row, case: Case) -> Self {
        let environment = TestEnvironment::new();
        let mut options = vec!["-v".to_owned()];
        let pair = match row.place {
            Place::Tls(make) => Some(make()),
            _ => None,
        };
        if let Some(pair) = &pair {
            environment.file("own.pem", &pair.pem);
            options.extend(["--cacert", "own.pem"].map(str::to_owned));
        }
        let server = match row.place {
            Place::Nobody | Place::NoProxy(_) => Server::nobody(),
            #[cfg(target_os = "linux")]
            Place::Full => Server::full(),
            _ => Server::start(row.steps, pair.as_ref(), row.for_good),
        };
        let port = server.port;
        if let Place::Proxy(kind, _) | Place::NoProxy(kind) = row.place {
            let proxy = format!("{kind}://127.0.0.1:{port}");
            options.extend(["-x", &proxy, "--noproxy", "127.0.0.1"].map(str::to_owned));
        }
        let url = match row.place {
            Place::Nowhere => "http://no.such.host.invalid".to_owned(),
            Place::BelowTls | Place::Tls(_) => format!("https://localhost:{port}"),
            Place::Proxy(_, scheme) => format!("{scheme}://host.example"),
            Place::NoProxy(_) => "http://host.example".to_owned(),
            _ => format!("http://127.0.0.1:{port}"),
        };
        let redirect =
            format!("HTTP/1.1 302 Found\r\nLocation: {url}/x\r\nContent-Length: 0\r\n\r\n");
        let front = Capture::answering(&[redirect.as_bytes()]);
        let own = if case == Follow { front.url() } else { url.clone() };
        environment.config(&format!(
            "[profile.p]\nscheme = 'oauth1'\nsignature_method = 'PLAINTEXT'\nurl = '{own}'\n\
             consumer_key = 'k'\nconsumer_secret = '{SECRET}'\ncleartext = true\n{}",
            row.lines
        ));
        match case {
            Get => {}
            Post => drop(environment.file("posted", vec![b'x'; row.posts])),
            Follow => drop(environment.file("f", BEFORE)),
            Resume | Retry => drop(environment.file("f", BEGUN)),
        }
        Self { case, environment, server, url, options, _front: front }
    }

    fn run(self) -> Outcome {
        let words: &[&str] = match self.case {
            Get => &["p", "get", "/x"],
            Post => &["--retry", "1", "p", "post", "/x", "-d", "@posted"],
            Follow => &["-L", "--allow-origin", &self.url, "-o", "f", "p", "get", "/x"],
            Resume => &["-C", "-", "-o", "f", "p", "get", "/x"],
            Retry => &["--retry", "1", "-C", "-", "-o", "f", "p", "get", "/x"],
        };
        let options = self.options.iter().map(String::as_str);
        let words: Vec<&str> = options.chain(words.iter().copied()).collect();
        let before = files(&self.environment);
        let (code, stdout, stderr) = self.environment.signreq(&words).streams();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Outcome {
            code,
            stdout: text(stdout),
            stderr: text(stderr),
            before,
            after: files(&self.environment),
            connections: self.server.connections(),
        }
    }
}

fn files(environment: &TestEnvironment) -> Files {
    let entries = std::fs::read_dir(environment.work()).unwrap().map(Result::unwrap);
    let read = |entry: std::fs::DirEntry| {
        (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())
    };
    entries.map(read).collect()
}

impl Outcome {
    /// Exit code and message.
    fn told_wrongly(&self, row: &Row, case: Case) -> Vec<String> {
        let passes = case == Retry && row.is_sent_again && !row.for_good;
        let exception = row.except.iter().find(|exception| exception.0 == case);
        let (codes, says) = match exception {
            Some((_, code, says)) => (std::slice::from_ref(code), *says),
            None if passes => (&[0][..], row.says),
            None => (row.codes, row.says),
        };
        let mut wrong = Vec::new();
        if !codes.contains(&self.code) {
            wrong.push(format!("exit code {}, not {codes:?}", self.code));
        }
        if !self.stderr.contains(says) {
            wrong.push(format!("`{says}` is not said"));
        }
        let is_told = self.stderr.lines().any(|line| line.starts_with("signreq: "));
        if self.code != 0 && !is_told {
            wrong.push("no line says why".to_owned());
        }
        wrong
    }

    fn shows_what_it_must_not(&self) -> Vec<String> {
        let never = [SECRET, "panicked", "RUST_BACKTRACE", "Error {", "Some(", "os error"];
        let shown = |text: &&str| self.stderr.contains(*text) || self.stdout.contains(*text);
        never.into_iter().filter(shown).map(|text| format!("`{text}` is in the output")).collect()
    }

    /// What had come is where it belongs, and nothing is anywhere else.
    fn lost_or_left(&self, row: &Row, case: Case) -> Vec<String> {
        let mut wrong = Vec::new();
        let is_error_answer = (3..=5).contains(&self.code);
        let is_shown = match case {
            // The server's own words are the output.
            _ if is_error_answer => true,
            Get | Post => self.is_what_came(row, &self.stdout, ""),
            Follow | Resume | Retry => self.stdout.is_empty(),
        };
        if !is_shown {
            wrong.push("standard output is not what came".to_owned());
        }
        let (mut before, mut after) = (self.before.clone(), self.after.clone());
        before.remove("f");
        let file = after.remove("f").map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let is_kept = match (case, file.as_deref()) {
            (Get | Post, file) => file.is_none(),
            (Follow, file) => file == Some(if self.code == 0 { WHOLE } else { BEFORE }),
            (Resume | Retry, file) => file.is_some_and(|file| self.is_what_came(row, file, BEGUN)),
        };
        if !is_kept {
            wrong.push(format!("the file holds {file:.50?}"));
        }
        if before != after {
            wrong.push(format!("left behind: {:?}", after.keys()));
        }
        wrong
    }

    /// Whether a text is what was there with what came of the body behind it.
    fn is_what_came(&self, row: &Row, text: &str, begun: &str) -> bool {
        let rest = &WHOLE[begun.len()..];
        match row.arrives {
            _ if self.code == 0 => text == WHOLE,
            Some(count) => text.strip_prefix(begun) == Some(&rest[..count.min(rest.len())]),
            None => text.starts_with(begun) && WHOLE.starts_with(text),
        }
    }

    /// How often it was sent. A connection that was not made is not counted,
    /// only told of.
    fn tried_wrongly(&self, row: &Row, case: Case) -> Vec<String> {
        let again = match case {
            Retry => row.is_sent_again,
            // Whether it was sent is the system's to decide.
            Post if row.is_sent && row.codes.contains(&7) => return Vec::new(),
            Post => row.is_sent_again && !row.is_sent,
            // As often as redirects are followed.
            Follow if self.code == 47 => return Vec::new(),
            Get | Follow | Resume => false,
        };
        let attempts = 1 + usize::from(again);
        if self.connections > attempts || self.stderr.contains("trying again") != again {
            return vec![format!("{} connections for {attempts} attempts", self.connections)];
        }
        Vec::new()
    }
}
