//! The packages beside the program, `fuzz` and `benches`, are built on no
//! ordinary day. Their lock files name every dependency the program has, so
//! that they can still be built with `--locked`.

use std::collections::BTreeSet;
use std::path::Path;
use toml_edit::{DocumentMut, Item};

fn read(name: &str) -> DocumentMut {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

fn dependencies(table: &Item) -> impl Iterator<Item = String> {
    table["dependencies"].as_table().into_iter().flatten().map(|(name, _)| name.to_owned())
}

/// The names in `[dependencies]`, of every platform.
fn wanted(manifest: &DocumentMut) -> BTreeSet<String> {
    let targets = manifest["target"].as_table().unwrap().iter();
    let own = dependencies(manifest.as_item());
    own.chain(targets.flat_map(|(_, target)| dependencies(target))).collect()
}

/// What the lock has the program depend on: `name`, or `name version`.
fn locked(lock: &DocumentMut) -> BTreeSet<String> {
    let mut packages = lock["package"].as_array_of_tables().unwrap().iter();
    let program = packages.find(|package| package["name"].as_str() == Some("signreq"));
    let listed = program.unwrap()["dependencies"].as_array().unwrap();
    let name = |text: &str| text.split(' ').next().unwrap().to_owned();
    listed.iter().map(|value| name(value.as_str().unwrap())).collect()
}

#[test]
fn packages_beside_the_program_lock_what_it_depends_on() {
    let manifest = read("Cargo.toml");
    for name in ["fuzz/Cargo.lock", "benches/Cargo.lock", "Cargo.lock"] {
        let lock = locked(&read(name));
        let missing: Vec<_> = wanted(&manifest).difference(&lock).cloned().collect();
        assert!(missing.is_empty(), "{name} lacks {missing:?}");
    }
}
