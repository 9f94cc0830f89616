//! The `signreq` program: a process's world, handed to the library.

fn main() {}
