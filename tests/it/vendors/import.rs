//! `signreq profile import`: what is taken, what is left, and where secrets go.

use super::{Server, maas};
use crate::environment::{Pattern, TestEnvironment};
use serde_json::json;

fn config(environment: &TestEnvironment) -> String {
    std::fs::read_to_string(environment.config_path()).unwrap()
}

const OVH: &str = "[default]\nendpoint = ovh-eu\n[ovh-eu]\napplication_key = a\n\
    application_secret = geheim\nconsumer_key = geheim\nheader.x = y\n[ovh-ca]\nconsumer_key = z\n";

#[test]
fn an_account_becomes_a_profile_and_says_what_it_took_and_left() {
    let environment = TestEnvironment::new();
    environment.home_file(".ovh.conf", OVH);
    let output = environment.signreq(&["profile", "import"]).gives(
        0,
        "",
        Pattern::holds(&[
            "profile ovh is in [HOME]/.config/signreq/config.toml\n",
            "taken: application_secret of [HOME]/.ovh.conf:5\n",
            "taken: endpoint of [HOME]/.ovh.conf:2\n",
            "left: header.x of [ovh-eu]: no field of a profile\n",
            "left: [ovh-ca]: another account",
        ]),
    );
    assert!(!output.stderr.contains("geheim"), "{}", output.stderr);
    assert_eq!(
        config(&environment),
        "[profile.ovh]\npreset = \"ovh\"\napplication_key = \"a\"\napplication_secret = \"geheim\"\n\
         consumer_key = \"geheim\"\nendpoint = \"ovh-eu\"\n"
    );
    let mode = environment.shell("stat -c %a $XDG_CONFIG_HOME/signreq/config.toml");
    mode.gives(0, "600\n", "");
}

#[test]
fn a_profile_is_not_written_over_unasked() {
    let environment = TestEnvironment::new();
    environment.home_file(".ovh.conf", OVH);
    let own = "# mine\n[profile.ovh]\nendpoint = \"ovh-ca\"\n";
    environment.config(own);
    environment.is_refused(
        &["profile", "import", "ovh"],
        &["has a profile 'ovh' already", "--as NAME", "--force"],
    );
    assert_eq!(config(&environment), own);
    environment.signreq(&["profile", "import", "ovh", "--as", "eu"]).gives(
        0,
        "",
        Pattern::Something,
    );
    assert!(config(&environment).starts_with(own));
    environment.signreq(&["profile", "import", "ovh", "--force"]).gives(0, "", Pattern::Something);
    assert!(!config(&environment).contains("ovh-ca"));
}

#[test]
fn what_is_kept_is_referred_to() {
    let server = Server::of("s3");
    let mut environment = TestEnvironment::new();
    environment.set("AWS_ENDPOINT_URL", server.field("url"));
    let keys = format!(
        "aws_access_key_id = {}\naws_secret_access_key = {}\n",
        server.field("access_key"),
        server.field("secret_key")
    );
    environment.home_file(".aws/credentials", format!("[work]\n{keys}[default]\n{keys}"));
    environment.home_file(".aws/config", "[profile work]\noutput = json\n");
    let words = ["profile", "import", "s3", "--secrets", "keep", "--account", "work", "--as", "w"];
    environment.signreq(&words).gives(
        0,
        "",
        Pattern::holds(&[
            "aws_profile = work: the vendor's files are read on each run",
            "left: output of [profile work]",
            "left: the account default: --account takes another one",
        ]),
    );
    let url = server.field("url");
    assert_eq!(
        config(&environment),
        format!("[profile.w]\npreset = \"s3\"\naws_profile = \"work\"\nurl = \"{url}\"\n")
    );
    environment.is_answered(&["w", "get", "/"]);
    // Variables are referred to by their names.
    environment.set("DCI_CLIENT_ID", "remoteci/1");
    environment.set("DCI_API_SECRET", "geheim");
    environment.signreq(&["profile", "import", "dci", "--secrets", "keep"]).gives(
        0,
        "",
        Pattern::Something,
    );
    assert!(config(&environment).contains("secret_key = { env = \"DCI_API_SECRET\" }\n"));
}

#[test]
fn what_no_source_can_read_is_not_kept() {
    let environment = TestEnvironment::new();
    let dcirc = environment.file("dcirc.sh", "export DCI_CLIENT_ID=1 DCI_API_SECRET=geheim\n");
    let words = ["profile", "import", "dci", dcirc.to_str().unwrap(), "--secrets", "keep"];
    environment.signreq(&words).gives(
        2,
        "",
        Pattern::holds(&["dcirc.sh:1, which no source of a profile can read", "--secrets file"]),
    );
    environment.home_file(".aws/config", "[default]\ncredential_process = cat geheim\n");
    environment.signreq(&["profile", "import", "aws"]).gives(
        2,
        "",
        Pattern::holds(&["config:2 gives another value each time", "--secrets keep"]),
    );
    environment.signreq(&["profile", "import", "aws", "--secrets", "keep"]).gives(
        0,
        "",
        Pattern::holds(&["aws_profile = default"]),
    );
    assert!(!environment.shell("cat $XDG_CONFIG_HOME/signreq/config.toml").streams().1.is_empty());
}

#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn a_keyring_that_cannot_be_used_changes_nothing() {
    let environment = TestEnvironment::new();
    environment.home_file(".ovh.conf", OVH);
    environment.is_refused(
        &["profile", "import", "ovh", "--secrets", "keyring"],
        &["there is no D-Bus session"],
    );
    assert!(!environment.config_path().exists());
}

