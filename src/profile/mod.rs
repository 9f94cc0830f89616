//! Profiles: which system, whose credential, how it signs.
//!
//! A profile's fields come in layers, the first that has a value wins: the
//! command line, the environment, the profile in the config file, its
//! `[defaults]`, the preset. [`resolve`] reads them, looks up the secrets that
//! are needed and nothing else, and gives a [`Profile`].
//!
//! ```text
//! document   TOML with line and column       schema   which fields there are
//! file       the config file, its place      layers   which layer has a value
//! mode       who may read it                 source/  where a secret comes from
//! preset/    what is known of a system       resolve  all of it together
//! target     paths and URLs of a profile     amazon   AWS's host names
//! shape      what values usually look like   describe  a profile, nothing looked up
//! edit/      changes of the config file
//! toml_text  values as TOML                  overview  all profiles
//! settings   how connections are made        examine  what is wrong, all of it
//! system     preset and scheme of a profile  vendor/  what vendors' tools set up
//! implicit   where a vendor's sources count  stored   keyring entries in use
//! import     the same, to be written       words    commands as they may be shown
//! slips      what looks wrong in a profile's values
//! ```

pub mod amazon;
pub mod describe;
mod document;
pub mod edit;
pub mod examine;
pub mod file;
mod header;
mod implicit;
pub mod import;
pub mod layers;
mod list;
mod missing;
mod mode;
pub mod names;
mod overview;
pub mod preset;
mod resolve;
pub mod schema;
mod settings;
pub mod shape;
pub mod slips;
mod source;
mod stored;
mod system;
mod target;
pub mod toml_text;
mod values;
pub mod vendor;
mod words;

pub use describe::describe;
pub use document::Place;
pub use file::Config;
pub use header::sounds_secret as is_secret_header;
pub use layers::Provenance;
pub use list::list;
pub use missing::PROFILE_COMES_FIRST;
pub use overview::{Listed, overview};
pub use preset::Preset;
pub use resolve::{Request, resolve, resolve_for_login};
pub use settings::Settings;
pub use source::asked;
pub use source::keyring;
pub use source::names as source_names;
pub use stored::{Stored, stored};
pub use target::check_url;

use crate::model::fields::FieldsAs;
use crate::model::headers::Header;
use crate::model::url::WireUrl;
use crate::sign::{Params, Scheme};
use std::collections::BTreeMap;
use std::fmt;

/// A profile with every layer applied and its secrets looked up.
pub struct Profile {
    /// The word it is called by.
    pub name: String,
    /// What is known about its system, when it has a preset.
    pub preset: Option<Preset>,
    /// The URL as configured; `None` when the preset makes it up.
    pub url: Option<WireUrl>,
    /// What paths are joined to; `None` when only full URLs can be asked for.
    pub base: Option<WireUrl>,
    /// How its requests are signed.
    pub scheme: &'static dyn Scheme,
    /// The scheme's fields, secrets and base URL included. Signing takes
    /// [`Profile::params_for`], which completes them for a URL.
    pub params: Params,
    /// The headers of every request, the preset's marked as added by default.
    pub headers: Vec<Header>,
    /// The headers that say for whom a request is made: FOREMAN-USER.
    pub identity: Vec<Header>,
    /// How body fields travel.
    pub fields_as: FieldsAs,
    /// The Content-Type of a body given as bytes; `None` sends none.
    pub raw_content_type: Option<String>,
    /// How the connection is made.
    pub settings: Settings,
    /// Where each field's value comes from, by the field's name.
    pub origins: BTreeMap<String, Provenance>,
    /// What the user should know, a line each.
    pub warnings: Vec<String>,
}

impl fmt::Debug for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Profile")
            .field("name", &self.name)
            .field("scheme", &self.scheme.id())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
