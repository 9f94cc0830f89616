//! What is known about a system: data in `presets/*.toml`, built into the
//! program and read when a profile asks for it.

pub mod answer;
pub mod answers;
pub mod lists;
pub mod paging;
mod read;

use crate::error::Result;
use crate::model::fields::FieldsAs;
use crate::profile::schema::Field;
use crate::profile::vendor::VendorRule;
use answers::Answers;
use lists::Lists;

/// Each preset's name and its file.
const FILES: &[(&str, &str)] = &[
    ("aws", include_str!("../../../presets/aws.toml")),
    ("candlepin", include_str!("../../../presets/candlepin.toml")),
    ("dci", include_str!("../../../presets/dci.toml")),
    ("foreman", include_str!("../../../presets/foreman.toml")),
    ("maas", include_str!("../../../presets/maas.toml")),
    ("ovh", include_str!("../../../presets/ovh.toml")),
    ("s3", include_str!("../../../presets/s3.toml")),
];

/// The names of all presets, sorted.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    FILES.iter().map(|file| file.0)
}

/// What is known about a system.
#[derive(Clone, Debug)]
pub struct Preset {
    /// Its name in `preset = "…"`.
    pub name: &'static str,
    /// The system's name as its makers write it.
    pub title: String,
    /// What it is, in a line.
    pub about: String,
    /// A path that every user may GET, for hints.
    pub example: String,
    /// Its cheapest call that needs a credential.
    pub check: CheckCall,
    /// The id of the scheme that signs for it.
    pub scheme: String,
    /// The scheme's fields that it fixes, unless a profile says otherwise.
    pub settings: Vec<(String, String)>,
    /// What the vendor's own tool may have set up.
    pub vendor: Option<VendorRule>,
    /// Whether it looks for signatures in header fields only, so that a signed
    /// URL is of no use there.
    pub ignores_signed_urls: bool,
    /// Its own fields, the URL's among them.
    pub fields: Vec<Field>,
    /// How `url` becomes the base of all paths.
    pub url: UrlRule,
    /// The headers that every request has unless the user gives them.
    pub headers: Vec<(String, String)>,
    /// Who a request is made for: of these the first whose field is given.
    pub identity: Vec<IdentityRule>,
    /// How body fields travel.
    pub fields_as: FieldsAs,
    /// The Content-Type of a body given as bytes; `None` sends none.
    pub raw_content_type: Option<String>,
    /// The Content-Type that a POST or PUT without a body must have all the
    /// same; `None` sends none.
    pub bodyless_content_type: Option<String>,
    /// Where images are uploaded in pieces, as MAAS takes them: the end of the
    /// path.
    pub boot_resources: Option<String>,
    /// The part of its file that says how it gives lists.
    lists: &'static str,
    /// How the system's answers are read.
    pub answer: Answers,
}

impl Preset {
    /// The preset of that name; `None` when there is none.
    ///
    /// # Errors
    /// A fault of this program, when the built-in data cannot be read.
    pub fn load(name: &str) -> Result<Option<Self>> {
        match FILES.iter().find(|file| file.0 == name) {
            Some((name, text)) => read::read(name, text).map(Some),
            None => Ok(None),
        }
    }

    /// How it gives lists, read now: most requests are for none.
    ///
    /// # Errors
    /// A fault of this program, when the built-in data cannot be read.
    pub fn lists(&self) -> Result<Lists> {
        Lists::read(self.lists).map_err(|error| read::fault(self.name, &error))
    }
}

/// A call that tells whether a credential is known, and changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckCall {
    /// The path to GET.
    pub path: String,
    /// The only service that has it, by its signing name, where the system
    /// is many services; see [`crate::profile::Profile::check_target`].
    pub service: Option<String>,
}

/// A header that says for whom a request is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityRule {
    /// The field that holds the value.
    pub field: String,
    /// The header that carries it.
    pub header: String,
}