#[test]
fn files_of_servers_are_read_where_they_are_named() {
    let environment = TestEnvironment::new();
    environment.file(
        "settings.yaml",
        "---\n:oauth_active: true\n:oauth_map_users: true\n:oauth_consumer_key: 'key:1'\n\
         :oauth_consumer_secret: \"geheim\"\n:unattended: true\n",
    );
    environment.is_refused(
        &["profile", "import", "foreman", "settings.yaml"],
        &["url is not told there", "signreq profile import foreman settings.yaml --set url=…"],
    );
    let words = [
        "profile",
        "import",
        "foreman",
        "settings.yaml",
        "--set",
        "url=https://f.example",
        "--set",
        "user=admin",
    ];
    environment.signreq(&words).gives(
        0,
        "",
        Pattern::holds(&["taken: consumer_secret of settings.yaml:5\n", "left: oauth_map_users:"]),
    );
    environment.file(
        "katello.yaml",
        ":katello:\n  :candlepin:\n    :url: https://localhost:23443/candlepin\n    :oauth_key: katello\n\
         \x20   :oauth_secret: geheim\n    :ca_cert_file: /etc/ca.crt\n    :bulk: 1\n  :x: y\n",
    );
    environment.signreq(&["profile", "import", "candlepin", "katello.yaml"]).gives(
        0,
        "",
        Pattern::holds(&[
            "taken: url of katello.yaml:3\n",
            "left: bulk:",
            "left: 1 other settings",
        ]),
    );
    let conf = "candlepin.auth.oauth.enable = true\njpa.config.x=geheim\n\
        candlepin.auth.oauth.consumer.one.secret=geheim\n";
    environment.file("candlepin.conf", conf);
    let url = "url=https://c.example:8443/candlepin";
    let words = ["profile", "import", "candlepin", "candlepin.conf", "--as", "c", "--set", url];
    environment.signreq(&words).gives(0, "", Pattern::holds(&["consumer_key of candlepin.conf:3"]));
    environment.file("two.conf", format!("{conf}candlepin.auth.oauth.consumer.two.secret=x\n"));
    environment.is_refused(
        &["profile", "import", "candlepin", "two.conf", "--as", "d", "--set", url],
        &[
            "two.conf has several accounts",
            "signreq profile import candlepin two.conf --account one",
        ],
    );
    environment.file("dcirc.sh", "setenv DCI_CLIENT_ID 1\nsetenv DCI_API_SECRET 's'\nsetenv X y\n");
    environment.signreq(&["profile", "import", "dci", "dcirc.sh"]).gives(
        0,
        "",
        Pattern::holds(&["taken: secret_key of dcirc.sh:2\n", "left: X: no field of a profile\n"]),
    );
    let written = config(&environment);
    for part in [
        "[profile.foreman]\npreset = \"foreman\"\nconsumer_key = \"key:1\"\nconsumer_secret = \"geheim\"\nurl = \"https://f.example\"\nuser = \"admin\"\n",
        "url = \"https://localhost:23443/candlepin\"\nconsumer_key = \"katello\"\nconsumer_secret = \"geheim\"\ncacert = \"/etc/ca.crt\"\n",
        "[profile.c]\npreset = \"candlepin\"\nconsumer_key = \"one\"\n",
        "[profile.dci]\npreset = \"dci\"\naccess_key = \"remoteci/1\"\nsecret_key = \"s\"\n",
    ] {
        assert!(written.contains(part), "{part}\n{written}");
    }
}

#[test]
fn of_a_database_one_account_is_taken_with_its_certificates() {
    let environment = TestEnvironment::new();
    let row = |cacerts: &str| json!({"url": "https://m.example/MAAS/api/2.0/", "credentials": ["a", "b", "c"], "cacerts": cacerts});
    let pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
    let rows = [("one", row("")), ("two", row(pem))];
    maas::database(&environment.work().join("copy.db"), &rows);
    environment.is_refused(
        &["profile", "import", "maas", "copy.db"],
        &["signreq profile import maas copy.db --account one"],
    );
    environment.signreq(&["profile", "import", "maas", "copy.db", "--account", "tow"]).gives(
        2,
        "",
        Pattern::holds(&["--account: there is no 'tow' in copy.db; did you mean 'two'?"]),
    );
    environment.signreq(&["profile", "import", "maas", "copy.db", "--account", "two"]).gives(
        0,
        "",
        Pattern::holds(&["left: the account one"]),
    );
    environment.signreq(&["profile", "show", "maas", "--format", "json"]).gives(
        0,
        Pattern::holds(&["-----BEGIN CERTIFICATE-----\\nAA==\\n"]),
        "",
    );
}

#[test]
fn nothing_and_too_much_to_import_are_told() {
    let environment = TestEnvironment::new();
    environment.is_refused(&["profile", "import", "ovh"], &["nothing to import for OVHcloud"]);
    environment.is_refused(&["profile", "import"], &["no vendor's tool has set anything up here"]);
    environment.is_refused(&["profile", "import", "ovh", "none"], &["none: it cannot be read: "]);
    environment.home_file(".ovh.conf", OVH);
    environment
        .home_file(".aws/credentials", "[default]\naws_access_key_id=a\naws_secret_access_key=b\n");
    environment.signreq(&["profile", "import"]).gives(
        2,
        "",
        Pattern::holds(&[
            "several vendors' tools",
            "signreq profile import aws",
            "signreq profile import ovh",
        ]),
    );
    environment.signreq(&["profile", "import", "ovh", "--set", "consumer_key=geheim"]).gives(
        2,
        "",
        Pattern::holds(&["consumer_key: a secret among the words"]),
    );
}
