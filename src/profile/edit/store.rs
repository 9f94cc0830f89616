//! The config file while it is changed: locked, and replaced whole or not at
//! all.
//!
//! The lock is on the file itself, so that none is left behind and a config
//! in a repository of dotfiles stays alone there. Since each change puts
//! another file in its place, whoever gets the lock looks whether it is still
//! the file of that name.

use crate::context::interrupt;
use crate::error::{Error, Result, reason};
use crate::profile::file;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

/// How long another writer is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often the lock is tried meanwhile.
const INTERVAL: Duration = Duration::from_millis(20);

/// Some editors put it before UTF-8; it stays where it is.
pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The config file, locked for as long as this lives.
pub(super) struct Store {
    /// As it was named.
    path: PathBuf,
    /// What it leads to when it is a symbolic link, which stays one.
    target: PathBuf,
    file: File,
    text: Zeroizing<String>,
    has_mark: bool,
    /// Every line ends in CR LF.
    has_carriage_returns: bool,
    /// Made by opening it, and removed again unless something is written.
    is_new: bool,
}

impl Store {
    /// Locks and reads the file, which is made when there is none.
    ///
    /// # Errors
    /// A config error when it cannot be opened or is no regular file of
    /// UTF-8, or when another writer keeps it locked.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let fail = |error: &io::Error| failure(path, error);
        if let Some(directory) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            make_directory(directory).map_err(|error| failure(directory, &error))?;
        }
        let is_new = !path.exists();
        let deadline = Instant::now() + PATIENCE;
        let mut file = loop {
            let file = open(path).map_err(|error| fail(&error))?;
            if !file.metadata().map_err(|error| fail(&error))?.is_file() {
                return Err(told(path, "it is no regular file").into());
            }
            lock(&file, path, deadline)?;
            if is_same(&file, path) {
                break file;
            }
        };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|error| fail(&error))?;
        let whole = file::decoded(path, bytes)?;
        let text = whole.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&whole);
        let has_mark = text.len() < whole.len();
        let has_carriage_returns =
            text.contains('\n') && text.matches('\n').count() == text.matches("\r\n").count();
        let text = Zeroizing::new(match has_carriage_returns {
            true => text.replace("\r\n", "\n"),
            false => text.to_owned(),
        });
        let target = path.canonicalize().map_err(|error| fail(&error))?;
        let path = path.to_owned();
        Ok(Self { path, target, file, text, has_mark, has_carriage_returns, is_new })
    }

    /// The text, its lines ending in LF.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The path as it was named.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts another text in its place: written beside it, brought to the disk
    /// and renamed, so that at any moment the old or the new file is there,
    /// whole. With `is_secret` nobody else can read it.
    ///
    /// # Errors
    /// A config error when it cannot be written; nothing has changed then.
    pub(super) fn replace(mut self, text: &str, is_secret: bool) -> Result<()> {
        let lines = match self.has_carriage_returns {
            true => Zeroizing::new(text.replace('\n', "\r\n")),
            false => Zeroizing::new(text.to_owned()),
        };
        let mark = if self.has_mark { BYTE_ORDER_MARK } else { "" };
        self.write(mark.as_bytes(), lines.as_bytes(), is_secret)
            .map_err(|error| failure(&self.path, &error).hint("nothing was changed"))?;
        self.is_new = false;
        Ok(())
    }

    fn write(&self, mark: &[u8], text: &[u8], is_secret: bool) -> io::Result<()> {
        let directory = self.target.parent().unwrap_or(Path::new("/"));
        let prefix = self.prefix();
        remove_left_over(directory, &prefix);
        let mut builder = tempfile::Builder::new();
        let (mut temporary, listed) =
            interrupt::temporary_file(builder.prefix(&prefix), directory)?;
        temporary.write_all(mark)?;
        temporary.write_all(text)?;
        self.keep_owner_and_mode(&temporary, is_secret)?;
        temporary.as_file().sync_all()?;
        temporary.persist(&self.target).map_err(|error| error.error)?;
        drop(listed);
        // The file is in its place; that its name survives a power cut is the
        // directory's affair, and not every file system can be asked for it.
        #[cfg(unix)]
        let _ = File::open(directory).and_then(|directory| directory.sync_all());
        Ok(())
    }

    /// What the names of temporary files begin with.
    fn prefix(&self) -> String {
        let name = self.target.file_name().unwrap_or_default().to_string_lossy();
        format!(".{name}.signreq-")
    }

    /// A new file is the owner's alone. An existing one keeps its mode, unless
    /// others could then read a secret.
    #[cfg(unix)]
    fn keep_owner_and_mode(&self, temporary: &NamedTempFile, is_secret: bool) -> io::Result<()> {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
        let (old, new) = (self.file.metadata()?, temporary.as_file().metadata()?);
        if old.uid() != new.uid() {
            // As root in a user's home: the user must be able to read it on.
            std::os::unix::fs::fchown(temporary, Some(old.uid()), Some(old.gid()))?;
        }
        let mode = old.permissions().mode() & 0o777;
        let mode = if is_secret { mode & 0o700 } else { mode };
        temporary.as_file().set_permissions(std::fs::Permissions::from_mode(mode))
    }

    #[cfg(not(unix))]
    fn keep_owner_and_mode(&self, _temporary: &NamedTempFile, _is_secret: bool) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if self.is_new {
            // Locked still: whoever waits finds that the name is free again.
            let _ = std::fs::remove_file(&self.target);
        }
    }
}

/// For reading and writing, which some file systems lock only then; a file
/// that its owner made read-only is replaced all the same.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            File::open(path).map_err(|_| error)
        }
        opened => opened,
    }
}

fn lock(file: &File, path: &Path, deadline: Instant) -> Result<()> {
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                std::thread::sleep(INTERVAL);
            }
            Err(TryLockError::WouldBlock) => {
                let seconds = PATIENCE.as_secs();
                let why = format!("another signreq has been changing it for {seconds} seconds");
                return Err(told(path, &why).hint("nothing was changed; try again").into());
            }
            // Better without a lock than not at all.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                return Ok(());
            }
            Err(TryLockError::Error(error)) => return Err(failure(path, &error).into()),
        }
    }
}

/// Whether the opened file still has its name.
#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
    let (opened, named) = (file.metadata().map(identity), std::fs::metadata(path).map(identity));
    opened.is_ok_and(|opened| named.is_ok_and(|named| opened == named))
}

/// Elsewhere that cannot be asked.
#[cfg(not(unix))]
fn is_same(_file: &File, _path: &Path) -> bool {
    true
}

/// As the XDG base directory specification has it: for the owner alone.
fn make_directory(directory: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(directory)
}

/// Removes what a killed writer left: only who holds the lock makes such
/// files, so those that are there belong to nobody.
fn remove_left_over(directory: &Path, prefix: &str) {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix)) {
        // The next writer tries again.
        let _ = std::fs::remove_file(entry.path());
    }
}

fn told(path: &Path, why: &str) -> Error {
    Error::config(format!("config file {}: {why}", path.display()))
}

fn failure(path: &Path, error: &io::Error) -> Error {
    told(path, &format!("it cannot be changed: {}", reason(error)))
}
