//! What one run leaves for the next: the offset of a server's clock and access
//! tokens, kept in the user's cache directory. Losing them costs one request.

use crate::context::interrupt;
use crate::model::secret::Secret;
use crate::model::time::Time;
use crate::model::url::Origin;
use crate::sign::{Params, State, Token};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long a measured clock offset is believed, in seconds.
const OFFSET_LIFETIME: i64 = 24 * 60 * 60;

/// The longest file that is read, in bytes; a hundred thousand servers
/// make no longer one. Nothing of ours is longer, or a pipe that never ends.
const LONGEST: u64 = 16 * 1024 * 1024;

const OFFSETS: &str = "clock-offsets.json";
pub(super) const TOKENS: &str = "tokens.json";

/// What state belongs to: a clock to an origin, a token to a credential.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// The server's.
    pub origin: &'a Origin,
    /// The fields that the credential is; their fingerprint stands for it.
    pub params: &'a Params,
}

/// Where state is kept.
#[derive(Debug)]
pub struct StateStore {
    directory: Option<PathBuf>,
    /// What the files held when they were read or written last: a run of a
    /// thousand requests looks at them once.
    seen: Mutex<BTreeMap<&'static str, Map<String, Value>>>,
}

impl StateStore {
    /// A store in `directory`, which is made when something is kept.
    pub fn in_directory(directory: &Path) -> Self {
        Self { directory: Some(directory.to_owned()), seen: Mutex::default() }
    }

    /// A store that keeps nothing.
    pub fn nowhere() -> Self {
        Self { directory: None, seen: Mutex::default() }
    }

    /// What is known for `key`. A store that cannot be read knows nothing.
    pub fn read(&self, key: Key<'_>, now: Time) -> State {
        let is_fresh = |measured: &i64| {
            let age = now.epoch().saturating_sub(*measured);
            (0..OFFSET_LIFETIME).contains(&age)
        };
        let offset = |entry: &Value| {
            entry.get("measured")?.as_i64().filter(is_fresh)?;
            entry.get("offset_seconds")?.as_i64()
        };
        let token = |entry: &Value| {
            Some(Token {
                access_token: Secret::new(entry.get("access_token")?.as_str()?),
                expires: Time::from_epoch(entry.get("expires")?.as_i64()?),
            })
        };
        State {
            clock_offset: self.find(OFFSETS, || key.origin.to_string(), offset),
            token: self.find(TOKENS, || key.params.fingerprint(), token),
        }
    }

    /// Reads the entry of a file that has this name. Most files have none, and
    /// names are work.
    fn find<T>(
        &self,
        file: &'static str,
        name: impl FnOnce() -> String,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        let mut seen = self.seen();
        let entries = seen.entry(file).or_insert_with(|| self.entries(file));
        match entries.is_empty() {
            true => None,
            false => entries.get(&name()).and_then(read),
        }
    }

    fn seen(&self) -> MutexGuard<'_, BTreeMap<&'static str, Map<String, Value>>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what is known for `key`; tokens that have expired are dropped.
    ///
    /// # Errors
    /// When a file cannot be written; the caller warns and goes on.
    pub fn keep(&self, key: Key<'_>, now: Time, state: &State) -> std::io::Result<()> {
        if let Some(offset) = state.clock_offset {
            let mut entries = self.entries(OFFSETS);
            let entry = json!({ "measured": now.epoch(), "offset_seconds": offset });
            entries.insert(key.origin.to_string(), entry);
            self.write(OFFSETS, entries)?;
        }
        if let Some(token) = &state.token {
            let mut entries = self.entries(TOKENS);
            let expires = |entry: &Value| entry.get("expires").and_then(Value::as_i64);
            entries.retain(|_, entry| expires(entry).is_some_and(|time| time > now.epoch()));
            let (access_token, expires) = (token.access_token.expose(), token.expires.epoch());
            let entry = json!({ "access_token": access_token, "expires": expires });
            entries.insert(key.params.fingerprint(), entry);
            self.write(TOKENS, entries)?;
        }
        Ok(())
    }

