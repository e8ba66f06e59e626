//! What the scenarios need: one interface over both clients, and servers that misbehave.
//!
//! A scenario is an `async fn` over a [`Kind`] of client; [`on_both_clients!`] makes two tests of it.

mod client;
mod fake;
pub mod fixture;
pub mod fuzzing;
mod server;

pub use client::{
    AnyClient, Kind, Listed, async_client, blocking_client, install_provider, on_reqwest,
};
pub use fake::Fake;
pub use server::{Request, Server, answer, read_request};

/// The README's code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// What most scenarios name.
pub mod prelude {
    pub use std::sync::{Arc, Mutex, mpsc};
    pub use std::time::{Duration, Instant};

    pub use ce_core::calls::*;
    pub use ce_core::model::*;
    pub use ce_core::{
        CallbackError, Config, ConnectOutcome, ConnectRequest, Credentials, Delivery, Error,
        FieldErrorKind, Limits, OAuthUrlMethod, TransportCause, TransportError, http,
    };
    pub use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};
    pub use serde_json::{Value, json};

    pub use crate::fixture::*;
    pub use crate::{
        AnyClient, Fake, Kind, Request, Server, answer, async_client, blocking_client,
        on_both_clients, on_reqwest, read_request,
    };
}
