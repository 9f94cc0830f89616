//! A marked secret in every place that secrets come from.

use crate::environment::TestEnvironment;
use crate::vendors::maas;

/// A secret that no harmless text holds, with letters that change when they
/// are percent-encoded; each source has its own.
pub(super) fn mark(source: &str) -> String {
    format!("g3h{source}/eim+{source}=%7E")
}

/// A profile, the text that makes it one, and the marks of its secrets.
pub(super) struct Source {
    pub(super) profile: &'static str,
    pub(super) config: String,
    pub(super) marks: &'static [&'static str],
}

/// Every place that a secret comes from, each in a profile of its own, of
/// every scheme that has secrets.
pub(super) fn sources(api: &str, tokens: &str) -> Vec<Source> {
    let of = |profile: &'static str, scheme: &str, fields: &str| Source {
        profile,
        config: format!("[profile.{profile}]\n{scheme}\n{fields}\n"),
        marks: match profile {
            "file" => &["file", "session"],
            "cached" => &["client", "cached"],
            "ovh" => &["application", "consumer"],
            _ => MARKS.iter().find(|mark| **mark == profile).map_or(&[], std::slice::from_ref),
        },
    };
    let url = format!("url = \"{api}\"");
    vec![
        of(
            "literal",
            "preset = 'maas'",
            &format!("url = '{api}/MAAS'\nkey = 'consumer:token:{}'", mark("literal")),
        ),
        of(
            "variable",
            "scheme = 'oauth1'",
            &format!("{url}\nconsumer_key = 'k'\nconsumer_secret = {{ env = 'OF_THE_USER' }}"),
        ),
        of("own", "scheme = 'basic'", &format!("{url}\nuser = 'u'")),
        of(
            "file",
            "preset = 's3'",
            &format!(
                "{url}\naccess_key = 'AKIA'\nsecret_key = {{ file = '../../../work/secret' }}\n\
                 session_token = '{}'",
                mark("session")
            ),
        ),
        of(
            "command",
            "scheme = 'bearer'",
            &format!("{url}\ntoken = {{ command = 'env > child; cat printed', shell = true }}"),
        ),
        of(
            "cached",
            "scheme = 'oauth2'",
            &format!(
                "{url}\ntoken_url = '{tokens}'\nclient_id = 'i'\nclient_secret = '{}'",
                mark("client")
            ),
        ),
        of(
            "ovh",
            "preset = 'ovh'",
            &format!(
                "endpoint = '{api}/1.0'\napplication_key = 'a'\napplication_secret = '{}'\n\
                 consumer_key = '{}'",
                mark("application"),
                mark("consumer")
            ),
        ),
        of("vendor", "preset = 'ovh'", "ovh_profile = 'work'"),
        of("database", "preset = 'maas'", "maas_profile = 'p'"),
        of("process", "preset = 's3'", &format!("{url}\naws_profile = 'default'")),
        of(
            "header",
            "scheme = 'none'",
            &format!("{url}\nheaders = {{ X-Api-Key = '{}' }}", mark("header")),
        ),
        of(
            "word",
            "scheme = 'bearer'",
            &format!(
                "{url}\ntoken = {{ command = \"env TOKEN={} printenv TOKEN\" }}",
                mark("word")
            ),
        ),
        // Where PLAINTEXT, the secret itself, is part of the URL or of the body.
        of("query", "scheme = 'oauth1'", &plaintext(&url, "query")),
        of("form", "scheme = 'oauth1'", &plaintext(&url, "form")),
        of(
            "proxied",
            "scheme = 'none'",
            &format!(
                "url = 'http://origin.example'\nproxy = '{api}'\nproxy_user = 'u'\n\
                 proxy_password = '{}'",
                mark("proxied")
            ),
        ),
    ]
}

fn plaintext(url: &str, transmit: &str) -> String {
    format!(
        "{url}\nsignature_method = 'PLAINTEXT'\nconsumer_key = 'k'\nconsumer_secret = '{}'\n\
         transmit = '{transmit}'",
        mark(transmit)
    )
}

/// Every mark that is planted.
pub(super) const MARKS: &[&str] = &[
    "literal",
    "variable",
    "own",
    "file",
    "session",
    "command",
    "client",
    "cached",
    "application",
    "consumer",
    "vendor",
    "database",
    "process",
    "header",
    "word",
    "query",
    "form",
    "proxied",
    "typed",
    "got",
];

/// The environment with every secret in its place.
pub(super) fn planted(api: &str, tokens: &str) -> TestEnvironment {
    let mut environment = TestEnvironment::new();
    let config: Vec<String> =
        sources(api, tokens).into_iter().map(|source| source.config).collect();
    environment.config(&config.join("\n"));
    environment.set("OF_THE_USER", mark("variable"));
    environment.set("EDITOR", "true");
    environment.set("SIGNREQ_OWN_PASSWORD", mark("own"));
    environment.file("secret", mark("file"));
    let vendors = environment.home().join(".ovh.conf");
    let secret = mark("vendor");
    let lines = format!(
        "[profile:work]\nendpoint = {api}/1.0\napplication_key = a\n\
         application_secret = {secret}\nconsumer_key = {secret}\n"
    );
    std::fs::write(vendors, lines).unwrap();
    let data = serde_json::json!({
        "url": format!("{api}/MAAS/api/2.0/"),
        "credentials": ["a", "b", mark("database")],
    });
    drop(maas::database(&environment.home().join(".maascli.db"), &[("p", data)]));
    std::fs::create_dir(environment.home().join(".aws")).unwrap();
    let config = "[default]\ncredential_process = cat process.json\n";
    std::fs::write(environment.home().join(".aws/config"), config).unwrap();
    let secret = mark("process");
    environment.file(
        "process.json",
        format!(
            r#"{{"Version":1,"AccessKeyId":"A","SecretAccessKey":"{secret}","SessionToken":"{secret}"}}"#
        ),
    );
    environment.file("printed", mark("command"));
    environment.file("theirs", "GET&http%3A%2F%2Fh%2F&a%3D1");
    environment
}
