//! OVHcloud: `ovh.conf` and `OVH_*`, as python-ovh and go-ovh read them, and
//! the `[profile:NAME]` sections of ovhcloud-cli.
//!
//! A later file's value takes the place of an earlier one's, key by key, and a
//! variable that of any file's.

use super::ini::{Ini, Section};
use super::{Account, Content, Question, Value, Vendor};
use crate::error::{Error, Result};
use crate::model::secret::Secret;
use crate::profile::layers::Provenance;
use std::path::{Path, PathBuf};

/// What an account's section holds beside its endpoint.
const KEYS: &[&str] = &[
    "application_key",
    "application_secret",
    "consumer_key",
    "client_id",
    "client_secret",
    "access_token",
];

/// What ovhcloud-cli calls the account that has no name of its own.
const UNNAMED: &str = "default";

/// What a named account's section begins with.
const NAMED: &str = "profile:";

/// The file of the working directory.
const OWN: &str = "ovh.conf";

/// Reads the files and the variables.
pub(super) fn read(question: &Question<'_>) -> Result<Vendor> {
    let home = question.in_home(".ovh.conf");
    let paths = [Some(PathBuf::from("/etc/ovh.conf")), home, Some(PathBuf::from(OWN))];
    let mut files = Files::default();
    match question.file {
        Some(path) => files.read.extend(Ini::load(path, true)?),
        None => {
            for path in paths.into_iter().flatten() {
                files.add(&path)?;
            }
        }
    }
    let values = match files.account(question)? {
        Some(account) => files.named(question, &account)?,
        None => files.unnamed(question)?,
    };
    check_endpoint(question, &values)?;
    let left = if question.is_import { files.left(&values) } else { Vec::new() };
    Ok(Vendor { values, inseparable: &[], notes: files.notes, left })
}

#[derive(Default)]
struct Files {
    /// The weakest first.
    read: Vec<Ini>,
    notes: Vec<String>,
}

