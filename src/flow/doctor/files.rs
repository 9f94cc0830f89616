//! Who else may read or change a file.

use crate::flow::mending::quoted;
use crate::out::findings::Finding;
use std::path::Path;

/// That others may read a file which holds a secret.
pub(super) fn readable(check: &str, path: &Path, mode: Option<u32>) -> Option<Finding> {
    let mode = mode.filter(|mode| mode & 0o077 != 0)?;
    let fact = format!("{}: others may read the secret in it (mode {mode:04o})", path.display());
    Some(Finding::warn(check, fact).mend(format!("chmod 600 {}", quoted(path))))
}

/// That others may put another file in the place of one in this directory.
pub(super) fn replaceable(check: &str, directory: &Path, mode: Option<u32>) -> Option<Finding> {
    // In a directory with the sticky bit only the owner may: that of /tmp.
    let mode = mode.filter(|mode| mode & 0o022 != 0 && mode & 0o1000 == 0)?;
    let shown = directory.display();
    let fact = format!("{shown}: others may replace the files in it (mode {mode:04o})");
    Some(Finding::warn(check, fact).mend(format!("chmod go-w {}", quoted(directory))))
}

/// The mode of a file or directory; `None` where there is none, or modes say
/// nothing.
#[cfg(unix)]
pub(super) fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).ok().map(|metadata| metadata.permissions().mode() & 0o7777)
}

/// Elsewhere a file's mode says nothing.
#[cfg(not(unix))]
pub(super) fn mode(_path: &Path) -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_others_may_do_is_told() {
        let path = Path::new("/a b");
        for mode in [None, Some(0o600), Some(0o700)] {
            assert_eq!(readable("x", path, mode), None);
        }
        let told = readable("x", path, Some(0o640)).unwrap();
        assert!(told.fact.contains("mode 0640"), "{told:?}");
        assert_eq!(told.mends, ["chmod 600 '/a b'"]);
        assert_eq!(replaceable("x", path, Some(0o755)), None);
        assert_eq!(replaceable("x", path, Some(0o1777)), None);
        assert!(replaceable("x", path, Some(0o777)).is_some());
    }
}
