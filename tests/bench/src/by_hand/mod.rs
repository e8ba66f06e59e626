//! The peers: what a good engineer writes who has no client for this platform.

pub mod instance;