impl Files {
    /// Reads a file. The tools of OVHcloud pass over one that they may not
    /// read, such as root's in /etc.
    fn add(&mut self, path: &Path) -> Result<()> {
        match super::bytes_of(path, false) {
            Ok(bytes) => self.read.push(Ini::parse(path, &super::decoded(path, bytes)?)?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => self.notes.push(super::unreadable(path, &error).to_string()),
        }
        Ok(())
    }

    /// The value of a key in a section of the strongest file that has it.
    fn get(&self, section: &str, key: &str, field: &str) -> Option<Value> {
        self.read.iter().rev().find_map(|file| {
            let (text, line) = file.section(section)?.get(key)?;
            let provenance = Provenance::Vendor(file.place(line));
            Some(Value { field: field.to_owned(), content: Content::Text(text), provenance })
        })
    }

    fn sections(&self) -> impl Iterator<Item = &Section> {
        self.read.iter().flat_map(|file| &file.sections)
    }

    /// The names of the accounts that have one.
    fn names(&self) -> Vec<&str> {
        distinct(self.sections().filter_map(|section| section.name.strip_prefix(NAMED)))
    }

    /// The endpoints that have keys.
    fn endpoints(&self) -> Vec<&str> {
        let others = |section: &&Section| !section.name.starts_with(NAMED);
        let with_keys = self.sections().filter(others).filter(|section| section.has_any(KEYS));
        distinct(with_keys.map(|section| section.name.as_str()))
    }

    /// All files, for messages.
    fn shown(&self) -> String {
        let paths: Vec<String> =
            self.read.iter().map(|file| file.path.display().to_string()).collect();
        if paths.is_empty() { "ovh.conf".to_owned() } else { paths.join(", ") }
    }

    /// The named account that is chosen; `None` for the one without a name.
    ///
    /// # Errors
    /// When there are several and none is chosen.
    fn account(&self, question: &Question<'_>) -> Result<Option<Account>> {
        let names = self.names();
        let of =
            |value: Value| Some(Account { name: value.named()?, provenance: value.provenance });
        let chosen = question
            .account
            .clone()
            .or_else(|| question.variable("", "OVH_PROFILE").and_then(of))
            .or_else(|| self.get(UNNAMED, "profile", "").and_then(of));
        if let Some(account) = chosen {
            if account.name == UNNAMED {
                return Ok(None);
            }
            if !names.contains(&account.name.as_str()) {
                return Err(question.unknown(&account, &self.shown(), &names).into());
            }
            return Ok(Some(account));
        }
        let has_unnamed = !self.endpoints().is_empty() || self.endpoint(question).is_some();
        match names.as_slice() {
            _ if has_unnamed => Ok(None),
            [] => Ok(None),
            [only] => Ok(self
                .place(&format!("{NAMED}{only}"))
                .map(|provenance| Account { name: (*only).to_owned(), provenance })),
            several => Err(question.several(&self.shown(), several).into()),
        }
    }

    fn place(&self, section: &str) -> Option<Provenance> {
        self.read.iter().rev().find_map(|file| {
            let line = file.section(section)?.line;
            Some(Provenance::Vendor(file.place(line)))
        })
    }

    /// What a named account says; it never falls back to the unnamed one's.
    fn named(&self, question: &Question<'_>, account: &Account) -> Result<Vec<Value>> {
        let section = format!("{NAMED}{}", account.name);
        let is_explicit = question.account.is_some();
        let variable = |key: &str, field: &str| {
            if is_explicit { None } else { question.variable(field, &variable_of(key)) }
        };
        let keys = std::iter::once("endpoint").chain(KEYS.iter().copied());
        let mut values: Vec<Value> = keys
            .filter_map(|key| variable(key, key).or_else(|| self.get(&section, key, key)))
            .collect();
        values.extend(chosen(question, account));
        Ok(values)
    }

    /// What the account without a name says: `[default]` has its endpoint, the
    /// section of that name its keys.
    fn unnamed(&self, question: &Question<'_>) -> Result<Vec<Value>> {
        let mut values = Vec::new();
        let endpoint = match &question.url {
            Some(_) => None,
            None => self.endpoint(question),
        };
        let section = match (&question.url, &endpoint) {
            (Some(endpoint), _) => Some(endpoint.clone()),
            (None, Some(value)) => value.named(),
            (None, None) => match self.endpoints().as_slice() {
                [] => None,
                [only] => Some((*only).to_owned()),
                several => return Err(self.several(question, several).into()),
            },
        };
        let keys = |key: &&str| {
            let variable = question.variable(key, &variable_of(key));
            variable.or_else(|| self.get(section.as_deref()?, key, key))
        };
        values.extend(KEYS.iter().filter_map(keys));
        match endpoint {
            Some(endpoint) => values.push(endpoint),
            None if question.url.is_none() => {
                values.extend(section.as_deref().and_then(|name| {
                    let provenance = self.place(name)?;
                    let content = Content::Text(Secret::new(name));
                    Some(Value { field: "endpoint".into(), content, provenance })
                }));
            }
            None => {}
        }
        if let Some(provenance) = values.first().map(|value| value.provenance.clone()) {
            values.extend(chosen(question, &Account { name: UNNAMED.to_owned(), provenance }));
        }
        Ok(values)
    }

    /// The endpoint of the account without a name.
    fn endpoint(&self, question: &Question<'_>) -> Option<Value> {
        let variable = question.variable("endpoint", "OVH_ENDPOINT");
        variable.or_else(|| self.get(UNNAMED, "endpoint", "endpoint"))
    }

    /// What an import of these values leaves.
    fn left(&self, values: &[Value]) -> Vec<(String, String)> {
        let is_taken = |section: &Section, key: &str| {
            values.iter().any(|value| value.field == key)
                && (section.name == UNNAMED || section.has_any(KEYS))
        };
        let mut left = Vec::new();
        for section in self.sections() {
            let is_used = values.iter().any(|value| match &value.provenance {
                Provenance::Vendor(place) => self.holds(section, place),
                _ => false,
            });
            if !is_used && section.name != UNNAMED {
                let why = "another account: --account NAME takes [profile:NAME]".to_owned();
                left.push((format!("[{}]", section.name), why));
                continue;
            }
            for key in section.keys().filter(|key| !is_taken(section, key)) {
                let why = "no field of a profile".to_owned();
                left.push((format!("{key} of [{}]", section.name), why));
            }
        }
        left
    }

    /// Whether a place is in a section.
    fn holds(&self, section: &Section, place: &super::Place) -> bool {
        self.read.iter().filter(|file| file.path == place.path).any(|file| {
            let of_section = |key: &str| section.get(key).map(|(_, line)| Some(line));
            file.sections.iter().any(|own| std::ptr::eq(own, section))
                && section.keys().filter_map(of_section).any(|line| line == place.line)
        })
    }

    fn several(&self, question: &Question<'_>, endpoints: &[&str]) -> Error {
        let shown: Vec<String> = endpoints.iter().map(|name| super::quoted(name)).collect();
        let (files, first) = (self.shown(), shown.first().map_or("", String::as_str));
        let profile = question.profile;
        let variable = crate::profile::names::variable(profile, "endpoint");
        let listed = shown.join(", ");
        let error =
            Error::config(format!("{files} has several accounts and none is chosen: {listed}"));
        if question.is_import {
            return error.hint("endpoint=NAME under [default] chooses one");
        }
        error
            .hint(format!("for one run: --set endpoint={first}"))
            .hint(format!("export {variable}={first}"))
            .hint(format!("for OVHcloud's own tools too: endpoint={first} under [default]"))
    }
}

fn variable_of(key: &str) -> String {
    format!("OVH_{}", key.to_ascii_uppercase())
}

/// The account as a value, where no stronger layer gives it.
fn chosen(question: &Question<'_>, account: &Account) -> Option<Value> {
    question.account.is_none().then(|| Value {
        field: question.account_field().to_owned(),
        content: Content::Text(Secret::new(account.name.clone())),
        provenance: account.provenance.clone(),
    })
}

fn distinct<'name>(names: impl Iterator<Item = &'name str>) -> Vec<&'name str> {
    let mut all = Vec::new();
    for name in names.filter(|name| !name.is_empty()) {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// Checks that a file of the working directory, which may be anybody's, sends
/// no credential of another place to a server that it names itself.
fn check_endpoint(question: &Question<'_>, values: &[Value]) -> Result<()> {
    let names = &question.preset.url.names;
    let is_own = |value: &Value| matches!(&value.provenance, Provenance::Vendor(place) if *place.path == *Path::new(OWN));
    let Some(endpoint) = values.iter().find(|value| value.field == "endpoint") else {
        return Ok(());
    };
    if !is_own(endpoint) || names.iter().any(|(name, _)| Some(name) == endpoint.named().as_ref()) {
        return Ok(());
    }
    match values.iter().find(|value| KEYS.contains(&value.field.as_str()) && !is_own(value)) {
        None => Ok(()),
        Some(foreign) => {
            let (place, field) = (&endpoint.provenance, &foreign.field);
            let why = format!(
                "{place}: a file of the working directory names a server of its own for the \
                 {field} of {}",
                foreign.provenance
            );
            Err(Error::config(why).hint("export OVH_ENDPOINT=…, if it may go there").into())
        }
    }
}
