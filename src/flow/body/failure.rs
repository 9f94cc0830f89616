//! Errors of reading.

use crate::error::{Error, Kind, reason};
use std::io;

/// An I/O error that carries the error of this crate to whoever reads a body.
pub(super) fn carry(message: String) -> io::Error {
    io::Error::other(Error::new(Kind::Read, message))
}

/// The failure to read a body as an error with exit code 26: the one that its
/// source put into the I/O error, with the file's name, else one made of it.
pub fn read_failure(error: io::Error) -> anyhow::Error {
    let fallback = format!("the body cannot be read: {}", reason(&error));
    let inner = error.into_inner().and_then(|inner| inner.downcast::<Error>().ok());
    match inner {
        Some(carried) => (*carried).into(),
        None => Error::new(Kind::Read, fallback).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::kind_of;

    #[test]
    fn carried_errors_keep_their_words_and_others_get_the_kind() {
        let carried = read_failure(carry("x.bin changed".into()));
        assert_eq!((kind_of(&carried), carried.to_string()), (Kind::Read, "x.bin changed".into()));
        let other = read_failure(io::Error::from_raw_os_error(5));
        assert_eq!(kind_of(&other), Kind::Read);
        assert!(!other.to_string().contains("os error"), "{other}");
    }
}
