//! Profiles through the program: which layer's value counts, where secrets
//! come from, who may read the config, and which names are taken.

use crate::environment::{Pattern, TestEnvironment};
use std::io::{Read as _, Write as _};

/// A layer of a field's value, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Layer {
    CommandLine,
    Variable,
    Profile,
    Defaults,
    Preset,
}

const LAYERS: [Layer; 5] =
    [Layer::CommandLine, Layer::Variable, Layer::Profile, Layer::Defaults, Layer::Preset];

/// The region that DCI's signature names when these layers give one.
fn region(layers: &[Layer]) -> String {
    let has = |layer| layers.contains(&layer);
    let mut environment = TestEnvironment::new();
    let defaults = if has(Layer::Defaults) { "[defaults]\nregion = \"defaults\"\n" } else { "" };
    let own = if has(Layer::Profile) { "region = \"profile\"\n" } else { "" };
    environment.config(&format!(
        "{defaults}[profile.my-dci]\npreset = \"dci\"\naccess_key = \"remoteci/1\"\n\
         secret_key = \"s\"\n{own}"
    ));
    if has(Layer::Variable) {
        environment.set("SIGNREQ_MY_DCI_REGION", "variable");
    }
    let mut words = vec!["sign", "my-dci", "get", "/x"];
    if has(Layer::CommandLine) {
        words.extend(["--set", "region=command-line"]);
    }
    let headers = environment.signreq(&words).gives(0, Pattern::holds(&["Credential="]), "").stdout;
    let scope = headers.split_once("Credential=").unwrap().1.split_once(',').unwrap().0;
    scope.split('/').nth(3).unwrap().to_owned()
}

#[test]
fn of_every_two_layers_the_stronger_one_counts() {
    for (at, stronger) in LAYERS.iter().enumerate() {
        let expected = match stronger {
            Layer::CommandLine => "command-line",
            Layer::Variable => "variable",
            Layer::Profile => "profile",
            Layer::Defaults => "defaults",
            Layer::Preset => "BHS3",
        };
        assert_eq!(region(&[*stronger]), expected, "{stronger:?} alone");
        for weaker in &LAYERS[at + 1..] {
            assert_eq!(region(&[*stronger, *weaker]), expected, "{stronger:?} over {weaker:?}");
        }
    }
}

#[test]
fn options_of_the_command_line_win_over_the_profile() {
    let environment = TestEnvironment::new();
    environment.config(
        "[profile.p]\nscheme = \"none\"\nurl = \"http://127.0.0.1:9/base\"\n\
         headers = { \"Accept\" = \"text/profile\", \"X-Version\" = \"1\" }\nas = \"form\"\n",
    );
    let shown = |words: &[&str]| {
        let words = [&["--dry-run", "p", "post", "/x", "a=1"], words].concat();
        environment.signreq(&words).gives(0, Pattern::Something, "").stdout
    };
    let plain = shown(&[]);
    assert!(plain.contains("\nAccept: text/profile\nX-Version: 1\n"), "{plain}");
    assert!(plain.ends_with("\n\na=1\n"), "{plain}");
    let typed = shown(&["accept:text/typed", "X-Version:", "--as", "json"]);
    assert!(typed.contains("\naccept: text/typed\n") && !typed.contains("profile"), "{typed}");
    assert!(!typed.contains("X-Version") && typed.ends_with("{\"a\":\"1\"}\n"), "{typed}");
}

#[test]
fn headers_of_defaults_and_profile_are_joined() {
    let environment = TestEnvironment::new();
    environment.config(
        "[defaults]\nheaders = { \"Prefer\" = \"d\", \"X-Version\" = \"d\" }\n\
         [profile.p]\nscheme = \"none\"\nurl = \"http://127.0.0.1:9\"\n\
         headers = { \"x-version\" = \"p\" }\n",
    );
    let shown = environment.signreq(&["--dry-run", "p", "/x"]).gives(
        0,
        Pattern::holds(&["Prefer: d\n", "x-version: p\n"]),
        "",
    );
    assert!(!shown.stdout.contains("X-Version"), "{}", shown.stdout);
}

