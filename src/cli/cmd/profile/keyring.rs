//! Secrets of a profile that go into a keyring, or stay in one.

use super::ask;
use super::words::Assignments;
use crate::cli::args::profile::KeyringArgs;
use crate::context::{Environment, RunContext};
use crate::error::{Error, Result, one_line};
use crate::model::secret::Secret;
use crate::out::message;
use crate::profile::keyring::{Key, Keyring};
use crate::profile::schema::Field;
use crate::profile::{Config, Stored};
use serde_json::json;

/// The keyring that the options mean; `None` leaves secrets to the file.
///
/// # Errors
/// A config error when it cannot be used, before anybody types a secret.
pub(super) fn open(
    context: &RunContext,
    arguments: KeyringArgs,
    profile: &str,
) -> Result<Option<Keyring>> {
    let keyring = match arguments {
        KeyringArgs { keyring: false, .. } => return Ok(None),
        KeyringArgs { kernel: true, .. } => Keyring::Kernel,
        KeyringArgs { .. } => Keyring::User,
    };
    Key { name: profile.to_owned(), keyring }.find(&context.environment)?;
    Ok(Some(keyring))
}

/// What was put into a keyring, with what was there before.
pub(super) struct Kept(Vec<(String, Key, Option<Secret>)>);

/// Puts the secrets among the values into the keyring; in their place is said
/// where they are. An entry that the field names already gets the new value,
/// any other keeps its own.
///
/// # Errors
/// Wrong usage when there is no secret among them; a config error when the
/// keyring cannot be used, or has another's entry of that name.
pub(super) fn keep(
    context: &mut RunContext,
    keyring: Keyring,
    profile: &str,
    fields: &[Field],
    assigned: &mut Assignments,
    used: &[Stored],
) -> Result<Kept> {
    let mut kept = Kept(Vec::new());
    for (name, value) in assigned {
        let is_secret = fields.iter().any(|field| field.name == *name && field.secret);
        let Some(text) = value.as_str().filter(|_| is_secret) else { continue };
        let secret = Secret::new(text);
        let own = used.iter().find(|it| {
            it.profile.as_deref() == Some(profile) && it.field == *name && it.key.keyring == keyring
        });
        let stored = match own {
            Some(own) => replace(context, own.key.clone(), &secret),
            None => make(context, free(keyring, profile, name, used), &secret),
        };
        let (key, before) = match stored {
            Ok(stored) => stored,
            Err(error) => {
                return Err(match kept.undo(&context.environment) {
                    Ok(()) => error,
                    Err(stays) => error.context(one_line(&stays)),
                });
            }
        };
        *value = match keyring {
            Keyring::User => json!({ "keyring": key.name }),
            Keyring::Kernel => json!({ "keyring": key.name, "kernel": true }),
        };
        kept.0.push((name.clone(), key, before));
    }
    if kept.0.is_empty() {
        let secrets: Vec<&str> =
            fields.iter().filter(|field| field.secret).map(|field| field.name.as_str()).collect();
        return Err(Error::usage("--keyring: there is no secret to put into it")
            .hint(format!("signreq profile set {profile} FIELD --keyring asks for it"))
            .hint(format!("FIELD is one of {}", secrets.join(", ")))
            .into());
    }
    Ok(kept)
}

/// The entry PROFILE.FIELD, with a number behind it where that is another
/// profile's, which a renamed one may well have.
fn free(keyring: Keyring, profile: &str, field: &str, used: &[Stored]) -> Key {
    let mut key = Key { name: format!("{profile}.{field}"), keyring };
    let mut number = 1;
    while used.iter().any(|it| it.key == key) {
        number += 1;
        key.name = format!("{profile}.{field}.{number}");
    }
    key
}

/// Gives an entry a value; returns it with the one it had.
fn replace(context: &RunContext, key: Key, secret: &Secret) -> Result<(Key, Option<Secret>)> {
    let before = key.find(&context.environment)?;
    key.store(secret, &context.environment)?;
    Ok((key, before))
}

/// The same with an entry that the config does not name: another value that
/// is there is kept, unless somebody says otherwise.
fn make(context: &mut RunContext, key: Key, secret: &Secret) -> Result<(Key, Option<Secret>)> {
    let before = key.find(&context.environment)?;
    if before.as_ref().is_some_and(|before| before != secret) {
        let there = format!("{key} is there already, with another value");
        if !ask::is_possible(context) {
            return Err(Error::config(there).hint(key.removing()).into());
        }
        if !ask::yes(context, &format!("{there}. Replace it?"), false)? {
            return Err(Error::config(format!("{there}; nothing was changed")).into());
        }
    }
    key.store(secret, &context.environment)?;
    Ok((key, before))
}

impl Kept {
    /// Tells where the secrets are.
    pub(super) fn tell(&self, context: &mut RunContext) {
        for (field, key, _) in &self.0 {
            let until = match key.keyring {
                Keyring::Kernel => ", until the next boot",
                Keyring::User => "",
            };
            let _ = message::note(&mut *context.stderr, &format!("{field} is in the {key}{until}"));
        }
    }

    /// Makes the keyring what it was, when the config cannot say where they are.
    ///
    /// # Errors
    /// A config error that says what stays.
    pub(super) fn undo(&self, environment: &Environment) -> Result<()> {
        for (_, key, before) in &self.0 {
            let undone = match before {
                Some(before) => key.store(before, environment),
                None => key.remove(environment).map(drop),
            };
            undone.map_err(|error| error.context(format!("{key} could not be put back")))?;
        }
        Ok(())
    }
}

/// The entries that were used before and are not any more.
///
/// # Errors
/// A config error when the file cannot be read.
pub(super) fn left(
    context: &RunContext,
    config: Config<'_>,
    before: &[Stored],
) -> Result<Vec<Key>> {
    let after = crate::profile::stored(config, &context.environment)?;
    let is_used = |key: &Key| after.iter().any(|it| it.key == *key);
    let mut left: Vec<Key> = Vec::new();
    for Stored { key, .. } in before {
        if !is_used(key) && !left.contains(key) {
            left.push(key.clone());
        }
    }
    Ok(left)
}

/// Tells of entries that nothing in the config uses any more.
pub(super) fn tell_left(context: &mut RunContext, left: &[Key]) {
    for key in left {
        super::warn(context, &format!("{key} stays, and no profile uses it: {}", key.removing()));
    }
}
