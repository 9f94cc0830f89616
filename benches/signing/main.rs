//! Signatures a second on one core, side by side with other crates. Each
//! starts from a request in its own form, credentials and a time, and ends
//! with the headers to set; before it is timed, its signature is compared
//! with ours. A word names the scheme to measure, for a profiler:
//! `cargo bench --manifest-path benches/Cargo.toml -- oauth1`.

mod oauth1;
mod ours;
mod rounds;
mod sigv4;

fn main() {
    // cargo adds `--bench`.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    for (name, compare) in [("sigv4", sigv4::compare as fn()), ("oauth1", oauth1::compare)] {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            compare();
        }
    }
}
