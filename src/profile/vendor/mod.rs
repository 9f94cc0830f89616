//! What the vendors' own tools have set up: their files and variables, used as
//! they are in the place of a profile.
//!
//! ```text
//! aws      ~/.aws, AWS_*             ini      the files of OVHcloud and AWS
//! dci      a sourced dcirc.sh        ovh      ovh.conf, OVH_*
//! maas     ~/.maascli.db             dcirc    dcirc.sh itself
//! foreman, candlepin                 yaml     the servers' settings; for import only
//! ```
//!
//! A reader is told what stronger layers say and gives values, each with the
//! place it comes from. It writes nothing.

mod aws;
mod candlepin;
mod dci;
mod dcirc;
mod foreman;
mod ini;
mod maas;
mod ovh;
mod yaml;

use crate::context::Environment;
use crate::error::{Error, Result, reason};
use crate::model::secret::{DeferredSecret, Secret};
use crate::profile::layers::Provenance;
use crate::profile::names;
use crate::profile::preset::Preset;
use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use zeroize::Zeroizing;

/// More than any vendor's file holds, in bytes.
const LONGEST: u64 = 4 << 20;

/// What a preset says about the vendor's own tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorRule {
    /// The name of the reader, one of [`READERS`].
    pub reader: String,
    /// The field that names one of several accounts, where there can be several.
    pub account: Option<String>,
    /// Where values are looked for, for messages.
    pub places: String,
    /// The vendor's name of the service, where its tool knows many.
    pub service: Option<String>,
    /// Whether it is read only when it is imported: a server's own settings.
    pub import_only: bool,
}

/// What reads one vendor's sources.
type Reader = fn(&Question<'_>) -> Result<Vendor>;

/// Each reader by the name that presets call it by.
const READERS: &[(&str, Reader)] = &[
    ("aws", aws::read),
    ("candlepin", candlepin::read),
    ("dci", dci::read),
    ("foreman", foreman::read),
    ("maas", maas::read),
    ("ovh", ovh::read),
];

/// What a reader is asked.
pub(super) struct Question<'run> {
    pub(super) profile: &'run str,
    pub(super) preset: &'run Preset,
    pub(super) environment: &'run Environment,
    /// The account that was chosen, by what `account` of the rule names.
    pub(super) account: Option<Account>,
    /// The profile's URL, where a stronger layer gives one.
    pub(super) url: Option<String>,
    /// Whether a command may be run for a credential.
    pub(super) may_run_commands: bool,
    /// The file to read in the place of all usual sources.
    pub(super) file: Option<&'run Path>,
    /// Whether what is found is to be written into the config.
    pub(super) is_import: bool,
}

/// An account that a stronger layer names.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) name: String,
    /// What names it.
    pub(super) provenance: Provenance,
}

/// A place in a vendor's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: Rc<Path>,
    /// The line, counted from 1; databases have none.
    pub line: Option<usize>,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "{}:{line}", self.path.display()),
            None => write!(formatter, "{}", self.path.display()),
        }
    }
}

/// The layer that a vendor's sources make.
#[derive(Debug, Default)]
pub(super) struct Vendor {
    pub(super) values: Vec<Value>,
    /// Fields that belong together: where a stronger layer gives one of them,
    /// none of these is taken from here.
    pub(super) inseparable: &'static [&'static str],
    /// What may explain that a value is missing.
    pub(super) notes: Vec<String>,
    /// What was there besides, each with why it is left; for an import.
    pub(super) left: Vec<(String, String)>,
}

/// A field's value in a vendor's source.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) field: String,
    pub(super) content: Content,
    pub(super) provenance: Provenance,
}

/// What a vendor's source says a value is.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// The value itself.
    Text(Secret),
    /// What a command prints that has not been run.
    Late(Late),
}

/// A value that is still to be looked up.
#[derive(Clone)]
pub(super) struct Late {
    /// The command that gives it.
    pub(super) command: String,
    pub(super) secret: DeferredSecret,
}

/// Its words may hold a secret.
impl fmt::Debug for Late {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Late(***)")
    }
}

impl Value {
    /// The value as the name of something; `None` where it is not looked up.
    fn named(&self) -> Option<String> {
        match &self.content {
            Content::Text(text) => Some(text.expose().to_owned()),
            Content::Late(_) => None,
        }
    }
}

impl Vendor {
    /// The value of a field.
    pub(super) fn get(&self, field: &str) -> Option<&Value> {
        self.values.iter().find(|value| value.field == field)
    }
}

/// Reads what the vendor's own tool has set up.
///
/// # Errors
/// A config error when a file cannot be read, or when it has several accounts
/// and none is chosen.
pub(super) fn read(rule: &VendorRule, question: &Question<'_>) -> Result<Vendor> {
    match READERS.iter().find(|reader| reader.0 == rule.reader) {
        Some((_, reader)) => reader(question),
        None => Ok(Vendor::default()),
    }
}

