//! Refuses a config file that shows literal secrets to others.

use crate::error::{Result, reason};
use crate::profile::document::{Entry, Table, Value};
use crate::profile::file::ConfigFile;
use crate::profile::header;
use crate::profile::preset::Preset;
use crate::profile::schema::{self, Field};
use crate::sign;
use std::collections::BTreeSet;
use std::path::Path;

/// Checks the mode of the config file at `path`. On a read-only mount, where
/// nobody can mend it, a warning takes the error's place.
///
/// # Errors
/// A config error when others may read a secret in it.
#[cfg(unix)]
pub(super) fn check(path: &Path, file: &ConfigFile, warnings: &mut Vec<String>) -> Result<()> {
    use crate::error::Error;
    use std::os::unix::fs::PermissionsExt as _;

    let fail = |error: std::io::Error| {
        Error::config(format!("config file {}: {}", path.display(), reason(&error)))
    };
    let metadata = std::fs::metadata(path).map_err(fail)?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 || !metadata.is_file() {
        return Ok(());
    }
    let Some(secret) = literal_secret(file)? else { return Ok(()) };
    let message = format!(
        "config file {}: it holds a secret ({secret}) and others may read it (mode {mode:04o})",
        path.display()
    );
    if is_on_read_only_mount(path) {
        warnings.push(message);
        return Ok(());
    }
    let shown = path.to_string_lossy();
    let quoted = shlex::try_quote(&shown).unwrap_or(std::borrow::Cow::Borrowed(&shown));
    Err(Error::config(message).hint(format!("chmod 600 {quoted}")).into())
}

/// Elsewhere a file's mode says nothing.
#[cfg(not(unix))]
pub(super) fn check(_path: &Path, _file: &ConfigFile, _warnings: &mut [String]) -> Result<()> {
    Ok(())
}

/// Which field of which table holds a secret as a literal, if any does.
///
/// # Errors
/// A fault of this program, when a preset cannot be read.
pub(super) fn literal_secret(file: &ConfigFile) -> Result<Option<String>> {
    let any = schema::all_secret_names()?;
    if let Some(key) = secret_in(&file.defaults, &any) {
        return Ok(Some(format!("{key} in [defaults]")));
    }
    for (name, table) in &file.profiles {
        let secrets = secret_names(name, table)?;
        if let Some(key) = secret_in(table, secrets.as_ref().unwrap_or(&any)) {
            return Ok(Some(format!("{key} in [profile.{name}]")));
        }
    }
    Ok(None)
}

/// The secret fields of a profile; `None` when it cannot be told what it is.
fn secret_names(name: &str, table: &Table) -> Result<Option<BTreeSet<String>>> {
    let text = |key: &str| table.get(key).and_then(|value| value.as_text());
    let fields: Option<Vec<Field>> =
        if let Some(preset) = text("preset").or(text("scheme").is_none().then_some(name)) {
            Preset::load(preset)?.map(|preset| preset.fields)
        } else {
            let scheme = text("scheme").and_then(sign::scheme);
            scheme.map(|scheme| {
                scheme.params().iter().map(|param| Field::of_param(scheme.id(), param)).collect()
            })
        };
    let secret = |fields: Vec<Field>| {
        let all = fields.into_iter().chain(schema::common());
        all.filter(|field| field.secret).map(|field| field.name).collect()
    };
    Ok(fields.map(secret))
}

fn secret_in(table: &Table, secrets: &BTreeSet<String>) -> Option<String> {
    let literal = |entry: &&Entry| matches!(&entry.value.value, Value::Text(text) if !text.expose().is_empty());
    if let Some(entry) = table.iter().filter(literal).find(|entry| secrets.contains(&entry.key)) {
        return Some(entry.key.clone());
    }
    let Value::Table(headers) = &table.get("headers")?.value else { return None };
    let secret = headers.iter().filter(literal).find(|entry| header::sounds_secret(&entry.key));
    secret.map(|entry| format!("header {}", entry.key))
}

/// Whether the file system refuses changes to the file. Linux lists its
/// mounts; elsewhere opening the file for writing tells, which changes
/// nothing.
#[cfg(unix)]
fn is_on_read_only_mount(path: &Path) -> bool {
    let canonical = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match std::fs::read_to_string("/proc/self/mountinfo") {
        Ok(mounts) => mounted_read_only(&mounts, &canonical),
        Err(_) => std::fs::OpenOptions::new()
            .append(true)
            .open(&canonical)
            .is_err_and(|error| error.kind() == std::io::ErrorKind::ReadOnlyFilesystem),
    }
}

