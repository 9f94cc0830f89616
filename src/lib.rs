//! signreq: a command-line HTTP client for APIs that want every request signed.
//!
//! The modules form a chain; each uses only what stands to its right, and
//! `error` is usable by all:
//!
//! ```text
//! main → cli → sandbox → flow → { net, profile, out } → sign → model
//! ```
//!
//! Only `cli` knows clap, only `net` knows ureq, only `profile` knows toml.
//! `sign` and `model` have no I/O, clock, environment or randomness. What the
//! process is given (arguments, environment, clock, randomness, streams) is
//! read once into a [`context::RunContext`] and handed down.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "a test makes its own world"))]

pub mod cli;
pub mod context;
pub mod error;
pub mod flow;
pub mod model;
pub mod net;
pub mod out;
pub mod profile;
pub mod sandbox;
pub mod sign;
