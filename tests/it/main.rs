//! The integration tests: one binary, hermetic. Every test runs the built
//! program in a [`environment::TestEnvironment`] of its own, with no network
//! but loopback and nothing of the user's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panic")]
#![allow(clippy::disallowed_methods, reason = "a test makes its own world")]

mod architecture;
mod bad_input;
mod bodies;
mod capture;
mod causes;
mod certificates;
mod client_certificates;
mod clocks;
mod debugged;
mod doctor;
mod downloads;
mod each;
mod environment;
mod exit_codes;
mod explained;
mod faults;
mod formats;
mod generated;
mod guidance;
mod har;
#[cfg(target_os = "linux")]
mod hidden_questions;
mod hostile;
mod images;
#[cfg(target_os = "linux")]
mod interrupts;
mod jq;
mod keyrings;
mod leaks;
mod locks;
mod login;
#[cfg(target_os = "linux")]
mod memory;
mod oauth2;
mod output;
mod ovh_time;
mod paging;
mod profile_change;
mod profile_command;
mod profiles;
mod proof;
mod properties;
mod proxies;
mod proxy_server;
mod readme;
mod redirects;
mod refusals;
mod repeated;
mod request_items;
mod request_words;
mod retries;
mod routes;
#[cfg(target_os = "linux")]
mod running;
mod sandbox;
mod sources;
mod systems;
mod tables;
mod tls_server;
mod until;
mod uploads;
mod vectors;
mod vendors;
mod verify;
mod walk;
mod wire;
mod world;
