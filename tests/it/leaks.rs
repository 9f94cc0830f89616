//! Nothing that is written holds a secret: every command is run with a marked
//! secret in every place that secrets come from, and everything it writes is
//! searched for each of them, as it is and encoded.
//!
//! What prints credentials because that is its job is told apart by
//! [`Job::Prints`]; there standard error and files are searched all the same.
//! The head of an answer that `-i` asks for is the server's, as its body is.

mod planted;

use self::planted::{MARKS, mark, planted, sources};
use crate::capture::Capture;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use signreq::cli::args;
use signreq::model::url::encode_strict;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What a command may print.
#[derive(Clone, Copy, PartialEq)]
enum Job {
    /// No secret.
    Hides,
    /// The body of an answer, in which the server gave a credential out.
    Relays,
    /// A credential, on standard output: that is what it is for.
    Prints,
}

/// The lines of a command for a profile, with what they may print. A command
/// that is not here fails the test: what it writes was not thought about.
fn lines(command: &str, profile: &str) -> Option<Vec<(Job, Vec<String>)>> {
    let line = |job, text: &str| {
        (job, text.split(' ').map(|word| word.replace("PROFILE", profile)).collect())
    };
    let hides = |texts: &[&str]| Some(texts.iter().map(|text| line(Job::Hides, text)).collect());
    let prints = |texts: &[&str]| Some(texts.iter().map(|text| line(Job::Prints, text)).collect());
    match command {
        // Sending.
        "" => Some(vec![
            line(Job::Relays, "-v PROFILE get /x?q=1"),
            line(Job::Relays, "-v PROFILE post /x a=b"),
            line(Job::Relays, "-v PROFILE post /x --as form a=b"),
            line(
                Job::Relays,
                "-v PROFILE get /x api_key==g3htyped/eim+typed=%7E X-My:g3htyped/eim+typed=%7E",
            ),
            line(
                Job::Relays,
                "-s PROFILE get /x -w %{url}%{url_effective}%{stderr}%{url_effective}",
            ),
            line(Job::Relays, "-sS PROFILE get /x -w %{errormsg}%{url}"),
            line(Job::Relays, "-s PROFILE get /x --har run.har"),
            line(Job::Relays, "-s PROFILE post /x --as form a=b --har run.har"),
            line(
                Job::Relays,
                "-s PROFILE get /x api_key==g3htyped/eim+typed=%7E X-My:g3htyped/eim+typed=%7E --har run.har",
            ),
            line(Job::Hides, "--dry-run PROFILE post /x a=b"),
            line(Job::Hides, "--dry-run PROFILE post /x --as form a=b"),
            line(
                Job::Hides,
                "--dry-run PROFILE get /x api_key==g3htyped/eim+typed=%7E X-My:g3htyped/eim+typed=%7E",
            ),
            line(Job::Hides, "-v --no-such-option PROFILE get /x"),
            line(Job::Hides, "--set key=x PROFILE get /x"),
            line(Job::Hides, "PROFILE get http://other.invalid/x"),
        ]),
        "sign" => prints(&[
            "sign PROFILE get /x",
            "sign --format http PROFILE get /x",
            "sign --format curl PROFILE get /x",
            "sign --format json PROFILE get /x",
        ]),
        "presign" => prints(&["presign PROFILE get /x"]),
        "explain" => hides(&[
            "explain PROFILE get /x",
            "explain PROFILE post /x --as form a=b",
            "explain PROFILE get /x api_key==g3htyped/eim+typed=%7E X-My:g3htyped/eim+typed=%7E",
            "explain --format json PROFILE post /x a=b",
        ]),
        "upload" => hides(&[
            "upload PROFILE /boot-resources/ name=a architecture=amd64/generic content@secret",
            "upload -v PROFILE /boot-resources/ name=a architecture=amd64/generic content@secret",
        ]),
        "verify" => hides(&[
            "verify PROFILE signed.http --input http",
            "verify --format json PROFILE signed.http --input http",
            "verify PROFILE changed.http --input http",
            "verify PROFILE changed.http --input http --theirs theirs",
        ]),
        "profile" => hides(&[
            "profile list",
            "profile show PROFILE",
            "profile show PROFILE --format json",
            "profile show PROFILE --format toml",
            "profile path",
            // Some cannot be done, and say why; the file is as it was in the end.
            "profile add PROFILE --preset maas",
            "profile add another --preset maas url=http://h key.env=OF_THE_USER",
            "profile add third --preset maas key=g3hown/eim+own=%7E",
            "profile import ovh --account work --as imported",
            "profile import ovh --account work",
            "profile import maas --secrets keep --as kept",
            "profile import s3",
            "profile set PROFILE timeout=30s",
            "profile set PROFILE timeout=soon",
            "profile set PROFILE secret_key=g3hown/eim+own=%7E",
            "profile set PROFILE token --keyring",
            "profile edit PROFILE",
            "profile rename PROFILE renamed",
            "profile rename renamed PROFILE",
            "profile remove PROFILE",
        ]),
        // What a login gets is a secret from then on.
        "login" => Some(vec![
            line(Job::Prints, "login PROFILE --print"),
            line(Job::Hides, "login PROFILE"),
            line(Job::Relays, "-v PROFILE get /x"),
        ]),
        "logout" => hides(&["logout PROFILE"]),
        "doctor" => hides(&["doctor", "doctor PROFILE", "doctor PROFILE --format json"]),
        "sandbox" => hides(&["sandbox -- true"]),
        "completions" => hides(&["completions bash"]),
        "man" => hides(&["man", "man manuals"]),
        "help" => hides(&["help", "help sign"]),
        "__complete" => hides(&["__complete = PROFILE", "__complete ="]),
        _ => None,
    }
}

