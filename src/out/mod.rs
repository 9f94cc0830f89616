//! What the user and scripts see: bodies, heads, signing steps, requests in
//! other notations, messages.
//!
//! Everything writes to the stream it is given and takes its [`style`] and how
//! to treat secrets ([`mask::Secrets`]) as arguments: nothing here knows the
//! command line, a profile or the network.

pub mod body;
mod columns;
pub mod explain;
pub mod fault;
pub mod file;
pub mod findings;
pub mod har;
pub mod head;
pub mod jq;
pub mod json;
pub mod mask;
pub mod message;
pub mod paced;
mod presenter;
mod redact;
pub mod request;
pub mod style;
pub mod text;
pub mod values;
pub mod verify;
pub mod visible;
pub mod waiting;
pub mod write_out;
pub mod written;
pub mod xml;
