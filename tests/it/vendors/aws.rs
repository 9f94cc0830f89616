//! `~/.aws` and `AWS_*`.

use super::Server;
use crate::environment::{Pattern, TestEnvironment};

fn keys(server: &Server) -> String {
    format!(
        "aws_access_key_id = {}\naws_secret_access_key = {}\n",
        server.field("access_key"),
        server.field("secret_key")
    )
}

/// A home whose config has the sandbox's endpoint.
fn environment(server: &Server, config: &str) -> TestEnvironment {
    let mut environment = TestEnvironment::new();
    environment.set("AWS_ENDPOINT_URL", server.field("url"));
    environment.home_file(".aws/config", config);
    environment
}

/// The access key that a request is signed with.
fn signer(environment: &TestEnvironment, words: &[&str]) -> String {
    let words = [&["sign", "s3", "get", "/x", "--timestamp", "1"], words].concat();
    let headers = environment.signreq(&words).gives(0, Pattern::holds(&["Credential="]), "").stdout;
    headers.split_once("Credential=").unwrap().1.split_once('/').unwrap().0.to_owned()
}

#[test]
fn the_files_are_enough() {
    let server = Server::of("s3");
    let environment = environment(&server, "[default]\nregion = us-east-1\n");
    for text in [
        format!("[default]\n{}", keys(&server)),
        format!("\u{feff}[default]\n{}aws_session_token =\n", keys(&server)).replace('\n', "\r\n"),
        format!("[only]\n{}[default]\n{0}", keys(&server)),
    ] {
        environment.home_file(".aws/credentials", text);
        environment.is_answered(&["s3", "get", "/"]);
    }
    environment.is_answered(&[
        "aws",
        "get",
        "/?Action=GetCallerIdentity&Version=2011-06-15",
        "--set",
        "service=sts",
    ]);
}

#[test]
fn variables_are_one_credential_and_win_over_files() {
    let server = Server::of("s3");
    let mut environment = environment(&server, "[default]\naws_session_token = geheim\n");
    environment.home_file(
        ".aws/credentials",
        "[default]\naws_access_key_id=a\naws_secret_access_key=b\naws_session_token=geheim\n",
    );
    environment.set("AWS_ACCESS_KEY_ID", server.field("access_key"));
    environment.is_refused(
        &["s3", "get", "/"],
        &["AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not"],
    );
    environment.set("AWS_SECRET_ACCESS_KEY", server.field("secret_key"));
    environment.is_answered(&["s3", "get", "/"]);
    environment.set("AWS_SESSION_TOKEN", "of-the-variable");
    environment.signreq(&["sign", "s3", "/x", "--timestamp", "1"]).gives(
        0,
        Pattern::holds(&["X-Amz-Security-Token: of-the-variable\n"]),
        "",
    );
    // One that is named is another one: its own keys, not those of variables.
    assert_eq!(signer(&environment, &["--set", "aws_profile=default"]), "a");
}

#[test]
fn keys_are_never_mixed_with_those_of_another_place() {
    let server = Server::of("s3");
    let mut environment = environment(&server, "");
    environment.home_file(".aws/credentials", format!("[default]\n{}", keys(&server)));
    environment.set("SIGNREQ_S3_ACCESS_KEY", "AKIAOTHER");
    environment.is_refused(&["s3", "get", "/"], &["profile s3: secret_key is not set"]);
}

