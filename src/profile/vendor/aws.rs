//! AWS: `~/.aws/credentials`, `~/.aws/config` and `AWS_*`, as botocore reads
//! them. The key, its secret and its session token are of one source; what
//! only AWS's own tools can exchange for keys is an error, never other keys.

mod process;

use super::ini::{Ini, Section};
use super::{Account, Content, Question, Value, Vendor};
use crate::error::{Error, Result};
use crate::model::secret::Secret;
use crate::profile::layers::Provenance;
use std::path::PathBuf;

/// The fields of one credential.
pub(super) const CREDENTIAL: &[&str] = &["access_key", "secret_key", "session_token"];

/// The keys of these fields in a file.
const KEYS: [(&str, &str); 3] = [
    ("access_key", "aws_access_key_id"),
    ("secret_key", "aws_secret_access_key"),
    ("session_token", "aws_session_token"),
];

/// The account where none is named.
const USUAL: &str = "default";

/// Reads the files and the variables.
pub(super) fn read(question: &Question<'_>) -> Result<Vendor> {
    let files = Files::load(question)?;
    let is_explicit = question.account.is_some();
    let variables = if is_explicit { None } else { of_variables(question)? };
    let account = files.account(question, variables.is_some())?;
    let mut vendor = Vendor { inseparable: CREDENTIAL, ..Vendor::default() };
    match (variables, &account) {
        (Some(credential), _) => vendor.values.extend(credential),
        (None, Some(account)) => match files.credential(question, account)? {
            Some(credential) => vendor.values.extend(credential),
            None => vendor.notes.push(format!(
                "the profile '{}' of {} holds no keys",
                account.name.escape_default(),
                files.shown()
            )),
        },
        (None, None) => of_web_identity(question, None)?,
    }
    let in_account = |key: &str, field: &str| files.get(account.as_ref()?, key, field);
    let region = question
        .variable("region", "AWS_REGION")
        .or_else(|| question.variable("region", "AWS_DEFAULT_REGION"))
        .or_else(|| in_account("region", "region"));
    vendor.values.extend(region);
    if question.url.is_none() {
        vendor.values.extend(files.endpoint(question, account.as_ref()));
    }
    if let Some(account) = account.as_ref().filter(|_| question.is_import) {
        files.leave(question, account, &mut vendor);
    }
    if let Some(account) = account.filter(|_| !is_explicit && !vendor.values.is_empty()) {
        vendor.values.push(Value {
            field: question.account_field().to_owned(),
            content: Content::Text(Secret::new(account.name)),
            provenance: account.provenance,
        });
    }
    Ok(vendor)
}

/// The credential of the variables; `None` where they give none.
///
/// # Errors
/// When the secret to a key is missing.
fn of_variables(question: &Question<'_>) -> Result<Option<Vec<Value>>> {
    let Some(key) = question.variable("access_key", "AWS_ACCESS_KEY_ID") else { return Ok(None) };
    let Some(secret) = question.variable("secret_key", "AWS_SECRET_ACCESS_KEY") else {
        return Err(Error::config("AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not")
            .hint("export AWS_SECRET_ACCESS_KEY=…, or unset AWS_ACCESS_KEY_ID")
            .into());
    };
    let token = question
        .variable("session_token", "AWS_SESSION_TOKEN")
        .or_else(|| question.variable("session_token", "AWS_SECURITY_TOKEN"));
    Ok(Some([key, secret].into_iter().chain(token).collect()))
}

/// Refuses what the variables of a web identity would be exchanged for.
fn of_web_identity(question: &Question<'_>, account: Option<&str>) -> Result<()> {
    let is_set = |name: &str| question.environment.get(name).is_some();
    if question.account.is_none() && is_set("AWS_WEB_IDENTITY_TOKEN_FILE") && is_set("AWS_ROLE_ARN")
    {
        let what = "AWS_ROLE_ARN names a role that AWS_WEB_IDENTITY_TOKEN_FILE is exchanged for";
        return Err(elsewhere(what.to_owned(), account).into());
    }
    Ok(())
}

/// That only AWS's own tools get the keys, and how to have them do it.
fn elsewhere(what: String, account: Option<&str>) -> Error {
    let option = match account.filter(|name| *name != USUAL) {
        Some(name) => format!(" --profile {}", super::quoted(name)),
        None => String::new(),
    };
    Error::config(what)
        .hint(format!("eval \"$(aws configure export-credentials{option} --format env)\""))
        .hint(format!(
            "for good, in a profile of ~/.aws/config: credential_process = \
             aws configure export-credentials{option} --format process"
        ))
}

struct Files {
    credentials: Option<Ini>,
    config: Option<Ini>,
}

