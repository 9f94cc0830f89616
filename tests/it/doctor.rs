//! `signreq doctor`: each line's failure and warning, seen through the
//! program, with the exit code that sending gives.

use crate::capture::Capture;
use crate::certificates::serve;
use crate::environment::{Output, Pattern, TestEnvironment};
use rcgen::date_time_ymd;
use std::net::TcpListener;

/// A host of no address: its label is longer than the 63 letters that names
/// may have, so that no resolver has to be asked (RFC 1035 section 2.3.4).
const NOWHERE: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.invalid";

/// A MAAS key of the usual shape.
const KEY: &str = "gGrLcwMDtyGNmLYhvM:Tk6YTVGkNuXdRW7tQb:8ggBmFrJCYvXeFPLPVEqKqeDvTw9Jgnp";
const SECRET: &str = "8ggBmFrJCYvXeFPLPVEqKqeDvTw9Jgnp";

fn environment(url: &str, key: &str) -> TestEnvironment {
    let environment = TestEnvironment::new();
    environment.config(&format!("[profile.maas]\nurl = \"{url}/MAAS\"\nkey = {key:?}\n"));
    environment
}

/// Examines the profile `maas` and compares the exit code with that of sending.
#[track_caller]
fn examined(environment: &TestEnvironment, options: &[&str], code: i32) -> Output {
    let said = |stderr: &str| match code {
        0 => Pattern::Exactly(String::new()),
        _ => Pattern::holds(&[stderr]),
    };
    let words = [&["doctor", "maas"], options].concat();
    let output = environment.signreq(&words).gives(code, Pattern::Something, said("fail"));
    assert!(!output.stdout.contains(SECRET), "{}", output.stdout);
    let words = [options, &["-s", "maas", "get", "/users/?op=whoami"]].concat();
    environment.signreq(&words).gives(code, Pattern::holds(&[]), "");
    output
}

/// The line of a check, with the lines below it that mend it.
#[track_caller]
fn line(output: &Output, verdict: &str, check: &str) -> String {
    let mut lines = output.stdout.lines().skip_while(|line| {
        let mut words = line.split_whitespace();
        words.next() != Some(verdict) || words.next() != Some(check)
    });
    let first = lines.next();
    let first = first.unwrap_or_else(|| panic!("no {verdict} {check} in\n{}", output.stdout));
    let below = lines.take_while(|line| line.starts_with("      "));
    std::iter::once(first).chain(below).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
}

