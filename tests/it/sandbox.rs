//! `signreq sandbox` and `--sandbox`: what they leave alone, the profiles that
//! a COMMAND finds, and the code it ends with.

use crate::environment::{Pattern, TestEnvironment};
use signreq::profile::{Preset, preset};

const SYSTEMS: &[(&str, &str)] = &[
    ("maas get /machines/", "\"system_id\":"),
    ("foreman get /api/v2/hosts per_page==50", "\"certname\":"),
    ("candlepin get /owners", "\"displayName\":"),
    ("ovh get /me", "\"nichandle\":"),
    ("dci get /api/v1/jobs", "\"remoteci_id\":"),
    ("aws get '/?Action=GetCallerIdentity&Version=2011-06-15'", "<Arn>"),
    ("s3 get /", "<Bucket>"),
];

#[test]
fn every_system_answers_without_config_environment_or_network() {
    for (words, holds) in SYSTEMS {
        let mut environment = TestEnvironment::new();
        // Neither is looked at.
        environment.config("this is no config");
        environment.set("SIGNREQ_MAAS_URL", "http://127.0.0.1:1");
        environment.set("SIGNREQ_FOREMAN_CONSUMER_SECRET", "wrong");
        for line in [format!("signreq --sandbox {words}"), format!("signreq {words} --sandbox")] {
            environment.shell(&line).gives(0, Pattern::holds(&[holds]), "");
        }
        for command in ["sign", "explain"] {
            let line = format!("signreq {command} --sandbox {words}");
            environment.shell(&line).gives(0, Pattern::Something, "");
        }
        assert!(!environment.home().join(".cache/signreq").exists(), "{words}");
    }
    let count = |line: &str, what: &str| {
        let stdout = TestEnvironment::new().shell(line).gives(0, Pattern::Something, "").stdout;
        stdout.matches(what).count()
    };
    assert_eq!(count("signreq --sandbox maas get /machines/", "\"system_id\":"), 30);
    assert_eq!(
        count("signreq --sandbox foreman get /api/v2/hosts per_page==50", "\"certname\":"),
        30
    );
}

#[test]
fn every_presets_check_call_is_answered_and_needs_the_credential() {
    for name in preset::names() {
        let path = Preset::load(name).unwrap().unwrap().check.path;
        let environment = TestEnvironment::new();
        environment.signreq(&["--sandbox", name, "get", &path]).gives(0, Pattern::Something, "");
        // What is open to all would prove nothing.
        let line = format!(
            "signreq --dry-run {name} get '{path}' | \
             awk 'NR == 1 {{ path = $2 }} /^Host: / {{ print \"http://\" $2 path }}' | \
             xargs curl -s -o /dev/null -w '%{{http_code}}'"
        );
        let ran = environment.program("signreq", &["sandbox", "--", "sh", "-c", &line]);
        let status = ran.gives(0, Pattern::Something, "").stdout;
        assert!(status.starts_with('4'), "{name}: {status}");
    }
}

#[test]
fn profile_is_a_presets_name_there() {
    let environment = TestEnvironment::new();
    let told = environment.signreq(&["--sandbox", "shop", "get", "/x"]).gives(
        2,
        "",
        Pattern::holds(&[
            "the sandbox has no 'shop'; it has maas, foreman, candlepin, ovh, dci, aws, s3",
        ]),
    );
    let hint = told.stderr.lines().find_map(|line| line.strip_prefix("hint: ")).unwrap();
    environment.shell(hint).gives(0, Pattern::Something, "");
}

