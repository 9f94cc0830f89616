//! From what was asked to an answer: builds the draft, signs, sends, and reads
//! from an answer whether the signature was refused; reads a list's pages; asks
//! until an answer is as wanted.

pub mod archive;
pub mod body;
pub mod capture;
pub mod clock;
pub mod diagnose;
pub mod doctor;
pub mod draft;
pub mod engine;
pub mod login;
mod mending;
pub mod paginate;
pub mod redirect;
pub mod resume;
pub mod retry;
pub mod state;
pub mod theirs;
pub mod until;
pub mod upload;
pub mod verify;