fn answer(status: &str, head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{head}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

#[test]
fn every_preset_of_the_sandbox_is_well() {
    for preset in ["maas", "foreman", "candlepin", "ovh", "dci", "aws", "s3"] {
        let output = TestEnvironment::new().signreq(&["doctor", "--sandbox", preset]).gives(
            0,
            Pattern::Something,
            "",
        );
        line(&output, "pass", "credential");
        assert!(!output.stdout.contains("fail") && !output.stdout.contains("warn"));
    }
}

#[test]
fn a_config_that_others_may_read_fails_and_the_rest_is_examined() {
    let environment = environment("http://127.0.0.1:1", KEY);
    let config = environment.config_path();
    environment.program("chmod", &["644", config.to_str().unwrap()]).gives(0, "", "");
    let output = examined(&environment, &[], 78);
    holds(&line(&output, "fail", "config"), &["key in [profile.maas]", "chmod 600 "]);
    line(&output, "pass", "key");
    line(&output, "fail", "tcp");
}

#[test]
fn a_directory_in_which_others_may_write_is_a_warning() {
    let environment = environment("http://127.0.0.1:1", KEY);
    let directory = environment.config_path().parent().unwrap().to_owned();
    environment.program("chmod", &["777", directory.to_str().unwrap()]).gives(0, "", "");
    holds(&line(&examined(&environment, &[], 7), "warn", "config"), &["mode 0777", "chmod go-w"]);
}

#[test]
fn a_malformed_config_is_told_of_and_the_environment_examined() {
    let server = Capture::answering(&[&answer("200 OK", "", "{}")]);
    let mut environment = TestEnvironment::new();
    environment.config("[profile.maas\n");
    environment.set("SIGNREQ_MAAS_URL", format!("{}/MAAS", server.url()));
    environment.set("SIGNREQ_MAAS_KEY", KEY);
    let output = examined(&environment, &[], 78);
    holds(&line(&output, "fail", "config"), &["config.toml:1:14", "EDITOR"]);
    line(&output, "pass", "credential");
}

#[test]
fn a_config_that_is_named_and_missing_fails() {
    let output = TestEnvironment::new().signreq(&["doctor", "--config", "no/such.toml"]).gives(
        78,
        Pattern::Something,
        Pattern::holds(&["one check fails"]),
    );
    holds(&line(&output, "fail", "config"), &["no/such.toml: it does not exist"]);
}

#[test]
fn a_key_of_two_parts_fails_and_the_server_is_still_tried() {
    let server = Capture::answering(&[&answer("200 OK", "", "{}")]);
    let environment =
        environment(&server.url(), "Tk6YTVGkNuXdRW7tQb:8ggBmFrJCYvXeFPLPVEqKqeDvTw9Jgnp");
    let output = examined(&environment, &[], 78);
    holds(&line(&output, "fail", "key"), &["2 parts", "consumer:token:secret", "+3 "]);
    line(&output, "pass", "tcp");
    let asked = server.request();
    assert!(asked.starts_with("HEAD /MAAS HTTP/1.1\r\n") && !asked.contains("Authorization"));
}

#[test]
fn a_key_whose_parts_are_swapped_is_named() {
    let server = Capture::answering(&[&answer("401 Unauthorized", "", "Authorization Error")]);
    let swapped = format!("{SECRET}:gGrLcwMDtyGNmLYhvM:Tk6YTVGkNuXdRW7tQb");
    let output = examined(&environment(&server.url(), &swapped), &[], 77);
    holds(&line(&output, "warn", "key"), &["the secret stands first", "config.toml"]);
    line(&output, "fail", "credential");
}

#[test]
fn what_came_along_with_a_pasted_secret_is_named() {
    let environment = TestEnvironment::new();
    let file = environment.file("secret", "geheim\n\n");
    environment.config(&format!(
        "[profile.foreman]\nurl = 'http://127.0.0.1:1'\nconsumer_key = '\"katello\"'\n\
         consumer_secret = {{ file = {file:?} }}\n"
    ));
    let run = environment.signreq(&["doctor", "foreman"]);
    let output = run.gives(7, Pattern::Something, Pattern::holds(&["fails"]));
    let told = line(&output, "warn", "consumer_secret");
    holds(&told, &["line break", "EDITOR"]);
    holds(&output.stdout, &["others may read the secret", "chmod 600"]);
    holds(&line(&output, "warn", "consumer_key"), &["the quotes around it", "+3 "]);
    assert!(!output.stdout.contains("geheim"));
}

#[test]
fn a_field_that_is_missing_fails_with_what_it_is() {
    let environment = TestEnvironment::new();
    environment.config("[profile.maas]\nurl = 'http://127.0.0.1:1/MAAS'\n");
    let told = line(&examined(&environment, &[], 78), "fail", "profile");
    holds(&told, &["key is not set", "export SIGNREQ_MAAS_KEY=…"]);
}

#[test]
fn a_name_that_nobody_knows_fails() {
    let output = examined(&environment(&format!("http://{NOWHERE}:5240"), KEY), &[], 6);
    let command = format!("getent hosts {NOWHERE}");
    holds(&line(&output, "fail", "name"), &["could not be resolved", &command]);
}

#[test]
fn a_port_at_which_nothing_listens_fails() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let output = examined(&environment(&format!("http://127.0.0.1:{port}"), KEY), &[], 7);
    line(&output, "pass", "name");
    holds(&line(&output, "fail", "tcp"), &["connection refused", "curl -v telnet://127.0.0.1:"]);
}

