//! The README's examples work: each line behind `$ ` in a ```` ```console ````
//! block is run by a shell, and what the README shows behind it is compared.

use crate::environment::{Pattern, TestEnvironment};
use signreq::error::EXIT_CODES;

const README: &str = include_str!("../../README.md");

/// Stands for any rest of a line and, alone, for any number of lines.
const ANYTHING: char = '…';

#[test]
fn every_example_of_the_readme_works() {
    let examples = examples(README);
    assert!(examples.len() > 8, "only {} examples found", examples.len());
    for (line, shown) in examples {
        let environment = TestEnvironment::new();
        // As at a terminal, standard error is among what is seen.
        let output = environment.shell(&format!("exec 2>&1; {line}"));
        let seen = output.gives(0, Pattern::Something, "").stdout;
        if let Err(missing) = compare(&shown, &seen) {
            panic!("$ {line}\n`{missing}` is not where the README shows it in\n{seen}");
        }
    }
}

/// What is to be typed once, in a home without any of the directories.
#[test]
fn the_scripts_of_the_readme_run_in_a_new_home() {
    let scripts: Vec<&str> =
        README.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!scripts.is_empty());
    for script in scripts {
        let environment = TestEnvironment::new();
        environment.shell(&format!("set -e\n{script}")).gives(0, "", "");
        let written = "find ~ -type f -size +0 | grep -c signreq";
        environment.shell(written).gives(0, Pattern::Something, "");
    }
}

/// The commands of the README's console blocks, each with what is shown behind it.
pub(crate) fn examples(text: &str) -> Vec<(String, Vec<String>)> {
    let mut examples: Vec<(String, Vec<String>)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside && let Some(command) = line.strip_prefix("$ ") {
            examples.push((command.to_owned(), Vec::new()));
        } else if inside {
            let (_, shown) = examples.last_mut().expect("a block starts with `$ `");
            shown.push(line.to_owned());
        }
    }
    examples
}

/// Whether `seen` is what is shown; else the shown line that is not there.
pub(crate) fn compare(shown: &[String], seen: &str) -> Result<(), String> {
    let mut seen = seen.lines();
    let mut anywhere = false;
    for expected in shown {
        if expected.trim() == ANYTHING.to_string() {
            anywhere = true;
            continue;
        }
        let found = if anywhere {
            seen.any(|line| fits(expected, line))
        } else {
            seen.next().is_some_and(|line| fits(expected, line))
        };
        if !found {
            return Err(expected.clone());
        }
        anywhere = false;
    }
    match seen.next() {
        Some(line) if !anywhere => Err(format!("the end, before {line}")),
        _ => Ok(()),
    }
}

/// Whether a line is one that is shown, [`ANYTHING`] standing for any text.
fn fits(shown: &str, line: &str) -> bool {
    let Some((start, rest)) = shown.split_once(ANYTHING) else { return line == shown };
    let Some(mut line) = line.strip_prefix(start) else { return false };
    let mut parts: Vec<&str> = rest.split(ANYTHING).collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        let Some((_, behind)) = line.split_once(part) else { return false };
        line = behind;
    }
    line.ends_with(end)
}

#[test]
fn what_is_shown_is_compared_line_by_line() {
    let text = "a\n```console\n$ one\n1\n…\n3\n$ two\n```\n```sh\n$ no\n```\n";
    let found = examples(text);
    assert_eq!(found.len(), 2);
    assert_eq!(found[1], ("two".to_owned(), vec![]));
    let shown = &found[0].1;
    for seen in ["1\n2\n2\n3\n", "1\n3\n"] {
        assert_eq!(compare(shown, seen), Ok(()), "{seen}");
    }
    for seen in ["2\n3\n", "1\n2\n", "1\n3\n4\n", ""] {
        assert!(compare(shown, seen).is_err(), "{seen}");
    }
    for (shown, seen, equal) in [
        ("date: …GMT", "date: now GMT", true),
        ("date: …GMT", "date: now CET", false),
        ("[{…,2,…}", "[{1,2,3}", true),
        ("[{…,2,…}", "[{1,3}", false),
        ("ab…", "abc", true),
        ("ab…b", "ab", false),
    ] {
        assert_eq!(fits(shown, seen), equal, "{shown} {seen}");
    }
}

#[test]
fn the_profiles_of_the_readme_can_be_used() {
    let mut environment = TestEnvironment::new();
    let config: String =
        README.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    environment.config(&config);
    // What the secrets' sources would give, were there a `pass` and its like.
    for (variable, value) in [
        ("SIGNREQ_MAAS_KEY", "consumer:token:secret"),
        ("SIGNREQ_FOREMAN_CONSUMER_SECRET", "secret"),
        ("SIGNREQ_CANDLEPIN_CONSUMER_SECRET", "secret"),
        ("SIGNREQ_OVH_APPLICATION_SECRET", "secret"),
        ("OVH_CONSUMER_KEY", "key"),
        ("SIGNREQ_DCI_SECRET_KEY", "secret"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("SIGNREQ_STORE_SECRET_KEY", "secret"),
        ("SHOP_SECRET", "secret"),
    ] {
        environment.set(variable, value);
    }
    let tables = config.lines().filter_map(|line| line.strip_prefix("[profile."));
    let names: Vec<&str> = tables.filter_map(|rest| rest.strip_suffix(']')).collect();
    assert_eq!(names.len(), 8, "{names:?}");
    for name in names {
        let words = ["--dry-run", name, "get", "/version/"];
        environment.signreq(&words).gives(0, Pattern::holds(&["GET /", "HTTP/1.1"]), "");
    }
}

#[test]
fn the_readme_lists_every_exit_code() {
    for (_, code, when) in EXIT_CODES {
        let row = format!("| {code} | {when} |");
        assert!(README.lines().any(|line| line == row), "not in the README: {row}");
    }
    let rows = README.lines().filter(|line| {
        let code = line.strip_prefix("| ").and_then(|rest| rest.split(" |").next());
        code.is_some_and(|code| code.parse::<u8>().is_ok())
    });
    // And the one for success.
    assert_eq!(rows.count(), EXIT_CODES.len() + 1);
}
