//! What users and operators meet, page by page, in the application as a whole.

// A test: a panic is how it fails.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod catalogue;
mod connecting;
mod demo;
mod endings;
mod events;
#[path = "../fixture/mod.rs"]
mod fixture;
mod flows;
mod owners;
#[cfg(unix)]
mod program;
mod protection;
#[cfg(unix)]
mod serving;
