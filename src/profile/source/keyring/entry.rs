//! Entries of keyrings that the crate `keyring-core` knows: the keychain, the
//! credential store of Windows and the kernel's keyring.

use super::{Failure, Key, Keyring, SERVICE};
use crate::model::secret::Secret;
use keyring_core::Entry;
use keyring_core::api::CredentialStoreApi as _;

pub(super) fn read(key: &Key) -> Result<Vec<u8>, Failure> {
    entry(key)?.get_secret().map_err(failure)
}

pub(super) fn store(key: &Key, value: &Secret) -> Result<(), Failure> {
    entry(key)?.set_password(value.expose()).map_err(failure)
}

pub(super) fn remove(key: &Key) -> Result<(), Failure> {
    entry(key)?.delete_credential().map_err(failure)
}

#[cfg(target_os = "linux")]
fn entry(key: &Key) -> Result<Entry, Failure> {
    use linux_keyutils_keyring_store::Store;
    let description = format!("{SERVICE}:{}", key.name);
    let described = std::collections::HashMap::from([("description", description.as_str())]);
    debug_assert_eq!(key.keyring, Keyring::Kernel, "the user's speaks the Secret Service");
    Store::new()
        .and_then(|store| store.build(SERVICE, &key.name, Some(&described)))
        .map_err(failure)
}

#[cfg(target_os = "macos")]
fn entry(key: &Key) -> Result<Entry, Failure> {
    use apple_native_keyring_store::keychain::Store;
    Store::new().and_then(|store| store.build(SERVICE, &key.name, None)).map_err(failure)
}

#[cfg(windows)]
fn entry(key: &Key) -> Result<Entry, Failure> {
    use windows_native_keyring_store::Store;
    Store::new().and_then(|store| store.build(SERVICE, &key.name, None)).map_err(failure)
}

/// The crate's words for it; never the bytes that some of its errors hold.
fn failure(error: keyring_core::Error) -> Failure {
    use keyring_core::Error;
    Failure::Unusable(match error {
        Error::NoEntry => return Failure::NoEntry,
        Error::PlatformFailure(error) | Error::NoStorageAccess(error) => {
            match error.to_string().as_str() {
                // In the user's keyring, which is no part of this session's.
                "AccessDenied" => "this session may not read it; keyctl link @u @s".to_owned(),
                message => message.to_owned(),
            }
        }
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "its value cannot be read".to_owned(),
        Error::TooLong(what, limit) => format!("its {what} is longer than {limit} bytes"),
        Error::Ambiguous(entries) => format!("there are {} of that name", entries.len()),
        error => error.to_string(),
    })
}