/// How a preset makes a base URL of what the profile says.
#[derive(Clone, Debug, Default)]
pub struct UrlRule {
    /// The field that holds the URL: `url`, OVH's `endpoint`.
    pub field: String,
    /// Names that stand for URLs.
    pub names: Vec<(String, String)>,
    /// What a name tells about fields of the scheme: for each field the names
    /// and the values they tell.
    pub tells: Vec<(String, Vec<(String, String)>)>,
    /// What is appended unless the path holds `/api/` and a digit already.
    pub append: Option<String>,
    /// What paths to its API begin with where the base does not hold it, so that
    /// whoever types a path has to: for hints.
    pub api_prefix: Option<String>,
    /// The URL when the profile gives none: `{service}` and `{region}` are
    /// its fields, `{dns_suffix}` Amazon's domain for the region.
    pub template: Option<String>,
    /// First segments of paths that lie beside `root_suffix`, not under it.
    pub root_paths: Vec<String>,
    /// The end of the base that such paths do not have.
    pub root_suffix: Option<String>,
    /// Whether any URL at Amazon is taken when the profile names none.
    pub amazon_hosts: bool,
    /// Whether `BUCKET.HOST` is the same origin as Amazon's HOST.
    pub bucket_hosts: bool,
    /// The region when a URL is given that does not tell it.
    pub region_default: Option<String>,
}

impl UrlRule {
    /// Whether a URL need not be given.
    pub(super) fn is_optional(&self) -> bool {
        self.template.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign;

    fn load(name: &str) -> Preset {
        Preset::load(name).unwrap().unwrap()
    }

    #[test]
    fn every_preset_can_be_read_and_names_what_its_schemes_have() {
        assert!(names().is_sorted());
        for name in names() {
            let preset = load(name);
            let scheme = sign::scheme(&preset.scheme).unwrap();
            let has = |param: &str| scheme.params().iter().any(|other| other.name == param);
            for (setting, _) in &preset.settings {
                assert!(has(setting), "{name}: {setting}");
            }
            for param in scheme.params().iter().filter(|param| param.required) {
                let is_set = preset.settings.iter().any(|(name, _)| name == param.name);
                let feeds = |field: &Field| field.feeds.feeds(scheme.id(), param.name);
                assert!(is_set || preset.fields.iter().any(feeds), "{name}: {}", param.name);
            }
            for rule in &preset.identity {
                assert!(preset.fields.iter().any(|field| field.name == rule.field), "{name}");
            }
            assert!(preset.check.path.starts_with('/'), "{name}");
            for field in &preset.fields {
                assert!(!field.about.is_empty(), "{name}: {}", field.name);
            }
        }
    }

    #[test]
    fn every_secret_of_a_preset_is_marked_so() {
        for (name, expected) in [
            ("aws", vec!["secret_key", "session_token"]),
            ("candlepin", vec!["consumer_secret"]),
            ("dci", vec!["secret_key"]),
            ("foreman", vec!["consumer_secret"]),
            ("maas", vec!["key"]),
            ("ovh", vec!["application_secret", "consumer_key", "access_token", "client_secret"]),
            ("s3", vec!["secret_key", "session_token"]),
        ] {
            let fields = load(name).fields;
            let secret: Vec<_> =
                fields.iter().filter(|field| field.secret).map(|field| &field.name).collect();
            assert_eq!(secret, expected, "{name}");
        }
    }

    #[test]
    fn fields_travel_as_json_but_for_maas() {
        for name in names() {
            let expected = if name == "maas" { FieldsAs::Multipart } else { FieldsAs::Json };
            assert_eq!(load(name).fields_as, expected, "{name}");
        }
    }

    #[test]
    fn raw_bodies_are_json_for_four_presets_only() {
        let json: Vec<_> = names().filter(|name| load(name).raw_content_type.is_some()).collect();
        assert_eq!(json, ["candlepin", "dci", "foreman", "ovh"]);
    }

    #[test]
    fn an_unknown_name_is_no_preset() {
        assert!(Preset::load("mass").unwrap().is_none());
    }
}
