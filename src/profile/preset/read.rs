//! Reads a preset's file.

use crate::error::{Error, Kind, Result};
use crate::model::fields::FieldsAs;
use crate::profile::document::{self, Located, Table};
use crate::profile::preset::answer::{AnswerRules, Part, RefusalRule, Rule};
use crate::profile::preset::answers::Answers;
use crate::profile::preset::{CheckCall, IdentityRule, Preset, UrlRule, lists};
use crate::profile::schema::{Feeds, Field, FieldKind};
use crate::profile::shape::{Mistake, Shape};
use crate::profile::vendor::VendorRule;
use crate::sign;
use anyhow::Context as _;

/// Reads `text`, the file of the preset `name`.
///
/// # Errors
/// A fault of this program: the data is built in.
pub(super) fn read(name: &'static str, text: &'static str) -> Result<Preset> {
    build(name, text).map_err(|error| fault(name, &error))
}

/// An error in built-in data: not the user's config is at fault, so the kind
/// is not its.
pub(super) fn fault(name: &str, error: &anyhow::Error) -> anyhow::Error {
    Error::new(Kind::Internal, format!("preset {name}: {}", crate::error::one_line(error))).into()
}

fn build(name: &'static str, text: &'static str) -> Result<Preset> {
    let (text, answer) = split(text).context("answer is missing")?;
    let (text, lists) = lists::split(text);
    let root = document::parse(&document::built_in(name), text)?;
    let scheme = need(&root, "scheme")?;
    let url = root.get("url").context("url is missing")?.table("url")?;
    let rule = url_rule(url)?;
    let mut fields = vec![url_field(url, &rule)?];
    for table in tables(&root, "field")? {
        fields.push(field(table, &scheme)?);
    }
    let vendor = root.get("vendor").map(|table| table.table("vendor")).transpose()?;
    fields.extend(vendor.map(account_field).transpose()?.flatten());
    Ok(Preset {
        name,
        vendor: vendor.map(vendor_rule).transpose()?,
        title: need(&root, "title")?,
        about: need(&root, "about")?,
        example: need(&root, "example")?,
        check: check(root.get("check").context("check is missing")?.table("check")?)?,
        settings: pairs(&root, "settings")?,
        ignores_signed_urls: flag(&root, "ignores_signed_urls")?,
        fields,
        url: rule,
        headers: pairs(&root, "headers")?,
        identity: tables(&root, "identity")?
            .into_iter()
            .map(|table| {
                Ok(IdentityRule { field: need(table, "field")?, header: need(table, "header")? })
            })
            .collect::<Result<_>>()?,
        fields_as: FieldsAs::parse(&need(&root, "fields_as")?)?,
        raw_content_type: text_of(&root, "raw_content_type")?,
        bodyless_content_type: text_of(&root, "bodyless_content_type")?,
        boot_resources: text_of(&root, "boot_resources")?,
        lists,
        answer: Answers::new(answer, flag(&root, "refuses_with_success")?),
        scheme,
    })
}

fn check(table: &Table) -> Result<CheckCall> {
    Ok(CheckCall { path: need(table, "path")?, service: text_of(table, "service")? })
}

fn vendor_rule(table: &Table) -> Result<VendorRule> {
    Ok(VendorRule {
        reader: need(table, "reader")?,
        account: text_of(table, "account")?,
        places: need(table, "places")?,
        service: text_of(table, "service")?,
        import_only: flag(table, "import_only")?,
    })
}

/// The field that names one of the vendor's accounts.
fn account_field(table: &Table) -> Result<Option<Field>> {
    let Some(name) = text_of(table, "account")? else { return Ok(None) };
    Ok(Some(Field::new(&name, &need(table, "about")?, FieldKind::Name)))
}

fn url_rule(table: &Table) -> Result<UrlRule> {
    Ok(UrlRule {
        field: text_of(table, "field")?.unwrap_or_else(|| "url".into()),
        names: pairs(table, "names")?,
        tells: match table.get("tells") {
            None => Vec::new(),
            Some(tells) => {
                let fields = tells.table("tells")?;
                let each =
                    fields.iter().map(|entry| Ok((entry.key.clone(), pairs(fields, &entry.key)?)));
                each.collect::<Result<_>>()?
            }
        },
        append: text_of(table, "append")?,
        api_prefix: text_of(table, "api_prefix")?,
        template: text_of(table, "template")?,
        root_paths: texts(table, "root_paths")?,
        root_suffix: text_of(table, "root_suffix")?,
        amazon_hosts: flag(table, "amazon_hosts")?,
        bucket_hosts: flag(table, "bucket_hosts")?,
        region_default: text_of(table, "region_default")?,
    })
}

fn url_field(table: &Table, rule: &UrlRule) -> Result<Field> {
    Ok(Field {
        required: !rule.is_optional(),
        default: text_of(table, "default")?,
        shape: shape(table)?,
        ..Field::new(&rule.field, &need(table, "about")?, FieldKind::Url)
    })
}

