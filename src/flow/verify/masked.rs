//! Captures in which secrets are masked, as `--har`, `-v` and their like write
//! them: the signature, or something that was signed, is not in them.

use crate::error::{Error, Kind};
use crate::model::request::Received;
use crate::model::secret::MASK;
use crate::sign::verify::Verdict;
use crate::sign::{Presented, Scheme, Unreadable};

/// The error of a capture whose signature, or whose signer, is masked: there
/// is nothing to compare.
pub(super) fn signature(
    scheme: &dyn Scheme,
    received: &Received,
    presented: &Result<Presented, Unreadable>,
) -> Option<Error> {
    let is_masked = |text: &str| text == MASK;
    let part = match presented {
        Ok(presented) if is_masked(&presented.signature) => {
            scheme.shown_credential().unwrap_or("signature")
        }
        Ok(presented) => {
            let told = [Some(&presented.key_id), presented.token.as_ref()];
            let at = told.iter().position(|told| told.is_some_and(|told| is_masked(told)))?;
            scheme.identifiers().get(at).copied().unwrap_or("key")
        }
        // A masked password is no base64, a masked header no scheme's.
        Err(_) => {
            let header = received.headers.text("authorization")?;
            header.rsplit(' ').next().filter(|last| is_masked(last))?;
            "Authorization header"
        }
    };
    Some(error(part))
}

/// The error of a capture whose signature does not hold for no reason that
/// could be proved, and that has a mask where something was signed.
pub(super) fn message(
    received: &Received,
    presented: &Presented,
    verdict: &Verdict,
) -> Option<Error> {
    let difference = verdict.difference.as_ref()?;
    // A signature of one step covers nothing of the request.
    if difference.is_foreign || verdict.theirs.is_some() || verdict.trace.steps.len() < 2 {
        return None;
    }
    if received.url.to_string().contains(MASK) {
        return Some(error("URL"));
    }
    let list = presented.chosen.iter().find(|(name, _)| *name == "signed_headers_list");
    let mut names = list.map_or("", |(_, list)| list).split(';');
    if let Some(name) = names.find(|name| received.headers.text(name).as_deref() == Some(MASK)) {
        return Some(error(&format!("{} header", name.escape_default())));
    }
    has_masked_value(&received.body).then(|| error("body"))
}

/// Whether a body has the mask for a whole value: of JSON, a form, XML or a
/// part of its own. Within a text it may be what somebody wrote.
fn has_masked_value(body: &[u8]) -> bool {
    let mask = MASK.as_bytes();
    body.windows(mask.len()).enumerate().any(|(at, window)| {
        let before = at.checked_sub(1).map(|before| body[before]);
        let behind = body.get(at + mask.len());
        window == mask
            && matches!(
                (before, behind),
                (Some(b'"'), Some(b'"'))
                    | (Some(b'='), Some(b'&') | None)
                    | (Some(b'>'), Some(b'<'))
                    | (Some(b'\n'), Some(b'\r'))
            )
    })
}

fn error(part: &str) -> Error {
    let why = format!("the capture is masked: its {part} holds {MASK}, so nothing can be verified");
    Error::new(Kind::Unexpected, why)
        .hint("--show-secrets beside --har or -v records what was sent; keep that to yourself")
}