#[test]
fn an_account_is_chosen_by_its_name() {
    let server = Server::of("s3");
    let mut environment =
        environment(&server, "[profile two]\nregion = eu-west-1\n[two]\nregion=x\n[three]\n");
    let pair = |name: &str| {
        format!("[{name}]\naws_access_key_id = AKIA{name}\naws_secret_access_key = geheim\n")
    };
    environment.home_file(".aws/credentials", pair("one"));
    assert_eq!(signer(&environment, &["--set", "aws_profile=one"]), "AKIAone");
    environment.home_file(".aws/credentials", pair("one") + &pair("two"));
    environment.is_refused(
        &["s3", "get", "/"],
        &[
            "has several accounts and none is chosen: one, two",
            "--set aws_profile=one",
            "export SIGNREQ_S3_AWS_PROFILE=one",
            "export AWS_PROFILE=one",
        ],
    );
    environment.set("AWS_PROFILE", "two");
    assert_eq!(signer(&environment, &[]), "AKIAtwo");
    environment.signreq(&["profile", "show", "s3"]).gives(
        0,
        Pattern::holds(&["region = \"eu-west-1\"", "# [HOME]/.aws/config:2\n", "# AWS_PROFILE\n"]),
        "",
    );
    environment.config("[profile.w]\npreset = \"s3\"\naws_profile = \"one\"\n");
    environment.signreq(&["sign", "w", "/x"]).gives(
        0,
        Pattern::holds(&["Credential=AKIAone/"]),
        "",
    );
    environment.set("AWS_PROFILE", "three");
    environment.is_refused(
        &["s3", "get", "/"],
        &[
            "AWS_PROFILE: aws_profile: there is no 'three' in ",
            "config:5: [three] has to be [profile three]",
        ],
    );
    environment.signreq(&["s3", "get", "/", "--set", "aws_profile=tow"]).gives(
        2,
        "",
        Pattern::holds(&["--set aws_profile: there is no 'tow' in ", "did you mean 'two'?"]),
    );
}

#[test]
fn a_single_account_needs_no_choice() {
    let server = Server::of("s3");
    let environment = environment(&server, "");
    environment.home_file(".aws/credentials", format!("[only]\n{}", keys(&server)));
    environment.is_answered(&["s3", "get", "/"]);
}

