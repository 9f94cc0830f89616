//! The `signreq` program: a process's world, handed to the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(signreq::cli::run(&mut signreq::context::RunContext::from_process()))
}
