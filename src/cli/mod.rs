//! The command line: what the words typed mean, and one file a command.

pub mod args;
pub mod complete;
pub mod docs;
pub mod words;
