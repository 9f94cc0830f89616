//! Reads a SigV4 signature out of a received request: from its Authorization
//! header, or from the query of a signed URL.

use crate::model::request::Received;
use crate::model::time::Time;
use crate::sign::encode::parse_form;
use crate::sign::{Placement, Presented, Unreadable};

/// Reads the Authorization header, or the query of a signed URL.
pub(super) fn read(received: &Received) -> Result<Presented, Unreadable> {
    match of_query(received)? {
        Some(presented) => Ok(presented),
        None => of_header(received),
    }
}

/// Reads `X-Amz-Algorithm`, `X-Amz-Credential` and their kin.
fn of_query(received: &Received) -> Result<Option<Presented>, Unreadable> {
    const NAMES: &[&str] = &[
        "Algorithm",
        "Credential",
        "Date",
        "Expires",
        "SignedHeaders",
        "Security-Token",
        "Signature",
    ];
    let query = received.url.query().unwrap_or_default();
    let Some(prefix) = query
        .split('&')
        .find_map(|pair| pair.split_once("-Signature=").map(|(prefix, _)| prefix))
        .filter(|prefix| prefix.starts_with("X-"))
    else {
        return Ok(None);
    };
    let own = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        let name = name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('-'));
        name.is_some_and(|name| NAMES.contains(&name))
    };
    let pairs = parse_form(query.as_bytes());
    // The canonical query holds every parameter but the signature, so a second
    // one of these would be taken for the first and not be covered by it.
    for name in NAMES.iter().map(|name| format!("{prefix}-{name}")) {
        if pairs.iter().filter(|(other, _)| *other == name.as_bytes()).count() > 1 {
            return Err(Unreadable::Malformed(format!("{name} is given twice")));
        }
    }
    let get = |name: &str| {
        let full = format!("{prefix}-{name}");
        let found = pairs.iter().find(|(other, _)| *other == full.as_bytes());
        found.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
    };
    let need = |name: &str| {
        get(name).ok_or_else(|| Unreadable::Malformed(format!("{prefix}-{name} is missing")))
    };
    let wrong = |name: &str| Unreadable::Malformed(format!("{prefix}-{name} cannot be read"));
    let time = Time::parse_iso8601_basic(&need("Date")?).ok_or_else(|| wrong("Date"))?;
    let expires = need("Expires")?.parse::<u64>().map_err(|_| wrong("Expires"))?;
    let credential = need("Credential")?;
    let Credential { access_key, date, region, service, terminator } =
        Credential::read(&credential)?;
    let rest: Vec<&str> = query.split('&').filter(|pair| !own(pair)).collect();
    Ok(Some(Presented {
        key_id: access_key.to_owned(),
        token: get("Security-Token"),
        time: Some(time),
        nonce: None,
        chosen: vec![
            ("algorithm", need("Algorithm")?),
            ("scope_date", date.to_owned()),
            ("region", region.to_owned()),
            ("service", service.to_owned()),
            ("terminator", terminator.to_owned()),
            ("date_header", format!("{prefix}-Date")),
            ("signed_headers_list", need("SignedHeaders")?),
        ],
        strip: Vec::new(),
        placement: Placement::Query { expires: Some(expires) },
        query: Some(rest.join("&")),
        body: None,
        signature: need("Signature")?,
    }))
}

/// `access_key/date/region/service/terminator`.
struct Credential<'a> {
    access_key: &'a str,
    date: &'a str,
    region: &'a str,
    service: &'a str,
    terminator: &'a str,
}

impl<'a> Credential<'a> {
    /// The access key may hold slashes itself: the scope is the last four parts.
    fn read(text: &'a str) -> Result<Self, Unreadable> {
        let mut parts = text.rsplitn(5, '/');
        let mut next = || {
            parts.next().ok_or_else(|| {
                Unreadable::Malformed("Credential has fewer than 5 parts".to_owned())
            })
        };
        let (terminator, service, region, date) = (next()?, next()?, next()?, next()?);
        Ok(Self { access_key: next()?, date, region, service, terminator })
    }
}

/// Reads `ALG Credential=…, SignedHeaders=…, Signature=…`.
fn of_header(received: &Received) -> Result<Presented, Unreadable> {
    let header = received.headers.text("authorization").ok_or(Unreadable::Missing)?;
    let (algorithm, rest) = header.split_once(' ').ok_or(Unreadable::Missing)?;
    let prefix = algorithm.strip_suffix("-HMAC-SHA256").ok_or(Unreadable::Missing)?;
    let part = |name: &str| {
        rest.split(',')
            .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
            .ok_or_else(|| Unreadable::Malformed(format!("{name} is missing")))
    };
    let Credential { access_key, date, region, service, terminator } =
        Credential::read(part("Credential")?)?;
    let signed_headers = part("SignedHeaders")?;

    // A DCI client that signs with AWS4 sends X-Amz-Date, which wins there too.
    let vendor: String = prefix.chars().filter(char::is_ascii_alphabetic).collect();
    let own = format!("x-{}-date", vendor.to_ascii_lowercase());
    let date_header =
        if received.headers.has("x-amz-date") { "X-Amz-Date".to_owned() } else { own };
    let timestamp = received
        .headers
        .text(&date_header)
        .ok_or_else(|| Unreadable::Malformed(format!("{date_header} is missing")))?;
    let time = Time::parse_iso8601_basic(&timestamp)
        .ok_or_else(|| Unreadable::Malformed(format!("{date_header} is no timestamp")))?;
    Ok(Presented {
        key_id: access_key.to_owned(),
        token: received.headers.text("x-amz-security-token"),
        time: Some(time),
        nonce: None,
        chosen: vec![
            ("algorithm", algorithm.to_owned()),
            ("scope_date", date.to_owned()),
            ("region", region.to_owned()),
            ("service", service.to_owned()),
            ("terminator", terminator.to_owned()),
            ("date_header", date_header),
            ("signed_headers_list", signed_headers.to_owned()),
        ],
        strip: vec!["Authorization".into()],
        placement: Placement::Own,
        query: None,
        body: None,
        signature: part("Signature")?.to_owned(),
    })
}