    /// Drops the clock offset of `key`'s origin.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget_offset(&self, key: Key<'_>) -> std::io::Result<()> {
        let mut entries = self.entries(OFFSETS);
        match entries.remove(&key.origin.to_string()) {
            Some(_) => self.write(OFFSETS, entries),
            None => Ok(()),
        }
    }

    /// Drops the token of `key`'s credential; says whether there was one.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget_token(&self, key: Key<'_>) -> std::io::Result<bool> {
        let mut entries = self.entries(TOKENS);
        match entries.remove(&key.params.fingerprint()) {
            Some(_) => self.write(TOKENS, entries).map(|()| true),
            None => Ok(false),
        }
    }

    /// Written beside the file and renamed, so that a reader never sees half
    /// of it; temporary files are made with mode 0600.
    fn write(&self, name: &'static str, entries: Map<String, Value>) -> std::io::Result<()> {
        let Some(directory) = &self.directory else { return Ok(()) };
        std::fs::create_dir_all(directory)?;
        let (mut whole, listed) = interrupt::temporary_file(&tempfile::Builder::new(), directory)?;
        whole.write_all(&serde_json::to_vec(&entries)?)?;
        whole.persist(directory.join(name)).map_err(|error| error.error)?;
        drop(listed);
        self.seen().insert(name, entries);
        Ok(())
    }

    /// What a file holds now: another run may have written it.
    fn entries(&self, name: &str) -> Map<String, Value> {
        let file = self.directory.as_ref().map(|directory| directory.join(name));
        let is_ours =
            |file: &PathBuf| file.metadata().is_ok_and(|is| is.is_file() && is.len() <= LONGEST);
        let text = file.filter(is_ours).and_then(|file| std::fs::read(file).ok());
        match text.and_then(|text| serde_json::from_slice(&text).ok()) {
            Some(Value::Object(entries)) => entries,
            _ => Map::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::url::WireUrl;

    /// A server, and a credential with this key.
    fn owner(url: &str, key: &str) -> (WireUrl, Params) {
        let mut params = Params::new();
        params.set("key", key);
        (WireUrl::parse(url).unwrap(), params)
    }

    fn key((url, params): &(WireUrl, Params)) -> Key<'_> {
        Key { origin: url.origin(), params }
    }

    fn offset(seconds: i64) -> State {
        State { clock_offset: Some(seconds), token: None }
    }

    #[test]
    fn a_token_is_kept_for_its_credential_alone_and_dropped_when_expired() {
        let directory = tempfile::tempdir().unwrap();
        let store = StateStore::in_directory(directory.path());
        let (one, other) = (owner("http://h/", "one"), owner("http://h/", "other"));
        let (one, other) = (key(&one), key(&other));
        let token = |name: &str, expires| {
            let token =
                Token { access_token: Secret::new(name), expires: Time::from_epoch(expires) };
            State { clock_offset: None, token: Some(token) }
        };
        store.keep(one, Time::from_epoch(5), &token("first", 10)).unwrap();
        assert_eq!(store.read(one, Time::from_epoch(6)), token("first", 10));
        assert_eq!(store.read(other, Time::from_epoch(6)), State::default());
        store.keep(other, Time::from_epoch(11), &token("second", 20)).unwrap();
        assert_eq!(store.read(one, Time::from_epoch(6)), State::default());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(directory.path().join(TOKENS)).unwrap().permissions();
            assert_eq!(mode.mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn an_offset_is_kept_for_a_day_and_for_its_origin_alone() {
        let directory = tempfile::tempdir().unwrap();
        let store = StateStore::in_directory(&directory.path().join("signreq"));
        let (here, there) = (owner("https://a.example/", "c"), owner("https://b.example/", "c"));
        let (here, there) = (key(&here), key(&there));
        let now = Time::from_epoch(1_700_000_000);
        assert_eq!(store.read(here, now).clock_offset, None);
        store.keep(here, now, &offset(-7)).unwrap();
        store.keep(there, now, &offset(3)).unwrap();
        assert_eq!(store.read(here, now.plus(86_399)).clock_offset, Some(-7));
        assert_eq!(store.read(here, now.plus(86_400)).clock_offset, None);
        assert_eq!(store.read(here, now.plus(-1)).clock_offset, None, "measured in the future");
        assert_eq!(store.read(there, now).clock_offset, Some(3));
        store.forget_offset(here).unwrap();
        assert_eq!(store.read(here, now).clock_offset, None);
        assert_eq!(store.read(there, now).clock_offset, Some(3));
    }

    #[test]
    fn a_broken_file_knows_nothing_and_is_replaced() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("clock-offsets.json"), "[").unwrap();
        let store = StateStore::in_directory(directory.path());
        let owner = owner("http://h/", "c");
        let key = key(&owner);
        let now = Time::from_epoch(5);
        assert_eq!(store.read(key, now), State::default());
        store.keep(key, now, &offset(1)).unwrap();
        assert_eq!(store.read(key, now).clock_offset, Some(1));
    }
}
