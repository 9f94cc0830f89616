use super::*;
use crate::model::certificates::Certificates;
use crate::model::fields::FieldsAs;
use crate::model::headers::{Header, Shown};
use crate::profile::Settings;
use std::time::Duration;

#[test]
fn the_first_layer_that_has_a_value_wins() {
    let config = "[defaults]\nregion = 'R-defaults'\n\
        [profile.d]\npreset = 'dci'\naccess_key = 'a'\nsecret_key = 's'\nregion = 'R-file'\n\
        [profile.e]\npreset = 'dci'\naccess_key = 'a'\nsecret_key = 's'\n";
    let region = |world: &World, name: &str| {
        let profile = world.profile(name);
        let region = profile.params.get("region").unwrap().to_owned();
        (region, profile.origins["region"].to_string().replace(world.path.to_str().unwrap(), "c"))
    };
    let pair = |value: &str, from: &str| (value.to_owned(), from.to_owned());
    let world = World::new(config);
    assert_eq!(region(&world, "e"), pair("R-defaults", "[defaults] c:2"));
    assert_eq!(region(&world, "d"), pair("R-file", "c:7"));
    let world = world.variable("SIGNREQ_D_REGION", "R-env");
    assert_eq!(region(&world, "d"), pair("R-env", "SIGNREQ_D_REGION"));
    let world = world.set("region", "R-first").set("region", "R-set");
    assert_eq!(region(&world, "d"), pair("R-set", "--set"));
    let preset = World::empty()
        .variable("SIGNREQ_DCI_ACCESS_KEY", "a")
        .variable("SIGNREQ_DCI_SECRET_KEY", "s");
    assert_eq!(region(&preset, "dci"), pair("BHS3", "preset"));
}

#[test]
fn a_missing_profile_says_what_there_is_and_what_to_write() {
    let told = World::new(MAAS).config_error("mass");
    assert!(told.starts_with("there is no profile 'mass'; did you mean 'maas'?"), "{told}");
    let told = World::new("[profile.alpha]\n[profile.beta]\n").config_error("zzz");
    assert!(told.contains("there are alpha, beta"), "{told}");
    let told = World::empty().config_error("lab");
    assert!(told.contains("signreq profile add --config c.toml lab --preset"), "{told}");
    assert!(told.contains("signreq --sandbox maas get /machines/"), "{told}");
}

#[test]
fn missing_fields_are_named_together_with_how_to_give_them() {
    let told = World::empty().config_error("maas");
    assert!(told.starts_with("profile maas: url and key are not set"), "{told}");
    assert!(told.contains("export SIGNREQ_MAAS_URL=… SIGNREQ_MAAS_KEY=…"), "{told}");
    assert!(told.contains("signreq --sandbox maas get /machines/"), "{told}");
    let told = World::new("[profile.x]\nscheme = 'basic'\nurl = 'http://h'\n").config_error("x");
    assert!(told.contains("user and password are not set"), "{told}");
}

#[cfg(unix)]
#[test]
fn only_what_is_needed_is_looked_up_and_once() {
    let world = World::new(
        "[defaults]\nsecret_key = { command = 'false' }\n\
         [profile.other]\npreset = 'maas'\nkey = { command = 'false' }\n\
         [profile.c]\npreset = 'candlepin'\nurl = 'https://c'\nconsumer_key = 'k'\n\
         consumer_secret = { command = 'echo x | tee -a runs', shell = true }\n\
         user = 'admin'\nconsumer = { command = 'false' }\n",
    );
    let runs = world.path.with_file_name("runs");
    let config = std::fs::read_to_string(&world.path).unwrap();
    std::fs::write(&world.path, config.replace("runs", runs.to_str().unwrap())).unwrap();
    let profile = world.profile("c");
    assert_eq!(profile.identity, [Header::new("cp-user", "admin")]);
    assert_eq!(std::fs::read_to_string(runs).unwrap(), "x\n");
    // Nor is anything looked up when something else is missing.
    let told = World::new("[profile.maas]\nkey = { command = 'false' }\n").config_error("maas");
    assert!(told.contains("url is not set"), "{told}");
}

