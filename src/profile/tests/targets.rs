use super::*;

fn ovh(endpoint: &str) -> World {
    World::empty()
        .variable("SIGNREQ_OVH_ENDPOINT", endpoint)
        .variable("SIGNREQ_OVH_APPLICATION_KEY", "k")
        .variable("SIGNREQ_OVH_APPLICATION_SECRET", "s")
        .variable("SIGNREQ_OVH_CONSUMER_KEY", "c")
}

#[test]
fn ovh_takes_version_paths_from_the_root() {
    let profile = ovh("ovh-us").profile("ovh");
    for (word, expected) in [
        ("/me", "/1.0/me"),
        ("me", "/1.0/me"),
        ("/1.0/me", "/1.0/me"),
        ("/v1/me", "/v1/me"),
        ("v2/iam/policy?x=1", "/v2/iam/policy?x=1"),
        ("/v2", "/v2"),
        ("/v1x/me", "/1.0/v1x/me"),
    ] {
        assert_eq!(target(&profile, word), format!("https://api.us.ovhcloud.com{expected}"));
    }
    let profile = ovh("http://127.0.0.1:8080/proxy/1.0").profile("ovh");
    assert_eq!(target(&profile, "/v2/x"), "http://127.0.0.1:8080/proxy/v2/x");
    let profile = ovh("https://api.eu.ovhcloud.com").profile("ovh");
    assert_eq!(target(&profile, "/v2/x"), "https://api.eu.ovhcloud.com/v2/x");
    let told = ovh("ovh-ue").config_error("ovh");
    assert!(
        told.contains("'ovh-ue' is neither a known name nor a URL; did you mean 'ovh-e"),
        "{told}"
    );
}

#[test]
fn maas_paths_lie_under_the_api() {
    let profile = World::new(MAAS).profile("maas");
    let base = "http://maas.example:5240/MAAS";
    for (word, expected) in [
        ("/machines/", "/api/2.0/machines/"),
        ("machines/", "/api/2.0/machines/"),
        ("/MAAS/api/2.0/machines/a/", "/api/2.0/machines/a/"),
        ("MAAS/api/2.0/machines/a/", "/api/2.0/machines/a/"),
        ("/MAAS/metadata/", "/metadata/"),
        ("/MAASx/", "/api/2.0/MAASx/"),
        ("http://MAAS.example:5240/MAAS/x?q", "/x?q"),
    ] {
        assert_eq!(target(&profile, word), format!("{base}{expected}"), "{word}");
    }
    for (url, expected) in [
        ("http://h/MAAS/", "http://h/MAAS/api/2.0/"),
        ("http://h/MAAS/api/2.0", "http://h/MAAS/api/2.0"),
        ("http://h/api/3.0/x", "http://h/api/3.0/x"),
        ("http://h/api/x", "http://h/api/x/api/2.0/"),
        ("http://h", "http://h/api/2.0/"),
    ] {
        let profile = World::new(MAAS).set("url", url).profile("maas");
        assert_eq!(profile.base.unwrap().to_string(), expected, "{url}");
    }
}

#[test]
fn a_profile_signs_only_for_its_own_origin() {
    let profile = World::new(MAAS).profile("maas");
    for foreign in [
        "https://maas.example:5240/MAAS/",
        "http://maas.example/MAAS/",
        "http://x.maas.example:5240/",
        "HTTP://evil.example/",
    ] {
        let error = profile.target(foreign, &[]).unwrap_err();
        assert_eq!(kind_of(&error), Kind::Usage);
        assert!(hints_of(&error)[0].starts_with("--allow-origin http"), "{error}");
        assert!(profile.target(foreign, &[origin(foreign)]).is_ok());
    }
    assert!(profile.signs_for(&origin("http://maas.example:5240/other")));
    assert!(profile.target("ftp://maas.example/", &[]).is_err());
    let url = target(&profile, "/x?u=ftp://h/");
    assert_eq!(url, "http://maas.example:5240/MAAS/api/2.0/x?u=ftp://h/");
}

const AWS: &str = "[profile.aws]\naccess_key = 'a'\nsecret_key = 's'\n\
    [profile.s3]\naccess_key = 'a'\nsecret_key = 's'\n";

fn scope(profile: &Profile, url: &str) -> (String, String) {
    let url = profile.target(url, &[]).unwrap();
    let params = profile.params_for(&url).unwrap();
    (params.need("service").unwrap().to_owned(), params.need("region").unwrap().to_owned())
}

fn pair(service: &str, region: &str) -> (String, String) {
    (service.to_owned(), region.to_owned())
}

#[test]
fn aws_reads_service_and_region_from_a_full_url() {
    let profile = World::new(AWS).profile("aws");
    assert!(profile.base.is_none());
    assert_eq!(scope(&profile, "https://sqs.eu-west-1.amazonaws.com/q"), pair("sqs", "eu-west-1"));
    let error = profile.target("/q", &[]).unwrap_err();
    assert_eq!(kind_of(&error), Kind::Usage);
    for foreign in ["http://sqs.eu-west-1.amazonaws.com/", "https://evil.example/"] {
        assert_eq!(kind_of(&profile.target(foreign, &[]).unwrap_err()), Kind::Usage, "{foreign}");
    }
    let url = profile.target("https://odd.amazonaws.com/", &[]).unwrap();
    let error = profile.params_for(&url).unwrap_err();
    assert_eq!(kind_of(&error), Kind::Config);
    assert!(error.to_string().contains("service is not set"), "{error}");
    // What the profile has for all requests gives way to the URL, --set not.
    let profile = World::new(AWS).variable("SIGNREQ_AWS_REGION", "us-west-2").profile("aws");
    assert_eq!(scope(&profile, "https://sqs.eu-west-1.amazonaws.com/q"), pair("sqs", "eu-west-1"));
    let profile = World::new(AWS).set("region", "us-west-2").profile("aws");
    assert_eq!(scope(&profile, "https://iam.amazonaws.com/"), pair("iam", "us-west-2"));
}