#[test]
fn a_command_finds_the_profiles_ready_and_its_code_is_ours() {
    let mut environment = TestEnvironment::new();
    environment.config(
        "[profile.maas]\npreset = \"maas\"\nurl = \"http://127.0.0.1:1\"\nkey = \"a:b:c\"\n",
    );
    environment.set("SIGNREQ_MAAS_TIMEOUT", "1ms");
    environment.set("MARK", "kept");
    for (words, holds) in SYSTEMS {
        let line = format!("signreq {words}");
        let ran = environment.program("signreq", &["sandbox", "--", "sh", "-c", &line]);
        ran.gives(0, Pattern::holds(&[holds]), "");
    }
    let ends = |line: &str, code: i32, stdout: &str| {
        environment.signreq(&["sandbox", "--", "sh", "-c", line]).gives(code, stdout, "");
    };
    ends("exit 0", 0, "");
    ends("echo $MARK; exit 7", 7, "kept\n");
    ends("exit 255", 255, "");
    ends("kill -9 $$", 137, "");
    // What one command changes the next one finds.
    ends(
        "signreq maas post /tags/ name=n >/dev/null && signreq maas get /tags/n/ | grep -c name",
        0,
        "1\n",
    );
    environment.signreq(&["sandbox", "--", "/no/such/program"]).gives(
        127,
        "",
        Pattern::holds(&["/no/such/program"]),
    );
}

#[test]
fn it_listens_on_loopback_alone() {
    let environment = TestEnvironment::new();
    for address in ["0.0.0.0:0", "192.0.2.1:0", "[::]:0"] {
        environment.signreq(&["sandbox", "--listen", address, "--", "true"]).gives(
            2,
            "",
            Pattern::holds(&["not a loopback address"]),
        );
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    environment.signreq(&["sandbox", "--listen", &address, "--", "true"]).gives(
        7,
        "",
        format!("signreq: sandbox: cannot listen on {address}: Address already in use\n").as_str(),
    );
    environment.signreq(&["sandbox", "--listen", "nowhere", "--", "true"]).gives(
        2,
        "",
        Pattern::holds(&["--listen 'nowhere'"]),
    );
    environment
        .signreq(&[
            "sandbox",
            "--listen",
            "127.0.0.1:0",
            "--",
            "sh",
            "-c",
            "echo $SIGNREQ_OVH_ENDPOINT",
        ])
        .gives(0, Pattern::holds(&["http://127.0.0.1:", "/1.0\n"]), "");
}

/// The comment above the config that it prints holds two commands that work.
#[test]
fn what_it_says_about_its_config_works() {
    let environment = TestEnvironment::new();
    // `exec`, so that ending the background job ends the sandbox too.
    let line = "umask 022; ready() { while ! grep -qs profile.s3 $1; do sleep 0.05; done; }; \
        signreq sandbox > printed & pid=$!; ready printed; kill $pid; \
        sed -n '2,3s/^# //p' printed | sed 's/signreq sandbox/exec &/' > commands; \
        { sed -n 1p commands; echo 'pid=$!; ready sandbox.toml'; sed -n 2p commands; } > script; \
        . ./script; kill $pid";
    environment.shell(line).gives(0, Pattern::holds(&["\"system_id\":"]), "");
}

/// Rails, RESTEasy and Flask answer HEAD as GET; MAAS's piston knows no HEAD.
#[test]
fn head_is_answered_as_each_system_does() {
    let environment = TestEnvironment::new();
    for (preset, path) in [
        ("foreman", "/api/v2/hosts"),
        ("foreman", "/api/v2/status"),
        ("candlepin", "/owners"),
        ("candlepin", "/owners/admin"),
        ("dci", "/api/v1/jobs"),
        ("s3", "/backups"),
    ] {
        let head = Pattern::holds(&["HTTP/1.1 200 OK\r\n", "Content-Length: "]);
        let output = environment.signreq(&["--sandbox", preset, "-I", path]).gives(0, head, "");
        assert!(output.stdout.ends_with("\r\n\r\n"), "{preset} {path}: {}", output.stdout);
    }
    environment.signreq(&["--sandbox", "maas", "-I", "/version/"]).gives(
        4,
        Pattern::holds(&["405 Method Not Allowed"]),
        Pattern::holds(&["answered 405"]),
    );
}
