//! The checked-in man pages and completion scripts are those that the program
//! makes now.

use crate::environment::{Pattern, TestEnvironment};
use crate::request_words::World;
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

/// Runs the examples of the man pages against the sandbox.
#[test]
fn the_examples_of_the_man_pages_work() {
    let pages = docs::pages::COMMANDS.iter().chain([&docs::pages::SENDING]);
    let lines: Vec<&str> =
        pages.flat_map(|page| page.examples).map(|example| example.line).collect();
    // Those that begin with another program need that program.
    let ours = lines.iter().filter_map(|line| line.strip_prefix("signreq "));
    let mut count = 0;
    for rest in ours {
        let environment = TestEnvironment::new();
        let has_world = ["sandbox ", "--sandbox ", "man ", "profile "]
            .iter()
            .any(|start| rest.starts_with(start));
        let sandbox = if has_world { "" } else { "--sandbox " };
        let line = format!("signreq {sandbox}{rest} && echo done");
        // It says where it wrote.
        let told = if rest.starts_with("profile add ") { "is in [HOME]" } else { "" };
        let output =
            environment.shell(&line).gives(0, Pattern::holds(&["done"]), Pattern::holds(&[told]));
        assert_eq!(output.stderr.is_empty(), told.is_empty(), "{}", output.stderr);
        count += 1;
    }
    assert!(count > 6, "only {count} examples");
}

/// A bash at a terminal, to which words are typed.
#[test]
fn bash_completes_files_behind_every_separator() {
    let world = World::new();
    world.environment.file("disk.img", "content");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions/signreq.bash");
    for (item, sent) in [
        ("k@di", "filename=\"disk.img\""),
        ("@di", "\r\n\r\ncontent"),
        ("-d @di", "\r\n\r\ncontent"),
        ("k=@di", "{\"k\":\"content\"}"),
        ("k==@di", "?k=content HTTP"),
        ("-T di", "\r\n\r\ncontent"),
        ("k==1 --as=fo", "?k=1 HTTP"),
    ] {
        let typed = format!("source {}\\nsignreq p /x {item}\\t\\nexit\\n", script.display());
        let before = world.capture.requests().len();
        world
            .environment
            .shell(&format!(
                "printf '{typed}' | script -qec 'bash --norc --noprofile -i' /dev/null"
            ))
            .gives(0, Pattern::Something, "");
        let requests = world.capture.requests();
        assert_eq!(requests.len(), before + 1, "{item}");
        let request = String::from_utf8_lossy(&requests[before]).into_owned();
        assert!(request.contains(sent), "{item}: {request}");
    }
}

/// readline splits words at `=` and `:`; only the last piece is replaced.
#[test]
fn bash_completes_words_that_readline_splits() {
    const ASK: &str = "source \"$1\"; COMP_LINE=$2; COMP_WORDS=(\"${@:3}\"); \
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _signreq signreq \"${!##=}\"; echo \"${COMPREPLY[*]}\"";
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions/signreq.bash");
    let environment = TestEnvironment::new();
    environment.file("disk.img", "");
    for (line, pieces, expected) in [
        ("signreq ma", &["ma"][..], "maas man"),
        ("signreq --as=mul", &["--as", "=", "mul"], "multipart"),
        ("signreq --as=", &["--as", "="], "json form multipart"),
        ("signreq -H 'A: b' maas ge", &["-H", "'A: b'", "maas", "ge"], "get"),
        ("signreq -o di", &["-o", "di"], "disk.img"),
    ] {
        let fixed = ["-c", ASK, "bash", script.to_str().unwrap(), line, "signreq"];
        let words = [&fixed, pieces].concat();
        environment.program("bash", &words).gives(0, format!("{expected}\n"), "");
    }
}