#[test]
fn a_certificate_nobody_vouches_for_fails_until_it_is_trusted() {
    let (url, certificate) = serve("localhost", |_| {});
    let environment = environment(&url, KEY);
    environment.file("own.pem", certificate);
    let told = line(&examined(&environment, &[], 60), "fail", "tls");
    holds(&told, &["self-signed", "--cacert FILE", "openssl s_client -connect localhost:"]);
    let told = line(&examined(&environment, &["--cacert", "own.pem"], 0), "pass", "tls");
    holds(&told, &["TLS 1.3", "certificate of localhost", "trusted by own.pem", "valid until"]);
    let told = line(&examined(&environment, &["-k"], 0), "warn", "tls");
    holds(&told, &["not verified", "insecure"]);
}

#[test]
fn an_expired_certificate_and_one_for_another_name_fail() {
    let (url, certificate) = serve("localhost", |params| {
        params.not_before = date_time_ymd(2019, 1, 1);
        params.not_after = date_time_ymd(2020, 2, 3);
    });
    let expired = environment(&url, KEY);
    expired.file("own.pem", certificate);
    let told = line(&examined(&expired, &["--cacert", "own.pem"], 60), "fail", "tls");
    holds(&told, &["expired on", "03 Feb 2020"]);
    let (url, certificate) = serve("other.example", |_| {});
    let other = environment(&url, KEY);
    other.file("own.pem", certificate);
    let told = line(&examined(&other, &["--cacert", "own.pem"], 60), "fail", "tls");
    holds(&told, &["is for other.example, not for localhost"]);
}

#[test]
fn a_clock_far_off_is_a_warning_unless_the_credential_is_refused() {
    const DATE: &str = "Date: Sun, 30 Aug 2015 12:36:00 GMT\r\n";
    let server = Capture::answering(&[&answer("200 OK", DATE, "{}")]);
    let told = line(&examined(&environment(&server.url(), KEY), &[], 0), "warn", "clock");
    holds(&told, &["ahead of the server's", "timedatectl set-ntp true"]);
    let server = Capture::answering(&[&answer("401 Unauthorized", DATE, "Expired timestamp")]);
    let output = examined(&environment(&server.url(), KEY), &[], 77);
    line(&output, "fail", "clock");
    line(&output, "fail", "credential");
}

#[test]
fn a_secret_that_is_wrong_fails_with_the_servers_words_but_for_the_secret() {
    let body = format!(
        "Authorization Error: 'Invalid signature. Expected signature base string: &{SECRET}'"
    );
    let server = Capture::answering(&[&answer("401 Unauthorized", "Via: 1.1 squid\r\n", &body)]);
    let output = examined(&environment(&server.url(), KEY), &[], 77);
    let told = line(&output, "fail", "credential");
    holds(&told, &["401 Unauthorized", "Invalid signature", "signreq explain maas GET"]);
    holds(&line(&output, "pass", "proxy"), &["Via: 1.1 squid"]);
}

#[test]
fn the_sandbox_refuses_a_wrong_secret_as_the_systems_do() {
    for (preset, variable, wrong) in [
        ("maas", "SIGNREQ_MAAS_KEY", KEY),
        ("foreman", "SIGNREQ_FOREMAN_CONSUMER_SECRET", "wrong-one"),
        ("ovh", "SIGNREQ_OVH_APPLICATION_SECRET", "wrong-one"),
        ("dci", "SIGNREQ_DCI_SECRET_KEY", "wrong-one"),
        ("s3", "SIGNREQ_S3_SECRET_KEY", "wrong-one"),
    ] {
        let script = format!("{variable}={wrong} signreq doctor {preset}");
        let words = ["sandbox", "--", "sh", "-c", &script];
        let run = TestEnvironment::new().signreq(&words);
        let output = run.gives(77, Pattern::Something, Pattern::holds(&["is credential"]));
        line(&output, "fail", "credential");
        assert!(!output.stdout.contains("wrong-one"), "{}", output.stdout);
    }
}

