//! What S3 and AWS's other services check alike; each has its own answers.

use crate::model::time::Time;
use crate::sandbox::call::Call;
use crate::sandbox::credentials::aws::{ACCESS_KEY, REGION, SECRET_KEY};
use crate::sandbox::verify::{Wrong, check as check_signature};
use crate::sign::sigv4::SigV4;
use crate::sign::{Scheme as _, Unreadable};

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
    /// Whose signature it is and what is wrong with it.
    Wrong { signature: String, why: Wrong },
}

/// Checks a request's signature.
///
/// # Errors
/// Why it is refused.
pub(super) fn check(call: &Call<'_>) -> Result<(), Refusal> {
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
    let time = presented.time.unwrap_or(call.now);
    if call.now.epoch().abs_diff(time.epoch()) > TOLERANCE {
        return Err(Refusal::Skewed(time));
    }
    let fields = [("access_key", ACCESS_KEY), ("secret_key", SECRET_KEY)];
    check_signature(&SigV4, &fields, call.received, &presented)
        .map_err(|why| Refusal::Wrong { signature: presented.signature, why })
}

/// What the two services say of a signature that is not the expected one.
pub(super) const MISMATCH: &str = "The request signature we calculated does not match the \
     signature you provided. Check your key and signing method.";