#[test]
fn a_process_gives_a_credential_and_is_not_run_for_a_look() {
    let server = Server::of("s3");
    let environment =
        environment(&server, "[default]\ncredential_process = sh -c 'echo >>ran; cat printed'\n");
    environment.file(
        "printed",
        format!(
            r#"{{"Version": 1, "AccessKeyId": "{}", "SecretAccessKey": "{}", "SessionToken": ""}}"#,
            server.field("access_key"),
            server.field("secret_key")
        ),
    );
    let ran = environment.work().join("ran");
    environment.signreq(&["profile", "show", "s3"]).gives(
        0,
        Pattern::holds(&["secret_key = { command = \"sh -c 'echo >>ran; cat printed'\" }"]),
        "",
    );
    environment.signreq(&["profile", "list"]).gives(0, Pattern::holds(&["s3 "]), "");
    assert!(!ran.exists());
    environment.is_answered(&["s3", "get", "/"]);
    assert_eq!(std::fs::read_to_string(&ran).unwrap(), "\n", "once a run");
    environment.signreq(&["doctor", "s3"]).gives(
        0,
        Pattern::holds(&["from [HOME]/.aws/config:2"]),
        "",
    );
    for (printed, told) in [
        ("geheim", "config:2: credential_process: it prints no JSON"),
        (r#"{"Version": 2, "AccessKeyId": "geheim"}"#, "it prints no \"Version\": 1"),
        (r#"{"Version": 1, "AccessKeyId": "geheim"}"#, "it prints no SecretAccessKey"),
        ("", "gives an empty value"),
    ] {
        environment.file("printed", printed);
        environment.is_refused(&["s3", "get", "/"], &[told]);
    }
    environment.home_file(".aws/config", "[default]\ncredential_process = no-such-program x\n");
    environment.is_refused(&["s3", "get", "/"], &["command 'no-such-program' cannot be run"]);
    environment.home_file(".aws/config", "[default]\ncredential_process = 'x\n");
    environment
        .is_refused(&["s3", "get", "/"], &["config:2: credential_process: a quote is not closed"]);
}

/// botocore's order: what signs in or assumes a role comes before keys.
#[test]
fn what_only_their_own_tools_can_get_is_an_error_and_no_other_key() {
    let server = Server::of("s3");
    for (lines, told) in [
        ("role_arn = arn:x\nsource_profile = base\n", "role_arn: AWS's own tools have to assume"),
        ("sso_session = s\nsso_account_id = 1\nsso_role_name = r\n", "sso_account_id: AWS's own"),
        (
            "sso_start_url = u\nsso_role_name = r\n",
            "sso_role_name: AWS's own tools have to sign in",
        ),
    ] {
        let mut environment = environment(&server, &format!("[profile dev]\n{lines}"));
        environment.home_file(".aws/credentials", format!("[base]\n{0}[dev]\n{0}", keys(&server)));
        environment.set("AWS_PROFILE", "dev");
        environment.is_refused(
            &["s3", "get", "/"],
            &[told, "eval \"$(aws configure export-credentials --profile dev --format env)\""],
        );
    }
    let mut environment = environment(&server, "[default]\nlogin_session = arn:x\n");
    environment.is_refused(&["s3", "get", "/"], &["login_session: AWS's own tools"]);
    environment.home_file(".aws/config", "");
    environment.set("AWS_ROLE_ARN", "arn:x");
    environment.set("AWS_WEB_IDENTITY_TOKEN_FILE", "/token");
    environment.is_refused(&["s3", "get", "/"], &["AWS_ROLE_ARN names a role"]);
}

#[test]
fn the_servers_place_is_found_as_their_own_tools_find_it() {
    let mut environment = TestEnvironment::new();
    let config = "[default]\nendpoint_url = http://of.profile\nservices = own\nregion = r\n\
         [services own]\ns3 =\n  addressing_style = path\n  endpoint_url = http://of.service\n";
    environment.home_file(".aws/config", config);
    environment.set("AWS_ACCESS_KEY_ID", "AKIA");
    environment.set("AWS_SECRET_ACCESS_KEY", "geheim");
    let url = |environment: &TestEnvironment, name: &str| {
        let words = ["--dry-run", name, "/x", "--set", "service=s3"];
        let head = environment.signreq(&words).gives(0, Pattern::holds(&["Host: "]), "").stdout;
        head.split_once("Host: ").unwrap().1.lines().next().unwrap().to_owned()
    };
    assert_eq!(url(&environment, "s3"), "of.service");
    assert_eq!(url(&environment, "aws"), "of.profile");
    environment.set("AWS_ENDPOINT_URL", "http://of.all");
    assert_eq!([url(&environment, "s3"), url(&environment, "aws")], ["of.all", "of.all"]);
    environment.set("AWS_ENDPOINT_URL_S3", "http://of.s3");
    assert_eq!([url(&environment, "s3"), url(&environment, "aws")], ["of.s3", "of.all"]);
    environment.set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    assert_eq!(url(&environment, "s3"), "s3.r.amazonaws.com");
    environment.set("AWS_DEFAULT_REGION", "d");
    assert_eq!(url(&environment, "s3"), "s3.d.amazonaws.com");
    environment.set("AWS_REGION", "e");
    assert_eq!(url(&environment, "s3"), "s3.e.amazonaws.com");
}

#[test]
fn other_files_are_named_by_variables() {
    let server = Server::of("s3");
    let mut environment = environment(&server, "[default]\naws_access_key_id = geheim\n");
    environment.home_file("own/credentials", format!("[default]\n{}", keys(&server)));
    environment.set("AWS_SHARED_CREDENTIALS_FILE", "~/own/credentials");
    environment.is_answered(&["s3", "get", "/"]);
    environment.set("AWS_CONFIG_FILE", "/nonexistent");
    environment.is_answered(&["s3", "get", "/"]);
}

#[test]
fn a_file_that_is_not_right_is_told_with_its_line() {
    let server = Server::of("s3");
    let environment = environment(&server, "");
    for (text, told) in [
        (
            &b"[default]\naws_access_key_id = geheim\n"[..],
            "credentials:2: there is an aws_access_key_id",
        ),
        (
            b"[default]\naws_access_key_id =\naws_secret_access_key = geheim\n",
            "credentials:2: access_key: the value is empty",
        ),
        (b"[default]\n[default]\n", "credentials:2: [default] stands in line 1 already"),
        (b"aws_access_key_id = geheim\n", "credentials:1: a value stands above the first"),
        (b"[default]\nx = \xff\n", "credentials: it is not UTF-8 at byte 14"),
        (b"[default]\nregion = x\n", "the profile 'default' of [HOME]/.aws/credentials, "),
        (b"", "access_key and secret_key are not set"),
    ] {
        environment.home_file(".aws/credentials", text);
        environment.is_refused(&["s3", "get", "/"], &[told]);
    }
    std::fs::remove_file(environment.home().join(".aws/credentials")).unwrap();
    std::fs::create_dir(environment.home().join(".aws/credentials")).unwrap();
    environment.is_refused(&["s3", "get", "/"], &[".aws/credentials: it cannot be read: "]);
}
