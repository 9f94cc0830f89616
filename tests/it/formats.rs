//! What `sign` and `explain` print, each format put to its use: other programs
//! send what `sign` printed, and the sandbox lets them in.

use crate::capture::{Capture, EMPTY_OK};
use crate::environment::{Pattern, Ran, TestEnvironment};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// One request to each system, with bodies of every kind, and what the answer
/// to it holds. The URL is for curl, in a shell.
const REQUESTS: &[(&str, &str, &str)] = &[
    ("maas get /tags/", "$SIGNREQ_MAAS_URL/api/2.0/tags/", "\"name\":"),
    ("maas post /tags/ name=\"it's\" comment='a \"b\" \\ é'", "", "\"name\":\"it's\""),
    ("foreman get /api/v2/hosts search=='name ~ web' per_page==1", "", "\"subtotal\":"),
    (
        "foreman post /api/v2/domains 'domain[name]=new.example'",
        "-H 'Content-Type: application/json' -d '{\"domain\":{\"name\":\"new.example\"}}' $SIGNREQ_FOREMAN_URL/api/v2/domains",
        "\"name\":\"new.example\"",
    ),
    ("candlepin get /owners", "$SIGNREQ_CANDLEPIN_URL/owners", "\"displayName\":"),
    ("ovh get /me", "$SIGNREQ_OVH_ENDPOINT/me", "\"nichandle\":"),
    ("ovh post /domain/zone/example.com/record fieldType=A target=192.0.2.1", "", "\"id\":"),
    ("dci get /api/v1/jobs limit==1", "$SIGNREQ_DCI_URL/api/v1/jobs?limit=1", "\"jobs\":["),
    ("dci get '/api/v1/jobs?limit=1&sort=-created_at&limit=2'", "", "\"jobs\":["),
    ("s3 get /", "$SIGNREQ_S3_URL/", "<ListAllMyBucketsResult"),
    ("s3 get '/backups/?list-type=2&prefix=a b+'", "", "<ListBucketResult"),
    (
        "aws post / --as form Action=GetCallerIdentity Version=2011-06-15",
        "-d 'Action=GetCallerIdentity&Version=2011-06-15' $SIGNREQ_AWS_URL/",
        "<GetCallerIdentityResponse",
    ),
];

fn in_sandbox(environment: &TestEnvironment, line: &str) -> Ran {
    environment.program("signreq", &["sandbox", "--", "sh", "-c", line])
}

#[test]
fn the_headers_are_for_curl_to_read() {
    let environment = TestEnvironment::new();
    let curled = REQUESTS.iter().filter(|(_, curl, _)| !curl.is_empty());
    for (words, curl, holds) in curled {
        let line = format!("signreq sign {words} | curl -sSf -H @- {curl}");
        in_sandbox(&environment, &line).gives(0, Pattern::holds(&[holds]), "");
    }
}

#[test]
fn the_curl_form_is_for_a_shell_to_run() {
    let environment = TestEnvironment::new();
    for (words, _, holds) in REQUESTS {
        let line =
            format!("signreq sign --format curl {words} > run.sh && exec 2>&1; sh -e run.sh");
        let ran = in_sandbox(&environment, &line);
        ran.gives(0, Pattern::holds(&[holds]), "");
        // curl's own words hold no header: other users could see them.
        let script = std::fs::read_to_string(environment.work().join("run.sh")).unwrap();
        let command = script.lines().find(|line| line.starts_with("curl ")).unwrap();
        assert!(command.contains(" -H @- "), "{script}");
        assert!(!command.contains("Authorization") && !command.contains("Ovh"), "{script}");
    }
}

#[test]
fn the_curl_form_sends_files_and_odd_bytes_as_they_are() {
    let environment = TestEnvironment::new();
    environment.file("odd", b"\0\x01\xff\r\n'\"\\\nHEADERS\nBODY\n@x\n");
    for source in ["-d @odd", "-T odd", "@odd"] {
        let line = format!(
            "signreq sign --format curl s3 put '/backups/a b+%2f é' {source} > run.sh && \
             sh -e run.sh 2>/dev/null && signreq s3 get '/backups/a b+%2f é' | cmp - odd && echo same"
        );
        in_sandbox(&environment, &line).gives(0, "same\n", "");
    }
}

