//! From what the user asked for to what goes over the network and back.

pub mod body;
