//! How writing ended.

use crate::error::{Error, Kind, Result, reason};
use std::io;

/// An output that was not refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// All was written.
    Whole,
    /// The reader of our output has left (`| head`): no more is wanted, which
    /// ends a run quietly.
    Closed,
}

/// Tells a closed pipe from a failure to write to `target`.
///
/// # Errors
/// [`Kind::Write`] for any failure but a closed pipe.
pub fn written(result: io::Result<()>, target: &str) -> Result<Written> {
    match result {
        Ok(()) => Ok(Written::Whole),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Written::Closed),
        Err(error) => Err(failure(&error, target).into()),
    }
}

/// The error for output to `target` that cannot be written.
pub(crate) fn failure(error: &io::Error, target: &str) -> Error {
    Error::new(Kind::Write, format!("cannot write to {target}: {}", reason(error)))
}

/// The name of standard output in messages.
pub const STANDARD_OUTPUT: &str = "standard output";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::kind_of;

    #[test]
    fn only_a_closed_pipe_is_no_failure() {
        let closed = written(Err(io::ErrorKind::BrokenPipe.into()), STANDARD_OUTPUT);
        assert_eq!(closed.unwrap(), Written::Closed);
        let full = written(Err(io::ErrorKind::StorageFull.into()), "disk.img").unwrap_err();
        assert_eq!(kind_of(&full), Kind::Write);
        assert!(full.to_string().starts_with("cannot write to disk.img: "), "{full}");
    }
}
