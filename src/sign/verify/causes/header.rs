//! Signed headers, which proxies change, add to and take away.

use crate::model::headers::media_type;
use crate::sign::digest::sha256_hex;
use crate::sign::verify::Difference;
use crate::sign::verify::case::{Case, Suspect};

/// The names that SigV4's SignedHeaders gives.
fn listed<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a str> {
    let chosen = &case.presented.chosen;
    let list = chosen.iter().find(|(name, _)| *name == "signed_headers_list");
    let list = list.map_or("", |(_, list)| list.as_str());
    list.split(';').filter(|name| !name.is_empty() && *name != "host")
}

/// Each signed header with the values it may have had.
pub(super) fn changed<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    let mut suspects = Vec::new();
    for name in listed(case) {
        let own = case.draft.headers.text(name);
        let shown = name.escape_default();
        for value in values(case, name, own.as_deref()) {
            if own.as_ref() == Some(&value) {
                continue;
            }
            let is_token = name == "x-amz-security-token";
            let how = match &own {
                None if is_token => "for the session token of the profile, which is gone".into(),
                None => format!("for {shown}: {}, which is gone", value.escape_default()),
                Some(_) if is_token => "for the session token of the profile".into(),
                Some(own) => {
                    let (value, own) = (value.escape_default(), own.escape_default());
                    format!("for {shown}: {value}, not {own}")
                }
            };
            suspects.push(case.with_header(name, Some(value.as_bytes())).suspect(how));
        }
    }
    suspects
}

/// What a header may have been before it was changed.
fn values(case: &Case<'_>, name: &str, own: Option<&str>) -> Vec<String> {
    let mut values = Vec::new();
    let mut add = |value: &str| values.push(value.to_owned());
    match name {
        "accept-encoding" => {
            ["identity", "gzip", "gzip, deflate", "gzip,deflate", "gzip, deflate, br"]
                .into_iter()
                .for_each(&mut add);
        }
        "content-type" => {
            let bare = own.map(media_type).unwrap_or_default();
            [
                "application/json",
                "application/x-www-form-urlencoded",
                "application/octet-stream",
                "binary/octet-stream",
                "text/plain",
            ]
            .into_iter()
            .chain(own.is_some().then_some(bare.as_str()))
            .for_each(|media_type| {
                add(media_type);
                for charset in ["; charset=utf-8", "; charset=UTF-8", ";charset=UTF-8"] {
                    add(&format!("{media_type}{charset}"));
                }
            });
        }
        "content-length" => add(&case.draft.body.length().to_string()),
        "content-encoding" => add("aws-chunked"),
        "x-amz-content-sha256" => {
            add("UNSIGNED-PAYLOAD");
            add(&sha256_hex(b""));
            add(&sha256_hex(&case.body()));
        }
        "x-amz-security-token" => case.own.get("session_token").into_iter().for_each(&mut add),
        _ => {}
    }
    add("");
    // A proxy appends to a list, or adds a field of the same name.
    if let Some(own) = own {
        for (at, _) in own.match_indices(',') {
            add(own[..at].trim_end());
            add(own[at + 1..].trim_start());
        }
        add(own);
        add(&own.to_ascii_lowercase());
    }
    values
}

/// AWS IoT and others want the token added to a URL that is signed already.
pub(super) fn token_added<'a>(case: &Case<'a>) -> Vec<Suspect<'a>> {
    if case.presented.token.is_none() {
        return Vec::new();
    }
    let mut changed = case.clone();
    changed.params.unset("session_token");
    vec![changed.suspect("without the session token, which was added afterwards")]
}

/// A header that SignedHeaders names and the request lacks: a proxy took it
/// away, or whoever captured the request did.
pub(in crate::sign::verify) fn absent(case: &Case<'_>) -> Option<Difference> {
    let name = listed(case).find(|name| !case.draft.headers.has(name))?;
    let name = name.escape_default();
    Some(Difference {
        mend: Some("a proxy, or whoever captured the request, left a signed header out"),
        ..Difference::new(
            "header",
            format!("it covers the header '{name}', which the request has not"),
        )
    })
}
