//! A value in a keyring: the Secret Service on Linux and the BSDs, the
//! keychain on macOS, the credential store on Windows. The kernel's keyring,
//! which forgets at reboot, is used only where the config says so.
//!
//! An entry is of the service `signreq` and of the user NAME, the names by
//! which other tools find it too: `secret-tool lookup service signreq
//! username NAME`, `security find-generic-password -s signreq -a NAME`.

#[cfg(any(target_os = "linux", target_os = "macos", windows))]
mod entry;
#[cfg(all(unix, not(target_vendor = "apple")))]
mod secret_service;

use super::{LONGEST, credential};
use crate::context::{Environment, interrupt};
use crate::error::{Error, Result};
use crate::model::secret::Secret;
use crate::profile::document::{Located, Table};
use std::fmt;
use std::sync::mpsc::channel;
use std::time::Duration;

/// What every entry belongs to.
const SERVICE: &str = "signreq";

/// How long the keyring's own prompt to unlock it is waited for.
const PROMPT_LIMIT: Duration = Duration::from_secs(60);

/// How long a keyring may take in all, its prompt included.
const TIME_LIMIT: Duration = Duration::from_secs(65);

/// An entry of a keyring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name, under which the user stored it.
    pub name: String,
    /// Which keyring it is in.
    pub keyring: Keyring,
}

/// A keyring of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyring {
    /// The user's, which the desktop or the system unlocks.
    User,
    /// The kernel's, which is empty after a reboot. Linux only.
    Kernel,
}

/// What went wrong with a keyring.
#[derive(Debug)]
enum Failure {
    /// There is no entry of that name.
    NoEntry,
    /// Why the keyring cannot be used, as it is told.
    Unusable(String),
}

impl Key {
    /// Reads how the config writes a key: `{ keyring = "NAME" }`, with
    /// `kernel = true` beside it for the kernel's keyring.
    ///
    /// # Errors
    /// A config error with the place of what is wrong.
    pub(in crate::profile) fn parse(key: &str, value: &Located, table: &Table) -> Result<Self> {
        let name = value.text("keyring")?;
        if name.is_empty() {
            return Err(value
                .place
                .error(format!("{key}: the keyring's entry has no name"))
                .into());
        }
        let kernel = table.get("kernel").map(|kernel| kernel.boolean("kernel")).transpose()?;
        let keyring = if kernel == Some(true) { Keyring::Kernel } else { Keyring::User };
        Ok(Self { name: name.to_owned(), keyring })
    }

    /// The entry's value; `of` is the profile and the field that need it.
    ///
    /// # Errors
    /// A config error when there is no such entry, when the keyring cannot be
    /// reached, stays locked or does not answer in time.
    pub(super) fn read(
        &self,
        of: Option<(&str, &str)>,
        environment: &Environment,
    ) -> Result<Secret> {
        if let Some(value) = self.find(environment)? {
            return Ok(value);
        }
        let error = Error::config(format!("{self} is not there"));
        Err(match of {
            Some((profile, field)) => {
                let kernel = if self.keyring == Keyring::Kernel { " --kernel" } else { "" };
                error.hint(format!("signreq profile set {profile} {field} --keyring{kernel}"))
            }
            None => error,
        }
        .hint(self.storing())
        .into())
    }

    /// The entry's value; `None` when there is no such entry.
    ///
    /// # Errors
    /// Those of reading, but for a missing entry.
    pub fn find(&self, environment: &Environment) -> Result<Option<Secret>> {
        let found = self.run(environment, |key, access| match backend::read(&key, access) {
            Err(Failure::NoEntry) => Ok(None),
            read => read.map(Some),
        })?;
        let Some(bytes) = found else { return Ok(None) };
        let shown = self.to_string();
        if bytes.len() > LONGEST {
            return Err(Error::config(format!("{shown} is longer than 1 MiB")).into());
        }
        credential(bytes, &shown).map(Some)
    }

    /// Stores a value under this name, in the place of one that is there.
    ///
    /// # Errors
    /// Those of reading, but for a missing entry.
    pub fn store(&self, value: &Secret, environment: &Environment) -> Result<()> {
        let value = value.clone();
        self.run(environment, move |key, access| backend::store(&key, &value, access))
    }

    /// Removes the entry; false when there is none.
    ///
    /// # Errors
    /// Those of reading, but for a missing entry.
    pub fn remove(&self, environment: &Environment) -> Result<bool> {
        self.run(environment, |key, access| match backend::remove(&key, access) {
            Err(Failure::NoEntry) => Ok(false),
            outcome => outcome.map(|()| true),
        })
    }

