//! Every scheme and preset has documents, an example and a proof by others:
//! `docs/proof.md` says which, and is compared with what there is.

use crate::capture::Capture;
use crate::environment::{Pattern, TestEnvironment};
use crate::readme::{compare, examples};
use signreq::model::body::Body;
use signreq::model::headers::Headers;
use signreq::model::method::Method;
use signreq::model::request::Draft;
use signreq::model::url::WireUrl;
use signreq::profile::preset;
use signreq::sign::{self, Params, Payload, SCHEMES, SigningContext};
use std::path::Path;

const PROOF: &str = include_str!("../../docs/proof.md");
const README: &str = include_str!("../../README.md");
const TRAPS: &str = include_str!("../../docs/traps.md");
const EXAMPLES: &str = include_str!("../../docs/schemes.md");

/// The cells of the row whose first cell is `` `name` `` in the part of that
/// heading.
fn row(heading: &str, name: &str) -> Option<Vec<&'static str>> {
    let start = format!("| `{name}` |");
    let part = PROOF.split("\n## ").find(|part| part.starts_with(heading))?;
    let line = part.lines().find(|line| line.starts_with(&start))?;
    Some(line.trim_matches('|').split('|').map(str::trim).collect())
}

fn vectors(folder: &str) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(folder);
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

#[test]
fn every_scheme_has_documents_and_a_proof() {
    for scheme in SCHEMES {
        let id = scheme.id();
        assert!(!scheme.about().is_empty() && !scheme.spec().is_empty(), "{id}");
        for param in scheme.params() {
            assert!(!param.about.is_empty(), "{id}: {}", param.name);
        }
        assert!(README.contains(id), "{id} is not in the README");
        let row = row("Schemes", id).unwrap_or_else(|| panic!("{id} is not in docs/proof.md"));
        assert_eq!(row[1], scheme.spec(), "{id}");
        // DCI is a variant of SigV4.
        let expected = vectors(id) + if id == "sigv4" { vectors("dci") } else { 0 };
        assert_eq!(row[2], expected.to_string(), "vectors of {id}");
        assert_eq!(expected == 0, row[3] == "signs nothing", "{id} has no foreign signature");
    }
}

/// A token as RFC 6749 section 4.4.3 shows it.
const TOKEN: &str =
    r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"Bearer","expires_in":3600}"#;

#[test]
fn every_scheme_has_an_example_that_works() {
    let length = TOKEN.len();
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{TOKEN}");
    let tokens = Capture::answering(&[answer.as_bytes()]);
    for scheme in SCHEMES {
        let id = scheme.id();
        let heading = format!("`{id}`\n");
        let part = EXAMPLES.split("\n## ").find(|part| part.starts_with(&heading));
        let part = part.unwrap_or_else(|| panic!("{id} is not in docs/schemes.md"));
        let config = part.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
        let config = config.unwrap_or_else(|| panic!("{id} has no profile"));
        assert!(config.contains(&format!("\nscheme = \"{id}\"\n")), "{config}");
        let examples = examples(part);
        assert!(!examples.is_empty(), "{id} has no example");
        if vectors(id) > 0 {
            assert!(is_a_vectors(id, part), "{id}: no peer computed what its example shows");
        }
        let environment = TestEnvironment::new();
        environment.config(&config.replace("https://server.example.com/token", &tokens.url()));
        for (line, shown) in examples {
            let seen = environment.shell(&line).gives(0, Pattern::Something, "");
            if let Err(missing) = compare(&shown, &seen.stdout) {
                panic!("$ {line}\n`{missing}` is not where it is shown in\n{}", seen.stdout);
            }
        }
    }
}

/// Whether the signature of a vector of this scheme that the page names stands
/// in this part of it.
fn is_a_vectors(id: &str, part: &str) -> bool {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let named = EXAMPLES.split('`').filter(|name| name.starts_with(&format!("{id}/")));
    named.into_iter().any(|name| {
        let vector = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        let vector: serde_json::Value = serde_json::from_str(&vector).unwrap();
        let expected = &vector["expected"];
        let signature = expected["signature"].as_str().or(expected["authorization"].as_str());
        let signature = signature.unwrap();
        let encoded = sign::encode::encode_strict(signature.as_bytes());
        part.contains(signature) || part.contains(&encoded)
    })
}

#[test]
fn every_preset_has_an_example_and_a_proof() {
    for name in preset::names() {
        let example = format!("signreq --sandbox {name} ");
        let other = format!("--sandbox --dry-run {name} ");
        assert!(README.contains(&example) || README.contains(&other), "{name} has no example");
        assert!(row("Presets", name).is_some(), "{name} is not in docs/proof.md");
    }
}

/// The text of every source file below this folder.
fn sources(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.is_dir() || path.extension().is_some_and(|end| end == "rs"))
        .map(|path| match path.is_dir() {
            true => sources(&path),
            false => std::fs::read_to_string(&path).unwrap(),
        })
        .collect()
}

#[test]
fn every_trap_has_a_test_or_vector_that_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = sources(&root.join("src")) + &sources(&root.join("tests/it"));
    let names = |cell: &str| -> Vec<String> {
        cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    let lines = TRAPS.lines().filter(|line| line.starts_with("| ") && !line.contains("| tests |"));
    let mut count = 0;
    for line in lines {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        let [_, tests, vectors] = cells[..] else { panic!("{line} has other cells than three") };
        assert!(!names(tests).is_empty(), "{line} has no test");
        for test in names(tests) {
            assert!(
                sources.contains(&format!("#[test]\n    fn {test}()"))
                    || sources.contains(&format!("#[test]\nfn {test}()")),
                "there is no test {test}"
            );
        }
        for vector in names(vectors) {
            let file = root.join(format!("tests/vectors/{vector}.json"));
            assert!(file.is_file(), "there is no vector {vector}");
        }
        count += 1;
    }
    assert!(count > 65, "only {count} traps");
}

/// The Authorization header of a request signed with these fields.
fn authorization(scheme: &str, fields: &[(&str, &str)]) -> String {
    let mut params = Params::new();
    for (name, value) in fields {
        params.set(name, *value);
    }
    let draft = Draft {
        method: Method::get(),
        url: WireUrl::parse("https://server.example.com/resource").unwrap(),
        headers: Headers::new(),
        body: Body::none(),
    };
    let context = SigningContext::timeless();
    let signer = sign::scheme(scheme).unwrap().build(&params).unwrap();
    let signed = signer.sign(&draft, &Payload::None, &context).unwrap();
    sign::apply(&draft, &signed).headers().text("authorization").unwrap()
}

#[test]
fn basic_is_as_rfc_7617_section_2_shows() {
    assert_eq!(
        authorization("basic", &[("user", "Aladdin"), ("password", "open sesame")]),
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    );
    // Section 2.1: UTF-8.
    assert_eq!(
        authorization("basic", &[("user", "test"), ("password", "123\u{a3}")]),
        "Basic dGVzdDoxMjPCow=="
    );
}

#[test]
fn bearer_is_as_rfc_6750_section_2_1_shows() {
    assert_eq!(authorization("bearer", &[("token", "mF_9.B5f-4.1JqM")]), "Bearer mF_9.B5f-4.1JqM");
}
