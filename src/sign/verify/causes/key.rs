//! What happens to secrets on their way from one program to another.

use crate::sign::digest;
use crate::sign::encode::{decode, encode_strict};
use crate::sign::verify::case::{Case, Suspect};
use crate::sign::verify::causes::orders;

/// Identifiers and secrets of the profile, each in the place of another: all
/// orders in which the presented identifiers are where the request has them.
pub(super) fn in_another_order<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let identifiers = case.scheme.identifiers();
    let is_part = |name: &str, secret: bool| secret || identifiers.contains(&name);
    let params = case.scheme.params().iter();
    let names: Vec<&'static str> = params
        .filter(|param| is_part(param.name, param.secret) && param.name != "private_key")
        .map(|param| param.name)
        .collect();
    let values: Vec<&str> = names.iter().map(|name| case.own.get(name).unwrap_or("")).collect();
    let told = [Some(case.presented.key_id.as_str()), case.presented.token.as_deref()];
    let mut suspects = Vec::new();
    for order in orders(names.len()) {
        let value_of = |index: usize| values[order[index]];
        let moved: Vec<usize> =
            (0..names.len()).filter(|index| value_of(*index) != values[*index]).collect();
        let is_told = identifiers.iter().zip(told).all(|(name, told)| {
            let index = names.iter().position(|other| other == name);
            index.is_some_and(|index| value_of(index) == told.unwrap_or_default())
        });
        if moved.is_empty() || !is_told {
            continue;
        }
        let mut changed = case.clone();
        for (index, name) in names.iter().copied().enumerate() {
            match value_of(index) {
                "" if case.own.get(name).is_none() => changed.params.unset(name),
                value => changed.params.set(name, value),
            }
        }
        let moves: Vec<String> = moved
            .iter()
            .map(|index| match value_of(*index) {
                "" => format!("no {}", names[*index]),
                _ => format!("{} for {}", names[order[*index]], names[*index]),
            })
            .collect();
        let how = format!("with the parts of the key in another order: {}", moves.join(", "));
        suspects.push(changed.suspect(how));
    }
    suspects
}

/// Each secret of the profile in other forms, and what each form is.
fn with_secrets<'a>(
    case: &Case<'a>,
    forms: impl Fn(&str) -> Vec<(String, &'static str)>,
) -> Vec<Suspect<'a>> {
    let mut suspects = Vec::new();
    for param in case.scheme.params().iter().filter(|param| param.secret) {
        let Some(secret) = case.params.get(param.name) else { continue };
        for (form, how) in forms(secret).into_iter().filter(|(form, _)| form != secret) {
            let how = format!("with a {} {how}", param.name);
            suspects.push(case.with_field(param.name, &form).suspect(how).secret(param.name));
        }
    }
    suspects
}

/// With what copying leaves around a secret, or without what it left in the
/// profile's.
pub(super) fn spoiled<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    with_secrets(case, |secret| {
        let bare = secret.trim().trim_matches(['"', '\'']).trim();
        let mut forms = vec![(bare.to_owned(), "without what surrounds the profile's")];
        let around = [
            ("", "\n", "that has a trailing line break"),
            ("", "\r\n", "that has a trailing CR LF"),
            ("", "\r", "that has a trailing CR"),
            ("", " ", "that has a trailing space"),
            ("", "\t", "that has a trailing tab"),
            (" ", "", "that has a leading space"),
            (" ", " ", "that has spaces around it"),
            ("\"", "\"", "that has quotes around it"),
            ("'", "'", "that has quotes around it"),
            ("\"", "\"\n", "that has quotes around it and a trailing line break"),
            ("\u{feff}", "", "that has a byte order mark before it"),
        ];
        forms.extend(around.map(|(before, after, how)| (format!("{before}{bare}{after}"), how)));
        forms
    })
}

pub(super) fn empty<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    with_secrets(case, |_| vec![(String::new(), "that has nothing in it")])
}

pub(super) fn escaped<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    with_secrets(case, |secret| {
        let decoded = String::from_utf8_lossy(&decode(secret.as_bytes())).into_owned();
        vec![
            (encode_strict(secret.as_bytes()), "that is percent-encoded"),
            (decoded, "that is percent-decoded"),
        ]
    })
}

/// RFC 7617 section 2.1: clients older than it take ISO 8859-1.
pub(super) fn latin1<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let Some(bytes) = digest::from_base64(&case.signature) else { return Vec::new() };
    let text: String = bytes.into_iter().map(char::from).collect();
    let mut changed = case.clone();
    changed.signature = digest::base64(text.as_bytes());
    vec![changed.suspect("with user and password in ISO 8859-1, not UTF-8")]
}

/// The presented signature as it should have been written.
pub(super) fn notation<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let presented = &case.presented.signature;
    let decoded = String::from_utf8_lossy(&decode(presented.as_bytes())).into_owned();
    let forms = [
        (decoded, "rightly, but the signature is percent-encoded once too often"),
        (presented.replace(' ', "+"), "rightly, but the signature's + is not percent-encoded"),
        (presented.replace('-', "+").replace('_', "/"), "rightly, but is in the URL's base64"),
        (presented.to_ascii_lowercase(), "rightly, but is in upper-case hex"),
        (format!("$1${presented}"), "rightly, but lacks the $1$ before the hash"),
        (format!("{presented}="), "rightly, but lacks the = at the end of base64"),
        (presented.trim().to_owned(), "rightly, but has white space around it"),
        (base64_of_hex(presented), "rightly, but is in hex, not in base64"),
    ];
    let others = forms.into_iter().filter(|(form, _)| form != presented && !form.is_empty());
    others.map(|(signature, how)| Case { signature, ..case.clone() }.suspect(how)).collect()
}

/// The base64 of what hex digits say; empty when they are none.
fn base64_of_hex(text: &str) -> String {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0).unwrap_or_default();
    let byte = |pair: &[u32]| u8::try_from(pair[0] * 16 + pair[1]).unwrap_or_default();
    digest::base64(&digits.chunks_exact(2).map(byte).collect::<Vec<u8>>())
}