#[test]
fn unknown_keys_name_the_nearest_and_their_place() {
    let told = World::new(&format!("{MAAS}signatur_method = 'x'\n")).config_error("maas");
    assert!(
        told.contains(
            "c.toml:5:1: unknown key 'signatur_method'; did you mean 'signature_method'?"
        ),
        "{told}"
    );
    let told = World::new(&format!("[defaults]\ntimeot = '1s'\n{MAAS}")).config_error("maas");
    assert!(told.contains("c.toml:2:1: unknown key 'timeot'; did you mean 'timeout'?"), "{told}");
    // A default of other profiles is no slip.
    World::new(&format!("[defaults]\nregion = 'r'\n{MAAS}")).profile("maas");
    let told = World::new(&format!("[defaults]\npreset = 'ovh'\n{MAAS}")).config_error("maas");
    assert!(told.contains("belongs to a profile"), "{told}");
    // The parts of a MAAS key are not given one by one.
    let told = World::new(&format!("{MAAS}token_secret = 'geheim'\n")).config_error("maas");
    assert!(told.contains("unknown key 'token_secret'"), "{told}");
}

#[test]
fn wrong_types_say_what_was_expected() {
    for (line, expected) in [
        ("timeout = 10", "timeout must be a duration such as \"10s\", not an integer"),
        ("insecure = 'yes'", "insecure must be true or false, not a string"),
        ("headers = 'a: b'", "headers must be a table, not a string"),
        ("signature_method = 1.5", "signature_method must be a string or one of"),
        ("cacert = ['a']", "cacert must be a string: the path of a file, not an array"),
        ("as = true", "as must be a string, not a boolean"),
        ("timeout = 'soon'", "timeout: 'soon' is not a duration"),
        ("as = 'jsn'", "as: 'jsn' is not known; did you mean 'json'?"),
        ("signature_method = 'PLAIN'", "is not known"),
    ] {
        let told = World::new(&format!("{MAAS}{line}\n")).config_error("maas");
        assert!(told.contains("c.toml:5:") && told.contains(expected), "{line}: {told}");
    }
    let told = World::new("[profile.x]\npreset = 'mas'\n").config_error("x");
    assert!(
        told.contains("c.toml:2:10: preset: there is no preset 'mas'; did you mean 'maas'?"),
        "{told}"
    );
    let told = World::new("[profile.x]\nscheme = 'oauth'\n").config_error("x");
    assert!(told.contains("did you mean 'oauth1'?"), "{told}");
    let told = World::new("[profile.x]\nurl = 'http://h'\n").config_error("x");
    assert!(told.contains("neither a preset nor a scheme"), "{told}");
    let told = World::new(&format!("{MAAS}scheme = 'basic'\n")).config_error("maas");
    assert!(told.contains("preset maas signs with oauth1"), "{told}");
}

#[test]
fn a_set_that_cannot_be_is_wrong_usage() {
    for (name, value, expected) in [
        ("key", "geheim", "seen by others | export SIGNREQ_MAAS_KEY=…"),
        ("sinature_method", "x", "did you mean 'signature_method'?"),
        ("headers", "x", "-H 'Name: value'"),
        ("insecure", "1", "--set insecure: it must be true or false"),
        ("timeout", "x", "not a duration"),
        ("signature_method", "HMAC-SHA2", "did you mean 'HMAC-SHA"),
        ("url", "", "the value is empty"),
        ("url", "ftp://h", "http or https"),
    ] {
        let (kind, told) = World::new(MAAS).set(name, value).refusal("maas");
        assert_eq!(kind, Kind::Usage, "{told}");
        assert!(told.contains(expected), "{name}: {told}");
    }
}

#[test]
fn a_variable_that_is_most_likely_a_slip_is_an_error() {
    let told = World::new(MAAS).variable("SIGNREQ_MAAS_KYE", "geheim").config_error("maas");
    assert!(told.contains("did you mean SIGNREQ_MAAS_KEY?"), "{told}");
    let told = World::new(MAAS).variable("SIGNREQ_MAAS_HEADERS", "a").config_error("maas");
    assert!(told.contains("-H"), "{told}");
    let profile = World::new(MAAS)
        .variable("SIGNREQ_MAAS_WHATEVER", "a")
        .variable("SIGNREQ_MAAS_KYE", "")
        .variable("SIGNREQ_CONFIG", "/no/such")
        .profile("maas");
    assert_eq!(profile.warnings.len(), 1);
    assert!(profile.warnings[0].contains("SIGNREQ_MAAS_WHATEVER"));
    // It is another profile's.
    let both = format!("{MAAS}[profile.maas-ur]\n");
    let profile = World::new(&both).variable("SIGNREQ_MAAS_UR_L", "a").profile("maas");
    assert!(profile.warnings.is_empty());
}

