//! The integration tests: one binary, hermetic. Every test runs the built
//! program in a [`environment::TestEnvironment`] of its own, with no network
//! but loopback and nothing of the user's.

mod architecture;
mod bad_input;
mod capture;
mod environment;
mod exit_codes;
mod generated;
mod request_words;
mod vectors;
mod wire;
