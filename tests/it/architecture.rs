//! The arrows between modules, enforced by reading the source: a module uses
//! only what stands to its right in
//!
//! ```text
//! main → cli → sandbox → flow → { net, profile, out } → sign → model
//! ```
//!
//! `error` and `context` are usable by all, but `sign` and `model` use no
//! `context`: they have no I/O, clock, environment or randomness. Code under
//! `#[cfg(test)]` may use what it likes.

mod paths;

use paths::paths_of;
use std::path::Path;

/// The arrows: a module and where it stands. Equal places do not know each other.
const PLACES: &[(&str, u8)] = &[
    ("main", 0),
    ("lib", 0),
    ("cli", 1),
    ("sandbox", 2),
    ("flow", 3),
    ("net", 4),
    ("profile", 4),
    ("out", 4),
    ("context", 5),
    ("sign", 5),
    ("model", 6),
    ("error", 7),
];

/// Usable from everywhere.
const SHARED: &[&str] = &["error", "context"];

/// Without I/O, clock, environment and randomness.
const PURE: &[&str] = &["sign", "model", "error"];

/// What the standard library offers that a pure module has no use for.
const IMPURE: &[&str] = &[
    "std::env",
    "std::fs",
    // Addresses are plain values; these connect or look up.
    "std::net::TcpListener",
    "std::net::TcpStream",
    "std::net::ToSocketAddrs",
    "std::net::UdpSocket",
    "std::os",
    "std::process",
    "std::thread",
    "std::io::stdin",
    "std::io::stdout",
    "std::io::stderr",
    "std::time::SystemTime",
    "std::time::Instant",
];

/// Crates that only some modules know.
const CRATES: &[(&str, &[&str])] = &[
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_complete_nushell", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("ureq", &["net"]),
    ("rustls", &["net"]),
    ("brotli_decompressor", &["net"]),
    ("flate2", &["net"]),
    ("ruzstd", &["net"]),
    ("pkcs8", &["net"]),
    ("unicode_width", &["out"]),
    ("terminal_size", &["context"]),
    ("jaq_core", &["out"]),
    ("jaq_json", &["out"]),
    ("jaq_std", &["out"]),
    ("quick_xml", &["flow", "out"]),
    ("toml", &["profile"]),
    ("toml_edit", &["profile"]),
    ("dbus_secret_service", &["profile"]),
    ("keyring_core", &["profile"]),
    ("rpassword", &["context"]),
    ("dirs", &["profile", "context"]),
    ("rand", &["context"]),
    ("zeroizing_alloc", &["main"]),
    ("rustix", &["context", "net"]),
    ("signal_hook", &["context"]),
    ("hmac", &["sign"]),
    ("sha1", &["sign"]),
    ("sha2", &["sign"]),
    ("base64", &["sign"]),
    // A URL is encoded before it is signed, so `model::url` encodes too.
    ("percent_encoding", &["sign", "model"]),
];

/// The top-level module that a file of `src/` belongs to.
fn module_of(file: &str) -> &str {
    file.split('/').next().unwrap_or(file).trim_end_matches(".rs")
}

fn place_of(module: &str) -> Option<u8> {
    PLACES.iter().find(|(name, _)| *name == module).map(|(_, place)| *place)
}

/// What is wrong with a file: its path below `src/` and its text.
fn violations(file: &str, source: &str) -> Vec<String> {
    let module = module_of(file);
    let Some(place) = place_of(module) else {
        return vec![format!("{file}: module {module} has no place in the arrows")];
    };
    let complain = |path: &[String]| {
        let why = wrong_with(module, place, path)?;
        Some(format!("{file}: {}: {why}", path.join("::")))
    };
    paths_of(file, source).iter().filter_map(|path| complain(path)).collect()
}

/// Why `module` may not use `path`, if it may not.
fn wrong_with(module: &str, place: u8, path: &[String]) -> Option<String> {
    let first = path.first()?.as_str();
    if first == "crate" || (first == "signreq" && module == "main") {
        let target = path.get(1)?.as_str();
        if target == module {
            return None;
        }
        let Some(target_place) = place_of(target) else {
            return Some(format!("{target} is no module of the arrows"));
        };
        let shared = SHARED.contains(&target) && !(PURE.contains(&module) && target == "context");
        return (!shared && target_place <= place)
            .then(|| format!("{target} does not stand to the right of {module}"));
    }
    if let Some((name, users)) = CRATES.iter().find(|(name, _)| *name == first) {
        return (!users.contains(&module)).then(|| format!("{name} is known to {users:?} only"));
    }
    if PURE.contains(&module) {
        let text = path.join("::");
        let reaches = |impure: &&&str| {
            let within = |outer: &str, inner: &str| {
                inner
                    .strip_prefix(outer)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
            };
            // A glob import reaches all that its module holds.
            within(impure, &text)
                || text.strip_suffix("::*").is_some_and(|outer| within(outer, impure))
        };
        return IMPURE
            .iter()
            .find(reaches)
            .map(|_| format!("{module} has no I/O, clock or environment"));
    }
    None
}

