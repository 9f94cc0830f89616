//! Reads a SigV4 signature out of a received request's Authorization header.

use crate::model::request::Received;
use crate::model::time::Time;
use crate::sign::{Presented, Unreadable};

/// Reads `ALG Credential=…, SignedHeaders=…, Signature=…`.
pub(super) fn read(received: &Received) -> Result<Presented, Unreadable> {
    let header = received.headers.text("authorization").ok_or(Unreadable::Missing)?;
    let (algorithm, rest) = header.split_once(' ').ok_or(Unreadable::Missing)?;
    let prefix = algorithm.strip_suffix("-HMAC-SHA256").ok_or(Unreadable::Missing)?;
    let malformed = |what: &str| Unreadable::Malformed(what.to_owned());
    let part = |name: &str| {
        rest.split(',')
            .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
            .ok_or_else(|| Unreadable::Malformed(format!("{name} is missing")))
    };
    // The access key may hold slashes itself: the scope is the last four parts.
    let mut scope = part("Credential")?.rsplitn(5, '/');
    let mut next = || scope.next().ok_or_else(|| malformed("Credential has fewer than 5 parts"));
    let (terminator, service, region, date) = (next()?, next()?, next()?, next()?);
    let access_key = next()?;
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
    if !timestamp.starts_with(date) {
        return Err(malformed("the date of Credential is not that of the date header"));
    }
    Ok(Presented {
        key_id: access_key.to_owned(),
        token: received.headers.text("x-amz-security-token"),
        time: Some(time),
        nonce: None,
        chosen: vec![
            ("algorithm", algorithm.to_owned()),
            ("region", region.to_owned()),
            ("service", service.to_owned()),
            ("terminator", terminator.to_owned()),
            ("date_header", date_header),
            ("signed_headers_list", signed_headers.to_owned()),
        ],
        strip: vec!["Authorization".into()],
        signature: part("Signature")?.to_owned(),
    })
}