impl Question<'_> {
    /// A file in the home directory; `None` where there is none.
    fn in_home(&self, name: &str) -> Option<PathBuf> {
        Some(self.environment.home()?.join(name))
    }

    /// A variable of the vendor as the value of a field.
    fn variable(&self, field: &str, name: &str) -> Option<Value> {
        if self.file.is_some() {
            return None;
        }
        Some(Value {
            field: field.to_owned(),
            content: Content::Text(Secret::new(self.environment.get(name)?)),
            provenance: Provenance::Environment(name.to_owned()),
        })
    }

    /// The name of the field that chooses an account.
    fn account_field(&self) -> &str {
        let rule = self.preset.vendor.as_ref();
        rule.and_then(|rule| rule.account.as_deref()).unwrap_or_default()
    }

    /// Says of accounts that an import leaves how to take them.
    fn leave_others(&self, vendor: &mut Vendor, names: &[&str], account: &Account) {
        let others: Vec<&str> =
            names.iter().copied().filter(|name| *name != account.name).collect();
        if self.is_import && !others.is_empty() {
            let why = "--account takes another one".to_owned();
            let what = if others.len() == 1 { "the account" } else { "the accounts" };
            vendor.left.push((format!("{what} {}", others.join(", ")), why));
        }
    }

    /// That several accounts are there and none is chosen: which, and the
    /// commands that choose or import one.
    fn several(&self, whence: &str, names: &[&str]) -> Error {
        let (profile, field) = (self.profile, self.account_field());
        let shown: Vec<String> = names.iter().map(|name| quoted(name)).collect();
        let first = shown.first().map_or("", String::as_str);
        let error = Error::config(format!(
            "{whence} has several accounts and none is chosen: {}",
            shown.join(", ")
        ));
        let import = format!("signreq profile import {}", self.preset.name);
        if self.is_import {
            let file = self.file.map(|file| format!(" {}", quoted(&file.to_string_lossy())));
            let file = file.unwrap_or_default();
            return error.hint(format!("{import}{file} --account {first}"));
        }
        error
            .hint(format!("for one run: --set {field}={first}"))
            .hint(format!("export {}={first}", names::variable(profile, field)))
            .hint(format!("for good: {import} --account {first}"))
    }

    /// That the account which was chosen is not there.
    fn unknown(&self, account: &Account, whence: &str, names: &[&str]) -> Error {
        let suggestion = names::suggestion(&account.name, names.iter().copied());
        let field = if self.is_import { "account" } else { self.account_field() };
        let name = account.name.escape_default();
        let told = format!("{field}: there is no '{name}' in {whence}{suggestion}");
        match &account.provenance {
            Provenance::CommandLine if self.is_import => Error::usage(format!("--{told}")),
            Provenance::CommandLine => Error::usage(format!("--set {told}")),
            provenance => Error::config(format!("{provenance}: {told}")),
        }
    }
}

/// A name as a word of a shell.
fn quoted(name: &str) -> String {
    shlex::try_quote(name)
        .map_or_else(|_| name.escape_default().to_string(), |name| name.into_owned())
}

/// The text of a vendor's file; `None` where there is none and none is needed.
///
/// # Errors
/// A config error when it cannot be read or is not UTF-8.
fn text_of(path: &Path, is_needed: bool) -> Result<Option<Zeroizing<String>>> {
    match bytes_of(path, is_needed) {
        Ok(bytes) => decoded(path, bytes).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !is_needed => Ok(None),
        Err(error) => Err(unreadable(path, &error).into()),
    }
}

/// The bytes of a vendor's file. One that the user named may be a pipe; one that
/// merely lies in its place is not waited for.
fn bytes_of(path: &Path, is_named: bool) -> std::io::Result<Vec<u8>> {
    let mut file = match is_named || path.metadata()?.file_type().is_file() {
        true => File::open(path)?,
        false => return Err(std::io::Error::other("it is no regular file")),
    }
    .take(LONGEST + 1);
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        drop(Zeroizing::new(bytes));
        return Err(std::io::Error::other(format!("it is longer than {} MiB", LONGEST >> 20)));
    }
    Ok(bytes)
}

/// The bytes of a vendor's file as text, without a byte order mark.
///
/// # Errors
/// A config error when they are not UTF-8.
fn decoded(path: &Path, bytes: Vec<u8>) -> Result<Zeroizing<String>> {
    match String::from_utf8(bytes) {
        Ok(text) => {
            let text = Zeroizing::new(text);
            Ok(match text.strip_prefix('\u{feff}') {
                Some(rest) => Zeroizing::new(rest.to_owned()),
                None => text,
            })
        }
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            drop(Zeroizing::new(error.into_bytes()));
            let why = format!("{}: it is not UTF-8 at byte {valid}", path.display());
            Err(Error::config(why).into())
        }
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::config(format!("{}: it cannot be read: {}", path.display(), reason(error)))
}
