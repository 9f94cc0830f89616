//! The questions by which a credential is got and given back, without I/O:
//! `flow` asks them.

pub mod oauth1;
pub mod ovh;

use crate::error::Result;
use crate::model::response::ResponseHead;
use crate::sign::Ask;

/// A question whose answer is a part of a login.
pub type Step<T> = Ask<fn(&ResponseHead, &[u8]) -> Result<T>>;
