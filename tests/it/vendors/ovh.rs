//! `ovh.conf` and `OVH_*`.

use super::Server;
use crate::environment::{Pattern, TestEnvironment};

const KEYS: [&str; 3] = ["application_key", "application_secret", "consumer_key"];

/// The keys as lines of a section.
fn lines(server: &Server) -> String {
    KEYS.iter().map(|key| format!("{key} = {}\n", server.field(key))).collect()
}

fn conf(server: &Server) -> String {
    let endpoint = server.field("endpoint");
    format!("[default]\nendpoint = {endpoint}\n\n[{endpoint}]\n{}", lines(server))
}

#[test]
fn the_file_in_the_home_directory_is_enough() {
    let server = Server::of("ovh");
    let environment = TestEnvironment::new();
    for text in [conf(&server), format!("\u{feff}{}", conf(&server).replace('\n', "\r\n"))] {
        environment.home_file(".ovh.conf", text);
        environment.is_answered(&["ovh", "get", "/me"]);
    }
}

#[test]
fn variables_are_enough_and_win_over_files() {
    let server = Server::of("ovh");
    let mut environment = TestEnvironment::new();
    environment.home_file(".ovh.conf", conf(&server).replace("Sandbox", "geheim"));
    for name in KEYS.iter().chain(&["endpoint"]) {
        environment.set(&format!("OVH_{}", name.to_ascii_uppercase()), server.field(name));
    }
    environment.is_answered(&["ovh", "get", "/me"]);
    std::fs::remove_file(environment.home().join(".ovh.conf")).unwrap();
    environment.is_answered(&["ovh", "get", "/me"]);
}

/// python-ovh's order, key by key.
#[test]
fn the_file_of_the_working_directory_wins_over_the_one_in_the_home_directory() {
    let server = Server::of("ovh");
    let environment = TestEnvironment::new();
    environment.home_file(".ovh.conf", conf(&server).replace(&server.field("consumer_key"), "old"));
    let endpoint = server.field("endpoint");
    let own = format!("[{endpoint}]\nconsumer_key = {}\n", server.field("consumer_key"));
    environment.file("ovh.conf", own);
    environment.is_answered(&["ovh", "get", "/me"]);
    environment.signreq(&["profile", "show", "ovh"]).gives(
        0,
        Pattern::holds(&["# ovh.conf:2, masked", "# [HOME]/.ovh.conf:2\n", "# [HOME]/.ovh.conf:5"]),
        "",
    );
}

#[test]
fn a_file_of_the_working_directory_sends_no_other_credential_to_its_own_server() {
    let server = Server::of("ovh");
    let mut environment = TestEnvironment::new();
    environment.file("ovh.conf", format!("[default]\nendpoint={}\n", server.field("endpoint")));
    environment.set("OVH_ACCESS_TOKEN", "geheim");
    environment.is_refused(
        &["ovh", "get", "/me"],
        &["ovh.conf:2: a file of the working directory names a server of its own for the access_token of OVH_ACCESS_TOKEN"],
    );
    environment.file("ovh.conf", "[default]\nendpoint=ovh-ca\n");
    environment.signreq(&["--dry-run", "ovh", "/me"]).gives(
        0,
        Pattern::holds(&["Host: ca.api.ovh.com"]),
        "",
    );
}

#[test]
fn stronger_layers_choose_among_endpoints_and_replace_keys() {
    let server = Server::of("ovh");
    let mut environment = TestEnvironment::new();
    let endpoint = server.field("endpoint");
    let two = format!("[ovh-eu]\n{}[{endpoint}]\n{}", lines(&server), lines(&server));
    environment.home_file(".ovh.conf", two);
    environment.is_refused(
        &["ovh", "get", "/me"],
        &[
            "[HOME]/.ovh.conf has several accounts and none is chosen: ovh-eu, ",
            "--set endpoint=ovh-eu",
            "export SIGNREQ_OVH_ENDPOINT=ovh-eu",
        ],
    );
    environment.is_answered(&["--set", &format!("endpoint={endpoint}"), "ovh", "get", "/me"]);
    environment.set("SIGNREQ_OVH_CONSUMER_KEY", "another");
    environment
        .signreq(&["sign", "ovh", "/me", "--set", "endpoint=ovh-eu", "--timestamp", "1"])
        .gives(0, Pattern::holds(&["X-Ovh-Consumer: another\n"]), "");
}

