//! A loopback server that verifies every signature and answers like the
//! systems it stands for.
//!
//! It is a place to try a command, a script or a client without an account:
//! MAAS, Foreman, Candlepin, OVHcloud, DCI, S3 and other AWS services behind
//! one port, each with its own rules about clocks and nonces, its own error
//! bodies and a small world in memory that requests can change. Where it
//! refuses a signature it adds, in the header `X-Signreq-Sandbox` and in the
//! body, which step of the signature differs.

mod answer;
mod call;
mod collection;
mod connection;
mod credentials;
mod form;
mod nonces;
mod route;
mod server;
mod systems;
mod verify;

pub use credentials::{PRESETS, config_text, environment, profile_fields};
pub use server::{Clock, Sandbox};

#[cfg(test)]
mod server_tests;
#[cfg(test)]
mod testing;
