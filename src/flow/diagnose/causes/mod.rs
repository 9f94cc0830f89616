//! The rows, system by system.

mod amazon;
mod anywhere;
mod candlepin;
mod dci;
mod foreman;
mod maas;
mod ovh;
mod request;
mod way;

use super::cause::Cause;

/// All rows, in the order in which they are looked at.
pub(super) const ALL: &[&[Cause]] = &[
    anywhere::ROWS,
    way::ROWS,
    request::ROWS,
    maas::ROWS,
    foreman::ROWS,
    candlepin::ROWS,
    ovh::ROWS,
    dci::ROWS,
    amazon::ROWS,
];
