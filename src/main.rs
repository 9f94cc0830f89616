//! The `signreq` program: a process's world, handed to the library.

use std::alloc::System;
use std::process::ExitCode;
use zeroizing_alloc::ZeroAlloc;

/// Wipes all memory that is given back. [`Secret`](signreq::model::secret::Secret)
/// wipes itself; what libraries copy of one, they do not.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    ExitCode::from(signreq::cli::run(&mut signreq::context::RunContext::from_process()))
}
