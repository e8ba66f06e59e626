//! Each behaviour of the sandbox, as an HTTP client sees it. The README lists them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is shared fails the test that uses it"
)]

mod authorization;
mod browsers;
mod change;
mod consent;
mod control;
mod create;
mod elements;
mod faults;
mod flow;
mod handle;
mod http;
mod instances;
mod lists;
mod objects;
mod program;
mod wire;
