//! Profiles of each system besides their URL, as lines of TOML.

pub(super) const MAAS: &str = "preset = 'maas'\n\
    key = 'aaaaaaaaaaaaaaaaaa:bbbbbbbbbbbbbbbbbb:cccccccccccccccccccccccccccccccc'\n";
pub(super) const FOREMAN: &str =
    "preset = 'foreman'\nconsumer_key = 'k'\nconsumer_secret = 'geheim-s'\n";
pub(super) const CANDLEPIN: &str =
    "preset = 'candlepin'\nconsumer_key = 'k'\nconsumer_secret = 'geheim-s'\n";
pub(super) const OVH: &str = "preset = 'ovh'\napplication_key = 'aaaaaaaaaaaaaaaa'\n\
    application_secret = 'geheimbbbbbbbbbbbbbbbbbbbbbbbbbb'\n\
    consumer_key = 'geheimcccccccccccccccccccccccccc'\n";
pub(super) const DCI: &str = "preset = 'dci'\naccess_key = 'remoteci/5a4dc4f1-0000-4000-8000-000000000001'\n\
    secret_key = 'geheimbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'\n";
pub(super) const S3: &str =
    "preset = 's3'\nregion = 'us-east-1'\naccess_key = 'AK'\nsecret_key = 'geheim-s'\n";
pub(super) const AWS: &str = "preset = 'aws'\nregion = 'us-east-1'\nservice = 'sts'\n\
    access_key = 'AKIAIOSFODNN7EXAMPLE'\nsecret_key = 'geheimEMI/K7MDENG/bPxRfiCYEXAMPLEKEYxxxx'\n";
