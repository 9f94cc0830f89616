//! Exchanges over loopback.