#[test]
fn the_http_form_is_for_a_socket() {
    let environment = TestEnvironment::new();
    for (words, _, holds) in REQUESTS {
        let sandbox = Listening::start(&environment);
        let words =
            format!("signreq --config sandbox.toml sign --format http {words} Connection:close");
        let printed = environment.shell(&words).gives(0, Pattern::Something, "").stdout;
        assert!(printed.contains(" HTTP/1.1\r\nHost: "), "{printed}");
        let mut stream = TcpStream::connect(&sandbox.address).unwrap();
        stream.write_all(printed.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 20"), "{words}: {answer}");
        assert!(answer.contains(holds), "{words}: {answer}");
    }
}

/// A sandbox in the background, its config in `sandbox.toml`.
struct Listening {
    child: std::process::Child,
    address: String,
}

impl Listening {
    fn start(environment: &TestEnvironment) -> Self {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_signreq"))
            .arg("sandbox")
            .env_clear()
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut config = String::new();
        let mut stdout = child.stdout.take().unwrap();
        let mut buffer = [0; 4096];
        // s3's is the last profile.
        while !config.contains("[profile.s3]") || !config.ends_with("\"\n") {
            let count = stdout.read(&mut buffer).unwrap();
            assert!(count > 0, "the sandbox ended: {config}");
            config.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
        }
        let (_, rest) = config.split_once("url = \"http://").unwrap();
        let address = rest.split_once('/').unwrap().0.to_owned();
        let path = environment.file("sandbox.toml", &config);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        Self { child, address }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has noticed then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_json_form_holds_the_request_that_is_sent() {
    let environment = TestEnvironment::new();
    let capture = Capture::answering(&[EMPTY_OK]);
    environment.config(&format!(
        "[profile.p]\nscheme = \"oauth1\"\nurl = \"{}/base\"\nconsumer_key = \"ck\"\n\
         consumer_secret = \"cs\"\n",
        capture.url()
    ));
    let words = ["--timestamp", "1", "--nonce", "n", "p", "post", "/x", "a=1", "k==é", "X-A:1"];
    let printed = environment
        .signreq(&[&["sign", "--format", "json"], &words[..]].concat())
        .gives(0, Pattern::Something, "")
        .stdout;
    // To a file, since what is printed is asked for compressed.
    environment.signreq(&[&["-o", "answer"], &words[..]].concat()).gives(0, "", "");
    let form: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let mut request = format!("{} /base/x?k=%C3%A9 HTTP/1.1\r\n", form["method"].as_str().unwrap());
    assert_eq!(form["url"], format!("{}/base/x?k=%C3%A9", capture.url()));
    for header in form["headers"].as_array().unwrap() {
        let text = |key: &str| header[key].as_str().unwrap();
        request.push_str(&format!("{}: {}\r\n", text("name"), text("value")));
    }
    request.push_str("\r\n");
    request.push_str(form["body"].as_str().unwrap());
    assert_eq!(capture.request(), request);
}

#[test]
fn sign_prints_what_the_signature_sets_or_covers_and_nothing_else() {
    let environment = TestEnvironment::new();
    let names = |words: &str| -> Vec<String> {
        let line = format!("signreq sign {words}");
        let printed = in_sandbox(&environment, &line).gives(0, Pattern::holds(&[]), "").stdout;
        printed.lines().map(|line| line.split_once(": ").unwrap().0.to_owned()).collect()
    };
    assert_eq!(names("maas get /x X-A:1"), ["Authorization"]);
    assert_eq!(names("foreman get /x X-A:1"), ["FOREMAN-USER", "Authorization"]);
    assert_eq!(names("candlepin get /x"), ["cp-user", "Authorization"]);
    assert_eq!(
        names("ovh post /x a=1"),
        ["X-Ovh-Application", "X-Ovh-Consumer", "X-Ovh-Timestamp", "X-Ovh-Signature"]
    );
    assert_eq!(names("dci get /x X-Dci-Team-Id:1"), ["X-Dci-Date", "Authorization"]);
    // SigV4 covers what the user gave, and a Content-Type whoever gave it.
    assert_eq!(
        names("aws post / a=1 X-A:1 User-Agent:me"),
        ["Content-Type", "X-A", "X-Amz-Date", "Authorization"]
    );
    assert_eq!(names("s3 get /"), ["X-Amz-Date", "X-Amz-Content-Sha256", "Authorization"]);
}

#[test]
fn explain_names_each_step_and_masks_the_key() {
    let environment = TestEnvironment::new();
    for (words, steps, secret) in [
        (
            "foreman get /api/v2/hosts b==2 a==1",
            &["normalized parameters", "signature base string", "signature"][..],
            "sandbox-foreman-secret",
        ),
        ("maas get /x", &["signature"], "SandboxTokenSecret"),
        ("ovh post /x a=1", &["pre-image", "signature"], "SandboxAppSecret"),
        (
            "dci get /x",
            &["canonical request", "string to sign", "signing key", "signature"],
            "DCI.Sandbox",
        ),
        (
            "aws get /",
            &["canonical request", "string to sign", "signing key", "signature"],
            "SandboxSecret",
        ),
    ] {
        let text = in_sandbox(&environment, &format!("signreq explain {words}"))
            .gives(0, Pattern::holds(&["The request as it would go:\n", "***"]), "")
            .stdout;
        let line = format!("signreq explain --format json {words}");
        let json = in_sandbox(&environment, &line).gives(0, Pattern::Something, "").stdout;
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        let named: Vec<&str> = value["steps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| step["name"].as_str().unwrap())
            .collect();
        let mut from = 0;
        for step in steps {
            assert!(named.contains(step), "{step}: {named:?}");
            let at = text[from..].find(&format!(". {step}")).map(|at| at + from);
            from = at.unwrap_or_else(|| panic!("{step} is not next in {text}"));
        }
        assert!(!text.contains(secret) && !json.contains(secret), "{text}{json}");
    }
}