/// A field; what the file does not say about one that the scheme has too is
/// what the scheme says.
fn field(table: &Table, preset_scheme: &str) -> Result<Field> {
    let name = need(table, "name")?;
    let scheme = text_of(table, "scheme")?.unwrap_or_else(|| preset_scheme.to_owned());
    let param_name = text_of(table, "param")?.unwrap_or_else(|| name.clone());
    let params = sign::scheme(&scheme).map(sign::Scheme::params).unwrap_or_default();
    let param = params.iter().find(|param| param.name == param_name);
    let parts = texts(table, "parts")?;
    let base = match param {
        Some(param) => Field { name: name.clone(), ..Field::of_param(&scheme, param) },
        None if flag(table, "flag")? => Field::new(&name, "", FieldKind::Flag),
        None => Field::new(&name, "", FieldKind::Text),
    };
    let feeds = if parts.is_empty() {
        base.feeds.clone()
    } else {
        Feeds::Parts { scheme, params: parts, shown: need(table, "parts_shown")? }
    };
    let choices = texts(table, "choices")?;
    let required = table.get("required").map(|value| value.boolean("required")).transpose()?;
    Ok(Field {
        about: text_of(table, "about")?.unwrap_or(base.about),
        required: required.unwrap_or(base.required),
        secret: base.secret || flag(table, "secret")?,
        default: text_of(table, "default")?.or(base.default),
        choices: if choices.is_empty() { base.choices } else { choices },
        feeds,
        shape: shape(table)?,
        ..base
    })
}

/// What a field's values usually look like, and the known slips.
fn shape(table: &Table) -> Result<Option<Shape>> {
    let Some(pattern) = text_of(table, "shape")? else { return Ok(None) };
    let mistake = |table: &Table| {
        Ok(Mistake { pattern: need(table, "shape")?, means: need(table, "means")? })
    };
    let mistakes = tables(table, "mistake")?.into_iter().map(mistake).collect::<Result<_>>()?;
    Ok(Some(Shape { pattern, shown: need(table, "shape_shown")?, mistakes }))
}

/// A preset's file without and with its last part, how answers are read: that
/// is read only when an answer is judged by it.
fn split(text: &'static str) -> Option<(&'static str, &'static str)> {
    text.find("\n[answer]\n").map(|at| text.split_at(at + 1))
}

/// Reads the part of a preset's file that says how answers are read.
///
/// # Errors
/// When it is malformed or holds something else.
pub(super) fn answer(text: &str) -> Result<AnswerRules> {
    let root = document::parse(&document::built_in("answer"), text)?;
    if let Some(other) = root.iter().find(|entry| entry.key != "answer") {
        return Err(other.place.error("answer has to be the last").into());
    }
    answer_rules(root.get("answer").context("answer is missing")?.table("answer")?)
}

fn answer_rules(table: &Table) -> Result<AnswerRules> {
    let parts = |key: &str| -> Result<Vec<Part>> {
        texts(table, key)?
            .iter()
            .map(|text| Part::parse(text).with_context(|| format!("'{text}' is no part")))
            .collect()
    };
    let refused = tables(table, "refused")?
        .into_iter()
        .map(|table| {
            Ok(RefusalRule { rule: rule(table)?, may_be_clock: flag(table, "may_be_clock")? })
        })
        .collect::<Result<_>>()?;
    Ok(AnswerRules {
        refused,
        transient: tables(table, "transient")?.into_iter().map(rule).collect::<Result<_>>()?,
        code: parts("code")?,
        message: parts("message")?,
        mask_after: texts(table, "mask_after")?,
    })
}

fn rule(table: &Table) -> Result<Rule> {
    Ok(Rule {
        statuses: texts(table, "status")?
            .iter()
            .map(|text| statuses(text).with_context(|| format!("'{text}' is no status")))
            .collect::<Result<_>>()?,
        codes: texts(table, "code")?,
        messages: texts(table, "message")?,
    })
}

/// `401` is one status, `2xx` are a hundred.
fn statuses(text: &str) -> Option<std::ops::RangeInclusive<u16>> {
    match text.strip_suffix("xx") {
        Some(class) => class.parse::<u16>().ok().map(|class| class * 100..=class * 100 + 99),
        None => text.parse::<u16>().ok().map(|status| status..=status),
    }
}

pub(super) fn text_of(table: &Table, key: &str) -> Result<Option<String>> {
    table.get(key).map(|value| value.text(key).map(str::to_owned)).transpose()
}

pub(super) fn need(table: &Table, key: &str) -> Result<String> {
    text_of(table, key)?.with_context(|| format!("{key} is missing"))
}

fn flag(table: &Table, key: &str) -> Result<bool> {
    table.get(key).map_or(Ok(false), |value| value.boolean(key))
}

pub(super) fn texts(table: &Table, key: &str) -> Result<Vec<String>> {
    table.get(key).map_or(Ok(Vec::new()), |value| value.texts(key))
}

pub(super) fn tables<'table>(table: &'table Table, key: &str) -> Result<Vec<&'table Table>> {
    table.get(key).map_or(Ok(Vec::new()), |value: &Located| value.tables(key))
}

/// A table of names and texts.
pub(super) fn pairs(table: &Table, key: &str) -> Result<Vec<(String, String)>> {
    let Some(value) = table.get(key) else { return Ok(Vec::new()) };
    value
        .table(key)?
        .iter()
        .map(|entry| Ok((entry.key.clone(), entry.value.text(&entry.key)?.to_owned())))
        .collect()
}
