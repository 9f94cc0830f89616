//! Pages of a list, read as if the list had come whole.
//!
//! [`document`] finds in a page where its items stand, a file a rule finds the
//! next page, [`Pages`] reads one after the other. All but [`Pages`] is pure.

mod count;
mod document;
mod link;
mod markers;
mod next;
mod pages;
mod xml;

pub use next::Rules;
pub use pages::{Fetch, Listener, Manner, Pages, Received};
