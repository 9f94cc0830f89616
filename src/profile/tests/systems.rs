use super::*;
use crate::model::fields::FieldsAs;
use crate::model::headers::Header;
use std::time::Duration;

#[test]
fn the_contracts_example_is_read() {
    let world = World::new(
        r#"
        [profile.maas]
        preset = "maas"
        url = "http://maas.example:5240/MAAS"
        key = { command = "echo ck:tk:ts" }

        [profile.ovh]
        preset = "ovh"
        endpoint = "ovh-eu"
        application_key = "7kbG7Bk7S9Nt7ZSV"
        application_secret = { env = "OVH_SECRET" }
        consumer_key = { env = "OVH_CONSUMER_KEY" }

        [profile.dci]
        preset = "dci"
        access_key = "remoteci/0d1c"
        secret_key = { file = "dci-secret" }

        [profile.foreman]
        preset = "foreman"
        url = "https://foreman.example"
        consumer_key = "katello"
        consumer_secret = { command = ["echo", "secret"] }
        user = "ares"

        [profile.shop]
        url = "https://shop.example/wp-json/wc/v3"
        scheme = "oauth1"
        signature_method = "HMAC-SHA256"
        consumer_key = "ck_1"
        consumer_secret = { env = "WC_SECRET" }
        headers = { "X-Team" = "ops" }
        timeout = "10s"
        "#,
    )
    .variable("OVH_SECRET", "as")
    .variable("OVH_CONSUMER_KEY", "ck")
    .variable("WC_SECRET", "cs");
    std::fs::write(world.path.with_file_name("dci-secret"), "DCI.x\n").unwrap();

    let maas = world.profile("maas");
    assert_eq!(maas.scheme.id(), "oauth1");
    let param = |profile: &Profile, name: &str| profile.params.get(name).map(str::to_owned);
    for (name, value) in [
        ("signature_method", "PLAINTEXT"),
        ("consumer_key", "ck"),
        ("consumer_secret", ""),
        ("token", "tk"),
        ("token_secret", "ts"),
    ] {
        assert_eq!(param(&maas, name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(maas.fields_as, FieldsAs::Multipart);
    assert_eq!(maas.params.base().unwrap().to_string(), "http://maas.example:5240/MAAS/api/2.0/");

    let ovh = world.profile("ovh");
    assert_eq!(ovh.scheme.id(), "ovh");
    assert_eq!(ovh.base.as_ref().unwrap().to_string(), "https://eu.api.ovh.com/1.0");
    assert_eq!(param(&ovh, "application_secret").unwrap(), "as");

    let dci = world.profile("dci");
    assert_eq!(dci.base.as_ref().unwrap().to_string(), "https://api.distributed-ci.io/");
    for (name, value) in [
        ("secret_key", "DCI.x"),
        ("algorithm", "DCI2-HMAC-SHA256"),
        ("region", "BHS3"),
        ("service", "api"),
        ("path_encoding", "decoded-twice"),
    ] {
        assert_eq!(param(&dci, name).as_deref(), Some(value), "{name}");
    }

    let foreman = world.profile("foreman");
    assert_eq!(param(&foreman, "signature_method").unwrap(), "HMAC-SHA1");
    assert_eq!(foreman.identity, [Header::new("FOREMAN-USER", "ares")]);
    assert_eq!(foreman.raw_content_type.as_deref(), Some("application/json"));
    assert!(foreman.headers.iter().any(|header| header.is("accept") && header.by_default));

    let shop = world.profile("shop");
    assert_eq!(param(&shop, "signature_method").unwrap(), "HMAC-SHA256");
    assert_eq!(shop.settings.timeout, Some(Duration::from_secs(10)));
    assert_eq!(shop.headers, [Header::new("X-Team", "ops")]);
    for profile in [maas, ovh, dci, foreman, shop] {
        assert!(profile.scheme.build(&profile.params).is_ok(), "{}", profile.name);
        assert!(profile.warnings.is_empty(), "{:?}", profile.warnings);
    }
}

#[test]
fn a_presets_name_needs_no_file() {
    let world = World::empty()
        .variable("SIGNREQ_MAAS_URL", "http://m/MAAS")
        .variable("SIGNREQ_MAAS_KEY", "a:b:c");
    assert_eq!(world.profile("maas").preset.unwrap().name, "maas");
    // A profile of that name need not repeat it either.
    let world = World::new("[profile.maas]\nurl = 'http://m/MAAS'\nkey = 'a:b:c'\n");
    assert_eq!(world.profile("maas").preset.unwrap().name, "maas");
}

#[test]
fn a_profile_of_variables_alone_may_name_its_preset() {
    let world = World::empty()
        .variable("SIGNREQ_MY_LAB_PRESET", "maas")
        .variable("SIGNREQ_MY_LAB_URL", "http://m/MAAS")
        .variable("SIGNREQ_MY_LAB_KEY", "a:b:c");
    assert_eq!(world.profile("my-lab").scheme.id(), "oauth1");
}

#[test]
fn candlepin_acts_as_a_consumer_when_there_is_no_user() {
    let world = World::new(
        "[profile.c]\npreset = 'candlepin'\nurl = 'https://c:8443/candlepin'\n\
         consumer_key = 'k'\nconsumer_secret = 's'\nconsumer = 'uuid'\n",
    );
    assert_eq!(world.profile("c").identity, [Header::new("cp-consumer", "uuid")]);
    assert_eq!(world.set("user", "admin").profile("c").identity, [Header::new("cp-user", "admin")]);
}

#[test]
fn maas_keys_have_three_parts() {
    for (key, expected) in [
        ("geheim", "key has 1 part, MAAS keys have 3 (consumer:token:secret)"),
        ("a:geheim", "key has 2 parts, MAAS keys have 3 (consumer:token:secret)"),
        ("a:b:c:geheim", "key has 4 parts"),
        ("a::geheim", "key has an empty part"),
    ] {
        let world = World::new(&format!("[profile.maas]\nurl = 'http://h/MAAS'\nkey = '{key}'\n"));
        let told = world.config_error("maas");
        assert!(told.starts_with(&format!("profile maas: {expected}")), "{told}");
    }
}

#[test]
fn ovh_signs_with_keys_or_a_token_but_not_both() {
    let token = World::empty()
        .variable("SIGNREQ_OVH_ENDPOINT", "kimsufi-ca")
        .variable("SIGNREQ_OVH_ACCESS_TOKEN", "t");
    let profile = token.profile("ovh");
    assert_eq!((profile.scheme.id(), profile.params.get("token")), ("bearer", Some("t")));
    assert_eq!(profile.base.unwrap().to_string(), "https://ca.api.kimsufi.com/1.0");
    let told = token.variable("SIGNREQ_OVH_APPLICATION_KEY", "k").config_error("ovh");
    assert!(told.contains("application_key and access_token are two ways"), "{told}");
}

#[test]
fn an_empty_secret_is_an_error_except_where_the_scheme_alone_decides() {
    let told = World::new("[profile.maas]\nurl = 'http://h'\nkey = ''\n").config_error("maas");
    assert!(told.contains("key: the value is empty"), "{told}");
    let world = World::new(
        "[profile.x]\nscheme = 'oauth1'\nurl = 'http://h'\nconsumer_key = 'k'\nconsumer_secret = ''\n",
    );
    assert_eq!(world.profile("x").params.get("consumer_secret"), Some(""));
    let world = World::new(
        "[profile.x]\nscheme = 'oauth1'\nurl = 'http://h'\nconsumer_key = 'k'\nconsumer_secret = { env = 'NO' }\n",
    );
    assert!(
        world.config_error("x").contains("consumer_secret: environment variable NO is not set")
    );
}
