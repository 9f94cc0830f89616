//! Which entries of keyrings the config names: an entry outlives the profile
//! that was its only user, and two profiles may share one.

use crate::context::Environment;
use crate::error::Result;
use crate::profile::document::{Table, Value};
use crate::profile::file::{self, Config, ConfigFile};
use crate::profile::keyring::Key;

/// An entry that the config names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The profile; `None` for `[defaults]`.
    pub profile: Option<String>,
    /// The field; of a header its name.
    pub field: String,
    /// The entry.
    pub key: Key,
}

/// Every entry that the config file names; none where it names one wrongly.
/// The file's mode is not looked at, and no keyring is asked.
///
/// # Errors
/// A config error when the file cannot be read.
pub fn stored(config: Config<'_>, environment: &Environment) -> Result<Vec<Stored>> {
    let mut found = Vec::new();
    let Some(path) = file::path(config, environment) else { return Ok(found) };
    let Some(text) = file::text_of(&path)? else { return Ok(found) };
    let file = ConfigFile::parse(&path, &text)?;
    add(&mut found, None, &file.defaults);
    for (name, table) in &file.profiles {
        add(&mut found, Some(name), table);
    }
    Ok(found)
}

fn add(found: &mut Vec<Stored>, profile: Option<&str>, table: &Table) {
    for entry in table.iter() {
        let Value::Table(below) = &entry.value.value else { continue };
        if entry.key == "headers" {
            add(found, profile, below);
        } else if let Some(name) = below.get("keyring")
            && let Ok(key) = Key::parse(&entry.key, name, below)
        {
            let profile = profile.map(str::to_owned);
            found.push(Stored { profile, field: entry.key.clone(), key });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::keyring::Keyring;

    #[test]
    fn entries_of_profiles_defaults_and_headers_are_found() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("c.toml");
        let text = "[defaults]\nproxy_password = { keyring = 'd' }\n[profile.p]\n\
                    token = { keyring = 'a', kernel = true }\nurl = { env = 'U' }\n\
                    headers = { X-Key = { keyring = 'h' }, X-Team = 'ops', X-Bad = { keyring = 1 } }\n";
        std::fs::write(&path, text).unwrap();
        let found = stored(Config::File(&path), &Environment::default()).unwrap();
        let shown: Vec<_> = found
            .iter()
            .map(|it| (it.profile.as_deref(), it.field.as_str(), it.key.name.as_str()))
            .collect();
        let expected =
            [(None, "proxy_password", "d"), (Some("p"), "token", "a"), (Some("p"), "X-Key", "h")];
        assert_eq!(shown, expected);
        assert_eq!(found[1].key.keyring, Keyring::Kernel);
    }
}
