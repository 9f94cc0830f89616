//! Files as bodies: streamed, and refused when they change under way.

use super::failure::carry;
use crate::error::reason;
use crate::model::body::BodySource;
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

/// What two openings of an unchanged file have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Version {
    length: u64,
    /// `None` where the file system keeps no such time.
    modified: Option<SystemTime>,
}

impl Version {
    fn of(metadata: &Metadata) -> Self {
        Self { length: metadata.len(), modified: metadata.modified().ok() }
    }
}

/// A regular file as it was when it was first looked at.
pub(super) struct FileSource {
    path: Arc<PathBuf>,
    version: Version,
}

impl FileSource {
    pub(super) fn new(path: PathBuf, metadata: &Metadata) -> Self {
        Self { path: Arc::new(path), version: Version::of(metadata) }
    }
}

impl BodySource for FileSource {
    fn length(&self) -> u64 {
        self.version.length
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        self.open_at(0)
    }

    fn open_at(&self, start: u64) -> io::Result<Box<dyn Read + Send>> {
        let fail = |error| carry(format!("{}: {}", self.path.display(), reason(&error)));
        let mut file = File::open(&*self.path).map_err(fail)?;
        if start > 0 {
            file.seek(SeekFrom::Start(start)).map_err(fail)?;
        }
        let reader = Unchanged {
            path: Arc::clone(&self.path),
            version: self.version,
            left: self.version.length.saturating_sub(start),
            file,
        };
        reader.check()?;
        Ok(Box::new(reader))
    }
}

/// Reads as many bytes as the file had; what comes after a signature was made
/// must be what was signed.
struct Unchanged {
    path: Arc<PathBuf>,
    version: Version,
    left: u64,
    file: File,
}

impl Unchanged {
    fn check(&self) -> io::Result<()> {
        match Version::of(&self.file.metadata()?) == self.version {
            true => Ok(()),
            false => Err(self.changed()),
        }
    }

    fn changed(&self) -> io::Error {
        carry(format!("{}: changed while the request was being made", self.path.display()))
    }
}

impl Read for Unchanged {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if wanted == 0 {
            return Ok(0);
        }
        let count = match self.file.read(&mut buffer[..wanted]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => {
                return Err(carry(format!("{}: {}", self.path.display(), reason(&error))));
            }
            Ok(0) => return Err(self.changed()),
            Ok(count) => count,
        };
        self.left -= count as u64;
        if self.left == 0 {
            self.check()?;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::body::Body;
    use std::time::Duration;

    struct Scene {
        _directory: tempfile::TempDir,
        path: PathBuf,
        body: Body,
    }

    fn scene(content: &str) -> Scene {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("data.bin");
        std::fs::write(&path, content).unwrap();
        let source = FileSource::new(path.clone(), &std::fs::metadata(&path).unwrap());
        Scene { _directory: directory, path, body: Body::source(source) }
    }

    fn touch(path: &PathBuf) {
        let later = SystemTime::now() + Duration::from_secs(60);
        File::options().write(true).open(path).unwrap().set_modified(later).unwrap();
    }

    #[test]
    fn every_opening_gives_the_whole_file() {
        let scene = scene("content");
        assert_eq!(scene.body.length(), 7);
        assert_eq!(scene.body.read_all().unwrap(), b"content");
        assert_eq!(scene.body.read_all().unwrap(), b"content");
        assert_eq!(scene.body.part(3, 4).read_all().unwrap(), b"tent");
        assert_eq!(scene.body.part(0, 3).read_all().unwrap(), b"con");
    }

    #[test]
    fn another_length_or_time_is_an_error_that_names_the_file() {
        let longer = scene("content");
        std::fs::write(&longer.path, "content and more").unwrap();
        let newer = scene("content");
        touch(&newer.path);
        for scene in [longer, newer] {
            let error = scene.body.read_all().unwrap_err().to_string();
            assert!(error.contains("data.bin: changed"), "{error}");
        }
    }

    #[test]
    fn a_file_that_changes_while_it_is_read_is_an_error() {
        let shrunk = scene("content");
        let mut reader = shrunk.body.open().unwrap();
        std::fs::write(&shrunk.path, "c").unwrap();
        assert!(io::copy(&mut reader, &mut io::sink()).is_err());

        let touched = scene("content");
        let mut reader = touched.body.open().unwrap();
        touch(&touched.path);
        assert!(io::copy(&mut reader, &mut io::sink()).is_err());
    }

    #[test]
    fn a_file_that_is_gone_is_an_error_that_names_it() {
        let scene = scene("content");
        std::fs::remove_file(&scene.path).unwrap();
        let error = scene.body.read_all().unwrap_err().to_string();
        assert!(error.ends_with("data.bin: No such file or directory"), "{error}");
    }
}
