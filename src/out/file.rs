//! `-o FILE`: whole or not at all.

use crate::context::interrupt::{self, Listed};
use crate::error::{Error, Result};
use crate::model::place::shell_word;
use crate::out::written::{self, Written, written};
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file to write a body to. A regular one appears under its name only when
/// it is whole; until then it is a temporary file beside it, which is removed
/// when this is dropped and when the process is interrupted. What is no regular file (`/dev/null`, a named pipe)
/// is written directly.
#[derive(Debug)]
pub struct OutputFile {
    name: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Beside { temporary: NamedTempFile, listed: Listed, destination: PathBuf },
    Direct(File),
}

impl OutputFile {
    /// Opens `path` for writing; nothing changes under that name yet.
    ///
    /// A symbolic link stays one: what it leads to is replaced. A file that is
    /// replaced keeps its permissions.
    ///
    /// # Errors
    /// [`crate::error::Kind::Write`] when it cannot be written.
    pub fn create(path: &Path) -> Result<Self> {
        // As for any new file: what the process's umask leaves of it.
        Self::create_with(path, 0o666)
    }

    /// The same, a new file being its owner's alone.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn create_private(path: &Path) -> Result<Self> {
        Self::create_with(path, 0o600)
    }

    fn create_with(path: &Path, mode: u32) -> Result<Self> {
        let name = path.display().to_string();
        let place = open(path, mode).map_err(|error| unwritable(path, &error))?;
        Ok(Self { name, place })
    }

    /// Opens `path` to be written on where it ends, as bytes come: what is
    /// written stays, also of a body that ends early.
    ///
    /// # Errors
    /// [`crate::error::Kind::Write`] when it cannot be written.
    pub fn append(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let file = OpenOptions::new().append(true).create(true).open(path);
        let file = file.map_err(|error| unwritable(path, &error))?;
        Ok(Self { name, place: Place::Direct(file) })
    }

    /// What it is called in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Puts the file, now whole, under its name.
    ///
    /// # Errors
    /// [`crate::error::Kind::Write`] when that fails; the file that was there
    /// is untouched then.
    pub fn finish(self) -> Result<Written> {
        let result = match self.place {
            Place::Direct(mut file) => file.flush(),
            Place::Beside { temporary, listed, destination } => {
                let result = temporary.persist(destination).map(drop).map_err(|error| error.error);
                drop(listed);
                result
            }
        };
        written(result, &self.name)
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.place {
            Place::Beside { temporary, .. } => temporary.write(bytes),
            Place::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.place {
            Place::Beside { temporary, .. } => temporary.flush(),
            Place::Direct(file) => file.flush(),
        }
    }
}

/// The error for a file that cannot be opened for writing.
fn unwritable(path: &Path, error: &io::Error) -> Error {
    let told = written::failure(error, &path.display().to_string());
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    match directory {
        Some(directory) if error.kind() == io::ErrorKind::NotFound => {
            told.hint(format!("mkdir -p {}", shell_word(&directory.to_string_lossy())))
        }
        _ => told,
    }
}

fn open(path: &Path, mode: u32) -> io::Result<Place> {
    // The target of a symbolic link; a path that does not exist stays.
    let destination = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let existing = match std::fs::metadata(&destination) {
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let is_dangling_link = existing.is_none() && path.is_symlink();
    let is_special = existing.as_ref().is_some_and(|metadata| !metadata.is_file());
    if is_dangling_link || is_special {
        return direct(path, false);
    }
    if existing.is_some() {
        // A rename would not ask whether the file may be written.
        OpenOptions::new().write(true).open(&destination)?;
    }
    match beside(&destination, existing.as_ref(), mode) {
        Ok((temporary, listed)) => Ok(Place::Beside { temporary, listed, destination }),
        // A file that may be written in a directory that may not.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied && existing.is_some() => {
            direct(path, true)
        }
        Err(error) => Err(error),
    }
}

fn direct(path: &Path, truncate: bool) -> io::Result<Place> {
    interrupt::attend_at(path);
    let file = OpenOptions::new().write(true).create(true).truncate(truncate).open(path)?;
    Ok(Place::Direct(file))
}

fn beside(
    destination: &Path,
    existing: Option<&Metadata>,
    mode: u32,
) -> io::Result<(NamedTempFile, Listed)> {
    let directory = match destination.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".signreq-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = mode;
    let (temporary, listed) = interrupt::temporary_file(&builder, directory)?;
    if let Some(metadata) = existing {
        temporary.as_file().set_permissions(metadata.permissions())?;
    }
    Ok((temporary, listed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Kind, kind_of};
    use std::fs;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_when_it_is_whole() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("new");
        let mut file = OutputFile::create(&path).unwrap();
        file.write_all(b"data").unwrap();
        assert!(!path.exists());
        assert_eq!(file.finish().unwrap(), Written::Whole);
        assert_eq!(fs::read(&path).unwrap(), b"data");
        assert_eq!(names(directory.path()), ["new"]);
    }

    #[test]
    fn an_unfinished_file_leaves_no_trace() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("old");
        fs::write(&path, "before").unwrap();
        let mut file = OutputFile::create(&path).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), b"before");
        assert_eq!(names(directory.path()), ["old"]);
    }

    #[test]
    fn what_cannot_be_written_is_told_with_its_name() {
        let directory = tempfile::tempdir().unwrap();
        for path in [directory.path().to_owned(), directory.path().join("no/such/place")] {
            let error = OutputFile::create(&path).unwrap_err();
            assert_eq!(kind_of(&error), Kind::Write);
            assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let directory = tempfile::tempdir().unwrap();
        let (target, link) = (directory.path().join("target"), directory.path().join("link"));
        fs::write(&target, "before").unwrap();
        fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("target", &link).unwrap();
        let mut file = OutputFile::create(&link).unwrap();
        file.write_all(b"after").unwrap();
        file.finish().unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(&target).unwrap(), b"after");
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[cfg(unix)]
    #[test]
    fn a_private_file_is_its_owners() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("new");
        OutputFile::create_private(&path).unwrap().finish().unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn special_files_are_written_directly() {
        let mut file = OutputFile::create(Path::new("/dev/null")).unwrap();
        file.write_all(b"gone").unwrap();
        assert_eq!(file.finish().unwrap(), Written::Whole);
        assert!(fs::metadata("/dev/null").is_ok_and(|metadata| !metadata.is_file()));
    }
}
