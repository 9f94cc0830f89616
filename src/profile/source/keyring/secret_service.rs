//! The Secret Service of freedesktop.org: GNOME's keyring, KDE's wallet,
//! KeePassXC. It is reached over the session's D-Bus, as the user; the session
//! is "plain", since who can read that socket can ask the service itself.

use super::{Access, Failure, PROMPT_LIMIT, SERVICE};
use crate::model::secret::Secret;
use dbus_secret_service::{EncryptionType, Error, Item, SecretService};
use std::collections::HashMap;

/// Where the screen is that a prompt would need.
const NO_SCREEN: &str = "it is locked, and there is no screen on which it could ask for its \
                         password (neither DISPLAY nor WAYLAND_DISPLAY is set)";

pub(super) fn read(name: &str, access: Access) -> Result<Vec<u8>, Failure> {
    let service = connect(access)?;
    let value = the_item(&service, name, access)?.get_secret();
    value.map_err(|error| failure(error, access))
}

pub(super) fn store(name: &str, value: &Secret, access: Access) -> Result<(), Failure> {
    let service = connect(access)?;
    let fail = |error| failure(error, access);
    match the_item(&service, name, access) {
        // It may lie in a collection of the user's choice: it stays there.
        Ok(item) => item.set_secret(value.expose().as_bytes(), "text/plain").map_err(fail),
        Err(Failure::NoEntry) => {
            let collection = match service.get_default_collection() {
                // "session" and its like would forget it at logout.
                Err(Error::NoResult) if access.has_screen => {
                    service.create_collection("Login", "default").map_err(fail)?
                }
                Err(Error::NoResult) => {
                    let why = "it has no default collection yet, and there is no screen on which \
                               it could ask for a password for one";
                    return Err(Failure::Unusable(why.to_owned()));
                }
                collection => collection.map_err(fail)?,
            };
            collection.ensure_unlocked().or_else(|_| collection.unlock()).map_err(fail)?;
            let label = format!("{SERVICE} {name}");
            let bytes = value.expose().as_bytes();
            let item = collection.create_item(&label, attributes(name), bytes, true, "text/plain");
            item.map(|_| ()).map_err(fail)
        }
        Err(failure) => Err(failure),
    }
}

pub(super) fn remove(name: &str, access: Access) -> Result<(), Failure> {
    let service = connect(access)?;
    the_item(&service, name, access)?.delete().map_err(|error| failure(error, access))
}

fn connect(access: Access) -> Result<SecretService, Failure> {
    if !access.has_bus {
        // libdbus would try to start one.
        let why = "there is no D-Bus session (DBUS_SESSION_BUS_ADDRESS is not set), so no \
                   keyring is running";
        return Err(Failure::Unusable(why.to_owned()));
    }
    // Without a screen nobody can answer: no prompt at all.
    let limit = if access.has_screen { PROMPT_LIMIT.as_secs() } else { 0 };
    SecretService::connect_with_max_prompt_timeout(EncryptionType::Plain, limit)
        .map_err(|error| failure(error, access))
}

/// The one item of this name, unlocked.
fn the_item<'service>(
    service: &'service SecretService,
    name: &str,
    access: Access,
) -> Result<Item<'service>, Failure> {
    let found = service.search_items(attributes(name)).map_err(|error| failure(error, access))?;
    let (mut items, is_locked) =
        if found.unlocked.is_empty() { (found.locked, true) } else { (found.unlocked, false) };
    let count = items.len();
    let item = items.pop().ok_or(Failure::NoEntry)?;
    if count > 1 {
        return Err(Failure::Unusable(format!("there are {count} of that name")));
    }
    if is_locked {
        item.unlock().map_err(|error| failure(error, access))?;
    }
    Ok(item)
}

/// What marks an item, as Rust's and Python's `keyring` mark theirs.
fn attributes(name: &str) -> HashMap<&str, &str> {
    HashMap::from([("service", SERVICE), ("username", name)])
}

fn failure(error: Error, access: Access) -> Failure {
    Failure::Unusable(match error {
        Error::NoResult => return Failure::NoEntry,
        Error::Prompt | Error::Locked if !access.has_screen => NO_SCREEN.to_owned(),
        Error::Prompt => {
            let limit = PROMPT_LIMIT.as_secs();
            format!(
                "it stayed locked: its prompt was dismissed, or not answered for {limit} seconds"
            )
        }
        Error::Locked => "it is locked".to_owned(),
        Error::Unavailable => "no keyring runs in this session".to_owned(),
        Error::Dbus(error) => {
            let message = error.message().unwrap_or("D-Bus failed").trim().to_owned();
            match error.name() {
                Some("org.freedesktop.DBus.Error.ServiceUnknown") => {
                    "no keyring runs in this session".to_owned()
                }
                Some("org.freedesktop.DBus.Error.NoReply") => "it does not answer".to_owned(),
                _ => message,
            }
        }
        error => error.to_string(),
    })
}
