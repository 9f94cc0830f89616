//! The sandbox's keys, which are no secret, and the profiles made of them.

use std::net::SocketAddr;

/// The presets that the sandbox serves.
pub const PRESETS: &[&str] = &["maas", "foreman", "candlepin", "ovh", "dci", "aws", "s3"];

/// MAAS's three-part key, in the lengths that MAAS gives out.
pub(super) mod maas {
    pub(in crate::sandbox) const CONSUMER_KEY: &str = "SandboxConsumerKey";
    pub(in crate::sandbox) const TOKEN: &str = "SandboxTokenKey001";
    pub(in crate::sandbox) const TOKEN_SECRET: &str = "SandboxTokenSecretOfNoValue00001";
}

/// The one OAuth consumer of Foreman's settings.
pub(super) mod foreman {
    pub(in crate::sandbox) const CONSUMER_KEY: &str = "sandbox-foreman";
    pub(in crate::sandbox) const CONSUMER_SECRET: &str = "sandbox-foreman-secret";
    pub(in crate::sandbox) const USER: &str = "admin";
}

/// Candlepin's `candlepin.auth.oauth.consumer.NAME.secret`.
pub(super) mod candlepin {
    pub(in crate::sandbox) const CONSUMER_KEY: &str = "sandbox-candlepin";
    pub(in crate::sandbox) const CONSUMER_SECRET: &str = "sandbox-candlepin-secret";
    pub(in crate::sandbox) const USER: &str = "admin";
}

/// An application of OVHcloud and a grant to it.
pub(super) mod ovh {
    pub(in crate::sandbox) const APPLICATION_KEY: &str = "SandboxAppKey001";
    pub(in crate::sandbox) const APPLICATION_SECRET: &str = "SandboxAppSecretOfNoValue0000001";
    pub(in crate::sandbox) const CONSUMER_KEY: &str = "SandboxConsumerKeyOfNoValue00001";
}

/// A remote CI of DCI.
pub(super) mod dci {
    pub(in crate::sandbox) const ACCESS_KEY: &str = "remoteci/5a4dc4f1-0000-4000-8000-000000000001";
    pub(in crate::sandbox) const SECRET_KEY: &str =
        "DCI.SandboxSecretsOfNoValue0000000000000000000000000000000000001";
}

/// An access key of AWS, for S3 as for the other services.
pub(super) mod aws {
    pub(in crate::sandbox) const ACCESS_KEY: &str = "AKIASANDBOXSANDBOX01";
    pub(in crate::sandbox) const SECRET_KEY: &str = "SandboxSecretAccessKeyOfNoValue000000001";
    pub(in crate::sandbox) const REGION: &str = "us-east-1";
}

/// The fields of a profile of `preset` for a sandbox at `address`; `None` for
/// a preset not in [`PRESETS`].
pub fn profile_fields(preset: &str, address: SocketAddr) -> Option<Vec<(&'static str, String)>> {
    let url = |path: &str| format!("http://{address}{path}");
    let fields = match preset {
        "maas" => {
            let key = [maas::CONSUMER_KEY, maas::TOKEN, maas::TOKEN_SECRET].join(":");
            vec![("url", url("/MAAS")), ("key", key)]
        }
        "foreman" => vec![
            ("url", url("")),
            ("consumer_key", foreman::CONSUMER_KEY.into()),
            ("consumer_secret", foreman::CONSUMER_SECRET.into()),
            ("user", foreman::USER.into()),
        ],
        "candlepin" => vec![
            ("url", url("/candlepin")),
            ("consumer_key", candlepin::CONSUMER_KEY.into()),
            ("consumer_secret", candlepin::CONSUMER_SECRET.into()),
            ("user", candlepin::USER.into()),
        ],
        "ovh" => vec![
            ("endpoint", url("/1.0")),
            ("application_key", ovh::APPLICATION_KEY.into()),
            ("application_secret", ovh::APPLICATION_SECRET.into()),
            ("consumer_key", ovh::CONSUMER_KEY.into()),
        ],
        "dci" => vec![
            ("url", url("")),
            ("access_key", dci::ACCESS_KEY.into()),
            ("secret_key", dci::SECRET_KEY.into()),
        ],
        "aws" => vec![
            ("url", url("")),
            ("region", aws::REGION.into()),
            ("service", "sts".into()),
            ("access_key", aws::ACCESS_KEY.into()),
            ("secret_key", aws::SECRET_KEY.into()),
        ],
        "s3" => vec![
            ("url", url("")),
            ("region", aws::REGION.into()),
            ("access_key", aws::ACCESS_KEY.into()),
            ("secret_key", aws::SECRET_KEY.into()),
        ],
        _ => return None,
    };
    Some(fields)
}

/// The environment variables that make each preset's name a profile for the
/// sandbox at `address`.
pub fn environment(address: SocketAddr) -> Vec<(String, String)> {
    every_field(address)
        .map(|(preset, field, value)| {
            (format!("SIGNREQ_{preset}_{field}").to_ascii_uppercase(), value)
        })
        .collect()
}

/// A config file with a profile of each preset for the sandbox at `address`.
/// It holds literal secrets, though of no value: write it with mode 0600.
pub fn config_text(address: SocketAddr) -> String {
    let mut text = String::new();
    let mut open = "";
    for (preset, field, value) in every_field(address) {
        if preset != open {
            let gap = if open.is_empty() { "" } else { "\n" };
            text.push_str(&format!("{gap}[profile.{preset}]\npreset = \"{preset}\"\n"));
            open = preset;
        }
        // None of the values holds a quote or a backslash.
        text.push_str(&format!("{field} = \"{value}\"\n"));
    }
    text
}

fn every_field(address: SocketAddr) -> impl Iterator<Item = (&'static str, &'static str, String)> {
    PRESETS.iter().flat_map(move |preset| {
        let fields = profile_fields(preset, address).unwrap_or_default();
        fields.into_iter().map(|(field, value)| (*preset, field, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_shapes_of_the_real_ones() {
        assert_eq!(
            [maas::CONSUMER_KEY, maas::TOKEN, maas::TOKEN_SECRET].map(str::len),
            [18, 18, 32]
        );
        let ovh = [ovh::APPLICATION_KEY, ovh::APPLICATION_SECRET, ovh::CONSUMER_KEY];
        assert_eq!(ovh.map(str::len), [16, 32, 32]);
        assert_eq!(dci::SECRET_KEY.len(), 4 + 60);
        assert_eq!([aws::ACCESS_KEY, aws::SECRET_KEY].map(str::len), [20, 40]);
    }

    #[test]
    fn every_preset_has_fields_and_the_config_is_toml() {
        let address = SocketAddr::from(([127, 0, 0, 1], 4321));
        let text = config_text(address);
        let table = toml::de::DeTable::parse(&text).unwrap();
        let profiles = table.get_ref()["profile"].get_ref().as_table().unwrap();
        for preset in PRESETS {
            let profile = profiles[*preset].get_ref().as_table().unwrap();
            assert_eq!(profile["preset"].get_ref().as_str(), Some(*preset));
            for (field, value) in profile_fields(preset, address).unwrap() {
                assert_eq!(profile[field].get_ref().as_str(), Some(value.as_str()));
            }
        }
        assert_eq!(profile_fields("nosuch", address), None);
        let variables = environment(address);
        let url = ("SIGNREQ_MAAS_URL".to_owned(), "http://127.0.0.1:4321/MAAS".to_owned());
        assert!(variables.contains(&url), "{variables:?}");
    }
}