impl Files {
    fn load(question: &Question<'_>) -> Result<Self> {
        if let Some(path) = question.file {
            let file = Ini::load(path, true)?;
            let is_config = file.iter().flat_map(|file| &file.sections).any(|section| {
                ["profile ", "sso-session ", "services "]
                    .iter()
                    .any(|word| section.name.starts_with(word))
            });
            return Ok(match is_config {
                true => Self { credentials: None, config: file },
                false => Self { credentials: file, config: None },
            });
        }
        let load = |variable: &str, usual: &str| -> Result<Option<Ini>> {
            let Some(path) = path(question, variable, usual)? else { return Ok(None) };
            Ini::load(&path, false)
        };
        Ok(Self {
            credentials: load("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials")?,
            config: load("AWS_CONFIG_FILE", ".aws/config")?,
        })
    }

    /// The sections of an account, that of the credentials first: what both
    /// have counts there.
    fn sections<'files>(
        &'files self,
        name: &str,
    ) -> impl Iterator<Item = (&'files Ini, &'files Section)> {
        let credentials =
            self.credentials.as_ref().and_then(|file| Some((file, file.section(name)?)));
        let config = self.config.as_ref().and_then(|file| {
            let is_its = |section: &&Section| in_config(&section.name).as_deref() == Some(name);
            Some((file, file.sections.iter().find(is_its)?))
        });
        credentials.into_iter().chain(config)
    }

    /// The names of all accounts, each once.
    fn names(&self) -> Vec<String> {
        let credentials = self.credentials.iter().flat_map(|file| &file.sections);
        let config = self.config.iter().flat_map(|file| &file.sections);
        let names = credentials.map(|section| section.name.clone());
        let mut all: Vec<String> = Vec::new();
        for name in names.chain(config.filter_map(|section| in_config(&section.name))) {
            if !all.contains(&name) {
                all.push(name);
            }
        }
        all
    }

    /// Both files, for messages.
    fn shown(&self) -> String {
        let files = self.credentials.iter().chain(&self.config);
        let paths: Vec<String> = files.map(|file| file.path.display().to_string()).collect();
        if paths.is_empty() { "~/.aws".to_owned() } else { paths.join(", ") }
    }

    /// Which account is used; `None` where there is none. One that is needed
    /// for no credential may be missing.
    ///
    /// # Errors
    /// When the one that is named is not there, or none is named and there
    /// are several.
    fn account(&self, question: &Question<'_>, has_credential: bool) -> Result<Option<Account>> {
        let of =
            |value: Value| Some(Account { name: value.named()?, provenance: value.provenance });
        let named = question
            .account
            .clone()
            .or_else(|| question.variable("", "AWS_PROFILE").and_then(of))
            .or_else(|| question.variable("", "AWS_DEFAULT_PROFILE").and_then(of));
        let names = self.names();
        if let Some(account) = named {
            if names.contains(&account.name) {
                return Ok(Some(account));
            }
            if has_credential {
                return Ok(None);
            }
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let error = question.unknown(&account, &self.shown(), &names);
            return Err(self.misnamed(&account.name, error).into());
        }
        let found = |name: &str| {
            let (file, section) = self.sections(name).next()?;
            let provenance = Provenance::Vendor(file.place(section.line));
            Some(Account { name: name.to_owned(), provenance })
        };
        if has_credential || names.iter().any(|name| name == USUAL) {
            return Ok(found(USUAL));
        }
        match names.as_slice() {
            [] => Ok(None),
            [only] => Ok(found(only)),
            several => {
                let names: Vec<&str> = several.iter().map(String::as_str).collect();
                let told = question.several(&self.shown(), &names);
                let first = super::quoted(names[0]);
                Err(told
                    .hint(format!("for AWS's own tools too: export AWS_PROFILE={first}"))
                    .into())
            }
        }
    }

    /// Says of a name that is not there that the config spells it otherwise.
    fn misnamed(&self, name: &str, error: Error) -> Error {
        let Some(file) = &self.config else { return error };
        match file.section(name) {
            Some(section) => {
                let (place, name) = (file.place(section.line), name.escape_default());
                error.hint(format!("{place}: [{name}] has to be [profile {name}] there"))
            }
            None => error,
        }
    }

    /// The value of a key of an account.
    fn get(&self, account: &Account, key: &str, field: &str) -> Option<Value> {
        self.sections(&account.name).find_map(|(file, section)| value(file, section, key, field))
    }

    /// The account's credential; `None` where it has none.
    ///
    /// # Errors
    /// When it is one that AWS's own tools have to get, or a part is missing.
    fn credential(&self, question: &Question<'_>, account: &Account) -> Result<Option<Vec<Value>>> {
        let name = account.name.as_str();
        let refuse = |key: &str, what: &str| match self.get(account, key, "") {
            Some(value) => {
                let told = format!("{}: {key}: {what}", value.provenance);
                Err(elsewhere(told, Some(name)))
            }
            None => Ok(()),
        };
        // In botocore's order: an account that has more than one of these gets
        // the same keys here as there, or none.
        refuse("role_arn", "AWS's own tools have to assume the role")?;
        of_web_identity(question, Some(name))?;
        refuse("sso_account_id", "AWS's own tools have to sign in")?;
        refuse("sso_role_name", "AWS's own tools have to sign in")?;
        let mut sections = self.sections(name);
        let in_credentials = sections.find(|(file, _)| self.is_credentials(file));
        if let Some(pair) = in_credentials
            && let Some(credential) = pair_of(pair.0, pair.1)?
        {
            return Ok(Some(credential));
        }
        refuse("login_session", "AWS's own tools have to sign in")?;
        if let Some(command) = self.get(account, "credential_process", "") {
            return process::read(question, &command).map(Some);
        }
        for (file, section) in self.sections(name) {
            if let Some(credential) = pair_of(file, section)? {
                return Ok(Some(credential));
            }
        }
        Ok(None)
    }

    /// Says what an import of the account leaves.
    fn leave(&self, question: &Question<'_>, account: &Account, vendor: &mut Vendor) {
        const TAKEN: &[&str] = &[
            "region",
            "endpoint_url",
            "services",
            "credential_process",
            KEYS[0].1,
            KEYS[1].1,
            KEYS[2].1,
        ];
        for (_, section) in self.sections(&account.name) {
            for key in section.keys().filter(|key| !TAKEN.contains(key)) {
                let why = "no field of a profile".to_owned();
                vendor.left.push((format!("{key} of [{}]", section.name), why));
            }
        }
        let names = self.names();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        question.leave_others(vendor, &names, account);
    }

    fn is_credentials(&self, file: &Ini) -> bool {
        self.credentials.as_ref().is_some_and(|own| std::ptr::eq(own, file))
    }

    /// The server that is set for all services or for the preset's.
    fn endpoint(&self, question: &Question<'_>, account: Option<&Account>) -> Option<Value> {
        let field = question.preset.url.field.as_str();
        let ignored = |value: Option<Value>| {
            value
                .and_then(|value| value.named())
                .is_some_and(|text| text.eq_ignore_ascii_case("true"))
        };
        let in_account = |key: &str| self.get(account?, key, field);
        if ignored(question.variable(field, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"))
            || ignored(in_account("ignore_configured_endpoint_urls"))
        {
            return None;
        }
        let service = question.preset.vendor.as_ref().and_then(|rule| rule.service.as_deref());
        let own =
            service.map(|service| format!("AWS_ENDPOINT_URL_{}", service.to_ascii_uppercase()));
        own.and_then(|name| question.variable(field, &name))
            .or_else(|| question.variable(field, "AWS_ENDPOINT_URL"))
            .or_else(|| self.service_endpoint(in_account("services")?, service?, field))
            .or_else(|| in_account("endpoint_url"))
    }

    /// `endpoint_url` beneath a service in a `[services NAME]` of the config.
    fn service_endpoint(&self, services: Value, service: &str, field: &str) -> Option<Value> {
        let file = self.config.as_ref()?;
        let section = file.section(&format!("services {}", services.named()?))?;
        let (lines, line) = section.get(service)?;
        let url = lines.expose().lines().find_map(|line| {
            let (key, url) = line.split_once('=')?;
            (key.trim() == "endpoint_url").then(|| url.trim().to_owned())
        })?;
        let provenance = Provenance::Vendor(file.place(line));
        Some(Value {
            field: field.to_owned(),
            content: Content::Text(Secret::new(url)),
            provenance,
        })
    }
}

/// Where a file is; `~/` is the home directory.
fn path(question: &Question<'_>, variable: &str, usual: &str) -> Result<Option<PathBuf>> {
    let Some(path) = question.environment.path(variable) else {
        return Ok(question.in_home(usual));
    };
    Ok(match path.strip_prefix("~") {
        Ok(rest) => question.in_home(&rest.to_string_lossy()),
        Err(_) => Some(path),
    })
}

/// The account that a section of the config is: `[default]`, `[profile NAME]`.
fn in_config(section: &str) -> Option<String> {
    match shlex::split(section)?.as_slice() {
        [only] if only == USUAL => Some(USUAL.to_owned()),
        [word, name] if word == "profile" => Some(name.clone()),
        _ => None,
    }
}

fn value(file: &Ini, section: &Section, key: &str, field: &str) -> Option<Value> {
    let (text, line) = section.get(key)?;
    let provenance = Provenance::Vendor(file.place(line));
    Some(Value { field: field.to_owned(), content: Content::Text(text), provenance })
}

/// The credential of a section; `None` where it has none.
///
/// # Errors
/// When the secret to a key is missing.
fn pair_of(file: &Ini, section: &Section) -> Result<Option<Vec<Value>>> {
    let [key, secret, token] = KEYS.map(|(field, key)| value(file, section, key, field));
    let Some(key) = key else { return Ok(None) };
    let Some(secret) = secret else {
        let why =
            format!("{}: there is an aws_access_key_id, no aws_secret_access_key", key.provenance);
        return Err(Error::config(why).into());
    };
    // An empty one is none, as in botocore.
    let token = token.filter(|token| token.named().is_some_and(|text| !text.is_empty()));
    Ok(Some([key, secret].into_iter().chain(token).collect()))
}