#[test]
fn a_presets_name_needs_no_file() {
    let mut environment = TestEnvironment::new();
    environment.signreq(&["maas", "get", "/x"]).gives(
        78,
        "",
        Pattern::holds(&[
            "profile maas: url and key are not set",
            "export SIGNREQ_MAAS_URL=… SIGNREQ_MAAS_KEY=…",
            "signreq --sandbox maas get /machines/",
        ]),
    );
    environment.set("SIGNREQ_MAAS_URL", "http://127.0.0.1:9/MAAS");
    environment.set("SIGNREQ_MAAS_KEY", "consumer:token:secret");
    environment.signreq(&["sign", "maas", "get", "/machines/"]).gives(
        0,
        Pattern::holds(&["oauth_consumer_key=\"consumer\"", "oauth_signature=\"%26secret\""]),
        "",
    );
    // A variable that only nearly names a field is an error, not ignored.
    environment.set("SIGNREQ_MAAS_KEI", "x");
    environment.signreq(&["sign", "maas", "get", "/x"]).gives(
        78,
        "",
        Pattern::holds(&["SIGNREQ_MAAS_KEI", "did you mean SIGNREQ_MAAS_KEY?"]),
    );
}

#[test]
fn a_secret_comes_from_each_of_its_sources() {
    let mut environment = TestEnvironment::new();
    environment.set("TOKEN", "from-env");
    environment.set("WHO", "expanded");
    let file = environment.file("token", "from-file\n");
    for (source, expected) in [
        ("\"inline\"".to_owned(), "inline"),
        ("{ env = \"TOKEN\" }".to_owned(), "from-env"),
        (format!("{{ file = \"{}\" }}", file.display()), "from-file"),
        ("{ command = \"printf '%s\\\\n' two-'$WHO'\" }".to_owned(), "two-$WHO"),
        ("{ command = \"echo $WHO\" }".to_owned(), "$WHO"),
        ("{ command = [\"echo\", \"$WHO\"] }".to_owned(), "$WHO"),
        ("{ command = \"echo $WHO\", shell = true }".to_owned(), "expanded"),
    ] {
        environment.config(&format!(
            "[profile.p]\nscheme = \"bearer\"\nurl = \"http://127.0.0.1:9\"\ntoken = {source}\n"
        ));
        let header = format!("Authorization: Bearer {expected}\n");
        environment.signreq(&["sign", "p", "/x"]).gives(0, header, "");
    }
    for (source, why) in [
        ("{ env = \"UNSET\" }", "UNSET"),
        ("{ file = \"/no/such/file\" }", "/no/such/file"),
        ("{ command = \"false\" }", "exit code 1"),
    ] {
        environment.config(&format!(
            "[profile.p]\nscheme = \"bearer\"\nurl = \"http://127.0.0.1:9\"\ntoken = {source}\n"
        ));
        environment.signreq(&["sign", "p", "/x"]).gives(78, "", Pattern::holds(&[why]));
    }
}

#[cfg(unix)]
#[test]
fn only_a_literal_secret_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut environment = TestEnvironment::new();
    environment.set("TOKEN", "from-env");
    let config = |token: &str, mode: u32| {
        environment.config(&format!(
            "[profile.p]\nscheme = \"bearer\"\nurl = \"http://127.0.0.1:9\"\ntoken = {token}\n"
        ));
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(environment.config_path(), permissions).unwrap();
    };
    for mode in [0o644, 0o640, 0o604, 0o620, 0o601] {
        config("\"geheim\"", mode);
        let told = environment.signreq(&["sign", "p", "/x"]).gives(
            78,
            "",
            Pattern::holds(&["token in [profile.p]", "hint: chmod 600 "]),
        );
        assert!(!told.stderr.contains("geheim"), "{}", told.stderr);
        // The hint is a command that mends it.
        let command = told.stderr.lines().find_map(|line| line.strip_prefix("hint: ")).unwrap();
        environment.shell(&command.replace("[HOME]", "$HOME")).gives(0, "", "");
        let header = "Authorization: Bearer geheim\n";
        environment.signreq(&["sign", "p", "/x"]).gives(0, header, "");
    }
    config("{ env = \"TOKEN\" }", 0o644);
    environment.signreq(&["sign", "p", "/x"]).gives(0, "Authorization: Bearer from-env\n", "");
}

#[test]
fn the_config_is_looked_for_in_its_places_in_order() {
    let mut environment = TestEnvironment::new();
    let config =
        |name: &str| format!("[profile.p]\nscheme = \"none\"\nurl = \"http://{name}.example\"\n");
    let host = |environment: &TestEnvironment, words: &[&str], name: &str| {
        let words = [&["--dry-run", "p", "/x"], words].concat();
        let host = format!("Host: {name}.example\n");
        environment.signreq(&words).gives(0, Pattern::holds(&[&host]), "");
    };
    let home = environment.home();
    std::fs::create_dir_all(home.join(".config/signreq")).unwrap();
    std::fs::write(home.join(".config/signreq/config.toml"), config("home")).unwrap();
    std::fs::create_dir_all(environment.work().join("xdg/signreq")).unwrap();
    environment.file("xdg/signreq/config.toml", config("xdg"));
    let named = environment.file("named.toml", config("named"));
    environment.file("option.toml", config("option"));
    environment.set("XDG_CONFIG_HOME", "");
    host(&environment, &[], "home");
    environment.set("XDG_CONFIG_HOME", environment.work().join("xdg"));
    host(&environment, &[], "xdg");
    environment.set("SIGNREQ_CONFIG", named);
    host(&environment, &[], "named");
    host(&environment, &["--config", "option.toml"], "option");
}

