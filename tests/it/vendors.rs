//! Whoever uses a vendor's own tool needs no set-up: its files and variables
//! are a profile. The server is the sandbox, which verifies every signature.

mod aws;
mod dci;
mod import;
pub(crate) mod maas;
mod ovh;

use crate::environment::{Pattern, TestEnvironment};
use crate::world::now;
use signreq::model::time::Time;
use signreq::sandbox::{self, Sandbox};
use std::path::PathBuf;
use std::sync::Arc;

/// A sandbox, and the fields of a profile for it.
struct Server {
    sandbox: Sandbox,
    preset: &'static str,
}

impl Server {
    fn of(preset: &'static str) -> Self {
        let clock = Arc::new(|| Time::from_epoch(now()));
        Self { sandbox: Sandbox::start(None, clock).unwrap(), preset }
    }

    fn field(&self, name: &str) -> String {
        let fields = sandbox::profile_fields(self.preset, self.sandbox.address()).unwrap();
        fields.into_iter().find(|(field, _)| *field == name).unwrap().1
    }
}

impl TestEnvironment {
    /// Writes a file into the home directory.
    fn home_file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.home().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Fails unless the request that `words` are is answered with success.
    #[track_caller]
    fn is_answered(&self, words: &[&str]) {
        self.signreq(words).gives(0, Pattern::Something, "");
    }

    /// Fails unless the run ends with 78 and says each of these.
    #[track_caller]
    fn is_refused(&self, words: &[&str], told: &[&str]) {
        let output = self.signreq(words).gives(78, "", Pattern::holds(told));
        assert!(!output.stderr.contains("geheim"), "a secret is shown: {}", output.stderr);
    }
}
