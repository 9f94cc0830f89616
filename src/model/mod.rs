//! What a request and an answer are made of: plain values without I/O.

pub mod body;
pub mod buffer;
pub mod certificates;
pub mod duration;
pub mod fields;
pub mod headers;
pub mod listing;
pub mod method;
pub mod nearest;
pub mod origin;
pub mod place;
pub mod reference;
pub mod request;
pub mod response;
pub mod secret;
pub mod size;
pub mod time;
pub mod url;