#[test]
fn aws_makes_its_url_of_service_and_region() {
    let world = World::new(AWS).set("service", "ec2").set("region", "cn-north-1");
    let profile = world.profile("aws");
    assert_eq!(target(&profile, "/?Action=x"), "https://ec2.cn-north-1.amazonaws.com.cn/?Action=x");
    // A full URL at Amazon is taken all the same, for it is not `url`.
    let world =
        World::new(AWS).variable("SIGNREQ_AWS_SERVICE", "ec2").variable("SIGNREQ_AWS_REGION", "r");
    let full = "https://sqs.eu-west-1.amazonaws.com/q";
    assert_eq!(scope(&world.profile("aws"), full), pair("sqs", "eu-west-1"));
    assert_eq!(scope(&world.profile("aws"), "/"), pair("ec2", "r"));
    let elsewhere = world.profile("aws").target("https://evil.example/", &[]).unwrap_err();
    assert_eq!(kind_of(&elsewhere), Kind::Usage);
    let told = World::new(AWS).set("service", "e/c2").set("region", "r").refusal("aws").1;
    assert!(told.contains("no part of a host name"), "{told}");
}

#[test]
fn aws_with_a_url_needs_a_region() {
    let world = World::new(AWS).set("url", "https://ec2.eu-west-1.amazonaws.com");
    assert_eq!(scope(&world.profile("aws"), "/"), pair("ec2", "eu-west-1"));
    // The region of the profile is the user's word about this very URL.
    let world = world.variable("SIGNREQ_AWS_REGION", "us-west-2");
    assert_eq!(scope(&world.profile("aws"), "/"), pair("ec2", "us-west-2"));
    let told = World::new(AWS).set("url", "http://127.0.0.1:1").config_error("aws");
    assert!(told.contains("service is not set"), "{told}");
    let told =
        World::new(AWS).set("url", "http://127.0.0.1:1").set("service", "x").config_error("aws");
    assert!(told.contains("region is not set"), "{told}");
}

#[test]
fn s3_has_a_default_region_with_a_url_and_a_default_url_with_a_region() {
    let world = World::new(AWS).set("url", "http://127.0.0.1:3900");
    assert_eq!(scope(&world.profile("s3"), "/bucket/key"), pair("s3", "us-east-1"));
    let world = world.set("region", "garage");
    assert_eq!(scope(&world.profile("s3"), "/bucket/key"), pair("s3", "garage"));
    let world = World::new(AWS).set("url", "https://s3.eu-west-3.amazonaws.com");
    assert_eq!(scope(&world.profile("s3"), "/b"), pair("s3", "eu-west-3"));
    let told = World::new(AWS).config_error("s3");
    assert!(told.contains("url and region are not set"), "{told}");

    let profile = World::new(AWS).set("region", "eu-west-3").profile("s3");
    assert_eq!(target(&profile, "/b/k"), "https://s3.eu-west-3.amazonaws.com/b/k");
    let bucket = "https://my.bucket.s3.eu-west-3.amazonaws.com/k";
    assert_eq!(target(&profile, bucket), bucket);
    for foreign in [
        "https://b.s3.us-east-1.amazonaws.com/",
        "https://xs3.eu-west-3.amazonaws.com/",
        "http://b.s3.eu-west-3.amazonaws.com/",
    ] {
        assert!(profile.target(foreign, &[]).is_err(), "{foreign}");
    }
    let store = World::new(AWS).set("url", "https://store.example").profile("s3");
    assert!(!store.signs_for(&origin("https://b.store.example/")));
}

#[test]
fn urls_that_cannot_be_a_base_are_refused_with_their_place() {
    for (url, expected) in [
        ("http://h/?q=1", "cannot hold a query"),
        ("h/x", "no scheme"),
        ("http://u:geheim@h/", "put the credential into a profile"),
        ("http://h/#x", "'#'"),
    ] {
        let world = World::new(&format!("[profile.maas]\nkey = 'a:b:c'\nurl = '{url}'\n"));
        let told = world.config_error("maas");
        assert!(told.contains("c.toml:3:7: url: ") && told.contains(expected), "{url}: {told}");
    }
}

#[test]
fn the_check_call_is_where_the_credential_holds() {
    let aws = |fields: &str| {
        let keys = "[profile.aws]\naccess_key = 'a'\nsecret_key = 'geheim'\n";
        World::new(&format!("{keys}{fields}")).profile("aws").check_target()
    };
    let call = "/?Action=GetCallerIdentity&Version=2011-06-15";
    assert_eq!(aws(""), Some(format!("https://sts.amazonaws.com{call}")));
    let china = "service = 'ec2'\nregion = 'cn-north-1'\n";
    assert_eq!(aws(china), Some(format!("https://sts.cn-north-1.amazonaws.com.cn{call}")));
    assert_eq!(aws("service = 'sts'\nregion = 'eu-west-1'\n").as_deref(), Some(call));
    // Another service at a URL of one's own has no call that is known.
    assert_eq!(aws("url = 'https://h'\nservice = 'ec2'\nregion = 'r'\n"), None);
    let profile = World::new(MAAS).profile("maas");
    assert_eq!(profile.check_target().as_deref(), Some("/users/?op=whoami"));
    let bare = World::new("[profile.p]\nscheme = 'none'\nurl = 'http://h'\n").profile("p");
    assert_eq!(bare.check_target(), None);
}
