//! The checked-in man pages and completion scripts are those that the program
//! makes now.

use crate::environment::{Pattern, TestEnvironment};
use signreq::cli::{args, docs};
use std::collections::BTreeMap;
use std::path::Path;

#[test]
fn man_pages_are_fresh() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("man");
    let checked_in: BTreeMap<String, String> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    let fresh: BTreeMap<String, String> = docs::man_pages()
        .unwrap()
        .into_iter()
        .map(|(name, text)| (name, String::from_utf8(text).unwrap()))
        .collect();
    assert!(checked_in == fresh, "man/ is out of date; to renew it: cargo run -- man man");
}

#[test]
fn completion_scripts_are_those_checked_in() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
    let files =
        ["signreq.bash", "_signreq", "signreq.fish", "_signreq.ps1", "signreq.elv", "signreq.nu"];
    for (shell, file) in args::SHELLS.into_iter().zip(files) {
        let script = std::fs::read_to_string(directory.join(file)).unwrap();
        TestEnvironment::new().signreq(&["completions", shell]).gives(0, script, "");
    }
    assert_eq!(std::fs::read_dir(directory).unwrap().count(), files.len());
}

#[test]
fn the_hidden_word_completes_profiles() {
    let environment = TestEnvironment::new();
    environment.config("[profile.shop]\nscheme = \"none\"\nurl = \"http://127.0.0.1:9\"\n");
    let complete = |words: &[&str]| {
        let words = [&["__complete"], words].concat();
        environment.signreq(&words).gives(0, Pattern::holds(&[]), "").stdout
    };
    let names = |answer: &str| -> Vec<String> {
        answer.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&complete(&["=sh"])), ["shop"]);
    assert_eq!(names(&complete(&["=ma"])), ["maas", "man"]);
    assert_eq!(names(&complete(&["=s", "--sandbox"])), ["s3", "sign", "sandbox"]);
    assert_eq!(names(&complete(&["=", "sign", "shop", "p"])), Vec::<String>::new());
}