fn answer(status: &str, head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{head}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// What in `text` gives a secret away.
fn leaks(text: &[u8], allowed: &[&str]) -> Vec<String> {
    let marks = MARKS.iter().filter(|source| !allowed.contains(*source));
    let found = marks.flat_map(|source| {
        let secret = mark(source);
        let once = encode_strict(secret.as_bytes());
        let mut forms = vec![secret.clone(), encode_strict(once.as_bytes()), once];
        // In a longer text base64 depends on where the secret begins.
        for before in ["", "x", "xx"] {
            let whole = STANDARD.encode(format!("{before}{secret}"));
            let start = before.len().div_ceil(3) * 4;
            forms.push(whole[start..whole.len() / 4 * 4 - 4].to_owned());
        }
        forms.into_iter().map(move |form| (source, form))
    });
    let holds = |form: &str| text.windows(form.len()).any(|part| part == form.as_bytes());
    found
        .filter(|(_, form)| holds(form))
        .map(|(source, form)| format!("{source}: {form}"))
        .collect()
}

/// Every file below a directory.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => found.extend(files(&entry.path())),
            false => found.push(entry.path()),
        }
    }
    found
}

#[test]
fn every_command_is_searched() {
    let subcommands = args::commands();
    let names = subcommands.iter().map(|command| command.get_name());
    for name in names.chain(["", "__complete"]) {
        assert!(lines(name, "p").is_some(), "{name}: no line of it is searched for secrets");
    }
    // So are the commands below a command.
    for command in &subcommands {
        let known = lines(command.get_name(), "p").unwrap();
        for below in command.get_subcommands() {
            let is_run = known.iter().any(|(_, words)| words.iter().any(|w| w == below.get_name()));
            let (name, below) = (command.get_name(), below.get_name());
            assert!(is_run, "{name} {below}: no line of it is searched for secrets");
        }
    }
}

#[test]
fn the_search_finds_what_leaks() {
    let secret = mark("own");
    for text in [
        secret.clone(),
        format!("a{}b", encode_strict(secret.as_bytes())),
        STANDARD.encode(format!("u:{secret}")),
        STANDARD.encode(format!("xu:{secret}")),
        STANDARD.encode(format!("xxu:{secret} and more")),
    ] {
        assert_eq!(leaks(text.as_bytes(), &[]).len(), 1, "{text}");
        assert!(leaks(text.as_bytes(), &["own"]).is_empty());
    }
    assert!(leaks(b"no secret at all", &[]).is_empty());
    // As it stands among the words of a command.
    assert_eq!(mark("own"), "g3hown/eim+own=%7E");
}