#[test]
fn a_proxy_that_the_environment_names_is_told_of_without_its_password() {
    let mut environment = environment(&format!("http://{NOWHERE}"), KEY);
    environment.set("http_proxy", "http://user:geheim@proxy.invalid:3128");
    let output = examined(&environment, &[], 6);
    holds(&line(&output, "fail", "name"), &["proxy http://proxy.invalid:3128: host proxy.invalid"]);
    let told = line(&output, "pass", "proxy");
    holds(&told, &["proxy http://proxy.invalid:3128, which the variable http_proxy names"]);
    assert!(!output.stdout.contains("geheim"), "{}", output.stdout);
}

#[test]
fn the_whole_config_is_examined_without_commands_or_the_network() {
    let server = Capture::answering(&[&answer("200 OK", "", "{}")]);
    let environment = TestEnvironment::new();
    environment.config(&format!(
        "[profile.maas]\nurl = '{}/MAAS'\nkey = {{ command = 'touch ran' }}\n\
         [profile.shop]\nurl = 'https://shop.example'\nscheme = 'bearer'\ntoken = ' x'\n\
         [profile.bad]\nscheme = 'basic'\nurl = 'https://bad.example'\nuser = 'a'\npasword = 'b'\n",
        server.url()
    ));
    let run = environment.signreq(&["doctor"]);
    let output =
        run.gives(78, Pattern::Something, Pattern::holds(&["profile bad: one check fails"]));
    holds(&line(&output, "pass", "key"), &["not asked here"]);
    holds(&line(&output, "warn", "token"), &["white space"]);
    holds(&line(&output, "fail", "profile"), &["pasword", "password"]);
    assert!(server.requests().is_empty() && !environment.work().join("ran").exists());
}

#[test]
fn a_source_is_asked_once() {
    let server = Capture::answering(&[&answer("200 OK", "", "{}")]);
    let environment = TestEnvironment::new();
    environment.config(&format!(
        "[profile.maas]\nurl = '{}/MAAS'\n\
         key = {{ command = 'echo once >> ran; echo {KEY}', shell = true }}\n",
        server.url()
    ));
    environment.signreq(&["doctor", "maas"]).gives(0, Pattern::Something, "");
    assert_eq!(std::fs::read_to_string(environment.work().join("ran")).unwrap(), "once\n");
}

#[test]
fn json_holds_what_the_text_says() {
    let environment = environment(&format!("http://{NOWHERE}"), KEY);
    let run = environment.signreq(&["doctor", "maas", "--format", "json"]);
    let output = run.gives(6, Pattern::Something, Pattern::holds(&["the first is name"]));
    let report: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(report["exit_code"], 6);
    let checks = report["checks"].as_array().unwrap();
    let failed: Vec<_> = checks.iter().filter(|check| check["verdict"] == "fail").collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["check"], "name");
    assert_eq!(failed[0]["profile"], "maas");
    assert_eq!(failed[0]["exit_code"], 6);
    assert_eq!(failed[0]["mend"][0], format!("getent hosts {NOWHERE}"));
}

#[test]
fn what_only_a_profile_can_be_tried_with_needs_one() {
    let environment = TestEnvironment::new();
    for (words, option) in [
        (&["--set", "url=http://h"][..], "doctor --set without a PROFILE"),
        (&["-k"], "doctor --insecure without a PROFILE"),
        (&["--connect-timeout", "1"], "doctor --connect-timeout without a PROFILE"),
    ] {
        let run = environment.signreq(&[&["doctor"], words].concat());
        run.gives(2, "", Pattern::holds(&[option, "signreq doctor [OPTIONS] PROFILE"]));
    }
}

#[test]
fn without_a_profile_the_sandbox_has_nothing_to_examine() {
    let run = TestEnvironment::new().signreq(&["doctor", "--sandbox"]);
    run.gives(2, "", Pattern::holds(&["without a PROFILE", "doctor --sandbox maas"]));
}
