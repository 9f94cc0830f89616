//! What one run leaves for the next: the offset of a server's clock, kept in
//! the user's cache directory. Losing it costs one request.

use crate::model::time::Time;
use crate::model::url::Origin;
use crate::sign::State;
use serde_json::{Map, Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// How long a measured clock offset is believed, in seconds.
const OFFSET_LIFETIME: i64 = 24 * 60 * 60;

/// Where state is kept.
#[derive(Clone, Debug)]
pub struct StateStore {
    file: Option<PathBuf>,
}

impl StateStore {
    /// A store in `directory`, which is made when something is kept.
    pub fn in_directory(directory: &Path) -> Self {
        Self { file: Some(directory.join("clock-offsets.json")) }
    }

    /// A store that keeps nothing.
    pub fn nowhere() -> Self {
        Self { file: None }
    }

    /// What is known about the server at `origin`. A store that cannot be
    /// read knows nothing.
    pub fn read(&self, origin: &Origin, now: Time) -> State {
        let entries = self.entries();
        let entry = entries.get(&origin.to_string());
        let number = |name: &str| entry.and_then(|entry| entry.get(name)).and_then(Value::as_i64);
        let is_fresh = |measured: &i64| {
            let age = now.epoch().saturating_sub(*measured);
            (0..OFFSET_LIFETIME).contains(&age)
        };
        let clock_offset =
            number("measured").filter(is_fresh).and_then(|_| number("offset_seconds"));
        State { clock_offset }
    }

    /// Keeps what is known about the server at `origin`.
    ///
    /// # Errors
    /// When the file cannot be written; the caller warns and goes on.
    pub fn keep(&self, origin: &Origin, now: Time, state: State) -> std::io::Result<()> {
        let (Some(file), Some(offset)) = (&self.file, state.clock_offset) else { return Ok(()) };
        let mut entries = self.entries();
        let entry = json!({ "measured": now.epoch(), "offset_seconds": offset });
        entries.insert(origin.to_string(), entry);
        let directory = file.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(directory)?;
        // Written beside it and renamed, so that a reader never sees half of
        // it; temporary files are made with mode 0600.
        let mut whole = tempfile::NamedTempFile::new_in(directory)?;
        whole.write_all(Value::Object(entries).to_string().as_bytes())?;
        whole.persist(file).map_err(|error| error.error)?;
        Ok(())
    }

    fn entries(&self) -> Map<String, Value> {
        let text = self.file.as_ref().and_then(|file| std::fs::read(file).ok());
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

    #[test]
    fn an_offset_is_kept_for_a_day_and_for_its_origin_alone() {
        let directory = tempfile::tempdir().unwrap();
        let store = StateStore::in_directory(&directory.path().join("signreq"));
        let origin = |url: &str| WireUrl::parse(url).unwrap().origin().clone();
        let (here, there) = (origin("https://a.example/"), origin("https://b.example/"));
        let now = Time::from_epoch(1_700_000_000);
        assert_eq!(store.read(&here, now).clock_offset, None);
        store.keep(&here, now, State { clock_offset: Some(-7) }).unwrap();
        store.keep(&there, now, State { clock_offset: Some(3) }).unwrap();
        assert_eq!(store.read(&here, now.plus(86_399)).clock_offset, Some(-7));
        assert_eq!(store.read(&here, now.plus(86_400)).clock_offset, None);
        assert_eq!(store.read(&here, now.plus(-1)).clock_offset, None, "measured in the future");
        assert_eq!(store.read(&there, now).clock_offset, Some(3));
    }

    #[test]
    fn a_broken_file_knows_nothing_and_is_replaced() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("clock-offsets.json"), "[").unwrap();
        let store = StateStore::in_directory(directory.path());
        let origin = WireUrl::parse("http://h/").unwrap().origin().clone();
        let now = Time::from_epoch(5);
        assert_eq!(store.read(&origin, now), State::default());
        store.keep(&origin, now, State { clock_offset: Some(1) }).unwrap();
        assert_eq!(store.read(&origin, now).clock_offset, Some(1));
    }
}
