//! Signatures a second on one core, side by side with other crates. Each
//! starts from a request in its own form, credentials and a time, and ends
//! with the headers to set; before it is timed, its signature is compared
//! with ours.

mod oauth1;
mod ours;
mod rounds;
mod sigv4;

fn main() {
    sigv4::compare();
    oauth1::compare();
}
