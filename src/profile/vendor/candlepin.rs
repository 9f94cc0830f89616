//! Candlepin: the consumers of the server's `candlepin.conf`, or the
//! `candlepin` section of Katello's `katello.yaml`.

use super::foreman::value;
use super::yaml::{self, Scalar};
use super::{Account, Place, Question, Vendor};
use crate::error::Result;
use crate::model::secret::Secret;
use crate::profile::layers::Provenance;
use std::path::Path;
use std::rc::Rc;

/// Where the two lie on their servers.
const FILES: &[&str] = &["/etc/candlepin/candlepin.conf", "/etc/foreman/plugins/katello.yaml"];

/// What a consumer's secret is called.
const SECRET: (&str, &str) = ("candlepin.auth.oauth.consumer.", ".secret");

/// Katello's names of the fields.
const KATELLO: [(&str, &str); 4] = [
    ("url", "url"),
    ("consumer_key", "oauth_key"),
    ("consumer_secret", "oauth_secret"),
    ("cacert", "ca_cert_file"),
];

/// Reads the file that is named, or one of a server on this machine.
pub(super) fn read(question: &Question<'_>) -> Result<Vendor> {
    let is_named = question.file.is_some();
    let usual = FILES.iter().map(Path::new).find(|path| path.exists());
    let Some(path) = question.file.or(usual) else { return Ok(Vendor::default()) };
    let Some(text) = super::text_of(path, is_named)? else { return Ok(Vendor::default()) };
    match path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
        true => Ok(of_katello(&yaml::scalars(path, &text)?)),
        false => of_candlepin(question, path, &text),
    }
}

fn of_katello(scalars: &[Scalar]) -> Vendor {
    let mut vendor = Vendor::default();
    let is_candlepins = |scalar: &&Scalar| {
        let keys = scalar.keys.as_slice();
        keys.len() >= 2 && keys[keys.len() - 2] == "candlepin"
    };
    for scalar in scalars.iter().filter(is_candlepins) {
        let key = scalar.keys.last().map_or("", String::as_str);
        match KATELLO.iter().find(|(_, name)| *name == key) {
            Some((field, _)) => vendor.values.push(value(field, scalar)),
            None => vendor.left.push((key.to_owned(), "no field of a profile".to_owned())),
        }
    }
    let others = scalars.iter().filter(|scalar| !is_candlepins(scalar)).count();
    if others > 0 {
        vendor.left.push((format!("{others} other settings"), "they sign nothing".to_owned()));
    }
    vendor
}

/// Reads the lines of Java's properties that name consumers.
fn of_candlepin(question: &Question<'_>, path: &Path, text: &str) -> Result<Vendor> {
    let path: Rc<Path> = Rc::from(path);
    let mut vendor = Vendor::default();
    let mut consumers: Vec<(String, Scalar)> = Vec::new();
    let mut others = 0;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        let (key, text) = line.split_once(['=', ':']).unwrap_or((line, ""));
        let (key, text) = (key.trim(), text.trim());
        let name = key.strip_prefix(SECRET.0).and_then(|rest| rest.strip_suffix(SECRET.1));
        let place = Place { path: Rc::clone(&path), line: Some(number + 1) };
        match name {
            Some(name) => {
                let scalar = Scalar { keys: Vec::new(), text: Secret::new(text), place };
                consumers.retain(|(other, _)| other != name);
                consumers.push((name.to_owned(), scalar));
            }
            None if key == "candlepin.auth.oauth.enable" && text != "true" => {
                let why = "Candlepin takes no OAuth until it is true";
                vendor.left.push((format!("{key}, {place}"), why.to_owned()));
            }
            None => others += 1,
        }
    }
    let names: Vec<&str> = consumers.iter().map(|(name, _)| name.as_str()).collect();
    let shown = path.display().to_string();
    let chosen = match (&question.account, consumers.as_slice()) {
        (Some(account), all) => match all.iter().find(|(name, _)| *name == account.name) {
            Some(consumer) => Some(consumer),
            None => return Err(question.unknown(account, &shown, &names).into()),
        },
        (None, []) => None,
        (None, [only]) => Some(only),
        (None, _) => return Err(question.several(&shown, &names).into()),
    };
    if let Some((name, scalar)) = chosen {
        let key = Scalar {
            keys: Vec::new(),
            text: Secret::new(name.clone()),
            place: scalar.place.clone(),
        };
        vendor.values.extend([value("consumer_key", &key), value("consumer_secret", scalar)]);
        let provenance = Provenance::Vendor(scalar.place.clone());
        question.leave_others(&mut vendor, &names, &Account { name: name.clone(), provenance });
    }
    if others > 0 {
        vendor.left.push((format!("{others} other settings"), "they sign nothing".to_owned()));
    }
    Ok(vendor)
}
