//! What S3 and AWS's other services check alike; each has its own answers.

use crate::model::time::Time;
use crate::sandbox::call::Call;
use crate::sandbox::credentials::aws::{ACCESS_KEY, REGION, SECRET_KEY};
use crate::sandbox::verify::{Wrong, check as check_signature};
use crate::sign::sigv4::SigV4;
use crate::sign::{Params, Placement, Presented, Scheme as _, Unreadable};

/// How far a timestamp may be off, in seconds, on either side.
pub(super) const TOLERANCE: u64 = 15 * 60;

/// Why a signature is refused.
pub(super) enum Refusal {
    /// There is none.
    Missing,
    /// It cannot be read; why.
    Malformed(String),
    /// The access key that nobody has.
    UnknownKey(String),
    /// The region that was signed for and is not this one.
    WrongRegion(String),
    /// The time that was signed.
    Skewed(Time),
    /// When the URL that was signed ended to hold.
    Expired(Time),
    /// Whose signature it is and what is wrong with it.
    Wrong { signature: String, why: Wrong },
}

/// Checks a request's signature. What comes back is the body's data where it
/// was signed chunk by chunk.
///
/// # Errors
/// Why it is refused.
pub(super) fn check(call: &Call<'_>) -> Result<Option<Vec<u8>>, Refusal> {
    let presented = SigV4.presented(call.received).map_err(|why| match why {
        Unreadable::Missing => Refusal::Missing,
        Unreadable::Malformed(what) => Refusal::Malformed(what),
    })?;
    if presented.key_id != ACCESS_KEY {
        return Err(Refusal::UnknownKey(presented.key_id));
    }
    let region = presented.chosen.iter().find(|(name, _)| *name == "region");
    if let Some((_, region)) = region
        && region != REGION
    {
        return Err(Refusal::WrongRegion(region.clone()));
    }
    check_time(&presented, call.now)?;
    let fields = [("access_key", ACCESS_KEY), ("secret_key", SECRET_KEY)];
    check_signature(&SigV4, &fields, call.received, &presented)
        .map_err(|why| Refusal::Wrong { signature: presented.signature.clone(), why })?;
    Ok(data(&fields, call, &presented))
}

/// A header holds on both sides of its time, a URL as long as it says.
fn check_time(presented: &Presented, now: Time) -> Result<(), Refusal> {
    let time = presented.time.unwrap_or(now);
    let is_near = now.epoch().abs_diff(time.epoch()) <= TOLERANCE;
    match presented.placement {
        Placement::Query { expires: Some(seconds) } if is_near || time < now => {
            let end = time.plus(i64::try_from(seconds).unwrap_or(i64::MAX));
            if now > end { Err(Refusal::Expired(end)) } else { Ok(()) }
        }
        _ if is_near => Ok(()),
        _ => Err(Refusal::Skewed(time)),
    }
}

fn data(fields: &[(&str, &str)], call: &Call<'_>, presented: &Presented) -> Option<Vec<u8>> {
    let chosen = presented.chosen.iter().map(|(name, value)| (*name, value.as_str()));
    let mut params = Params::new();
    for (name, value) in fields.iter().copied().chain(chosen) {
        params.set(name, value);
    }
    SigV4.build(&params).ok()?.read_parts(call.received, presented)?.ok()
}

/// What the two services say of a signature that is not the expected one.
pub(super) const MISMATCH: &str = "The request signature we calculated does not match the \
     signature you provided. Check your key and signing method.";

/// The remark on a URL that was signed to hold until `end`.
pub(super) fn expiry_note(end: &str) -> String {
    format!("timestamp: the URL held until {end}")
}
