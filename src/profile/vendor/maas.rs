//! MAAS: `~/.maascli.db`, the SQLite database in which `maas login` keeps its
//! profiles: a name, and JSON with the URL, the three parts of the key and the
//! certificates that the server's is verified with.

use super::{Account, Content, Place, Question, Value, Vendor};
use crate::error::{Error, Result};
use crate::model::secret::Secret;
use crate::profile::layers::Provenance;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use serde_json::Value as Json;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

/// Where the database lies below the home directory: usually, and where the
/// snap of MAAS has its own home.
const FILES: &[&str] = &[".maascli.db", "snap/maas/current/.maascli.db"];

/// How long another program that has it locked is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// The URL, its key and its certificates are one server's.
const INSEPARABLE: &[&str] = &["url", "key", "cacert"];

/// Reads the database.
pub(super) fn read(question: &Question<'_>) -> Result<Vendor> {
    if let Some(path) = question.file {
        return of_file(question, path);
    }
    let files = FILES.iter().filter_map(|name| question.in_home(name));
    match files.into_iter().find(|path| path.exists()) {
        Some(path) => of_file(question, &path),
        None => match &question.account {
            Some(account) => Err(question.unknown(account, "~/.maascli.db", &[]).into()),
            None => Ok(Vendor::default()),
        },
    }
}

/// Reads a database.
fn of_file(question: &Question<'_>, path: &Path) -> Result<Vendor> {
    // SQLite says less of a file that is not there, and waits at a pipe.
    let unreadable = |error| super::unreadable(path, &error);
    let kind = std::fs::metadata(path).map_err(unreadable)?.file_type();
    if !kind.is_file() && !kind.is_dir() {
        return Err(unreadable(std::io::Error::other("it is no regular file")).into());
    }
    let rows = rows(path)?;
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    let shown = path.display().to_string();
    let row = match (&question.account, rows.as_slice()) {
        (Some(account), rows) => match rows.iter().find(|row| row.name == account.name) {
            Some(row) => row,
            None => return Err(question.unknown(account, &shown, &names).into()),
        },
        (None, []) => {
            let note = format!("{shown} holds no profile: maas login NAME URL");
            return Ok(Vendor { notes: vec![note], ..Vendor::default() });
        }
        (None, [only]) => only,
        (None, _) => return Err(question.several(&shown, &names).into()),
    };
    let provenance = Provenance::Vendor(Place { path: Rc::from(path), line: None });
    let account = Account { name: row.name.clone(), provenance: provenance.clone() };
    let data = row.data(path)?;
    let of = |field: &str, text: String| Value {
        field: field.to_owned(),
        content: Content::Text(Secret::new(text)),
        provenance: provenance.clone(),
    };
    let mut values = vec![of("url", data.url), of("key", data.key)];
    values.extend(data.cacerts.map(|text| of("cacert", text)));
    if question.account.is_none() {
        values.push(of(question.account_field(), account.name.clone()));
    }
    let mut vendor = Vendor { values, inseparable: INSEPARABLE, ..Vendor::default() };
    question.leave_others(&mut vendor, &names, &account);
    Ok(vendor)
}

/// A profile of MAAS's client.
struct Row {
    name: String,
    json: Secret,
}

/// What signs and where, out of a row.
struct Data {
    url: String,
    key: String,
    cacerts: Option<String>,
}

impl Row {
    /// # Errors
    /// When there is no key, or it has not three parts.
    fn data(&self, path: &Path) -> Result<Data> {
        let name = self.name.escape_default();
        let wrong = |why: &str| {
            Error::config(format!("{}: profile '{name}': {why}", path.display()))
                .hint(format!("maas login {} URL", super::quoted(&self.name)))
        };
        // What is wrong where is not told: it stands beside the key.
        let damaged = || wrong("its data is damaged");
        // Beside these stands the description of the whole API, which stays unread.
        let members: BTreeMap<String, Box<RawValue>> =
            serde_json::from_str(self.json.expose()).map_err(|_| damaged())?;
        let text = |name: &str| match member(&members, name) {
            Json::Null => Ok(None),
            Json::String(text) => Ok(Some(text)),
            _ => Err(damaged()),
        };
        let (url, cacerts) = (text("url")?, text("cacerts")?);
        let parts = match member(&members, "credentials") {
            Json::Null => None,
            Json::Array(parts) => Some(parts),
            _ => return Err(damaged().into()),
        };
        let url = url.filter(|url| !url.is_empty()).ok_or_else(|| wrong("it has no URL"))?;
        let parts = parts.ok_or_else(|| wrong("it is logged in without a key"))?;
        let texts: Vec<&str> = parts.iter().filter_map(Json::as_str).collect();
        if parts.len() != 3 || texts.len() != 3 || texts.contains(&"") {
            return Err(wrong("its key has not three parts").into());
        }
        let cacerts = cacerts.filter(|text| !text.trim().is_empty());
        Ok(Data { url, key: texts.join(":"), cacerts })
    }
}

/// A member of an object; null where it has none.
fn member(members: &BTreeMap<String, Box<RawValue>>, name: &str) -> Json {
    // A raw value is one that could be read.
    members.get(name).and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
}

/// All rows of the database, which is only read.
fn rows(path: &Path) -> Result<Vec<Row>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let read = || -> rusqlite::Result<Vec<Row>> {
        let database = Connection::open_with_flags(path, flags)?;
        database.busy_timeout(PATIENCE)?;
        let mut statement = database.prepare("SELECT name, data FROM profiles ORDER BY id")?;
        let rows = statement.query_map([], |row| {
            let data = row.get_ref(1)?.as_bytes()?;
            let json = Secret::new(String::from_utf8_lossy(data));
            Ok(Row { name: row.get(0)?, json })
        })?;
        rows.collect()
    };
    read().map_err(|error| told(path, &error).into())
}

fn told(path: &Path, error: &rusqlite::Error) -> Error {
    let shown = path.display();
    let is_directory = PathBuf::from(path).is_dir();
    match error.sqlite_error_code() {
        _ if is_directory => Error::config(format!("{shown}: it is a directory, no database")),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            let seconds = PATIENCE.as_secs();
            Error::config(format!("{shown}: another program has it locked for {seconds} seconds"))
                .hint("a maas that still runs? try again when it has ended")
        }
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            Error::config(format!("{shown}: it is no SQLite database, or a damaged one"))
                .hint("maas list; maas login NAME URL makes a new one where it is moved away")
        }
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            Error::config(format!("{shown}: it cannot be opened for reading"))
        }
        _ => Error::config(format!("{shown}: it is no database of MAAS's client: {error}")),
    }
}
