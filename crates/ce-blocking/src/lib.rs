#![doc = include_str!("../README.md")]
//!
//! # Parts
//!
//! ```text
//!  Client ────────▶ the loop that executes ──────▶ Transport
//!  begin, finish,   an operation of ce-core:       send, sleep
//!  send, list, …    requests, retries, waits          ▲
//!                                                     ├─ UreqTransport (default)
//!                                                     └─ one of your own
//! ```
//!
//! - [`Client`] has a method for each step of the flow, and [`send`](Client::send) and
//!   [`list`](Client::list) for every other call of the platform.
//! - [`Transport`] sends requests. [`UreqTransport`] is the default, and can be replaced.
//! - [`core`] is the crate `ce-core`, which builds requests, interprets responses and decides retries.
//!   The items that an application uses are re-exported here by name.
//! - [`testing`] shows how to test an application.

#![deny(missing_debug_implementations)]

mod client;
mod driver;
mod list_iter;
pub mod testing;
mod trace;
mod transport;

#[cfg(feature = "ureq")]
mod build_error;

pub use ce_core as core;
pub use ce_core::{
    ApiError, Attempt, AuthorizationGrant, AuthorizationRedirect, Call, CallbackError,
    CallbackOutcome, Config, ConnectOutcome, ConnectRequest, Credentials, DecodeError, Delivery,
    Denied, Entropy, Error, FieldError, FieldErrorKind, Idempotency, InvalidInput, Limits,
    OAuthUrlMethod, OutcomeUnknown, Page, PageToken, Paged, PendingAuthorization, Preflight,
    ProviderData, Request, RequestBuilder, Requirement, Response, TransportCause, TransportError,
    api_base, calls, model,
};
pub use client::Client;
pub use list_iter::ListIter;
pub use transport::Transport;
#[cfg(feature = "ureq")]
pub use ureq;

#[cfg(feature = "ureq")]
pub use build_error::BuildError;
#[cfg(feature = "ureq")]
pub use transport::ureq::UreqTransport;
