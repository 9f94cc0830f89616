//! The config reader: every error names a place in the file, and no message
//! holds a text of it that may be a secret.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signreq::context::Environment;
use signreq::error::{Kind, hints_of, kind_of, one_line};
use signreq::profile::{Config, Request, list, resolve};
use std::path::{Path, PathBuf};

/// A secret, of which the seeds make use.
const SECRET: &str = "gh31mn15";

/// The file's place for one process of the fuzzer.
fn path() -> PathBuf {
    std::env::temp_dir().join(format!("signreq-fuzz-{}.toml", std::process::id()))
}

fn write(path: &Path, bytes: &[u8]) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, bytes).expect("the temporary directory can be written to");
    let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600));
}

/// Whether the secret is written where secrets are, and nowhere else: a message
/// may name an unknown key.
fn holds_it_as_a_secret(text: &str) -> bool {
    const FIELDS: &[&str] = &["key = ", "consumer_secret = ", "secret_key = ", "password = "];
    let is_field = |line: &str| FIELDS.iter().any(|field| line.starts_with(field));
    text.lines().filter(|line| line.contains(SECRET)).all(is_field)
}

fn check_error(error: &anyhow::Error, path: &Path, text: &str) {
    assert_eq!(kind_of(error), Kind::Config);
    let told = one_line(error);
    let all = format!("{told} {}", hints_of(error).join(" "));
    assert!(!holds_it_as_a_secret(text) || !all.contains(SECRET), "{all}");
    // FILE:LINE:COLUMN, where it names one, lies in the file.
    let start = format!("{}:", path.display());
    let Some((_, place)) = told.split_once(&start) else { return };
    let mut numbers = place.split(|letter: char| !letter.is_ascii_digit());
    let mut next = || numbers.next().and_then(|digits| digits.parse::<usize>().ok());
    if let (Some(line), Some(column)) = (next(), next()) {
        let found =
            text.split('\n').nth(line - 1).unwrap_or_else(|| panic!("no such line: {told}"));
        assert!(column <= found.chars().count() + 1, "no such column: {told}");
    }
}

fuzz_target!(|text: &str| {
    let path = path();
    write(&path, text.as_bytes());
    let environment = Environment::new([]);
    let config = Config::File(&path);
    let names = match list(config, &environment) {
        Ok(profiles) => profiles,
        Err(error) => return check_error(&error, &path, text),
    };
    // Looking a secret up may run commands and read files: not for a fuzzer.
    if ["command", "file", "prompt", "keyring", "\\", "ca", "cert", "key =", "key="]
        .iter()
        .any(|word| text.contains(word))
    {
        return;
    }
    for (name, _) in names {
        let request = Request { name: &name, config, sets: &[], environment: &environment };
        if let Err(error) = resolve(&request) {
            check_error(&error, &path, text);
        }
    }
});
