//! A value that must not be shown.

use crate::error::Result;
use std::fmt;
use std::sync::{Arc, OnceLock};
use zeroize::Zeroizing;

/// What stands in place of a secret wherever one would be shown.
pub const MASK: &str = "***";

/// A secret text: masked in Debug, without Display, wiped from memory on drop.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself, for signing and for what the user asked to see.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MASK)
    }
}

/// A secret that few runs need: looked up when it is asked for, and once. Its
/// source may be a command, or somebody at a terminal.
#[derive(Clone)]
pub struct DeferredSecret(Arc<Lookup>);

struct Lookup {
    found: OnceLock<Secret>,
    look_up: Box<dyn Fn() -> Result<Secret> + Send + Sync>,
}

impl DeferredSecret {
    /// The secret that `look_up` gives.
    pub fn new(look_up: impl Fn() -> Result<Secret> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Lookup { found: OnceLock::new(), look_up: Box::new(look_up) }))
    }

    /// The secret.
    ///
    /// # Errors
    /// Those of its source.
    pub fn read(&self) -> Result<&Secret> {
        if let Some(found) = self.0.found.get() {
            return Ok(found);
        }
        let secret = (self.0.look_up)()?;
        Ok(self.0.found.get_or_init(|| secret))
    }

    /// The secret where it was looked up already: no other can have been told
    /// to anybody.
    pub fn found(&self) -> Option<&Secret> {
        self.0.found.get()
    }
}

impl fmt::Debug for DeferredSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MASK)
    }
}

/// Two are equal when they are one: comparing them would look them up.
impl PartialEq for DeferredSecret {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for DeferredSecret {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn a_deferred_secret_is_looked_up_once_and_only_when_asked_for() {
        static TIMES: AtomicUsize = AtomicUsize::new(0);
        let secret = DeferredSecret::new(|| {
            TIMES.fetch_add(1, Ordering::Relaxed);
            Ok(Secret::new("geheim"))
        });
        let copy = secret.clone();
        assert_eq!(copy.found(), None);
        assert_eq!((TIMES.load(Ordering::Relaxed), format!("{secret:?}")), (0, MASK.to_owned()));
        assert_eq!(secret.read().unwrap().expose(), "geheim");
        assert_eq!(copy.found().unwrap().expose(), "geheim");
        assert_eq!(copy.read().unwrap().expose(), "geheim");
        assert_eq!(TIMES.load(Ordering::Relaxed), 1);
    }
}
