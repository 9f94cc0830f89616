//! What a vendor's own tool or server has set up, to be written into the
//! config: values with where they come from, and what is left.

use crate::context::Environment;
use crate::error::{Error, Result};
use crate::model::secret::Secret;
use crate::profile::layers::Provenance;
use crate::profile::preset::Preset;
use crate::profile::vendor::{self, Account, Content, Question, VendorRule};
use std::path::Path;

/// What is to be imported.
#[derive(Clone, Copy, Debug)]
pub struct Import<'run> {
    /// The preset that it becomes a profile of.
    pub preset: &'run Preset,
    /// The file to read in the place of the vendor's usual ones.
    pub file: Option<&'run Path>,
    /// Which of several accounts.
    pub account: Option<&'run str>,
    /// The environment variables.
    pub environment: &'run Environment,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Imported {
    /// The values, in the vendor's order.
    pub values: Vec<Taken>,
    /// What was there besides, each with why it is left.
    pub left: Vec<(String, String)>,
    /// What may explain that a value is missing.
    pub notes: Vec<String>,
    /// The field and the account by which a profile can go on reading the
    /// vendor's files; `None` where it cannot.
    pub reference: Option<(String, String)>,
}

/// A value that was found.
#[derive(Debug)]
pub struct Taken {
    /// The field that it is for.
    pub field: String,
    /// The value; `None` when a command gives another one each time.
    pub text: Option<Secret>,
    /// Where it is from.
    pub provenance: Provenance,
}

/// Reads what there is to import; no command is run.
///
/// # Errors
/// A config error when a file cannot be read or leaves a choice; wrong usage
/// when there is no such account.
pub fn read(import: &Import<'_>) -> Result<Imported> {
    let Some(rule) = &import.preset.vendor else {
        let name = import.preset.name;
        return Err(Error::usage(format!("nothing is known to import for {name}")).into());
    };
    let account = import
        .account
        .map(|name| Account { name: name.to_owned(), provenance: Provenance::CommandLine });
    let vendor = vendor::read(
        rule,
        &Question {
            profile: import.preset.name,
            preset: import.preset,
            environment: import.environment,
            account,
            url: None,
            may_run_commands: false,
            file: import.file,
            is_import: true,
        },
    )?;
    let reference = reference(import, rule, &vendor);
    let is_account = |field: &str| rule.account.as_deref() == Some(field);
    let values = vendor.values.into_iter().filter(|value| !is_account(&value.field));
    let taken = |value: vendor::Value| Taken {
        field: value.field,
        text: match value.content {
            Content::Text(text) => Some(text),
            Content::Late(_) => None,
        },
        provenance: value.provenance,
    };
    let values = values.map(taken).collect();
    Ok(Imported { values, left: vendor.left, notes: vendor.notes, reference })
}

/// The account that names what was found in the vendor's usual files.
fn reference(
    import: &Import<'_>,
    rule: &VendorRule,
    vendor: &vendor::Vendor,
) -> Option<(String, String)> {
    let field = rule.account.as_deref().filter(|_| import.file.is_none())?;
    let found = vendor.get(field).and_then(|value| match &value.content {
        Content::Text(text) => Some(text.expose().to_owned()),
        Content::Late(_) => None,
    });
    let name = import.account.map(str::to_owned).or(found)?;
    Some((field.to_owned(), name))
}