#[test]
fn a_named_account_is_chosen_by_its_name() {
    let server = Server::of("ovh");
    let mut environment = TestEnvironment::new();
    let section = |name: &str, endpoint: &str| {
        format!("[profile:{name}]\nendpoint = {endpoint}\n{}", lines(&server))
    };
    let work = section("work", &server.field("endpoint"));
    environment.home_file(".ovh.conf", &work);
    environment.is_answered(&["ovh", "get", "/me"]);
    environment.home_file(".ovh.conf", format!("{}{work}", section("home", "ovh-ca")));
    environment.is_refused(
        &["ovh", "get", "/me"],
        &["several accounts and none is chosen: home, work", "--set ovh_profile=home"],
    );
    environment.is_answered(&["--set", "ovh_profile=work", "ovh", "get", "/me"]);
    environment.config("[profile.w]\npreset = \"ovh\"\novh_profile = \"work\"\n");
    environment.is_answered(&["w", "get", "/me"]);
    environment.config("[defaults]\novh_profile = \"work\"\n");
    environment.is_answered(&["ovh", "get", "/me"]);
    environment.config("");
    environment.set("OVH_PROFILE", "work");
    environment.is_answered(&["ovh", "get", "/me"]);
    environment.set("OVH_PROFILE", "wrok");
    environment.is_refused(
        &["ovh", "get", "/me"],
        &["OVH_PROFILE: ovh_profile: there is no 'wrok' in [HOME]/.ovh.conf; did you mean 'work'?"],
    );
}

#[test]
fn other_ways_to_sign_are_taken_too() {
    let environment = TestEnvironment::new();
    environment.home_file(
        ".ovh.conf",
        "[default]\nendpoint=ovh-eu\n[ovh-eu]\nclient_id = i\nclient_secret = geheim\n",
    );
    environment.signreq(&["profile", "show", "ovh", "--format", "json"]).gives(
        0,
        Pattern::holds(&["\"scheme\": \"oauth2\"", "\"origin\": \"vendor\""]),
        "",
    );
    environment
        .home_file(".ovh.conf", "[default]\nendpoint=ovh-eu\n[ovh-eu]\naccess_token = geheim\n");
    environment.signreq(&["sign", "ovh", "get", "/me"]).gives(
        0,
        "Authorization: Bearer geheim\n",
        "",
    );
}

#[test]
fn a_profile_of_the_config_and_the_sandbox_do_without() {
    let environment = TestEnvironment::new();
    environment.home_file(".ovh.conf", "not an INI file");
    environment.is_answered(&["--sandbox", "ovh", "get", "/me"]);
    environment.config("[profile.ovh]\nendpoint = \"ovh-eu\"\n");
    environment.is_refused(&["ovh", "get", "/me"], &["application_key, application_secret and"]);
}

#[test]
fn a_file_that_is_not_right_is_told_with_its_line() {
    let environment = TestEnvironment::new();
    for (text, told) in [
        (
            &b"[default]\nendpoint = ovh-eu\n[default]\n"[..],
            ".ovh.conf:3: [default] stands in line 1",
        ),
        (
            b"[ovh-eu]\nconsumer_key = geheim\nconsumer_key = b\n",
            ".ovh.conf:3: consumer_key stands",
        ),
        (b"application_key = geheim\n", ".ovh.conf:1: a value stands above the first [section]"),
        (b"[ovh-eu]\ngeheim\n", ".ovh.conf:2: neither a [section] nor KEY = VALUE"),
        (b"[a]\nb = \xffgeheim\n", ".ovh.conf: it is not UTF-8 at byte 8"),
        (
            b"[ovh-eu]\napplication_key = geheim\napplication_secret =\nconsumer_key = c\n",
            ".ovh.conf:3: application_secret: the value is empty",
        ),
        (
            b"[default]\nendpoint=ovh-eu\n[ovh-eu]\nclient_id=geheim\napplication_key=a\n",
            "client_id are two ways to sign",
        ),
        (
            b"[ovh-eu]\napplication_key = geheim\n",
            "application_secret and consumer_key are not set",
        ),
        (b"", "endpoint, application_key, application_secret and consumer_key are not set"),
    ] {
        environment.home_file(".ovh.conf", text);
        environment.is_refused(&["ovh", "get", "/me"], &[told]);
    }
}