#[test]
fn nothing_that_is_written_holds_a_secret() {
    let token = mark("cached");
    let body = format!(r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":3600}}"#);
    let tokens = Capture::answering(&[&answer("200 OK", "", &body)]);
    // What MAAS answers, and a server that repeats whatever it was sent.
    let repeated = |source: &str| {
        let secret = mark(source);
        let body = format!(
            "Authorization Error: 'Invalid signature. Expected signature base string: &{secret}'"
        );
        answer("401 Unauthorized", &format!("X-Your-Token: {secret}\r\n"), &body)
    };
    let got = format!(
        r#"{{"consumerKey":"{}","validationUrl":"http://h/","status":"validated"}}"#,
        mark("got")
    );
    let mut missed = Vec::new();
    for (number, source) in sources("", "").into_iter().enumerate() {
        let profile = source.profile;
        let json = answer("200 OK", "Set-Cookie: a=b\r\n", &got);
        // OVHcloud is asked for its time first.
        let answers = match profile {
            "literal" | "database" => vec![repeated(profile)],
            "ovh" | "vendor" => vec![answer("200 OK", "", "1700000000"), json],
            _ => vec![json],
        };
        let api = Capture::answering(&answers.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let environment = planted(&api.url(), &format!("{}/token", tokens.url()));
        let signed = environment.signreq(&["sign", "--format", "http", profile, "get", "/x"]);
        let signed = signed.streams().1;
        environment.file("signed.http", &signed);
        environment.file("changed.http", String::from_utf8_lossy(&signed).replace("/x", "/y"));
        let planted: BTreeSet<PathBuf> = files(&environment.root()).into_iter().collect();
        let subcommands = args::commands();
        // Some of `profile` take the profile away.
        let names = subcommands.iter().map(|command| command.get_name()).chain(["", "__complete"]);
        let (last, first): (Vec<&str>, Vec<&str>) = names.partition(|name| *name == "profile");
        let names = first.into_iter().chain(last);
        for (job, words) in names.filter_map(|name| lines(name, profile)).flatten() {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            // What is about no profile is the same for each.
            if number > 0 && !words.contains(&profile) {
                continue;
            }
            let (code, stdout, stderr) = environment.signreq(&words).streams();
            let streams = [(&stdout, "standard output"), (&stderr, "standard error")];
            for (text, stream) in streams {
                let allowed = match (job, stream) {
                    (Job::Prints, "standard output") => MARKS,
                    (Job::Relays, "standard output") => &["got"],
                    _ => &[],
                };
                for leak in leaks(text, allowed) {
                    missed.push(format!("{} ({code}) on {stream}: {leak}", words.join(" ")));
                }
            }
        }
        assert!(!api.requests().is_empty(), "{profile}: nothing was sent");
        for file in files(&environment.root()).into_iter().filter(|file| !planted.contains(file)) {
            // The token is kept there, for the next run; the user's variable
            // is the user's to hand on.
            let allowed: &[&str] = match file.file_name().and_then(|name| name.to_str()) {
                Some("tokens.json") => &["cached"],
                Some("child") => &["variable"],
                _ => &[],
            };
            for leak in leaks(&std::fs::read(&file).unwrap(), allowed) {
                missed.push(format!("{profile}: {}: {leak}", file.display()));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// The first line and the head of an answer, and its body.
type Answered = (String, String, String);

/// What servers do that know a secret, or were shown one, and repeat it: as it
/// is, and as it is in a URL.
fn repeated(secret: &str, elsewhere: &str) -> Vec<Answered> {
    let encoded = encode_strict(secret.as_bytes());
    let json = format!(
        r#"{{"message":"no {secret}","error":{{"message":"no {secret}"}},"detail":"{secret}",
        "displayMessage":"no {secret}","errorCode":"INVALID_CREDENTIAL"}}"#
    );
    let xml =
        format!("<Error><Code>SignatureDoesNotMatch</Code><Message>{secret}</Message></Error>");
    let said = format!("X-Your-Token: {secret}\r\nWWW-Authenticate: OAuth realm=\"r\"\r\n");
    let place = |to: &str| format!("Location: {to}/cb?token={encoded}&n=1\r\n");
    vec![
        ("401 Unauthorized".to_owned(), said.clone(), json.clone()),
        ("403 Forbidden".to_owned(), said.clone(), xml),
        (format!("500 no {secret}"), said, json),
        ("302 Found".to_owned(), place(elsewhere), secret.to_owned()),
        ("302 Found".to_owned(), place("/again"), String::new()),
        ("200 OK".to_owned(), "Content-Encoding: gzip\r\n".to_owned(), secret.to_owned()),
    ]
}

#[test]
fn nothing_that_a_server_repeats_is_told() {
    let body = format!(r#"{{"access_token":"{}","expires_in":3600}}"#, mark("cached"));
    let tokens = Capture::answering(&[&answer("200 OK", "", &body)]);
    let elsewhere = Capture::answering(&[&answer("200 OK", "", "{}")]);
    let mut missed = Vec::new();
    for source in sources("", "") {
        for secret in source.marks {
            let mut answers: Vec<Vec<u8>> = repeated(&mark(secret), &elsewhere.url())
                .iter()
                .map(|(status, head, body)| answer(status, head, body))
                .collect();
            answers.push(format!("{0} {0}\r\n\r\n", mark(secret)).into_bytes());
            for given in answers {
                // OVHcloud is asked for its time first.
                let answers = match source.profile {
                    "ovh" | "vendor" => vec![answer("200 OK", "", "1700000000"), given.clone()],
                    _ => vec![given.clone()],
                };
                let api =
                    Capture::answering(&answers.iter().map(Vec::as_slice).collect::<Vec<_>>());
                let environment = planted(&api.url(), &format!("{}/token", tokens.url()));
                let shown = String::from_utf8_lossy(&given);
                let shown = shown.lines().next().unwrap_or_default();
                let format = "%{stderr}%{errormsg}%{url_effective}";
                let lines = [
                    &["-v", "-L", "--max-redirs", "2", "-w", format, "PROFILE", "get", "/x"][..],
                    &["-L", "--compressed", "-f", "PROFILE", "post", "/x", "a=b"],
                    &["doctor", "PROFILE"],
                ];
                let is_refusal = given.starts_with(b"HTTP/1.1 40");
                for words in &lines[..if is_refusal { 3 } else { 1 }] {
                    let words =
                        words.iter().map(|w| if *w == "PROFILE" { source.profile } else { w });
                    let words: Vec<&str> = words.collect();
                    let (code, stdout, stderr) = environment.signreq(&words).streams();
                    let told = match words[0] {
                        "doctor" => [stdout, stderr].concat(),
                        _ => stderr,
                    };
                    for leak in leaks(&told, &[]) {
                        missed.push(format!("{} ({code}) of {shown}: {leak}", words.join(" ")));
                    }
                }
            }
        }
    }
    // What is sent on holds what the server put into its own Location only.
    for request in elsewhere.requests() {
        let text = String::from_utf8_lossy(&request);
        let behind = text.split_once("\r\n").unwrap_or_default().1;
        missed.extend(leaks(behind.as_bytes(), &[]).iter().map(|it| format!("elsewhere: {it}")));
    }
    assert!(!elsewhere.requests().is_empty());
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn nothing_is_told_where_nobody_listens() {
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", unused.local_addr().unwrap());
    drop(unused);
    let mut missed = Vec::new();
    for source in sources("", "") {
        let environment = planted(&url, &format!("{url}/token"));
        for words in [
            &["-v", "PROFILE", "get", "/x"][..],
            &["sign", "PROFILE", "get", "/x", "--cacert", "/no/such/file"],
            &["doctor", "PROFILE"],
            &["login", "PROFILE"],
            &["logout", "PROFILE"],
        ] {
            let words = words.iter().map(|w| if *w == "PROFILE" { source.profile } else { w });
            let words: Vec<&str> = words.collect();
            let (code, stdout, stderr) = environment.signreq(&words).streams();
            let told = if words[0] == "sign" { stderr } else { [stdout, stderr].concat() };
            missed.extend(leaks(&told, &[]).iter().map(|it| format!("{words:?} ({code}): {it}")));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
