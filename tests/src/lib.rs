//! What the scenarios need: one interface over both clients, and a server that says what it is
//! told.
//!
//! A scenario is an `async fn` over any [`AnyClient`]; [`on_both_clients!`] makes two tests of it.

mod any_client;
mod captured;
mod fake;
pub mod fuzzing;
mod played;
mod proxy;
mod scripted;
pub mod tls;

pub use any_client::{AnyClient, Listed, async_client, blocking_client};
pub use captured::{Captured, PART, causes};
pub use fake::Fake;
pub use played::{config, instagram, sales};
pub use proxy::Proxy;
pub use scripted::{Asked, Scripted, answer};

/// The README's code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