/// Whether the mount that `path` lies on is read-only, or its file system is:
/// proc(5), /proc/pid/mountinfo. Of two mounts on one point the later counts.
#[cfg(unix)]
fn mounted_read_only(mounts: &str, path: &Path) -> bool {
    let is_read_only = |options: &str| options.split(',').any(|option| option == "ro");
    let mut best: Option<(usize, bool)> = None;
    for line in mounts.lines() {
        let (mount, file_system) = line.split_once(" - ").unwrap_or((line, ""));
        let fields: Vec<_> = mount.split(' ').collect();
        let (Some(point), Some(options)) = (fields.get(4), fields.get(5)) else { continue };
        let point = unescaped(point);
        let length = point.len();
        if path.starts_with(&point) && best.is_none_or(|(longest, _)| length >= longest) {
            let of_file_system = file_system.split(' ').nth(2).unwrap_or_default();
            best = Some((length, is_read_only(options) || is_read_only(of_file_system)));
        }
    }
    best.is_some_and(|(_, read_only)| read_only)
}

/// Mount points have space, tab, line feed and backslash as octal escapes.
#[cfg(unix)]
fn unescaped(point: &str) -> String {
    let escapes = [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")];
    escapes
        .into_iter()
        .fold(point.to_owned(), |text, (escape, letter)| text.replace(escape, letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Option<String> {
        literal_secret(&ConfigFile::parse(Path::new("c.toml"), text).unwrap()).unwrap()
    }

    #[test]
    fn only_literal_secrets_count() {
        assert_eq!(
            secret("[profile.m]\npreset = 'maas'\nkey = 'a:b:c'\n").unwrap(),
            "key in [profile.m]"
        );
        assert_eq!(secret("[profile.maas]\nkey = 'a:b:c'\n").unwrap(), "key in [profile.maas]");
        assert_eq!(secret("[profile.m]\npreset = 'maas'\nkey = { env = 'K' }\n"), None);
        assert_eq!(
            secret("[profile.x]\nscheme = 'none'\nclient_key_password = 'k'\n").unwrap(),
            "client_key_password in [profile.x]"
        );
        // Secret for OVH, public for OAuth1.
        assert_eq!(secret("[profile.x]\nscheme = 'oauth1'\nconsumer_key = 'k'\n"), None);
        assert!(secret("[profile.x]\npreset = 'ovh'\nconsumer_key = 'k'\n").is_some());
        // What cannot be told is taken for the worse.
        assert!(secret("[profile.x]\npreset = 'mass'\nkey = 'k'\n").is_some());
        assert!(secret("[defaults]\nsecret_key = 'k'\n").is_some());
        assert!(
            secret("[profile.x]\nscheme = 'none'\nheaders = { X-Auth-Token = 'k' }\n").is_some()
        );
        assert_eq!(secret("[profile.x]\nscheme = 'none'\nheaders = { X-Team = 'k' }\n"), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_may_read_is_refused_with_the_chmod() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = std::env::temp_dir().join(format!("signreq mode-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let path = directory.join("c.toml");
        std::fs::write(&path, "").unwrap();
        let set = |mode| {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        let text = "[profile.maas]\nkey = 'a:b:geheim'\n";
        let with_secret = ConfigFile::parse(&path, text).unwrap();
        let without = ConfigFile::parse(&path, "[profile.maas]\n").unwrap();
        let mut warnings = Vec::new();
        for mode in [0o640, 0o604, 0o620, 0o666] {
            set(mode);
            let error = check(&path, &with_secret, &mut warnings).unwrap_err();
            let hint = format!("chmod 600 '{}'", path.display());
            assert_eq!(crate::error::hints_of(&error), [hint]);
            assert!(!error.to_string().contains("geheim"));
            check(&path, &without, &mut warnings).unwrap();
        }
        set(0o600);
        check(&path, &with_secret, &mut warnings).unwrap();
        assert!(warnings.is_empty());
        std::fs::remove_dir_all(&directory).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn read_only_mounts_are_told_from_others() {
        let mounts = "\
            1 0 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n\
            2 1 8:2 / /etc/con\\040fig ro,relatime - tmpfs tmpfs rw\n\
            3 1 8:3 / /iso rw - iso9660 /dev/sr0 ro\n\
            4 1 8:4 / /etc/con\\040fig/rw rw - tmpfs tmpfs rw\n";
        for (path, expected) in [
            ("/home/me/c.toml", false),
            ("/etc/con fig/c.toml", true),
            ("/etc/con figured/c.toml", false),
            ("/iso/c.toml", true),
            ("/etc/con fig/rw/c.toml", false),
        ] {
            assert_eq!(mounted_read_only(mounts, Path::new(path)), expected, "{path}");
        }
    }
}
