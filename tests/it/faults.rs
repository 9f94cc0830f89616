//! All that can go wrong on the way to a server and back, beside all that can
//! be asked for: each run ends by itself, with the right exit code and a line
//! that says why, keeps what it promises to keep, and tells no secret.

mod answers;
mod certificates;
mod connections;
mod proxies;
mod server;
mod trial;

use crate::tls_server::Pair;
use server::Step;
use std::sync::Mutex;

/// How many runs of one table go on at once: most of them wait.
const AT_ONCE: usize = 16;

/// What is asked for while something goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    /// GET, to standard output.
    Get,
    /// POST of a file, with `--retry`: it must not be sent twice.
    Post,
    /// GET where a redirect leads, into a file that is there.
    Follow,
    /// Going on with a file.
    Resume,
    /// Going on with a file, with `--retry`.
    Retry,
}

use Case::{Follow, Get, Post, Resume, Retry};

const CASES: [Case; 5] = [Get, Post, Follow, Resume, Retry];

/// Where something goes wrong.
enum Place {
    /// Nobody listens.
    Nobody,
    /// The host has no address.
    Nowhere,
    /// The server does not take the connection.
    #[cfg(target_os = "linux")]
    Full,
    /// At the server, by http.
    Server,
    /// Where https is expected, below TLS.
    BelowTls,
    /// At the server, by https with this certificate.
    Tls(fn() -> Pair),
    /// At a proxy of this kind, on the way to a server by http or https.
    Proxy(&'static str, &'static str),
    /// At a proxy of this kind that is not there.
    NoProxy(&'static str),
}

/// Something that goes wrong, and what comes of it.
struct Row {
    name: &'static str,
    place: Place,
    steps: &'static [Step],
    /// Lines of the profile, which make waiting short.
    lines: &'static str,
    /// The exit codes that are right: several where the system decides.
    codes: &'static [i32],
    /// What is said of it.
    says: &'static str,
    /// How many bytes of the body arrive before; `None` when that is chance.
    arrives: Option<usize>,
    /// Whether `--retry` sends again.
    is_sent_again: bool,
    /// Whether it stays so.
    for_good: bool,
    /// Whether the request has left this machine: then a POST is final.
    is_sent: bool,
    /// How long the file is that is posted.
    posts: usize,
    /// Where another code is right, or another thing is said.
    except: &'static [(Case, i32, &'static str)],
}

/// What goes wrong at the server once, and may pass.
const fn row(
    name: &'static str,
    steps: &'static [Step],
    codes: &'static [i32],
    says: &'static str,
) -> Row {
    Row {
        name,
        place: Place::Server,
        steps,
        lines: "",
        codes,
        says,
        arrives: Some(0),
        is_sent_again: true,
        for_good: false,
        is_sent: true,
        posts: 50_000,
        except: &[],
    }
}

/// Runs every case of every row, many at once, and tells of all that is wrong.
fn check(rows: &[Row]) {
    let trials = rows.iter().flat_map(|row| CASES.map(|case| (row, case)));
    let trials = Mutex::new(trials);
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some((row, case)) = trials.lock().unwrap().next() else { return };
                    let found = trial::run(row, case);
                    wrong.lock().unwrap().extend(found);
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of the runs:\n{}", wrong.len(), wrong.join("\n"));
}