#[test]
fn no_arrow_runs_the_wrong_way() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&source, &mut files);
    assert!(files.len() > 20, "only {} files found", files.len());
    let wrong: Vec<String> = files
        .iter()
        .flat_map(|path| {
            let name = path.strip_prefix(&source).unwrap().to_str().unwrap().replace('\\', "/");
            violations(&name, &std::fs::read_to_string(path).unwrap())
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every Rust file below, but those that hold tests only.
fn collect(directory: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap_or_default();
        if stem == "tests" || stem == "test" {
            continue;
        }
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn a_wrong_arrow_is_found() {
    for (file, source) in [
        ("model/url.rs", "use crate::sign::Wire;"),
        ("sign/ovh.rs", "fn f() { crate::context::RunContext::from_process(); }"),
        ("sign/ovh.rs", "use super::super::flow::engine;"),
        ("net/mod.rs", "use super::profile;"),
        ("net/mod.rs", "use crate::{error::Result, out::{head}};"),
        ("flow/engine.rs", "fn f() -> crate::cli::Plan { todo() }"),
        ("main.rs", "fn main() { signreq::unheard_of::run() }"),
        ("stray.rs", ""),
        ("flow/engine.rs", "use ureq::Agent;"),
        ("sign/none.rs", "#[derive(clap::Parser)] struct S;"),
        ("cli/args.rs", "use toml as config;"),
        ("model/time.rs", "use std::time::{Duration, SystemTime};"),
        ("model/time.rs", "use std::time::*;"),
        ("sign/mod.rs", "fn f() { std::fs::read(p); }"),
        ("model/url.rs", "use std::net::{IpAddr, ToSocketAddrs as _};"),
        ("error.rs", "use crate::model::time::Time;"),
        ("cli/x.rs", "#[cfg(test)] mod tests { use ureq; } use ureq::Agent;"),
        ("cli/x.rs", "#[cfg(not(test))] mod real { fn f() { ureq::get(u) } }"),
    ] {
        assert_eq!(violations(file, source).len(), 1, "{file}: {source}");
    }
}

#[test]
fn right_arrows_and_mere_words_pass() {
    for (file, source) in [
        (
            "main.rs",
            "fn main() { signreq::cli::run(signreq::context::RunContext::from_process()) }",
        ),
        ("cli/mod.rs", "use crate::{context::RunContext, error::{self, Result}, sign, model::*};"),
        ("cli/x/y.rs", "use super::super::args; use super::z; use self::w; use crate::cli::v;"),
        ("sign/mod.rs", "use crate::error::Result; use std::io::Read; use std::time::Duration;"),
        (
            "sign/mod.rs",
            "//! std::fs, crate::cli\n/* crate::net /* nested */ crate::net */ fn f() {}",
        ),
        (
            "sign/mod.rs",
            r##"const A: &str = "crate::net \" std::fs"; const B: &str = r#"std::fs""#;"##,
        ),
        ("sign/mod.rs", "fn f<'a>(c: char) -> bool { c == '\"' || c == '\\'' } // \" crate::net"),
        ("sign/mod.rs", "#[cfg(test)]\nmod tests { use std::fs; fn f() { crate::net::x() } }"),
        (
            "sign/mod.rs",
            "#[cfg(test)]\nuse std::fs;\n#[cfg(test)]\npub(crate) fn f() { std::fs::x() }",
        ),
        ("model/a.rs", "mod hex { use super::super::url; }"),
        ("out/json.rs", "use crate::model::response::ResponseHead; use std::fs::File;"),
        ("flow/engine.rs", "fn f(x: T) { x.clap::<U>(); my::ureq::f(); }"),
    ] {
        assert_eq!(violations(file, source), Vec::<String>::new(), "{file}: {source}");
    }
}
