//! Where what a vendor's own tool has set up takes part: in the place of a
//! profile that the config does not have, and beneath one that names an account.

use crate::error::Result;
use crate::profile::file::{Config, ConfigFile};
use crate::profile::layers::{Found, Given, Layers};
use crate::profile::preset::Preset;
use crate::profile::resolve::Request;
use crate::profile::schema::{self, Field};
use crate::profile::system::{System, system};
use crate::profile::vendor::{self, Account, Question, Vendor, VendorRule};
use crate::sign::Scheme;

/// Whether the commands that a vendor's file names are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Commands {
    /// They are: the profile is going to sign.
    Run,
    /// They are not: it is only looked at.
    Leave,
}

/// The layers of a profile, the vendor's included, and what it is; `None` when
/// there is no such profile.
///
/// # Errors
/// A config error when its preset or scheme is not known, or when the vendor's
/// sources cannot be read or leave a choice.
pub(super) fn open<'run>(
    request: &Request<'run>,
    file: &'run ConfigFile,
    commands: Commands,
) -> Result<(Layers<'run>, Option<System>)> {
    let mut layers = Layers {
        profile: request.name,
        sets: request.sets,
        environment: request.environment,
        file: file.profile(request.name),
        vendor: Vendor::default(),
        defaults: &file.defaults,
    };
    let Some((preset, scheme)) = system(&layers)? else { return Ok((layers, None)) };
    let read = match &preset {
        Some(preset) if !matches!(request.config, Config::None) => {
            read(&layers, preset, scheme, commands)?
        }
        _ => None,
    };
    let Some(vendor) = read else { return Ok((layers, Some((preset, scheme)))) };
    layers.vendor = vendor;
    // What it gives may sign in another way: with an OAuth2 client, say.
    let system = system(&layers)?;
    Ok((layers, system))
}

/// What the vendor's tool gives; `None` when it is not asked, since all that is
/// needed is there or the profile is one of its own.
fn read(
    layers: &Layers<'_>,
    preset: &Preset,
    scheme: &dyn Scheme,
    commands: Commands,
) -> Result<Option<Vendor>> {
    let Some(rule) = preset.vendor.as_ref().filter(|rule| !rule.import_only) else {
        return Ok(None);
    };
    let is_implicit = layers.file.is_none() && layers.profile == preset.name;
    let account = account(layers, rule, is_implicit);
    if account.is_none() && !(is_implicit && lacks(layers, preset, scheme)) {
        return Ok(None);
    }
    let url = layers.find_above_vendor(&preset.url.field);
    let mut vendor = vendor::read(
        rule,
        &Question {
            profile: layers.profile,
            preset,
            environment: layers.environment,
            account,
            url: url.as_ref().and_then(text).map(str::to_owned),
            may_run_commands: commands == Commands::Run,
            file: None,
            is_import: false,
        },
    )?;
    let is_given = |name: &str| layers.find_above_vendor(name).is_some();
    let is_parted = vendor.inseparable.iter().any(|name| is_given(name));
    let inseparable = vendor.inseparable;
    let chosen = preset
        .fields
        .iter()
        .any(|field| field.feeds.scheme() == Some(scheme.id()) && is_given(&field.name));
    vendor.values.retain(|value| {
        let field = preset.fields.iter().find(|field| field.name == value.field);
        let is_for_it = field.is_none_or(|field| !chosen || field.is_for(scheme));
        is_for_it && !(is_parted && inseparable.contains(&value.field.as_str()))
    });
    Ok(Some(vendor))
}

/// The account that is named; what all profiles share has no say in one that
/// the config has.
fn account(layers: &Layers<'_>, rule: &VendorRule, is_implicit: bool) -> Option<Account> {
    let field = Field::new(rule.account.as_deref()?, "", schema::FieldKind::Name);
    let found = match is_implicit {
        true => layers.find(&field),
        false => layers.find_above_vendor(&field.name),
    }?;
    let name = text(&found)?.to_owned();
    Some(Account { name, provenance: found.provenance })
}

/// Whether a field that is needed has no value in any other layer.
fn lacks(layers: &Layers<'_>, preset: &Preset, scheme: &dyn Scheme) -> bool {
    let fields = schema::fields(Some(preset), scheme);
    let needed = fields.iter().filter(|field| field.required && field.is_for(scheme));
    needed.into_iter().any(|field| layers.find(field).is_none())
}

/// A value that stands where it is given.
fn text<'found>(found: &'found Found<'_>) -> Option<&'found str> {
    match &found.given {
        Given::Text(text) => Some(text.expose()),
        Given::Value(value) => value.as_text(),
        Given::Late(_) => None,
    }
}
