//! `signreq profile`: what it lists and shows, and where each value is said to
//! come from.

use crate::environment::{Pattern, TestEnvironment};

const CONFIG: &str = r#"# kept by hand
[defaults]
timeout = "20s"
headers = { X-Team = "ops" }

[profile.maas]
url = "http://maas.example:5240/MAAS"
key = { command = "false" }

[profile.shop]
scheme = "oauth1"
url = "https://shop.example/api"
consumer_key = "ck"
consumer_secret = "geheim"
headers = { "X-Auth" = "geheim" }

[profile.store]
preset = "s3"
region = "eu-west-1"
access_key = "a"
secret_key = { env = "STORE_SECRET" }
"#;

fn world() -> TestEnvironment {
    let environment = TestEnvironment::new();
    environment.config(CONFIG);
    environment
}

#[test]
fn the_list_has_each_profile_with_its_system_its_url_and_where_it_is_from() {
    let mut environment = world();
    let file = "[HOME]/.config/signreq/config.toml";
    let rows = format!(
        "maas   preset maas    http://maas.example:5240/MAAS                  {file}:6\n\
         shop   scheme oauth1  https://shop.example/api                       {file}:10\n\
         store  preset s3      https://s3.eu-west-1.amazonaws.com/ (default)  {file}:17\n"
    );
    environment.signreq(&["profile", "list"]).gives(0, rows.clone(), "");
    // A preset that the environment makes usable is one, half of one is not.
    environment.set("SIGNREQ_DCI_ACCESS_KEY", "remoteci/1");
    environment.signreq(&["profile", "list"]).gives(0, rows, "");
    environment.set("SIGNREQ_DCI_SECRET_KEY", "geheim");
    environment.signreq(&["profile", "list"]).gives(
        0,
        Pattern::holds(&[
            "\ndci    preset dci     https://api.distributed-ci.io/ (default)",
            "  environment\n",
        ]),
        "",
    );
    let json = environment.signreq(&["profile", "list", "--format", "json"]);
    let json = json.gives(0, Pattern::Something, "").stdout;
    let rows: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(rows[1]["scheme"], "oauth1");
    assert_eq!(rows[2]["url_is_default"], true);
    assert_eq!((&rows[3]["name"], &rows[3]["origin"]), (&"dci".into(), &"environment".into()));
    assert!(!json.contains("geheim"), "{json}");
}

#[test]
fn one_unusable_profile_does_not_hide_the_others() {
    let environment = TestEnvironment::new();
    environment.config(&format!("[profile.bad]\npreset = \"mass\"\n{CONFIG}"));
    environment.signreq(&["profile", "list"]).gives(
        0,
        Pattern::holds(&["bad    cannot be used", "\nstore  "]),
        Pattern::holds(&["profile bad: ", "config.toml:2:10: ", "did you mean 'maas'?"]),
    );
    TestEnvironment::new().signreq(&["profile", "list"]).gives(0, "", "");
}

#[test]
fn every_value_is_shown_with_its_layer_and_nothing_is_looked_up() {
    let mut environment = world();
    environment.set("SIGNREQ_MAAS_CONNECT_TIMEOUT", "3s");
    let words = ["profile", "show", "maas", "--set", "insecure=true"];
    let shown = environment.signreq(&words).gives(0, Pattern::Something, "").stdout;
    for (start, end) in [
        ("[profile.maas]", ""),
        ("preset = \"maas\" ", "# the profile's name"),
        ("url = \"http://maas.example:5240/MAAS\" ", "config.toml:7"),
        // It would fail, were it run.
        ("key = { command = \"false\" } ", "config.toml:8"),
        ("headers = { X-Team = \"ops\" } ", "# [defaults] [HOME]/.config/signreq/config.toml:4"),
        ("timeout = \"20s\" ", "config.toml:3"),
        ("connect_timeout = \"3s\" ", "# SIGNREQ_MAAS_CONNECT_TIMEOUT"),
        ("insecure = true ", "# --set"),
        ("signature_method = \"PLAINTEXT\" ", "# preset"),
    ] {
        let has = |line: &str| line.starts_with(start) && line.ends_with(end);
        assert!(shown.lines().any(has), "{start}{end}\n{shown}");
    }
}

