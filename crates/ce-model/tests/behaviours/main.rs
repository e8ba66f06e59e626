//! What applications rely on, by public items alone.

// A test may panic; that is how it fails.
#![allow(clippy::unwrap_used)]

mod json;
mod types;