#[test]
fn a_commands_name_is_no_profiles_name() {
    const LATER: [&str; 2] = ["batch", "routes"];
    const NOW: [&str; 13] = [
        "sign",
        "presign",
        "explain",
        "verify",
        "upload",
        "profile",
        "login",
        "logout",
        "doctor",
        "sandbox",
        "completions",
        "man",
        "help",
    ];
    for name in LATER.iter().chain(&NOW) {
        let environment = TestEnvironment::new();
        environment.config(&format!("[profile.{name}]\nscheme = \"none\"\nurl = \"http://h\"\n"));
        environment.signreq(&["--dry-run", "other", "/x"]).gives(
            78,
            "",
            Pattern::holds(&["config.toml:1:10: ", &format!("'{name}' is a command's name")]),
        );
    }
    let help = TestEnvironment::new().signreq(&["--help"]).gives(0, Pattern::Something, "").stdout;
    for name in LATER {
        let message = format!("the command '{name}' does not work yet");
        TestEnvironment::new().signreq(&[name, "maas", "get", "/x"]).gives(
            2,
            "",
            Pattern::holds(&[&message]),
        );
        assert!(!help.contains(&format!("\n  {name} ")), "{help}");
    }
}

#[test]
fn a_secret_cannot_be_set_on_the_command_line() {
    let environment = TestEnvironment::new();
    let told = environment.signreq(&["--set", "key=geheim", "maas", "get", "/x"]).gives(
        2,
        "",
        Pattern::holds(&["--set key", "SIGNREQ_MAAS_KEY"]),
    );
    assert!(!told.stderr.contains("geheim"), "{}", told.stderr);
}

#[test]
fn a_bucket_goes_into_the_host_where_the_profile_says_so() {
    let environment = TestEnvironment::new();
    environment.config(
        "[profile.s3]\npreset = \"s3\"\nurl = \"https://store.example\"\npath_style = false\n\
         access_key = \"a\"\nsecret_key = \"b\"\n",
    );
    let sent = |words: &[&str], line: &str, host: &str| {
        let words = [&["--dry-run", "s3"], words].concat();
        let host = format!("\nHost: {host}\n");
        environment.signreq(&words).gives(0, Pattern::holds(&[line, &host]), "");
    };
    sent(&["get", "/bucket/a/b%2Fc?x=1"], "GET /a/b%2Fc?x=1 HTTP/1.1", "bucket.store.example");
    sent(&["get", "bucket"], "GET / HTTP/1.1", "bucket.store.example");
    sent(&["get", "/"], "GET / HTTP/1.1", "store.example");
    sent(&["get", "https://other.store.example/x"], "GET /x HTTP/1.1", "other.store.example");
    sent(
        &["--set", "path_style=true", "get", "/bucket/a"],
        "GET /bucket/a HTTP/1.1",
        "store.example",
    );
    for bucket in ["/A_b/x", "/%41bc/x", "/ab/x"] {
        environment.signreq(&["--dry-run", "s3", "get", bucket]).gives(
            2,
            "",
            Pattern::holds(&["cannot be put before the host", "--set path_style=true"]),
        );
    }
}

#[test]
fn a_profile_limits_how_long_an_answer_may_take() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || {
                let mut head = [0; 4096];
                let length = stream.read(&mut head).unwrap();
                if head[..length].starts_with(b"GET /body ") {
                    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart").unwrap();
                }
                let _ = std::io::copy(&mut stream, &mut std::io::sink());
            });
        }
    });
    let environment = TestEnvironment::new();
    environment.config(&format!(
        "[profile.p]\nscheme = 'none'\nurl = '{url}'\nhead_timeout = '50ms'\n\
         idle_timeout = '60ms'\n"
    ));
    for (path, stdout, why) in [
        ("/head", "", "no complete answer head came for 50ms"),
        ("/body", "part", "no more of the answer's body came for 60ms"),
    ] {
        environment.signreq(&["p", "get", path]).gives(28, stdout, Pattern::holds(&[why]));
    }
}