#[test]
fn headers_are_the_presets_then_the_defaults_then_the_profiles() {
    let config = "[defaults.headers]\nX-Team = 'all'\nX-Site = 'lab'\n\
        [profile.f]\npreset = 'foreman'\nurl = 'https://f'\nconsumer_key = 'k'\n\
        consumer_secret = 's'\n\
        [profile.f.headers]\nx-team = 'ops'\naccept = 'text/plain'\nX-Api-Key = { env = 'KEY' }\n";
    let profile = World::new(config).variable("KEY", "geheim").profile("f");
    let shown: Vec<_> = profile
        .headers
        .iter()
        .map(|header| (header.name.as_str(), header.text(), header.shown.clone()))
        .collect();
    assert_eq!(
        shown,
        [
            ("accept", "text/plain".to_owned(), Shown::ByName),
            ("X-Site", "lab".to_owned(), Shown::ByName),
            ("x-team", "ops".to_owned(), Shown::ByName),
            ("X-Api-Key", "geheim".to_owned(), Shown::As("***".to_owned())),
        ]
    );
    assert!(profile.headers.iter().all(|header| !header.by_default));
    for (line, expected) in [
        ("'a b' = 'c'", "is no header name"),
        ("a = \"b\\r\\nc: geheim\"", "control character"),
        ("authorization = 'geheim'", "sets Authorization itself"),
        ("a = 1", "must be a string or one of"),
    ] {
        let told =
            World::new(&format!("{MAAS}[profile.maas.headers]\n{line}\n")).config_error("maas");
        assert!(told.contains("c.toml:6:") && told.contains(expected), "{line}: {told}");
    }
}

#[test]
fn settings_are_read_from_every_layer() {
    let config = format!(
        "[defaults]\nconnect_timeout = '500ms'\ncacert = '~/ca.pem'\n{MAAS}cleartext = true\nas = 'form'\n"
    );
    let world = World::new(&config).variable("SIGNREQ_MAAS_INSECURE", "true").set("timeout", "2h");
    let home = world.path.parent().unwrap();
    let profile = world.profile("maas");
    assert_eq!(
        profile.settings,
        Settings {
            timeout: Some(Duration::from_secs(7200)),
            connect_timeout: Some(Duration::from_millis(500)),
            cacert: Some(Certificates::File(home.join("ca.pem"))),
            insecure: true,
            cleartext: true,
            ..Settings::default()
        }
    );
    assert_eq!(profile.fields_as, FieldsAs::Form);
    // Beside the config file there, in the working directory here.
    let world = World::new(&format!("{MAAS}cacert = 'ca.pem'\n"));
    let cacert = |world: &World| world.profile("maas").settings.cacert.unwrap();
    let file = Certificates::File;
    assert_eq!(cacert(&world), file(world.path.with_file_name("ca.pem")));
    assert_eq!(cacert(&world.set("cacert", "ca.pem")), file("ca.pem".into()));
    let pem = "\n-----BEGIN CERTIFICATE-----\nAA==\n";
    let world = World::new(&format!("{MAAS}cacert = '''{pem}'''\n"));
    // TOML drops a line break right behind the opening quotes.
    assert_eq!(cacert(&world), Certificates::Text(pem[1..].to_owned()));
    assert_eq!(World::new(MAAS).set("timeout", "0").profile("maas").settings.timeout, None);
}

#[test]
fn debug_output_holds_no_secret() {
    let profile = World::new(MAAS).profile("maas");
    assert!(!format!("{profile:?} {:?} {:?}", profile.params, profile.origins).contains("geheim"));
}

#[test]
fn without_a_config_nothing_is_read() {
    let environment = Environment::new([(OsString::from("SIGNREQ_CONFIG"), "/no/such".into())]);
    let request =
        Request { name: "maas", config: Config::None, sets: &[], environment: &environment };
    let error = resolve(&request).unwrap_err();
    assert!(one_line(&error).contains("url and key are not set"), "{error}");
}