    /// Runs a job in a thread that can be left behind: whatever a keyring is
    /// waiting for, this program ends.
    fn run<T: Send + 'static>(
        &self,
        environment: &Environment,
        job: impl FnOnce(Self, Access) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T> {
        interrupt::attend();
        let access = Access::of(environment);
        let (sender, outcome) = channel();
        let key = self.clone();
        std::thread::spawn(move || {
            // Nobody listens any more when the time ran out.
            let _ = sender.send(job(key, access));
        });
        let failure = match outcome.recv_timeout(TIME_LIMIT) {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(failure)) => failure,
            Err(_) => {
                let seconds = TIME_LIMIT.as_secs();
                Failure::Unusable(format!("it did not answer within {seconds} seconds"))
            }
        };
        Err(self.told(failure).into())
    }

    fn told(&self, failure: Failure) -> Error {
        match failure {
            Failure::NoEntry => Error::config(format!("{self} is not there")),
            Failure::Unusable(why) => {
                let error = Error::config(format!("{self}: {why}"));
                let error = error.hint(
                    "keep it elsewhere: { command = \"…\" }, { file = \"…\" } or { env = \"…\" }",
                );
                if cfg!(target_os = "linux") && self.keyring == Keyring::User {
                    error.hint("or in the kernel's keyring, until the next boot: { keyring = \"…\", kernel = true }")
                } else {
                    error
                }
            }
        }
    }

    /// The command that removes the entry.
    pub fn removing(&self) -> String {
        let quoted = shlex::try_quote(&self.name).unwrap_or_else(|_| "NAME".into());
        match self.keyring {
            Keyring::Kernel => {
                let described = format!("{SERVICE}:{}", self.name);
                let described = shlex::try_quote(&described).unwrap_or_else(|_| "NAME".into());
                format!("keyctl purge user {described}")
            }
            Keyring::User if cfg!(target_vendor = "apple") => {
                format!("security delete-generic-password -s {SERVICE} -a {quoted}")
            }
            Keyring::User if cfg!(windows) => format!("cmdkey /delete:{quoted}.{SERVICE}"),
            Keyring::User => format!("secret-tool clear service {SERVICE} username {quoted}"),
        }
    }

    /// The command that stores the entry and asks for its value.
    fn storing(&self) -> String {
        let quoted = shlex::try_quote(&self.name).unwrap_or_else(|_| "NAME".into());
        match self.keyring {
            Keyring::Kernel => {
                let described = format!("{SERVICE}:{}", self.name);
                let described = shlex::try_quote(&described).unwrap_or_else(|_| "NAME".into());
                format!("keyctl padd user {described} @u < FILE")
            }
            Keyring::User if cfg!(target_vendor = "apple") => {
                format!("security add-generic-password -s {SERVICE} -a {quoted} -w")
            }
            Keyring::User if cfg!(windows) => {
                format!("cmdkey /generic:{quoted}.{SERVICE} /user:{quoted} /pass")
            }
            Keyring::User => {
                format!("secret-tool store --label={SERVICE} service {SERVICE} username {quoted}")
            }
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} entry '{}'", self.keyring.shown(), self.name.escape_debug())
    }
}

impl Keyring {
    fn shown(self) -> &'static str {
        match self {
            Self::User => "keyring",
            Self::Kernel => "kernel keyring",
        }
    }
}

/// What the environment says of the way to a keyring.
#[derive(Clone, Copy, Debug)]
struct Access {
    /// There is, or may be, a session bus.
    has_bus: bool,
    /// There is a screen on which a keyring can ask for its password.
    has_screen: bool,
}

impl Access {
    fn of(environment: &Environment) -> Self {
        let is_set = |name: &str| environment.path(name).is_some();
        let runtime = environment.path("XDG_RUNTIME_DIR");
        Self {
            has_bus: is_set("DBUS_SESSION_BUS_ADDRESS")
                || runtime.is_some_and(|directory| directory.join("bus").exists()),
            has_screen: is_set("DISPLAY") || is_set("WAYLAND_DISPLAY"),
        }
    }
}

/// The keyrings of this system.
mod backend {
    use super::{Access, Failure, Key, Keyring};
    use crate::model::secret::Secret;

    pub(super) fn read(key: &Key, access: Access) -> Result<Vec<u8>, Failure> {
        match key.keyring {
            #[cfg(all(unix, not(target_vendor = "apple")))]
            Keyring::User => super::secret_service::read(&key.name, access),
            #[cfg(not(all(unix, not(target_vendor = "apple"))))]
            Keyring::User => super::entry::read(key),
            Keyring::Kernel => kernel(key, super::entry::read),
        }
    }

    pub(super) fn store(key: &Key, value: &Secret, access: Access) -> Result<(), Failure> {
        match key.keyring {
            #[cfg(all(unix, not(target_vendor = "apple")))]
            Keyring::User => super::secret_service::store(&key.name, value, access),
            #[cfg(not(all(unix, not(target_vendor = "apple"))))]
            Keyring::User => super::entry::store(key, value),
            Keyring::Kernel => kernel(key, |key| super::entry::store(key, value)),
        }
    }

    pub(super) fn remove(key: &Key, access: Access) -> Result<(), Failure> {
        match key.keyring {
            #[cfg(all(unix, not(target_vendor = "apple")))]
            Keyring::User => super::secret_service::remove(&key.name, access),
            #[cfg(not(all(unix, not(target_vendor = "apple"))))]
            Keyring::User => super::entry::remove(key),
            Keyring::Kernel => kernel(key, super::entry::remove),
        }
    }

    /// Only Linux has one.
    fn kernel<T>(key: &Key, job: impl FnOnce(&Key) -> Result<T, Failure>) -> Result<T, Failure> {
        if cfg!(target_os = "linux") {
            job(key)
        } else {
            Err(Failure::Unusable("this system's kernel has no keyring".to_owned()))
        }
    }
}