#[test]
fn what_is_no_file_is_not_waited_for_and_what_has_no_end_is_not_read_to_it() {
    let environment = TestEnvironment::new();
    environment
        .shell(
            "mkfifo $HOME/.ovh.conf $HOME/.maascli.db; mkdir $HOME/.aws; mkfifo $HOME/.aws/config",
        )
        .gives(0, "", "");
    environment
        .is_refused(&["ovh", "get", "/me"], &[".ovh.conf: it cannot be read: it is no regular"]);
    environment
        .is_refused(&["s3", "get", "/"], &["config: it cannot be read: it is no regular file"]);
    environment.is_refused(
        &["maas", "get", "/x/"],
        &[".maascli.db: it cannot be read: it is no regular file"],
    );
    environment.shell("rm $HOME/.ovh.conf; ln -s /dev/zero $HOME/.ovh.conf").gives(0, "", "");
    environment.is_refused(&["ovh", "get", "/me"], &["it is no regular file"]);
    for vendor in ["dci", "ovh", "foreman", "candlepin"] {
        let words = ["profile", "import", vendor, "/dev/zero"];
        environment.is_refused(&words, &["/dev/zero: it cannot be read: it is longer than 4 MiB"]);
    }
}

/// As OVHcloud's tools do: root's file in /etc is no reason to fail.
#[test]
fn a_file_that_cannot_be_read_is_passed_over_and_told_of() {
    let server = Server::of("ovh");
    let environment = TestEnvironment::new();
    std::fs::create_dir(environment.home().join(".ovh.conf")).unwrap();
    environment.is_refused(&["ovh", "get", "/me"], &["[HOME]/.ovh.conf: it cannot be read: "]);
    let own = environment.file("ovh.conf", conf(&server));
    environment.is_answered(&["ovh", "get", "/me"]);
    std::fs::remove_file(own).unwrap();
}

#[test]
fn lists_and_the_doctor_know_it() {
    let server = Server::of("ovh");
    let environment = TestEnvironment::new();
    environment.home_file(".ovh.conf", conf(&server));
    let listed = format!("ovh  preset ovh  {}  [HOME]/.ovh.conf\n", server.field("endpoint"));
    environment.signreq(&["profile", "list"]).gives(0, listed, "");
    environment.signreq(&["doctor"]).gives(
        0,
        Pattern::holds(&["profile ovh\n", "from [HOME]/.ovh.conf:5"]),
        "",
    );
    environment.signreq(&["doctor", "ovh"]).gives(
        0,
        Pattern::holds(&["from [HOME]/.ovh.conf:5", "chmod 600 [HOME]/.ovh.conf"]),
        "",
    );
}

#[test]
fn what_a_login_gets_goes_on_top_of_it() {
    let server = Server::of("ovh");
    let environment = TestEnvironment::new();
    environment.home_file(
        ".ovh.conf",
        conf(&server).replace(&format!("consumer_key = {}\n", server.field("consumer_key")), ""),
    );
    environment
        .is_refused(&["ovh", "get", "/me"], &["consumer_key is not set", "signreq login ovh"]);
    let browser = "#!/bin/sh\nSIGNREQ_V_SCHEME=none SIGNREQ_V_URL=${1%%/auth/*} \
        exec signreq v get \"$1\"\n";
    let path = environment.file("xdg-open", browser);
    environment.program("chmod", &["755", path.to_str().unwrap()]).gives(0, "", "");
    let script = "PATH=.:$PATH signreq login ovh --open --allow 'GET /me'";
    environment.shell(script).gives(0, "", Pattern::holds(&["stored in profile ovh"]));
    environment.shell("head -3 $XDG_CONFIG_HOME/signreq/config.toml").gives(
        0,
        "[profile.ovh]\npreset = \"ovh\"\novh_profile = \"default\"\n",
        "",
    );
    environment.is_answered(&["ovh", "get", "/me"]);
}
