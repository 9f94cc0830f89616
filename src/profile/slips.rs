//! What looks wrong in the values that a profile signs with, once a server has
//! refused them.

use crate::profile::Profile;
use crate::profile::schema::{self, Feeds, Field};
use crate::profile::shape;

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    /// White space, a line break or quotes are a part of it.
    Stray,
    /// It is a value of another kind, or in another order.
    Mistaken,
    /// It is not what such values usually are.
    Unusual,
}

/// A slip and the field that it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slipped {
    /// What it is.
    pub slip: Slip,
    /// The profile's field.
    pub field: String,
    /// What is wrong, the value never in it.
    pub what: String,
}

/// The slips in the identifiers and secrets that `profile` signs with.
pub fn slips(profile: &Profile) -> Vec<Slipped> {
    let fields = schema::fields(profile.preset.as_ref(), profile.scheme);
    fields.iter().flat_map(|field| of_field(profile, field)).collect()
}

fn of_field(profile: &Profile, field: &Field) -> Vec<Slipped> {
    let is_credential = field.secret
        || matches!(&field.feeds, Feeds::Param { param, .. }
            if profile.scheme.identifiers().contains(&param.as_str()));
    let Some(value) = value(profile, field).filter(|_| is_credential) else { return Vec::new() };
    let slipped = |slip, what: String| Slipped { slip, field: field.name.clone(), what };
    let (stray, bare) = shape::stray(&value);
    let mut slips: Vec<Slipped> =
        stray.into_iter().map(|what| slipped(Slip::Stray, what)).collect();
    match field.shape.as_ref().and_then(|shape| shape.mistake(bare)) {
        Some(means) => slips.push(slipped(Slip::Mistaken, means.to_owned())),
        None => slips.extend(
            shape::doubts(field, &[], bare).into_iter().map(|what| slipped(Slip::Unusual, what)),
        ),
    }
    slips
}

/// The value as the profile's scheme has it.
fn value(profile: &Profile, field: &Field) -> Option<String> {
    match &field.feeds {
        Feeds::Param { scheme, param } if scheme == profile.scheme.id() => {
            profile.params.get(param).map(str::to_owned)
        }
        Feeds::Parts { scheme, params, .. } if scheme == profile.scheme.id() => {
            let parts: Option<Vec<&str>> =
                params.iter().map(|param| profile.params.get(param)).collect();
            parts.map(|parts| parts.join(":"))
        }
        _ => None,
    }
}