#[test]
fn secrets_are_masked_and_what_is_shown_is_a_config() {
    let mut environment = world();
    environment.set("STORE_SECRET", "geheim");
    for name in ["shop", "store"] {
        let toml = environment.signreq(&["profile", "show", name]);
        let toml = toml.gives(0, Pattern::Something, "").stdout;
        let json = environment.signreq(&["profile", "show", name, "--format", "json"]);
        let json = json.gives(0, Pattern::Something, "").stdout;
        assert!(!toml.contains("geheim") && !json.contains("geheim"), "{toml}{json}");
        // Readable by all, for it is masked; the masked secrets are literals.
        let file = environment.file("shown.toml", &toml);
        environment.shell("chmod 600 shown.toml").gives(0, "", "");
        let words = ["--dry-run", "--config", file.to_str().unwrap(), name, "get", "/x"];
        environment.signreq(&words).gives(0, Pattern::holds(&["GET /"]), "");
    }
    let json = environment.signreq(&["profile", "show", "shop", "--format", "json"]);
    let json = json.gives(0, Pattern::Something, "").stdout;
    let shown: serde_json::Value = serde_json::from_str(&json).unwrap();
    let fields = shown["fields"].as_array().unwrap();
    let secret = fields.iter().find(|field| field["name"] == "consumer_secret").unwrap();
    assert_eq!(secret["value"], "***");
    assert_eq!((&secret["origin"], &secret["line"]), (&"profile".into(), &14.into()));
}

#[test]
fn what_is_missing_is_said_and_is_no_failure() {
    TestEnvironment::new().signreq(&["profile", "show", "maas"]).gives(
        0,
        Pattern::holds(&["\n# url is not set: ", "\n# key is not set: "]),
        "",
    );
    TestEnvironment::new().signreq(&["profile", "show", "mass"]).gives(
        78,
        "",
        Pattern::holds(&["there is no profile 'mass'; did you mean 'maas'?"]),
    );
}

#[test]
fn a_wrong_value_is_an_error_with_its_place() {
    for (line, why) in [
        ("timeout = \"soon\"", "2:11: timeout: "),
        ("url = \"https://h/?x\"", "2:7: url: "),
        ("key = { comand = \"x\" }", "2:9: key: unknown key 'comand'"),
        ("insecure = \"yes\"", "2:12: insecure must be true or false"),
        ("headers = { \"a b\" = \"c\" }", "'a b' is no header name"),
        ("kye = \"x\"", "2:1: unknown key 'kye'; did you mean 'key'?"),
    ] {
        let environment = TestEnvironment::new();
        environment.config(&format!("[profile.maas]\n{line}\n"));
        environment.signreq(&["profile", "show", "maas"]).gives(78, "", Pattern::holds(&[why]));
    }
}

#[test]
fn the_path_is_that_of_the_config_that_is_read() {
    let mut environment = TestEnvironment::new();
    let path = |environment: &TestEnvironment, words: &[&str], expected: &str| {
        let words = [&["profile", "path"], words].concat();
        environment.signreq(&words).gives(0, format!("{expected}\n"), "");
    };
    path(&environment, &[], "[HOME]/.config/signreq/config.toml");
    environment.set("SIGNREQ_CONFIG", "/etc/signreq.toml");
    path(&environment, &[], "/etc/signreq.toml");
    path(&environment, &["--config", "own.toml"], "own.toml");
}

#[test]
fn a_word_below_profile_that_is_none_is_named() {
    let refused = |words: &[&str], holds: &[&str]| {
        TestEnvironment::new().signreq(words).gives(2, "", Pattern::holds(holds));
    };
    refused(&["profile"], &["signreq profile what?", "list, show"]);
    refused(&["profile", "lst"], &["'signreq profile lst'", "signreq profile list?"]);
    refused(&["profile", "show", "maas", "--forma", "x"], &["did you mean --format?"]);
    refused(&["help", "profile", "lst"], &["'signreq profile lst'"]);
    for words in [&["profile", "show", "--help"][..], &["help", "profile", "show"]] {
        let help = TestEnvironment::new().signreq(words);
        help.gives(0, Pattern::holds(&["Usage: signreq profile show NAME", "--format"]), "");
    }
}
